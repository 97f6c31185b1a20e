/*
 * process - programs that are started without a shell
 */
#ifndef ROWPIPE_BASE_PROCESS_H
#define ROWPIPE_BASE_PROCESS_H

#include <sys/types.h>

struct err;

#define PROCESS_SIGNAL_NAME 16

struct process {
	char *const	*argv;		/* the program and its arguments */
	int		 in, out;	/* become its standard input and output;
					   -1: it gets ours */
	int		 both;		/* its standard error goes where its
					   output does */
	int		 keep;		/* stays open under its number, though
					   it is close-on-exec here; or -1 */
	pid_t		 group;		/* the process group it joins */
	const char	*name;		/* a variable of its environment ... */
	const char	*value;		/* ... gets this value, NULL: none */
};

/**
 * process_start(p, err):
 * Find the program in PATH and start it, its signals with their default
 * actions except for those that this process was started to ignore.  It ends
 * with SIGTERM when this process dies, where the system can do that (Linux);
 * elsewhere the end of its pipes must do.  Return its id, or -1 with ${err}
 * filled: DIAG_USAGE when there is no such program that could be run,
 * DIAG_FAIL when it could not be started.
 */
pid_t process_start(const struct process *p, struct err *err);

/**
 * process_fork(group):
 * As fork(2), into the process group ${group} (0: a new one).  What is caught
 * here has its default action in the child, and none of its signals is taken
 * for one of ours.
 */
pid_t process_fork(pid_t group);

/**
 * process_ending(pid):
 * Return non-zero when the process ${pid}, a child that was not waited for,
 * has begun to end: it may have closed its files, and still not be known as
 * dead.  Only Linux tells; elsewhere the answer is no.
 */
int process_ending(pid_t pid);

/**
 * process_signal(number, name):
 * Write the name of a signal, "SIGTERM", into ${name} of PROCESS_SIGNAL_NAME
 * bytes, and return it.
 */
const char *process_signal(int number, char *name);

#endif
