#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/opt.h"
#include "db/sqlite.h"
#include "db/sqlite_facts.h"
#include "db/sqlite_table.h"
#include "schema/ddl.h"
#include "schema/sqldefault.h"
#include "schema/sqlitedef.h"
#include "schema/sqltype.h"
#include "schema/table.h"

static const char *
keep(struct arena *a, const char *s)
{

	return (s == NULL ? NULL : arena_dup(a, s, strlen(s)));
}

/*
 * Types.
 */

/* Where a declared type makes SQLite prefer numbers, its name may be one that
 * other engines know; what is stored need not be of it. */
static void
set_numeric(struct column *c)
{
	static const struct {
		const char		*name;
		enum column_type	 type;
	} more[] = {
		{ "datetime", COLUMN_TIMESTAMP }, { "guid", COLUMN_UUID },
		{ "number", COLUMN_NUMERIC }
	};
	struct sqltype st;
	size_t i;

	(void)sqltype_read(&st, c->declared, strlen(c->declared));
	c->type = st.known ? st.type : COLUMN_ANY;
	for (i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		if (strcasecmp(c->declared, more[i].name) == 0)
			c->type = more[i].type;
	if (c->type == COLUMN_ARRAY || c->type == COLUMN_COMPOSITE ||
	    c->type == COLUMN_ENUM || c->type == COLUMN_OTHER)
		c->type = COLUMN_ANY;
	c->affinity = c->type != COLUMN_ANY && c->type != COLUMN_NUMERIC &&
	    c->type != COLUMN_JSON;
}

/* The type of a column that only its declaration tells. */
static void
set_declared(const struct sqlite_table *st, size_t i)
{
	struct column *c = &st->model->columns[i];

	c->sql_type = c->declared[0] != '\0' ? c->declared : NULL;
	switch (st->columns[i].affinity) {
	case SQLITE_AFFINITY_INTEGER:
		c->type = COLUMN_BIGINT;
		break;
	case SQLITE_AFFINITY_REAL:
		c->type = COLUMN_DOUBLE;
		break;
	case SQLITE_AFFINITY_TEXT:
		c->type = COLUMN_TEXT;
		break;
	case SQLITE_AFFINITY_NUMERIC:
		set_numeric(c);
		break;
	case SQLITE_AFFINITY_NONE:
		c->type = st->columns[i].blob ? COLUMN_BYTEA : COLUMN_ANY;
		c->affinity = st->columns[i].blob && !st->strict;
		break;
	}
}

static void
set_default(struct column *c, struct arena *a)
{
	/* What SQLite has for these is JSON in a text. */
	enum column_type type = c->type == COLUMN_ARRAY ||
	    c->type == COLUMN_COMPOSITE ? COLUMN_JSON : c->type;
	struct buf b = { 0 };

	if (c->default_sql == NULL || strcasecmp(c->default_sql, "NULL") == 0)
		return;
	if (c->type == COLUMN_BOOLEAN && (strcmp(c->default_sql, "0") == 0 ||
	    strcmp(c->default_sql, "1") == 0))
		c->default_json = c->default_sql[0] == '0' ? "false" : "true";
	else if (sqldefault_json(c->default_sql, type, &b))
		c->default_json = arena_dup(a, b.s, b.len);
	buf_free(&b);
}

static void
set_columns(const struct sqlite_table *st, struct arena *a)
{
	struct table *t = st->model;
	struct sqltype type;
	struct column *c;
	size_t i;

	for (i = 0; i < t->ncolumns; i++) {
		c = &t->columns[i];
		c->declared = st->columns[i].declared;
		if (c->sql_type == NULL) {
			set_declared(st, i);
		} else if (sqltype_read(&type, c->sql_type,
		    strlen(c->sql_type)))
			c->max_length = type.max_length;
		set_default(c, a);
	}
	/* A row has these whatever is said. */
	for (i = 0; i < t->primary_key.n; i++)
		if (st->without_rowid || st->strict ||
		    (ptrdiff_t)t->primary_key.v[i] == st->rowid)
			t->columns[t->primary_key.v[i]].not_null = 1;
}

/* A rowid that was not asked for is numbered by SQLite, as an identity is;
 * where a type is recorded, only AUTOINCREMENT says that this is meant. */
static void
set_identity(const struct sqlite_table *st)
{
	struct column *c;

	if (st->rowid < 0)
		return;
	c = &st->model->columns[st->rowid];
	if (c->autoincrement || c->sql_type == c->declared ||
	    c->sql_type == NULL)
		c->identity = "by default";
}

/*
 * Indexes, those of unique keys included.
 */
static const char indexes_sql[] =
    "SELECT i.name, i.\"unique\", i.origin, i.partial, x.seqno, x.cid,"
    " x.name, x.desc, x.coll, s.sql, count(*) OVER (PARTITION BY i.name)"
    " FROM pragma_index_list(?1) i, pragma_index_xinfo(i.name) x"
    " LEFT JOIN main.sqlite_schema s ON s.type = 'index'"
    " AND s.name = i.name"
    " WHERE x.key AND i.origin <> 'pk' ORDER BY i.seq DESC, x.seqno";

enum { I_NAME, I_UNIQUE, I_ORIGIN, I_PARTIAL, I_PLACE, I_COLUMN, I_FIELD,
    I_DESC, I_COLLATION, I_SQL, I_PARTS };

struct indexes {
	struct table_index	*v;
	size_t			 n, cap;
	const char		**sql;		/* NULL: of a constraint */
	size_t			 sql_cap;
};

static void
add_part(struct indexes *list, const struct sqlite_stmt *stmt,
    struct arena *a)
{
	size_t parts = (size_t)sqlite_column_int(stmt, I_PARTS);
	struct table_index *x;
	struct index_part *part;

	if (sqlite_column_int(stmt, I_PLACE) == 0) {
		list->v = mem_grow(list->v, &list->cap, list->n + 1,
		    sizeof(*list->v));
		list->sql = mem_grow(list->sql, &list->sql_cap, list->n + 1,
		    sizeof(*list->sql));
		x = &list->v[list->n];
		*x = (struct table_index){
			.name = keep(a, sqlite_column_z(stmt, I_NAME)),
			.is_unique = sqlite_column_int(stmt, I_UNIQUE) != 0,
			.parts = arena_alloc(a, parts * sizeof(*x->parts)),
		};
		list->sql[list->n++] = keep(a, sqlite_column_z(stmt, I_SQL));
	}
	if (list->n == 0)
		return;
	x = &list->v[list->n - 1];
	if (x->nparts == parts)
		return;
	part = &x->parts[x->nparts++];
	*part = (struct index_part){
		.desc = sqlite_column_int(stmt, I_DESC) != 0,
		.collation = keep(a, sqlite_column_z(stmt, I_COLLATION)),
	};
	if (sqlite_column_int(stmt, I_COLUMN) >= 0)
		part->field = keep(a, sqlite_column_z(stmt, I_FIELD));
	else if (sqlite_column_int(stmt, I_COLUMN) == -1)
		part->sql = "rowid";
}

static int
read_indexes(struct sqlite *db, struct table *t, struct indexes *list,
    struct arena *a, struct err *err)
{
	struct sqlite_stmt *stmt = sqlite_ask(db, indexes_sql, t->name, err);
	enum sqlite_step step;

	if (stmt == NULL)
		return (-1);
	while ((step = sqlite_step(stmt, err)) == SQLITE_STEP_ROW)
		add_part(list, stmt, a);
	sqlite_finalize(stmt);
	return (step == SQLITE_STEP_DONE ? 0 : -1);
}

/* The collation of a part says something when it is not its column's. */
static void
tidy_parts(const struct table *t, struct table_index *x)
{
	struct index_part *part;
	const char *own;
	ptrdiff_t at;

	for (part = x->parts; part < x->parts + x->nparts; part++) {
		at = part->field == NULL ? -1 : table_find_column(t,
		    part->field, strlen(part->field));
		own = at == -1 || t->columns[at].collation == NULL ? "BINARY" :
		    t->columns[at].collation;
		if (part->collation != NULL &&
		    strcasecmp(part->collation, own) == 0)
			part->collation = NULL;
	}
}

/* Is the index a unique key of columns? */
static int
take_key(const struct table *t, const struct table_index *x,
    struct table_key *key, struct arena *a)
{
	ptrdiff_t at;
	size_t i;

	if (!x->is_unique || x->where != NULL)
		return (0);
	key->columns.v = arena_alloc(a, x->nparts * sizeof(*key->columns.v));
	for (i = 0; i < x->nparts; i++) {
		at = x->parts[i].field == NULL ? -1 : table_find_column(t,
		    x->parts[i].field, strlen(x->parts[i].field));
		if (at == -1)
			return (0);
		key->columns.v[key->columns.n++] = (size_t)at;
	}
	return (1);
}

/* Make the keys and the indexes of the model anew. */
static void
set_indexes(struct table *t, struct indexes *list, struct arena *a)
{
	struct table_key key;
	size_t i;

	t->unique = arena_alloc(a, list->n * sizeof(*t->unique));
	t->indexes = arena_alloc(a, list->n * sizeof(*t->indexes));
	t->nunique = 0;
	for (i = 0; i < list->n; i++) {
		key = (struct table_key){ .name = NULL };
		if (list->sql[i] != NULL) {
			sqlitedef_index(list->sql[i], strlen(list->sql[i]),
			    &list->v[i], a);
			key.name = list->v[i].name;
			key.is_index = 1;
			t->indexes[t->nindexes++] = list->v[i];
		}
		if (take_key(t, &list->v[i], &key, a))
			t->unique[t->nunique++] = key;
	}
}

/*
 * References, checks, triggers.
 */

/* The pragma has them backwards; and no action is what all do. */
static void
turn_refs(struct table *t)
{
	struct table_ref ref, *r;
	size_t i;

	for (i = 0; i < t->nrefs / 2; i++) {
		ref = t->refs[i];
		t->refs[i] = t->refs[t->nrefs - 1 - i];
		t->refs[t->nrefs - 1 - i] = ref;
	}
	for (r = t->refs; r < t->refs + t->nrefs; r++) {
		if (r->on_delete != NULL &&
		    strcmp(r->on_delete, "NO ACTION") == 0)
			r->on_delete = NULL;
		if (r->on_update != NULL &&
		    strcmp(r->on_update, "NO ACTION") == 0)
			r->on_update = NULL;
	}
}

/* Is the check what the type of a column implies, or the labels that make it
 * an enum? */
static int
is_of_type(struct table *t, const struct table_check *check, struct arena *a)
{
	struct buf b = { 0 };
	struct column *c;
	size_t i;
	int found = 0;

	for (i = 0; i < t->ncolumns && !found && check->name == NULL; i++) {
		c = &t->columns[i];
		if (c->nlabels == 0 && (c->type == COLUMN_ENUM ||
		    (c->type == COLUMN_TEXT && c->sql_type == c->declared))) {
			found = sqlitedef_labels(c, check->sql, a);
			if (found)
				c->type = COLUMN_ENUM;
			continue;
		}
		if (c->sql_type == c->declared)
			continue;
		b.len = 0;
		found = ddl_sqlite_check(c, c->not_null, &b) &&
		    strcmp(buf_z(&b), check->sql) == 0;
	}
	buf_free(&b);
	return (found);
}

static void
tidy_checks(struct table *t, struct arena *a)
{
	size_t i, kept = 0;

	for (i = 0; i < t->nchecks; i++)
		if (!is_of_type(t, &t->checks[i], a))
			t->checks[kept++] = t->checks[i];
	t->nchecks = kept;
	/* An enum without labels is a text. */
	for (i = 0; i < t->ncolumns; i++)
		if (t->columns[i].type == COLUMN_ENUM &&
		    t->columns[i].nlabels == 0)
			t->columns[i].type = COLUMN_TEXT;
}

static int
read_triggers(struct sqlite *db, struct table *t, struct arena *a,
    struct err *err)
{
	struct table_fact *v = NULL;
	size_t n = 0, cap = 0;
	struct sqlite_stmt *stmt;
	enum sqlite_step step;

	stmt = sqlite_ask(db, "SELECT name, sql FROM main.sqlite_schema"
	    " WHERE type = 'trigger' AND tbl_name = ?1 COLLATE NOCASE"
	    " ORDER BY name", t->name, err);
	if (stmt == NULL)
		return (-1);
	while ((step = sqlite_step(stmt, err)) == SQLITE_STEP_ROW) {
		v = mem_grow(v, &cap, n + 1, sizeof(*v));
		v[n++] = (struct table_fact){
			.name = keep(a, sqlite_column_z(stmt, 0)),
			.sql = keep(a, sqlite_column_z(stmt, 1)),
		};
	}
	sqlite_finalize(stmt);
	t->triggers.v = arena_alloc(a, n * sizeof(*v));
	if (n > 0)
		memcpy(t->triggers.v, v, n * sizeof(*v));
	t->triggers.n = n;
	mem_free(v);
	return (step == SQLITE_STEP_DONE ? 0 : -1);
}

static void
set_head(const struct sqlite_table *st, struct arena *a)
{
	struct table *t = st->model;

	t->dialect = "sqlite";
	t->strict = st->strict;
	t->without_rowid = st->without_rowid;
	if (st->kind == SQLITE_KIND_VIEW) {
		t->kind = "view";
		t->view = sqlitedef_view(st->sql, strlen(st->sql), a);
	} else if (st->kind == SQLITE_KIND_VIRTUAL) {
		t->kind = "virtual table";
		t->virtual_table = st->sql;
	}
}

struct table *
sqlite_facts_read(struct sqlite *db, const char *name, struct arena *a,
    struct err *err)
{
	struct sqlite_table *st = sqlite_table_read(db, name, a, err);
	struct indexes list = { 0 };
	struct table *t;
	size_t i;
	int rc;

	if (st == NULL)
		return (NULL);
	t = st->model;
	set_head(st, a);
	set_columns(st, a);
	rc = read_indexes(db, t, &list, a, err);
	if (rc == 0) {
		set_indexes(t, &list, a);
		turn_refs(t);
		if (st->kind == SQLITE_KIND_TABLE)
			sqlitedef_table(st->sql, strlen(st->sql), t, a);
		for (i = 0; i < t->nindexes; i++)
			tidy_parts(t, &t->indexes[i]);
		tidy_checks(t, a);
		set_identity(st);
		rc = read_triggers(db, t, a, err);
	}
	mem_free(list.v);
	mem_free(list.sql);
	return (rc == 0 ? t : NULL);
}

int
sqlite_facts_tables(struct sqlite *db, struct opt_list *names,
    struct arena *a, struct err *err)
{
	static const char sql[] = "SELECT name FROM pragma_table_list"
	    " WHERE schema = 'main' AND type <> 'shadow'"
	    " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
	    " ORDER BY type = 'view', name";
	const char **v = NULL;
	struct sqlite_stmt *stmt;
	enum sqlite_step step;
	size_t cap = 0;

	names->n = 0;
	stmt = sqlite_prepare(db, sql, sizeof(sql) - 1, err);
	if (stmt == NULL)
		return (-1);
	while ((step = sqlite_step(stmt, err)) == SQLITE_STEP_ROW) {
		v = mem_grow(v, &cap, names->n + 1, sizeof(*v));
		v[names->n++] = keep(a, sqlite_column_z(stmt, 0));
	}
	sqlite_finalize(stmt);
	names->v = arena_alloc(a, names->n * sizeof(*v));
	if (names->n > 0)
		memcpy(names->v, v, names->n * sizeof(*v));
	mem_free(v);
	return (step == SQLITE_STEP_DONE ? 0 : -1);
}
