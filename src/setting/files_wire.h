/* SPDX-License-Identifier: ISC */
/* How both sides of files.h talk: packets of a Unix socket (SOCK_SEQPACKET)
 * between two processes of one program. */
#ifndef SETTING_FILES_WIRE_H
#define SETTING_FILES_WIRE_H

#include "setting/files.h"

enum {
	FILE_PACKET = 32 * 1024
};

struct file_question {
	uint32_t want; /* enum file_want */
	uint32_t path_n;
	char path[FILE_PATH_MAX];
};

/* Then n bytes in packets of FILE_PACKET, the last one shorter. */
struct file_answer {
	int32_t error; /* 0, or an errno */
	uint32_t n;
};

#endif
