#include "base/buf.h"
#include "db/pg.h"
#include "db/pgobjects.h"

/* The schemas that are a user's. */
#define OF_USERS(n) n ".nspname !~ '^pg_' AND " n \
	".nspname <> 'information_schema'"

#define NOT_OURS(name) name " NOT LIKE 'rowpipe\\_%'"

/* Not a member of an extension. */
#define ON_ITS_OWN(oid, class) "NOT EXISTS (SELECT FROM pg_catalog.pg_depend" \
	" d WHERE d.classid = 'pg_catalog." class "'::pg_catalog.regclass" \
	" AND d.objid = " oid " AND d.deptype = 'e')"

/* Owner, privileges and comment.  What nobody has granted or revoked yet is
 * written like what was granted and taken back. */
#define ACL(acl) "(SELECT pg_catalog.string_agg(pg_catalog.format(" \
	"'%s=%s%s/%s', CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE" \
	" pg_catalog.pg_get_userbyid(x.grantee) END, x.privilege_type," \
	" CASE WHEN x.is_grantable THEN '*' END," \
	" pg_catalog.pg_get_userbyid(x.grantor)), ' '" \
	" ORDER BY x.grantee, x.privilege_type, x.grantor)" \
	" FROM pg_catalog.aclexplode(" acl ") AS x)"
#define OWNED(oid, owner, acl, type, class) \
	"pg_catalog.concat_ws(E'\\n', 'owner ' ||" \
	" pg_catalog.pg_get_userbyid(" owner "), " \
	ACL("COALESCE(" acl ", pg_catalog.acldefault('" type "', " owner "))") \
	", 'comment ' || pg_catalog.obj_description(" oid ", '" class "'))"

static const char schemas[] =
    "SELECT 'schema', pg_catalog.quote_ident(n.nspname), "
    OWNED("n.oid", "n.nspowner", "n.nspacl", "n", "pg_namespace")
    " FROM pg_catalog.pg_namespace AS n WHERE " OF_USERS("n")
    " AND " ON_ITS_OWN("n.oid", "pg_namespace");

static const char relations[] =
    "SELECT 'access to', c.oid::pg_catalog.regclass::pg_catalog.text,"
    " pg_catalog.concat_ws(E'\\n', 'owner ' ||"
    " pg_catalog.pg_get_userbyid(c.relowner), "
    ACL("COALESCE(c.relacl, pg_catalog.acldefault(CASE c.relkind WHEN 'S'"
    " THEN 's' ELSE 'r' END::\"char\", c.relowner))")
    ","
    " (SELECT pg_catalog.string_agg(a.attname || ': ' || " ACL("a.attacl")
    ", E'\\n' ORDER BY a.attnum) FROM pg_catalog.pg_attribute AS a"
    " WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL"
    " AND NOT a.attisdropped),"
    " (SELECT pg_catalog.string_agg(t.tgname || ' ' ||"
    " t.tgenabled::pg_catalog.text, ' '"
    " ORDER BY t.tgname) FROM pg_catalog.pg_trigger AS t"
    " WHERE t.tgrelid = c.oid AND t.tgisinternal AND t.tgenabled <> 'O'))"
    " FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n"
    " ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')"
    " AND c.relpersistence <> 't' AND " OF_USERS("n")
    " AND " NOT_OURS("c.relname") " AND " ON_ITS_OWN("c.oid", "pg_class");

static const char sequences[] =
    "SELECT 'sequence', c.oid::pg_catalog.regclass::pg_catalog.text,"
    " pg_catalog.concat_ws(E'\\n', pg_catalog.format('%s %s %s %s %s %s %s',"
    " pg_catalog.format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement,"
    " s.seqmin, s.seqmax, s.seqcache, s.seqcycle),"
    " 'comment ' || pg_catalog.obj_description(c.oid, 'pg_class'))"
    " FROM pg_catalog.pg_sequence AS s"
    " JOIN pg_catalog.pg_class AS c ON c.oid = s.seqrelid"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
    " WHERE c.relpersistence <> 't' AND " OF_USERS("n")
    " AND " NOT_OURS("c.relname") " AND " ON_ITS_OWN("c.oid", "pg_class")
    /* Those of a column are told with its table. */
    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE"
    " d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass"
    " AND d.objid = c.oid AND d.deptype IN ('a', 'i'))";

static const char functions[] =
    "SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN"
    " 'aggregate' ELSE 'function' END,"
    " p.oid::pg_catalog.regprocedure::pg_catalog.text,"
    " pg_catalog.concat_ws(E'\\n', CASE WHEN p.prokind <> 'a' THEN"
    " pg_catalog.pg_get_functiondef(p.oid) ELSE"
    " (SELECT pg_catalog.concat_ws(' ', g.aggtransfn, g.aggfinalfn,"
    " pg_catalog.format_type(g.aggtranstype, NULL), g.agginitval,"
    " g.aggcombinefn, g.aggsortop::pg_catalog.regoperator)"
    " FROM pg_catalog.pg_aggregate AS g WHERE g.aggfnoid = p.oid) END, "
    OWNED("p.oid", "p.proowner", "p.proacl", "f", "pg_proc") ")"
    " FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n"
    " ON n.oid = p.pronamespace WHERE " OF_USERS("n")
    " AND " ON_ITS_OWN("p.oid", "pg_proc")
    /* Those that come with a range. */
    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE"
    " d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass"
    " AND d.objid = p.oid AND d.deptype = 'i')";

static const char types[] =
    "SELECT 'type', pg_catalog.format_type(t.oid, NULL),"
    " pg_catalog.concat_ws(E'\\n', t.typtype, CASE t.typtype"
    " WHEN 'e' THEN (SELECT pg_catalog.string_agg("
    "pg_catalog.quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)"
    " FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = t.oid)"
    " WHEN 'd' THEN pg_catalog.concat_ws(' ', pg_catalog.format_type("
    "t.typbasetype, t.typtypmod), t.typnotnull, t.typdefault,"
    " (SELECT pg_catalog.string_agg(k.conname || ' ' ||"
    " pg_catalog.pg_get_constraintdef(k.oid), ' ' ORDER BY k.conname)"
    " FROM pg_catalog.pg_constraint AS k WHERE k.contypid = t.oid))"
    " WHEN 'c' THEN (SELECT pg_catalog.string_agg(a.attname || ' ' ||"
    " pg_catalog.format_type(a.atttypid, a.atttypmod), ', '"
    " ORDER BY a.attnum) FROM pg_catalog.pg_attribute AS a"
    " WHERE a.attrelid = t.typrelid AND a.attnum > 0"
    " AND NOT a.attisdropped)"
    " WHEN 'r' THEN (SELECT pg_catalog.format_type(r.rngsubtype, NULL)"
    " FROM pg_catalog.pg_range AS r WHERE r.rngtypid = t.oid)"
    " END, " OWNED("t.oid", "t.typowner", "t.typacl", "T", "pg_type") ")"
    " FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n"
    " ON n.oid = t.typnamespace WHERE t.typtype <> 'm' AND "
    OF_USERS("n") " AND " ON_ITS_OWN("t.oid", "pg_type")
    /* Rows of tables, and arrays, come with something else. */
    " AND (t.typrelid = 0 OR EXISTS (SELECT FROM pg_catalog.pg_class AS c"
    " WHERE c.oid = t.typrelid AND c.relkind = 'c'))"
    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_type AS e"
    " WHERE e.typarray = t.oid)";

static const char extensions[] =
    "SELECT 'extension', pg_catalog.quote_ident(e.extname), e.extversion ||"
    " ' in ' || n.nspname FROM pg_catalog.pg_extension AS e"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace";

static const char event_triggers[] =
    "SELECT 'event trigger', pg_catalog.quote_ident(t.evtname),"
    " pg_catalog.concat_ws(' ', t.evtevent, t.evtfoid, t.evtenabled,"
    " pg_catalog.array_to_string(t.evttags, ','))"
    " FROM pg_catalog.pg_event_trigger AS t WHERE "
    ON_ITS_OWN("t.oid", "pg_event_trigger");

static const char default_privileges[] =
    "SELECT 'object', pg_catalog.pg_describe_object("
    "'pg_catalog.pg_default_acl'::pg_catalog.regclass, a.oid, 0), "
    ACL("a.defaclacl") " FROM pg_catalog.pg_default_acl AS a";

/* What is seldom made in a migration: that it is there must do.  Numbers below
 * 16384 are the server's own. */
static const char *const classes[] = {
	"pg_cast", "pg_operator", "pg_opclass", "pg_opfamily", "pg_collation",
	"pg_conversion", "pg_ts_config", "pg_ts_dict", "pg_ts_parser",
	"pg_ts_template", "pg_language", "pg_am", "pg_transform",
	"pg_publication", "pg_publication_rel", "pg_foreign_data_wrapper",
	"pg_foreign_server", "pg_largeobject_metadata"
};

static void
put_class(const char *class, struct buf *sql)
{

	buf_printf(sql, " UNION ALL SELECT 'object',"
	    " pg_catalog.pg_describe_object(o.tableoid, o.oid, 0), ''"
	    " FROM pg_catalog.%s AS o WHERE o.oid >= 16384"
	    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d"
	    " WHERE d.classid = o.tableoid AND d.objid = o.oid"
	    " AND d.deptype IN ('e', 'i'))", class);
}

int
pgobjects_put(struct pg *pg, struct buf *b, struct err *err)
{
	static const char *const parts[] = {
		schemas, relations, sequences, functions, types, extensions,
		event_triggers, default_privileges
	};
	struct buf sql = { 0 };
	struct pg_result *r;
	size_t i;

	buf_puts(&sql, "SELECT COALESCE(pg_catalog.json_object_agg(kind, names"
	    " ORDER BY kind COLLATE \"C\"), '{}') FROM (SELECT kind,"
	    " pg_catalog.json_object_agg(COALESCE(name, ''), def"
	    " ORDER BY name COLLATE \"C\", def COLLATE \"C\") AS names FROM (");
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		buf_printf(&sql, "%s%s", i == 0 ? "" : " UNION ALL ",
		    parts[i]);
	for (i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		put_class(classes[i], &sql);
	buf_puts(&sql, ") AS o (kind, name, def) GROUP BY kind) AS k");
	r = pg_query(pg, buf_z(&sql), NULL, 0, err);
	buf_free(&sql);
	if (r == NULL)
		return (-1);
	buf_puts(b, pg_get(r, 0, 0));
	pg_done(r);
	return (0);
}
