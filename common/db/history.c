#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "base/utf8.h"
#include "db/engine.h"
#include "db/history.h"
#include "db/pg.h"
#include "json/json.h"

struct history {
	struct engine	*e;
	struct buf	 table, runs;	/* their names, quoted for SQL */
	char		*schema;	/* NULL: SQLite */
	int		 exists;
	int		 ascii;		/* what the server can store for sure */
};

static const char *const states[] = {
	"pending", "running", "completed", "failed", "rolled back", "squashed"
};
#define STATES_SQL "('pending', 'running', 'completed', 'failed', " \
	"'rolled back', 'squashed')"

static const char *const actions[] = {
	"up", "down", "baseline", "accept", "squash"
};
#define ACTIONS_SQL "('up', 'down', 'baseline', 'accept', 'squash')"

static const char *const kinds[] = {
	"transaction", "statements", "script", "nothing"
};
#define KINDS_SQL "('transaction', 'statements', 'script', 'nothing')"

/* What both tables have. */
#define COLUMNS "name, state, action, kind, hash, schema_hash, who, " \
	"started_at, finished_at, duration_ms, row_count, status, output, " \
	"reason"
enum {
	C_NAME, C_STATE, C_ACTION, C_KIND, C_HASH, C_SCHEMA, C_WHO, C_STARTED,
	C_FINISHED, C_MS, C_ROWS, C_STATUS, C_OUTPUT, C_REASON, NCOLUMNS
};

const char *
history_state_name(enum history_state state)
{

	return (states[state]);
}

const char *
history_action_name(enum history_action action)
{

	return (actions[action]);
}

/*
 * Finding and making it.
 */

static int
find_sqlite(struct history *h, struct err *err)
{
	struct engine_result *r;

	r = engine_query(h->e, "SELECT 1 FROM main.sqlite_schema WHERE name ="
	    " '" HISTORY_TABLE "'", NULL, 0, err);
	if (r == NULL)
		return (-1);
	h->exists = engine_rows(r) > 0;
	engine_done(r);
	return (0);
}

static int
find_pg(struct history *h, struct err *err)
{
	struct engine_result *r;
	const char *schema;

	r = engine_query(h->e, "SELECT n.nspname, pg_catalog.current_schema(),"
	    " pg_catalog.current_setting('server_encoding') <> 'UTF8'"
	    " FROM (SELECT pg_catalog.to_regclass('" HISTORY_TABLE "') AS oid)"
	    " AS t LEFT JOIN pg_catalog.pg_class AS c ON c.oid = t.oid"
	    " LEFT JOIN pg_catalog.pg_namespace AS n"
	    " ON n.oid = c.relnamespace", NULL, 0, err);
	if (r == NULL)
		return (-1);
	h->exists = engine_get(r, 0, 0) != NULL;
	schema = engine_get(r, 0, h->exists ? 0 : 1);
	h->ascii = engine_get(r, 0, 2)[0] == 't';
	if (schema != NULL)
		h->schema = mem_strdup(schema);
	engine_done(r);
	if (h->schema != NULL)
		return (0);
	(void)err_set(err, "there is no schema in the search_path of %s "
	    "that this role may use", engine_place(h->e));
	(void)err_hint(err, "the history needs one to be in: ALTER ROLE ... "
	    "SET search_path, PGOPTIONS=\"-c search_path=...\", or GRANT "
	    "USAGE ON SCHEMA");
	return (err_status(err, DIAG_FAIL));
}

static void
put_name(const struct history *h, const char *table, struct buf *b)
{

	if (h->schema != NULL)
		pg_quote(b, h->schema);
	else
		buf_puts(b, "main");
	buf_printf(b, ".%s", table);
}

/* A table of the same name that is somebody else's lacks what ours has. */
static int
check_ours(struct history *h, struct err *err)
{
	struct engine_result *r;
	struct buf b = { 0 };

	if (!h->exists)
		return (0);
	buf_printf(&b, "SELECT run, applied, " COLUMNS " FROM %s LIMIT 0",
	    buf_z(&h->table));
	r = engine_query(h->e, buf_z(&b), NULL, 0, err);
	buf_free(&b);
	engine_done(r);
	if (r != NULL)
		return (0);
	return (err_prefix(err, "table %s cannot be read as a history of "
	    "migrations: ", HISTORY_TABLE));
}

struct history *
history_open(struct engine *e, struct err *err)
{
	struct history *h = mem_alloc(sizeof(*h));

	h->e = e;
	if ((engine_sqlite(e) != NULL ? find_sqlite(h, err) :
	    find_pg(h, err)) != 0) {
		history_close(h);
		return (NULL);
	}
	put_name(h, HISTORY_TABLE, &h->table);
	put_name(h, HISTORY_RUNS, &h->runs);
	if (check_ours(h, err) == 0)
		return (h);
	history_close(h);
	return (NULL);
}

void
history_close(struct history *h)
{

	if (h == NULL)
		return;
	buf_free(&h->table);
	buf_free(&h->runs);
	mem_free(h->schema);
	mem_free(h);
}

void
history_use(struct history *h, struct engine *e)
{

	h->e = e;
}

int
history_exists(const struct history *h)
{

	return (h->exists);
}

static int
make_table(struct history *h, const char *name, const char *own,
    const char *when, const char *tail, struct err *err)
{
	struct buf b = { 0 };
	int rc;

	buf_printf(&b, "CREATE TABLE IF NOT EXISTS %s (%s"
	    " state text NOT NULL CHECK (state IN " STATES_SQL "),"
	    " action text NOT NULL CHECK (action IN " ACTIONS_SQL "),"
	    " kind text NOT NULL CHECK (kind IN " KINDS_SQL "),"
	    " hash text, schema_hash text, who text NOT NULL,"
	    " started_at %s NOT NULL, finished_at %s,", name, own, when, when);
	buf_printf(&b, " duration_ms %s, row_count %s, status %s,"
	    " output text, reason text)%s", h->schema != NULL ? "bigint" :
	    "integer", h->schema != NULL ? "bigint" : "integer", "integer",
	    tail);
	rc = engine_exec(h->e, buf_z(&b), err);
	buf_free(&b);
	return (rc);
}

int
history_make(struct history *h, struct err *err)
{
	const char *when = h->schema != NULL ? "timestamptz" : "text";
	const char *tail = h->schema != NULL ? "" : " STRICT";

	if (h->exists)
		return (0);
	if (make_table(h, buf_z(&h->runs), h->schema != NULL ?
	    "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
	    " name text NOT NULL," :
	    "id integer PRIMARY KEY, name text NOT NULL,", when, tail,
	    err) != 0 ||
	    make_table(h, buf_z(&h->table), h->schema != NULL ?
	    "name text PRIMARY KEY, run bigint NOT NULL, applied bigint," :
	    "name text PRIMARY KEY, run integer NOT NULL, applied integer,",
	    when, tail, err) != 0)
		return (-1);
	h->exists = 1;
	return (0);
}

/*
 * Reading.
 */

static size_t
word_of(const char *s, const char *const *words, size_t n)
{
	size_t i;

	for (i = 0; i + 1 < n && strcmp(s, words[i]) != 0; i++)
		continue;
	return (i);
}
#define WORD_OF(s, words) word_of(s, words, sizeof(words) / sizeof(words[0]))

static const char *
take(const struct engine_result *r, size_t row, size_t i, struct arena *a)
{
	const char *s = engine_get(r, row, i);

	return (s == NULL ? NULL : arena_dup(a, s, strlen(s)));
}

static int64_t
take_int(const struct engine_result *r, size_t row, size_t i)
{

	return (engine_get(r, row, i) == NULL ? -1 :
	    engine_get_int(r, row, i));
}

/* The row ${i} of a result: id, applied, COLUMNS. */
static void
take_row(const struct engine_result *r, size_t i, struct history_row *row,
    struct arena *a)
{

	memset(row, 0, sizeof(*row));
	row->id = engine_get_int(r, i, 0);
	row->applied = engine_get_int(r, i, 1);
	row->name = take(r, i, 2 + C_NAME, a);
	row->state = (enum history_state)WORD_OF(engine_get(r, i,
	    2 + C_STATE), states);
	row->action = (enum history_action)WORD_OF(engine_get(r, i,
	    2 + C_ACTION), actions);
	row->kind = (enum history_kind)WORD_OF(engine_get(r, i, 2 + C_KIND),
	    kinds);
	row->hash = take(r, i, 2 + C_HASH, a);
	row->schema_hash = take(r, i, 2 + C_SCHEMA, a);
	row->who = take(r, i, 2 + C_WHO, a);
	row->started = take(r, i, 2 + C_STARTED, a);
	row->finished = take(r, i, 2 + C_FINISHED, a);
	row->ms = take_int(r, i, 2 + C_MS);
	row->rows = take_int(r, i, 2 + C_ROWS);
	row->status = (int)take_int(r, i, 2 + C_STATUS);
	row->output = take(r, i, 2 + C_OUTPUT, a);
	row->reason = take(r, i, 2 + C_REASON, a);
}

static void
put_time(const struct history *h, const char *column, struct buf *b)
{

	if (h->schema == NULL)
		buf_puts(b, column);
	else
		buf_printf(b, "pg_catalog.to_char(%s AT TIME ZONE 'UTC', "
		    "'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')", column);
}

static int
read_rows(struct history *h, const char *from, const char *key,
    const char *order, struct history_rows *rows, struct arena *a,
    struct err *err)
{
	struct engine_result *r;
	struct buf b = { 0 };
	size_t i;

	rows->n = 0;
	if (!h->exists)
		return (0);
	buf_printf(&b, "SELECT %s, name, state, action, kind, hash, "
	    "schema_hash, who, ", key);
	put_time(h, "started_at", &b);
	buf_puts(&b, ", ");
	put_time(h, "finished_at", &b);
	buf_printf(&b, ", duration_ms, row_count, status, output, reason "
	    "FROM %s ORDER BY %s", from, order);
	r = engine_query(h->e, buf_z(&b), NULL, 0, err);
	buf_free(&b);
	if (r == NULL)
		return (-1);
	rows->n = engine_rows(r);
	rows->v = arena_alloc(a, (rows->n + 1) * sizeof(*rows->v));
	for (i = 0; i < rows->n; i++)
		take_row(r, i, &rows->v[i], a);
	engine_done(r);
	return (0);
}

/* A down that failed in its transaction is a run, but no state. */
static int
read_refused(struct history *h, struct history_rows *rows, struct arena *a,
    struct err *err)
{
	struct engine_result *r;
	struct buf b = { 0 };
	size_t i, k;

	buf_puts(&b, "SELECT r.name, ");
	put_time(h, "r.finished_at", &b);
	buf_printf(&b, " || ': ' || COALESCE(r.reason, '') FROM %s AS r JOIN %s"
	    " AS t ON t.name = r.name AND t.run < r.id WHERE r.state ="
	    " 'failed' ORDER BY r.id", buf_z(&h->runs), buf_z(&h->table));
	r = engine_query(h->e, buf_z(&b), NULL, 0, err);
	buf_free(&b);
	if (r == NULL)
		return (-1);
	for (i = 0; i < engine_rows(r); i++)
		for (k = 0; k < rows->n; k++)
			if (strcmp(rows->v[k].name, engine_get(r, i, 0)) == 0)
				rows->v[k].refused = take(r, i, 1, a);
	engine_done(r);
	return (0);
}

int
history_read(struct history *h, struct history_rows *rows, struct arena *a,
    struct err *err)
{

	return (read_rows(h, buf_z(&h->table), "run, applied", "name", rows, a,
	    err) != 0 || (h->exists && read_refused(h, rows, a, err) != 0) ?
	    -1 : 0);
}

int
history_log(struct history *h, struct history_rows *rows, struct arena *a,
    struct err *err)
{

	return (read_rows(h, buf_z(&h->runs), "id, 0", "id", rows, a, err));
}

const struct history_row *
history_find(const struct history_rows *rows, const char *name)
{
	size_t i;

	for (i = 0; i < rows->n; i++)
		if (strcmp(rows->v[i].name, name) == 0)
			return (&rows->v[i]);
	return (NULL);
}

static void
put_member(struct buf *b, const char *key, const char *value)
{

	buf_printf(b, "\"%s\":", key);
	if (value == NULL)
		buf_puts(b, "null");
	else
		json_put_z(b, value);
	buf_putc(b, ',');
}

static void
put_number(struct buf *b, const char *key, int64_t n)
{

	buf_printf(b, "\"%s\":", key);
	if (n == -1)
		buf_puts(b, "null");
	else
		json_put_int(b, n);
	buf_putc(b, ',');
}

void
history_put_json(const struct history_row *row, struct buf *b)
{
	static const struct history_row none = {
		.ms = -1, .rows = -1, .status = -1
	};

	put_member(b, "action", row == NULL ? NULL : actions[row->action]);
	if (row == NULL)
		row = &none;
	put_member(b, "who", row->who);
	put_member(b, "started", row->started);
	put_member(b, "finished", row->finished);
	put_number(b, "duration_ms", row->ms);
	put_number(b, "rows", row->rows);
	put_number(b, "status", row->status);
	put_member(b, "hash", row->hash);
	put_member(b, "schema_hash", row->schema_hash);
	put_member(b, "reason", row->reason);
	put_member(b, "output", row->output);
	b->len--;
}

/*
 * Writing.
 */

void
history_put_now(struct buf *b)
{
	struct timespec now;
	char text[32];
	struct tm tm;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)gmtime_r(&now.tv_sec, &tm);
	(void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	buf_printf(b, "%s.%03dZ", text, (int)(now.tv_nsec / 1000000));
}

static void
put_who(struct buf *b)
{
	const struct passwd *pw = getpwuid(geteuid());
	char host[256] = "";

	if (gethostname(host, sizeof(host) - 1) != 0)
		host[0] = '\0';
	if (pw != NULL)
		buf_puts(b, pw->pw_name);
	else
		buf_printf(b, "uid %ld", (long)geteuid());
	buf_printf(b, "@%s", host);
}

/* Append text as every server can store it. */
static void
put_clean(const struct history *h, const char *s, struct buf *b)
{
	size_t len = strlen(s), good;

	while (len > 0) {
		good = utf8_check(s, len);
		for (; good > 0; good--, s++, len--) {
			if (((unsigned char)*s < ' ' && *s != '\n' &&
			    *s != '\t') || *s == 0x7f ||
			    (h->ascii && (unsigned char)*s >= 0x80))
				buf_putc(b, '?');
			else
				buf_putc(b, *s);
		}
		if (len > 0) {
			buf_putc(b, '?');
			s++, len--;
		}
	}
}

struct params {
	const char	*v[NCOLUMNS + 2];
	char		 ms[24], rows[24], status[24], id[24], applied[24];
	struct buf	 who, now, output, reason;
};

static const char *
number(char *dst, size_t size, int64_t n, int64_t none)
{

	if (n == none)
		return (NULL);
	(void)snprintf(dst, size, "%" PRId64, n);
	return (dst);
}

static void
fill(const struct history *h, const struct history_row *row, struct params *p)
{

	memset(p, 0, sizeof(*p));
	put_who(&p->who);
	history_put_now(&p->now);
	p->v[C_NAME] = row->name;
	p->v[C_STATE] = states[row->state];
	p->v[C_ACTION] = actions[row->action];
	p->v[C_KIND] = kinds[row->kind];
	p->v[C_HASH] = row->hash;
	p->v[C_SCHEMA] = row->schema_hash;
	p->v[C_WHO] = row->who != NULL ? row->who : buf_z(&p->who);
	p->v[C_STARTED] = row->started != NULL ? row->started :
	    buf_z(&p->now);
	if (row->state != HISTORY_RUNNING)
		p->v[C_FINISHED] = row->finished != NULL ? row->finished :
		    buf_z(&p->now);
	p->v[C_MS] = number(p->ms, sizeof(p->ms), row->ms, -1);
	p->v[C_ROWS] = number(p->rows, sizeof(p->rows), row->rows, -1);
	p->v[C_STATUS] = number(p->status, sizeof(p->status), row->status,
	    -1);
	if (row->output != NULL) {
		put_clean(h, row->output, &p->output);
		p->v[C_OUTPUT] = buf_z(&p->output);
	}
	if (row->reason != NULL) {
		put_clean(h, row->reason, &p->reason);
		p->v[C_REASON] = buf_z(&p->reason);
	}
}

static void
params_free(struct params *p)
{

	buf_free(&p->who);
	buf_free(&p->now);
	buf_free(&p->output);
	buf_free(&p->reason);
}

/* Run what changes books; store the number it returns in *${id} unless that is
 * NULL. */
static int
change(struct history *h, struct buf *sql, const char *const *params,
    size_t n, int64_t *id, struct err *err)
{
	struct engine_result *r = engine_query(h->e, buf_z(sql), params, n,
	    err);

	buf_free(sql);
	if (r == NULL)
		return (err_prefix(err, "could not write the history: "));
	if (id != NULL)
		*id = engine_get_int(r, 0, 0);
	engine_done(r);
	return (0);
}

/* Let the run ${row} be the last of its migration.  Only what has ended says
 * whether it is applied. */
static int
publish(struct history *h, const struct history_row *row, struct err *err)
{
	static const char *const columns[] = {
		"state", "action", "kind", "hash", "schema_hash", "who",
		"started_at", "finished_at", "duration_ms", "row_count",
		"status", "output", "reason"
	};
	struct buf b = { 0 };
	char id[24];
	const char *p[1] = { id };
	size_t i;

	if (row->kind == HISTORY_SQL && row->state == HISTORY_FAILED &&
	    row->action == HISTORY_DOWN)
		return (0);
	(void)snprintf(id, sizeof(id), "%" PRId64, row->id);
	buf_printf(&b, "INSERT INTO %s AS t (run, applied, " COLUMNS ") "
	    "SELECT id, ", buf_z(&h->table));
	if (row->state == HISTORY_COMPLETED && row->applied != 0)
		buf_printf(&b, "%" PRId64, row->applied);
	else
		buf_puts(&b, row->state == HISTORY_COMPLETED ? "id" : "NULL");
	buf_printf(&b, ", " COLUMNS " FROM %s WHERE id = $1 "
	    "ON CONFLICT (name) DO UPDATE SET run = excluded.run",
	    buf_z(&h->runs));
	for (i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		buf_printf(&b, ", %s = excluded.%s", columns[i], columns[i]);
	if (row->action == HISTORY_ACCEPT && row->applied == 0)
		buf_puts(&b, ", applied = t.applied");
	else if (row->state != HISTORY_RUNNING &&
	    row->state != HISTORY_FAILED)
		buf_puts(&b, ", applied = excluded.applied");
	return (change(h, &b, p, 1, NULL, err));
}

/* A run that is still said to go on when its migration is run again was ended
 * by what ended its runner. */
static int
bury(struct history *h, const char *name, struct err *err)
{
	const char *p[1] = { name };
	struct buf b = { 0 };

	buf_printf(&b, "UPDATE %s SET state = 'failed', reason = 'it never "
	    "ended: its runner was killed, or the machine stopped'"
	    " WHERE name = $1 AND state = 'running'", buf_z(&h->runs));
	return (change(h, &b, p, 1, NULL, err));
}

int
history_begin(struct history *h, struct history_row *row, struct err *err)
{
	struct buf b = { 0 };
	struct params p;
	size_t i;
	int rc;

	if (bury(h, row->name, err) != 0)
		return (-1);
	fill(h, row, &p);
	buf_printf(&b, "INSERT INTO %s (" COLUMNS ") VALUES (",
	    buf_z(&h->runs));
	for (i = 0; i < NCOLUMNS; i++)
		buf_printf(&b, "%s$%zu", i == 0 ? "" : ", ", i + 1);
	buf_puts(&b, ") RETURNING id");
	rc = change(h, &b, p.v, NCOLUMNS, &row->id, err);
	params_free(&p);
	return (rc == 0 ? publish(h, row, err) : -1);
}

int
history_write(struct history *h, struct history_row *row, struct err *err)
{

	return (history_begin(h, row, err));
}

int
history_end(struct history *h, struct history_row *row, struct err *err)
{
	const char *v[8];
	struct buf b = { 0 };
	struct params p;
	int rc;

	fill(h, row, &p);
	v[0] = p.v[C_STATE];
	v[1] = p.v[C_SCHEMA];
	v[2] = p.v[C_FINISHED];
	v[3] = p.v[C_MS];
	v[4] = p.v[C_ROWS];
	v[5] = p.v[C_STATUS];
	v[6] = p.v[C_OUTPUT];
	v[7] = p.v[C_REASON];
	buf_printf(&b, "UPDATE %s SET state = $1, schema_hash = $2, "
	    "finished_at = $3, duration_ms = $4, row_count = $5, status = $6,"
	    " output = $7, reason = $8 WHERE id = %" PRId64, buf_z(&h->runs),
	    row->id);
	rc = change(h, &b, v, sizeof(v) / sizeof(v[0]), NULL, err);
	params_free(&p);
	return (rc == 0 ? publish(h, row, err) : -1);
}
