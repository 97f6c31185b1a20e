/*
 * kill_at - run a program and kill it at its Nth system call
 *
 *	kill_at N FILE CMD [ARG ...]
 *
 * SIGKILL comes when CMD, any thread of it, is about to make its Nth system
 * call, which is not made.  FILE gets the number of system calls that were
 * begun; N = 0 never kills, and so counts.  The exit status is that of CMD, 128
 * and the signal when one ended it; 126 where processes cannot be traced.
 */
#include <sys/types.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define THREADS	64

struct trace {
	pid_t		first;			/* the process */
	pid_t		tid[THREADS];
	int		inside[THREADS];	/* a system call */
	int		running;		/* CMD itself, not yet exec */
	int		status;
	unsigned long	seen, nth;
};

static int *
inside(struct trace *t, pid_t tid)
{
	size_t i;

	for (i = 0; i < THREADS - 1 && t->tid[i] != 0; i++)
		if (t->tid[i] == tid)
			break;
	t->tid[i] = tid;
	return (&t->inside[i]);
}

static void
begin(pid_t parent, char *argv[])
{

	/* Whoever started us may be gone already. */
	if (getppid() != parent ||
	    ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
		_exit(126);
	(void)raise(SIGSTOP);
	(void)execvp(argv[0], argv);
	perror(argv[0]);
	_exit(127);
}

/* A thread has stopped: count, kill, let it go on. */
static void
go_on(struct trace *t, pid_t tid, int wait_status)
{
	int sig = WSTOPSIG(wait_status), event = wait_status >> 16;
	int *in = inside(t, tid);

	if (event == PTRACE_EVENT_EXEC) {
		t->running = 1;
		*in = 1;
		sig = 0;
	} else if (sig == (SIGTRAP | 0x80)) {
		*in = !*in;
		if (*in && t->running && ++t->seen == t->nth)
			(void)kill(t->first, SIGKILL);
		sig = 0;
	} else if (event != 0 || sig == SIGSTOP)
		sig = 0;
	(void)ptrace(PTRACE_SYSCALL, tid, NULL, (long)sig);
}

static void
follow(struct trace *t)
{
	int st;
	pid_t tid;

	for (;;) {
		tid = waitpid(-1, &st, __WALL);
		if (tid == -1 && errno == EINTR)
			continue;
		if (tid == -1)
			return;
		if (WIFSTOPPED(st)) {
			go_on(t, tid, st);
			continue;
		}
		*inside(t, tid) = 0;
		if (tid == t->first)
			t->status = WIFSIGNALED(st) ? 128 + WTERMSIG(st) :
			    WEXITSTATUS(st);
	}
}

int
main(int argc, char *argv[])
{
	struct trace t = { .status = 126 };
	pid_t self = getpid();
	FILE *f;
	int st;

	if (argc < 4) {
		(void)fprintf(stderr, "usage: kill_at N FILE CMD [ARG ...]\n");
		return (2);
	}
	t.nth = strtoul(argv[1], NULL, 10);
	if ((t.first = fork()) == 0)
		begin(self, argv + 3);
	if (t.first == -1 || waitpid(t.first, &st, 0) != t.first ||
	    !WIFSTOPPED(st) ||
	    ptrace(PTRACE_SETOPTIONS, t.first, NULL,
	    (long)(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC |
	    PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL)) != 0)
		return (126);
	(void)ptrace(PTRACE_SYSCALL, t.first, NULL, NULL);
	follow(&t);
	if ((f = fopen(argv[2], "w")) == NULL ||
	    fprintf(f, "%lu\n", t.seen) < 0 || fclose(f) != 0)
		return (126);
	return (t.status);
}
