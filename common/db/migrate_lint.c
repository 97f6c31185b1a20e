#include <sys/stat.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mention.h"
#include "base/quote.h"
#include "db/engine.h"
#include "db/migrate_session.h"
#include "db/sqlaction.h"
#include "row/output.h"
#include "schema/ddl.h"
#include "schema/sqlscript.h"

struct lint {
	const struct migrate		*m;
	struct migrate_session		*ms;
	struct engine			*e;
	struct arena			*a;
	struct buf			 b;		/* what is printed */
	struct opt_list			 made;		/* tables, by what is
							   looked at */
	size_t				 findings;

	/* The statement at hand. */
	const struct migration_file	*file;
	size_t				 line;
	const struct sqlaction		*x;
	const struct plan_step		*step;
};

static void
begin_finding(struct lint *l, const char *path, size_t line)
{

	l->findings++;
	buf_printf(&l->b, "%s:%zu: ", path, line);
}

/*
 * What the database says.
 */

/* The first cell of what ${sql} with the table's name behind it returns, living
 * in the arena, or NULL; a table that is not there has none. */
static const char *
ask(struct lint *l, const char *sql, const char *end)
{
	struct err ignored = ERR_INIT;
	struct engine_result *r;
	struct buf b = { 0 };
	const char *s = NULL;

	buf_printf(&b, "%s%s%s", sql, l->x->table_sql, end);
	r = engine_query(l->e, buf_z(&b), NULL, 0, &ignored);
	if (r != NULL && engine_rows(r) > 0 && engine_get(r, 0, 0) != NULL)
		s = arena_dup(l->a, engine_get(r, 0, 0),
		    strlen(engine_get(r, 0, 0)));
	engine_done(r);
	buf_free(&b);
	return (s);
}

/* Has the table rows, other than what these migrations put there? */
static int
is_filled(struct lint *l)
{
	size_t i;

	for (i = 0; i < l->made.n; i++)
		if (strcasecmp(l->made.v[i], l->x->table) == 0)
			return (0);
	return (ask(l, "SELECT 1 FROM ", " LIMIT 1") != NULL);
}

/* The numbers in the parentheses behind a type's name, as in "numeric(10,2)";
 * how many there are. */
static int
limits_of(const char *type, long *v)
{
	const char *s = strchr(type, '(');
	char *end;
	int n = 0;

	while (s != NULL && n < 2 && (*s == '(' || *s == ',')) {
		v[n] = strtol(s + 1, &end, 10);
		if (end == s + 1)
			break;
		n++;
		s = end + strspn(end, " ");
	}
	return (n);
}

/* Does whatever is of the type ${old} fit as it is stored into the same type
 * with the limits of ${new}? */
static int
is_wider(const char *name, const char *old, const char *new)
{
	long was[2], is[2];
	int n = limits_of(old, was), m = limits_of(new, is);

	/* Characters without a number are one. */
	if (strcmp(name, "character") == 0 || strcmp(name, "bit") == 0)
		return (n == m && (n == 0 || was[0] == is[0]));
	if (m == 0)
		return (1);
	if (n == 0 || is[0] < was[0])
		return (0);
	return (strcmp(name, "numeric") != 0 || (m == 2 ? is[1] : 0) ==
	    (n == 2 ? was[1] : 0));
}

/* Is the change of a PostgreSQL column's type one of names only?  See ALTER
 * TABLE there: no table is rewritten for a type that is stored like the old
 * one. */
static int
is_cheap(struct lint *l)
{
	const char *p[3] = { l->x->table_sql, l->x->column, l->x->type };
	struct err ignored = ERR_INIT;
	struct engine_result *r;
	long limits[2];
	int cheap = 0;

	if (l->x->type == NULL)
		return (0);
	r = engine_query(l->e, "SELECT pg_catalog.format_type(a.atttypid,"
	    " NULL), pg_catalog.format_type(a.atttypid, a.atttypmod),"
	    " a.atttypid = t.new, EXISTS (SELECT FROM pg_catalog.pg_cast AS c"
	    " WHERE c.castsource = a.atttypid AND c.casttarget = t.new"
	    " AND c.castmethod = 'b') FROM pg_catalog.pg_attribute AS a,"
	    " (SELECT pg_catalog.to_regtype($3)::pg_catalog.oid AS new) AS t"
	    " WHERE a.attrelid = pg_catalog.to_regclass($1)"
	    " AND a.attname = $2", p, 3, &ignored);
	if (r != NULL && engine_rows(r) > 0 && engine_get(r, 0, 2) != NULL)
		cheap = engine_get(r, 0, 2)[0] == 't' ?
		    is_wider(engine_get(r, 0, 0), engine_get(r, 0, 1),
		    l->x->type) : engine_get(r, 0, 3)[0] == 't' &&
		    limits_of(l->x->type, limits) == 0;
	engine_done(r);
	return (cheap);
}

/*
 * Who still names a column.
 */

static void
named(void *cookie, const char *path, size_t line)
{
	struct lint *l = cookie;
	struct quote q;

	begin_finding(l, path, line);
	buf_printf(&l->b, "names column %s of table %s, which ",
	    quote_z(&q, l->x->column), l->x->table);
	buf_printf(&l->b, "%s:%zu %s [column-in-use]\n", l->file->path,
	    l->line, l->x->kind == SQLACTION_DROP ? "drops" : "renames");
}

/* Migrations are looked into one by one, when it is known in which order. */
static int
is_migration(const struct lint *l, const char *path)
{
	struct stat folder, st;
	struct buf b = { 0 };
	char *slash;
	int is = 0;

	if (stat(l->m->dir, &folder) != 0)
		return (0);
	buf_puts(&b, path);
	while (!is && (slash = strrchr(buf_z(&b), '/')) != NULL) {
		b.len = (size_t)(slash - b.s);
		is = stat(b.len == 0 ? "/" : buf_z(&b), &st) == 0 &&
		    st.st_dev == folder.st_dev && st.st_ino == folder.st_ino;
	}
	buf_free(&b);
	return (is);
}

static void
named_outside(void *cookie, const char *path, size_t line)
{

	if (!is_migration(cookie, path))
		named(cookie, path, line);
}

/* A file of SQL names it in a statement that names the table, too. */
static void
look_into_sql(struct lint *l, const struct migration_file *f)
{
	struct sqlscript_statement st;
	struct sqlscript sc;

	sqlscript_start(&sc, f->text, f->len,
	    l->ms->engine == MIGRATION_PG ? SQLSCRIPT_PG : SQLSCRIPT_SQLITE);
	while (sqlscript_next(&sc, &st))
		if (sqlaction_names(st.s, st.len, l->x->column) &&
		    sqlaction_names(st.s, st.len, l->x->table))
			named(l, f->path, st.line);
}

static void
look_into(struct lint *l, const struct migration_file *f)
{

	if (f != NULL && f->is_sql)
		look_into_sql(l, f);
	else if (f != NULL)
		mention_text(f->path, f->text, f->len, l->x->column, named, l);
}

/* What comes afterwards and was not applied may need the column. */
static void
look_into_later(struct lint *l)
{
	const struct plan *plan = &l->ms->plan;
	const struct plan_step *s;
	enum migration_part part;

	for (s = l->step + 1; s < plan->v + plan->n; s++) {
		if (!plan_is_open(s))
			continue;
		for (part = MIGRATION_UP; part <= MIGRATION_VERIFY; part++)
			look_into(l, s->migration->file[part]);
	}
	/* What verifies the earlier ones, and this one: its down brings the
	 * column back. */
	for (s = plan->v; s <= l->step; s++)
		if (s->migration != NULL)
			look_into(l, s->migration->file[MIGRATION_VERIFY]);
}

static int
look_for_names(struct lint *l, struct err *err)
{
	size_t i;

	look_into_later(l);
	for (i = 0; i < l->m->references.n; i++)
		if (mention_find(l->m->references.v[i], l->x->column,
		    named_outside, l, err) != 0)
			return (-1);
	return (0);
}

/*
 * What hurts.
 */

static void
lint_add(struct lint *l)
{
	struct quote q;

	if (!l->x->needs_value || !is_filled(l))
		return;
	begin_finding(l, l->file->path, l->line);
	buf_printf(&l->b, "column %s is NOT NULL without a default, and table "
	    "%s has rows: add it with a default, or without NOT NULL, fill "
	    "it, and SET NOT NULL then [not-null]\n",
	    quote_z(&q, l->x->column), l->x->table);
}

static void
lint_type(struct lint *l)
{
	struct quote q;

	if (l->ms->engine != MIGRATION_PG || !is_filled(l) || is_cheap(l))
		return;
	begin_finding(l, l->file->path, l->line);
	buf_printf(&l->b, "another type of column %s rewrites table %s, ",
	    quote_z(&q, l->x->column), l->x->table);
	buf_printf(&l->b, "%s of it, and nobody can read it meanwhile: add a "
	    "new column, fill it in batches, and change their names "
	    "[rewrite]\n", ask(l, "SELECT pg_catalog.pg_size_pretty("
	    "pg_catalog.pg_total_relation_size('", "'))") == NULL ? "all" :
	    ask(l, "SELECT pg_catalog.pg_size_pretty("
	    "pg_catalog.pg_total_relation_size('", "'))"));
}

static void
lint_index(struct lint *l)
{
	struct quote q;

	if (l->ms->engine != MIGRATION_PG || l->x->concurrently ||
	    !is_filled(l))
		return;
	begin_finding(l, l->file->path, l->line);
	buf_printf(&l->b, "index %s is built without CONCURRENTLY, and nobody "
	    "can write to table %s meanwhile: build it with it, in a file of "
	    "its own with \"transaction: no\"%s [concurrently]\n",
	    l->x->column == NULL ? "(no name)" : quote_z(&q, l->x->column),
	    l->x->table, l->x->constraint ? ", and then ADD CONSTRAINT "
	    "... USING INDEX" : "");
}

static int
lint_action(struct lint *l, struct err *err)
{
	const char **v;

	switch (l->x->kind) {
	case SQLACTION_ADD:
		lint_add(l);
		return (0);
	case SQLACTION_TYPE:
		lint_type(l);
		return (0);
	case SQLACTION_INDEX:
		lint_index(l);
		return (0);
	case SQLACTION_TABLE:
		v = arena_alloc(l->a, (l->made.n + 1) * sizeof(*v));
		if (l->made.n > 0)
			memcpy(v, l->made.v, l->made.n * sizeof(*v));
		v[l->made.n++] = l->x->table;
		l->made.v = v;
		return (0);
	default:
		return (look_for_names(l, err));
	}
}

static int
lint_file(struct lint *l, struct err *err)
{
	struct sqlscript_statement st;
	struct sqlaction *v;
	struct sqlscript sc;
	size_t n, i;

	sqlscript_start(&sc, l->file->text, l->file->len,
	    l->ms->engine == MIGRATION_PG ? SQLSCRIPT_PG : SQLSCRIPT_SQLITE);
	while (sqlscript_next(&sc, &st)) {
		l->line = st.line;
		n = sqlaction_read(&st, &v, l->a);
		for (i = 0; i < n; i++) {
			l->x = &v[i];
			if (lint_action(l, err) != 0)
				return (-1);
		}
	}
	return (0);
}

static int
lint_step(struct lint *l, const struct plan_step *s, struct err *err)
{
	const struct migration *m = s->migration;

	l->step = s;
	l->file = m->file[MIGRATION_UP];
	if (m->file[MIGRATION_DOWN] == NULL && m->irreversible == NULL) {
		begin_finding(l, l->file->path, 1);
		buf_puts(&l->b, "there is no down: write one, or say "
		    "\"irreversible: WHY\" in the comment at the head "
		    "[no-down]\n");
	}
	return (l->file->is_sql ? lint_file(l, err) : 0);
}

static int
lint_all(struct lint *l, struct err *err)
{
	const struct plan *plan = &l->ms->plan;
	size_t i;

	if (migrate_stop(l->ms, err) != 0)
		return (-1);
	for (i = 0; i < plan->n; i++)
		if (plan_is_open(&plan->v[i]) &&
		    lint_step(l, &plan->v[i], err) != 0)
			return (-1);
	if (output_all(&l->b, err) != 0)
		return (-1);
	diag_note("%zu found, %s", l->findings, runner_place(l->ms->r));
	return (l->findings > 0 ? DIAG_FINDINGS : DIAG_OK);
}

int
migrate_lint(const struct migrate *m, char **argv, struct err *err)
{
	struct migrate_session ms;
	struct lint l = { .m = m, .ms = &ms };
	int rc = -1;

	if (migrate_none(argv, err) != 0)
		return (-1);
	if (migrate_open(&ms, m, MIGRATE_LOOK, err) == 0) {
		l.e = runner_engine(ms.r);
		l.a = ms.a;
		rc = lint_all(&l, err);
	}
	buf_free(&l.b);
	migrate_close(&ms);
	return (rc);
}
