#include <limits.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/near.h"
#include "base/quote.h"
#include "db/sqlite.h"
#include "db/sqlite_table.h"
#include "schema/ddl.h"
#include "schema/name.h"

static const char *
keep(struct arena *a, const char *s)
{

	return (s == NULL ? NULL : arena_dup(a, s, strlen(s)));
}

static void *
keep_zero(struct arena *a, size_t n, size_t size)
{
	void *p = arena_alloc(a, n * size);

	memset(p, 0, n * size);
	return (p);
}

/* Lists that grow move to the arena afterwards. */
static void *
settle(struct arena *a, void *v, size_t n, size_t size)
{
	void *kept = arena_alloc(a, n * size);

	if (n > 0)
		memcpy(kept, v, n * size);
	mem_free(v);
	return (kept);
}

const char *
sqlite_table_name(const char *s, size_t len, struct arena *a,
    struct err *err)
{
	struct name name;
	struct quote q, r;

	name_read(s, len, NAME_KEEP, &name, a);
	if (name.n == 1)
		return (name.part[0]);
	if (name.n == 2 && strcasecmp(name.part[0], "main") == 0)
		return (name.part[1]);
	(void)err_set(err, "%s names a schema, which SQLite does not have",
	    quote(&q, s, len));
	(void)err_hint(err, "name the table %s alone",
	    quote_z(&r, name.part[name.n - 1]));
	(void)err_status(err, DIAG_USAGE);
	return (NULL);
}

void
sqlite_table_names(const struct opt_list *list, struct arena *a,
    struct opt_list *names)
{

	name_list(list, NAME_KEEP, names, a);
}

const char *
sqlite_table_rowid(const struct sqlite_table *t)
{
	static const char *const names[] = { "rowid", "_rowid_", "oid" };
	size_t i;

	if (t->kind != SQLITE_KIND_TABLE || t->without_rowid)
		return (NULL);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (sqlite_table_column(t, names[i], strlen(names[i])) == -1)
			return (names[i]);
	return (NULL);
}

ptrdiff_t
sqlite_table_column(const struct sqlite_table *t, const char *name,
    size_t len)
{
	const struct table *m = t->model;
	ptrdiff_t found = table_find_column(m, name, len);
	size_t i;

	for (i = 0; found == -1 && i < m->ncolumns; i++)
		if (strlen(m->columns[i].name) == len &&
		    strncasecmp(m->columns[i].name, name, len) == 0)
			found = (ptrdiff_t)i;
	return (found);
}

/*
 * The catalog.
 */

/* Whether a query about ${name} has a row. */
static int
has_row(struct sqlite *db, const char *sql, const char *name,
    struct err *err)
{
	struct sqlite_stmt *stmt;
	enum sqlite_step step;

	if ((stmt = sqlite_ask(db, sql, name, err)) == NULL)
		return (-1);
	step = sqlite_step(stmt, err);
	sqlite_finalize(stmt);
	return (step == SQLITE_STEP_ROW ? 1 : step == SQLITE_STEP_DONE ? 0 :
	    -1);
}

int
sqlite_table_exists(struct sqlite *db, const char *name, struct err *err)
{

	return (has_row(db, "SELECT 1 FROM pragma_table_list"
	    " WHERE schema = 'main' AND name = ?1 COLLATE NOCASE", name, err));
}

int
sqlite_table_missing(struct sqlite *db, const char *name, struct err *err)
{
	static const char sql[] = "SELECT name FROM pragma_table_list"
	    " WHERE schema = 'main' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
	struct arena *a = arena_new();
	struct sqlite_stmt *stmt;
	struct err ignored;
	struct near near;
	struct quote q, r;

	(void)err_set(err, "database %s has no table %s",
	    quote_z(&q, sqlite_database(db)), quote_z(&r, name));
	(void)err_status(err, DIAG_FAIL);
	near_start(&near, name);
	stmt = sqlite_prepare(db, sql, sizeof(sql) - 1, &ignored);
	while (stmt != NULL && sqlite_step(stmt, &ignored) == SQLITE_STEP_ROW)
		near_offer(&near, keep(a, sqlite_column_z(stmt, 0)));
	if (near_best(&near) != NULL)
		(void)err_hint(err, "did you mean %s?",
		    quote_z(&q, near_best(&near)));
	sqlite_finalize(stmt);
	arena_free(a);
	return (-1);
}

static int
contains(const char *s, const char *upper)
{
	size_t n = strlen(upper);

	for (; *s != '\0'; s++)
		if (strncasecmp(s, upper, n) == 0)
			return (1);
	return (0);
}

/* SQLite's rules, in SQLite's order ("Datatypes in SQLite", 3.1). */
static enum sqlite_affinity
affinity_of(const char *declared, int strict)
{

	if (strict && strcasecmp(declared, "ANY") == 0)
		return (SQLITE_AFFINITY_NONE);
	if (contains(declared, "INT"))
		return (SQLITE_AFFINITY_INTEGER);
	if (contains(declared, "CHAR") || contains(declared, "CLOB") ||
	    contains(declared, "TEXT"))
		return (SQLITE_AFFINITY_TEXT);
	if (declared[0] == '\0' || contains(declared, "BLOB"))
		return (SQLITE_AFFINITY_NONE);
	if (contains(declared, "REAL") || contains(declared, "FLOA") ||
	    contains(declared, "DOUB"))
		return (SQLITE_AFFINITY_REAL);
	return (SQLITE_AFFINITY_NUMERIC);
}

/* The row of the table itself; -1 with ${err} filled when there is none. */
static int
read_head(struct sqlite *db, const char *name, struct sqlite_table *t,
    struct arena *a, struct err *err)
{
	struct sqlite_stmt *stmt;
	enum sqlite_step step;
	const char *kind;

	stmt = sqlite_ask(db,
	    "SELECT l.name, l.type, l.wr, l.strict, s.sql, l.ncol"
	    " FROM pragma_table_list l LEFT JOIN main.sqlite_schema s"
	    " ON s.name = l.name AND s.type IN ('table', 'view')"
	    " WHERE l.schema = 'main' AND l.name = ?1 COLLATE NOCASE",
	    name, err);
	if (stmt == NULL)
		return (-1);
	step = sqlite_step(stmt, err);
	if (step == SQLITE_STEP_DONE)
		(void)sqlite_table_missing(db, name, err);
	if (step == SQLITE_STEP_ROW) {
		t->model->name = keep(a, sqlite_column_z(stmt, 0));
		kind = sqlite_column_z(stmt, 1);
		t->kind = strcmp(kind, "view") == 0 ? SQLITE_KIND_VIEW :
		    strcmp(kind, "virtual") == 0 ? SQLITE_KIND_VIRTUAL :
		    SQLITE_KIND_TABLE;
		t->without_rowid = sqlite_column_int(stmt, 2) != 0;
		t->strict = sqlite_column_int(stmt, 3) != 0;
		t->sql = keep(a, sqlite_column_z(stmt, 4));
		if (t->sql == NULL)
			t->sql = "";
	}
	sqlite_finalize(stmt);
	return (step == SQLITE_STEP_ROW ? 0 : -1);
}

static void
read_column(const struct sqlite_stmt *stmt, struct sqlite_table *t, size_t i,
    struct arena *a)
{
	struct column *c = &t->model->columns[i];
	struct sqlite_column *own = &t->columns[i];
	struct column_list *pk = &t->model->primary_key;
	int64_t place = sqlite_column_int(stmt, 4);

	c->name = keep(a, sqlite_column_z(stmt, 0));
	own->declared = keep(a, sqlite_column_z(stmt, 1));
	if (own->declared == NULL)
		own->declared = "";
	c->not_null = sqlite_column_int(stmt, 2) != 0;
	c->default_sql = keep(a, sqlite_column_z(stmt, 3));
	c->generated = sqlite_column_int(stmt, 5) > 1;
	c->max_length = -1;
	c->statistics = -1;
	c->precision = c->scale = -1;
	own->affinity = affinity_of(own->declared, t->strict);
	own->blob = own->affinity == SQLITE_AFFINITY_NONE &&
	    contains(own->declared, "BLOB");
	if (place > 0) {
		pk->v[place - 1] = i;
		pk->n++;
	}
}

static int
read_columns(struct sqlite *db, struct sqlite_table *t, struct arena *a,
    struct err *err)
{
	struct table *m = t->model;
	struct sqlite_stmt *stmt;
	enum sqlite_step step;
	size_t n = 0;

	stmt = sqlite_ask(db, "SELECT name, type, \"notnull\", dflt_value, pk,"
	    " hidden, count(*) OVER () FROM pragma_table_xinfo(?1)"
	    " WHERE hidden <> 1 ORDER BY cid", m->name, err);
	if (stmt == NULL)
		return (-1);
	while ((step = sqlite_step(stmt, err)) == SQLITE_STEP_ROW) {
		if (n == 0) {
			m->ncolumns = (size_t)sqlite_column_int(stmt, 6);
			m->columns = keep_zero(a, m->ncolumns,
			    sizeof(*m->columns));
			t->columns = keep_zero(a, m->ncolumns,
			    sizeof(*t->columns));
			m->primary_key.v = keep_zero(a, m->ncolumns,
			    sizeof(*m->primary_key.v));
		}
		read_column(stmt, t, n++, a);
	}
	sqlite_finalize(stmt);
	return (step == SQLITE_STEP_DONE ? 0 : -1);
}

/* A primary key of one INTEGER column is the rowid itself, unless SQLite made
 * an index for it. */
static int
find_rowid(struct sqlite *db, struct sqlite_table *t, struct err *err)
{
	const struct column_list *pk = &t->model->primary_key;
	int indexed;

	t->rowid = -1;
	if (pk->n != 1 || t->without_rowid ||
	    strcasecmp(t->columns[pk->v[0]].declared, "INTEGER") != 0)
		return (0);
	indexed = has_row(db, "SELECT 1 FROM pragma_index_list(?1)"
	    " WHERE origin = 'pk'", t->model->name, err);
	if (indexed == 0)
		t->rowid = (ptrdiff_t)pk->v[0];
	return (indexed == -1 ? -1 : 0);
}

static void
list_add(struct column_list *list, size_t column, size_t most,
    struct arena *a)
{

	if (list->v == NULL)
		list->v = keep_zero(a, most, sizeof(*list->v));
	if (list->n < most)
		list->v[list->n++] = column;
}

/* Unique keys: not the primary key, not partial, not on expressions. */
static int
read_unique(struct sqlite *db, struct sqlite_table *t, struct arena *a,
    struct err *err)
{
	struct table *m = t->model;
	struct table_key *keys = NULL, *key;
	struct sqlite_stmt *stmt;
	enum sqlite_step step;
	size_t n = 0, cap = 0;
	int64_t column;

	stmt = sqlite_ask(db, "SELECT i.seq, x.seqno, x.cid"
	    " FROM pragma_index_list(?1) i, pragma_index_xinfo(i.name) x"
	    " WHERE i.\"unique\" AND NOT i.partial AND i.origin <> 'pk'"
	    " AND x.key AND NOT EXISTS (SELECT 1 FROM"
	    " pragma_index_xinfo(i.name) e WHERE e.key AND e.cid < 0)"
	    " ORDER BY i.seq DESC, x.seqno", m->name, err);
	if (stmt == NULL)
		return (-1);
	while ((step = sqlite_step(stmt, err)) == SQLITE_STEP_ROW) {
		column = sqlite_column_int(stmt, 2);
		if (n == 0 || sqlite_column_int(stmt, 1) == 0) {
			keys = mem_grow(keys, &cap, n + 1, sizeof(*keys));
			memset(&keys[n++], 0, sizeof(*keys));
		}
		key = &keys[n - 1];
		if (column < (int64_t)m->ncolumns)
			list_add(&key->columns, (size_t)column, m->ncolumns,
			    a);
	}
	sqlite_finalize(stmt);
	m->unique = settle(a, keys, n, sizeof(*keys));
	m->nunique = n;
	return (step == SQLITE_STEP_DONE ? 0 : -1);
}

static void
ref_add(struct table_ref *ref, const struct sqlite_stmt *stmt,
    const struct sqlite_table *t, struct arena *a)
{
	const char *from = sqlite_column_z(stmt, 3);
	ptrdiff_t column = sqlite_table_column(t, from, strlen(from));

	if (column == -1)
		return;
	if (ref->fields == NULL)
		ref->fields = keep_zero(a, t->model->ncolumns,
		    sizeof(*ref->fields));
	if (ref->columns.n < t->model->ncolumns)
		ref->fields[ref->columns.n] =
		    keep(a, sqlite_column_z(stmt, 4));
	list_add(&ref->columns, (size_t)column, t->model->ncolumns, a);
}

/* Foreign keys, in the order of their id in SQLite's pragmas. */
static int
read_refs(struct sqlite *db, struct sqlite_table *t, struct arena *a,
    struct err *err)
{
	struct table *m = t->model;
	struct table_ref *refs = NULL;
	struct sqlite_stmt *stmt;
	enum sqlite_step step;
	size_t n = 0, cap = 0;

	/* A reference that names no columns means the primary key. */
	stmt = sqlite_ask(db, "SELECT f.id, f.seq, f.\"table\", f.\"from\","
	    " coalesce(f.\"to\", (SELECT p.name"
	    " FROM pragma_table_xinfo(f.\"table\") p WHERE p.pk = f.seq + 1)),"
	    " f.on_delete, f.on_update FROM pragma_foreign_key_list(?1) f"
	    " ORDER BY f.id, f.seq", m->name, err);
	if (stmt == NULL)
		return (-1);
	while ((step = sqlite_step(stmt, err)) == SQLITE_STEP_ROW) {
		if (n == 0 || sqlite_column_int(stmt, 1) == 0) {
			refs = mem_grow(refs, &cap, n + 1, sizeof(*refs));
			memset(&refs[n], 0, sizeof(*refs));
			refs[n].table = keep(a, sqlite_column_z(stmt, 2));
			refs[n].on_delete = keep(a, sqlite_column_z(stmt, 5));
			refs[n].on_update = keep(a, sqlite_column_z(stmt, 6));
			n++;
		}
		ref_add(&refs[n - 1], stmt, t, a);
	}
	sqlite_finalize(stmt);
	m->refs = settle(a, refs, n, sizeof(*refs));
	m->nrefs = n;
	return (step == SQLITE_STEP_DONE ? 0 : -1);
}

struct sqlite_table *
sqlite_table_read(struct sqlite *db, const char *name, struct arena *a,
    struct err *err)
{
	struct sqlite_table *t = keep_zero(a, 1, sizeof(*t));

	t->model = keep_zero(a, 1, sizeof(*t->model));
	if (read_head(db, name, t, a, err) != 0 ||
	    read_columns(db, t, a, err) != 0 ||
	    find_rowid(db, t, err) != 0 ||
	    read_unique(db, t, a, err) != 0 ||
	    read_refs(db, t, a, err) != 0)
		return (NULL);
	ddl_sqlite_types(t->sql, strlen(t->sql), t->model, a);
	return (t);
}

void
sqlite_table_types(struct sqlite_table *t, const struct table *model)
{
	struct column *c;
	ptrdiff_t i;
	size_t n;

	for (n = 0; n < model->ncolumns; n++) {
		i = sqlite_table_column(t, model->columns[n].name,
		    strlen(model->columns[n].name));
		if (i == -1)
			continue;
		c = &t->model->columns[i];
		c->type = model->columns[n].type;
		c->sql_type = model->columns[n].sql_type;
		c->precision = model->columns[n].precision;
		c->scale = model->columns[n].scale;
	}
}
