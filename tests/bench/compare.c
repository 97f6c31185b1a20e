/*
 * compare - time two shell commands against each other
 *
 *     compare REPEATS COMMAND [COMMAND]
 *
 * Runs them in turns, A B A B, so that whatever else the machine does meets
 * both, and prints one line:
 *
 *     SECONDS-A KIB-A [SECONDS-B KIB-B RATIO]
 *
 * Times are medians, KIB is the largest peak memory of any one process of the
 * command, RATIO the median of A's time over B's, pair by pair.  A command
 * whose set-up shall not count writes its own number of seconds to descriptor
 * 3.  A first pair, which fills the caches, is not counted.
 */
#define _DEFAULT_SOURCE
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MAX_REPEATS 101

struct run {
	double	seconds;
	long	kib;
};

static void
die(const char *what)
{

	perror(what);
	exit(1);
}

static double
now(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_MONOTONIC, &t) != 0)
		die("clock_gettime");
	return ((double)t.tv_sec + (double)t.tv_nsec / 1e9);
}

/* Only returns if the shell could not be started. */
static void
child(const char *command, const int fds[2])
{

	(void)close(fds[0]);
	if (fds[1] != 3 && (dup2(fds[1], 3) == -1 || close(fds[1]) != 0))
		die("dup2");
	(void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	die("/bin/sh");
}

static struct run
run(const char *command)
{
	char text[64];
	struct rusage usage;
	struct run r;
	ssize_t n;
	size_t len = 0;
	double start;
	pid_t pid;
	int fds[2], status;

	if (pipe(fds) != 0)
		die("pipe");
	start = now();
	if ((pid = fork()) == -1)
		die("fork");
	if (pid == 0)
		child(command, fds);
	(void)close(fds[1]);
	while ((n = read(fds[0], text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)n;
	(void)close(fds[0]);
	if (wait4(pid, &status, 0, &usage) != pid)
		die("wait4");
	r.seconds = now() - start;
	if (status != 0) {
		fprintf(stderr, "compare: failed: %s\n", command);
		exit(1);
	}
	if (len > 0) {
		text[len] = '\0';
		r.seconds = strtod(text, NULL);
	}
	r.kib = usage.ru_maxrss;
	return (r);
}

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return ((x > y) - (x < y));
}

static double
median(double *v, size_t n)
{

	qsort(v, n, sizeof(*v), ascending);
	return (n % 2 != 0 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2);
}

int
main(int argc, char *argv[])
{
	double seconds[2][MAX_REPEATS], ratio[MAX_REPEATS];
	long kib[2] = { 0, 0 };
	struct run r[2];
	size_t repeats, i;
	int n = argc - 2, k;

	if (argc < 3 || argc > 4 ||
	    (repeats = strtoul(argv[1], NULL, 10)) < 1 ||
	    repeats > MAX_REPEATS) {
		fputs("usage: compare REPEATS COMMAND [COMMAND]\n", stderr);
		return (2);
	}
	for (k = 0; k < n; k++)
		(void)run(argv[2 + k]);
	for (i = 0; i < repeats; i++) {
		for (k = 0; k < n; k++) {
			r[k] = run(argv[2 + k]);
			seconds[k][i] = r[k].seconds;
			if (r[k].kib > kib[k])
				kib[k] = r[k].kib;
		}
		if (n == 2)
			ratio[i] = r[0].seconds / r[1].seconds;
	}
	printf("%.3f %ld", median(seconds[0], repeats), kib[0]);
	if (n == 2)
		printf(" %.3f %ld %.3f", median(seconds[1], repeats), kib[1],
		    median(ratio, repeats));
	putchar('\n');
	return (0);
}
