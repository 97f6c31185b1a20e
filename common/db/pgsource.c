#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "base/utf8.h"
#include "db/pg.h"
#include "db/pgcatalog.h"
#include "db/pgsource.h"
#include "row/frame.h"

/* Blocks of a piece: 1 MiB of data, so that a piece costs ten times what its
 * statement does, and what is read ahead stays small.  Shares of a table are
 * made of as many blocks of the table itself. */
#define PIECE_BLOCKS	128

/* Range scans by ctid came with version 14; before, each would read all. */
#define VERSION_RANGES	140000

/* The source's table, or one of its partitions. */
struct stretch {
	uint32_t	 oid;
	const char	*from;		/* what stands after FROM */
	uint32_t	 blocks;	/* 0: not to be cut */
	uint32_t	 step;		/* blocks of a piece */
};

/* Arrays of a column that did not begin at 1. */
struct rebased {
	uint64_t	 count;
	char		 bounds[PGCOPY_BOUNDS_SIZE];	/* of the first */
};

struct pgsource {
	struct pgsource_spec	 spec;
	struct rebased		*rebased;	/* beside the columns */
	const char		*label;
	const char		*query;		/* without its semicolon */
	const char		*whole;		/* see pgsource_whole */
	int			 hashed;	/* shares by hash of the row */
	struct stretch		*stretches;
	size_t			 n;
	struct pgsource_piece	 at;		/* where pgsource_next is */
};

static const struct pgcatalog_column *
column(const struct pgsource *src, size_t i)
{

	return (&src->spec.rel->columns[src->spec.columns[i]]);
}

static char *
to_arena(struct buf *b, struct arena *a)
{
	char *s = arena_dup(a, b->s, b->len);

	buf_free(b);
	return (s);
}

/*
 * SQL.
 */

/* The text of a query without the semicolon that people end it with. */
static const char *
strip_query(const char *s, struct arena *a)
{
	size_t len = strlen(s);

	while (len > 0 && strchr(" \t\r\n;", s[len - 1]) != NULL)
		len--;
	return (arena_dup(a, s, len));
}

/* What people wrote is followed by a line end, which ends a comment. */
static void
put_from(const struct pgsource *src, struct buf *b)
{

	if (src->query != NULL) {
		buf_printf(b, "(%s\n) AS query", src->query);
		return;
	}
	if (src->spec.only)
		buf_puts(b, "ONLY ");
	pgcatalog_put_name(b, src->spec.rel);
}

static void
put_where(const struct pgsource *src, struct buf *b)
{

	if (src->spec.where != NULL)
		buf_printf(b, " WHERE (%s\n)", src->spec.where);
}

static void
put_columns(const struct pgsource *src, struct buf *b)
{
	const struct pgcatalog_column *c;
	size_t i;

	for (i = 0; i < src->spec.ncolumns; i++) {
		c = column(src, i);
		buf_puts(b, i == 0 ? " " : ", ");
		if (c->form == PGCATALOG_JSON)
			buf_puts(b, "pg_catalog.to_json(");
		pg_quote(b, c->name);
		if (c->form == PGCATALOG_JSON)
			buf_putc(b, ')');
		else if (c->form == PGCATALOG_TEXT)
			buf_puts(b, "::pg_catalog.text");
	}
}

/* A share of rows that have no place of their own: by what is in them. */
static void
put_hash(const struct pgsource *src, struct buf *b)
{
	size_t i;

	buf_puts(b, src->spec.where == NULL ? " WHERE" : " AND");
	buf_puts(b, " pg_catalog.mod(pg_catalog.hashtextextended("
	    "ROW(");
	for (i = 0; i < src->spec.ncolumns; i++) {
		buf_puts(b, i == 0 ? "" : ", ");
		pg_quote(b, column(src, i)->name);
	}
	buf_printf(b, ")::pg_catalog.text, 0) & 9223372036854775807, %" PRIu64
	    ") = %" PRIu64, src->spec.parts, src->spec.part - 1);
}

static void
put_range(const struct pgsource *src, const struct pgsource_piece *piece,
    struct buf *b)
{

	buf_puts(b, src->spec.where == NULL ? " WHERE" : " AND");
	buf_printf(b, " ctid >= '(%" PRIu32 ",0)' AND ctid < '(%" PRIu32
	    ",0)'", piece->from, piece->to);
}

void
pgsource_put_copy(const struct pgsource *src,
    const struct pgsource_piece *piece, struct buf *b)
{
	const struct pgsource_spec *spec = &src->spec;
	int sorted = spec->order_by != NULL;

	buf_puts(b, "COPY (SELECT");
	put_columns(src, b);
	/* Sorted inside, where columns still are what they are called, not
	 * the text that is sent for them. */
	buf_puts(b, sorted ? " FROM (SELECT * FROM " : " FROM ");
	buf_puts(b, src->stretches[piece->table].from);
	put_where(src, b);
	if (src->hashed)
		put_hash(src, b);
	if (piece->to > 0)
		put_range(src, piece, b);
	if (sorted)
		buf_printf(b, " ORDER BY %s\n", spec->order_by);
	if (spec->limit != UINT64_MAX)
		buf_printf(b, " LIMIT %" PRIu64, spec->limit);
	buf_puts(b, sorted ? ") AS sorted" : "");
	buf_puts(b, ") TO STDOUT (FORMAT binary)");
}

/*
 * Checks.
 */

/* Let the server compile ${b}, and free it. */
static int
compiles(struct pg *pg, struct buf *b, struct err *err)
{
	struct pg_result *res = pg_describe(pg, buf_z(b), err);

	pg_done(res);
	buf_free(b);
	return (res == NULL ? -1 : 0);
}

/* Put the option before what the server said about its argument. */
static int
blame(const char *option, struct pg *pg, struct err *err)
{
	struct err said = *err;

	(void)err_set(err, "option --%s: %s", option, said.msg);
	if (said.hint[0] != '\0')
		(void)err_hint(err, "%s", said.hint);
	return (err_status(err, strncmp(pg_state(pg), "42", 2) == 0 &&
	    strcmp(pg_state(pg), "42501") != 0 ? DIAG_USAGE : DIAG_FAIL));
}

/*
 * A condition must compile as it stands after WHERE, where a parenthesis too
 * many is an error, and within parentheses, where another clause is: then it
 * is one condition, and the parentheses around it are its own.
 */
static int
check_where(struct pgsource *src, struct pg *pg, struct err *err)
{
	struct buf b = { 0 };

	if (src->spec.where == NULL)
		return (0);
	buf_puts(&b, "SELECT FROM ");
	put_from(src, &b);
	buf_printf(&b, " WHERE %s\n", src->spec.where);
	if (compiles(pg, &b, err) != 0)
		return (blame("where", pg, err));
	buf_puts(&b, "SELECT FROM ");
	put_from(src, &b);
	put_where(src, &b);
	if (compiles(pg, &b, err) == 0)
		return (0);
	(void)err_set(err, "option --where: it is not one condition");
	return (err_status(err, DIAG_USAGE));
}

/* In the same way sort keys must compile at the end of a query, and where
 * nothing but sort keys may stand. */
static int
check_order_by(struct pgsource *src, struct pg *pg, struct err *err)
{
	struct buf b = { 0 };

	if (src->spec.order_by == NULL)
		return (0);
	buf_puts(&b, "SELECT * FROM ");
	put_from(src, &b);
	buf_printf(&b, " ORDER BY %s\n", src->spec.order_by);
	if (compiles(pg, &b, err) != 0)
		return (blame("order-by", pg, err));
	buf_printf(&b, "SELECT pg_catalog.row_number() OVER (ORDER BY %s\n)"
	    " FROM ", src->spec.order_by);
	put_from(src, &b);
	if (compiles(pg, &b, err) == 0)
		return (0);
	(void)err_set(err, "option --order-by: it is not a list of sort keys");
	return (err_status(err, DIAG_USAGE));
}

/* The query compiled alone, as one statement; within parentheses only those
 * that rows can be selected from do. */
static int
check_query(struct pgsource *src, struct pg *pg, struct err *err)
{
	struct buf b = { 0 };

	if (src->query == NULL)
		return (0);
	buf_puts(&b, "SELECT FROM ");
	put_from(src, &b);
	if (compiles(pg, &b, err) == 0)
		return (0);
	if (strcmp(pg_state(pg), "42601") != 0)
		return (blame("query", pg, err));
	(void)err_set(err, "option --query: rows can only be read from"
	    " SELECT, VALUES, TABLE or WITH");
	return (err_status(err, DIAG_USAGE));
}

static int
check_columns(const struct pgsource *src, struct err *err)
{
	const char *name;
	struct quote q;
	size_t i, k;

	for (i = 0; i < src->spec.ncolumns; i++) {
		name = column(src, i)->name;
		if (utf8_check(name, strlen(name)) < strlen(name)) {
			(void)err_set(err, "the name of column %s is not valid"
			    " UTF-8", quote_z(&q, name));
			return (err_status(err, DIAG_FAIL));
		}
		for (k = 0; k < i; k++)
			if (strcmp(column(src, k)->name, name) == 0)
				break;
		if (k == i)
			continue;
		(void)err_set(err, "column %s comes twice, but the keys of a"
		    " row are unique", quote_z(&q, name));
		(void)err_hint(err, "give it another name: SELECT ... AS ...");
		return (err_status(err, DIAG_USAGE));
	}
	return (0);
}

/*
 * Pieces.
 */

static int
is_word_char(char c)
{

	return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_');
}

static int
has_word(const char *s, const char *word)
{
	size_t len = strlen(word), i;
	const char *p;

	for (p = s; *p != '\0'; p++) {
		if (p > s && is_word_char(p[-1]))
			continue;
		for (i = 0; i < len && (p[i] | 0x20) == word[i]; i++)
			continue;
		if (i == len && !is_word_char(p[len]))
			return (1);
	}
	return (0);
}

/* Might the condition hold a query?  It might then be joined to the table,
 * and the rows come in any order. */
static int
has_query(const char *where)
{

	return (where != NULL && (has_word(where, "select") ||
	    has_word(where, "table") || has_word(where, "values")));
}

/* Why the source's rows cannot be told apart by their blocks, or NULL. */
static const char *
cannot_cut(const struct pgsource *src, const struct pg *pg)
{
	const struct pgsource_spec *spec = &src->spec;

	if (spec->rel->oid == 0)
		return ("it is a query");
	if (spec->order_by != NULL)
		return ("its rows are sorted");
	if (spec->limit != UINT64_MAX)
		return ("its rows are limited");
	if (spec->rel->has_filter)
		return ("row security applies to it");
	if (!spec->rel->is_open)
		return ("not all of it may be read");
	if (has_query(spec->where))
		return ("the condition may hold a query");
	if (pg_version(pg) < VERSION_RANGES)
		return ("the server is older than version 14");
	if (spec->rel->is_partitioned || (spec->rel->is_heap &&
	    (spec->only || !spec->rel->has_children)))
		return (NULL);
	return ("it is not a plain table");
}

static void
set_whole(struct pgsource *src, struct arena *a)
{
	struct buf b = { 0 };

	put_from(src, &b);
	src->n = 1;
	src->stretches = arena_alloc(a, sizeof(*src->stretches));
	src->stretches[0] = (struct stretch){ src->spec.rel->oid,
	    to_arena(&b, a), 0, 0 };
}

/* Let the table be cut, if it shall be. */
static int
cut(const struct pgsource *src, struct stretch *s, struct pg *pg,
    struct err *err)
{
	uint32_t weight;

	if (!src->spec.many && src->spec.parts == 0)
		return (0);
	if (pgcatalog_blocks(pg, s->oid, &s->blocks, &weight, err) != 0)
		return (-1);
	/* Also of an empty table one piece is read: it may be forbidden. */
	s->blocks |= s->blocks == 0;
	s->step = PIECE_BLOCKS;
	if (src->spec.parts == 0 && weight > 1)
		s->step = (PIECE_BLOCKS + weight - 1) / weight;
	return (0);
}

/* A table that is not partitioned, and of which blocks can be read. */
static int
set_table(struct pgsource *src, struct pg *pg, struct arena *a,
    struct err *err)
{

	set_whole(src, a);
	return (cut(src, &src->stretches[0], pg, err));
}

static int
set_leaf(struct pgsource *src, struct stretch *s, struct pg *pg,
    struct arena *a, struct err *err)
{
	struct pgcatalog_relation *leaf = pgcatalog_get(pg, s->oid, a, err);
	struct buf b = { 0 };

	if (leaf == NULL)
		return (-1);
	/* Under the name that conditions may call the table by. */
	pgcatalog_put_name(&b, leaf);
	buf_puts(&b, " AS ");
	pg_quote(&b, src->spec.rel->name);
	s->from = to_arena(&b, a);
	return (leaf->is_heap ? cut(src, s, pg, err) : 0);
}

static int
set_leaves(struct pgsource *src, struct pg *pg, struct arena *a,
    struct err *err)
{
	uint32_t *oids;
	size_t i, n;

	if (pgcatalog_leaves(pg, src->spec.rel, &oids, &n, a, err) != 0)
		return (-1);
	if (n == 0) {
		src->whole = "its partitions may not be read one by one";
		set_whole(src, a);
		return (0);
	}
	src->n = n;
	src->stretches = arena_alloc(a, n * sizeof(*src->stretches));
	for (i = 0; i < n; i++) {
		src->stretches[i] = (struct stretch){ .oid = oids[i] };
		if (set_leaf(src, &src->stretches[i], pg, a, err) != 0)
			return (-1);
	}
	return (0);
}

/*
 * Keep the table as it is until all pieces are read.  A query locks more kinds
 * of tables than LOCK TABLE does, and asks for no right on columns that are
 * not read.
 */
static int
lock(const struct pgsource *src, struct pg *pg, struct err *err)
{
	struct buf b = { 0 };
	int rc;

	if (src->spec.rel->oid == 0 ||
	    (src->n == 1 && src->stretches[0].blocks == 0))
		return (0);
	buf_puts(&b, "SELECT FROM ");
	put_from(src, &b);
	buf_puts(&b, " LIMIT 0");
	rc = pg_exec(pg, buf_z(&b), err);
	buf_free(&b);
	return (rc);
}

/*
 * Rows of a table come as they lie in it: not as an index has them, and not
 * as several server processes find them.  Bitmaps still bring the use of an
 * index to conditions, and partitions that cannot match are passed over.
 * Views and sorted rows are the planner's own business.
 */
static int
keep_order(const struct pgsource *src, struct pg *pg, struct err *err)
{

	if (src->whole == NULL)
		return (pg_exec(pg, "SELECT pg_catalog.set_config(name, value,"
		    " true) FROM (VALUES ('enable_indexscan', 'off'),"
		    " ('enable_indexonlyscan', 'off'),"
		    " ('max_parallel_workers_per_gather', '0'),"
		    " ('constraint_exclusion', 'on')) AS s (name, value)",
		    err));
	return (pg_exec(pg, "SELECT pg_catalog.set_config(name, reset_val,"
	    " true) FROM pg_catalog.pg_settings WHERE name IN"
	    " ('enable_indexscan', 'enable_indexonlyscan',"
	    " 'max_parallel_workers_per_gather', 'constraint_exclusion')",
	    err));
}

static int
set_pieces(struct pgsource *src, struct pg *pg, struct arena *a,
    struct err *err)
{
	const char *whole = cannot_cut(src, pg);
	int rc;

	src->whole = whole;
	if (whole != NULL) {
		set_whole(src, a);
		rc = 0;
	} else if (src->spec.rel->is_partitioned)
		rc = set_leaves(src, pg, a, err);
	else
		rc = set_table(src, pg, a, err);
	if (rc != 0)
		return (-1);
	src->hashed = src->spec.parts > 0 && src->whole != NULL;
	return (lock(src, pg, err));
}

struct pgsource *
pgsource_new(struct pg *pg, const struct pgsource_spec *spec, struct arena *a,
    struct err *err)
{
	struct pgsource *src = arena_alloc(a, sizeof(*src));
	struct buf b = { 0 };

	*src = (struct pgsource){ .spec = *spec };
	src->rebased = arena_alloc(a, spec->ncolumns * sizeof(*src->rebased));
	memset(src->rebased, 0, spec->ncolumns * sizeof(*src->rebased));
	if (src->spec.limit > INT64_MAX)	/* beyond SQL's numbers */
		src->spec.limit = UINT64_MAX;
	pgcatalog_put_label(&b, spec->rel);
	src->label = to_arena(&b, a);
	if (spec->query != NULL)
		src->query = strip_query(spec->query, a);
	if (check_columns(src, err) != 0 || check_query(src, pg, err) != 0 ||
	    check_where(src, pg, err) != 0 ||
	    check_order_by(src, pg, err) != 0 ||
	    set_pieces(src, pg, a, err) != 0)
		return (NULL);
	return (src);
}

void
pgsource_count(struct pgsource *src, const struct pgcopy *copy)
{
	struct rebased *r;
	const char *bounds;
	uint64_t count;
	size_t i;

	for (i = 0; i < src->spec.ncolumns; i++) {
		r = &src->rebased[i];
		if ((count = pgcopy_rebased(copy, i, &bounds)) == 0)
			continue;
		if (r->count == 0)
			(void)snprintf(r->bounds, sizeof(r->bounds), "%s",
			    bounds);
		r->count += count;
	}
}

int64_t
pgsource_rebased(const struct pgsource *src, size_t i, const char **name,
    const char **bounds)
{

	if (i >= src->spec.ncolumns)
		return (-1);
	*name = column(src, i)->name;
	*bounds = src->rebased[i].bounds;
	return ((int64_t)src->rebased[i].count);
}

int
pgsource_prepare(const struct pgsource *src, struct pg *pg, int first,
    struct err *err)
{

	if (!first && pg_exec(pg, "SELECT pg_catalog.set_config("
	    "'lock_timeout', '1s', true)", err) != 0)
		return (-1);
	return (lock(src, pg, err) != 0 ? -1 : keep_order(src, pg, err));
}

/* Does the piece belong to the share that is wanted?  Only what never changes
 * decides: where it lies and in which table. */
static int
in_share(const struct pgsource *src, const struct pgsource_piece *piece)
{

	return (src->spec.parts == 0 || src->hashed ||
	    (src->stretches[piece->table].oid + piece->from / PIECE_BLOCKS) %
	    src->spec.parts == src->spec.part - 1);
}

int
pgsource_next(struct pgsource *src, struct pgsource_piece *piece)
{
	struct stretch *s;

	while (src->at.table < src->n) {
		s = &src->stretches[src->at.table];
		*piece = src->at;
		if (s->blocks != 0)
			piece->to = piece->from > UINT32_MAX - s->step ?
			    UINT32_MAX : piece->from + s->step;
		if (s->blocks != 0 && s->blocks - piece->from > s->step) {
			src->at.from = piece->to;
		} else {
			src->at.table++;
			src->at.from = 0;
		}
		if (in_share(src, piece))
			return (1);
	}
	return (0);
}

struct pgcopy *
pgsource_decoder(const struct pgsource *src)
{
	struct pgcopy_field *fields;
	const struct pgcatalog_column *c;
	struct buf escaped = { 0 };
	struct pgcopy *copy;
	size_t i, n = src->spec.ncolumns;

	fields = mem_array(n, sizeof(*fields));
	for (i = 0; i < n; i++) {
		c = column(src, i);
		fields[i] = (struct pgcopy_field){
			c->name, c->kind, c->is_array
		};
		if (frame_escape_needed(n, c->name, strlen(c->name))) {
			buf_printf(&escaped, "@%s", c->name);
			fields[i].key = buf_z(&escaped);
		}
	}
	copy = pgcopy_new(fields, n);
	mem_free(fields);
	buf_free(&escaped);
	return (copy);
}

const char *
pgsource_label(const struct pgsource *src)
{

	return (src->label);
}

uint64_t
pgsource_rows(const struct pgsource *src)
{
	double rows = src->spec.rel->rows;

	if (rows <= 0 || src->spec.where != NULL)
		return (0);
	if (src->spec.parts > 0)
		rows /= (double)src->spec.parts;
	if (rows > (double)src->spec.limit)
		rows = (double)src->spec.limit;
	return ((uint64_t)rows);
}

const char *
pgsource_whole(const struct pgsource *src)
{

	return (src->spec.many ? src->whole : NULL);
}
