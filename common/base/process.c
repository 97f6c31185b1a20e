#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/err.h"
#include "base/io.h"
#include "base/process.h"
#include "base/quote.h"

static const struct {
	int		 number;
	const char	*name;
} names[] = {
	{ SIGABRT, "SIGABRT" }, { SIGALRM, "SIGALRM" }, { SIGBUS, "SIGBUS" },
	{ SIGCHLD, "SIGCHLD" }, { SIGCONT, "SIGCONT" }, { SIGFPE, "SIGFPE" },
	{ SIGHUP, "SIGHUP" }, { SIGILL, "SIGILL" }, { SIGINT, "SIGINT" },
	{ SIGKILL, "SIGKILL" }, { SIGPIPE, "SIGPIPE" },
	{ SIGQUIT, "SIGQUIT" }, { SIGSEGV, "SIGSEGV" },
	{ SIGSTOP, "SIGSTOP" }, { SIGTERM, "SIGTERM" },
	{ SIGTSTP, "SIGTSTP" }, { SIGTTIN, "SIGTTIN" },
	{ SIGTTOU, "SIGTTOU" }, { SIGUSR1, "SIGUSR1" },
	{ SIGUSR2, "SIGUSR2" }, { SIGSYS, "SIGSYS" }, { SIGTRAP, "SIGTRAP" },
	{ SIGXCPU, "SIGXCPU" }, { SIGXFSZ, "SIGXFSZ" },
};
#define NNAMES (sizeof(names) / sizeof(names[0]))

/* What this process ignores for its own sake, and no other should. */
static const int ours[] = { SIGPIPE, SIGTTOU, SIGXFSZ };
#define NOURS (sizeof(ours) / sizeof(ours[0]))

const char *
process_signal(int number, char *name)
{
	size_t i;

	(void)snprintf(name, PROCESS_SIGNAL_NAME, "signal %d", number);
	for (i = 0; i < NNAMES; i++)
		if (names[i].number == number)
			(void)snprintf(name, PROCESS_SIGNAL_NAME, "%s",
			    names[i].name);
	return (name);
}

/* A flag in /proc/PID/stat (PF_EXITING in Linux's include/linux/sched.h), set
 * before files are closed; the flags are the seventh field after the name,
 * which is in parentheses and may hold anything (proc(5)). */
#define ENDING		0x4UL
#define FLAGS_FIELD	7

int
process_ending(pid_t pid)
{
	char text[1024], *s;
	ssize_t n;
	int fd, i;

	(void)snprintf(text, sizeof(text), "/proc/%ld/stat", (long)pid);
	if ((fd = open(text, O_RDONLY | O_CLOEXEC)) == -1)
		return (0);
	n = read(fd, text, sizeof(text) - 1);
	(void)close(fd);
	text[n > 0 ? n : 0] = '\0';
	s = strrchr(text, ')');
	for (i = 0; s != NULL && i < FLAGS_FIELD; i++)
		s = strchr(s + 1, ' ');
	return (s != NULL && (strtoul(s, NULL, 10) & ENDING) != 0);
}

static void
reset_signals(void)
{
	struct sigaction act;
	size_t i;

	for (i = 0; i < NNAMES; i++)
		if (sigaction(names[i].number, NULL, &act) == 0 &&
		    act.sa_handler != SIG_IGN && act.sa_handler != SIG_DFL)
			(void)signal(names[i].number, SIG_DFL);
}

pid_t
process_fork(pid_t group)
{
	sigset_t all, old;
	pid_t pid;
	int saved;

	(void)sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, &old);
	if ((pid = fork()) == 0)
		reset_signals();
	saved = errno;
	/* On both sides: whichever comes first, it is so before it counts. */
	if (pid != -1)
		(void)setpgid(pid, group);
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	errno = saved;
	return (pid);
}

/* Die with the process that started this one. */
static void
die_with(pid_t parent)
{

#ifdef __linux__
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
	if (getppid() != parent)
		_exit(DIAG_INCOMPLETE);
}

/* Make ${fd} the descriptor ${number} of the program. */
static int
put_at(int fd, int number)
{

	return (fd == -1 || dup2(fd, number) != -1 ? 0 : -1);
}

/* In the child: become the program, or write errno to ${report}. */
static void
become(const struct process *p, pid_t parent, int report)
{
	int reason;
	size_t i;

	die_with(parent);
	for (i = 0; i < NOURS; i++)
		(void)signal(ours[i], SIG_DFL);
	if (put_at(p->in, STDIN_FILENO) == 0 &&
	    put_at(p->out, STDOUT_FILENO) == 0 &&
	    (!p->both || put_at(STDOUT_FILENO, STDERR_FILENO) == 0) &&
	    (p->keep == -1 || fcntl(p->keep, F_SETFD, 0) != -1) &&
	    (p->value != NULL ? setenv(p->name, p->value, 1) :
	    unsetenv(p->name)) == 0)
		(void)execvp(p->argv[0], p->argv);
	reason = errno;
	(void)!write(report, &reason, sizeof(reason));
	_exit(DIAG_FAIL);
}

static int
could_not_run(const char *program, int reason, struct err *err)
{
	struct quote q;

	errno = reason;
	(void)err_sys(err, "could not run %s", quote_z(&q, program));
	switch (reason) {
	case ENOENT: case EACCES: case ENOTDIR: case EISDIR: case ELOOP:
	case ENAMETOOLONG: case ENOEXEC:
		(void)err_hint(err, "is it installed, and is its directory in "
		    "PATH?");
		return (err_status(err, DIAG_USAGE));
	default:
		return (-1);
	}
}

pid_t
process_start(const struct process *p, struct err *err)
{
	pid_t parent = getpid(), pid;
	int fds[2], reason = 0;
	ssize_t n;

	/* It closes when the program runs, and brings errno when it does
	 * not. */
	if (pipe(fds) != 0)
		return (could_not_run(p->argv[0], errno, err));
	(void)fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(fds[1], F_SETFD, FD_CLOEXEC);
	if ((pid = process_fork(p->group)) == 0)
		become(p, parent, fds[1]);
	if (pid == -1)
		reason = errno;
	(void)close(fds[1]);
	n = pid == -1 ? 0 : io_read(fds[0], &reason, sizeof(reason));
	(void)close(fds[0]);
	if (pid != -1 && n == (ssize_t)sizeof(reason))
		(void)waitpid(pid, NULL, 0);
	return (reason == 0 ? pid : could_not_run(p->argv[0], reason, err));
}
