#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/outfile.h"
#include "base/quote.h"
#include "db/pg.h"
#include "db/pgcatalog.h"
#include "db/pgexport.h"
#include "db/pgpick.h"
#include "db/pgread.h"
#include "db/pgsource.h"
#include "row/bag.h"
#include "row/ledger.h"
#include "row/output.h"
#include "row/stage.h"
#include "schema/name.h"
#include "schema/table.h"

/* One table of the export. */
struct item {
	struct pgcatalog_relation *rel;
	const char	*where;		/* its condition, or NULL */
	struct pgpick	 pick;
	struct table	*table;
	const char	*file;		/* in data/ */
	uint64_t	 rows, bytes;
	char		 sha256[DIGEST_HEX + 1];
};

struct export {
	const struct pgexport	*x;
	struct pg		*pg;
	struct arena		*a;
	struct item		*items;
	size_t			 n;
	struct stage		*stage;
	struct ledger		*ledger;

	/* The table that is written now. */
	struct outfile		*file;
	char			*path;
	struct output		*out;
	struct digest		*digest;
};

static char *
to_arena(struct buf *b, struct arena *a)
{
	char *s = arena_dup(a, b->s, b->len);

	buf_free(b);
	return (s);
}

/*
 * What to export.
 */

static int
add_relation(struct export *e, struct pgcatalog_relation *rel,
    const char *where, struct err *err)
{
	struct quote q;
	size_t i;

	if (rel == NULL)
		return (-1);
	for (i = 0; i < e->n; i++) {
		if (e->items[i].rel->oid != rel->oid)
			continue;
		(void)err_set(err, "table %s is named twice",
		    quote_z(&q, rel->name));
		return (err_status(err, DIAG_USAGE));
	}
	e->items[e->n++] = (struct item){ .rel = rel, .where = where };
	return (0);
}

/* Tables that were named, each perhaps with a condition. */
static int
find_named(struct export *e, struct err *err)
{
	char *const *t = e->x->tables;
	struct name name;
	size_t n, len;

	for (n = 0; t[n] != NULL; n++)
		continue;
	e->items = arena_alloc(e->a, n * sizeof(*e->items));
	for (; *t != NULL; t++) {
		len = name_end(*t);
		name_read(*t, len, NAME_LOWER, &name, e->a);
		if (add_relation(e, pgcatalog_find(e->pg, &name, e->a, err),
		    (*t)[len] == '=' ? *t + len + 1 : NULL, err) != 0)
			return (-1);
	}
	return (0);
}

static int
find_all(struct export *e, struct err *err)
{
	uint32_t *oids;
	size_t i, n;

	if (pgcatalog_tables(e->pg, &oids, &n, e->a, err) != 0)
		return (-1);
	e->items = arena_alloc(e->a, n * sizeof(*e->items));
	for (i = 0; i < n; i++)
		if (add_relation(e, pgcatalog_get(e->pg, oids[i], e->a, err),
		    NULL, err) != 0)
			return (-1);
	if (n > 0)
		return (0);
	(void)err_set(err, "there is no table in %s", pg_place(e->pg));
	return (err_status(err, DIAG_FAIL));
}

static int
pick_columns(struct export *e, struct err *err)
{
	struct pgcatalog_relation **rels;
	struct pgpick *picks;
	size_t i;

	rels = arena_alloc(e->a, e->n * sizeof(struct pgcatalog_relation *));
	picks = arena_alloc(e->a, e->n * sizeof(*picks));
	for (i = 0; i < e->n; i++)
		rels[i] = e->items[i].rel;
	if (pgpick_columns(rels, e->n, &e->x->columns, &e->x->exclude, picks,
	    e->a, err) != 0)
		return (-1);
	for (i = 0; i < e->n; i++)
		e->items[i].pick = picks[i];
	return (0);
}

/*
 * The model of what is exported.
 */

static const struct table *
find_referenced(const struct export *e, const struct table *t,
    const struct table_ref *ref)
{
	const char *schema = ref->table_schema != NULL ? ref->table_schema :
	    t->schema;
	size_t i;

	for (i = 0; i < e->n; i++)
		if (strcmp(e->items[i].table->name, ref->table) == 0 &&
		    strcmp(e->items[i].table->schema, schema) == 0)
			return (e->items[i].table);
	return (NULL);
}

/* Are the table and the columns that are referenced exported, too? */
static int
is_whole(const struct export *e, const struct table *t,
    const struct table_ref *ref)
{
	const struct table *to = find_referenced(e, t, ref);
	size_t i;

	for (i = 0; to != NULL && i < ref->columns.n; i++)
		if (table_find_column(to, ref->fields[i],
		    strlen(ref->fields[i])) == -1)
			return (0);
	return (to != NULL);
}

/* Leave out references to what is not there: nobody could satisfy them. */
static void
prune_refs(const struct export *e, struct table *t)
{
	struct quote q, q2;
	size_t i, kept = 0;

	for (i = 0; i < t->nrefs; i++) {
		if (is_whole(e, t, &t->refs[i]))
			t->refs[kept++] = t->refs[i];
		else if (diag_verbose())
			diag_note("%s: the reference to %s is left out of the"
			    " schema: it is not exported", quote_z(&q,
			    t->name), quote_z(&q2, t->refs[i].table));
	}
	t->nrefs = kept;
}

/* Let the items follow the tables that a reader must load first. */
static void
order_items(struct export *e)
{
	struct table_set set = { 0 };
	struct item *sorted;
	size_t i, k;

	set.v = arena_alloc(e->a, e->n * sizeof(*set.v));
	set.n = e->n;
	for (i = 0; i < e->n; i++)
		set.v[i] = e->items[i].table;
	(void)table_set_order(&set, e->a);
	sorted = arena_alloc(e->a, e->n * sizeof(*sorted));
	for (i = 0; i < e->n; i++)
		for (k = 0; k < e->n; k++)
			if (e->items[k].table == set.v[i])
				sorted[i] = e->items[k];
	e->items = sorted;
}

static int
read_models(struct export *e, struct err *err)
{
	struct item *it;
	size_t i;

	for (i = 0; i < e->n; i++) {
		it = &e->items[i];
		it->table = pgcatalog_table(e->pg, it->rel, it->pick.columns,
		    it->pick.n, e->a, err);
		if (it->table == NULL)
			return (-1);
	}
	for (i = 0; i < e->n; i++)
		prune_refs(e, e->items[i].table);
	order_items(e);
	return (0);
}

/*
 * Rows.
 */

static struct pgsource *
open_source(struct export *e, struct item *it, struct err *err)
{
	struct pgsource_spec want = {
		.rel = it->rel,
		.columns = it->pick.columns,
		.ncolumns = it->pick.n,
		.where = it->where,
		.limit = e->x->limit,
		.many = e->x->jobs > 1,
		/* Of all tables, each has its own file: rows of one that
		 * inherits from this one are in that one's. */
		.only = e->x->tables[0] == NULL && it->rel->has_children,
	};
	struct pgsource *src = pgsource_new(e->pg, &want, e->a, err);
	struct buf b = { 0 };

	bag_file_name(&b, it->rel->schema, it->rel->name);
	it->file = to_arena(&b, e->a);
	if (src != NULL && it->rel->has_filter)
		diag_warn("%s: row security applies: rows that this user may"
		    " not see are missing", pgsource_label(src));
	return (src);
}

static struct output *
begin_file(void *cookie, size_t i, struct err *err)
{
	struct export *e = cookie;
	struct buf b = { 0 };

	stage_put_path(e->stage, e->items[i].file, &b);
	e->path = to_arena(&b, e->a);
	if ((e->file = outfile_open(e->path, err)) == NULL)
		return (NULL);
	e->out = output_open(outfile_fd(e->file), e->path);
	e->digest = digest_new();
	output_digest(e->out, e->digest);
	return (e->out);
}

static int
end_file(void *cookie, size_t i, struct err *err)
{
	struct export *e = cookie;
	struct item *it = &e->items[i];
	struct outfile *file = e->file;
	struct output *out = e->out;

	it->rows = output_rows(out);
	it->bytes = output_bytes(out);
	e->out = NULL;
	if (output_close(out, err) != 0)
		return (-1);
	e->file = NULL;
	if (outfile_commit(file, err) != 0)
		return (-1);
	digest_hex(e->digest, it->sha256);
	digest_free(e->digest);
	e->digest = NULL;
	e->ledger->in += it->rows;
	e->ledger->out += it->rows;
	e->ledger->bytes += it->bytes;
	if (diag_verbose())
		diag_note("%s: %" PRIu64 " out", it->file, it->rows);
	return (0);
}

static int
write_rows(struct export *e, struct err *err)
{
	struct pgread read = { NULL, e->n,
	    { .begin = begin_file, .end = end_file, .cookie = e } };
	struct buf snapshot = { 0 };
	size_t i;
	int rc;

	read.sources = arena_alloc(e->a, e->n * sizeof(struct pgsource *));
	for (i = 0; i < e->n; i++)
		if ((read.sources[i] = open_source(e, &e->items[i],
		    err)) == NULL)
			return (-1);
	if (e->x->snapshot != NULL)
		buf_puts(&snapshot, e->x->snapshot);
	else if (e->x->jobs > 1 && pg_export(e->pg, &snapshot, err) != 0)
		return (-1);
	read.sink.progress = progress_new(e->x->progress, e->x->dir);
	rc = pgread_run(&read, e->pg, buf_z(&snapshot), e->x->jobs, err);
	progress_free(read.sink.progress);
	buf_free(&snapshot);
	output_abandon(e->out);
	outfile_abort(e->file);
	digest_free(e->digest);
	return (rc);
}

/*
 * The bag.
 */

static void
set_entry(struct bag_entry *entry, const struct item *it, struct arena *a)
{
	struct buf path = { 0 }, name = { 0 }, fields = { 0 }, schema = { 0 };

	buf_printf(&path, "data/%s", it->file);
	table_put_name(it->rel->schema, it->rel->name, &name);
	table_put_frictionless(it->table, &fields);
	table_put_schema(it->table, &schema);
	*entry = (struct bag_entry){
		.path = to_arena(&path, a),
		.name = to_arena(&name, a),
		.rows = it->rows,
		.bytes = it->bytes,
		.table_schema = to_arena(&fields, a),
		.json_schema = to_arena(&schema, a),
	};
	memcpy(entry->sha256, it->sha256, sizeof(entry->sha256));
}

static int
write_bag(struct export *e, struct err *err)
{
	struct bag_entry *entries;
	const char **names;
	struct buf info = { 0 };
	size_t i;
	int rc;

	entries = arena_alloc(e->a, e->n * sizeof(*entries));
	names = arena_alloc(e->a, e->n * sizeof(*names));
	for (i = 0; i < e->n; i++) {
		set_entry(&entries[i], &e->items[i], e->a);
		names[i] = e->items[i].file;
	}
	buf_printf(&info, "External-Description: tables of PostgreSQL %s\n",
	    pg_place(e->pg));
	rc = stage_publish(e->stage, names, e->n, err);
	if (rc == 0)
		rc = bag_write(e->x->dir, buf_z(&info), entries, e->n, err);
	if (rc == 0)
		stage_done(e->stage);
	buf_free(&info);
	return (rc);
}

int
pgexport_run(const struct pgexport *x, struct pg *pg, struct ledger *ledger,
    struct err *err)
{
	struct export e = { .x = x, .pg = pg, .ledger = ledger };
	int rc = -1;

	e.a = arena_new();
	if (pg_begin(pg, x->snapshot, err) == 0 &&
	    (x->tables[0] != NULL ? find_named(&e, err) :
	    find_all(&e, err)) == 0 &&
	    pick_columns(&e, err) == 0 && read_models(&e, err) == 0 &&
	    (e.stage = stage_open(x->dir, x->force, err)) != NULL &&
	    write_rows(&e, err) == 0)
		rc = write_bag(&e, err);
	stage_close(e.stage);
	arena_free(e.a);
	return (rc);
}
