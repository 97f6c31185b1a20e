/*
 * documents - inputs of a program that are not rows, one a line: texts that
 * span lines, bare lines, the events of a text, everything at once
 */
#ifndef ROWPIPE_JQ_DOCUMENTS_H
#define ROWPIPE_JQ_DOCUMENTS_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct documents;
struct err;
struct jq;
struct value;

struct documents_opts {
	int		 lines;		/* lines, not JSON */
	struct jq	*streamer;	/* its outputs, of which each is a text,
					   instead of the text; or NULL */
	uint64_t	 max;		/* bytes of a text */
};

/**
 * documents_open(files, opts):
 * Return a reader of ${files}, as texts_open; ${opts} is copied.  Caller frees
 * with documents_close.
 */
struct documents *documents_open(char *const files[],
    const struct documents_opts *opts);

/**
 * documents_next(d, s, len, err):
 * Store where the next one is, borrowed until the next call; JSON is not
 * checked.  Return 1, 0 at the end, or -1 with ${err} filled.
 */
int documents_next(struct documents *d, const char **s, size_t *len,
    struct err *err);

/**
 * documents_waits(d):
 * Return non-zero when documents_next might have to wait for input.
 */
int documents_waits(const struct documents *d);

/**
 * documents_all(d, jq, v, err):
 * Store all of them as one value of ${jq}'s heap in ${v}: an array, or a
 * string when they are lines.  Its text lives as long as the process.  Return
 * 0, or -1 with ${err} filled.
 */
int documents_all(struct documents *d, struct jq *jq, struct value *v,
    struct err *err);

/**
 * documents_file(d), documents_line(d):
 * The file being read (NULL: standard input), and the line, from 1, on which
 * the last text began.
 */
const char *documents_file(const struct documents *d);
uint64_t documents_line(const struct documents *d);

/**
 * documents_close(d):
 * Close files and free ${d}; NULL is fine.
 */
void documents_close(struct documents *d);

#endif
