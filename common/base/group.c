#include <sys/wait.h>

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/group.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/process.h"

struct group {
	pid_t	guard;		/* and number of the group */
	int	lifeline;	/* the guard reads its other end */
};

/* So long may programs take to clear up when there is nobody left to wait for
 * them. */
static const struct timespec respite = { 1, 0 };

/* Signals to the whole group, from the terminal or from us, are not meant for
 * the guard. */
static const int deaf_to[] = {
	SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGALRM, SIGTERM, SIGUSR1, SIGUSR2,
	SIGTSTP, SIGTTIN, SIGTTOU
};

/* The guard's life. */
static void
guard(int lifeline)
{
	int null = io_open("/dev/null", O_RDWR, 0);
	size_t i;
	char c;

	for (i = 0; i < sizeof(deaf_to) / sizeof(deaf_to[0]); i++)
		(void)signal(deaf_to[i], SIG_IGN);
	/* Nobody shall wait for the end of a file on account of it. */
	for (i = 0; i <= STDERR_FILENO; i++)
		(void)dup2(null, (int)i);
	while (io_read(lifeline, &c, 1) > 0)
		continue;
	(void)kill(0, SIGTERM);
	(void)kill(0, SIGCONT);
	(void)nanosleep(&respite, NULL);
	(void)kill(0, SIGKILL);
	_exit(0);
}

struct group *
group_open(struct err *err)
{
	struct group *g;
	int fds[2];
	pid_t pid;

	if (pipe(fds) != 0) {
		(void)err_sys(err, "could not make a pipe");
		return (NULL);
	}
	(void)fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(fds[1], F_SETFD, FD_CLOEXEC);
	if ((pid = process_fork(0)) == 0) {
		(void)close(fds[1]);
		guard(fds[0]);
	}
	if (pid == -1)
		(void)err_sys(err, "could not start a process");
	(void)close(fds[0]);
	if (pid == -1) {
		(void)close(fds[1]);
		return (NULL);
	}
	g = mem_alloc(sizeof(*g));
	g->guard = pid;
	g->lifeline = fds[1];
	return (g);
}

pid_t
group_id(const struct group *g)
{

	return (g->guard);
}

int
group_guarded(const struct group *g)
{
	siginfo_t info;

	/* It is looked at, not waited for: its number must stay taken. */
	memset(&info, 0, sizeof(info));
	return (waitid(P_PID, (id_t)g->guard, &info,
	    WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0);
}

void
group_signal(const struct group *g, int number)
{

	(void)kill(-g->guard, number);
}

void
group_leave(struct group *g)
{

	(void)close(g->lifeline);
	mem_free(g);
}

void
group_close(struct group *g)
{

	if (g == NULL)
		return;
	(void)kill(g->guard, SIGKILL);
	(void)waitpid(g->guard, NULL, 0);
	(void)close(g->lifeline);
	mem_free(g);
}
