#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/engine.h"
#include "db/rebuild.h"
#include "db/runner_private.h"
#include "schema/ddl.h"
#include "schema/name.h"
#include "schema/tabledef.h"

#define BESIDE	"rowpipe_new_"		/* the new table, for the moment */
#define PROBE	"rowpipe_probe"

/* What a statement is for, and when something is looked at. */
enum task {
	TASK_OTHER,
	TASK_COPY,		/* afterwards no row may be missing */
	TASK_INDEX, TASK_TRIGGER
};

struct statement {
	const char	*sql;
	enum task	 task;
	const char	*name;		/* of the index or trigger */
};

struct rebuild {
	struct engine			*e;
	const struct rebuild_spec	*spec;
	struct arena			*a;
	const char			*name;		/* of the table */
	const char			*beside;
	struct tabledef			 old, new;
	size_t				 wishes, done;
	struct statement		*v;
	size_t				 n, cap;
};

/*
 * Words.
 */

/* The two halves of "OLD=NEW". */
static int
halve(const char *text, const char *option, const char **left,
    const char **right, struct arena *a, struct err *err)
{
	const char *eq = strchr(text, '=');
	struct quote q;

	if (eq == NULL || eq == text || eq[1] == '\0') {
		(void)err_set(err, "--%s takes two words with \"=\" between: "
		    "%s", option, quote_z(&q, text));
		return (err_status(err, DIAG_USAGE));
	}
	*left = arena_dup(a, text, (size_t)(eq - text));
	*right = eq + 1;
	return (0);
}

static int
no_column(const struct rebuild *r, const char *name, struct err *err)
{
	struct quote q, t;

	(void)err_set(err, "table %s has no column %s",
	    quote_z(&t, r->name), quote_z(&q, name));
	return (err_status(err, DIAG_USAGE));
}

static int
same_part(const struct tabledef_part *p, const struct tabledef_part *q)
{

	return (p->len == q->len && memcmp(p->s, q->s, p->len) == 0);
}

/*
 * What the new table is.
 */

static int
drop_columns(struct rebuild *r, struct err *err)
{
	struct tabledef_part *p;
	size_t i;

	for (i = 0; i < r->spec->drop.n; i++) {
		p = tabledef_find(&r->new, r->spec->drop.v[i]);
		if (p != NULL)
			tabledef_drop(&r->new, p);
		else if (tabledef_find(&r->old, r->spec->drop.v[i]) != NULL)
			return (no_column(r, r->spec->drop.v[i], err));
		else
			r->done++;
	}
	return (0);
}

static int
retype_columns(struct rebuild *r, struct err *err)
{
	const char *name, *type;
	struct tabledef_part *p;
	size_t i;

	for (i = 0; i < r->spec->type.n; i++) {
		if (halve(r->spec->type.v[i], "type", &name, &type, r->a,
		    err) != 0)
			return (-1);
		if ((p = tabledef_find(&r->new, name)) == NULL)
			return (no_column(r, name, err));
		if (tabledef_retype(p, type, r->a, err) != 0)
			return (-1);
		r->done += (size_t)same_part(p, tabledef_find(&r->old, name));
	}
	return (0);
}

static int
add_columns(struct rebuild *r, struct err *err)
{
	struct tabledef one;
	struct tabledef_part *p;
	struct quote q;
	size_t i;

	for (i = 0; i < r->spec->add.n; i++) {
		memset(&one, 0, sizeof(one));
		if (tabledef_add(&one, r->spec->add.v[i], r->a, err) != 0)
			return (-1);
		p = tabledef_find(&r->new, one.v[0].name);
		if (p != NULL && same_part(p, &one.v[0])) {
			r->done++;
			continue;
		}
		if (p != NULL) {
			(void)err_set(err, "there is a column %s already, "
			    "and another one",
			    quote_z(&q, one.v[0].name));
			return (err_status(err, DIAG_USAGE));
		}
		if (tabledef_add(&r->new, r->spec->add.v[i], r->a, err) != 0)
			return (-1);
	}
	return (0);
}

/* Renaming is done by SQLite itself, at the end, which then looks after
 * indexes, triggers and views. */
static int
rename_columns(struct rebuild *r, struct err *err)
{
	const char *from, *to;
	size_t i;

	for (i = 0; i < r->spec->rename.n; i++) {
		if (halve(r->spec->rename.v[i], "rename", &from, &to, r->a,
		    err) != 0)
			return (-1);
		if (tabledef_find(&r->new, from) != NULL)
			continue;
		if (tabledef_find(&r->new, to) == NULL)
			return (no_column(r, from, err));
		r->done++;
	}
	return (0);
}

/* In a CREATE TABLE of the user's every old column must have a place, or be
 * given up expressly. */
static int
check_given(struct rebuild *r, struct err *err)
{
	const struct tabledef_part *p;
	const char *from, *to;
	struct quote q;
	size_t i;
	int kept;

	for (p = r->old.v; p < r->old.v + r->old.n; p++) {
		if (p->name == NULL || p->generated)
			continue;
		kept = tabledef_find(&r->new, p->name) != NULL;
		for (i = 0; !kept && i < r->spec->drop.n; i++)
			kept = strcasecmp(r->spec->drop.v[i], p->name) == 0;
		for (i = 0; !kept && i < r->spec->rename.n; i++)
			kept = halve(r->spec->rename.v[i], "rename", &from,
			    &to, r->a, err) == 0 &&
			    strcasecmp(from, p->name) == 0 &&
			    tabledef_find(&r->new, to) != NULL;
		if (kept)
			continue;
		(void)err_set(err, "the new table has no column %s, and its "
		    "values would be lost", quote_z(&q, p->name));
		(void)err_hint(err, "--drop %s gives them up; --rename %s=NEW "
		    "puts them into the column NEW", p->name, p->name);
		return (err_status(err, DIAG_USAGE));
	}
	return (0);
}

static int
is_same(const struct rebuild *r)
{
	struct buf x = { 0 }, y = { 0 };
	int same;

	tabledef_put(&r->old, r->name, &x);
	tabledef_put(&r->new, r->name, &y);
	same = x.len == y.len && memcmp(x.s, y.s, x.len) == 0;
	buf_free(&x);
	buf_free(&y);
	return (same);
}

static int
make_new(struct rebuild *r, const char *sql, struct err *err)
{
	const struct rebuild_spec *spec = r->spec;

	if (tabledef_read(sql, strlen(sql), &r->old, r->a, err) != 0)
		return (-1);
	if (spec->create != NULL) {
		if (spec->type.n > 0 || spec->add.n > 0) {
			(void)err_set(err, "--type and --add have no place "
			    "beside a whole CREATE TABLE");
			return (err_status(err, DIAG_USAGE));
		}
		r->wishes = 1;
		if (tabledef_read(spec->create, strlen(spec->create), &r->new,
		    r->a, err) != 0)
			return (-1);
		r->done = (size_t)is_same(r);
		return (r->done ? 0 : check_given(r, err));
	}
	r->wishes = spec->drop.n + spec->type.n + spec->add.n +
	    spec->rename.n;
	if (r->wishes == 0) {
		(void)err_set(err, "nothing is wanted of the table: give "
		    "--drop, --rename, --type or --add, or a file with the "
		    "new CREATE TABLE");
		return (err_status(err, DIAG_USAGE));
	}
	if (tabledef_read(sql, strlen(sql), &r->new, r->a, err) != 0 ||
	    drop_columns(r, err) != 0 || retype_columns(r, err) != 0 ||
	    add_columns(r, err) != 0 || rename_columns(r, err) != 0)
		return (-1);
	if (r->done > 0 && r->done < r->wishes) {
		(void)err_set(err, "some of that is done already, and some "
		    "is not");
		(void)err_hint(err, "\"--drop\" wants a column that is there, "
		    "\"--add\" one that is not; leave out what is done");
		return (err_status(err, DIAG_USAGE));
	}
	return (0);
}

/*
 * The statements.
 */

static void
add(struct rebuild *r, enum task task, const char *name, const char *sql,
    size_t len)
{

	r->v = mem_grow(r->v, &r->cap, r->n + 1, sizeof(*r->v));
	r->v[r->n++] = (struct statement){
		arena_dup(r->a, sql, len), task, name
	};
}

static void
add_buf(struct rebuild *r, enum task task, struct buf *b)
{

	add(r, task, NULL, b->s, b->len);
	b->len = 0;
}

/* The old column that the new one ${p} is filled from, or NULL. */
static const char *
source_of(struct rebuild *r, const struct tabledef_part *p)
{
	const struct tabledef_part *old;
	const char *from, *to;
	struct err ignored = ERR_INIT;
	size_t i;

	if (p->name == NULL || p->generated)
		return (NULL);
	for (i = 0; r->spec->create != NULL && i < r->spec->rename.n; i++)
		if (halve(r->spec->rename.v[i], "rename", &from, &to, r->a,
		    &ignored) == 0 && strcasecmp(to, p->name) == 0)
			return (from);
	old = tabledef_find(&r->old, p->name);
	/* Dropped and added under the same name: another column. */
	for (i = 0; i < r->spec->drop.n; i++)
		if (strcasecmp(r->spec->drop.v[i], p->name) == 0)
			return (NULL);
	return (old == NULL ? NULL : old->name);
}

/* Rows keep the numbers by which others may know them. */
static int
has_rowid(const struct tabledef *d)
{

	return (!d->without_rowid && tabledef_find(d, "rowid") == NULL);
}

static void
add_copy(struct rebuild *r, struct buf *b)
{
	struct buf from = { 0 };
	const char *source;
	size_t i, n = 0;

	buf_puts(b, "INSERT INTO ");
	ddl_quote(b, r->beside);
	buf_puts(b, " (");
	if (has_rowid(&r->old) && has_rowid(&r->new)) {
		buf_puts(b, "rowid");
		buf_puts(&from, "rowid");
		n++;
	}
	for (i = 0; i < r->new.n; i++) {
		if ((source = source_of(r, &r->new.v[i])) == NULL)
			continue;
		if (n++ > 0) {
			buf_puts(b, ", ");
			buf_puts(&from, ", ");
		}
		ddl_quote(b, r->new.v[i].name);
		ddl_quote(&from, source);
	}
	buf_puts(b, ")\nSELECT ");
	buf_put(b, from.s, from.len);
	buf_puts(b, " FROM ");
	ddl_quote(b, r->name);
	add_buf(r, TASK_COPY, b);
	buf_free(&from);
}

/* Append 'text'. */
static void
put_text(struct buf *b, const char *s)
{

	buf_putc(b, '\'');
	for (; *s != '\0'; s++) {
		if (*s == '\'')
			buf_putc(b, '\'');
		buf_putc(b, *s);
	}
	buf_putc(b, '\'');
}

/* A number that was given once is not given again. */
static void
add_sequence(struct rebuild *r, struct buf *b)
{

	if (!r->old.autoincrement || !r->new.autoincrement)
		return;
	buf_puts(b, "DELETE FROM sqlite_sequence WHERE name = ");
	put_text(b, r->beside);
	add_buf(r, TASK_OTHER, b);
	buf_puts(b, "INSERT INTO sqlite_sequence (name, seq)\nSELECT ");
	put_text(b, r->beside);
	buf_puts(b, ", seq FROM sqlite_sequence WHERE name = ");
	put_text(b, r->name);
	add_buf(r, TASK_OTHER, b);
}

static int
add_others(struct rebuild *r, struct err *err)
{
	const char *p[1] = { r->name };
	struct engine_result *res;
	const char *sql;
	size_t i;

	res = engine_query(r->e, "SELECT type, name, sql FROM"
	    " main.sqlite_schema WHERE tbl_name = $1 COLLATE NOCASE AND"
	    " type IN ('index', 'trigger') AND sql IS NOT NULL"
	    " ORDER BY type, rowid", p, 1, err);
	if (res == NULL)
		return (-1);
	for (i = 0; i < engine_rows(res); i++) {
		sql = engine_get(res, i, 2);
		add(r, engine_get(res, i, 0)[0] == 'i' ? TASK_INDEX :
		    TASK_TRIGGER, arena_dup(r->a, engine_get(res, i, 1),
		    strlen(engine_get(res, i, 1))), sql, strlen(sql));
	}
	engine_done(res);
	return (0);
}

static void
add_renames(struct rebuild *r, struct buf *b)
{
	const char *from, *to;
	struct err ignored = ERR_INIT;
	size_t i;

	for (i = 0; r->spec->create == NULL && i < r->spec->rename.n; i++) {
		if (halve(r->spec->rename.v[i], "rename", &from, &to, r->a,
		    &ignored) != 0)
			continue;
		buf_puts(b, "ALTER TABLE ");
		ddl_quote(b, r->name);
		buf_puts(b, " RENAME COLUMN ");
		ddl_quote(b, from);
		buf_puts(b, " TO ");
		ddl_quote(b, to);
		add_buf(r, TASK_OTHER, b);
	}
}

static int
add_all(struct rebuild *r, struct err *err)
{
	/* Without it RENAME TO would look into views and triggers, which know
	 * nothing of the table for a moment, and change references. */
	static const char legacy[] = "PRAGMA legacy_alter_table = ON";
	static const char modern[] = "PRAGMA legacy_alter_table = OFF";
	struct buf b = { 0 };

	add(r, TASK_OTHER, NULL, legacy, strlen(legacy));
	tabledef_put(&r->new, r->beside, &b);
	add_buf(r, TASK_OTHER, &b);
	add_copy(r, &b);
	add_sequence(r, &b);
	buf_puts(&b, "DROP TABLE ");
	ddl_quote(&b, r->name);
	add_buf(r, TASK_OTHER, &b);
	buf_puts(&b, "ALTER TABLE ");
	ddl_quote(&b, r->beside);
	buf_puts(&b, " RENAME TO ");
	ddl_quote(&b, r->name);
	add_buf(r, TASK_OTHER, &b);
	if (add_others(r, err) != 0) {
		buf_free(&b);
		return (-1);
	}
	add(r, TASK_OTHER, NULL, modern, strlen(modern));
	add_renames(r, &b);
	buf_free(&b);
	return (0);
}

/* The statement that made the table. */
static const char *
find_table(struct rebuild *r, struct err *err)
{
	const char *p[2] = { r->spec->table }, *sql = NULL;
	struct engine_result *res;
	struct quote q;
	struct buf b = { 0 };
	struct name name;

	/* As it stands, or as it is written in SQL. */
	name_read(p[0], strlen(p[0]), NAME_KEEP, &name, r->a);
	p[1] = name.n == 1 || (name.n == 2 && strcasecmp(name.part[0],
	    "main") == 0) ? name.part[name.n - 1] : p[0];
	res = engine_query(r->e, "SELECT name, sql FROM main.sqlite_schema"
	    " WHERE type = 'table' AND name COLLATE NOCASE IN ($1, $2)"
	    " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND"
	    " sql LIKE 'create table%' ORDER BY name <> $1 COLLATE NOCASE", p,
	    2, err);
	if (res == NULL)
		return (NULL);
	if (engine_rows(res) > 0) {
		r->name = arena_dup(r->a, engine_get(res, 0, 0),
		    strlen(engine_get(res, 0, 0)));
		sql = arena_dup(r->a, engine_get(res, 0, 1),
		    strlen(engine_get(res, 0, 1)));
		buf_printf(&b, "%s%s", BESIDE, r->name);
		r->beside = arena_dup(r->a, b.s, b.len);
		buf_free(&b);
	} else {
		(void)err_set(err, "there is no table %s that could be "
		    "rebuilt, %s", quote_z(&q, r->spec->table),
		    engine_place(r->e));
		(void)err_status(err, DIAG_FAIL);
	}
	engine_done(res);
	return (sql);
}

struct rebuild *
rebuild_new(struct engine *e, const struct rebuild_spec *spec,
    struct arena *a, struct err *err)
{
	struct rebuild *r = arena_alloc(a, sizeof(*r));
	const char *sql;

	memset(r, 0, sizeof(*r));
	r->e = e;
	r->spec = spec;
	r->a = a;
	if ((sql = find_table(r, err)) == NULL || make_new(r, sql, err) != 0 ||
	    (!rebuild_is_done(r) && add_all(r, err) != 0)) {
		mem_free(r->v);
		return (NULL);
	}
	return (r);
}

void
rebuild_free(struct rebuild *r)
{

	if (r != NULL)
		mem_free(r->v);
}

int
rebuild_is_done(const struct rebuild *r)
{

	return (r->wishes > 0 && r->done == r->wishes);
}

void
rebuild_put(const struct rebuild *r, struct buf *b)
{
	size_t i;

	buf_puts(b, "-- foreign_keys: off\n");
	for (i = 0; i < r->n; i++)
		buf_printf(b, "%s;\n", r->v[i].sql);
}

/*
 * Doing it.
 */

/* Let SQLite look whether every view and every trigger can be read, as it does
 * when any table gets another name. */
static int
probe(struct rebuild *r, struct err *err)
{

	return (engine_exec(r->e, "CREATE TABLE " PROBE " (x)", err) == 0 &&
	    engine_exec(r->e, "ALTER TABLE " PROBE " RENAME TO " PROBE "_2",
	    err) == 0 ? engine_exec(r->e, "DROP TABLE " PROBE "_2", err) :
	    -1);
}

static int
count(struct rebuild *r, const char *table, int64_t *rows, struct err *err)
{
	struct engine_result *res;
	struct buf b = { 0 };

	buf_puts(&b, "SELECT count(*) FROM ");
	ddl_quote(&b, table);
	res = engine_query(r->e, buf_z(&b), NULL, 0, err);
	buf_free(&b);
	if (res == NULL)
		return (-1);
	*rows = engine_get_int(res, 0, 0);
	engine_done(res);
	return (0);
}

/* ON CONFLICT IGNORE of a new constraint would leave rows out in silence. */
static int
check_copy(struct rebuild *r, int64_t *rows, struct err *err)
{
	int64_t copied;

	if (count(r, r->name, rows, err) != 0 ||
	    count(r, r->beside, &copied, err) != 0)
		return (-1);
	if (copied == *rows)
		return (0);
	(void)err_set(err, "of %" PRId64 " rows only %" PRId64 " came into the "
	    "new table", *rows, copied);
	(void)err_hint(err, "an ON CONFLICT clause of the new table leaves "
	    "rows out");
	return (err_status(err, DIAG_FINDINGS));
}

static int
run_one(struct rebuild *r, const struct statement *st, int64_t *rows,
    struct err *err)
{
	struct quote q;
	const char *kind;

	if (engine_exec(r->e, st->sql, err) == 0)
		return (st->task == TASK_COPY ? check_copy(r, rows, err) : 0);
	if (st->name == NULL)
		return (-1);
	kind = st->task == TASK_INDEX ? "index" : "trigger";
	(void)err_prefix(err, "%s %s cannot be made on the new table: ",
	    kind, quote_z(&q, st->name));
	(void)err_hint(err, "drop the %s before, and make another one "
	    "afterwards", kind);
	return (-1);
}

static int
run_all(struct rebuild *r, int64_t *rows, struct err *err)
{
	size_t i;

	if (probe(r, err) != 0) {
		(void)err_prefix(err, "a view or trigger is broken before "
		    "anything is done: ");
		return (err_hint(err, "mend or drop it first"));
	}
	for (i = 0; i < r->n; i++)
		if (run_one(r, &r->v[i], rows, err) != 0)
			return (-1);
	if (probe(r, err) != 0) {
		(void)err_prefix(err, "a view or trigger does not go with "
		    "the new table: ");
		return (err_hint(err, "drop it before, and make it again "
		    "afterwards"));
	}
	return (runner_sound(r->e, err));
}

/* To switch them off does nothing inside a transaction, and says nothing. */
static int
switch_off(struct rebuild *r, struct err *err)
{
	struct engine_result *res;
	int on;

	if (engine_exec(r->e, "PRAGMA foreign_keys = OFF", err) != 0 ||
	    (res = engine_query(r->e, "PRAGMA foreign_keys", NULL, 0,
	    err)) == NULL)
		return (-1);
	on = engine_rows(res) > 0 && engine_get_int(res, 0, 0) != 0;
	engine_done(res);
	return (on ? err_set(err, "foreign keys cannot be switched off") : 0);
}

int
rebuild_run(struct rebuild *r, uint64_t *rows, struct err *err)
{
	struct err ignored = ERR_INIT;
	int64_t n = 0;
	int rc;

	if (switch_off(r, err) != 0)
		return (-1);
	rc = engine_begin(r->e, err);
	if (rc == 0) {
		rc = run_all(r, &n, err);
		if (rc == 0)
			rc = engine_commit(r->e, err);
		if (rc != 0 && err->status != DIAG_UNKNOWN)
			engine_rollback(r->e);
	}
	(void)engine_exec(r->e, "PRAGMA legacy_alter_table = OFF", &ignored);
	(void)engine_exec(r->e, "PRAGMA foreign_keys = ON", &ignored);
	*rows = (uint64_t)n;
	return (rc);
}
