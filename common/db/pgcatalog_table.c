#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "db/pg.h"
#include "db/pgcatalog.h"
#include "db/pgcatalog_json.h"
#include "schema/sqldefault.h"
#include "schema/sqltype.h"
#include "schema/table.h"
#include "schema/table_members.h"

/* One table on its way from the catalogs to the model. */
struct work {
	struct pg				*pg;
	const struct pgcatalog_relation		*rel;
	struct table				*t;
	const size_t				*keep;
	int					 whole;
	struct arena				*a;
	struct err				*err;
};

/* Attribute options that begin with "pg_" are the server's own; nobody can set
 * them (manual, pg_attribute). */
static const char columns_sql[] =
    "WITH RECURSIVE base (number, type, mod, not_null) AS ("
    " SELECT a.attnum, a.atttypid, a.atttypmod, a.attnotnull"
    " FROM pg_catalog.pg_attribute a"
    " WHERE a.attrelid = $1::pg_catalog.oid AND a.attnum > 0"
    "  AND NOT a.attisdropped"
    " UNION ALL"
    " SELECT b.number, t.typbasetype, t.typtypmod,"
    "  b.not_null OR t.typnotnull"
    " FROM base b JOIN pg_catalog.pg_type t ON t.oid = b.type"
    " WHERE t.typtype = 'd')"
    "SELECT a.attnum, pg_catalog.format_type(a.atttypid, a.atttypmod),"
    " b.not_null, NULLIF(a.attidentity, ''), NULLIF(a.attgenerated, ''),"
    " pg_catalog.pg_get_expr(d.adbin, d.adrelid),"
    " pg_catalog.col_description(a.attrelid, a.attnum),"
    " t.typtype, pg_catalog.format_type(b.type, b.mod), b.type,"
    " pg_catalog.json_strip_nulls(pg_catalog.json_build_object("
    "  'x-notNullByDomain', b.not_null AND NOT a.attnotnull,"
    "  'x-generated', CASE WHEN a.attgenerated <> '' THEN"
    "   pg_catalog.pg_get_expr(d.adbin, d.adrelid) END,"
    "  'x-virtual', a.attgenerated = 'v',"
    "  'x-collation', (SELECT CASE WHEN"
    "    pg_catalog.pg_collation_is_visible(l.oid) THEN '' ELSE"
    "    pg_catalog.quote_ident(n.nspname) || '.' END ||"
    "    pg_catalog.quote_ident(l.collname)"
    "   FROM pg_catalog.pg_collation l JOIN pg_catalog.pg_namespace n"
    "    ON n.oid = l.collnamespace"
    "   WHERE l.oid = a.attcollation AND l.oid <> o.typcollation),"
    "  'x-storage', CASE WHEN a.attstorage <> o.typstorage THEN"
    "   CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL'"
    "    WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END,"
    "  'x-compression', CASE pg_catalog.to_jsonb(a) ->> 'attcompression'"
    "   WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END,"
    "  'x-statistics', NULLIF(a.attstattarget, -1),"
    "  'x-options', (SELECT pg_catalog.array_agg(v)"
    "   FROM pg_catalog.unnest(a.attoptions) AS v"
    "   WHERE v NOT LIKE 'pg\\_%'),"
    "  'x-inherited', NOT a.attislocal AND NOT r.relispartition)) "
    "FROM base b JOIN pg_catalog.pg_attribute a"
    "  ON a.attrelid = $1::pg_catalog.oid AND a.attnum = b.number"
    " JOIN pg_catalog.pg_class r ON r.oid = a.attrelid"
    " JOIN pg_catalog.pg_type o ON o.oid = a.atttypid"
    " JOIN pg_catalog.pg_type t ON t.oid = b.type"
    " LEFT JOIN pg_catalog.pg_attrdef d"
    "  ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
    "WHERE t.typtype <> 'd'";

enum { C_NUMBER, C_TYPE, C_NOT_NULL, C_IDENTITY, C_GENERATED, C_DEFAULT,
    C_COMMENT, C_TYPTYPE, C_BASE, C_BASE_OID, C_MORE };

/* One row for each column of each key, in order. */
static const char keys_sql[] =
    "SELECT i.indexrelid, i.indisprimary, x.relname, k.attnum,"
    " pg_catalog.json_strip_nulls(pg_catalog.json_build_object("
    "  'name', x.relname,"
    "  'include', (SELECT pg_catalog.json_agg(a.attname ORDER BY p.place)"
    "   FROM pg_catalog.unnest(i.indkey::pg_catalog.int2[])"
    "    WITH ORDINALITY AS p (attnum, place)"
    "   JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid"
    "    AND a.attnum = p.attnum WHERE p.place > i.indnkeyatts),"
    "  'nullsNotDistinct', (pg_catalog.to_jsonb(i) ->>"
    "   'indnullsnotdistinct')::pg_catalog.bool,"
    "  'deferrable', c.condeferrable, 'deferred', c.condeferred,"
    "  'index', c.oid IS NULL, 'options', x.reloptions,"
    "  'parent', h.inhparent::pg_catalog.regclass,"
    "  'comment', CASE WHEN c.oid IS NOT NULL THEN"
    "   pg_catalog.obj_description(c.oid, 'pg_constraint') END)) "
    "FROM pg_catalog.pg_index i"
    " JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid"
    " LEFT JOIN pg_catalog.pg_constraint c ON c.conindid = i.indexrelid"
    "  AND c.conrelid = i.indrelid AND c.contype IN ('p', 'u')"
    " LEFT JOIN pg_catalog.pg_inherits h ON h.inhrelid = i.indexrelid"
    " CROSS JOIN LATERAL pg_catalog.unnest(i.indkey::pg_catalog.int2[])"
    "  WITH ORDINALITY AS k (attnum, place) "
    "WHERE i.indrelid = $1::pg_catalog.oid AND i.indisunique"
    " AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL"
    " AND k.place <= i.indnkeyatts "
    "ORDER BY x.relname, i.indexrelid, k.place";

enum { K_OID, K_PRIMARY, K_NAME, K_NUMBER, K_MORE };

static const char refs_sql[] =
    "SELECT c.oid, c.conname, k.attnum, f.attname, r.relname,"
    " NULLIF(n.nspname, m.nspname), c.confdeltype, c.confupdtype,"
    " pg_catalog.json_strip_nulls(pg_catalog.json_build_object("
    "  'match', CASE c.confmatchtype WHEN 'f' THEN 'FULL'"
    "   WHEN 'p' THEN 'PARTIAL' END,"
    "  'setFields', (SELECT pg_catalog.json_agg(a.attname ORDER BY a.attnum)"
    "   FROM pg_catalog.jsonb_array_elements_text(NULLIF("
    "    pg_catalog.to_jsonb(c) -> 'confdelsetcols', 'null')) AS s"
    "   JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid"
    "    AND a.attnum = s::pg_catalog.int2),"
    "  'deferrable', c.condeferrable, 'deferred', c.condeferred,"
    "  'notValid', NOT c.convalidated, 'comment',"
    "  pg_catalog.obj_description(c.oid, 'pg_constraint'))) "
    "FROM pg_catalog.pg_constraint c"
    " CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(c.conkey),"
    "  pg_catalog.unnest(c.confkey))"
    "  WITH ORDINALITY AS k (attnum, theirs, place)"
    " JOIN pg_catalog.pg_attribute f"
    "  ON f.attrelid = c.confrelid AND f.attnum = k.theirs"
    " JOIN pg_catalog.pg_class r ON r.oid = c.confrelid"
    " JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace"
    " JOIN pg_catalog.pg_class l ON l.oid = c.conrelid"
    " JOIN pg_catalog.pg_namespace m ON m.oid = l.relnamespace "
    "WHERE c.conrelid = $1::pg_catalog.oid AND c.contype = 'f'"
    " AND c.conparentid = 0 AND (c.convalidated OR $2::pg_catalog.bool) "
    "ORDER BY c.conname, c.oid, k.place";

enum { R_OID, R_NAME, R_NUMBER, R_FIELD, R_TABLE, R_SCHEMA, R_DELETE,
    R_UPDATE, R_MORE };

/* One row for each column that a check reads, one with null if none.  What
 * is NOT VALID promises nothing of the rows that there are. */
static const char checks_sql[] =
    "SELECT c.oid, c.conname, k.attnum,"
    " pg_catalog.pg_get_expr(c.conbin, c.conrelid),"
    " pg_catalog.json_strip_nulls(pg_catalog.json_build_object("
    "  'sql', '', 'notValid', NOT c.convalidated,"
    "  'noInherit', c.connoinherit,"
    "  'inherited', NOT c.conislocal AND NOT r.relispartition,"
    "  'comment',"
    "  pg_catalog.obj_description(c.oid, 'pg_constraint'))) "
    "FROM pg_catalog.pg_constraint c"
    " JOIN pg_catalog.pg_class r ON r.oid = c.conrelid"
    " LEFT JOIN LATERAL pg_catalog.unnest(c.conkey) AS k (attnum) ON true "
    "WHERE c.conrelid = $1::pg_catalog.oid AND c.contype = 'c'"
    " AND (c.convalidated OR $2::pg_catalog.bool) "
    "ORDER BY c.conname, c.oid, k.attnum";

enum { X_OID, X_NAME, X_NUMBER, X_SQL, X_MORE };

static const char labels_sql[] =
    "SELECT enumtypid, enumlabel FROM pg_catalog.pg_enum "
    "WHERE enumtypid = ANY (SELECT b FROM pg_catalog.unnest("
    "$1::pg_catalog.oid[]) AS b) ORDER BY enumtypid, enumsortorder";

static char *
dup_z(struct arena *a, const char *s)
{

	return (s == NULL ? NULL : arena_dup(a, s, strlen(s)));
}

static struct pg_result *
query(struct work *w, const char *sql)
{
	const char *params[2];
	char oid[16];

	(void)snprintf(oid, sizeof(oid), "%" PRIu32, w->rel->oid);
	params[0] = oid;
	params[1] = w->whole ? "true" : "false";
	return (pg_query(w->pg, sql, params,
	    strstr(sql, "$2") != NULL ? 2 : 1, w->err));
}

/* Take what the JSON in a result says to the struct ${p}. */
static int
take_more(const struct work *w, const struct pg_result *res, size_t row,
    size_t column, const struct member_list *list, void *p)
{

	return (pgcatalog_json_take(w->t, pg_get(res, row, column), list, p,
	    w->a, w->err));
}

/* The place in the model of the column that the catalogs call ${number}, or
 * -1 when it is not there. */
static ptrdiff_t
find_number(const struct work *w, int64_t number)
{
	size_t i;

	for (i = 0; i < w->t->ncolumns; i++)
		if (w->rel->columns[w->keep[i]].number == number)
			return ((ptrdiff_t)i);
	return (-1);
}

/*
 * Columns.
 */

/* What a column holds follows from how it is read, else from its name. */
static void
set_type(struct column *c, const struct pgcatalog_column *how,
    const char *base, char typtype)
{
	struct sqltype st;

	(void)sqltype_read(&st, base, strlen(base));
	c->type = st.type;
	c->max_length = st.max_length;
	c->precision = st.precision;
	c->scale = st.scale;
	if (typtype == 'e')
		c->type = COLUMN_ENUM;
	else if (typtype == 'c')
		c->type = COLUMN_COMPOSITE;
	else if (!st.known && c->type != COLUMN_ARRAY)
		c->type = how->form == PGCATALOG_JSON ? COLUMN_JSON :
		    how->form == PGCATALOG_PLAIN ? COLUMN_TEXT : COLUMN_OTHER;
}

static void
set_default(struct work *w, struct column *c, const char *sql)
{
	struct buf b = { 0 };

	c->default_sql = dup_z(w->a, sql);
	if (sqldefault_json(sql, c->type, &b))
		c->default_json = arena_dup(w->a, b.s, b.len);
	buf_free(&b);
}

static int
set_column(struct work *w, struct column *c,
    const struct pgcatalog_column *how, const struct pg_result *res,
    size_t row)
{
	const char *identity = pg_get(res, row, C_IDENTITY);
	const char *expr = pg_get(res, row, C_DEFAULT);

	c->sql_type = dup_z(w->a, pg_get(res, row, C_TYPE));
	c->not_null = pg_get_bool(res, row, C_NOT_NULL);
	c->generated = pg_get(res, row, C_GENERATED) != NULL;
	c->comment = dup_z(w->a, pg_get(res, row, C_COMMENT));
	if (identity != NULL)
		c->identity = identity[0] == 'a' ? "always" : "by default";
	set_type(c, how, pg_get(res, row, C_BASE),
	    pg_get(res, row, C_TYPTYPE)[0]);
	/* A generated column's expression stands in the same place. */
	if (expr != NULL && !c->generated)
		set_default(w, c, expr);
	return (take_more(w, res, row, C_MORE, &table_members_column, c));
}

/* Give every column of ${res} that is an enum its labels. */
static int
add_labels(struct work *w, const struct pg_result *columns)
{
	struct pg_result *res;
	struct buf b = { 0 };
	const char *param;
	struct column *c;
	ptrdiff_t at;
	size_t i, k;

	for (i = 0; i < pg_rows(columns); i++)
		if (pg_get(columns, i, C_TYPTYPE)[0] == 'e')
			buf_printf(&b, "%c%s", b.len == 0 ? '{' : ',',
			    pg_get(columns, i, C_BASE_OID));
	if (b.len == 0)
		return (0);
	buf_putc(&b, '}');
	param = buf_z(&b);
	res = pg_query(w->pg, labels_sql, &param, 1, w->err);
	buf_free(&b);
	if (res == NULL)
		return (-1);
	for (i = 0; i < pg_rows(columns); i++) {
		at = find_number(w, pg_get_int(columns, i, C_NUMBER));
		if (at == -1 || pg_get(columns, i, C_TYPTYPE)[0] != 'e')
			continue;
		c = &w->t->columns[at];
		c->labels = arena_alloc(w->a, pg_rows(res) *
		    sizeof(*c->labels));
		for (k = 0; k < pg_rows(res); k++)
			if (pg_get_int(res, k, 0) ==
			    pg_get_int(columns, i, C_BASE_OID))
				c->labels[c->nlabels++] = dup_z(w->a,
				    pg_get(res, k, 1));
	}
	pg_done(res);
	return (0);
}

static int
add_columns(struct work *w)
{
	struct pg_result *res = query(w, columns_sql);
	ptrdiff_t at;
	size_t i;
	int rc = 0;

	if (res == NULL)
		return (-1);
	for (i = 0; i < pg_rows(res) && rc == 0; i++) {
		at = find_number(w, pg_get_int(res, i, C_NUMBER));
		if (at != -1)
			rc = set_column(w, &w->t->columns[at],
			    &w->rel->columns[w->keep[at]], res, i);
	}
	if (rc == 0)
		rc = add_labels(w, res);
	pg_done(res);
	return (rc);
}

/*
 * Constraints.  Each takes several rows of a result, the first columns of
 * which are its OID and, at ${number}, a column that it needs.
 */

static size_t
same_oid(const struct pg_result *res, size_t row)
{
	int64_t oid = pg_get_int(res, row, 0);
	size_t n = 1;

	while (row + n < pg_rows(res) && pg_get_int(res, row + n, 0) == oid)
		n++;
	return (n);
}

/* Take the columns of ${n} rows to ${list}.  Return -1 when one of them is
 * not in the model. */
static int
take_columns(const struct work *w, const struct pg_result *res, size_t row,
    size_t n, size_t number, struct column_list *list)
{
	ptrdiff_t at;
	size_t i;

	list->n = 0;
	list->v = arena_alloc(w->a, n * sizeof(*list->v));
	for (i = 0; i < n; i++) {
		if (pg_get(res, row + i, number) == NULL)
			continue;
		at = find_number(w, pg_get_int(res, row + i, number));
		if (at == -1)
			return (-1);
		list->v[list->n++] = (size_t)at;
	}
	return (0);
}

static int
add_keys(struct work *w)
{
	struct pg_result *res = query(w, keys_sql);
	struct column_list columns;
	struct table *t = w->t;
	struct table_key *key;
	size_t row, n;
	int rc = 0;

	if (res == NULL)
		return (-1);
	t->unique = arena_alloc(w->a, pg_rows(res) * sizeof(*t->unique));
	for (row = 0; row < pg_rows(res) && rc == 0; row += n) {
		n = same_oid(res, row);
		if (take_columns(w, res, row, n, K_NUMBER, &columns) != 0)
			continue;
		if (pg_get_bool(res, row, K_PRIMARY)) {
			t->primary_key = columns;
			if (w->whole)
				rc = take_more(w, res, row, K_MORE,
				    &table_members_primary, &t->primary);
			continue;
		}
		key = &t->unique[t->nunique++];
		*key = (struct table_key){
			.name = dup_z(w->a, pg_get(res, row, K_NAME)),
			.columns = columns,
		};
		rc = take_more(w, res, row, K_MORE, &table_members_key, key);
	}
	pg_done(res);
	return (rc);
}

/* The words for pg_constraint's letters; no action is the default. */
static const char *
action(const char *letter)
{

	switch (letter[0]) {
	case 'r':
		return ("RESTRICT");
	case 'c':
		return ("CASCADE");
	case 'n':
		return ("SET NULL");
	case 'd':
		return ("SET DEFAULT");
	default:
		return (NULL);
	}
}

static int
add_refs(struct work *w)
{
	struct pg_result *res = query(w, refs_sql);
	struct column_list columns;
	struct table_ref *ref;
	size_t row, n, i;
	int rc = 0;

	if (res == NULL)
		return (-1);
	w->t->refs = arena_alloc(w->a, pg_rows(res) * sizeof(*w->t->refs));
	for (row = 0; row < pg_rows(res) && rc == 0; row += n) {
		n = same_oid(res, row);
		if (take_columns(w, res, row, n, R_NUMBER, &columns) != 0)
			continue;
		ref = &w->t->refs[w->t->nrefs++];
		*ref = (struct table_ref){
			.name = dup_z(w->a, pg_get(res, row, R_NAME)),
			.columns = columns,
			.table = dup_z(w->a, pg_get(res, row, R_TABLE)),
			.table_schema = dup_z(w->a,
			    pg_get(res, row, R_SCHEMA)),
			.fields = arena_alloc(w->a, n * sizeof(*ref->fields)),
			.on_delete = action(pg_get(res, row, R_DELETE)),
			.on_update = action(pg_get(res, row, R_UPDATE)),
		};
		for (i = 0; i < n; i++)
			ref->fields[i] = dup_z(w->a,
			    pg_get(res, row + i, R_FIELD));
		rc = take_more(w, res, row, R_MORE, &table_members_ref, ref);
	}
	pg_done(res);
	return (rc);
}

static int
add_checks(struct work *w)
{
	struct pg_result *res = query(w, checks_sql);
	struct column_list columns;
	struct table *t = w->t;
	struct table_check *check;
	size_t row, n;
	int rc = 0;

	if (res == NULL)
		return (-1);
	t->checks = arena_alloc(w->a, pg_rows(res) * sizeof(*t->checks));
	for (row = 0; row < pg_rows(res) && rc == 0; row += n) {
		n = same_oid(res, row);
		if (take_columns(w, res, row, n, X_NUMBER, &columns) != 0)
			continue;
		check = &t->checks[t->nchecks++];
		*check = (struct table_check){
			.name = dup_z(w->a, pg_get(res, row, X_NAME)),
		};
		rc = take_more(w, res, row, X_MORE, &table_members_check,
		    check);
		check->sql = dup_z(w->a, pg_get(res, row, X_SQL));
	}
	pg_done(res);
	return (rc);
}

static int
add_comment(struct work *w)
{
	struct pg_result *res = query(w, "SELECT pg_catalog.obj_description("
	    "$1::pg_catalog.oid, 'pg_class')");

	if (res == NULL)
		return (-1);
	w->t->comment = dup_z(w->a, pg_get(res, 0, 0));
	pg_done(res);
	return (0);
}

static struct table *
make_table(struct pg *pg, const struct pgcatalog_relation *rel,
    const size_t *keep, size_t n, int whole, struct arena *a,
    struct err *err)
{
	struct table *t = arena_alloc(a, sizeof(*t));
	struct work w = { pg, rel, t, keep, whole, a, err };
	size_t i;

	*t = (struct table){
		.schema = rel->schema,
		.name = rel->name,
		.columns = arena_alloc(a, n * sizeof(*t->columns)),
		.ncolumns = n,
	};
	for (i = 0; i < n; i++)
		t->columns[i] = (struct column){
			.name = rel->columns[keep[i]].name,
			.max_length = -1, .precision = -1, .scale = -1,
			.statistics = -1,
		};
	if (add_columns(&w) != 0 || add_keys(&w) != 0 || add_refs(&w) != 0 ||
	    add_checks(&w) != 0 || add_comment(&w) != 0)
		return (NULL);
	return (t);
}

struct table *
pgcatalog_table(struct pg *pg, const struct pgcatalog_relation *rel,
    const size_t *keep, size_t n, struct arena *a, struct err *err)
{

	return (make_table(pg, rel, keep, n, 0, a, err));
}

struct table *
pgcatalog_whole(struct pg *pg, const struct pgcatalog_relation *rel,
    struct arena *a, struct err *err)
{
	size_t *all = arena_alloc(a, rel->ncolumns * sizeof(*all));
	struct table *t;
	size_t i;

	for (i = 0; i < rel->ncolumns; i++)
		all[i] = i;
	t = make_table(pg, rel, all, rel->ncolumns, 1, a, err);
	if (t == NULL || pgcatalog_facts(pg, rel->oid, t, a, err) != 0)
		return (NULL);
	return (t);
}
