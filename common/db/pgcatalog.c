#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/near.h"
#include "base/quote.h"
#include "db/pg.h"
#include "db/pgcatalog.h"
#include "schema/name.h"
#include "schema/table.h"

/* Types by their OIDs, which never change (pg_type.dat). */
enum {
	OID_BOOL = 16, OID_BYTEA = 17, OID_NAME = 19, OID_INT8 = 20,
	OID_INT2 = 21, OID_INT4 = 23, OID_TEXT = 25, OID_JSON = 114,
	OID_FLOAT4 = 700, OID_FLOAT8 = 701, OID_BPCHAR = 1042,
	OID_VARCHAR = 1043, OID_DATE = 1082, OID_TIME = 1083,
	OID_TIMESTAMP = 1114, OID_TIMESTAMPTZ = 1184, OID_NUMERIC = 1700,
	OID_UUID = 2950, OID_JSONB = 3802
};

/*
 * What pgcopy decodes itself.  Measured on the table of tests/bench (one
 * server process, seconds a million rows, jsonb half of them): COPY binary
 * 3.1, COPY text 3.6, row_to_json 6.4.  Where binary would mean more code than
 * it saves time, the server sends text within the binary rows: floats, whose
 * shortest digits are hard to find, intervals, addresses, ranges and the rest.
 */
static const struct known {
	uint32_t		type;
	enum pgcatalog_form	form;
	enum pgcopy_kind	kind;
} known[] = {
	{ OID_BOOL, PGCATALOG_PLAIN, PGCOPY_BOOL },
	{ OID_BYTEA, PGCATALOG_PLAIN, PGCOPY_BYTEA },
	{ OID_NAME, PGCATALOG_PLAIN, PGCOPY_TEXT },
	{ OID_INT8, PGCATALOG_PLAIN, PGCOPY_INT8 },
	{ OID_INT2, PGCATALOG_PLAIN, PGCOPY_INT2 },
	{ OID_INT4, PGCATALOG_PLAIN, PGCOPY_INT4 },
	{ OID_TEXT, PGCATALOG_PLAIN, PGCOPY_TEXT },
	{ OID_JSON, PGCATALOG_PLAIN, PGCOPY_JSON },
	{ OID_FLOAT4, PGCATALOG_TEXT, PGCOPY_NUMBER },
	{ OID_FLOAT8, PGCATALOG_TEXT, PGCOPY_NUMBER },
	{ OID_BPCHAR, PGCATALOG_PLAIN, PGCOPY_TEXT },
	{ OID_VARCHAR, PGCATALOG_PLAIN, PGCOPY_TEXT },
	{ OID_DATE, PGCATALOG_PLAIN, PGCOPY_DATE },
	{ OID_TIME, PGCATALOG_PLAIN, PGCOPY_TIME },
	{ OID_TIMESTAMP, PGCATALOG_PLAIN, PGCOPY_TIMESTAMP },
	{ OID_TIMESTAMPTZ, PGCATALOG_PLAIN, PGCOPY_TIMESTAMPTZ },
	{ OID_NUMERIC, PGCATALOG_PLAIN, PGCOPY_NUMERIC },
	{ OID_UUID, PGCATALOG_PLAIN, PGCOPY_UUID },
	{ OID_JSONB, PGCATALOG_PLAIN, PGCOPY_JSONB },
};

/*
 * The base type of each type, through any domains, and that of its elements
 * when it is an array.  is_text: sent and shown as text is (citext).  cast:
 * has a cast of its own to json, which to_json uses, or to text, which is then
 * not what to_json shows.
 */
static const char types_sql[] =
    "WITH RECURSIVE step (top, type, elem) AS ("
    " SELECT DISTINCT t, t, false"
    " FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS t"
    " UNION ALL"
    " SELECT s.top, CASE t.typtype WHEN 'd' THEN t.typbasetype"
    "  ELSE t.typelem END, s.elem OR t.typtype <> 'd'"
    " FROM step s JOIN pg_catalog.pg_type t ON t.oid = s.type"
    " WHERE t.typtype = 'd' OR (NOT s.elem AND"
    "  t.typsend = 'pg_catalog.array_send'::pg_catalog.regproc))"
    "SELECT s.top, s.elem, t.oid, t.typtype,"
    " i.prolang = 12 AND i.prosrc = 'textsend' AND"
    "  o.prolang = 12 AND o.prosrc = 'textout',"
    " EXISTS (SELECT FROM pg_catalog.pg_cast c WHERE c.castsource = t.oid"
    "  AND (c.casttarget = 25 OR (c.casttarget = 114 AND t.oid >= 16384))),"
    " t.typelem <> 0 AND t.typlen = -1 "
    "FROM step s JOIN pg_catalog.pg_type t ON t.oid = s.type"
    " LEFT JOIN pg_catalog.pg_proc i ON i.oid = t.typsend"
    " LEFT JOIN pg_catalog.pg_proc o ON o.oid = t.typoutput "
    "WHERE t.typtype <> 'd' ORDER BY s.top, s.elem";

/* Columns of types_sql. */
enum { T_TOP, T_ELEM, T_TYPE, T_TYPTYPE, T_IS_TEXT, T_CAST, T_IS_ARRAY };

/* Choose how the type in row ${row} of types_sql is read. */
static struct known
choose(const struct pg_result *res, size_t row)
{
	uint32_t type = (uint32_t)pg_get_int(res, row, T_TYPE);
	char typtype = pg_get(res, row, T_TYPTYPE)[0];
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].type == type)
			return (known[i]);
	/* Pseudo-types and composites; arrays in other clothes. */
	if (typtype == 'p' || typtype == 'c' ||
	    pg_get_bool(res, row, T_IS_ARRAY) || pg_get_bool(res, row, T_CAST))
		return ((struct known){ type, PGCATALOG_JSON, PGCOPY_JSON });
	if (typtype == 'e' || pg_get_bool(res, row, T_IS_TEXT))
		return ((struct known){ type, PGCATALOG_PLAIN, PGCOPY_TEXT });
	return ((struct known){ type, PGCATALOG_TEXT, PGCOPY_TEXT });
}

static void
set_type(struct pgcatalog_column *c, const struct pg_result *res)
{
	size_t row, n = pg_rows(res);
	struct known how;

	for (row = 0; row < n; row++)
		if ((uint32_t)pg_get_int(res, row, T_TOP) == c->type)
			break;
	how = (struct known){ 0, PGCATALOG_JSON, PGCOPY_JSON };
	if (row == n) {
		/* Dropped meanwhile: reading will tell. */
	} else if (row + 1 < n && pg_get_bool(res, row + 1, T_ELEM)) {
		how = choose(res, row + 1);
		c->is_array = how.form == PGCATALOG_PLAIN;
		if (!c->is_array)
			how = (struct known){ 0, PGCATALOG_JSON, PGCOPY_JSON };
	} else
		how = choose(res, row);
	c->form = how.form;
	c->kind = how.kind;
}

/* Find out how the columns of ${rel} are read. */
static int
set_types(struct pg *pg, struct pgcatalog_relation *rel, struct err *err)
{
	struct pg_result *res;
	struct buf b = { 0 };
	const char *param;
	size_t i;

	buf_putc(&b, '{');
	for (i = 0; i < rel->ncolumns; i++)
		buf_printf(&b, "%s%" PRIu32, i == 0 ? "" : ",",
		    rel->columns[i].type);
	buf_putc(&b, '}');
	param = buf_z(&b);
	res = pg_query(pg, types_sql, &param, 1, err);
	buf_free(&b);
	if (res == NULL)
		return (-1);
	for (i = 0; i < rel->ncolumns; i++)
		set_type(&rel->columns[i], res);
	pg_done(res);
	return (0);
}

/* Run a statement that has an OID as its parameter. */
static struct pg_result *
query_oid(struct pg *pg, const char *sql, uint32_t oid, struct err *err)
{
	char text[16];
	const char *param = text;

	(void)snprintf(text, sizeof(text), "%" PRIu32, oid);
	return (pg_query(pg, sql, &param, 1, err));
}

static char *
dup_z(struct arena *a, const char *s)
{

	return (arena_dup(a, s, strlen(s)));
}

/*
 * Finding relations.
 */

static const char relation_sql[] =
    "SELECT n.nspname, c.relname, c.relkind,"
    " COALESCE(m.amname = 'heap', false),"
    " EXISTS (SELECT FROM pg_catalog.pg_inherits i"
    "  WHERE i.inhparent = c.oid),"
    " pg_catalog.row_security_active(c.oid),"
    " CASE c.relkind WHEN 'p' THEN (SELECT CASE WHEN"
    "   pg_catalog.min(l.reltuples) >= 0 THEN"
    "   pg_catalog.sum(l.reltuples)::pg_catalog.int8 END"
    "  FROM pg_catalog.pg_partition_tree(c.oid) p"
    "  JOIN pg_catalog.pg_class l ON l.oid = p.relid WHERE p.isleaf)"
    " ELSE c.reltuples::pg_catalog.int8 END,"
    " pg_catalog.has_table_privilege(c.oid, 'SELECT') "
    "FROM pg_catalog.pg_class c"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " LEFT JOIN pg_catalog.pg_am m ON m.oid = c.relam "
    "WHERE c.oid = $1::pg_catalog.oid";

static const char columns_sql[] =
    "SELECT attname, atttypid, atttypmod, attnum, attnotnull "
    "FROM pg_catalog.pg_attribute "
    "WHERE attrelid = $1::pg_catalog.oid AND attnum > 0 AND NOT attisdropped "
    "ORDER BY attnum";

static int
get_columns(struct pg *pg, struct pgcatalog_relation *rel, struct arena *a,
    struct err *err)
{
	struct pg_result *res = query_oid(pg, columns_sql, rel->oid, err);
	struct pgcatalog_column *c;
	size_t i;

	if (res == NULL)
		return (-1);
	rel->ncolumns = pg_rows(res);
	rel->columns = arena_alloc(a, rel->ncolumns * sizeof(*rel->columns));
	for (i = 0; i < rel->ncolumns; i++) {
		c = &rel->columns[i];
		*c = (struct pgcatalog_column){
			.name = dup_z(a, pg_get(res, i, 0)),
			.type = (uint32_t)pg_get_int(res, i, 1),
			.mod = (int)pg_get_int(res, i, 2),
			.number = (int)pg_get_int(res, i, 3),
			.not_null = pg_get_bool(res, i, 4),
		};
	}
	pg_done(res);
	return (set_types(pg, rel, err));
}

static int
gone(struct err *err)
{

	(void)err_set(err, "the table was dropped meanwhile");
	return (err_status(err, DIAG_FAIL));
}

/* Fill ${rel} from row 0 of relation_sql. */
static int
set_relation(struct pgcatalog_relation *rel, const struct pg_result *res,
    struct arena *a, struct err *err)
{
	struct quote q;
	char kind;

	if (pg_rows(res) == 0)
		return (gone(err));
	rel->schema = dup_z(a, pg_get(res, 0, 0));
	rel->name = dup_z(a, pg_get(res, 0, 1));
	kind = pg_get(res, 0, 2)[0];
	if (kind == '\0' || strchr("rpvmf", kind) == NULL) {
		(void)err_set(err, "%s is not a table or view",
		    quote_z(&q, rel->name));
		return (err_status(err, DIAG_FAIL));
	}
	rel->is_partitioned = kind == 'p';
	rel->has_children = kind == 'r' && pg_get_bool(res, 0, 4);
	rel->is_heap = (kind == 'r' || kind == 'm') &&
	    pg_get_bool(res, 0, 3);
	rel->has_filter = pg_get_bool(res, 0, 5);
	rel->is_open = pg_get_bool(res, 0, 7);
	rel->rows = pg_get(res, 0, 6) == NULL ? -1 :
	    (double)pg_get_int(res, 0, 6);
	return (0);
}

struct pgcatalog_relation *
pgcatalog_get(struct pg *pg, uint32_t oid, struct arena *a, struct err *err)
{
	struct pgcatalog_relation *rel = arena_alloc(a, sizeof(*rel));
	struct pg_result *res;
	int rc;

	*rel = (struct pgcatalog_relation){ .oid = oid };
	if ((res = query_oid(pg, relation_sql, oid, err)) == NULL)
		return (NULL);
	rc = set_relation(rel, res, a, err);
	pg_done(res);
	if (rc != 0 || get_columns(pg, rel, a, err) != 0)
		return (NULL);
	return (rel);
}

static const char others_sql[] =
    "SELECT c.relname, CASE WHEN pg_catalog.pg_table_is_visible(c.oid)"
    " THEN '' ELSE pg_catalog.quote_ident(n.nspname) || '.' END ||"
    " pg_catalog.quote_ident(c.relname) "
    "FROM pg_catalog.pg_class c"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')"
    " AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' "
    "ORDER BY NOT pg_catalog.pg_table_is_visible(c.oid), 1, 2 LIMIT 10000";

/* Add the table that may have been meant to the error. */
static void
hint_table(struct pg *pg, const char *wrong, struct err *err)
{
	struct err ignored = ERR_INIT;
	struct pg_result *res;
	struct near near;
	char name[256];
	size_t i;

	res = pg_query(pg, others_sql, NULL, 0, &ignored);
	if (res == NULL)
		return;
	near_start(&near, wrong);
	for (i = 0; i < pg_rows(res); i++)
		near_offer(&near, pg_get(res, i, 0));
	for (i = 0; i < pg_rows(res); i++)
		if (near_best(&near) == pg_get(res, i, 0))
			(void)err_hint(err, "did you mean %s?",
			    quote_plain(name, sizeof(name), pg_get(res, i, 1),
			    strlen(pg_get(res, i, 1))));
	pg_done(res);
}

static int
no_table(struct pg *pg, const struct name *name, const char *label,
    struct err *err)
{
	struct quote q;

	(void)err_set(err, "table %s does not exist in %s",
	    quote_z(&q, label), pg_place(pg));
	hint_table(pg, name->part[name->n - 1], err);
	return (err_status(err, DIAG_FAIL));
}

struct pgcatalog_relation *
pgcatalog_find(struct pg *pg, const struct name *name, struct arena *a,
    struct err *err)
{
	struct buf sql = { 0 }, label = { 0 };
	struct pg_result *res;
	const char *param;
	uint32_t oid = 0;
	size_t i;

	for (i = 0; i < name->n; i++) {
		buf_puts(&sql, i == 0 ? "" : ".");
		buf_puts(&label, i == 0 ? "" : ".");
		pg_quote(&sql, name->part[i]);
		buf_puts(&label, name->part[i]);
	}
	param = buf_z(&sql);
	res = pg_query(pg, "SELECT pg_catalog.to_regclass($1)"
	    "::pg_catalog.oid", &param, 1, err);
	if (res != NULL && (oid = (uint32_t)pg_get_int(res, 0, 0)) == 0)
		(void)no_table(pg, name, buf_z(&label), err);
	pg_done(res);
	buf_free(&sql);
	buf_free(&label);
	return (oid == 0 ? NULL : pgcatalog_get(pg, oid, a, err));
}

struct pgcatalog_relation *
pgcatalog_query(struct pg *pg, const char *sql, struct arena *a,
    struct err *err)
{
	struct pgcatalog_relation *rel = arena_alloc(a, sizeof(*rel));
	struct pg_result *res = pg_describe(pg, sql, err);
	size_t i;

	*rel = (struct pgcatalog_relation){ .rows = -1 };
	if (res == NULL) {
		/* Class 42: syntax error, or a rule broken.  What is missing
		 * or forbidden on the server is not the command's fault. */
		if (strncmp(pg_state(pg), "42", 2) == 0 &&
		    strcmp(pg_state(pg), "42501") != 0 &&
		    strcmp(pg_state(pg), "42P01") != 0)
			(void)err_status(err, DIAG_USAGE);
		return (NULL);
	}
	rel->ncolumns = pg_fields(res);
	rel->columns = arena_alloc(a, rel->ncolumns * sizeof(*rel->columns));
	for (i = 0; i < rel->ncolumns; i++)
		rel->columns[i] = (struct pgcatalog_column){
			.name = dup_z(a, pg_field_name(res, i)),
			.type = pg_field_type(res, i),
			.mod = pg_field_mod(res, i),
		};
	pg_done(res);
	return (set_types(pg, rel, err) == 0 ? rel : NULL);
}

/*
 * Lists of relations.
 */

/* Take the OIDs in the first column of ${res}, and free it. */
static int
take_oids(struct pg_result *res, uint32_t **oids, size_t *n, struct arena *a)
{
	size_t i;

	if (res == NULL)
		return (-1);
	*n = pg_rows(res);
	*oids = arena_alloc(a, *n * sizeof(**oids));
	for (i = 0; i < *n; i++)
		(*oids)[i] = (uint32_t)pg_get_int(res, i, 0);
	pg_done(res);
	return (0);
}

int
pgcatalog_tables(struct pg *pg, uint32_t **oids, size_t *n, struct arena *a,
    struct err *err)
{
	static const char sql[] =
	    "SELECT c.oid FROM pg_catalog.pg_class c"
	    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
	    "WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition"
	    " AND c.relpersistence <> 't' AND n.nspname !~ '^pg_'"
	    " AND n.nspname <> 'information_schema'"
	    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d"
	    "  WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass"
	    "  AND d.objid = c.oid AND d.deptype = 'e') "
	    "ORDER BY n.nspname, c.relname";

	return (take_oids(pg_query(pg, sql, NULL, 0, err), oids, n, a));
}

int
pgcatalog_relations(struct pg *pg, uint32_t **oids, size_t *n,
    struct arena *a, struct err *err)
{
	static const char sql[] =
	    "SELECT c.oid FROM pg_catalog.pg_class c"
	    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
	    "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')"
	    " AND c.relpersistence <> 't' AND n.nspname !~ '^pg_'"
	    " AND n.nspname <> 'information_schema'"
	    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d"
	    "  WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass"
	    "  AND d.objid = c.oid AND d.deptype = 'e') "
	    "ORDER BY c.relkind IN ('v', 'm'), n.nspname, c.relname";

	return (take_oids(pg_query(pg, sql, NULL, 0, err), oids, n, a));
}

int
pgcatalog_leaves(struct pg *pg, const struct pgcatalog_relation *rel,
    uint32_t **oids, size_t *n, struct arena *a, struct err *err)
{
	static const char sql[] =
	    "WITH leaf AS (SELECT p.relid"
	    " FROM pg_catalog.pg_partition_tree($1::pg_catalog.oid) p"
	    " WHERE p.isleaf) "
	    "SELECT relid::pg_catalog.oid FROM leaf "
	    "WHERE NOT pg_catalog.row_security_active($1::pg_catalog.oid)"
	    " AND (SELECT pg_catalog.bool_and("
	    "   pg_catalog.has_table_privilege(relid, 'SELECT')"
	    "   AND NOT pg_catalog.row_security_active(relid)) FROM leaf) "
	    "ORDER BY 1";

	return (take_oids(query_oid(pg, sql, rel->oid, err), oids, n, a));
}

int
pgcatalog_blocks(struct pg *pg, uint32_t oid, uint32_t *blocks,
    uint32_t *weight, struct err *err)
{
	static const char sql[] =
	    "SELECT size / unit, LEAST(all_sizes / GREATEST(size, unit), 1000)"
	    " FROM (SELECT pg_catalog.pg_relation_size($1) AS size,"
	    "  pg_catalog.pg_table_size($1) AS all_sizes,"
	    "  pg_catalog.current_setting('block_size')::pg_catalog.int8"
	    "  AS unit) AS s";
	struct pg_result *res = query_oid(pg, sql, oid, err);
	int missing;

	if (res == NULL)
		return (-1);
	missing = pg_get(res, 0, 0) == NULL;
	*blocks = (uint32_t)pg_get_int(res, 0, 0);
	*weight = (uint32_t)pg_get_int(res, 0, 1);
	*weight |= *weight == 0;
	pg_done(res);
	return (missing ? gone(err) : 0);
}

void
pgcatalog_put_name(struct buf *b, const struct pgcatalog_relation *rel)
{

	pg_quote(b, rel->schema);
	buf_putc(b, '.');
	pg_quote(b, rel->name);
}

void
pgcatalog_put_label(struct buf *b, const struct pgcatalog_relation *rel)
{

	if (rel->oid == 0)
		buf_puts(b, "query");
	else
		table_put_name(rel->schema, rel->name, b);
}
