/*
 * progress - how far a run has come, on standard error
 *
 * On a terminal one line that is rewritten a few times a second (rows, rows
 * per second, percent and time left when the total is known); SIGUSR1 prints
 * a line at any time; silent when standard error is no terminal.  The mode
 * "plain" prints whole lines, "json" objects {"program":...,"what":...,
 * "rows":...,"rate":...,"percent":...,"eta":...}, wherever they go.
 */
#ifndef ROWPIPE_ROW_PROGRESS_H
#define ROWPIPE_ROW_PROGRESS_H

#include <stdint.h>

enum progress_mode {		/* order of PROGRESS_WORDS */
	PROGRESS_AUTO, PROGRESS_PLAIN, PROGRESS_JSON, PROGRESS_NEVER
};
#define PROGRESS_WORDS "auto|plain|json|never"

struct progress;

/**
 * progress_for_rows(mode, fd):
 * Return the mode for a program that writes rows to ${fd}: the one given, but
 * PROGRESS_NEVER instead of PROGRESS_AUTO when ${fd} is a terminal, where the
 * line would stand among the rows, or a pipe, where the last stage shows it.
 */
enum progress_mode progress_for_rows(enum progress_mode mode, int fd);

/**
 * progress_new(mode, what):
 * Return a progress line for ${what} (borrowed); caller frees with
 * progress_free.  A bare --progress is PROGRESS_AUTO.  Takes SIGUSR1 for
 * itself; of several the newest answers it.
 */
struct progress *progress_new(enum progress_mode mode, const char *what);

/**
 * progress_at(p, rows, done, total):
 * ${rows} rows have passed; ${done} of ${total} units (bytes or rows) are
 * done, ${total} 0 when not known.  Cheap enough to call for every row: the
 * clock is looked at once in many calls.
 */
void progress_at(struct progress *p, uint64_t rows, uint64_t done,
    uint64_t total);

/**
 * progress_free(p):
 * Clear the line (in PROGRESS_JSON print a last one) and free ${p}; NULL is
 * fine.
 */
void progress_free(struct progress *p);

#endif
