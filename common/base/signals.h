/*
 * signals - signals as bytes to read, for a loop that polls
 *
 * The handler writes the number of the signal into a pipe, which is all that
 * can be done safely there; the loop reads it when it gets round to it.
 */
#ifndef ROWPIPE_BASE_SIGNALS_H
#define ROWPIPE_BASE_SIGNALS_H

#include <stddef.h>

struct err;

/**
 * signals_open(numbers, n, err):
 * Catch the ${n} signals ${numbers}, except those that the program was started
 * to ignore (as "nohup" has it; SIGCHLD is never one of them), until the
 * process ends.  Return a descriptor to poll, or -1 with ${err} filled.
 */
int signals_open(const int *numbers, size_t n, struct err *err);

/**
 * signals_next(fd):
 * Return the number of a signal that came, or 0 when none is left.
 */
int signals_next(int fd);

#endif
