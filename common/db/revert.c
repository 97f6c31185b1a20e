#include <sys/stat.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/backward.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "base/seen.h"
#include "db/change.h"
#include "db/revert.h"
#include "json/json.h"
#include "row/input.h"
#include "row/row.h"

#define REFUSED_SAID	10	/* named one by one */

struct revert {
	const char	*path;
	const char	*engine;
	struct arena	*a;
	struct seen	*seen;		/* names of tables */
	const char	**tables;
	size_t		 ntables, cap;
	uint64_t	 changes;	/* that the log has */
	uint64_t	 tail;		/* where the changes begin that no
					   "commit" follows */
	uint64_t	 tail_changes;
	uint64_t	 end;		/* what comes behind does not count */
	uint64_t	 undone, refused;
};

/* One way through a part of the log. */
struct walk {
	struct revert			*r;
	const struct revert_ops		*ops;
	void				*cookie;
	int				 forward, force;
	int				 quiet;	/* a trial: nothing is said, and
						   the first that is refused
						   ends it */
	uint64_t			 done, refused;
};

/*
 * The first reading.
 */

static void
add_table(struct revert *r, const struct json_value *name)
{
	uint64_t earlier;
	size_t len;
	const char *s = json_string(name, r->a, &len);

	if (!seen_add(r->seen, s, len, 0, &earlier))
		return;
	r->tables = mem_grow(r->tables, &r->cap, r->ntables + 1,
	    sizeof(*r->tables));
	r->tables[r->ntables++] = arena_dup(r->a, s, len);
}

static int
scan_row(struct revert *r, const struct row *row, struct err *err)
{
	struct change c;

	if (change_read(row->fields, row->nfields, r->engine, &c, err) != 0)
		return (-1);
	if (c.op == CHANGE_COMMIT) {
		r->tail = row->offset + row->len;
		r->tail_changes = 0;
	}
	if (!change_is(&c))
		return (0);
	r->changes++;
	r->tail_changes++;
	add_table(r, &c.table);
	return (0);
}

/* Put the place that was read before the message. */
static int
at_place(struct input *in, struct err *err)
{
	char place[320];
	int status = err->status;

	(void)input_place(in, err, place, sizeof(place));
	(void)err_prefix(err, "%s: ", place);
	return (err_status(err, status != 0 ? status : DIAG_BADINPUT));
}

/* Was the last line being written when the program that did so died? */
static int
is_cut(const struct revert *r, struct input *in)
{
	struct backward *b;
	struct err err = ERR_INIT;
	struct row *row;
	struct stat st;
	uint64_t offset;
	const char *s;
	size_t len;
	int cut = 0;

	if (input_next(in, &row, &err) != INPUT_END)
		return (0);
	if ((b = backward_open(r->path, UINT64_MAX, &err)) == NULL)
		return (0);
	if (stat(r->path, &st) == 0 &&
	    backward_next(b, &s, &len, &offset, &err) == 1)
		cut = offset + len == (uint64_t)st.st_size;
	backward_close(b);
	return (cut);
}

static struct input *
open_log(const struct revert *r, char *files[2])
{
	static const struct input_opts opts = {
		.max_line = JSON_TEXT_MAX, .limit = UINT64_MAX
	};

	files[0] = mem_strdup(r->path);
	files[1] = NULL;
	return (input_open(files, &opts));
}

static int
scan(struct revert *r, struct err *err)
{
	char *files[2];
	struct input *in = open_log(r, files);
	enum input_status got;
	struct row *row;
	int rc = 0;

	r->end = UINT64_MAX;
	while ((got = input_next(in, &row, err)) == INPUT_ROW && rc == 0)
		if ((rc = scan_row(r, row, err)) != 0)
			(void)at_place(in, err);
	if (rc == 0 && got != INPUT_END) {
		(void)at_place(in, err);
		rc = -1;
		if (got == INPUT_BAD && is_cut(r, in)) {
			/* The log is whole before COMMIT: there was none. */
			r->end = r->tail;
			r->tail_changes = 0;
			rc = 0;
		}
	}
	input_close(in);
	mem_free(files[0]);
	return (rc);
}

struct revert *
revert_open(const char *path, const char *engine, struct err *err)
{
	struct revert *r = mem_alloc(sizeof(*r));
	struct backward *b;

	r->path = path;
	r->engine = engine;
	r->a = arena_new();
	r->seen = seen_new();
	/* Said at once when it cannot be read from its end. */
	b = backward_open(path, UINT64_MAX, err);
	backward_close(b);
	if (b != NULL && scan(r, err) == 0)
		return (r);
	revert_close(r);
	return (NULL);
}

const char *const *
revert_tables(const struct revert *r, size_t *n)
{

	*n = r->ntables;
	return (r->tables);
}

/*
 * Changes.
 */

static void
say_refused(const struct walk *w, const struct err *why)
{

	if (w->refused <= REFUSED_SAID)
		diag_err(NULL, why);
	if (w->refused == REFUSED_SAID + 1)
		diag_note("further rows are only counted");
}

/* Return 1 to go on, 0 to stop, -1 with ${err} filled. */
static int
walk_change(struct walk *w, const struct change *c, struct err *err)
{
	struct err why = ERR_INIT;

	switch (w->ops->change(w->cookie, c, w->forward, w->force, &why)) {
	case REVERT_DONE:
		w->done++;
		return (1);
	case REVERT_REFUSED:
		w->refused++;
		if (w->quiet)
			return (0);
		say_refused(w, &why);
		return (1);
	default:
		*err = why;
		return (-1);
	}
}

static int
walk_line(struct walk *w, struct json_reader *reader, const char *s,
    size_t len, struct err *err)
{
	struct change c;

	/* Empty lines, and those of a frame, are no rows. */
	if (len == 0 || s[0] == '\r' || strncmp(s, "{\"@", 3) == 0)
		return (1);
	if (json_read_object(reader, s, len, err) != 0 ||
	    change_read(reader->fields, reader->nfields, w->r->engine, &c,
	    err) != 0)
		return (-1);
	return (change_is(&c) ? walk_change(w, &c, err) : 1);
}

/* Undo what stands from byte ${from} up to ${to}. */
static int
walk_back(struct walk *w, uint64_t from, uint64_t to, struct err *err)
{
	struct backward *b = backward_open(w->r->path, to, err);
	struct json_reader *reader;
	uint64_t offset;
	const char *s;
	size_t len;
	int rc;

	if (b == NULL)
		return (-1);
	reader = json_reader_new();
	while ((rc = backward_next(b, &s, &len, &offset, err)) == 1) {
		if (offset < from)
			break;
		if ((rc = walk_line(w, reader, s, len, err)) != 1)
			break;
	}
	json_reader_free(reader);
	backward_close(b);
	return (rc < 0 ? -1 : 0);
}

/* Do again what stands from byte ${from} on. */
static int
walk_on(struct walk *w, uint64_t from, struct err *err)
{
	char *files[2];
	struct input *in = open_log(w->r, files);
	enum input_status got;
	struct change c;
	struct row *row;
	int rc = 1;

	w->forward = 1;
	while (rc == 1 && (got = input_next(in, &row, err)) != INPUT_END) {
		if (got != INPUT_ROW || change_read(row->fields,
		    row->nfields, w->r->engine, &c, err) != 0)
			rc = -1;
		else if (row->offset >= from && change_is(&c))
			rc = walk_change(w, &c, err);
	}
	input_close(in);
	mem_free(files[0]);
	return (rc < 0 ? -1 : 0);
}

/*
 * The whole.
 */

/* Go through the changes that no "commit" follows, as a trial that is taken
 * back.  Return 1 when no row was in the way, 0 when one was, or -1. */
static int
try_tail(const struct walk *w, int forward, struct err *err)
{
	struct walk trial = *w;
	int rc;

	trial.force = 0;
	trial.quiet = 1;
	if (w->ops->mark(w->cookie, err) != 0)
		return (-1);
	rc = forward ? walk_on(&trial, w->r->tail, err) :
	    walk_back(&trial, w->r->tail, w->r->end, err);
	if (rc != 0 || w->ops->back(w->cookie, err) != 0)
		return (-1);
	return (trial.refused == 0);
}

/* Leave the changes out that were never committed. */
static int
judge_tail(const struct walk *w, struct err *err)
{
	struct revert *r = w->r;
	int rc;

	if (r->tail_changes == 0)
		return (0);
	if ((rc = try_tail(w, 0, err)) == 1) {
		diag_note("no \"commit\" follows the last %" PRIu64
		    " changes of the log, but the rows show that they were "
		    "made; what a log that was cut had beyond them is not "
		    "undone", r->tail_changes);
		return (0);
	}
	if (rc == 0)
		rc = try_tail(w, 1, err);
	if (rc == 1) {
		diag_note("the last %" PRIu64 " changes of the log were never "
		    "committed, and are left out", r->tail_changes);
		r->end = r->tail;
	}
	return (rc < 0 ? -1 : 0);
}

int
revert_run(struct revert *r, const struct revert_ops *ops, void *cookie,
    int force, struct err *err)
{
	struct walk w = {
		.r = r, .ops = ops, .cookie = cookie, .force = force
	};
	struct quote q;

	if (judge_tail(&w, err) != 0 || walk_back(&w, 0, r->end, err) != 0)
		return (-1);
	r->undone = w.done;
	r->refused = w.refused;
	if (w.refused == 0 || force)
		return (0);
	(void)err_set(err, "%" PRIu64 " of %" PRIu64 " changes in %s cannot be "
	    "undone: rows are not as they were left", w.refused, w.done +
	    w.refused, quote_z(&q, r->path));
	(void)err_hint(err, "look at them first; --force makes these rows what "
	    "they were all the same");
	return (err_status(err, DIAG_BADINPUT));
}

int
revert_say(const struct revert *r, int dry_run)
{
	uint64_t all = r->undone + r->refused;

	diag_note("undo: %" PRIu64 " change%s, %" PRIu64 " undone, %" PRIu64
	    " where the row was not as it was left", all,
	    all == 1 ? "" : "s", r->undone, r->refused);
	if (dry_run)
		diag_note("dry run: everything was rolled back");
	return (r->refused > 0 ? DIAG_FINDINGS : DIAG_OK);
}

void
revert_close(struct revert *r)
{

	if (r == NULL)
		return;
	seen_free(r->seen);
	arena_free(r->a);
	mem_free(r->tables);
	mem_free(r);
}
