/*
 * SQLite takes nearly everything, so a value is looked at twice: as
 * sqlite-load would store it, which may be refused or change it, and as what
 * the column's type says it is meant for.  Checks are tried on a temporary
 * copy of the empty table, in memory.
 */
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/sqlite.h"
#include "db/sqlite_bind.h"
#include "db/sqlite_table.h"
#include "db/sqlite_upsert.h"
#include "db/target_engine.h"
#include "json/json.h"
#include "row/row.h"
#include "schema/ddl.h"
#include "schema/findings.h"
#include "schema/fit.h"
#include "schema/mend.h"
#include "schema/sqlitedef.h"
#include "schema/sqltype.h"

/* A statement that looks for keys. */
struct seek {
	const struct target_lookup	*l;
	struct sqlite_stmt		*stmt;
};

struct target_sqlite {
	struct target			 t;
	struct sqlite			*db;
	struct sqlite_table		*st;
	struct sqlite_binder		*binders;
	struct column			*meant;	/* what columns are for */
	const struct table_check	*check;
	size_t				 ncheck;
	struct fit			**fits;
	struct sqlite_stmt		*one;	/* takes any value */
	struct seek			*seeks;
	size_t				 nseeks, seeks_cap;
	struct sqlite_upsert_opts	 upsert_opts;
	struct sqlite_upsert		*upsert; /* into the copy */
	struct sqlite_stmt		*empty;	/* the copy */
	struct json_reader		*reader;
	struct arena			*scratch;
};

static struct target_sqlite *
sqlite_of(struct target *t)
{

	return ((struct target_sqlite *)t);
}

static ptrdiff_t
column(const struct target *t, const char *name, size_t len)
{

	return (sqlite_table_column(((const struct target_sqlite *)t)->st,
	    name, len));
}

/*
 * Values.
 */

static int
is_moment(enum column_type type)
{

	return (type == COLUMN_DATE || type == COLUMN_TIME ||
	    type == COLUMN_TIMETZ || type == COLUMN_TIMESTAMP ||
	    type == COLUMN_TIMESTAMPTZ);
}

/* The rowid is numbered by SQLite, but only where it is not given at all. */
static enum target_verdict
fit_null(struct target_sqlite *t, size_t i, struct err *err)
{
	struct json_value null = { "null", 4, JSON_NULL, 0 };
	struct column c = t->meant[i];

	if (!c.not_null && (ptrdiff_t)i != t->st->rowid)
		return (TARGET_FITS);
	c.not_null = 1;
	(void)fit_check(fit_new(&c, t->scratch), &null, t->scratch, err);
	return (TARGET_REFUSES);
}

/* What the column is meant for, as far as SQLite does not enforce it. */
static enum target_verdict
fit_meant(struct target_sqlite *t, size_t i, const struct json_value *v,
    struct arena *a, struct err *err)
{
	enum fit_verdict said = fit_check(t->fits[i], v, a, err);

	if (said == FIT_UNSURE && is_moment(t->meant[i].type))
		said = fit_refuse(t->fits[i], v, a, err);
	if (said != FIT_NO)
		return (TARGET_FITS);
	return (strcmp(err->rule, "enum") == 0 ? TARGET_REFUSES :
	    TARGET_CHANGES);
}

/* The remedy is that of any type like it. */
static void
add_hint(struct target_sqlite *t, size_t i, const struct json_value *v,
    struct arena *a, struct err *err)
{
	struct err other = ERR_INIT;

	if (fit_check(t->fits[i], v, a, &other) != FIT_NO)
		(void)fit_refuse(t->fits[i], v, a, &other);
	memcpy(err->hint, other.hint, sizeof(err->hint));
}

static enum target_verdict
fit(struct target *base, size_t i, const struct json_value *v,
    struct arena *a, struct err *err)
{
	struct target_sqlite *t = sqlite_of(base);
	char became[SQLITE_BECAME_MAX];
	enum sqlite_bound bound;
	struct quote q;

	if (v->type == JSON_NULL)
		return (fit_null(t, i, err));
	bound = sqlite_bind(t->one, 1, &t->binders[i], v, a, became, err);
	sqlite_bind_null(t->one, 1);
	if (bound == SQLITE_BOUND_REFUSED) {
		add_hint(t, i, v, a, err);
		return (TARGET_REFUSES);
	}
	if (fit_meant(t, i, v, a, err) != TARGET_FITS)
		return (strcmp(err->rule, "enum") == 0 ? TARGET_REFUSES :
		    TARGET_CHANGES);
	if (bound == SQLITE_BOUND_SAME)
		return (TARGET_FITS);
	(void)err_set(err, "column %s (%s) would store another value: %s",
	    quote_z(&q, t->meant[i].name), t->st->columns[i].declared,
	    became);
	(void)err_rule(err, "loss", NULL);
	return (TARGET_CHANGES);
}

/* SQLite leaves nothing unsure. */
static int
ask(struct target *t, size_t i, const char *const *values, size_t n,
    unsigned char *refused, struct err *why, struct err *err)
{

	(void)t;
	(void)i;
	(void)values;
	memset(refused, 0, n);
	(void)why;
	(void)err;
	return (0);
}

/*
 * Keys.
 */

static struct sqlite_stmt *
find_seek(struct target_sqlite *t, const struct target_lookup *l,
    struct err *err)
{
	struct sqlite_stmt *stmt;
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < t->nseeks; i++)
		if (t->seeks[i].l == l)
			return (t->seeks[i].stmt);
	buf_puts(&b, "SELECT 1 FROM main.");
	ddl_quote(&b, l->table);
	for (i = 0; i < l->n; i++) {
		buf_puts(&b, i == 0 ? " WHERE " : " AND ");
		ddl_quote(&b, l->fields[i]);
		buf_printf(&b, " = ?%zu", i + 1);
	}
	stmt = sqlite_prepare(t->db, b.s, b.len, err);
	buf_free(&b);
	if (stmt == NULL)
		return (NULL);
	t->seeks = mem_grow(t->seeks, &t->seeks_cap, t->nseeks + 1,
	    sizeof(*t->seeks));
	t->seeks[t->nseeks].l = l;
	t->seeks[t->nseeks++].stmt = stmt;
	return (stmt);
}

/* Look for one key: 1, 0, TARGET_FIND_UNKNOWN, or -1 with the error filled. */
static int
find_one(struct target_sqlite *t, const struct target_lookup *l,
    struct sqlite_stmt *stmt, const char *key, struct err *err)
{
	char became[SQLITE_BECAME_MAX];
	struct json_value list, v;
	enum sqlite_step step;
	struct json_iter it;
	size_t i = 0;

	if (json_read_value(t->reader, key, strlen(key), &list, err) != 0)
		return (-1);
	json_iter_init(&it, &list);
	while (json_next(&it, NULL, &v) && i < l->n) {
		if (sqlite_bind(stmt, (int)i + 1, &t->binders[l->columns[i]],
		    &v, t->scratch, became, err) == SQLITE_BOUND_REFUSED)
			return (TARGET_FIND_UNKNOWN);
		i++;
	}
	step = sqlite_step(stmt, err);
	sqlite_reset(stmt);
	arena_reset(t->scratch);
	return (step == SQLITE_STEP_ROW ? 1 : step == SQLITE_STEP_DONE ? 0 :
	    -1);
}

static int
find(struct target *base, const struct target_lookup *l,
    const char *const *keys, size_t n, unsigned char *found, struct err *err)
{
	struct target_sqlite *t = sqlite_of(base);
	struct sqlite_stmt *stmt = find_seek(t, l, err);
	size_t i;
	int rc;

	if (stmt == NULL)
		return (1);
	for (i = 0; i < n; i++) {
		if ((rc = find_one(t, l, stmt, keys[i], err)) < 0)
			return (-1);
		found[i] = (unsigned char)rc;
	}
	return (0);
}

/*
 * Checks.
 */

static int
check_one(struct target_sqlite *t, const char *text, struct err *why,
    struct err *err)
{
	struct row row = { .s = text, .len = strlen(text), .line = 1 };
	enum sink_stored stored;

	if (json_read_object(t->reader, text, row.len, err) != 0)
		return (-1);
	row.fields = t->reader->fields;
	row.nfields = t->reader->nfields;
	row.shape = t->reader->shape;
	row.arena = t->scratch;
	row.file = "";
	stored = sqlite_upsert_row(t->upsert, &row, why);
	arena_reset(t->scratch);
	if (stored == SINK_FAILED) {
		*err = *why;
		return (-1);
	}
	if (stored == SINK_REFUSED)
		return (1);
	return (sqlite_step(t->empty, err) == SQLITE_STEP_DONE ? 0 : -1);
}

static int
check(struct target *base, const char *const *rows, size_t n,
    target_broken *broken, void *cookie, struct err *err)
{
	struct target_sqlite *t = sqlite_of(base);
	struct err why;
	size_t i;
	int rc;

	for (i = 0; i < n; i++) {
		if ((rc = check_one(t, rows[i], &why, err)) < 0)
			return (-1);
		if (rc > 0)
			broken(cookie, i, why.msg, NULL);
	}
	return (0);
}

/* A copy of the table, empty, whose rows nobody sees; without it checks are
 * not tried. */
static int
make_copy(struct target_sqlite *t, struct err *err)
{
	static const char create[] = "CREATE TABLE ";
	const char *sql = t->st->sql;
	struct buf b = { 0 };
	int rc = -1;

	if (t->st->kind != SQLITE_KIND_TABLE ||
	    strncasecmp(sql, create, sizeof(create) - 1) != 0)
		return (0);
	/* The file is open for reading only; this is about the rest. */
	buf_puts(&b, "PRAGMA query_only=OFF; PRAGMA temp_store=MEMORY; "
	    "CREATE TEMP TABLE ");
	buf_puts(&b, sql + sizeof(create) - 1);
	if (sqlite_exec(t->db, buf_z(&b), err) != 0)
		goto end;
	b.len = 0;
	buf_puts(&b, "DELETE FROM temp.");
	ddl_quote(&b, t->st->model->name);
	t->empty = sqlite_prepare(t->db, b.s, b.len, err);
	t->upsert_opts.ignore_unknown = 1;
	t->upsert_opts.temporary = 1;
	if (t->empty != NULL)
		t->upsert = sqlite_upsert_new(t->db, t->st, &t->upsert_opts,
		    err);
	t->t.has_checks = t->upsert != NULL;
	rc = t->upsert != NULL ? 0 : -1;
end:
	buf_free(&b);
	return (rc);
}

/*
 * Facts.
 */

static void
column_facts(const struct target_sqlite *t, const struct target_given *given,
    struct findings *fs)
{
	const struct table *m = t->st->model;
	struct buf mend = { 0 };
	struct finding *f;
	size_t i;

	for (i = 0; i < m->ncolumns; i++) {
		if (!m->columns[i].generated || given[i].values == 0)
			continue;
		f = findings_add(fs, FINDINGS_FAIL, "generated",
		    m->columns[i].name, "SQLite computes this column and "
		    "takes no value for it");
		mend.len = 0;
		mend_map(&mend, "del(@)", m->columns[i].name, NULL);
		findings_mend(f, buf_z(&mend));
	}
	buf_free(&mend);
}

/* A finding for each name that ${sql} selects for the table: a ${what} of that
 * name ${does}. */
static int
named_facts(const struct target_sqlite *t, const char *sql,
    const char *name_of_check, const char *what, const char *does,
    struct findings *fs, struct err *err)
{
	struct sqlite_stmt *stmt;
	enum sqlite_step step;
	char name[160];
	const char *s;

	stmt = sqlite_ask(t->db, sql, t->st->model->name, err);
	if (stmt == NULL)
		return (-1);
	while ((step = sqlite_step(stmt, err)) == SQLITE_STEP_ROW) {
		s = sqlite_column_z(stmt, 0);
		(void)findings_add(fs, FINDINGS_WARN, name_of_check, NULL,
		    "%s %s %s", what, quote_plain(name, sizeof(name), s,
		    strlen(s)), does);
	}
	sqlite_finalize(stmt);
	return (step == SQLITE_STEP_DONE ? 0 : -1);
}

/* SQLite makes a journal beside the file. */
static void
file_facts(const struct target_sqlite *t, struct findings *fs)
{
	const char *slash = strrchr(t->t.file, '/');
	struct buf dir = { 0 };

	if (access(t->t.file, W_OK) != 0)
		(void)findings_add(fs, FINDINGS_FAIL, "privileges", NULL,
		    "no right to write the database file");
	if (slash == NULL)
		buf_putc(&dir, '.');
	else
		buf_put(&dir, t->t.file, slash == t->t.file ? 1 :
		    (size_t)(slash - t->t.file));
	if (access(buf_z(&dir), W_OK) != 0)
		(void)findings_add(fs, FINDINGS_FAIL, "privileges", NULL,
		    "no right to write the directory of the database, where "
		    "SQLite makes its journal");
	buf_free(&dir);
}

static int
facts(struct target *base, const struct target_given *given,
    struct findings *fs, struct err *err)
{
	static const char triggers[] = "SELECT name FROM main.sqlite_schema"
	    " WHERE type = 'trigger' AND tbl_name = ?1 COLLATE NOCASE"
	    " AND sql LIKE '%INSERT%ON%' ORDER BY name";
	static const char indexes[] = "SELECT i.name FROM"
	    " pragma_index_list(?1, 'main') i WHERE i.\"unique\" AND"
	    " (i.partial OR EXISTS (SELECT 1 FROM"
	    " pragma_index_xinfo(i.name, 'main') x"
	    " WHERE x.key AND x.cid < 0)) ORDER BY i.name";
	struct target_sqlite *t = sqlite_of(base);

	file_facts(t, fs);
	if (t->st->kind == SQLITE_KIND_VIEW)
		(void)findings_add(fs, FINDINGS_FAIL, "kind", NULL,
		    "the target is a view, which takes no rows");
	else if (t->st->kind == SQLITE_KIND_VIRTUAL)
		(void)findings_add(fs, FINDINGS_WARN, "kind", NULL,
		    "the target is a virtual table, which decides by itself");
	column_facts(t, given, fs);
	if (named_facts(t, triggers, "triggers", "trigger",
	    "may change or refuse rows", fs, err) != 0)
		return (-1);
	return (named_facts(t, indexes, "constraints", "unique index",
	    "is partial or on an expression, and was not looked at", fs,
	    err));
}

/*
 * Beginning and end.
 */

/* A check that says no more than that a column is one of several texts makes
 * it an enumeration. */
static void
set_labels(struct target_sqlite *t, struct column *c)
{
	size_t i;

	c->labels = NULL;
	c->nlabels = 0;
	if (c->collation != NULL && strcasecmp(c->collation, "BINARY") != 0)
		return;
	for (i = 0; i < t->ncheck && c->nlabels == 0; i++)
		(void)sqlitedef_labels(c, t->check[i].sql, t->t.a);
	if (c->nlabels > 0)
		c->type = COLUMN_ENUM;
}

/* Checks, and the collations of columns, stand in the statement only. */
static void
read_checks(struct target_sqlite *t)
{
	struct table copy = *t->st->model;

	copy.nrefs = copy.nunique = copy.nchecks = 0;
	copy.checks = NULL;
	sqlitedef_table(t->st->sql, strlen(t->st->sql), &copy, t->t.a);
	t->check = copy.checks;
	t->ncheck = copy.nchecks;
}

/* What a column is for: as rowpipe recorded it, or as it is declared. */
static void
set_meant(struct target_sqlite *t, size_t i)
{
	const char *declared = t->st->columns[i].declared;
	struct column *c = &t->meant[i];
	struct sqltype st;

	*c = t->st->model->columns[i];
	if (c->sql_type == NULL)
		c->sql_type = declared;
	if (c->type == COLUMN_ANY && sqltype_read(&st, declared,
	    strlen(declared))) {
		c->type = st.type;
		c->max_length = st.max_length;
		c->precision = st.precision;
		c->scale = st.scale;
	}
	/* Every integer of SQLite has 64 bits. */
	if (t->st->model->columns[i].type == COLUMN_ANY &&
	    t->st->columns[i].affinity == SQLITE_AFFINITY_INTEGER)
		c->type = COLUMN_BIGINT;
	set_labels(t, c);
	/* Null is looked at before, and a rowid need not be given. */
	c->not_null = t->st->model->columns[i].not_null;
	if ((ptrdiff_t)i == t->st->rowid)
		t->st->model->columns[i].identity = c->identity =
		    "by default";
}

static int
read_table(struct target_sqlite *t, const char *table, struct err *err)
{
	const char *name;
	size_t i, n;

	name = sqlite_table_name(table, strlen(table), t->t.a, err);
	if (name == NULL)
		return (-1);
	n = (size_t)sqlite_table_exists(t->db, name, err);
	t->st = sqlite_table_read(t->db, name, t->t.a, err);
	if (t->st == NULL)
		return (n == 0 ? err_status(err, DIAG_FINDINGS) : -1);
	n = t->st->model->ncolumns;
	read_checks(t);
	t->binders = mem_array(n, sizeof(*t->binders));
	t->meant = mem_array(n, sizeof(*t->meant));
	t->fits = mem_array(n, sizeof(struct fit *));
	for (i = 0; i < n; i++) {
		sqlite_binder_init(&t->binders[i], t->st, i);
		set_meant(t, i);
		t->fits[i] = fit_new(&t->meant[i], t->t.a);
	}
	t->t.table = t->st->model;
	t->t.label = t->st->model->name;
	t->one = sqlite_prepare(t->db, "SELECT ?1", 9, err);
	return (t->one != NULL ? make_copy(t, err) : -1);
}

static void
close_sqlite(struct target *base)
{
	struct target_sqlite *t = sqlite_of(base);
	size_t i;

	for (i = 0; i < t->nseeks; i++)
		sqlite_finalize(t->seeks[i].stmt);
	mem_free(t->seeks);
	sqlite_upsert_free(t->upsert);
	sqlite_finalize(t->empty);
	sqlite_finalize(t->one);
	sqlite_close(t->db);
	json_reader_free(t->reader);
	mem_free(t->binders);
	mem_free(t->meant);
	mem_free(t->fits);
	arena_free(t->scratch);
	arena_free(base->a);
	mem_free(t);
}

static const struct target_engine engine = {
	.column = column, .fit = fit, .ask = ask, .find = find,
	.check = check, .facts = facts, .close = close_sqlite,
};

struct target *
target_sqlite_open(const char *path, const char *table, struct err *err)
{
	struct target_sqlite *t = mem_alloc(sizeof(*t));
	const struct sqlite_opts opts = {
		.mode = SQLITE_MODE_READ, .busy = 5
	};
	struct buf place = { 0 };
	struct quote q;

	t->t.engine = &engine;
	t->t.file = path;
	t->t.a = arena_new();
	t->scratch = arena_new();
	t->reader = json_reader_new();
	/* One transaction, so that all answers are about one moment. */
	if ((t->db = sqlite_open(path, &opts, err)) == NULL ||
	    sqlite_begin(t->db, err) != 0 ||
	    read_table(t, table, err) != 0) {
		close_sqlite(&t->t);
		return (NULL);
	}
	buf_printf(&place, "database %s", quote_z(&q, path));
	t->t.place = arena_dup(t->t.a, place.s, place.len);
	buf_free(&place);
	return (&t->t);
}
