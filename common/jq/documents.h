/*
 * documents - inputs of a program that are not rows, one a line: texts that
 * span lines, bare lines, the events of a text, everything at once
 */
#ifndef ROWPIPE_JQ_DOCUMENTS_H
#define ROWPIPE_JQ_DOCUMENTS_H

#include <stddef.h>
#include <stdint.h>

#include "jq/jq.h"

struct documents;
struct err;
struct inputs;
struct value;

/* As the options say it; the last two say how a program is run on them. */
struct documents_opts {
	int		 multiline;	/* texts, on one line or several */
	int		 lines;		/* lines, not JSON */
	int		 events;	/* not the text, but the outputs of
					   "tostream" on it, each a text */
	int		 null;		/* once, on null */
	int		 slurp;		/* once, on all of them */
};

/**
 * documents_wanted(opts):
 * Return non-zero when ${opts} asks for anything that is not rows.
 */
int documents_wanted(const struct documents_opts *opts);

/**
 * documents_open(files, opts, max, memory, stack):
 * Return a reader of ${files}, as texts_open; ${opts} is copied.  A text has
 * at most ${max} bytes; ${memory} and ${stack} are for events, as jq_new has
 * them.  Caller frees with documents_close.
 */
struct documents *documents_open(char *const files[],
    const struct documents_opts *opts, uint64_t max, uint64_t memory,
    size_t stack);

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
 * string when they are lines.  Its text lives as long as ${d}.  Return
 * 0, or -1 with ${err} filled.
 */
int documents_all(struct documents *d, struct jq *jq, struct value *v,
    struct err *err);

/* How a program is run on documents. */
struct documents_run {
	struct jq	*jq;
	struct inputs	*inputs;	/* its host; counts and reads */
	uint64_t	 limit;		/* no more inputs than these */
	/* Before each input, and before a wait for more: 0, or -1 with ${err}
	 * filled. */
	int		(*begin)(void *cookie, struct err *err);
	int		(*wait)(void *cookie, struct err *err);
	jq_emit		*emit;		/* takes the outputs */
	void		*cookie;
};

/**
 * documents_run(d, how, err):
 * Run the program on the documents, those that it asks for itself among them.
 * Return as jq_run, whose 1 and -1 end the run.
 */
int documents_run(struct documents *d, const struct documents_run *how,
    struct err *err);

/**
 * documents_file(d), documents_line(d):
 * The file being read (NULL: standard input), and the line, from 1, on which
 * the last text began.
 */
const char *documents_file(const struct documents *d);
uint64_t documents_line(const struct documents *d);

/**
 * documents_place(d, err, dst, size):
 * Write where ${err} happened into ${dst}: "file:line", standard input being
 * "stdin", of the last text, or "file:line:column" of what is no JSON in it.
 * Return ${dst}, or NULL when all texts, or none, are meant.
 */
const char *documents_place(const struct documents *d, const struct err *err,
    char *dst, size_t size);

/**
 * documents_close(d):
 * Close files and free ${d}; NULL is fine.
 */
void documents_close(struct documents *d);

#endif
