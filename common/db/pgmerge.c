#include <string.h>

#include "base/buf.h"
#include "db/pg.h"
#include "db/pgmerge.h"
#include "db/pgtarget.h"

/* By the server's own operator, whatever others the search path has. */
#define EQUAL "OPERATOR(pg_catalog.=)"

static const struct column *
column_at(const struct pgmerge *m, size_t i)
{

	return (&m->target->model->columns[i]);
}

static size_t
ncolumns(const struct pgmerge *m)
{

	return (m->target->model->ncolumns);
}

static void
put_stage_name(const struct pgmerge *m, struct buf *b)
{

	buf_printf(b, "pg_temp.rowpipe_stage_%u", m->number);
}

static void
put_seen_name(const struct pgmerge *m, struct buf *b)
{

	buf_printf(b, "pg_temp.rowpipe_seen_%u", m->number);
}

/* A table's children have rows of their own, which no key of its covers. */
static void
put_target(const struct pgmerge *m, struct buf *b)
{

	buf_printf(b, "%s%s", m->target->rel->has_children ? "ONLY " : "",
	    m->target->sql);
}

/* The definition of column ${i} in a table of ours: domains are checked when
 * rows go into the table itself. */
static void
put_definition(const struct pgmerge *m, size_t i, struct buf *b)
{
	const struct pgtarget_column *c = &m->target->columns[i];

	buf_printf(b, "c%zu %s", i + 1, c->base);
	if (c->collation != NULL)
		buf_printf(b, " COLLATE %s", c->collation);
}

void
pgmerge_put_undo(int lasting, struct buf *b)
{

	buf_printf(b, "CREATE TEMPORARY TABLE rowpipe_undo (n bigserial, "
	    "step bigint, t integer, op text, before text, after text) "
	    "ON COMMIT %s",
	    lasting ? "DELETE ROWS" : "DROP");
}

void
pgmerge_put_stage(const struct pgmerge *m, int lasting, struct buf *b)
{
	size_t i;

	buf_puts(b, "CREATE TEMPORARY TABLE ");
	put_stage_name(m, b);
	buf_puts(b, " (n integer");
	for (i = 0; i < ncolumns(m); i++) {
		if (column_at(m, i)->generated)
			continue;
		buf_puts(b, ", ");
		put_definition(m, i, b);
	}
	buf_printf(b, ") ON COMMIT %s", lasting ? "DELETE ROWS" : "DROP");
}

void
pgmerge_put_empty(const struct pgmerge *m, int wholly, struct buf *b)
{

	buf_puts(b, wholly ? "TRUNCATE " : "DELETE FROM ");
	put_stage_name(m, b);
}

void
pgmerge_put_copy(const struct pgmerge *m, const unsigned char *present,
    int staged, struct buf *b)
{
	size_t i, n = 0;

	buf_puts(b, "COPY ");
	if (staged) {
		put_stage_name(m, b);
		buf_puts(b, " (n");
		n = 1;
	} else
		buf_printf(b, "%s (", m->target->sql);
	for (i = 0; i < ncolumns(m); i++) {
		if (!present[i])
			continue;
		buf_puts(b, n++ > 0 ? ", " : "");
		if (staged)
			buf_printf(b, "c%zu", i + 1);
		else
			pg_quote(b, column_at(m, i)->name);
	}
	buf_puts(b, ") FROM STDIN");
}

static void
put_range(struct buf *b)
{

	buf_puts(b, "s.n OPERATOR(pg_catalog.>=) $1::pg_catalog.int4 AND "
	    "s.n OPERATOR(pg_catalog.<) $2::pg_catalog.int4");
}

/* The condition that the row t is the one that the row of staging s means. */
static void
put_same_key(const struct pgmerge *m, struct buf *b)
{
	const struct column *column;
	size_t i;
	int either;

	for (i = 0; i < m->key.n; i++) {
		column = column_at(m, m->key.v[i]);
		either = m->nulls_match && !column->not_null;
		buf_puts(b, i == 0 ? "" : " AND ");
		buf_puts(b, either ? "(t." : "t.");
		pg_quote(b, column->name);
		buf_printf(b, " OPERATOR(%s) s.c%zu",
		    m->target->columns[m->key.v[i]].equal, m->key.v[i] + 1);
		if (!either)
			continue;
		buf_puts(b, " OR (t.");
		pg_quote(b, column->name);
		buf_printf(b, " IS NULL AND s.c%zu IS NULL))",
		    m->key.v[i] + 1);
	}
}

/*
 * What an update does.
 */

/* What a column of a row that is there gets. */
enum change {
	CHANGE_NOTHING,
	CHANGE_GIVEN,		/* the value that came */
	CHANGE_DEFAULT		/* the default, for replace */
};

static enum change
change_of(const struct pgmerge *m, const unsigned char *present, size_t i)
{
	const struct column *c = column_at(m, i);

	/* What the server computes or numbers itself cannot be set. */
	if (c->generated || m->target->columns[i].is_always)
		return (CHANGE_NOTHING);
	if (!m->may_change[i])
		return (CHANGE_NOTHING);
	/* A key that is equal may still be written otherwise. */
	if (m->in_key[i] && m->target->columns[i].is_plain)
		return (CHANGE_NOTHING);
	if (present[i])
		return (CHANGE_GIVEN);
	return (m->conflict == CONFLICT_REPLACE ? CHANGE_DEFAULT :
	    CHANGE_NOTHING);
}

int
pgmerge_may_give(const struct pgmerge *m, size_t i)
{
	const struct pgtarget_column *c = &m->target->columns[i];

	return (c->may_insert && (c->may_update ||
	    m->conflict < CONFLICT_UPDATE || !m->may_change[i] ||
	    (m->in_key[i] && c->is_plain)));
}

static size_t
changes(const struct pgmerge *m, const unsigned char *present)
{
	size_t i, n = 0;

	for (i = 0; i < ncolumns(m); i++)
		n += change_of(m, present, i) != CHANGE_NOTHING;
	return (n);
}

/* Is the default of column ${i} the same value each time?  NULL is. */
static int
is_constant(const struct pgmerge *m, size_t i)
{
	const struct column *c = column_at(m, i);

	return (c->identity == NULL && (c->default_sql == NULL ||
	    c->default_json != NULL || m->target->columns[i].is_constant));
}

/* One side of the comparison: what is there, or what there will be. */
static void
put_image(const struct pgmerge *m, const unsigned char *present, int will_be,
    struct buf *b)
{
	size_t i, n = 0;
	enum change change;
	const char *base;

	buf_puts(b, "(ROW(");
	for (i = 0; i < ncolumns(m); i++) {
		change = change_of(m, present, i);
		if (change == CHANGE_NOTHING || (change == CHANGE_DEFAULT &&
		    !is_constant(m, i)))
			continue;
		base = m->target->columns[i].base;
		buf_puts(b, n++ > 0 ? ", " : "");
		if (!will_be) {
			buf_puts(b, "t.");
			pg_quote(b, column_at(m, i)->name);
			if (m->target->columns[i].is_domain)
				buf_printf(b, "::%s", base);
		} else if (change == CHANGE_GIVEN)
			buf_printf(b, "s.c%zu", i + 1);
		else if (column_at(m, i)->default_sql == NULL)
			buf_printf(b, "NULL::%s", base);
		else
			buf_printf(b, "(%s)::%s", column_at(m, i)->default_sql,
			    base);
	}
	buf_puts(b, ")::pg_catalog.record)");
}

/* The condition that the row t would be another afterwards. */
static void
put_differs(const struct pgmerge *m, const unsigned char *present,
    struct buf *b)
{
	size_t i;

	for (i = 0; i < ncolumns(m); i++) {
		if (change_of(m, present, i) == CHANGE_DEFAULT &&
		    !is_constant(m, i)) {
			buf_puts(b, "true");
			return;
		}
	}
	if (changes(m, present) == 0) {
		buf_puts(b, "false");
		return;
	}
	put_image(m, present, 0, b);
	buf_puts(b, " OPERATOR(pg_catalog.*<>) ");
	put_image(m, present, 1, b);
}

static void
put_sets(const struct pgmerge *m, const unsigned char *present, struct buf *b)
{
	size_t i, n = 0;
	enum change change;

	for (i = 0; i < ncolumns(m); i++) {
		if ((change = change_of(m, present, i)) == CHANGE_NOTHING)
			continue;
		buf_puts(b, n++ > 0 ? ", " : " SET ");
		pg_quote(b, column_at(m, i)->name);
		if (change == CHANGE_GIVEN)
			buf_printf(b, " = s.c%zu", i + 1);
		else
			buf_puts(b, " = DEFAULT");
	}
}

/*
 * The parts of a merge.
 */

/* A row is known by its place, but where that is one of several tables. */
static int
has_place(const struct pgmerge *m)
{

	return (m->target->rel->is_heap && m->target->may_select);
}

static void
put_old(const struct pgmerge *m, const unsigned char *present, struct buf *b)
{

	buf_printf(b, "old AS MATERIALIZED (SELECT s.n, o.differs%s%s FROM ",
	    has_place(m) ? ", o.place" : "", !m->undo ? "" :
	    ", CASE WHEN o.differs THEN o.before END AS before");
	put_stage_name(m, b);
	buf_puts(b, " AS s CROSS JOIN LATERAL (SELECT ");
	if (has_place(m))
		buf_puts(b, "t.ctid AS place, ");
	if (m->undo)
		buf_puts(b, "pg_catalog.row_to_json(t.*)::pg_catalog.text"
		    " AS before, ");
	if (m->conflict >= CONFLICT_UPDATE)
		put_differs(m, present, b);
	else
		buf_puts(b, "false");
	buf_puts(b, " AS differs FROM ");
	put_target(m, b);
	buf_puts(b, " AS t WHERE ");
	put_same_key(m, b);
	buf_puts(b, " OFFSET 0) AS o WHERE ");
	put_range(b);
	buf_puts(b, ")");
}

/* What of the row t that was written is wanted. */
static void
put_returning(const struct pgmerge *m, const char *first, const char *as,
    struct buf *b)
{

	if (m->undo)
		buf_printf(b, " RETURNING %spg_catalog.row_to_json(t.*)"
		    "::pg_catalog.text AS %s", first, as);
	else
		buf_puts(b, " RETURNING 1");
}

/* Note what was done; ${from} tells of it. */
static void
put_note(const struct pgmerge *m, char op, const char *columns,
    const char *from, struct buf *b)
{

	buf_printf(b, "SELECT %u, '%c'::pg_catalog.text, %s FROM %s",
	    m->number, op, columns, from);
}

#define INSERT_UNDO "INSERT INTO " PGMERGE_UNDO " (t, op, before, after) "

static void
put_notes(const struct pgmerge *m, int updates, struct buf *b)
{

	buf_puts(b, ", undo AS (" INSERT_UNDO);
	if (updates) {
		put_note(m, 'u', "o.before, u.after",
		    "upd AS u JOIN old AS o ON o.n " EQUAL " u.n", b);
		buf_puts(b, " UNION ALL ");
	}
	put_note(m, 'i', "NULL, i.after", "ins AS i", b);
	buf_putc(b, ')');
}

static void
put_update(const struct pgmerge *m, const unsigned char *present,
    struct buf *b)
{

	buf_puts(b, ", upd AS (UPDATE ");
	put_target(m, b);
	buf_puts(b, " AS t");
	put_sets(m, present, b);
	buf_puts(b, " FROM old AS o, ");
	put_stage_name(m, b);
	buf_puts(b, " AS s WHERE o.differs AND s.n " EQUAL " o.n AND ");
	if (has_place(m))
		buf_puts(b, "t.ctid " EQUAL " o.place");
	else {
		put_same_key(m, b);
		buf_puts(b, " AND ");
		put_range(b);
	}
	put_returning(m, "s.n, ", "after", b);
	buf_putc(b, ')');
}

static void
put_columns(const struct pgmerge *m, const unsigned char *present,
    const char *before, struct buf *b)
{
	size_t i, n = 0;

	for (i = 0; i < ncolumns(m); i++) {
		if (!present[i])
			continue;
		buf_puts(b, n++ > 0 ? ", " : "");
		if (before != NULL)
			buf_printf(b, "%s%zu", before, i + 1);
		else
			pg_quote(b, column_at(m, i)->name);
	}
}

static void
put_insert(const struct pgmerge *m, const unsigned char *present,
    struct buf *b)
{

	buf_printf(b, "INSERT INTO %s AS t (", m->target->sql);
	put_columns(m, present, NULL, b);
	buf_printf(b, ")%s SELECT ", m->overriding ?
	    " OVERRIDING SYSTEM VALUE" : "");
	put_columns(m, present, "s.c", b);
	buf_puts(b, " FROM ");
	put_stage_name(m, b);
	buf_puts(b, " AS s WHERE ");
	put_range(b);
}

static void
put_key(const struct pgmerge *m, const char *before, struct buf *b)
{
	size_t i;

	for (i = 0; i < m->key.n; i++) {
		buf_puts(b, i > 0 ? ", " : "");
		if (before != NULL)
			buf_printf(b, "%s%zu", before, m->key.v[i] + 1);
		else
			pg_quote(b, column_at(m, m->key.v[i])->name);
	}
}

/* Are the keys of rows in staging known to differ?  Where the same key may be
 * written differently, only the server can tell. */
static int
keys_are_known(const struct pgmerge *m)
{
	size_t i;

	/* Rows of several batches may meet when they wait for others. */
	if (m->target->refers_to_itself)
		return (0);
	for (i = 0; i < m->key.n; i++)
		if (!m->target->columns[m->key.v[i]].is_plain)
			return (0);
	return (1);
}

static void
put_answer(const struct pgmerge *m, int updates, struct buf *b)
{

	buf_puts(b, " SELECT (SELECT pg_catalog.count(*) FROM old), "
	    "(SELECT pg_catalog.count(*) FROM old WHERE differs), ");
	buf_puts(b, updates ? "(SELECT pg_catalog.count(*) FROM upd), " :
	    "0, ");
	buf_puts(b, "(SELECT pg_catalog.count(*) FROM ins), ");
	if (keys_are_known(m)) {
		buf_puts(b, "NULL");
		return;
	}
	buf_puts(b, "(SELECT pg_catalog.count(*) FROM (SELECT DISTINCT ");
	put_key(m, "s.c", b);
	buf_puts(b, " FROM ");
	put_stage_name(m, b);
	buf_puts(b, " AS s WHERE ");
	put_range(b);
	buf_puts(b, ") AS k)");
}

void
pgmerge_put_merge(const struct pgmerge *m, const unsigned char *present,
    struct buf *b)
{
	int updates = m->conflict >= CONFLICT_UPDATE &&
	    changes(m, present) > 0;

	if (m->conflict == CONFLICT_ERROR) {
		buf_puts(b, m->undo ? "WITH ins AS (" : "");
		put_insert(m, present, b);
		if (!m->undo)
			return;
		put_returning(m, "", "after", b);
		buf_puts(b, ") " INSERT_UNDO);
		put_note(m, 'i', "NULL, i.after", "ins AS i", b);
		return;
	}
	buf_puts(b, "WITH ");
	put_old(m, present, b);
	if (updates)
		put_update(m, present, b);
	buf_puts(b, ", ins AS (");
	put_insert(m, present, b);
	buf_puts(b, " AND NOT EXISTS (SELECT FROM old AS o WHERE o.n " EQUAL
	    " s.n) ON CONFLICT (");
	put_key(m, NULL, b);
	buf_puts(b, ") DO NOTHING");
	put_returning(m, "", "after", b);
	buf_putc(b, ')');
	if (m->undo)
		put_notes(m, updates, b);
	if (m->note_keys) {
		buf_puts(b, ", seen AS (INSERT INTO ");
		put_seen_name(m, b);
		buf_puts(b, " SELECT ");
		put_key(m, "s.c", b);
		buf_puts(b, " FROM ");
		put_stage_name(m, b);
		buf_puts(b, " AS s WHERE ");
		put_range(b);
		buf_putc(b, ')');
	}
	put_answer(m, updates, b);
}

/*
 * Rows that did not come.
 */

void
pgmerge_put_seen(const struct pgmerge *m, int lasting, struct buf *b)
{
	size_t i;

	buf_puts(b, "CREATE TEMPORARY TABLE ");
	put_seen_name(m, b);
	for (i = 0; i < m->key.n; i++) {
		buf_puts(b, i == 0 ? " (" : ", ");
		put_definition(m, m->key.v[i], b);
	}
	buf_printf(b, ") ON COMMIT %s", lasting ? "PRESERVE ROWS" : "DROP");
}

void
pgmerge_put_missing(const struct pgmerge *m, struct buf *b)
{

	buf_puts(b, m->undo ? "WITH del AS (DELETE FROM " : "DELETE FROM ");
	put_target(m, b);
	buf_puts(b, " AS t WHERE NOT EXISTS (SELECT FROM ");
	put_seen_name(m, b);
	buf_puts(b, " AS s WHERE ");
	put_same_key(m, b);
	buf_putc(b, ')');
	if (!m->undo)
		return;
	put_returning(m, "", "before", b);
	buf_puts(b, ") " INSERT_UNDO);
	put_note(m, 'd', "d.before, NULL", "del AS d", b);
}
