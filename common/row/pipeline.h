/*
 * pipeline - stages joined by pipes, and the gate before the last one's COMMIT
 *
 * The stages are started without a shell, in a process group of their own.
 * The last one, if it asks (gate.h), is told to commit when every other stage
 * has ended with 0.  When one fails, or time is up, or a signal comes, the gate
 * is shut and what does not end by itself is ended.  What dies with this
 * process, however it dies, is everything.
 *
 *     p = pipeline_new(words, &opts, &err);
 *     status = pipeline_run(p);
 *     pipeline_say(p);
 *     ... pipeline_put_json(p, &b) ...
 *     pipeline_free(p);
 */
#ifndef ROWPIPE_ROW_PIPELINE_H
#define ROWPIPE_ROW_PIPELINE_H

#include <stddef.h>
#include <stdint.h>

#include "base/opt.h"

struct buf;
struct err;
struct ledger;
struct pipeline;

struct pipeline_opts {
	struct opt_list	 accept;	/* [STAGE:]STATUS, no failure */
	int		 count;		/* what passes between stages */
	const char	*save;		/* directory for copies, or NULL */
	uint64_t	 timeout;	/* milliseconds, 0: no limit */
};

/**
 * pipeline_new(words, opts, err):
 * Take the NULL-terminated ${words} apart at each that is "|"; in one of
 * backslashes and a bar, such as "\|", the first backslash goes.  Words and
 * ${opts} are borrowed, and the words changed.  Return NULL with ${err} filled
 * (DIAG_USAGE) when that gives no pipeline; caller frees with pipeline_free.
 */
struct pipeline *pipeline_new(char *words[], const struct pipeline_opts *opts,
    struct err *err);

/**
 * pipeline_run(p):
 * Run it to its end and return the exit status for main.  Standard input and
 * output are the stages' from then on.
 */
int pipeline_run(struct pipeline *p);

/**
 * pipeline_say(p):
 * Print a line for each stage, and how it all ended.
 */
void pipeline_say(const struct pipeline *p);

/**
 * pipeline_put_json(p, b):
 * Append "committed":true|false|null and "stages":[...] as members of an
 * object, without braces; null when that is not known, or when the last stage
 * never asked.
 */
void pipeline_put_json(const struct pipeline *p, struct buf *b);

/**
 * pipeline_counts(p):
 * What the last stage counted, borrowed; NULL when it did not say.
 */
const struct ledger *pipeline_counts(const struct pipeline *p);

/**
 * pipeline_seconds(p):
 * How long it took.
 */
double pipeline_seconds(const struct pipeline *p);

/**
 * pipeline_free(p):
 * Free ${p}; NULL is fine.  When the run was interrupted at the terminal, the
 * process ends by that signal here, as a shell that waits for it expects.
 */
void pipeline_free(struct pipeline *p);

#endif
