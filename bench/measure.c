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
#include <string.h>
#include <sys/mman.h>
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

/*
 * A page of a virtual machine that nobody has used since it was started must
 * first be given by its host, in the CPU time of whoever touches it: up to
 * 0.2 s for 60 MB. What the program is going to need was used before.
 */
static void
use_memory(void)
{
	const size_t n = (size_t)1 << 30;
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return;
	(void)madvise(p, n, MADV_HUGEPAGE);
	memset(p, 1, n);
	(void)munmap(p, n);
}

int
main(int argc, char **argv)
{
	struct rusage use;
	double start, wall;
	int status;
	pid_t pid;
	FILE *f;

	if (argc < 3)
		return 2;
	use_memory();
	start = now();
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
