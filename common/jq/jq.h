/*
 * jq - the mapping language: programs compiled once and run on each row
 *
 *     jq = jq_new(&opts, &err);
 *     while (... a row ...)
 *             if (jq_run(jq, &row, emit, cookie, &err) != 0) ...
 *     jq_free(jq);
 */
#ifndef ROWPIPE_JQ_JQ_H
#define ROWPIPE_JQ_JQ_H

#include <stddef.h>
#include <stdint.h>

#include "jq/compile.h"
#include "jq/value.h"

struct err;
struct jq;
struct json_field;
struct json_reader;

/* What the program's surroundings do for it; any may be NULL. */
struct jq_host {
	/* The next input as a value of the heap that needs no text to live
	 * on (value_own): 1, 0 when there is none, or -1 with ${err} filled.
	 * The program may catch that an input is bad (status 0 or
	 * DIAG_BADINPUT); any other status ends the run, and is its own. */
	int		(*input)(void *cookie, struct value_heap *h,
			    struct value *v, struct err *err);
	/* Bytes for standard error (debug, stderr). */
	void		(*say)(void *cookie, const char *s, size_t len);
	const char	*(*file)(void *cookie);	/* input's name, or NULL */
	uint64_t	(*line)(void *cookie);	/* input's line number */
	void		*cookie;
};

struct jq_opts {
	const char		*name;		/* of the program's text */
	const char		*text;
	size_t			 len;
	const char		*origin;	/* see compile.h */
	const char *const	*dirs;
	const struct jq_host	*host;		/* borrowed */
	size_t			 memory;	/* most bytes of values */
	size_t			 stack;		/* bytes of stack there are */
};

/* A row: its value and, for objects, the members as the reader found them. */
struct jq_row {
	struct json_value	 v;
	const struct json_field	*fields;	/* NULL: not known */
	size_t			 nfields;
	uint64_t		 shape;
	uint64_t		 number;	/* of the row, from 1 */
};

/**
 * jq_new(opts):
 * Return a new instance without a program; caller frees with jq_free.
 */
struct jq *jq_new(const struct jq_opts *opts);

/**
 * jq_heap(jq):
 * The heap for values of this instance.
 */
struct value_heap *jq_heap(struct jq *jq);

/**
 * jq_bind(jq, name, v):
 * Let $${name} (borrowed) be ${v} in the program; before jq_compile.
 */
void jq_bind(struct jq *jq, const char *name, struct value v);

/**
 * jq_compile(jq, err):
 * Compile the program.  Return 0, or -1 with ${err} filled: its message names
 * the place, its status is DIAG_USAGE.
 */
int jq_compile(struct jq *jq, struct err *err);

/**
 * jq_uses_input(jq):
 * Does the program read inputs by itself?
 */
int jq_uses_input(const struct jq *jq);

/**
 * jq_read_object(r, s, len, row, err), jq_read_row(r, s, len, row, err):
 * Check the ${len} bytes at ${s}, an object, or any value, with white space
 * around it, and fill ${row}, which borrows them, and the members from ${r};
 * its number is 0.  Return 0, or -1 with ${err} filled.
 */
int jq_read_object(struct json_reader *r, const char *s, size_t len,
    struct jq_row *row, struct err *err);
int jq_read_row(struct json_reader *r, const char *s, size_t len,
    struct jq_row *row, struct err *err);

/**
 * jq_run(jq, row, emit, cookie, err):
 * Run the program on ${row}, and call ${emit} for each output, borrowed.  A
 * -1 of ${emit} ends the run.  Return 0; -1 with ${err} filled when the
 * program failed on this row (status 0), an input could not be read (its
 * status) or ${emit} failed; or 1 when it called halt or halt_error: see
 * jq_say_halted.
 */
typedef int jq_emit(void *cookie, struct value *v, struct err *err);
int jq_run(struct jq *jq, const struct jq_row *row, jq_emit *emit,
    void *cookie, struct err *err);

/**
 * jq_run_value(jq, v, number, emit, cookie, err):
 * As jq_run for a value of the instance's heap, which is taken over.
 */
int jq_run_value(struct jq *jq, struct value v, uint64_t number,
    jq_emit *emit, void *cookie, struct err *err);

/**
 * jq_interrupt(jq):
 * Let the run at hand fail at its next step.  May be called from a signal
 * handler.
 */
void jq_interrupt(struct jq *jq);

/**
 * jq_say_halted(jq):
 * After jq_run returned 1: let the host say what halt_error was given, a
 * string as it is, else as JSON on a line, and return the exit status.
 */
int jq_say_halted(struct jq *jq);

/**
 * jq_error(jq):
 * The value of the last error, borrowed until the next run.
 */
const struct value *jq_error(const struct jq *jq);

/**
 * jq_free(jq):
 * Free ${jq} and all values of its heap; NULL is fine.
 */
void jq_free(struct jq *jq);

#endif
