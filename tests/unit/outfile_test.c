/*
 * outfile_test - files that appear whole or not at all
 */
#include <sys/wait.h>

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/err.h"
#include "base/outfile.h"
#include "tap.h"

/* How many files the current directory has. */
static int
files(void)
{
	DIR *d = opendir(".");
	struct dirent *e;
	int n = 0;

	while (d != NULL && (e = readdir(d)) != NULL)
		n += e->d_name[0] != '.';
	if (d != NULL)
		(void)closedir(d);
	return (n);
}

static int
content_is(const char *path, const char *want)
{
	FILE *f = fopen(path, "r");
	char text[64];
	size_t n;

	if (f == NULL)
		return (0);
	n = fread(text, 1, sizeof(text), f);
	(void)fclose(f);
	return (n == strlen(want) && memcmp(text, want, n) == 0);
}

static void
put(const char *path, const char *s)
{
	FILE *f = fopen(path, "w");

	(void)fputs(s, f);
	(void)fclose(f);
}

/* A child opens a file and ends by ${how}: a signal, or exit when 0. */
static int
child_leaves(int how)
{
	struct err err = ERR_INIT;
	int status;
	pid_t pid;

	(void)fflush(stdout);
	if ((pid = fork()) == 0) {
		if (outfile_open("left", &err) == NULL || files() != 1)
			_exit(99);
		if (how != 0)
			(void)raise(how);
		exit(7);
	}
	if (waitpid(pid, &status, 0) != pid)
		return (0);
	return (how != 0 ? WIFSIGNALED(status) && WTERMSIG(status) == how :
	    WIFEXITED(status) && WEXITSTATUS(status) == 7);
}

static void
test_replace(void)
{
	struct err err = ERR_INIT;
	struct outfile *f;

	put("a", "old");
	f = outfile_open("a", &err);
	ok(f != NULL && outfile_write(f, "new", 3, &err) == 0 &&
	    content_is("a", "old"), "the old file stays until the commit");
	ok(outfile_commit(f, &err) == 0 && content_is("a", "new") &&
	    files() == 1, "the commit replaces it and leaves nothing else");
	f = outfile_open("a", &err);
	(void)outfile_write(f, "x", 1, &err);
	outfile_abort(f);
	ok(content_is("a", "new") && files() == 1, "an abort leaves no trace");
	(void)unlink("a");
}

static void
test_create(void)
{
	struct err err = ERR_INIT;
	struct outfile *f;

	put("a", "old");
	ok(outfile_create("a", &err) == NULL && err.status == DIAG_FAIL &&
	    files() == 1, "a file that exists is not created");
	(void)unlink("a");
	f = outfile_create("a", &err);
	ok(f != NULL && outfile_write(f, "new", 3, &err) == 0 &&
	    strncmp(outfile_temp(f), "a.", 2) == 0,
	    "a new file is written beside its name");
	put("a", "rival");
	ok(outfile_commit(f, &err) == -1 && content_is("a", "rival") &&
	    files() == 1, "one that appeared meanwhile is not replaced");
	(void)unlink("a");
	f = outfile_create("a", &err);
	(void)outfile_write(f, "new", 3, &err);
	ok(outfile_commit(f, &err) == 0 && content_is("a", "new") &&
	    files() == 1, "else the commit puts it in place");
	(void)unlink("a");
}

int
main(void)
{
	char dir[] = "/tmp/outfile_test.XXXXXX";

	if (mkdtemp(dir) == NULL || chdir(dir) != 0)
		return (1);
	test_replace();
	test_create();
	ok(child_leaves(0) && files() == 0,
	    "a program that exits takes its temporary files along");
	ok(child_leaves(SIGTERM) && files() == 0,
	    "so does one that is interrupted, and it dies of the signal");
	ok(chdir("/") == 0 && rmdir(dir) == 0, "nothing is left");
	return (tap_done());
}
