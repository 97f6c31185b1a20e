#include <sys/socket.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/io.h"

int
io_open(const char *path, int flags, mode_t mode)
{

	return (io_open_at(AT_FDCWD, path, flags, mode));
}

int
io_open_at(int dir, const char *path, int flags, mode_t mode)
{
	int fd;

	do {
		fd = fault_hit(FAULT_OPEN) < 0 ? -1 :
		    openat(dir, path, flags | O_CLOEXEC, mode);
	} while (fd == -1 && errno == EINTR);
	return (fd);
}

/* Wait until ${fd} can go on after EAGAIN; the next call tells of errors. */
static void
wait_for(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	(void)poll(&p, 1, 1000);
}

/* Of ${n} bytes, as many as fault_hit leaves. */
static size_t
at_most(int hit, size_t n)
{

	return (hit > 0 && (size_t)hit < n ? (size_t)hit : n);
}

ssize_t
io_read_at(int fd, void *p, size_t n, off_t at)
{
	ssize_t got;
	int hit;

	do {
		if ((hit = fault_hit(FAULT_READ)) < 0)
			got = -1;
		else
			got = pread(fd, p, at_most(hit, n), at);
	} while (got == -1 && (errno == EINTR || errno == EAGAIN));
	return (got);
}

ssize_t
io_read(int fd, void *p, size_t n)
{
	ssize_t got;
	int hit;

	for (;;) {
		if ((hit = fault_hit(FAULT_READ)) < 0)
			got = -1;
		else
			got = read(fd, p, at_most(hit, n));
		if (got >= 0)
			return (got);
		if (errno == EAGAIN || errno == EWOULDBLOCK)
			wait_for(fd, POLLIN);
		else if (errno != EINTR)
			return (fault_planted("end") ? 0 : -1);
	}
}

static ssize_t
plain_write(int fd, const void *p, size_t n)
{

	return (write(fd, p, n));
}

static ssize_t
socket_write(int fd, const void *p, size_t n)
{

	return (send(fd, p, n, MSG_NOSIGNAL));
}

typedef ssize_t io_put(int fd, const void *p, size_t n);

static ssize_t
write_once(int fd, const void *p, size_t n, io_put *put)
{
	int hit = fault_hit(FAULT_WRITE);

	return (hit < 0 ? -1 : put(fd, p, at_most(hit, n)));
}

static int
write_all(int fd, const void *p, size_t n, io_put *put_some)
{
	const char *s = p;
	ssize_t put;

	while (n > 0) {
		put = write_once(fd, s, n, put_some);
		if (put >= 0 && fault_planted("short"))
			return (0);
		if (put >= 0) {
			s += put;
			n -= (size_t)put;
		} else if (errno == EAGAIN || errno == EWOULDBLOCK)
			wait_for(fd, POLLOUT);
		else if (errno != EINTR)
			return (fault_planted("deaf") ? 0 : -1);
	}
	return (0);
}

int
io_write(int fd, const void *p, size_t n)
{

	return (write_all(fd, p, n, plain_write));
}

ssize_t
io_write_some(int fd, const void *p, size_t n)
{

	return (write_once(fd, p, n, plain_write));
}

int
io_send(int fd, const void *p, size_t n)
{

	return (write_all(fd, p, n, socket_write));
}

int
io_temp(const char *dir)
{
	char path[4096];
	sigset_t all, old;
	int fd, n;

	n = snprintf(path, sizeof(path), "%s/rowpipe.XXXXXX", dir);
	if (n < 0 || (size_t)n >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return (-1);
	}
	if (fault_hit(FAULT_OPEN) < 0)
		return (-1);
	/* No signal shall end the process while the file has a name. */
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, &old);
	if ((fd = mkstemp(path)) != -1) {
		(void)unlink(path);
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	}
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	return (fd);
}

int
io_sync(int fd)
{

	if (fault_hit(FAULT_SYNC) < 0)
		return (-1);
	if (fsync(fd) == -1 && errno != EINVAL && errno != ENOTSUP)
		return (-1);
	return (0);
}

int
io_sync_dir(const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash == NULL ? 0 : (size_t)(slash - path);
	char dir[4096] = ".";
	int fd, rc;

	/* Without allocation: the file is in place, and must not be followed
	 * by the end of the program now. */
	if (len + 2 > sizeof(dir)) {
		errno = ENAMETOOLONG;
		return (-1);
	}
	if (slash != NULL) {
		len += slash == path;
		memcpy(dir, path, len);
		dir[len] = '\0';
	}
	fd = io_open(dir, O_RDONLY, 0);
	if (fd == -1)
		return (-1);
	rc = io_sync(fd);
	(void)close(fd);
	return (rc);
}

int
io_rename(const char *from, const char *to)
{

	if (fault_hit(FAULT_RENAME) < 0)
		return (-1);
	return (rename(from, to));
}

int
io_rename_new(const char *from, const char *to)
{
	struct stat st;

	if (fault_hit(FAULT_RENAME) < 0)
		return (-1);
	if (link(from, to) == 0) {
		(void)unlink(from);
		return (0);
	}
	if (errno == EEXIST)
		return (-1);
	/* A file system without links: as good as it gets. */
	if (lstat(to, &st) == 0) {
		errno = EEXIST;
		return (-1);
	}
	return (rename(from, to));
}
