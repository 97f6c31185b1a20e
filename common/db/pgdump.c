#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "db/pg.h"
#include "db/pgcatalog.h"
#include "db/pgdump.h"
#include "db/pgpick.h"
#include "db/pgread.h"
#include "db/pgsource.h"
#include "json/json.h"
#include "row/frame.h"
#include "schema/after.h"
#include "schema/name.h"

struct run {
	const struct pgdump			*x;
	struct pg				*pg;
	const struct pgcatalog_relation		*rel;
	struct pgsource				*src;
	struct buf				 snapshot; /* its name, when
							      needed */
	struct output				*out;
};

static struct pgcatalog_relation *
find_relation(const struct run *r, struct arena *a, struct err *err)
{
	const char *query = r->x->opts->query;
	struct pgcatalog_relation *rel;
	struct name name;

	if (query != NULL) {
		rel = pgcatalog_query(r->pg, query, a, err);
		if (rel == NULL)
			(void)err_prefix(err, "option --query: ");
		return (rel);
	}
	name_read(r->x->table, strlen(r->x->table), NAME_LOWER, &name, a);
	return (pgcatalog_find(r->pg, &name, a, err));
}

/* May the column be null?  Of a query and a view that is not known. */
static int
may_be_null(const void *cookie, const char *column)
{
	const struct pgcatalog_relation *rel = cookie;
	size_t i;

	for (i = 0; i < rel->ncolumns; i++)
		if (strcmp(rel->columns[i].name, column) == 0)
			return (!rel->columns[i].not_null);
	return (1);
}

static int
open_source(struct run *r, struct arena *a, struct err *err)
{
	const struct dump_opts *o = r->x->opts;
	struct pgcatalog_relation *rel = find_relation(r, a, err);
	struct pgsource_spec want;
	const struct after_columns columns = {
		.may_be_null = may_be_null, .cookie = rel
	};
	struct pgpick pick = { 0 };
	const char *where;

	if (rel == NULL || after_where(o->after, o->order_by, o->where,
	    NAME_LOWER, &columns, a, &where, err) != 0 ||
	    pgpick_columns(&rel, 1, &o->columns, &o->exclude, &pick, a,
	    err) != 0)
		return (-1);
	r->rel = rel;
	want = (struct pgsource_spec){
		.rel = rel,
		.query = o->query,
		.columns = pick.columns,
		.ncolumns = pick.n,
		.where = where,
		.order_by = o->order_by,
		.limit = o->limit,
		.part = r->x->part,
		.parts = r->x->parts,
		.many = r->x->jobs > 1,
	};
	if ((r->src = pgsource_new(r->pg, &want, a, err)) == NULL)
		return (-1);
	if (rel->has_filter)
		diag_warn("%s: row security applies: rows that this user may"
		    " not see are missing", pgsource_label(r->src));
	if (pgsource_whole(r->src) != NULL && diag_verbose())
		diag_note("%s: one job only: %s", pgsource_label(r->src),
		    pgsource_whole(r->src));
	return (0);
}

/* Others need the name of our snapshot. */
static int
name_snapshot(struct run *r, struct err *err)
{
	const struct pgdump *x = r->x;

	if (x->snapshot != NULL)
		buf_puts(&r->snapshot, x->snapshot);
	else if (x->jobs > 1 || frame_wanted(x->opts->frame))
		return (pg_export(r->pg, &r->snapshot, err));
	return (0);
}

static int
open_run(void *cookie, struct arena *a, struct err *err)
{
	struct run *r = cookie;

	if ((r->pg = pg_open(r->x->dbname, err)) == NULL ||
	    pg_begin(r->pg, r->x->snapshot, err) != 0 ||
	    open_source(r, a, err) != 0)
		return (-1);
	return (name_snapshot(r, err));
}

static void
describe(void *cookie, struct buf *b)
{
	struct run *r = cookie;
	struct buf name = { 0 };

	json_put_member(b, "query", r->x->opts->query);
	if (r->rel->oid != 0) {
		buf_printf(&name, "%s.%s", r->rel->schema, r->rel->name);
		json_put_member(b, "table", buf_z(&name));
	}
	json_put_member(b, "where", r->x->opts->where);
	json_put_member(b, "partition", r->x->partition);
	json_put_member(b, "snapshot", buf_z(&r->snapshot));
	buf_puts(b, ",\"settings\":");
	pg_put_settings(b);
	buf_free(&name);
}

static struct output *
begin_rows(void *cookie, size_t i, struct err *err)
{
	struct run *r = cookie;

	(void)i;
	(void)err;
	return (r->out);
}

static int
end_rows(void *cookie, size_t i, struct err *err)
{

	(void)cookie;
	(void)i;
	(void)err;
	return (0);
}

static int
write_rows(void *cookie, struct output *out, struct progress *progress,
    struct err *err)
{
	struct run *r = cookie;
	const struct pgread read = {
		.sources = &r->src,
		.n = 1,
		.sink = {
			.begin = begin_rows,
			.end = end_rows,
			.cookie = r,
			.progress = progress,
		},
	};

	r->out = out;
	return (pgread_run(&read, r->pg, buf_z(&r->snapshot),
	    pgsource_whole(r->src) != NULL ? 1 : r->x->jobs, err));
}

/* What JSON could not say. */
static void
put_stats(void *cookie, struct buf *more)
{
	const struct run *r = cookie;
	const char *column, *bounds;
	int64_t count;
	size_t i;

	buf_puts(more, "\"loss\":[");
	for (i = 0; (count = pgsource_rebased(r->src, i, &column,
	    &bounds)) >= 0; i++) {
		if (count == 0)
			continue;
		if (more->s[more->len - 1] != '[')
			buf_putc(more, ',');
		buf_puts(more, "{\"column\":");
		json_put_z(more, column);
		buf_puts(more, ",\"count\":");
		json_put_int(more, count);
		buf_puts(more, ",\"first\":{\"bounds\":");
		json_put_z(more, bounds);
		buf_puts(more, "}}");
	}
	buf_putc(more, ']');
}

static const char *
label(void *cookie)
{
	const struct run *r = cookie;

	return (r->src == NULL ? NULL : pgsource_label(r->src));
}

static void
close_run(void *cookie)
{
	struct run *r = cookie;

	pg_close(r->pg);
	buf_free(&r->snapshot);
}

int
pgdump_run(const struct pgdump *x)
{
	static const struct dump_ops ops = {
		.source = "pg", .open = open_run, .describe = describe,
		.write = write_rows, .stats = put_stats, .label = label,
		.close = close_run
	};
	struct run r = { .x = x };

	return (dump_run(x->opts, &ops, &r));
}
