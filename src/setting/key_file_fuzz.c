/* SPDX-License-Identifier: ISC */
/* Any bytes as a private key: what comes out has its bounds. */
#include "setting/key_file.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct key_file key = {.mode = 0640};

	key_file_derive((struct str){(const char *)data, size}, &key);
	assert(key_file_is_sound(&key));
	assert(key.mode == 0640 && (key.state == KEY_FILE_READ) == (key.n > 0));
	return 0;
}
