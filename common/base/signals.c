#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/err.h"
#include "base/signals.h"

/* The only thing that a handler can get at. */
static int write_end = -1;

static void
on_signal(int number)
{
	unsigned char byte = (unsigned char)number;
	int saved = errno;

	/* When the pipe is full, the loop has enough to do as it is. */
	(void)!write(write_end, &byte, 1);
	errno = saved;
}

static void
catch(int number)
{
	struct sigaction act = { .sa_handler = on_signal }, old;

	if (sigaction(number, NULL, &old) == 0 &&
	    old.sa_handler == SIG_IGN && number != SIGCHLD)
		return;
	(void)sigfillset(&act.sa_mask);
	act.sa_flags = (int)SA_RESTART;
	(void)sigaction(number, &act, NULL);
}

int
signals_open(const int *numbers, size_t n, struct err *err)
{
	sigset_t set;
	int fds[2];
	size_t i;

	if (pipe(fds) != 0)
		return (err_sys(err, "could not make a pipe"));
	for (i = 0; i < 2; i++) {
		(void)fcntl(fds[i], F_SETFD, FD_CLOEXEC);
		(void)fcntl(fds[i], F_SETFL, O_NONBLOCK);
	}
	write_end = fds[1];
	(void)sigemptyset(&set);
	for (i = 0; i < n; i++) {
		catch(numbers[i]);
		(void)sigaddset(&set, numbers[i]);
	}
	/* Whoever started us may have blocked them. */
	(void)sigprocmask(SIG_UNBLOCK, &set, NULL);
	return (fds[0]);
}

int
signals_next(int fd)
{
	unsigned char byte;
	ssize_t n;

	do {
		n = read(fd, &byte, 1);
	} while (n == -1 && errno == EINTR);
	return (n == 1 ? byte : 0);
}
