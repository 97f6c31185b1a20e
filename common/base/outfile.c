#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
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
	char	*path;
	char	*temp;		/* NULL: written in place */
	int	 fd;
};

/* A temporary file gets the mode that open(2) would have given the target,
 * or the mode the target has. */
static void
copy_mode(int fd, const struct stat *target)
{
	mode_t mask;

	if (target != NULL) {
		(void)fchmod(fd, target->st_mode & 07777);
		return;
	}
	mask = umask(0);
	(void)umask(mask);
	(void)fchmod(fd, 0666 & ~mask);
}

struct outfile *
outfile_open(const char *path, struct err *err)
{
	struct outfile *f = mem_alloc(sizeof(*f));
	struct stat st;
	struct quote q;
	size_t size;
	int exists;

	f->path = mem_strdup(path);
	exists = stat(path, &st) == 0;
	if (exists && !S_ISREG(st.st_mode)) {
		f->fd = io_open(path, O_WRONLY, 0);
	} else if (fault_hit(FAULT_OPEN) < 0) {
		f->fd = -1;
	} else {
		size = strlen(path) + sizeof(".XXXXXX");
		f->temp = mem_alloc(size);
		(void)snprintf(f->temp, size, "%s.XXXXXX", path);
		f->fd = mkstemp(f->temp);
	}
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

int
outfile_commit(struct outfile *f, struct err *err)
{
	struct quote q;
	int rc = 0;

	if (io_sync(f->fd) != 0)
		rc = -1;
	if (rc == 0 && f->temp != NULL && io_rename(f->temp, f->path) != 0)
		rc = -1;
	if (rc != 0) {
		(void)err_sys(err, "could not write file %s",
		    quote_z(&q, f->path));
		outfile_abort(f);
		return (-1);
	}
	if (f->temp != NULL)
		(void)io_sync_dir(f->path);
	mem_free(f->temp);
	f->temp = NULL;
	outfile_abort(f);
	return (0);
}

void
outfile_abort(struct outfile *f)
{

	if (f == NULL)
		return;
	(void)close(f->fd);
	if (f->temp != NULL)
		(void)unlink(f->temp);
	mem_free(f->temp);
	mem_free(f->path);
	mem_free(f);
}
