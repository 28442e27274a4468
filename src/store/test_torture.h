/* SPDX-License-Identifier: ISC */
/* A file system under SQLite that fails at the n-th act that changes it. */
#ifndef STORE_TEST_TORTURE_H
#define STORE_TEST_TORTURE_H

/* From now on, every file is opened through it. */
void torture_begin(void);
/* The n-th write, truncation, sync or removal from now on, and all behind it,
 * fail with this code of SQLite; n 0: none does. */
void torture_fail(int n, int code);
/* How many there were since. */
int torture_count(void);

#endif
