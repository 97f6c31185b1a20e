#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/near.h"
#include "base/quote.h"
#include "db/pg.h"
#include "db/pgtarget.h"
#include "db/pgtype.h"
#include "schema/name.h"

/*
 * What is_plain means: the types whose usual text (row_to_json's) is the same
 * for values that are equal.  Not so numeric (1.0 and 1), floats (0 and -0),
 * char(n), text of a collation that is not deterministic, json.
 */
static const char columns_sql[] =
    "WITH RECURSIVE base (number, type, mod, depth) AS ("
    " SELECT a.attnum, a.atttypid, a.atttypmod, 0"
    " FROM pg_catalog.pg_attribute a"
    " WHERE a.attrelid = $1::pg_catalog.oid AND a.attnum > 0"
    "  AND NOT a.attisdropped"
    " UNION ALL"
    " SELECT b.number, t.typbasetype, t.typtypmod, b.depth + 1"
    " FROM base b JOIN pg_catalog.pg_type t ON t.oid = b.type"
    " WHERE t.typtype = 'd')"
    "SELECT b.type, pg_catalog.format_type(b.type, b.mod),"
    " CASE WHEN c.oid <> t.typcollation OR b.depth > 0 THEN"
    "  pg_catalog.quote_ident(n.nspname) || '.' ||"
    "  pg_catalog.quote_ident(c.collname) END,"
    " a.attndims, b.depth > 0,"
    " t.typtype = 'e' OR b.type IN (16, 20, 21, 23, 26, 2950) OR"
    "  (b.type IN (25, 1043) AND (c.collisdeterministic OR a.attcollation ="
    "  100)),"
    " a.attidentity = 'a',"
    " CASE WHEN b.type IN (20, 21, 23) THEN"
    " (SELECT pg_catalog.quote_ident(sn.nspname) || '.' ||"
    "   pg_catalog.quote_ident(s.relname)"
    "  FROM pg_catalog.pg_depend d"
    "  LEFT JOIN pg_catalog.pg_attrdef f ON f.oid = d.objid AND d.classid ="
    "   'pg_catalog.pg_attrdef'::pg_catalog.regclass"
    "  JOIN pg_catalog.pg_class s ON s.relkind = 'S' AND s.oid = CASE"
    "   WHEN f.oid IS NULL THEN d.objid ELSE d.refobjid END"
    "  JOIN pg_catalog.pg_namespace sn ON sn.oid = s.relnamespace"
    "  WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND"
    "   d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND"
    "   d.refobjid = a.attrelid AND d.refobjsubid = a.attnum AND"
    "   d.deptype = 'i' OR"
    "   f.adrelid = a.attrelid AND f.adnum = a.attnum AND d.refclassid ="
    "   'pg_catalog.pg_class'::pg_catalog.regclass"
    "  LIMIT 1) END,"
    " (SELECT pg_catalog.quote_ident(en.nspname) || '.' || e.oprname"
    "  FROM pg_catalog.pg_index x"
    "  CROSS JOIN LATERAL pg_catalog.generate_series(0, x.indnkeyatts - 1)"
    "   AS k"
    "  JOIN pg_catalog.pg_opclass oc ON oc.oid = x.indclass[k]"
    "  JOIN pg_catalog.pg_amop ao ON ao.amopfamily = oc.opcfamily AND"
    "   ao.amopstrategy = 3 AND ao.amoplefttype = oc.opcintype AND"
    "   ao.amoprighttype = oc.opcintype"
    "  JOIN pg_catalog.pg_operator e ON e.oid = ao.amopopr"
    "  JOIN pg_catalog.pg_namespace en ON en.oid = e.oprnamespace"
    "  WHERE x.indrelid = a.attrelid AND x.indisunique AND"
    "   x.indkey[k] = a.attnum LIMIT 1),"
    " (SELECT f.adbin::pg_catalog.text LIKE '{CONST %' FROM"
    "  pg_catalog.pg_attrdef f WHERE f.adrelid = a.attrelid AND"
    "  f.adnum = a.attnum),"
    " pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'INSERT') AND"
    "  (r.relkind <> 'v' OR EXISTS (SELECT FROM pg_catalog.pg_trigger g"
    "    WHERE g.tgrelid = r.oid AND g.tgtype & 68 = 68) OR"
    "   EXISTS (SELECT FROM pg_catalog.pg_rewrite w WHERE"
    "    w.ev_class = r.oid AND w.ev_type = '3') OR"
    "   pg_catalog.pg_column_is_updatable(a.attrelid, a.attnum, false)),"
    " pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'UPDATE'),"
    " t.typelem "
    "FROM base b JOIN pg_catalog.pg_type t ON t.oid = b.type"
    " JOIN pg_catalog.pg_attribute a ON a.attrelid = $1::pg_catalog.oid"
    "  AND a.attnum = b.number"
    " JOIN pg_catalog.pg_class r ON r.oid = a.attrelid"
    " LEFT JOIN pg_catalog.pg_collation c ON c.oid = a.attcollation"
    " LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace "
    "WHERE t.typtype <> 'd' ORDER BY b.number";

enum { C_TYPE, C_BASE, C_COLLATION, C_DIMS, C_DOMAIN, C_PLAIN, C_ALWAYS,
    C_SEQUENCE, C_EQUAL, C_CONSTANT, C_INSERT, C_UPDATE, C_ELEMENT };

/* Triggers that may change or leave out a row: BEFORE (2) or INSTEAD OF (64)
 * ones of rows (1) that are not switched off. */
static const char relation_sql[] =
    "SELECT c.relkind, pg_catalog.pg_relation_is_updatable(c.oid, true) & 8,"
    " pg_catalog.row_security_active(c.oid),"
    " EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid IN ("
    "   SELECT c.oid UNION ALL SELECT p.relid::pg_catalog.oid FROM"
    "   pg_catalog.pg_partition_tree(c.oid) p) AND"
    "  t.tgtype & 1 = 1 AND t.tgtype & 66 <> 0 AND t.tgenabled <> 'D'),"
    " (SELECT p.conname FROM pg_catalog.pg_constraint p"
    "  WHERE p.conrelid = c.oid AND p.contype = 'p'),"
    " pg_catalog.has_table_privilege(c.oid, 'SELECT'),"
    " pg_catalog.pg_table_is_visible(c.oid) "
    "FROM pg_catalog.pg_class c WHERE c.oid = $1::pg_catalog.oid";

enum { R_KIND, R_UPDATABLE, R_SECURITY, R_TRIGGERS, R_PRIMARY,
    R_SELECT, R_VISIBLE };

static struct pg_result *
query_oid(struct pg *pg, const char *sql, uint32_t oid, struct err *err)
{
	char number[16];
	const char *param = number;

	(void)snprintf(number, sizeof(number), "%" PRIu32, oid);
	return (pg_query(pg, sql, &param, 1, err));
}

static const char *
dup_z(struct arena *a, const char *s)
{

	return (s == NULL ? NULL : arena_dup(a, s, strlen(s)));
}

static int
read_columns(struct pg *pg, struct pgtarget *t, struct arena *a,
    struct err *err)
{
	size_t i, n = t->model->ncolumns;
	const struct pgtype **types;
	struct pgtarget_column *c;
	struct pg_result *res;
	uint32_t *oids;

	res = query_oid(pg, columns_sql, t->rel->oid, err);
	if (res == NULL)
		return (-1);
	t->columns = arena_alloc(a, n * sizeof(*t->columns));
	oids = arena_alloc(a, n * sizeof(*oids));
	types = arena_alloc(a, n * sizeof(*types));
	for (i = 0; i < n && i < pg_rows(res); i++) {
		oids[i] = (uint32_t)pg_get_int(res, i, C_TYPE);
		t->columns[i] = (struct pgtarget_column){
			.base = dup_z(a, pg_get(res, i, C_BASE)),
			.collation = dup_z(a, pg_get(res, i, C_COLLATION)),
			.dims = (int)pg_get_int(res, i, C_DIMS),
			.is_domain = pg_get_bool(res, i, C_DOMAIN),
			.is_plain = pg_get_bool(res, i, C_PLAIN),
			.is_always = pg_get_bool(res, i, C_ALWAYS),
			.sequence = dup_z(a, pg_get(res, i, C_SEQUENCE)),
			.equal = dup_z(a, pg_get(res, i, C_EQUAL)),
			.is_constant = pg_get_bool(res, i, C_CONSTANT),
			.may_insert = pg_get_bool(res, i, C_INSERT),
			.may_update = pg_get_bool(res, i, C_UPDATE),
			.element = (uint32_t)pg_get_int(res, i, C_ELEMENT),
		};
	}
	pg_done(res);
	if (i < n) {
		(void)err_set(err, "the table was changed meanwhile");
		return (err_status(err, DIAG_FAIL));
	}
	if (pgtype_read(pg, oids, n, types, a, err) != 0)
		return (-1);
	for (i = 0; i < n; i++) {
		c = &t->columns[i];
		c->type = types[i];
	}
	return (0);
}

static int
refuse_kind(const struct pgtarget *t, const char *what, const char *hint,
    struct err *err)
{
	struct quote q;

	(void)err_set(err, "%s is a %s, which takes no rows",
	    quote_z(&q, t->label), what);
	if (hint != NULL)
		(void)err_hint(err, "%s", hint);
	return (err_status(err, DIAG_FAIL));
}

static int
read_relation(struct pg *pg, struct pgtarget *t, struct arena *a,
    struct err *err)
{
	struct pg_result *res;
	int updatable;
	char kind;

	res = query_oid(pg, relation_sql, t->rel->oid, err);
	if (res == NULL)
		return (-1);
	if (pg_rows(res) == 0) {
		pg_done(res);
		(void)err_set(err, "the table was dropped meanwhile");
		return (err_status(err, DIAG_FAIL));
	}
	kind = pg_get(res, 0, R_KIND)[0];
	updatable = pg_get_int(res, 0, R_UPDATABLE) != 0;
	t->is_view = kind == 'v';
	t->no_copy = t->is_view || pg_get_bool(res, 0, R_SECURITY);
	t->has_triggers = pg_get_bool(res, 0, R_TRIGGERS);
	t->primary = dup_z(a, pg_get(res, 0, R_PRIMARY));
	t->may_select = pg_get_bool(res, 0, R_SELECT);
	t->is_visible = pg_get_bool(res, 0, R_VISIBLE);
	pg_done(res);
	if (kind == 'm')
		return (refuse_kind(t, "materialized view",
		    "load the tables that it is made from, then REFRESH it",
		    err));
	if (kind == 'v' && !updatable)
		return (refuse_kind(t, "view", "load the tables that it is "
		    "made from, or give it an INSTEAD OF INSERT trigger",
		    err));
	if (kind == 'f' && !updatable)
		return (refuse_kind(t, "foreign table", NULL, err));
	return (0);
}

/* Compile an INSERT, which tells whether it is permitted, and locks. */
static int
try_insert(struct pg *pg, const struct pgtarget *t, struct err *err)
{
	struct buf sql = { 0 };
	struct quote q;
	int rc;

	buf_printf(&sql, "EXPLAIN INSERT INTO %s DEFAULT VALUES", t->sql);
	rc = pg_exec(pg, buf_z(&sql), err);
	buf_free(&sql);
	if (rc == 0)
		return (0);
	if (strcmp(pg_state(pg), "42501") == 0 && err->hint[0] == '\0')
		(void)err_hint(err, "GRANT INSERT ON %s TO the role, or name "
		    "another with --session \"SET ROLE ...\"",
		    quote_z(&q, t->label));
	return (-1);
}

static int
is_own(const struct pgtarget *t, const struct table_ref *ref)
{

	return (strcmp(ref->table, t->rel->name) == 0 &&
	    (ref->table_schema == NULL ||
	    strcmp(ref->table_schema, t->rel->schema) == 0));
}

struct pgtarget *
pgtarget_find(struct pg *pg, const char *s, size_t len, struct arena *a,
    struct err *err)
{
	struct pgtarget *t = arena_alloc(a, sizeof(*t));
	struct buf b = { 0 };
	struct name name;
	char label[256];
	size_t *keep, i;

	*t = (struct pgtarget){ 0 };
	name_read(s, len, NAME_LOWER, &name, a);
	if ((t->rel = pgcatalog_find(pg, &name, a, err)) == NULL) {
		/* When it is not there, not when the server says no. */
		if (err->hint[0] == '\0' && !pg_aborted(pg))
			(void)err_hint(err, "pg-load stores rows in tables "
			    "that exist; schema-ddl writes CREATE TABLE");
		return (NULL);
	}
	pgcatalog_put_name(&b, t->rel);
	t->sql = dup_z(a, buf_z(&b));
	b.len = 0;
	pgcatalog_put_label(&b, t->rel);
	t->label = dup_z(a, quote_plain(label, sizeof(label), b.s, b.len));
	buf_free(&b);
	/* What was read before the lock may be old. */
	if (read_relation(pg, t, a, err) != 0 ||
	    try_insert(pg, t, err) != 0 ||
	    (t->rel = pgcatalog_get(pg, t->rel->oid, a, err)) == NULL)
		return (NULL);
	keep = arena_alloc(a, t->rel->ncolumns * sizeof(*keep));
	for (i = 0; i < t->rel->ncolumns; i++)
		keep[i] = i;
	t->model = pgcatalog_table(pg, t->rel, keep, t->rel->ncolumns, a, err);
	if (t->model == NULL || read_columns(pg, t, a, err) != 0)
		return (NULL);
	for (i = 0; i < t->model->nrefs; i++)
		t->refers_to_itself |= is_own(t, &t->model->refs[i]) &&
		    !t->model->refs[i].deferred;
	return (t);
}

ptrdiff_t
pgtarget_column(const struct pgtarget *t, const char *name, size_t len)
{

	return (table_find_column(t->model, name, len));
}

int
pgtarget_is_own_ref(const struct pgtarget *t, const char *constraint)
{
	const struct table *m = t->model;
	size_t i;

	for (i = 0; i < m->nrefs; i++)
		if (m->refs[i].name != NULL && is_own(t, &m->refs[i]) &&
		    strcmp(m->refs[i].name, constraint) == 0)
			return (1);
	return (0);
}

void
pgtarget_hint_column(const struct pgtarget *t, const char *name,
    struct err *err)
{
	struct near near;
	struct quote q;
	size_t i;

	near_start(&near, name);
	for (i = 0; i < t->model->ncolumns; i++)
		near_offer(&near, t->model->columns[i].name);
	if (near_best(&near) != NULL)
		(void)err_hint(err, "did you mean %s?  --ignore-unknown leaves "
		    "such keys out", quote_z(&q, near_best(&near)));
	else
		(void)err_hint(err, "--ignore-unknown leaves such keys out");
}
