/*
 * io - reading and writing that finish the job
 *
 * Thin wraps of the system calls: EINTR is retried, EAGAIN waits, short
 * writes go on, and the tests can make any call fail (fault.h).
 */
#ifndef ROWPIPE_BASE_IO_H
#define ROWPIPE_BASE_IO_H

#include <sys/types.h>

#include <stddef.h>

/**
 * io_open(path, flags, mode):
 * As open(2), with O_CLOEXEC.  Return the descriptor, or -1 and errno.
 */
int io_open(const char *path, int flags, mode_t mode);

/**
 * io_open_at(dir, path, flags, mode):
 * As io_open, for a path that starts from the directory that is open as the
 * descriptor ${dir}.
 */
int io_open_at(int dir, const char *path, int flags, mode_t mode);

/**
 * io_read(fd, p, n):
 * Read at most ${n} bytes.  Return how many, 0 at the end, or -1 and errno.
 */
ssize_t io_read(int fd, void *p, size_t n);

/**
 * io_read_at(fd, p, n, at):
 * As io_read, from the byte ${at} of the file on; where the descriptor stands
 * does not change.
 */
ssize_t io_read_at(int fd, void *p, size_t n, off_t at);

/**
 * io_write(fd, p, n):
 * Write all ${n} bytes.  Return 0, or -1 and errno; how many were written
 * is then unknown.
 */
int io_write(int fd, const void *p, size_t n);

/**
 * io_write_some(fd, p, n):
 * As write(2), once: for a descriptor that does not block.  Return how many
 * bytes were written, or -1 and errno.
 */
ssize_t io_write_some(int fd, const void *p, size_t n);

/**
 * io_send(fd, p, n):
 * As io_write, for a socket: when nobody reads it any more, that is EPIPE and
 * never the signal.
 */
int io_send(int fd, const void *p, size_t n);

/**
 * io_temp(dir):
 * Open a new file for reading and writing in the directory ${dir} that has no
 * name: it goes away with its descriptor, however the process ends.  Return
 * the descriptor, or -1 and errno.
 */
int io_temp(const char *dir);

/**
 * io_sync(fd):
 * As fsync(2), but a descriptor that cannot be synchronized (a pipe, a
 * terminal) is no failure.
 */
int io_sync(int fd);

/**
 * io_sync_dir(path):
 * Make the directory entry of the file ${path} durable.
 */
int io_sync_dir(const char *path);

/**
 * io_rename(from, to):
 * As rename(2).
 */
int io_rename(const char *from, const char *to);

/**
 * io_rename_new(from, to):
 * As io_rename, but fail with EEXIST when there is a file ${to}.
 */
int io_rename_new(const char *from, const char *to);

#endif
