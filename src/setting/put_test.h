/* SPDX-License-Identifier: ISC */
/* Files for tests, in a folder that the test made. Behind cmocka.h. */
#ifndef SETTING_PUT_TEST_H
#define SETTING_PUT_TEST_H

#include "base/str.h"

#include <stdio.h>
#include <sys/stat.h>

static inline void
put_in(const char *folder, const char *name, struct str text, mode_t mode)
{
	char path[256];
	FILE *out;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	out = fopen(path, "w");
	assert_non_null(out);
	assert_int_equal(fwrite(text.p, 1, text.n, out), text.n);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(chmod(path, mode), 0);
}

#endif
