/*
 * at_call - run a program, and let something happen at its Nth system call
 *
 *	at_call WHAT FILE CMD [ARG ...]
 *
 * WHAT is one of
 *
 *	count		nothing
 *	kill:N		SIGKILL when CMD, any thread of it, is about to make its
 *			Nth system call, which is not made
 *	fail:KIND:N:ERRNO
 *			the Nth of that kind fails and is not made; a close is
 *			made, as the kernel does, and fails as well; a break
 *			("brk") has no ERRNO but stays where it is
 *	short:KIND:N	the Nth of that kind moves one byte
 *
 * With ":on" at the end it happens to all later calls of that kind, too.
 * FILE gets a line for each system call that was begun: its kind, or "-" for
 * one that never fails; "take" and "put" are reads and writes of a pipe.
 * Children are not followed.  The exit status is that of CMD, 128 and the
 * signal when one ended it; 126 where processes cannot be traced so.
 */
#include <sys/types.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__linux__) && defined(__x86_64__)
#include <sys/reg.h>
#define CAN_FAIL 1
/* Words of the registers, as PTRACE_PEEKUSER counts them. */
enum {
	CALL = 8 * ORIG_RAX, RESULT = 8 * RAX, FIRST = 8 * RDI,
	LENGTH = 8 * RDX
};
#else
#define CAN_FAIL 0
enum { CALL, RESULT, FIRST, LENGTH };
#endif

#define THREADS	64

enum what { COUNT, KILL, FAIL, SHORT };

struct thread {
	pid_t		tid;
	int		inside;			/* a system call */
	int		spoil;			/* its result */
	long		word, old;		/* a changed register */
};

struct trace {
	pid_t		first;			/* the process */
	struct thread	thread[THREADS];
	FILE		*list;
	enum what	what;
	const char	*kind;			/* to count; NULL: all */
	int		on, error;
	int		running;		/* CMD itself, not yet exec */
	int		status;
	unsigned long	seen, nth;
};

static const struct {
	long		 number;
	const char	*kind;
} calls[] = {
	{ SYS_read, "read" }, { SYS_pread64, "read" }, { SYS_readv, "readv" },
	{ SYS_recvfrom, "read" }, { SYS_recvmsg, "readv" },
	{ SYS_write, "write" }, { SYS_pwrite64, "write" },
	{ SYS_writev, "writev" }, { SYS_sendto, "send" },
	{ SYS_sendmsg, "writev" },
	{ SYS_openat, "open" }, { SYS_close, "close" },
	{ SYS_fsync, "sync" }, { SYS_fdatasync, "sync" },
	{ SYS_renameat, "rename" }, { SYS_renameat2, "rename" },
	{ SYS_linkat, "rename" }, { SYS_unlinkat, "unlink" },
	{ SYS_ftruncate, "truncate" }, { SYS_fallocate, "truncate" },
	{ SYS_fstat, "stat" }, { SYS_statx, "stat" },
	{ SYS_ppoll, "poll" }, { SYS_pselect6, "poll" },
	{ SYS_socket, "socket" }, { SYS_connect, "socket" },
	{ SYS_socketpair, "socket" }, { SYS_pipe2, "socket" },
	{ SYS_setsockopt, "socket" }, { SYS_getsockopt, "socket" },
	{ SYS_mmap, "memory" }, { SYS_mremap, "memory" },
	{ SYS_brk, "break" }, { SYS_clone, "clone" },
	{ SYS_fcntl, "fcntl" }, { SYS_mkdirat, "folder" },
	{ SYS_getdents64, "folder" }, { SYS_fchmod, "folder" },
	{ SYS_lseek, "seek" }, { SYS_flock, "fcntl" },
#ifdef SYS_open
	{ SYS_open, "open" }, { SYS_rename, "rename" }, { SYS_link, "rename" },
	{ SYS_unlink, "unlink" }, { SYS_stat, "stat" }, { SYS_lstat, "stat" },
	{ SYS_poll, "poll" }, { SYS_select, "poll" }, { SYS_mkdir, "folder" },
	{ SYS_rmdir, "folder" }, { SYS_vfork, "clone" },
	{ SYS_newfstatat, "stat" }, { SYS_pipe, "socket" },
#endif
#ifdef SYS_clone3
	{ SYS_clone3, "clone" },
#endif
};

static const struct {
	const char	*name;
	int		 value;
} errors[] = {
	{ "EIO", EIO }, { "ENOSPC", ENOSPC }, { "EINTR", EINTR },
	{ "EAGAIN", EAGAIN }, { "EPIPE", EPIPE }, { "EMFILE", EMFILE },
	{ "EACCES", EACCES }, { "ENOMEM", ENOMEM },
};

static struct thread *
thread_of(struct trace *t, pid_t tid)
{
	size_t i;

	for (i = 0; i < THREADS - 1 && t->thread[i].tid != 0; i++)
		if (t->thread[i].tid == tid)
			break;
	t->thread[i].tid = tid;
	return (&t->thread[i]);
}

/* Registers, by their place in struct user; ptrace wants numbers as pointers.
 * NOLINTBEGIN(performance-no-int-to-ptr) */
static long
get(pid_t tid, long word)
{

	return (ptrace(PTRACE_PEEKUSER, tid, (void *)word, NULL));
}

static void
set(pid_t tid, long word, long value)
{

	(void)ptrace(PTRACE_POKEUSER, tid, (void *)word, (void *)value);
}
/* NOLINTEND(performance-no-int-to-ptr) */

/* Whether the descriptor that a call of ${tid} is for is a pipe: those fail in
 * other ways than files. */
static int
is_pipe(pid_t tid)
{
	char path[64], name[8];
	long fd = get(tid, FIRST);

	(void)snprintf(path, sizeof(path), "/proc/%ld/fd/%ld", (long)tid, fd);
	return (readlink(path, name, sizeof(name)) > 4 &&
	    memcmp(name, "pipe", 4) == 0);
}

static const char *
kind_of(pid_t tid)
{
	const char *kind;
	size_t i, n = sizeof(calls) / sizeof(calls[0]);
	long number;

	number = CAN_FAIL ? get(tid, CALL) : -1;
	for (i = 0; i < n && calls[i].number != number; i++)
		continue;
	kind = i < n ? calls[i].kind : "-";
	if ((strcmp(kind, "read") == 0 || strcmp(kind, "write") == 0) &&
	    is_pipe(tid))
		kind = kind[0] == 'r' ? "take" : "put";
	return (kind);
}

/* As set, until the call is over. */
static void
set_argument(struct thread *th, long word, long value)
{

	th->word = word;
	th->old = get(th->tid, word);
	set(th->tid, word, value);
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

/* A call begins, and is one of those that something happens to. */
static void
strike(struct trace *t, struct thread *th, const char *kind)
{

	switch (t->what) {
	case COUNT:
		break;
	case KILL:
		(void)kill(t->first, SIGKILL);
		break;
	case FAIL:
		/* It fails by leaving the break where it is. */
		if (strcmp(kind, "break") == 0) {
			set_argument(th, FIRST, 0);
			break;
		}
		/* There is no such system call, so that nothing happens. */
		if (strcmp(kind, "close") != 0)
			set(th->tid, CALL, -1);
		th->spoil = 1;
		break;
	case SHORT:
		if (strstr("read write send take put", kind) != NULL &&
		    get(th->tid, LENGTH) > 1)
			set_argument(th, LENGTH, 1);
		break;
	}
}

static void
leave(const struct trace *t, struct thread *th)
{

	if (th->spoil)
		set(th->tid, RESULT, -(long)t->error);
	if (th->word != 0)
		set(th->tid, th->word, th->old);
	th->spoil = 0;
	th->word = 0;
}

static void
enter(struct trace *t, struct thread *th)
{
	const char *kind = kind_of(th->tid);

	(void)fprintf(t->list, "%s\n", kind);
	if (t->kind != NULL && strcmp(kind, t->kind) != 0)
		return;
	if (++t->seen == t->nth || (t->on && t->seen > t->nth))
		strike(t, th, kind);
}

/* A thread has stopped: let happen what shall, and let it go on. */
static void
go_on(struct trace *t, pid_t tid, int wait_status)
{
	int sig = WSTOPSIG(wait_status), event = wait_status >> 16;
	struct thread *th = thread_of(t, tid);

	if (event == PTRACE_EVENT_EXEC) {
		t->running = 1;
		th->inside = 1;
		sig = 0;
	} else if (sig == (SIGTRAP | 0x80)) {
		th->inside = !th->inside;
		if (th->inside && t->running)
			enter(t, th);
		else
			leave(t, th);
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
		memset(thread_of(t, tid), 0, sizeof(t->thread[0]));
		thread_of(t, tid)->tid = tid;
		if (tid == t->first)
			t->status = WIFSIGNALED(st) ? 128 + WTERMSIG(st) :
			    WEXITSTATUS(st);
	}
}

/* Return -1 when ${s} is not as the top of this file says. */
static int
read_what(struct trace *t, char *s)
{
	char *word, *save = NULL;
	size_t i, n = sizeof(errors) / sizeof(errors[0]);

	word = strtok_r(s, ":", &save);
	if (word == NULL)
		return (-1);
	t->what = strcmp(word, "kill") == 0 ? KILL :
	    strcmp(word, "fail") == 0 ? FAIL :
	    strcmp(word, "short") == 0 ? SHORT : COUNT;
	if (t->what == COUNT)
		return (strcmp(word, "count") == 0 ? 0 : -1);
	if (t->what != KILL && (!CAN_FAIL ||
	    (t->kind = strtok_r(NULL, ":", &save)) == NULL))
		return (-1);
	if ((word = strtok_r(NULL, ":", &save)) == NULL)
		return (-1);
	t->nth = strtoul(word, NULL, 10);
	while ((word = strtok_r(NULL, ":", &save)) != NULL) {
		for (i = 0; i < n && strcmp(word, errors[i].name) != 0; i++)
			continue;
		if (i < n)
			t->error = errors[i].value;
		else if (strcmp(word, "on") == 0)
			t->on = 1;
		else
			return (-1);
	}
	return (t->what == FAIL && t->error == 0 ? -1 : 0);
}

int
main(int argc, char *argv[])
{
	struct trace t = { .status = 126 };
	pid_t self = getpid();
	int st;

	if (argc < 4 || read_what(&t, argv[1]) != 0) {
		(void)fprintf(stderr, "usage: at_call count|kill:N|"
		    "fail:KIND:N:ERRNO[:on]|short:KIND:N[:on] "
		    "FILE CMD [ARG ...]\n");
		return (CAN_FAIL ? 2 : 126);
	}
	if ((t.first = fork()) == 0)
		begin(self, argv + 3);
	if (t.first == -1 || waitpid(t.first, &st, 0) != t.first ||
	    !WIFSTOPPED(st) ||
	    ptrace(PTRACE_SETOPTIONS, t.first, NULL,
	    (long)(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC |
	    PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL)) != 0)
		return (126);
	if ((t.list = fopen(argv[2], "we")) == NULL)
		return (126);
	(void)ptrace(PTRACE_SYSCALL, t.first, NULL, NULL);
	follow(&t);
	return (fclose(t.list) == 0 ? t.status : 126);
}
