/*
 * texts - files as JSON texts one after the other, or as lines, or whole
 *
 * For the ways of reading that are not rows: texts that span lines, lines that
 * are no JSON.
 */
#ifndef ROWPIPE_JQ_TEXTS_H
#define ROWPIPE_JQ_TEXTS_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;
struct texts;

enum texts_mode {
	TEXTS_JSON,		/* texts separated by white space */
	TEXTS_LINES		/* lines, without their LF */
};

/**
 * texts_open(files, mode, max):
 * Return a reader of ${files}, NULL-terminated and borrowed; none, or "-",
 * mean standard input.  A text has at most ${max} bytes.  Caller frees with
 * texts_close.
 */
struct texts *texts_open(char *const files[], enum texts_mode mode,
    uint64_t max);

/**
 * texts_next(t, s, len, err):
 * Store where the next text or line is, borrowed until the next call.  JSON
 * texts are not checked; one that spans lines has lost the white space in
 * between its words.  Return 1, 0 at the end, or -1 with ${err} filled.
 */
int texts_next(struct texts *t, const char **s, size_t *len,
    struct err *err);

/**
 * texts_all(t, b, err):
 * Append all bytes of all files to ${b}.  Return 0, or -1 with ${err} filled.
 */
int texts_all(struct texts *t, struct buf *b, struct err *err);

/**
 * texts_compact(b, s, len):
 * Append the JSON text ${s} without white space between its words.
 */
void texts_compact(struct buf *b, const char *s, size_t len);

/**
 * texts_file(t), texts_line(t):
 * The file being read (NULL: standard input), and the line, from 1, on which
 * the last text began.
 */
const char *texts_file(const struct texts *t);
uint64_t texts_line(const struct texts *t);

/* Where a text stands, as it was read. */
struct texts_place {
	const char	*s;
	size_t		 len;
	uint64_t	 line;		/* on which it begins, from 1 */
	size_t		 column;	/* characters before it on that line */
};

/**
 * texts_place(t):
 * Where the last text stands; its bytes are borrowed until the next.
 */
const struct texts_place *texts_place(const struct texts *t);

/**
 * texts_fault(at, line, column):
 * Store where the text at ${at} stops being JSON, from 1.  Return 1, or 0 when
 * it is JSON.
 */
int texts_fault(const struct texts_place *at, uint64_t *line, size_t *column);

/**
 * texts_waits(t):
 * Return non-zero when texts_next might have to wait for input.
 */
int texts_waits(const struct texts *t);

/**
 * texts_close(t):
 * Close files and free ${t}; NULL is fine.
 */
void texts_close(struct texts *t);

#endif
