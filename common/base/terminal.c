#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/io.h"
#include "base/terminal.h"

int
terminal_has(pid_t group)
{
	int fd = io_open("/dev/tty", O_RDWR | O_NOCTTY, 0), has;

	if (fd == -1)
		return (0);
	has = tcgetpgrp(fd) == group;
	(void)close(fd);
	return (has);
}

int
terminal_give(pid_t from, pid_t to)
{
	int fd = io_open("/dev/tty", O_RDWR | O_NOCTTY, 0), given;

	if (fd == -1)
		return (0);
	given = tcgetpgrp(fd) == from && tcsetpgrp(fd, to) == 0;
	(void)close(fd);
	return (given);
}

void
terminal_stop(int number, int all)
{
	struct sigaction stop = { .sa_handler = SIG_DFL }, old;

	(void)sigaction(number, &stop, &old);
	(void)kill(all ? 0 : getpid(), number);
	(void)sigaction(number, &old, NULL);
}
