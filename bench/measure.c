/* SPDX-License-Identifier: ISC */
/*
 * measure RESULT PROGRAM [ARGS]: runs the program and writes to the file
 * RESULT: exit status, wall seconds, CPU seconds (user and system, with all
 * waited-for children), peak resident KiB of its largest process.
 *
 * A program of its own because ru_maxrss survives exec(): started from Python
 * even wc would seem to need 15 MB.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int
main(int argc, char **argv)
{
	struct rusage use;
	double start = now(), wall;
	int status;
	pid_t pid;
	FILE *f;

	if (argc < 3)
		return 2;
	pid = fork();
	if (pid < 0)
		return 2;
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (wait4(pid, &status, 0, &use) != pid)
		return 2;
	wall = now() - start;
	f = fopen(argv[1], "w");
	if (f == NULL)
		return 2;
	fprintf(f, "%d %.6f %.6f %ld\n",
	    WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
	    wall, seconds(use.ru_utime) + seconds(use.ru_stime), use.ru_maxrss);
	return fclose(f) == 0 ? 0 : 2;
}
