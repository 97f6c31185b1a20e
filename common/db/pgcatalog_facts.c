#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "db/pg.h"
#include "db/pgcatalog.h"
#include "db/pgcatalog_json.h"
#include "schema/table_members.h"

/*
 * Each query gives one JSON object with keys of table_members.  The functions
 * pg_get_... write SQL that the server reads back; names of tables and types
 * in it, and those that regclass and regtype write, are quoted and have the
 * schema that the search_path makes necessary.
 */

/* Append " AS name" by hand: a comment of the object ${oid} in ${class}. */
#define COMMENT(oid, class) \
	"'comment', pg_catalog.obj_description(" oid ", '" class "')"

static const char head_sql[] =
    "SELECT pg_catalog.json_build_object("
    "'x-kind', CASE c.relkind WHEN 'v' THEN 'view'"
    "  WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' END,"
    "'x-rowSecurity', CASE WHEN c.relrowsecurity THEN"
    "  CASE WHEN c.relforcerowsecurity THEN 'forced' ELSE 'enabled' END END,"
    "'x-view', CASE WHEN c.relkind IN ('v', 'm') THEN"
    "  pg_catalog.pg_get_viewdef(c.oid) END,"
    "'x-uses', CASE WHEN c.relkind IN ('v', 'm') THEN"
    "  (SELECT pg_catalog.json_agg(DISTINCT pg_catalog.jsonb_build_object("
    "    'schema', n.nspname, 'resource', u.relname))"
    "   FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_depend d"
    "    ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass"
    "    AND d.objid = r.oid"
    "    AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass"
    "   JOIN pg_catalog.pg_class u ON u.oid = d.refobjid"
    "    AND u.relkind IN ('r', 'p', 'v', 'm', 'f')"
    "   JOIN pg_catalog.pg_namespace n ON n.oid = u.relnamespace"
    "   WHERE r.ev_class = c.oid AND u.oid <> c.oid"
    "    AND n.nspname <> 'pg_catalog') END,"
    "'x-partitionBy', pg_catalog.pg_get_partkeydef(c.oid),"
    "'x-partitionOf', CASE WHEN c.relispartition THEN"
    "  (SELECT pg_catalog.json_agg(pg_catalog.json_build_object("
    "    'schema', n.nspname, 'resource', p.relname, 'bound',"
    "    pg_catalog.pg_get_expr(c.relpartbound, c.oid)))"
    "   FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class p"
    "    ON p.oid = i.inhparent JOIN pg_catalog.pg_namespace n"
    "    ON n.oid = p.relnamespace WHERE i.inhrelid = c.oid) END,"
    "'x-inherits', CASE WHEN NOT c.relispartition THEN"
    "  (SELECT pg_catalog.json_agg(pg_catalog.json_build_object("
    "    'schema', n.nspname, 'resource', p.relname) ORDER BY i.inhseqno)"
    "   FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class p"
    "    ON p.oid = i.inhparent JOIN pg_catalog.pg_namespace n"
    "    ON n.oid = p.relnamespace WHERE i.inhrelid = c.oid) END,"
    "'x-tableOptions', c.reloptions,"
    "'x-unlogged', c.relpersistence = 'u',"
    "'x-accessMethod', NULLIF(m.amname, 'heap'),"
    "'x-tablespace', s.spcname,"
    "'x-replicaIdentity', CASE c.relreplident WHEN 'n' THEN 'nothing'"
    "  WHEN 'f' THEN 'full' WHEN 'i' THEN 'index ' ||"
    "  (SELECT x.relname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x"
    "   ON x.oid = i.indexrelid WHERE i.indrelid = c.oid"
    "   AND i.indisreplident) END,"
    "'x-clusterOn', (SELECT x.relname FROM pg_catalog.pg_index i"
    "  JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid"
    "  WHERE i.indrelid = c.oid AND i.indisclustered)) "
    "FROM pg_catalog.pg_class c"
    " LEFT JOIN pg_catalog.pg_am m ON m.oid = c.relam"
    " LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace "
    "WHERE c.oid = $1::pg_catalog.oid";

/* What an index has for each of its columns stands in vectors from 0 on, in
 * those but indkey for its key only. */
static const char indexes_sql[] =
    "SELECT pg_catalog.json_build_object('x-indexes', pg_catalog.json_agg("
    "pg_catalog.json_build_object('name', x.relname,"
    " 'unique', i.indisunique, 'method', NULLIF(m.amname, 'btree'),"
    " 'parts', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object("
    "   'field', a.attname, 'sql', CASE WHEN k.attnum = 0 THEN"
    "    pg_catalog.pg_get_indexdef(i.indexrelid, k.place::pg_catalog.int4,"
    "    false) END,"
    "   'collation', (SELECT CASE WHEN"
    "     pg_catalog.pg_collation_is_visible(l.oid) THEN '' ELSE"
    "     pg_catalog.quote_ident(n.nspname) || '.' END ||"
    "     pg_catalog.quote_ident(l.collname)"
    "    FROM pg_catalog.pg_collation l JOIN pg_catalog.pg_namespace n"
    "     ON n.oid = l.collnamespace"
    "    WHERE l.oid = i.indcollation[k.place - 1]"
    "     AND l.oid <> COALESCE(a.attcollation, 100::pg_catalog.oid)),"
    "   'opclass', (SELECT CASE WHEN"
    "     pg_catalog.pg_opclass_is_visible(o.oid) THEN '' ELSE"
    "     pg_catalog.quote_ident(n.nspname) || '.' END ||"
    "     pg_catalog.quote_ident(o.opcname) || COALESCE(' (' ||"
    "     pg_catalog.array_to_string(t.opts, ', ') || ')', '')"
    "    FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_namespace n"
    "     ON n.oid = o.opcnamespace WHERE o.oid = i.indclass[k.place - 1]"
    "     AND (NOT o.opcdefault OR t.opts IS NOT NULL)),"
    "   'desc', i.indoption[k.place - 1] & 1 <> 0,"
    "   'nulls', CASE i.indoption[k.place - 1] & 3 WHEN 1 THEN 'last'"
    "    WHEN 2 THEN 'first' END) ORDER BY k.place)"
    "  FROM pg_catalog.unnest(i.indkey::pg_catalog.int2[])"
    "   WITH ORDINALITY AS k (attnum, place)"
    "  CROSS JOIN LATERAL (SELECT pg_catalog.array_agg(v) AS opts"
    "   FROM pg_catalog.pg_attribute t, pg_catalog.unnest(t.attoptions)"
    "   AS v WHERE t.attrelid = i.indexrelid AND t.attnum = k.place"
    "   AND v NOT LIKE 'pg\\_%') AS t"
    "  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid"
    "   AND a.attnum = k.attnum AND k.attnum <> 0"
    "  WHERE k.place <= i.indnkeyatts),"
    " 'include', (SELECT pg_catalog.json_agg(a.attname ORDER BY k.place)"
    "  FROM pg_catalog.unnest(i.indkey::pg_catalog.int2[])"
    "   WITH ORDINALITY AS k (attnum, place)"
    "  JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid"
    "   AND a.attnum = k.attnum WHERE k.place > i.indnkeyatts),"
    " 'where', pg_catalog.pg_get_expr(i.indpred, i.indrelid),"
    " 'nullsNotDistinct', (pg_catalog.to_jsonb(i) ->>"
    "  'indnullsnotdistinct')::pg_catalog.bool,"
    " 'options', x.reloptions,"
    " 'parent', h.inhparent::pg_catalog.regclass, "
    COMMENT("x.oid", "pg_class") ") ORDER BY x.relname)) "
    "FROM pg_catalog.pg_index i"
    " JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid"
    " JOIN pg_catalog.pg_am m ON m.oid = x.relam"
    " LEFT JOIN pg_catalog.pg_inherits h ON h.inhrelid = i.indexrelid "
    "WHERE i.indrelid = $1::pg_catalog.oid AND i.indisvalid"
    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint c"
    "  WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))";

static const char objects_sql[] =
    "SELECT pg_catalog.json_build_object("
    "'x-exclusions', (SELECT pg_catalog.json_agg("
    "  pg_catalog.json_build_object('name', c.conname,"
    "   'sql', pg_catalog.pg_get_constraintdef(c.oid),"
    "   'parent', h.inhparent::pg_catalog.regclass, "
    COMMENT("c.oid", "pg_constraint") ") ORDER BY c.conname)"
    "  FROM pg_catalog.pg_constraint c LEFT JOIN pg_catalog.pg_inherits h"
    "   ON h.inhrelid = c.conindid"
    "  WHERE c.conrelid = r.oid AND c.contype = 'x'),"
    "'x-triggers', (SELECT pg_catalog.json_agg("
    "  pg_catalog.json_build_object('name', t.tgname,"
    "   'sql', pg_catalog.pg_get_triggerdef(t.oid),"
    "   'state', CASE t.tgenabled WHEN 'D' THEN 'disabled'"
    "    WHEN 'A' THEN 'always' WHEN 'R' THEN 'replica' END, "
    COMMENT("t.oid", "pg_trigger") ") ORDER BY t.tgname)"
    "  FROM pg_catalog.pg_trigger t WHERE t.tgrelid = r.oid"
    "   AND NOT t.tgisinternal AND COALESCE(pg_catalog.to_jsonb(t) ->>"
    "    'tgparentid', '0') = '0'),"
    "'x-rules', (SELECT pg_catalog.json_agg("
    "  pg_catalog.json_build_object('name', w.rulename,"
    "   'sql', pg_catalog.pg_get_ruledef(w.oid),"
    "   'state', CASE w.ev_enabled WHEN 'D' THEN 'disabled'"
    "    WHEN 'A' THEN 'always' WHEN 'R' THEN 'replica' END, "
    COMMENT("w.oid", "pg_rewrite") ") ORDER BY w.rulename)"
    "  FROM pg_catalog.pg_rewrite w WHERE w.ev_class = r.oid"
    "   AND w.rulename <> '_RETURN'),"
    "'x-policies', (SELECT pg_catalog.json_agg("
    "  pg_catalog.json_build_object('name', p.polname,"
    "   'sql', pg_catalog.format('CREATE POLICY %I ON %I.%I AS %s FOR %s"
    " TO %s', p.polname, n.nspname, r.relname,"
    "     CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,"
    "     CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT'"
    "      WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,"
    "     COALESCE((SELECT pg_catalog.string_agg("
    "       pg_catalog.quote_ident(o.rolname), ', ' ORDER BY o.rolname)"
    "       FROM pg_catalog.pg_roles o WHERE o.oid = ANY (p.polroles)),"
    "      'PUBLIC')) ||"
    "    COALESCE(' USING (' || pg_catalog.pg_get_expr(p.polqual,"
    "     p.polrelid) || ')', '') ||"
    "    COALESCE(' WITH CHECK (' || pg_catalog.pg_get_expr("
    "     p.polwithcheck, p.polrelid) || ')', ''),"
    "   'roles', (SELECT pg_catalog.json_agg(o.rolname ORDER BY o.rolname)"
    "    FROM pg_catalog.pg_roles o WHERE o.oid = ANY (p.polroles)), "
    COMMENT("p.oid", "pg_policy") ") ORDER BY p.polname)"
    "  FROM pg_catalog.pg_policy p WHERE p.polrelid = r.oid),"
    "'x-statistics', (SELECT pg_catalog.json_agg("
    "  pg_catalog.json_build_object('name', s.stxname,"
    "   'sql', pg_catalog.pg_get_statisticsobjdef(s.oid), "
    COMMENT("s.oid", "pg_statistic_ext") ") ORDER BY s.stxname)"
    "  FROM pg_catalog.pg_statistic_ext s WHERE s.stxrelid = r.oid)) "
    "FROM pg_catalog.pg_class r JOIN pg_catalog.pg_namespace n"
    " ON n.oid = r.relnamespace WHERE r.oid = $1::pg_catalog.oid";

/* Sequences that columns own, and those that their defaults read. */
static const char sequences_sql[] =
    "SELECT pg_catalog.json_build_object('x-sequences',"
    "pg_catalog.json_agg(pg_catalog.json_build_object("
    " 'schema', n.nspname, 'name', c.relname,"
    " 'type', pg_catalog.format_type(s.seqtypid, NULL),"
    " 'start', s.seqstart, 'increment', s.seqincrement,"
    " 'minimum', s.seqmin, 'maximum', s.seqmax, 'cache', s.seqcache,"
    " 'cycle', s.seqcycle, 'identity', o.deptype = 'i',"
    " 'ownerTable', t.relname, 'ownerColumn', a.attname, "
    COMMENT("c.oid", "pg_class") ") ORDER BY n.nspname, c.relname)) "
    "FROM pg_catalog.pg_sequence s"
    " JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " LEFT JOIN pg_catalog.pg_depend o ON o.objid = c.oid"
    "  AND o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass"
    "  AND o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass"
    "  AND o.refobjsubid > 0 AND o.deptype IN ('a', 'i')"
    " LEFT JOIN pg_catalog.pg_class t ON t.oid = o.refobjid"
    " LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = o.refobjid"
    "  AND a.attnum = o.refobjsubid "
    "WHERE o.refobjid = $1::pg_catalog.oid OR EXISTS ("
    " SELECT FROM pg_catalog.pg_attrdef f JOIN pg_catalog.pg_depend d"
    "  ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass"
    "  AND d.objid = f.oid"
    "  AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass"
    "  AND d.refobjid = c.oid WHERE f.adrelid = $1::pg_catalog.oid)";

/*
 * The user's types that columns are of, and those that these need: of arrays
 * the elements, of domains and ranges what they are over, of composites the
 * fields.  What is needed by more levels comes first.
 */
static const char types_with[] =
    "WITH RECURSIVE step (type, level) AS ("
    " SELECT a.atttypid, 0 FROM pg_catalog.pg_attribute a"
    "  WHERE a.attrelid = $1::pg_catalog.oid AND a.attnum > 0"
    "   AND NOT a.attisdropped"
    " UNION"
    " SELECT x.type, s.level + 1 FROM step s"
    "  JOIN pg_catalog.pg_type t ON t.oid = s.type"
    "  CROSS JOIN LATERAL ("
    "   SELECT t.typelem WHERE t.typelem <> 0 AND t.typlen = -1"
    "   UNION ALL SELECT t.typbasetype WHERE t.typtype = 'd'"
    "   UNION ALL SELECT r.rngsubtype FROM pg_catalog.pg_range r"
    "    WHERE r.rngtypid = t.oid"
    "   UNION ALL SELECT r.rngtypid FROM pg_catalog.pg_range r"
    "    WHERE (pg_catalog.to_jsonb(r) ->> 'rngmultitypid')"
    "     ::pg_catalog.oid = t.oid"
    "   UNION ALL SELECT f.atttypid FROM pg_catalog.pg_attribute f"
    "    JOIN pg_catalog.pg_class k ON k.oid = f.attrelid"
    "    WHERE f.attrelid = t.typrelid AND k.relkind = 'c'"
    "     AND f.attnum > 0 AND NOT f.attisdropped) AS x (type)"
    "  WHERE s.level < 100),"
    "types AS (SELECT t.*, n.nspname, s.level FROM"
    "  (SELECT type, pg_catalog.max(level) AS level FROM step"
    "   GROUP BY type) AS s"
    " JOIN pg_catalog.pg_type t ON t.oid = s.type"
    " JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace"
    " LEFT JOIN pg_catalog.pg_class k ON k.oid = t.typrelid"
    " WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')"
    "  AND NOT (t.typelem <> 0 AND t.typlen = -1) AND t.typtype <> 'm'"
    "  AND (t.typtype <> 'c' OR k.relkind = 'c')) ";

static const char types_sql[] =
    "SELECT pg_catalog.json_build_object('x-types', pg_catalog.json_agg("
    "pg_catalog.json_build_object('schema', t.nspname, 'name', t.typname,"
    " 'kind', CASE WHEN e.extname IS NOT NULL THEN 'extension' ELSE"
    "  CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain'"
    "  WHEN 'c' THEN 'composite' WHEN 'r' THEN 'range' ELSE 'base' END END,"
    " 'labels', (SELECT pg_catalog.json_agg(l.enumlabel"
    "   ORDER BY l.enumsortorder) FROM pg_catalog.pg_enum l"
    "   WHERE l.enumtypid = t.oid),"
    " 'sql', COALESCE(e.extname::pg_catalog.text, CASE t.typtype WHEN 'd' THEN"
    "   pg_catalog.format_type(t.typbasetype, t.typtypmod)"
    "  WHEN 'r' THEN (SELECT 'SUBTYPE = ' ||"
    "    pg_catalog.format_type(r.rngsubtype, NULL) ||"
    "    CASE WHEN o.opcdefault THEN '' ELSE ', SUBTYPE_OPCLASS = ' ||"
    "     pg_catalog.quote_ident(n.nspname) || '.' ||"
    "     pg_catalog.quote_ident(o.opcname) END ||"
    "    COALESCE(', COLLATION = ' || (SELECT"
    "     pg_catalog.quote_ident(m.nspname) || '.' ||"
    "     pg_catalog.quote_ident(l.collname)"
    "     FROM pg_catalog.pg_collation l JOIN pg_catalog.pg_namespace m"
    "      ON m.oid = l.collnamespace JOIN pg_catalog.pg_type b"
    "      ON b.oid = r.rngsubtype WHERE l.oid = r.rngcollation"
    "      AND l.oid <> b.typcollation), '') ||"
    "    CASE WHEN r.rngcanonical = 0 THEN '' ELSE ', CANONICAL = ' ||"
    "     r.rngcanonical::pg_catalog.text END ||"
    "    CASE WHEN r.rngsubdiff = 0 THEN '' ELSE ', SUBTYPE_DIFF = ' ||"
    "     r.rngsubdiff::pg_catalog.text END ||"
    "    COALESCE(', MULTIRANGE_TYPE_NAME = ' ||"
    "     NULLIF(pg_catalog.to_jsonb(r) ->> 'rngmultitypid', '0')"
    "     ::pg_catalog.oid::pg_catalog.regtype::pg_catalog.text, '')"
    "    FROM pg_catalog.pg_range r JOIN pg_catalog.pg_opclass o"
    "     ON o.oid = r.rngsubopc JOIN pg_catalog.pg_namespace n"
    "     ON n.oid = o.opcnamespace WHERE r.rngtypid = t.oid) END),"
    " 'collation', (SELECT pg_catalog.quote_ident(n.nspname) || '.' ||"
    "   pg_catalog.quote_ident(l.collname) FROM pg_catalog.pg_collation l"
    "   JOIN pg_catalog.pg_namespace n ON n.oid = l.collnamespace"
    "   JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype"
    "   WHERE l.oid = t.typcollation AND l.oid <> b.typcollation),"
    " 'notNull', t.typnotnull, 'default', CASE WHEN t.typtype = 'd' THEN"
    "  COALESCE(pg_catalog.pg_get_expr(t.typdefaultbin, 0), t.typdefault)"
    "  END,"
    " 'checks', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object("
    "   'name', c.conname, 'sql', pg_catalog.pg_get_expr(c.conbin, 0),"
    "   'notValid', NOT c.convalidated) ORDER BY c.conname)"
    "   FROM pg_catalog.pg_constraint c WHERE c.contypid = t.oid"
    "   AND c.contype = 'c'),"
    " 'fields', CASE WHEN t.typtype = 'c' THEN (SELECT pg_catalog.json_agg("
    "   pg_catalog.json_build_object('name', f.attname, 'sql',"
    "   pg_catalog.format_type(f.atttypid, f.atttypmod), 'collation',"
    "   (SELECT pg_catalog.quote_ident(n.nspname) || '.' ||"
    "    pg_catalog.quote_ident(l.collname) FROM pg_catalog.pg_collation l"
    "    JOIN pg_catalog.pg_namespace n ON n.oid = l.collnamespace"
    "    JOIN pg_catalog.pg_type b ON b.oid = f.atttypid"
    "    WHERE l.oid = f.attcollation AND l.oid <> b.typcollation))"
    "   ORDER BY f.attnum) FROM pg_catalog.pg_attribute f"
    "   WHERE f.attrelid = t.typrelid AND f.attnum > 0"
    "    AND NOT f.attisdropped) END, "
    COMMENT("t.oid", "pg_type") ")"
    " ORDER BY t.level DESC, t.nspname, t.typname)) "
    "FROM types t LEFT JOIN pg_catalog.pg_depend d"
    "  ON d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass"
    "  AND d.objid = t.oid AND d.deptype = 'e'"
    " LEFT JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid";

/* The user's functions that defaults, checks, indexes, triggers, policies and
 * the query of a view call. */
static const char functions_sql[] =
    "SELECT pg_catalog.json_build_object('x-functions',"
    "pg_catalog.json_agg(pg_catalog.json_build_object("
    " 'name', p.oid::pg_catalog.regprocedure,"
    " 'sql', pg_catalog.pg_get_functiondef(p.oid))"
    " ORDER BY p.oid::pg_catalog.regprocedure::pg_catalog.text)) "
    "FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n"
    " ON n.oid = p.pronamespace "
    "WHERE p.prokind IN ('f', 'p') AND n.nspname NOT IN ('pg_catalog',"
    " 'information_schema') AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend"
    " e WHERE e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass"
    " AND e.objid = p.oid AND e.deptype = 'e')"
    " AND p.oid IN (SELECT d.refobjid FROM pg_catalog.pg_depend d"
    " WHERE d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass"
    " AND (d.classid, d.objid) IN ("
    " SELECT 'pg_catalog.pg_attrdef'::pg_catalog.regclass, f.oid"
    "  FROM pg_catalog.pg_attrdef f WHERE f.adrelid = $1::pg_catalog.oid"
    " UNION ALL SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass,"
    "  c.oid FROM pg_catalog.pg_constraint c WHERE c.conrelid ="
    "  $1::pg_catalog.oid OR c.contypid IN (SELECT a.atttypid FROM"
    "   pg_catalog.pg_attribute a WHERE a.attrelid = $1::pg_catalog.oid"
    "   AND a.attnum > 0)"
    " UNION ALL SELECT 'pg_catalog.pg_class'::pg_catalog.regclass,"
    "  i.indexrelid FROM pg_catalog.pg_index i WHERE i.indrelid ="
    "  $1::pg_catalog.oid"
    " UNION ALL SELECT 'pg_catalog.pg_trigger'::pg_catalog.regclass, t.oid"
    "  FROM pg_catalog.pg_trigger t WHERE t.tgrelid = $1::pg_catalog.oid"
    "  AND NOT t.tgisinternal"
    " UNION ALL SELECT 'pg_catalog.pg_policy'::pg_catalog.regclass, y.oid"
    "  FROM pg_catalog.pg_policy y WHERE y.polrelid = $1::pg_catalog.oid"
    " UNION ALL SELECT 'pg_catalog.pg_rewrite'::pg_catalog.regclass, w.oid"
    "  FROM pg_catalog.pg_rewrite w WHERE w.ev_class = $1::pg_catalog.oid))";

/* A query, in two parts: compilers need not take strings of any length. */
struct query {
	const char	*with, *select;
};

static int
take(struct pg *pg, const struct query *q, uint32_t oid, struct table *t,
    struct arena *a, struct err *err)
{
	struct pg_result *res;
	struct buf b = { 0 };
	const char *param;
	char text[16];
	int rc = 0;

	(void)snprintf(text, sizeof(text), "%" PRIu32, oid);
	param = text;
	buf_puts(&b, q->with);
	buf_puts(&b, "SELECT pg_catalog.json_strip_nulls(j) FROM (");
	buf_puts(&b, q->select);
	buf_puts(&b, ") AS q (j)");
	res = pg_query(pg, buf_z(&b), &param, 1, err);
	buf_free(&b);
	if (res == NULL)
		return (-1);
	if (pg_rows(res) > 0)
		rc = pgcatalog_json_take(t, pg_get(res, 0, 0), &table_members,
		    t, a, err);
	pg_done(res);
	return (rc);
}

int
pgcatalog_facts(struct pg *pg, uint32_t oid, struct table *t, struct arena *a,
    struct err *err)
{
	static const struct query queries[] = {
		{ "", head_sql }, { "", indexes_sql }, { "", objects_sql },
		{ "", sequences_sql }, { types_with, types_sql },
		{ "", functions_sql }
	};
	size_t i;

	for (i = 0; i < sizeof(queries) / sizeof(queries[0]); i++)
		if (take(pg, &queries[i], oid, t, a, err) != 0)
			return (-1);
	return (0);
}
