#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/pg.h"
#include "db/pgcatalog.h"
#include "db/target_pg.h"
#include "json/json.h"
#include "schema/fit.h"
#include "schema/name.h"

static struct target_pg *
pg_of(struct target *t)
{

	return ((struct target_pg *)t);
}

struct pg_result *
target_pg_query(const struct target_pg *t, const char *sql, struct err *err)
{
	char oid[16];
	const char *param = oid;

	(void)snprintf(oid, sizeof(oid), "%" PRIu32, t->rel->oid);
	return (pg_query(t->pg, sql, &param, 1, err));
}

/*
 * Questions that may fail without an end to the transaction.
 */

enum answer {
	ANSWERED,
	REFUSED,		/* for what the values are */
	DENIED,			/* for what the question is */
	LOST			/* nothing more can be asked */
};

static enum answer
ask_server(struct target_pg *t, const char *sql, const char *json,
    struct pg_result **res, struct err *why)
{
	struct err ignored = ERR_INIT;
	char state[6];

	*res = NULL;
	if (pg_exec(t->pg, "SAVEPOINT preflight", why) != 0)
		return (LOST);
	*res = pg_query(t->pg, sql, &json, 1, why);
	(void)snprintf(state, sizeof(state), "%s",
	    *res == NULL ? pg_state(t->pg) : "");
	if (!pg_alive(t->pg))
		return (LOST);
	if (*res != NULL)
		return (pg_exec(t->pg, "RELEASE SAVEPOINT preflight",
		    why) == 0 ? ANSWERED : LOST);
	if (pg_exec(t->pg, "ROLLBACK TO SAVEPOINT preflight", &ignored) != 0) {
		*why = ignored;
		return (LOST);
	}
	/* Data exceptions and integrity: the values.  A server that is short
	 * of something, or was told to stop, can answer nothing else. */
	if (strncmp(state, "22", 2) == 0 || strncmp(state, "23", 2) == 0)
		return (REFUSED);
	if (strncmp(state, "53", 2) == 0 || strncmp(state, "57", 2) == 0 ||
	    strncmp(state, "58", 2) == 0)
		return (LOST);
	return (DENIED);
}

/* A question about many texts at once: they go into one JSON array. */
struct question {
	struct target_pg	*t;
	const char		*sql;
	const char		*before, *after;	/* around each text */
	const char *const	*texts;
	/* Takes the answer about ${n} texts from ${from} on. */
	void			(*take)(const struct pg_result *res,
				    size_t from, void *cookie);
	/* The ${i}th alone is refused. */
	void			(*refuse)(size_t i, const struct err *why,
				    void *cookie);
	void			*cookie;
};

/* Ask about the texts from ${from} to ${to}; where they are refused together,
 * about half of them, down to those that are. */
static enum answer
ask_many(const struct question *q, size_t from, size_t to, struct err *why)
{
	struct pg_result *res;
	struct buf b = { 0 };
	enum answer said;
	size_t i, middle;

	for (i = from; i < to; i++) {
		buf_putc(&b, i == from ? '[' : ',');
		buf_puts(&b, q->before);
		buf_puts(&b, q->texts[i]);
		buf_puts(&b, q->after);
	}
	buf_putc(&b, ']');
	said = ask_server(q->t, q->sql, buf_z(&b), &res, why);
	buf_free(&b);
	if (said == ANSWERED && q->take != NULL)
		q->take(res, from, q->cookie);
	pg_done(res);
	if (said != REFUSED)
		return (said);
	if (to - from == 1) {
		q->refuse(from, why, q->cookie);
		return (ANSWERED);
	}
	middle = from + (to - from) / 2;
	said = ask_many(q, from, middle, why);
	return (said == ANSWERED ? ask_many(q, middle, to, why) : said);
}

/*
 * Values.
 */

static ptrdiff_t
column(const struct target *t, const char *name, size_t len)
{

	return (table_find_column(t->table, name, len));
}

static enum target_verdict
fit(struct target *t, size_t i, const struct json_value *v, struct arena *a,
    struct err *err)
{

	switch (fit_check(pg_of(t)->fits[i], v, a, err)) {
	case FIT_YES:
		return (fit_loses(pg_of(t)->fits[i], v, a, err) ?
		    TARGET_CHANGES : TARGET_FITS);
	case FIT_NO:
		return (TARGET_REFUSES);
	default:
		return (TARGET_UNSURE);
	}
}

/* What is known of values that are asked about. */
struct asked {
	struct target_pg	*t;
	struct arena		*a;
	size_t			 column;
	const char *const	*values;
	unsigned char		*refused;
	struct err		*why;
};

static void
refuse_value(size_t i, const struct err *why, void *cookie)
{
	struct asked *q = cookie;
	struct err *err = &q->why[i];
	struct json_value v;

	q->refused[i] = 1;
	/* The rule and the remedy as for those that need no server, the
	 * message as it says it. */
	if (json_read_value(q->t->reader, q->values[i],
	    strlen(q->values[i]), &v, err) == 0)
		(void)fit_refuse(q->t->fits[q->column], &v, q->a, err);
	memcpy(err->msg, why->msg, sizeof(err->msg));
	if (strncmp(pg_state(q->t->pg), "23", 2) == 0)
		(void)snprintf(err->rule, sizeof(err->rule), "domain");
}

static int
ask(struct target *base, size_t i, const char *const *values, size_t n,
    unsigned char *refused, struct err *why, struct err *err)
{
	struct target_pg *t = pg_of(base);
	struct asked asked = { t, arena_new(), i, values, refused, why };
	struct question q = {
		.t = t, .before = "{\"x\":", .after = "}", .texts = values,
		.refuse = refuse_value, .cookie = &asked
	};
	struct buf sql = { 0 };
	enum answer said;

	buf_printf(&sql, "SELECT pg_catalog.count(r.x) FROM"
	    " pg_catalog.json_to_recordset($1::pg_catalog.json)"
	    " AS r (x %s)", base->table->columns[i].sql_type);
	memset(refused, 0, n);
	q.sql = buf_z(&sql);
	said = ask_many(&q, 0, n, err);
	buf_free(&sql);
	arena_free(asked.a);
	/* What cannot be asked is not known to be wrong. */
	return (said == LOST ? -1 : 0);
}

/*
 * Keys.
 */

static void
put_lookup(struct buf *b, const struct target *t,
    const struct target_lookup *l)
{
	size_t i;

	buf_puts(b, "SELECT e.i - 1 FROM pg_catalog.json_array_elements("
	    "$1::pg_catalog.json) WITH ORDINALITY AS e (k, i) WHERE EXISTS ("
	    "SELECT FROM ");
	if (l->schema != NULL || t->table->schema != NULL) {
		pg_quote(b, l->schema != NULL ? l->schema : t->table->schema);
		buf_putc(b, '.');
	}
	pg_quote(b, l->table);
	buf_puts(b, " p WHERE ");
	for (i = 0; i < l->n; i++) {
		buf_puts(b, i == 0 ? "p." : " AND p.");
		pg_quote(b, l->fields[i]);
		buf_printf(b, " = (e.k OPERATOR(pg_catalog.->>) %zu)::%s", i,
		    t->table->columns[l->columns[i]].sql_type);
	}
	buf_putc(b, ')');
}

static void
take_found(const struct pg_result *res, size_t from, void *cookie)
{
	unsigned char *found = cookie;
	size_t i;

	for (i = 0; i < pg_rows(res); i++)
		found[from + (size_t)pg_get_int(res, i, 0)] = 1;
}

/* A key that is no key: its values are told of elsewhere. */
static void
refuse_key(size_t i, const struct err *why, void *cookie)
{
	unsigned char *found = cookie;

	(void)why;
	found[i] = TARGET_FIND_UNKNOWN;
}

static int
find(struct target *base, const struct target_lookup *l,
    const char *const *keys, size_t n, unsigned char *found, struct err *err)
{
	struct target_pg *t = pg_of(base);
	struct question q = {
		.t = t, .before = "", .after = "", .texts = keys,
		.take = take_found, .refuse = refuse_key, .cookie = found
	};
	struct buf sql = { 0 };
	enum answer said;

	memset(found, 0, n);
	put_lookup(&sql, base, l);
	q.sql = buf_z(&sql);
	said = ask_many(&q, 0, n, err);
	buf_free(&sql);
	return (said == LOST ? -1 : said == DENIED ? 1 : 0);
}

/*
 * Checks.
 */

static const char checks_sql[] =
    "SELECT c.oid, c.conname, k.attnum,"
    " pg_catalog.pg_get_expr(c.conbin, c.conrelid) "
    "FROM pg_catalog.pg_constraint c"
    " LEFT JOIN LATERAL pg_catalog.unnest(c.conkey) AS k (attnum) ON true "
    "WHERE c.conrelid = $1::pg_catalog.oid AND c.contype = 'c' "
    "ORDER BY c.conname, c.oid, k.attnum";

enum { X_OID, X_NAME, X_NUMBER, X_SQL };

/* Rows that do not give a column which is filled then, and which the check
 * needs, are not known as the check will see them. */
static void
add_blind(struct target_pg *t, size_t column)
{

	if (t->t.table->columns[column].default_sql != NULL ||
	    t->t.table->columns[column].identity != NULL)
		t->t.blind[column] = 1;
}

/* The columns that a check needs, with their types or without. */
static void
put_columns(struct buf *b, struct target_pg *t,
    const struct pg_result *res, size_t from, size_t to, int types)
{
	const struct table *m = t->t.table;
	const char *comma = "";
	int64_t number;
	size_t i, k;

	for (i = from; i < to; i++) {
		number = pg_get_int(res, i, X_NUMBER);
		for (k = 0; k < m->ncolumns; k++)
			if (t->rel->columns[k].number == number)
				break;
		if (k == m->ncolumns)
			continue;
		add_blind(t, k);
		buf_puts(b, comma);
		pg_quote(b, m->columns[k].name);
		if (types)
			buf_printf(b, " %s", m->columns[k].sql_type);
		comma = ", ";
	}
}

static void
add_check(struct target_pg *t, const struct pg_result *res, size_t from,
    size_t to)
{
	struct target_pg_check *c = &t->checks[t->nchecks];
	struct buf b = { 0 };

	/* One that reads no column at all, or the row as a whole, is the
	 * table's own affair. */
	if (pg_get_int(res, from, X_NUMBER) <= 0)
		return;
	t->nchecks++;
	buf_puts(&b, "SELECT \"@row\" - 1 FROM ROWS FROM ("
	    "pg_catalog.json_to_recordset($1::pg_catalog.json) AS (");
	put_columns(&b, t, res, from, to, 1);
	buf_puts(&b, ")) WITH ORDINALITY AS r (");
	put_columns(&b, t, res, from, to, 0);
	buf_printf(&b, ", \"@row\") WHERE NOT (%s)",
	    pg_get(res, from, X_SQL));
	c->name = arena_dup(t->t.a, pg_get(res, from, X_NAME),
	    strlen(pg_get(res, from, X_NAME)));
	c->sql = arena_dup(t->t.a, b.s, b.len);
	buf_free(&b);
}

/* A row needs a partition that takes it, and a partition takes only its own.
 * The columns are those of the keys on all levels, by name: their numbers are
 * not the same in each; an expression may need any. */
static const char partition_sql[] =
    "WITH RECURSIVE up (oid) AS (SELECT $1::pg_catalog.oid UNION"
    " SELECT i.inhparent FROM up u JOIN pg_catalog.pg_inherits i"
    "  ON i.inhrelid = u.oid JOIN pg_catalog.pg_partitioned_table p"
    "  ON p.partrelid = i.inhparent),"
    "tree AS (SELECT relid::pg_catalog.oid AS oid, isleaf FROM"
    " pg_catalog.pg_partition_tree($1::pg_catalog.oid)),"
    "keys AS (SELECT DISTINCT pt.partrelid, k.n FROM"
    " pg_catalog.pg_partitioned_table pt CROSS JOIN LATERAL"
    " pg_catalog.unnest(pt.partattrs::pg_catalog.int2[]) AS k (n)"
    " WHERE pt.partrelid IN (SELECT oid FROM up UNION SELECT oid FROM tree))"
    "SELECT 0, 'of a partition', a.attnum,"
    " (SELECT pg_catalog.string_agg('(' ||"
    "  COALESCE(pg_catalog.pg_get_partition_constraintdef(oid), 'true')"
    "  || ')', ' OR ') FROM tree WHERE isleaf) "
    "FROM pg_catalog.pg_attribute a "
    "WHERE a.attrelid = $1::pg_catalog.oid AND a.attnum > 0"
    " AND NOT a.attisdropped AND EXISTS (SELECT FROM tree WHERE isleaf)"
    " AND (EXISTS (SELECT FROM keys WHERE n = 0) OR a.attname IN"
    " (SELECT b.attname FROM keys JOIN pg_catalog.pg_attribute b"
    "  ON b.attrelid = partrelid AND b.attnum = n)) ORDER BY a.attnum";

static int
read_partitions(struct target_pg *t, struct err *err)
{
	struct pg_result *res = target_pg_query(t, partition_sql, err);

	if (res == NULL)
		return (-1);
	if (pg_rows(res) > 0)
		add_check(t, res, 0, pg_rows(res));
	pg_done(res);
	return (0);
}

static int
read_checks(struct target_pg *t, struct err *err)
{
	struct pg_result *res = target_pg_query(t, checks_sql, err);
	size_t from, to;

	if (res == NULL)
		return (-1);
	t->t.blind = arena_alloc(t->t.a, t->t.table->ncolumns + 1);
	memset(t->t.blind, 0, t->t.table->ncolumns);
	/* One more is that of partitions. */
	t->checks = arena_alloc(t->t.a, (pg_rows(res) + 1) *
	    sizeof(*t->checks));
	memset(t->checks, 0, (pg_rows(res) + 1) * sizeof(*t->checks));
	for (from = 0; from < pg_rows(res); from = to) {
		to = from;
		while (to < pg_rows(res) && pg_get_int(res, to, X_OID) ==
		    pg_get_int(res, from, X_OID))
			to++;
		add_check(t, res, from, to);
	}
	pg_done(res);
	if (read_partitions(t, err) != 0)
		return (-1);
	t->t.has_checks = t->nchecks > 0;
	return (0);
}

struct checked {
	const char	*name;
	target_broken	*broken;
	void		*cookie;
};

static void
take_broken(const struct pg_result *res, size_t from, void *cookie)
{
	const struct checked *c = cookie;
	size_t i;

	for (i = 0; i < pg_rows(res); i++)
		c->broken(c->cookie, from + (size_t)pg_get_int(res, i, 0),
		    c->name, NULL);
}

static void
refuse_row(size_t i, const struct err *why, void *cookie)
{
	const struct checked *c = cookie;

	c->broken(c->cookie, i, c->name, why->msg);
}

static int
check(struct target *base, const char *const *rows, size_t n,
    target_broken *broken, void *cookie, struct err *err)
{
	struct target_pg *t = pg_of(base);
	struct checked c = { NULL, broken, cookie };
	struct question q = {
		.t = t, .before = "", .after = "", .texts = rows,
		.take = take_broken, .refuse = refuse_row, .cookie = &c
	};
	enum answer said;
	size_t i;

	for (i = 0; i < t->nchecks; i++) {
		if (t->checks[i].hopeless)
			continue;
		c.name = t->checks[i].name;
		q.sql = t->checks[i].sql;
		said = ask_many(&q, 0, n, err);
		if (said == LOST)
			return (-1);
		if (said != DENIED)
			continue;
		t->checks[i].hopeless = 1;
		t->checks[i].why = arena_dup(base->a, err->msg,
		    strlen(err->msg));
	}
	return (0);
}

/*
 * Beginning and end.
 */

static void
close_pg(struct target *base)
{
	struct target_pg *t = pg_of(base);

	pg_close(t->pg);
	json_reader_free(t->reader);
	arena_free(base->a);
	mem_free(t);
}

static const struct target_engine engine = {
	.column = column, .fit = fit, .ask = ask, .find = find,
	.check = check, .facts = target_pg_facts, .close = close_pg,
};

static int
read_table(struct target_pg *t, struct err *err)
{
	struct table *m;
	size_t i;

	/* New rows must meet what is NOT VALID, too. */
	if ((m = pgcatalog_whole(t->pg, t->rel, t->t.a, err)) == NULL)
		return (-1);
	t->t.table = m;
	t->fits = arena_alloc(t->t.a, m->ncolumns * sizeof(struct fit *));
	for (i = 0; i < m->ncolumns; i++)
		t->fits[i] = fit_new(&m->columns[i], t->t.a);
	return (read_checks(t, err));
}

struct target *
target_pg_open(const char *conn, const char *table, struct err *err)
{
	struct target_pg *t = mem_alloc(sizeof(*t));
	struct buf label = { 0 };
	struct name name;

	t->t.engine = &engine;
	t->t.conn = conn;
	t->t.a = arena_new();
	t->reader = json_reader_new();
	if ((t->pg = pg_open(conn, err)) == NULL ||
	    pg_begin(t->pg, NULL, err) != 0)
		goto fail;
	name_read(table, strlen(table), NAME_LOWER, &name, t->t.a);
	t->rel = pgcatalog_find(t->pg, &name, t->t.a, err);
	if (t->rel == NULL) {
		/* The server has nothing against the question, or just that
		 * this user asks it. */
		if (pg_alive(t->pg) && (pg_state(t->pg)[0] == '\0' ||
		    strcmp(pg_state(t->pg), "42501") == 0))
			(void)err_status(err, DIAG_FINDINGS);
		goto fail;
	}
	if (read_table(t, err) != 0)
		goto fail;
	pgcatalog_put_label(&label, t->rel);
	t->t.label = arena_dup(t->t.a, label.s, label.len);
	buf_free(&label);
	t->t.place = pg_place(t->pg);
	return (&t->t);
fail:
	close_pg(&t->t);
	return (NULL);
}
