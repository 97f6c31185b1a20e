/*
 * rowmap - a program that rows pass one by one, text in and text out
 *
 * For programs that look at rows as they will be mapped, without the streams
 * of row-map.
 */
#ifndef ROWPIPE_JQ_ROWMAP_H
#define ROWPIPE_JQ_ROWMAP_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct rowmap;

/* Takes an output, ${len} bytes of JSON on one line, borrowed; -1 with ${err}
 * filled ends the run. */
typedef int rowmap_emit(void *cookie, const char *s, size_t len,
    struct err *err);

enum rowmap_status {
	ROWMAP_DONE,
	ROWMAP_FAILED,		/* the program, on this row */
	ROWMAP_STOPPED		/* the emit function */
};

/**
 * rowmap_new(text, err):
 * Compile the program ${text} (borrowed).  Return NULL with ${err} filled
 * (DIAG_USAGE) when it does not compile, or reads inputs by itself.  Caller
 * frees with rowmap_free.
 */
struct rowmap *rowmap_new(const char *text, struct err *err);

/**
 * rowmap_run(m, s, len, number, emit, cookie, err):
 * Run the program on the row ${number}, the ${len} bytes at ${s}, and call
 * ${emit} for each output.  Anything but ROWMAP_DONE fills ${err}; what is no
 * object the program fails on, too.
 */
enum rowmap_status rowmap_run(struct rowmap *m, const char *s, size_t len,
    uint64_t number, rowmap_emit *emit, void *cookie, struct err *err);

/**
 * rowmap_free(m):
 * Free ${m}; NULL is fine.
 */
void rowmap_free(struct rowmap *m);

#endif
