#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/quote.h"
#include "base/seen.h"
#include "db/checkpoint.h"
#include "db/pg.h"
#include "db/pgmerge.h"
#include "db/pgtarget.h"
#include "db/pgwitness.h"

struct pgwitness {
	struct pg			*pg;
	const struct pgtarget *const	*targets;
	size_t				 ntargets;
	struct pgwitness_table		*tables;	/* the others */
	size_t				 ntables;
	/* OIDs, as the text of an array: of the tables of the load, of the
	 * others, of what follows the former when they are updated. */
	const char			*oids, *others, *followed;
	int				 cascades, triggers;
};

/* "{1,2}" */
static void
put_oids(const struct pgwitness *w, struct buf *b)
{
	size_t i;

	for (i = 0; i < w->ntargets; i++)
		buf_printf(b, "%s%" PRIu32, i == 0 ? "{" : ",",
		    w->targets[i]->rel->oid);
	buf_putc(b, '}');
}

/*
 * What there is.
 *
 * A partition's foreign keys and triggers are those of its root, which is
 * enough to look at.
 */

/* Where a chain of foreign keys with such an action leads from the tables
 * $1. */
#define REACHED(action) "WITH RECURSIVE reached (oid) AS (" \
	" SELECT u.oid FROM pg_catalog.unnest($1::pg_catalog.oid[]) u (oid)" \
	" UNION SELECT e.oid FROM reached r CROSS JOIN LATERAL (" \
	"  SELECT c.conrelid AS oid FROM pg_catalog.pg_constraint c" \
	"  WHERE c.confrelid = r.oid AND c.contype = 'f' AND " action \
	"  UNION ALL SELECT p.relid::pg_catalog.oid FROM" \
	"  pg_catalog.pg_partition_tree(r.oid::pg_catalog.regclass) p) e) "

static const char facts_sql[] =
    "WITH parts (oid) AS ("
    " SELECT u.oid FROM pg_catalog.unnest($1::pg_catalog.oid[]) u (oid)"
    " UNION SELECT p.relid::pg_catalog.oid FROM"
    "  pg_catalog.unnest($1::pg_catalog.oid[]) u (oid) CROSS JOIN LATERAL"
    "  pg_catalog.pg_partition_tree(u.oid::pg_catalog.regclass) p) "
    "SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint c JOIN parts p"
    "  ON c.confrelid = p.oid WHERE c.contype = 'f' AND"
    "  c.confdeltype IN ('c', 'n', 'd')) AND pg_catalog.current_setting("
    "  'session_replication_role') <> 'replica', "
    /* Of rows or statements (1), neither BEFORE (2) nor INSTEAD OF (64). */
    "EXISTS (SELECT FROM pg_catalog.pg_trigger t JOIN parts p"
    "  ON t.tgrelid = p.oid WHERE NOT t.tgisinternal AND"
    "  t.tgtype & 66 = 0 AND t.tgenabled IN ('O', 'A')) AND"
    "  pg_catalog.current_setting('session_replication_role') <> 'replica'";

static const char others_sql[] =
    REACHED("c.confdeltype IN ('c', 'n', 'd')")
    "SELECT r.oid, pg_catalog.quote_ident(n.nspname) || '.' ||"
    " pg_catalog.quote_ident(c.relname), n.nspname || '.' || c.relname "
    "FROM reached r JOIN pg_catalog.pg_class c ON c.oid = r.oid"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE r.oid <> ALL ($1::pg_catalog.oid[]) AND NOT EXISTS ("
    " SELECT FROM pg_catalog.pg_partition_ancestors("
    "  r.oid::pg_catalog.regclass) p JOIN reached o"
    " ON o.oid = p.relid::pg_catalog.oid WHERE o.oid <> r.oid) "
    "ORDER BY 2";

/* What an update changes along, its undoing changes back. */
static const char followed_sql[] = REACHED("c.confupdtype = 'c'")
    "SELECT pg_catalog.array_agg(r.oid) FROM reached r";

static const char key_sql[] =
    "SELECT a.attname FROM pg_catalog.pg_index i CROSS JOIN LATERAL"
    " pg_catalog.unnest(i.indkey) WITH ORDINALITY AS k (number, n)"
    " JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND"
    " a.attnum = k.number "
    "WHERE i.indrelid = $1::pg_catalog.oid AND i.indisprimary ORDER BY k.n";

static const char *
keep(struct arena *a, const char *s)
{

	return (arena_dup(a, s, strlen(s)));
}

static int
read_key(struct pgwitness *w, struct pgwitness_table *t, const char *oid,
    struct arena *a, struct err *err)
{
	struct pg_result *res = pg_query(w->pg, key_sql, &oid, 1, err);
	size_t i;

	if (res == NULL)
		return (-1);
	t->nkey = pg_rows(res);
	t->key = arena_alloc(a, (t->nkey + 1) * sizeof(*t->key));
	for (i = 0; i < t->nkey; i++)
		t->key[i] = keep(a, pg_get(res, i, 0));
	pg_done(res);
	return (0);
}

static int
read_others(struct pgwitness *w, struct arena *a, struct err *err)
{
	struct buf oids = { 0 };
	struct pg_result *res;
	size_t i;
	int rc = 0;

	res = pg_query(w->pg, others_sql, &w->oids, 1, err);
	if (res == NULL)
		return (-1);
	buf_putc(&oids, '{');
	w->ntables = pg_rows(res);
	w->tables = arena_alloc(a, (w->ntables + 1) * sizeof(*w->tables));
	for (i = 0; rc == 0 && i < w->ntables; i++) {
		w->tables[i].sql = keep(a, pg_get(res, i, 1));
		w->tables[i].label = keep(a, pg_get(res, i, 2));
		rc = read_key(w, &w->tables[i], pg_get(res, i, 0), a, err);
		buf_printf(&oids, "%s%s", i > 0 ? "," : "",
		    pg_get(res, i, 0));
	}
	buf_putc(&oids, '}');
	w->others = keep(a, buf_z(&oids));
	buf_free(&oids);
	pg_done(res);
	return (rc);
}

static int
read_facts(struct pgwitness *w, struct arena *a, struct err *err)
{
	struct pg_result *res;

	if ((res = pg_query(w->pg, facts_sql, &w->oids, 1, err)) == NULL)
		return (-1);
	w->cascades = pg_get_bool(res, 0, 0);
	w->triggers = pg_get_bool(res, 0, 1);
	pg_done(res);
	res = pg_query(w->pg, followed_sql, &w->oids, 1, err);
	if (res == NULL)
		return (-1);
	w->followed = keep(a, pg_get(res, 0, 0));
	pg_done(res);
	return (0);
}

struct pgwitness *
pgwitness_find(struct pg *pg, const struct pgtarget *const *targets, size_t n,
    struct arena *a, struct err *err)
{
	struct pgwitness *w = arena_alloc(a, sizeof(*w));
	struct buf b = { 0 };

	memset(w, 0, sizeof(*w));
	w->pg = pg;
	w->targets = targets;
	w->ntargets = n;
	w->others = "{}";
	put_oids(w, &b);
	w->oids = keep(a, buf_z(&b));
	buf_free(&b);
	if (read_facts(w, a, err) != 0 ||
	    (w->cascades && read_others(w, a, err) != 0))
		return (NULL);
	return (w);
}

int
pgwitness_cascades(const struct pgwitness *w)
{

	return (w->cascades);
}

int
pgwitness_triggers(const struct pgwitness *w)
{

	return (w->triggers);
}

const struct pgwitness_table *
pgwitness_tables(const struct pgwitness *w, size_t *n)
{

	*n = w->ntables;
	return (w->tables);
}

/*
 * Triggers.
 */

/* It runs as us, whoever owns the table on whose behalf a row goes.  A DELETE
 * of the load is a step, which all notes have that are due to it. */
static const char function_sql[] =
    "CREATE OR REPLACE FUNCTION pg_temp.rowpipe_note() "
    "RETURNS pg_catalog.trigger LANGUAGE plpgsql SECURITY DEFINER AS $$"
    "BEGIN"
    " IF TG_LEVEL = 'STATEMENT' THEN"
    "  PERFORM pg_catalog.set_config('rowpipe.step',"
    "   CASE WHEN TG_OP = 'DELETE' THEN pg_catalog.nextval("
    "   '" PGMERGE_UNDO "_n_seq')::pg_catalog.text ELSE '' END, true);"
    "  RETURN NULL;"
    " END IF;"
    " IF TG_OP = 'UPDATE' AND OLD OPERATOR(pg_catalog.*=) NEW THEN"
    "  RETURN NULL;"
    " END IF;"
    " INSERT INTO " PGMERGE_UNDO " (step, t, op, before, after) VALUES ("
    "  nullif(pg_catalog.current_setting('rowpipe.step', true),"
    "  '')::pg_catalog.int8,"
    "  TG_ARGV[0]::pg_catalog.int4,"
    "  pg_catalog.lower(pg_catalog.left(TG_OP, 1)),"
    "  CASE WHEN TG_OP <> 'INSERT' THEN"
    "   pg_catalog.row_to_json(OLD)::pg_catalog.text END,"
    "  CASE WHEN TG_OP <> 'DELETE' THEN"
    "   pg_catalog.row_to_json(NEW)::pg_catalog.text END);"
    " RETURN NULL; "
    "END$$";

static const char *
table_sql(const struct pgwitness *w, size_t i)
{

	return (i < w->ntargets ? w->targets[i]->sql :
	    w->tables[i - w->ntargets].sql);
}

static const char *
table_label(const struct pgwitness *w, size_t i)
{

	return (i < w->ntargets ? w->targets[i]->label :
	    w->tables[i - w->ntargets].label);
}

/* The triggers of a table; the last is for those of the load alone. */
static const struct {
	const char	*name, *when, *each;
} triggers[] = {
	{ "rowpipe_undo_gone", "AFTER DELETE", "ROW" },
	{ "rowpipe_undo_made", "AFTER INSERT OR UPDATE",
	    "ROW WHEN (pg_catalog.pg_trigger_depth() > 0)" },
	{ "rowpipe_undo_step", "BEFORE INSERT OR UPDATE OR DELETE",
	    "STATEMENT WHEN (pg_catalog.pg_trigger_depth() = 0)" }
};

static size_t
ntriggers(const struct pgwitness *w, size_t i)
{

	return (i < w->ntargets ? 3 : 2);
}

static int
put_on(struct pgwitness *w, size_t i, size_t k, struct err *err)
{
	struct buf sql = { 0 };
	struct quote q;
	int rc;

	buf_printf(&sql, "CREATE TRIGGER %s %s ON %s FOR EACH %s "
	    "EXECUTE FUNCTION pg_temp.rowpipe_note('%zu')", triggers[k].name,
	    triggers[k].when, table_sql(w, i), triggers[k].each, i + 1);
	rc = pg_exec(w->pg, buf_z(&sql), err);
	buf_free(&sql);
	if (rc == 0)
		return (0);
	(void)err_prefix(err, "an undo log cannot tell what becomes of table "
	    "%s: ", quote_z(&q, table_label(w, i)));
	return (err_hint(err, "it takes the right TRIGGER on the table, or "
	    "leave --undo-log out"));
}

static int
take_off(struct pgwitness *w, size_t i, size_t k, struct err *err)
{
	struct buf sql = { 0 };
	int rc;

	buf_printf(&sql, "DROP TRIGGER %s ON %s", triggers[k].name,
	    table_sql(w, i));
	rc = pg_exec(w->pg, buf_z(&sql), err);
	buf_free(&sql);
	return (rc);
}

int
pgwitness_begin(struct pgwitness *w, struct err *err)
{
	size_t i, k;

	if (pg_exec(w->pg, function_sql, err) != 0)
		return (-1);
	for (i = 0; i < w->ntargets + w->ntables; i++)
		for (k = 0; k < ntriggers(w, i); k++)
			if (put_on(w, i, k, err) != 0)
				return (-1);
	return (0);
}

int
pgwitness_end(struct pgwitness *w, struct err *err)
{
	size_t i, k;

	for (i = 0; i < w->ntargets + w->ntables; i++)
		for (k = 0; k < ntriggers(w, i); k++)
			if (take_off(w, i, k, err) != 0)
				return (-1);
	return (0);
}

/*
 * What nobody saw.
 */

static const char missed_sql[] =
    "SELECT n.nspname || '.' || c.relname"
    " FROM pg_catalog.pg_stat_xact_user_tables s"
    " JOIN pg_catalog.pg_class c ON c.oid = s.relid"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE s.n_tup_ins + s.n_tup_upd + s.n_tup_del > 0"
    " AND c.relpersistence <> 't' AND c.relname <> '" CHECKPOINT_TABLE "'"
    " AND NOT EXISTS (SELECT FROM (SELECT s.relid UNION ALL"
    "  SELECT p.relid::pg_catalog.oid FROM"
    "  pg_catalog.pg_partition_ancestors(s.relid::pg_catalog.regclass) p) a"
    "  WHERE a.relid = ANY ($1::pg_catalog.oid[]) OR"
    "  a.relid = ANY ($2::pg_catalog.oid[])) "
    "ORDER BY 1";

int
pgwitness_missed(struct pgwitness *w, int watched, struct seen *said,
    struct err *err)
{
	const char *params[] = { w->followed, watched ? w->others : "{}" };
	struct pg_result *res;
	const char *name;
	uint64_t unused;
	struct quote q;
	size_t i;
	int n = 0;

	if ((res = pg_query(w->pg, missed_sql, params, 2, err)) == NULL)
		return (-1);
	for (i = 0; i < pg_rows(res); i++) {
		name = pg_get(res, i, 0);
		if (!seen_add(said, name, strlen(name), 0, &unused))
			continue;
		diag_warn("a trigger or rule has changed table %s: the undo "
		    "log does not say how", quote_z(&q, name));
		n++;
	}
	pg_done(res);
	return (n);
}
