/*
 * inputs - what a program is run on, and what it asks its surroundings for
 *
 * Each text that is read is an input: one that the program is run on, or one
 * that it takes itself (input, inputs).  The builtins that say where it came
 * from (input_filename, input_line_number) are answered here, too, and what
 * the program says goes to standard error.
 */
#ifndef ROWPIPE_JQ_INPUTS_H
#define ROWPIPE_JQ_INPUTS_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct inputs;
struct jq_host;
struct jq_row;
struct texts_place;
struct value;
struct value_heap;

struct inputs_text {
	const char	*s;		/* JSON, or bytes of a line */
	size_t		 len;
	const char	*file;		/* NULL, "-", "stdin": standard input;
					   lives as long as the inputs */
	uint64_t	 line;		/* on which it begins, from 1 */
	const struct texts_place *place; /* what was read, when the text is
					   what was made of it; else NULL */
};

/* Reads the next text, borrowed until the next call.  Returns 1, 0 at the end,
 * or -1 with ${err} filled; file and line are where the last one was then, and
 * may be set. */
typedef int inputs_next(void *cookie, struct inputs_text *text,
    struct err *err);

/**
 * inputs_new(lines):
 * Return inputs that are JSON, or lines of text.  There is nothing to read
 * until inputs_from.  Caller frees with inputs_free.
 */
struct inputs *inputs_new(int lines);

/**
 * inputs_from(in, next, cookie):
 * Let ${next}, called with ${cookie}, read what the program asks for.
 */
void inputs_from(struct inputs *in, inputs_next *next, void *cookie);

/**
 * inputs_host(in):
 * The surroundings for jq_new; borrowed.
 */
const struct jq_host *inputs_host(const struct inputs *in);

/**
 * inputs_row(in, text, row, err):
 * Take ${text}, JSON, which was read by somebody else, as the next input and
 * fill ${row}, which borrows it.  Return 0, or -1 with ${err} filled.
 */
int inputs_row(struct inputs *in, const struct inputs_text *text,
    struct jq_row *row, struct err *err);

/**
 * inputs_line(in, text, h):
 * The same for a line: return it as a string of ${h}.
 */
struct value inputs_line(struct inputs *in, const struct inputs_text *text,
    struct value_heap *h);

/**
 * inputs_at(in, file, line):
 * Say where what is at hand came from, when it is none of these.
 */
void inputs_at(struct inputs *in, const char *file, uint64_t line);

/**
 * inputs_count(in):
 * How many inputs there were.
 */
uint64_t inputs_count(const struct inputs *in);

/**
 * inputs_free(in):
 * Free ${in}; NULL is fine.
 */
void inputs_free(struct inputs *in);

#endif
