#include <string.h>

#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/patch.h"
#include "db/pg.h"
#include "db/pgimage.h"
#include "db/pgpatch.h"
#include "db/pgrefuse.h"
#include "db/pgtarget.h"
#include "json/json.h"
#include "row/row.h"

struct pgpatch {
	struct pg		*pg;
	const struct pgtarget	*t;
	int			 force;
	struct pgimage		*im;
	struct patch		 line;
	unsigned char		*in_a, *in_b;	/* flags of columns that the
						   line gives */
	unsigned char		*set;		/* that an update sets */
	unsigned char		*given;		/* by lines that add */
};

struct pgpatch *
pgpatch_new(struct pg *pg, const struct pgtarget *t, int force,
    unsigned number, int noted, struct err *err)
{
	struct pgpatch *p = mem_alloc(sizeof(*p));
	size_t n = t->model->ncolumns + 1;

	p->pg = pg;
	p->t = t;
	p->force = force;
	p->in_a = mem_alloc(n);
	p->in_b = mem_alloc(n);
	p->set = mem_alloc(n);
	p->given = mem_alloc(n);
	patch_init(&p->line);
	if ((p->im = pgimage_new(pg, t, number, noted, err)) != NULL)
		return (p);
	pgpatch_free(p);
	return (NULL);
}

/*
 * Columns.
 */

static ptrdiff_t
find_column(const struct pgpatch *p, const struct json_value *key)
{
	const struct table *m = p->t->model;
	size_t i;

	for (i = 0; i < m->ncolumns; i++)
		if (json_string_is(key, m->columns[i].name,
		    strlen(m->columns[i].name)))
			return ((ptrdiff_t)i);
	return (-1);
}

/* Find the columns of the fields of ${r}: those that ${flags} get. */
static int
find_columns(const struct pgpatch *p, const struct json_reader *r,
    unsigned char *flags, struct err *err)
{
	const struct json_value *key;
	struct quote q, t;
	ptrdiff_t column;
	size_t i;

	memset(flags, 0, p->t->model->ncolumns);
	for (i = 0; i < r->nfields; i++) {
		key = &r->fields[i].key;
		if ((column = find_column(p, key)) == -1) {
			(void)err_set(err, "table %s has no column %s",
			    quote_z(&t, p->t->label),
			    quote(&q, key->s + 1, key->len - 2));
			(void)err_rule(err, "unknown", NULL);
			return (err_status(err, DIAG_BADINPUT));
		}
		flags[column] = 1;
	}
	return (0);
}

/* An update sets what differs, or ${all} of B; what B does not have becomes
 * null. */
static void
find_set(struct pgpatch *p, int all)
{
	const struct patch *l = &p->line;
	size_t i, n = p->t->model->ncolumns;
	ptrdiff_t column;

	for (i = 0; i < n; i++)
		p->set[i] = (unsigned char)(l->op == PATCH_CHANGE &&
		    p->in_a[i] && !p->in_b[i]);
	for (i = 0; i < l->b->nfields; i++) {
		if (l->op == PATCH_CHANGE && !all &&
		    !patch_names(l, &l->b->fields[i].key))
			continue;
		if ((column = find_column(p, &l->b->fields[i].key)) != -1)
			p->set[column] = 1;
	}
}

static int
read_line(struct pgpatch *p, const struct row *row, struct err *err)
{
	struct patch *l = &p->line;

	if (patch_read(l, row, err) != 0 ||
	    (l->has_key && find_columns(p, l->key, p->set, err) != 0) ||
	    (l->op != PATCH_ADD && find_columns(p, l->a, p->in_a, err) !=
	    0) || (l->op != PATCH_REMOVE && find_columns(p, l->b, p->in_b,
	    err) != 0))
		return (-1);
	if (l->op != PATCH_REMOVE)
		find_set(p, 0);
	return (0);
}

/*
 * Lines.
 */

static enum sink_stored
refuse(const struct pgpatch *p, const char *what, struct err *err)
{
	char text[QUOTE_MAX + 1];
	struct quote q;

	(void)err_set(err, "row %s of table %s %s", quote_plain(text,
	    sizeof(text), p->line.text, p->line.len), quote_z(&q,
	    p->t->label), what);
	(void)err_hint(err, "compare again, or let --force do it all the "
	    "same");
	(void)err_rule(err, "changed", NULL);
	(void)err_status(err, DIAG_BADINPUT);
	return (SINK_REFUSED);
}

static enum pgimage_found
look(struct pgpatch *p, const struct json_value *row, struct err *err)
{
	const struct patch *l = &p->line;

	return (pgimage_look(p->im, l->has_key ? &l->key_value : NULL,
	    l->key->fields, l->key->nfields, row, err));
}

static enum sink_stored
written(enum pgimage_written rc, enum sink_stored done)
{

	return (rc == PGIMAGE_DONE ? done : rc == PGIMAGE_REFUSED ?
	    SINK_REFUSED : SINK_FAILED);
}

static enum sink_stored
insert(struct pgpatch *p, struct err *err)
{
	size_t i;

	for (i = 0; i < p->t->model->ncolumns; i++)
		p->given[i] |= p->in_b[i];
	return (written(pgimage_insert(p->im, &p->line.b_value, p->in_b, err),
	    SINK_CREATED));
}

static enum sink_stored
update(struct pgpatch *p, struct err *err)
{

	return (written(pgimage_update(p->im, &p->line.b_value, p->set, err),
	    SINK_UPDATED));
}

/* The row is not as A has it. */
static enum sink_stored
force(struct pgpatch *p, struct err *err)
{

	find_set(p, 1);
	return (update(p, err));
}

static enum sink_stored
many(const struct pgpatch *p, struct err *err)
{

	(void)refuse(p, "is not the only one with that key", err);
	(void)err_hint(err, "let row-diff compare by a key of the table");
	return (SINK_FAILED);
}

static enum sink_stored
add(struct pgpatch *p, struct err *err)
{

	if (!p->line.has_key)
		return (insert(p, err));
	switch (look(p, &p->line.b_value, err)) {
	case PGIMAGE_NONE:
		return (insert(p, err));
	case PGIMAGE_SAME:
		return (SINK_UNCHANGED);
	case PGIMAGE_OTHER:
		return (p->force ? force(p, err) : refuse(p, "is there "
		    "already, and not as it is to be added", err));
	case PGIMAGE_MANY:
		return (many(p, err));
	default:
		return (SINK_FAILED);
	}
}

static enum sink_stored
change(struct pgpatch *p, struct err *err)
{

	switch (look(p, &p->line.a_value, err)) {
	case PGIMAGE_NONE:
		return (p->force ? insert(p, err) :
		    refuse(p, "is not there any more", err));
	case PGIMAGE_SAME:
		return (update(p, err));
	case PGIMAGE_OTHER:
		break;
	case PGIMAGE_MANY:
		return (many(p, err));
	default:
		return (SINK_FAILED);
	}
	switch (look(p, &p->line.b_value, err)) {
	case PGIMAGE_SAME:
		return (SINK_UNCHANGED);
	case PGIMAGE_OTHER:
		return (p->force ? force(p, err) :
		    refuse(p, "has changed since it was compared", err));
	default:
		return (SINK_FAILED);
	}
}

static enum sink_stored
take_away(struct pgpatch *p, struct err *err)
{
	enum pgimage_found found = look(p, &p->line.a_value, err);

	if (found == PGIMAGE_NONE)
		return (SINK_UNCHANGED);
	if (found == PGIMAGE_MANY)
		return (many(p, err));
	if (found == PGIMAGE_FAIL)
		return (SINK_FAILED);
	if (found == PGIMAGE_OTHER && !p->force)
		return (refuse(p, "has changed since it was compared", err));
	return (written(pgimage_remove(p->im, err), SINK_REMOVED));
}

/* A value that the server cannot read is the line's fault. */
static enum sink_stored
failed(struct pgpatch *p, struct err *err)
{
	struct err other = ERR_INIT;

	if (!pg_alive(p->pg) || pg_failure(p->pg)->state[0] == '\0' ||
	    !pgrefuse_is_row(pg_failure(p->pg)))
		return (SINK_FAILED);
	pgrefuse_row(pg_failure(p->pg), p->t, 0, err);
	if (pg_exec(p->pg, "ROLLBACK TO SAVEPOINT rowpipe_line", &other) == 0)
		return (SINK_REFUSED);
	*err = other;
	return (SINK_FAILED);
}

enum sink_stored
pgpatch_row(struct pgpatch *p, const struct row *row, struct err *err)
{
	enum sink_stored done;

	if (read_line(p, row, err) != 0)
		return (SINK_REFUSED);
	if (pg_exec(p->pg, "SAVEPOINT rowpipe_line", err) != 0)
		return (SINK_FAILED);
	done = p->line.op == PATCH_ADD ? add(p, err) :
	    p->line.op == PATCH_CHANGE ? change(p, err) : take_away(p, err);
	if (done == SINK_FAILED && (done = failed(p, err)) == SINK_FAILED)
		return (SINK_FAILED);
	if (pg_exec(p->pg, "RELEASE SAVEPOINT rowpipe_line", err) != 0)
		return (SINK_FAILED);
	return (done);
}

const unsigned char *
pgpatch_given(const struct pgpatch *p)
{

	return (p->given);
}

void
pgpatch_free(struct pgpatch *p)
{

	if (p == NULL)
		return;
	pgimage_free(p->im);
	patch_free(&p->line);
	mem_free(p->in_a);
	mem_free(p->in_b);
	mem_free(p->set);
	mem_free(p->given);
	mem_free(p);
}
