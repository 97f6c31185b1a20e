/*
 * terminal - who may use the controlling terminal, and stopping as it demands
 *
 * A process group of its own is in the background as the terminal sees it:
 * what reads there is stopped until the group is given the foreground.  All of
 * this does nothing when there is no controlling terminal.
 */
#ifndef ROWPIPE_BASE_TERMINAL_H
#define ROWPIPE_BASE_TERMINAL_H

#include <sys/types.h>

/**
 * terminal_has(group):
 * Return non-zero when the process group ${group} is in the foreground.
 */
int terminal_has(pid_t group);

/**
 * terminal_give(from, to):
 * Put the process group ${to} into the foreground if ${from} is there.  Return
 * non-zero when it was.  SIGTTOU must be ignored.
 */
int terminal_give(pid_t from, pid_t to);

/**
 * terminal_stop(number, all):
 * Stop this process, and with ${all} every other of its process group, as the
 * terminal does with the signal ${number}.  Returns when it is continued.
 */
void terminal_stop(int number, int all);

#endif
