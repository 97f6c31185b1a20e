#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fault.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/outfile.h"
#include "base/quote.h"

struct outfile {
	char		*path;
	char		*temp;		/* NULL: written in place */
	int		 fd;
	int		 create;	/* there must be no other file */
	struct outfile	*next;
};

/* The temporary files that there are: a process that ends takes them along. */
static struct outfile *live;

static const int deadly[] = { SIGHUP, SIGINT, SIGPIPE, SIGTERM };
#define NDEADLY (sizeof(deadly) / sizeof(deadly[0]))

static void
remove_live(void)
{
	const struct outfile *f;

	for (f = live; f != NULL; f = f->next)
		if (f->temp != NULL)
			(void)unlink(f->temp);
}

/* The signal has its default action back, and is delivered on return. */
static void
on_signal(int number)
{

	remove_live();
	(void)raise(number);
}

/* Catch what ends the process, except for what the caller ignores. */
static void
watch(void)
{
	static int watching;
	struct sigaction act = { .sa_handler = on_signal }, old;
	size_t i;

	if (watching)
		return;
	watching = 1;
	(void)atexit(remove_live);
	act.sa_flags = (int)SA_RESETHAND;
	for (i = 0; i < NDEADLY; i++)
		if (sigaction(deadly[i], NULL, &old) == 0 &&
		    old.sa_handler == SIG_DFL)
			(void)sigaction(deadly[i], &act, NULL);
}

/* The list must not be looked at while it changes. */
static void
hold_signals(sigset_t *old)
{
	sigset_t set;
	size_t i;

	(void)sigemptyset(&set);
	for (i = 0; i < NDEADLY; i++)
		(void)sigaddset(&set, deadly[i]);
	(void)sigprocmask(SIG_BLOCK, &set, old);
}

static void
link_live(struct outfile *f)
{

	f->next = live;
	live = f;
}

static void
unlink_live(struct outfile *f)
{
	struct outfile **at;

	for (at = &live; *at != NULL; at = &(*at)->next) {
		if (*at == f) {
			*at = f->next;
			return;
		}
	}
}

/* A temporary file gets the mode that open(2) would have given the target,
 * or the mode the target has. */
static void
copy_mode(int fd, const struct stat *target)
{
	mode_t mask;

	if (fault_planted("mode"))
		return;
	if (target != NULL) {
		(void)fchmod(fd, target->st_mode & 07777);
		return;
	}
	mask = umask(0);
	(void)umask(mask);
	(void)fchmod(fd, 0666 & ~mask);
}

/* A planted bug: the temporary file is the target. */
static int
in_place(const struct outfile *f)
{

	(void)snprintf(f->temp, strlen(f->path) + 1, "%s", f->path);
	return (open(f->temp, O_RDWR | O_CREAT | O_TRUNC, 0666));
}

/* Make the temporary file beside the target. */
static void
open_temp(struct outfile *f)
{
	size_t size = strlen(f->path) + sizeof(".XXXXXX");
	sigset_t old;

	if (fault_hit(FAULT_OPEN) < 0) {
		f->fd = -1;
		return;
	}
	watch();
	f->temp = mem_alloc(size);
	(void)snprintf(f->temp, size, "%s.XXXXXX", f->path);
	hold_signals(&old);
	f->fd = fault_planted("place") ? in_place(f) : mkstemp(f->temp);
	if (f->fd != -1)
		link_live(f);
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
}

static struct outfile *
open_either(const char *path, int create, struct err *err)
{
	struct outfile *f = mem_alloc(sizeof(*f));
	struct stat st;
	struct quote q;
	int exists;

	f->path = mem_strdup(path);
	f->create = create;
	exists = stat(path, &st) == 0;
	if (exists && create) {
		errno = EEXIST;
		f->fd = -1;
	} else if (exists && !S_ISREG(st.st_mode))
		f->fd = io_open(path, O_WRONLY, 0);
	else
		open_temp(f);
	if (f->fd == -1) {
		(void)err_sys(err, "could not write file %s",
		    quote_z(&q, path));
		mem_free(f->temp);
		mem_free(f->path);
		mem_free(f);
		return (NULL);
	}
	if (f->temp != NULL) {
		(void)fcntl(f->fd, F_SETFD, FD_CLOEXEC);
		copy_mode(f->fd, exists ? &st : NULL);
	}
	return (f);
}

struct outfile *
outfile_open(const char *path, struct err *err)
{

	return (open_either(path, 0, err));
}

struct outfile *
outfile_create(const char *path, struct err *err)
{

	return (open_either(path, 1, err));
}

const char *
outfile_temp(const struct outfile *f)
{

	return (f->temp);
}

int
outfile_fd(const struct outfile *f)
{

	return (f->fd);
}

int
outfile_write(struct outfile *f, const void *p, size_t n, struct err *err)
{
	struct quote q;

	if (io_write(f->fd, p, n) != 0)
		return (err_sys(err, "could not write file %s",
		    quote_z(&q, f->path)));
	return (0);
}

/* Put the temporary file in place; from then on it is no longer one. */
static int
put_in_place(struct outfile *f)
{
	sigset_t old;
	int rc, saved;

	hold_signals(&old);
	rc = f->create ? io_rename_new(f->temp, f->path) :
	    io_rename(f->temp, f->path);
	saved = errno;
	if (rc == 0) {
		unlink_live(f);
		mem_free(f->temp);
		f->temp = NULL;
	}
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	errno = saved;
	return (rc);
}

int
outfile_commit(struct outfile *f, struct err *err)
{
	int direct = f->temp == NULL;
	struct quote q;

	if (io_sync(f->fd) != 0 || (!direct && put_in_place(f) != 0)) {
		(void)err_sys(err, "could not write file %s",
		    quote_z(&q, f->path));
		outfile_abort(f);
		return (-1);
	}
	if (!direct)
		(void)io_sync_dir(f->path);
	outfile_abort(f);
	return (0);
}

void
outfile_abort(struct outfile *f)
{
	sigset_t old;

	if (f == NULL)
		return;
	(void)close(f->fd);
	hold_signals(&old);
	if (f->temp != NULL)
		(void)unlink(f->temp);
	unlink_live(f);
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	mem_free(f->temp);
	mem_free(f->path);
	mem_free(f);
}
