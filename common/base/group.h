/*
 * group - a process group that does not outlive its master
 *
 * The group's leader is a guard: a process that does nothing but wait until
 * the one that opened the group is gone, and then ends all that is left in it,
 * however that one died.  It also keeps the group's number from being used
 * again as long as there is a group to send signals to.
 */
#ifndef ROWPIPE_BASE_GROUP_H
#define ROWPIPE_BASE_GROUP_H

#include <sys/types.h>

struct err;
struct group;

/**
 * group_open(err):
 * Return a new process group with its guard in it, or NULL with ${err} filled.
 * Caller frees with group_close.
 */
struct group *group_open(struct err *err);

/**
 * group_id(g):
 * The number of the process group.
 */
pid_t group_id(const struct group *g);

/**
 * group_guarded(g):
 * Return non-zero while the guard lives.
 */
int group_guarded(const struct group *g);

/**
 * group_signal(g, number):
 * Send a signal to all in the group.  The guard takes no notice of any but
 * SIGKILL and SIGSTOP.
 */
void group_signal(const struct group *g, int number);

/**
 * group_leave(g):
 * In a process that the master has forked, into the group or not: no longer
 * stand for the master, and free ${g} there.
 */
void group_leave(struct group *g);

/**
 * group_close(g):
 * Dismiss the guard and free ${g}; NULL is fine.  Processes that are still in
 * the group go on.
 */
void group_close(struct group *g);

#endif
