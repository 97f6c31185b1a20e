/*
 * What there is to say of a table of PostgreSQL beside its columns.  Each
 * query has the table's OID as its parameter.
 */
#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/quote.h"
#include "db/pg.h"
#include "db/pgcatalog.h"
#include "db/target_pg.h"
#include "schema/ddl.h"
#include "schema/findings.h"
#include "schema/mend.h"

struct facts {
	struct target_pg		*t;
	const struct target_given	*given;
	struct findings			*fs;
	struct err			*err;
	const char			*user;	/* of the session */
};

/* A name of the catalogs fit for a message. */
struct text {
	char	s[160];
};

static const char *
plain(struct text *to, const char *s)
{

	return (quote_plain(to->s, sizeof(to->s), s, strlen(s)));
}

/* The column that the catalogs call ${number}, or NULL. */
static const struct column *
column_of(const struct facts *f, int64_t number, size_t *at)
{
	const struct table *m = f->t->t.table;
	size_t i;

	for (i = 0; i < m->ncolumns; i++) {
		if (f->t->rel->columns[i].number != number)
			continue;
		*at = i;
		return (&m->columns[i]);
	}
	return (NULL);
}

/* Let ${sql} be run by psql as the remedy. */
static void
mend_sql(const struct facts *f, struct finding *fi, struct buf *sql)
{
	struct buf b = { 0 };

	target_put_psql(&f->t->t, &b);
	buf_puts(&b, "-c ");
	mend_shell(&b, buf_z(sql), sql->len);
	findings_mend(fi, buf_z(&b));
	buf_free(&b);
	buf_free(sql);
}

/*
 * The table as a whole.
 */

static const char table_sql[] =
    "SELECT c.relkind, n.nspname, current_user,"
    " pg_catalog.has_schema_privilege(c.relnamespace, 'USAGE'),"
    " pg_catalog.has_table_privilege(c.oid, 'INSERT'),"
    " pg_catalog.has_table_privilege(c.oid, 'SELECT'),"
    " pg_catalog.has_table_privilege(c.oid, 'UPDATE'),"
    " pg_catalog.row_security_active(c.oid), c.relrowsecurity,"
    " pg_catalog.pg_is_in_recovery(),"
    " (SELECT s.reset_val FROM pg_catalog.pg_settings s"
    "  WHERE s.name = 'default_transaction_read_only'),"
    " (pg_catalog.pg_relation_is_updatable(c.oid, true) & 8) <> 0,"
    " (SELECT pg_catalog.count(*) FROM pg_catalog.pg_rewrite r"
    "  WHERE r.ev_class = c.oid AND r.ev_type = '3' AND c.relkind <> 'v') "
    "FROM pg_catalog.pg_class c"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.oid = $1::pg_catalog.oid";

enum { T_KIND, T_SCHEMA, T_USER, T_USAGE, T_INSERT, T_SELECT, T_UPDATE,
    T_ACTIVE, T_SECURITY, T_STANDBY, T_READ_ONLY, T_TAKES, T_RULES };

static void
kind_facts(const struct facts *f, const struct pg_result *res)
{
	const char kind = pg_get(res, 0, T_KIND)[0];

	if (pg_get_bool(res, 0, T_STANDBY))
		(void)findings_add(f->fs, FINDINGS_FAIL, "server", NULL,
		    "the server is a standby, which takes no rows");
	if (pg_get(res, 0, T_READ_ONLY) != NULL &&
	    strcmp(pg_get(res, 0, T_READ_ONLY), "on") == 0)
		(void)findings_add(f->fs, FINDINGS_FAIL, "server", NULL,
		    "transactions of this user are read-only "
		    "(default_transaction_read_only)");
	if (kind == 'm')
		(void)findings_add(f->fs, FINDINGS_FAIL, "kind", NULL,
		    "the target is a materialized view, which takes no rows");
	else if ((kind == 'v' || kind == 'f') && !pg_get_bool(res, 0, T_TAKES))
		(void)findings_add(f->fs, FINDINGS_FAIL, "kind", NULL,
		    "the target is a %s that takes no rows", kind == 'v' ?
		    "view" : "foreign table");
	else if (kind == 'v' || kind == 'f')
		(void)findings_add(f->fs, FINDINGS_WARN, "kind", NULL,
		    "the target is a %s: what the tables behind it ask of "
		    "rows was not looked at", kind == 'v' ? "view" :
		    "foreign table");
	if (pg_get_int(res, 0, T_RULES) > 0)
		(void)findings_add(f->fs, FINDINGS_WARN, "rules", NULL,
		    "rules rewrite what is inserted");
}

static void
grant(const struct facts *f, enum findings_level level, const char *what,
    const char *why)
{
	struct buf sql = { 0 };
	struct finding *fi;

	fi = findings_add(f->fs, level, "privileges", NULL,
	    "no right to %s%s", what, why);
	buf_printf(&sql, "GRANT %s ON ", what);
	pgcatalog_put_name(&sql, f->t->rel);
	buf_puts(&sql, " TO ");
	pg_quote(&sql, f->user);
	mend_sql(f, fi, &sql);
}

/* The columns that rows bring can be granted one by one. */
static int
column_rights(const struct facts *f)
{
	static const char sql[] = "SELECT a.attnum,"
	    " pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'INSERT')"
	    " FROM pg_catalog.pg_attribute a"
	    " WHERE a.attrelid = $1::pg_catalog.oid AND a.attnum > 0"
	    " AND NOT a.attisdropped";
	struct pg_result *res = target_pg_query(f->t, sql, f->err);
	int missing = 0;
	size_t i, at;

	if (res == NULL)
		return (-1);
	for (i = 0; i < pg_rows(res); i++)
		if (column_of(f, pg_get_int(res, i, 0), &at) != NULL &&
		    f->given[at].values > 0 && !pg_get_bool(res, i, 1))
			missing = 1;
	pg_done(res);
	if (missing)
		grant(f, FINDINGS_FAIL, "INSERT", "");
	return (0);
}

static int
right_facts(const struct facts *f, const struct pg_result *res)
{
	struct buf sql = { 0 };
	struct finding *fi;
	struct text t;

	if (!pg_get_bool(res, 0, T_USAGE)) {
		fi = findings_add(f->fs, FINDINGS_FAIL, "privileges", NULL,
		    "no right to use the schema %s",
		    plain(&t, pg_get(res, 0, T_SCHEMA)));
		buf_puts(&sql, "GRANT USAGE ON SCHEMA ");
		pg_quote(&sql, pg_get(res, 0, T_SCHEMA));
		buf_puts(&sql, " TO ");
		pg_quote(&sql, f->user);
		mend_sql(f, fi, &sql);
	}
	if (!pg_get_bool(res, 0, T_INSERT) && column_rights(f) != 0)
		return (-1);
	if (!pg_get_bool(res, 0, T_SELECT))
		grant(f, FINDINGS_WARN, "SELECT", ", so that keys could not "
		    "be looked for and no load can update rows that are "
		    "there");
	if (!pg_get_bool(res, 0, T_UPDATE))
		grant(f, FINDINGS_WARN, "UPDATE", ", which a load that "
		    "updates rows that are there needs");
	return (0);
}

static void
security_facts(const struct facts *f, const struct pg_result *res)
{

	if (pg_get_bool(res, 0, T_ACTIVE))
		(void)findings_add(f->fs, FINDINGS_WARN, "row-security", NULL,
		    "row security applies to this user: its policies may "
		    "refuse rows, and hide some that are there");
	else if (pg_get_bool(res, 0, T_SECURITY))
		(void)findings_add(f->fs, FINDINGS_OK, "row-security", NULL,
		    "row security is on, but not for this user");
}

static int
table_facts(struct facts *f)
{
	struct pg_result *res = target_pg_query(f->t, table_sql, f->err);
	int rc;

	if (res == NULL)
		return (-1);
	f->user = pg_get(res, 0, T_USER);
	kind_facts(f, res);
	rc = right_facts(f, res);
	security_facts(f, res);
	f->user = NULL;
	pg_done(res);
	return (rc);
}

/*
 * Triggers, and constraints that are not looked at.
 */

static const char trigger_sql[] =
    "SELECT t.tgname, p.proname, (t.tgtype & 2) <> 0 "
    "FROM pg_catalog.pg_trigger t"
    " JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid "
    "WHERE t.tgrelid = $1::pg_catalog.oid AND NOT t.tgisinternal"
    " AND t.tgenabled IN ('O', 'A') AND (t.tgtype & 4) <> 0 "
    "ORDER BY t.tgname";

static int
trigger_facts(const struct facts *f)
{
	struct pg_result *res = target_pg_query(f->t, trigger_sql, f->err);
	struct text t, p;
	size_t i;

	if (res == NULL)
		return (-1);
	for (i = 0; i < pg_rows(res); i++)
		(void)findings_add(f->fs, FINDINGS_WARN, "triggers", NULL,
		    "trigger %s calls %s %s each insert, and may change or "
		    "refuse rows", plain(&t, pg_get(res, i, 0)),
		    plain(&p, pg_get(res, i, 1)),
		    pg_get_bool(res, i, 2) ? "before" : "after");
	pg_done(res);
	return (0);
}

static const char other_sql[] =
    "SELECT c.conname, 'exclusion constraint'"
    " FROM pg_catalog.pg_constraint c"
    " WHERE c.conrelid = $1::pg_catalog.oid AND c.contype = 'x' "
    "UNION ALL "
    "SELECT x.relname, CASE WHEN i.indpred IS NULL"
    "  THEN 'unique index on an expression'"
    "  ELSE 'partial unique index' END"
    " FROM pg_catalog.pg_index i"
    " JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid"
    " WHERE i.indrelid = $1::pg_catalog.oid AND i.indisunique"
    " AND (i.indpred IS NOT NULL OR i.indexprs IS NOT NULL) "
    "ORDER BY 1";

static int
other_facts(const struct facts *f)
{
	struct pg_result *res = target_pg_query(f->t, other_sql, f->err);
	const struct target_pg *t = f->t;
	struct text name;
	size_t i;

	if (res == NULL)
		return (-1);
	for (i = 0; i < pg_rows(res); i++)
		(void)findings_add(f->fs, FINDINGS_WARN, "constraints", NULL,
		    "%s %s was not looked at", pg_get(res, i, 1),
		    plain(&name, pg_get(res, i, 0)));
	pg_done(res);
	for (i = 0; i < t->nchecks; i++)
		if (t->checks[i].hopeless)
			(void)findings_add(f->fs, FINDINGS_WARN,
			    "constraints", NULL,
			    "check %s could not be tried: %s",
			    plain(&name, t->checks[i].name),
			    t->checks[i].why);
	return (0);
}

/*
 * Sequences.
 */

static const char sequence_sql[] =
    "SELECT DISTINCT a.attnum, s.oid::pg_catalog.regclass::pg_catalog.text,"
    " pg_catalog.has_sequence_privilege(s.oid, 'USAGE'),"
    " CASE WHEN pg_catalog.has_sequence_privilege(s.oid, 'USAGE, SELECT')"
    "  THEN pg_catalog.pg_sequence_last_value(s.oid) END, q.seqstart,"
    " q.seqincrement, pg_catalog.has_sequence_privilege(s.oid,"
    "  'USAGE, SELECT') "
    "FROM pg_catalog.pg_attribute a"
    " LEFT JOIN pg_catalog.pg_attrdef d"
    "  ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
    " JOIN pg_catalog.pg_depend p"
    "  ON p.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass"
    "   AND p.objid = d.oid AND p.deptype = 'n'"
    "   AND p.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass"
    "  OR p.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass"
    "   AND p.refobjid = a.attrelid AND p.refobjsubid = a.attnum"
    "   AND p.classid = 'pg_catalog.pg_class'::pg_catalog.regclass"
    "   AND p.deptype IN ('a', 'i')"
    " JOIN pg_catalog.pg_class s ON s.relkind = 'S' AND s.oid = CASE"
    "  WHEN p.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass"
    "  THEN p.refobjid ELSE p.objid END"
    " JOIN pg_catalog.pg_sequence q ON q.seqrelid = s.oid "
    "WHERE a.attrelid = $1::pg_catalog.oid AND a.attnum > 0"
    " AND NOT a.attisdropped ORDER BY 1, 2";

enum { S_NUMBER, S_NAME, S_USAGE, S_LAST, S_START, S_STEP, S_READABLE };

/* Rows that bring numbers leave the sequence behind, to collide later. */
static void
sequence_behind(const struct facts *f, const struct pg_result *res, size_t i,
    const struct column *c, int64_t max)
{
	const char *last = pg_get(res, i, S_LAST);
	int64_t next = last != NULL ? pg_get_int(res, i, S_LAST) +
	    pg_get_int(res, i, S_STEP) : pg_get_int(res, i, S_START);
	struct buf sql = { 0 };
	struct finding *fi;
	struct text t;

	if (!pg_get_bool(res, i, S_READABLE) ||
	    pg_get_int(res, i, S_STEP) < 0 || next > max)
		return;
	fi = findings_add(f->fs, FINDINGS_WARN, "sequences", c->name,
	    "sequence %s will give %" PRId64 " next, and rows bring up to %"
	    PRId64 ": later inserts would collide; set it after the load",
	    plain(&t, pg_get(res, i, S_NAME)), next, max);
	buf_puts(&sql, "SELECT setval(");
	ddl_quote_string(&sql, pg_get(res, i, S_NAME));
	buf_printf(&sql, ", %" PRId64 ")", max);
	mend_sql(f, fi, &sql);
}

static void
sequence_right(const struct facts *f, const struct pg_result *res, size_t i,
    const struct column *c)
{
	struct finding *fi;
	struct buf sql = { 0 };
	struct text t;

	fi = findings_add(f->fs, FINDINGS_FAIL, "privileges", c->name,
	    "rows do not bring this column, and there is no right to use the "
	    "sequence %s that numbers it", plain(&t,
	    pg_get(res, i, S_NAME)));
	buf_printf(&sql, "GRANT USAGE ON SEQUENCE %s TO CURRENT_USER",
	    pg_get(res, i, S_NAME));
	mend_sql(f, fi, &sql);
}

static int
sequence_facts(const struct facts *f)
{
	struct pg_result *res = target_pg_query(f->t, sequence_sql, f->err);
	const struct column *c;
	size_t i, at;

	if (res == NULL)
		return (-1);
	for (i = 0; i < pg_rows(res); i++) {
		c = column_of(f, pg_get_int(res, i, S_NUMBER), &at);
		if (c == NULL)
			continue;
		if (f->given[at].has_max)
			sequence_behind(f, res, i, c, f->given[at].max);
		else if (f->given[at].values == 0 && c->identity == NULL &&
		    !pg_get_bool(res, i, S_USAGE))
			sequence_right(f, res, i, c);
	}
	pg_done(res);
	return (0);
}

/*
 * Columns.
 */

static void
column_facts(const struct facts *f)
{
	const struct table *m = f->t->t.table;
	const struct column *c;
	struct buf mend = { 0 };
	struct finding *fi;
	size_t i;

	for (i = 0; i < m->ncolumns; i++) {
		c = &m->columns[i];
		if (f->given[i].values == 0)
			continue;
		if (c->generated)
			fi = findings_add(f->fs, FINDINGS_FAIL, "generated",
			    c->name, "the server computes this column and "
			    "takes no value for it");
		else if (c->identity != NULL &&
		    strcmp(c->identity, "always") == 0)
			fi = findings_add(f->fs, FINDINGS_FAIL, "identity",
			    c->name, "GENERATED ALWAYS AS IDENTITY: the "
			    "numbers that rows bring are kept only by "
			    "pg-load --overriding-system");
		else
			continue;
		mend.len = 0;
		mend_map(&mend, "del(@)", c->name, NULL);
		findings_mend(fi, buf_z(&mend));
	}
	buf_free(&mend);
}

static const char extension_sql[] =
    "SELECT DISTINCT a.attnum, t.typname, e.extname "
    "FROM pg_catalog.pg_attribute a"
    " JOIN pg_catalog.pg_type c ON c.oid = a.atttypid"
    " JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
    "  OR t.oid = c.typelem AND c.typcategory = 'A'"
    "  OR t.oid = c.typbasetype"
    " JOIN pg_catalog.pg_depend d"
    "  ON d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass"
    "   AND d.objid = t.oid AND d.deptype = 'e'"
    " JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid "
    "WHERE a.attrelid = $1::pg_catalog.oid AND a.attnum > 0"
    " AND NOT a.attisdropped ORDER BY a.attnum";

static int
extension_facts(const struct facts *f)
{
	struct pg_result *res = target_pg_query(f->t, extension_sql, f->err);
	const struct column *c;
	struct text type, name;
	size_t i, at;

	if (res == NULL)
		return (-1);
	for (i = 0; i < pg_rows(res); i++) {
		c = column_of(f, pg_get_int(res, i, 0), &at);
		if (c != NULL)
			(void)findings_add(f->fs, FINDINGS_OK, "extensions",
			    c->name, "type %s comes from the extension %s, "
			    "which is installed", plain(&type,
			    pg_get(res, i, 1)), plain(&name,
			    pg_get(res, i, 2)));
	}
	pg_done(res);
	return (0);
}

int
target_pg_facts(struct target *t, const struct target_given *given,
    struct findings *fs, struct err *err)
{
	struct facts f = { (struct target_pg *)t, given, fs, err, NULL };

	if (table_facts(&f) != 0 || trigger_facts(&f) != 0 ||
	    other_facts(&f) != 0 || sequence_facts(&f) != 0 ||
	    extension_facts(&f) != 0)
		return (-1);
	column_facts(&f);
	return (0);
}
