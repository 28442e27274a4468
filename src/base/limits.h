/* SPDX-License-Identifier: ISC */
/* Every limit of the program, each with its reason. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

enum {
	/* Longer lines are cut: Postfix cuts its own at 2,000 bytes, rsyslog
	 * at 8 KiB; what is longer is garbage or a trap. */
	LIMIT_LINE = 64 * 1024,
	/* One block handed from a reader to the parser: stays in L2. */
	LIMIT_BLOCK = 1024 * 1024,
	/* Threads that read at the same time; more do not help one disk. */
	LIMIT_JOBS = 16,
	/* Log files in one run: a year of daily rotations of ten logs. */
	LIMIT_SOURCES = 4096,
	/* Accounts, users, scripts and lists kept apart by one thread: each
	 * takes about 2 KiB, so 100 MiB; the largest hosters have as many on
	 * one server. */
	LIMIT_ORIGINS = 50000,
	/* Messages whose end was not seen yet, kept by one thread: the largest
	 * queues hold 100,000; with who handed them in and what happened to
	 * them they take some 60 MiB. */
	LIMIT_OPEN = 160000,
	/* Hours in which one origin sent, kept apart: a year has 8,784; they
	 * take 400 KiB. */
	LIMIT_HOURS = 9000,
	/* Bytes of a line that a report cites. */
	LIMIT_EXCERPT = 300,
	/* The same for a letter: a receiver's answer whole, which names the
	 * address at its end. */
	LIMIT_CITED = 1500,
};

#endif
