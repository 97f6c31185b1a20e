/*
 * diag - the one place that prints messages, and the exit statuses
 *
 * Messages go to standard error, one line each: "program: place: what is
 * wrong"; a known remedy follows on a line that starts with "hint:".
 */
#ifndef ROWPIPE_BASE_DIAG_H
#define ROWPIPE_BASE_DIAG_H

#include <stdnoreturn.h>

struct err;

enum diag_status {
	DIAG_OK = 0,		/* done, nothing to report */
	DIAG_FINDINGS = 1,	/* done, with findings */
	DIAG_USAGE = 2,		/* bad option or operand */
	DIAG_BADINPUT = 3,	/* bad input data */
	DIAG_FAIL = 4,		/* database or I/O error */
	DIAG_INCOMPLETE = 5,	/* incomplete stream; nothing committed */
	DIAG_UNKNOWN = 6	/* outcome of COMMIT unknown */
};

/**
 * diag_init(name):
 * Take ${name} (borrowed for the process) for messages, fill any closed
 * standard descriptor with one that fails when used, and let a write beyond
 * the limit of file sizes fail as others do.  First call of main,
 * made by opt_parse.
 */
void diag_init(const char *name);

/**
 * diag_name():
 * The program's name as diag_init took it.
 */
const char *diag_name(void);

/**
 * diag_level(n):
 * Set how much is said: -1 quiet (errors only), 0 normal, 1 or more verbose.
 */
void diag_level(int n);

/**
 * diag_verbose():
 * Return non-zero when -v was given.
 */
int diag_verbose(void);

/**
 * diag_quiet():
 * Return non-zero when -q was given.
 */
int diag_quiet(void);

/**
 * diag_before(fn):
 * Call ${fn} before every message, NULL for nothing: what stands on the
 * terminal without a newline can be taken away then.
 */
void diag_before(void (*fn)(void));

/**
 * diag_note(fmt, ...):
 * Say something that is no error; silent under -q.
 */
void diag_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/**
 * diag_warn(fmt, ...):
 * Say what is wrong and go on.  Printed under -q too.
 */
void diag_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/**
 * diag_hint(fmt, ...):
 * Say what would mend what was just said.
 */
void diag_hint(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/**
 * diag_err(place, err):
 * Print ${err}, with its hint, after ${place} ("file:12:3", "clients.id")
 * unless that is NULL.
 */
void diag_err(const char *place, const struct err *err);

/**
 * diag_failed(place, err, status):
 * Print ${err} as diag_err does, unless it has no message: it was said already.
 * Return the exit status: the one that ${err} carries, or ${status} when it
 * carries none.
 */
int diag_failed(const char *place, const struct err *err,
    enum diag_status status);

/**
 * diag_exit(err, status):
 * Print ${err} and end the program with the status that ${err} carries, or
 * ${status} when it carries none.
 */
noreturn void diag_exit(const struct err *err, enum diag_status status);

/**
 * diag_die(status, fmt, ...):
 * Say what is wrong and end the program.
 */
noreturn void diag_die(enum diag_status status, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
