#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "db/sqlite.h"
#include "db/sqlite_exact.h"
#include "db/sqlite_sequence.h"
#include "db/sqlite_table.h"
#include "json/json.h"

static const char select_sql[] =
    "SELECT rowid, name, seq FROM main." SQLITE_SEQUENCE " ORDER BY rowid";
static const char insert_sql[] =
    "INSERT INTO main." SQLITE_SEQUENCE " (rowid, name, seq)"
    " VALUES (?1, ?2, ?3)";

static void
add(struct sqlite_sequence *s, int64_t rowid, const char *text, size_t len)
{

	s->v = mem_grow(s->v, &s->cap, s->n + 1, sizeof(*s->v));
	s->v[s->n].rowid = rowid;
	s->v[s->n++].text = mem_dup(text, len);
}

static void
read_row(const struct sqlite_stmt *stmt, struct sqlite_sequence *s,
    struct buf *b)
{
	struct sqlite_value v;

	b->len = 0;
	buf_puts(b, "{\"name\":");
	sqlite_column(stmt, 1, &v);
	sqlite_exact_put(b, &v, 0);
	buf_puts(b, ",\"seq\":");
	sqlite_column(stmt, 2, &v);
	sqlite_exact_put(b, &v, 0);
	buf_putc(b, '}');
	add(s, sqlite_column_int(stmt, 0), b->s, b->len);
}

int
sqlite_sequence_read(struct sqlite *db, struct sqlite_sequence *s,
    struct err *err)
{
	struct sqlite_stmt *stmt;
	enum sqlite_step step;
	struct buf b = { 0 };

	memset(s, 0, sizeof(*s));
	s->there = sqlite_table_exists(db, SQLITE_SEQUENCE, err);
	if (s->there <= 0)
		return (s->there);
	stmt = sqlite_prepare(db, select_sql, sizeof(select_sql) - 1, err);
	if (stmt == NULL)
		return (-1);
	while ((step = sqlite_step(stmt, err)) == SQLITE_STEP_ROW)
		read_row(stmt, s, &b);
	sqlite_finalize(stmt);
	buf_free(&b);
	return (step == SQLITE_STEP_DONE ? 0 : -1);
}

/* The row, or the one that it would come before. */
static size_t
place(const struct sqlite_sequence *s, int64_t rowid)
{
	size_t i = 0;

	while (i < s->n && s->v[i].rowid < rowid)
		i++;
	return (i);
}

const char *
sqlite_sequence_find(const struct sqlite_sequence *s, int64_t rowid)
{
	size_t i = place(s, rowid);

	return (i < s->n && s->v[i].rowid == rowid ? s->v[i].text : NULL);
}

void
sqlite_sequence_set(struct sqlite_sequence *s, int64_t rowid,
    const char *text, size_t len)
{
	size_t i = place(s, rowid);
	struct sqlite_sequence_row row;

	if (i < s->n && s->v[i].rowid == rowid) {
		mem_free(s->v[i].text);
		s->n--;
		memmove(s->v + i, s->v + i + 1,
		    (s->n - i) * sizeof(*s->v));
	}
	if (text == NULL)
		return;
	add(s, rowid, text, len);
	row = s->v[s->n - 1];
	memmove(s->v + i + 1, s->v + i, (s->n - 1 - i) * sizeof(*s->v));
	s->v[i] = row;
}

static int
same(const struct sqlite_sequence *a, const struct sqlite_sequence *b)
{
	size_t i;

	for (i = 0; a->n == b->n && i < a->n; i++)
		if (a->v[i].rowid != b->v[i].rowid ||
		    strcmp(a->v[i].text, b->v[i].text) != 0)
			return (0);
	return (a->n == b->n);
}

static int
insert(struct sqlite_stmt *stmt, const struct sqlite_sequence_row *row,
    struct json_reader *reader, struct arena *a, struct err *err)
{
	static const char *const names[] = { "name", "seq" };
	struct json_value object, member;
	struct sqlite_value v;
	size_t i;

	sqlite_bind_int(stmt, 1, row->rowid);
	if (json_read_value(reader, row->text, strlen(row->text), &object,
	    err) != 0)
		return (-1);
	for (i = 0; i < 2; i++) {
		if (!json_get(&object, names[i], strlen(names[i]), &member))
			return (err_set(err, "a row of " SQLITE_SEQUENCE
			    " has no %s", names[i]));
		if (sqlite_exact_get(&member, 0, a, &v, err) != 0)
			return (-1);
		sqlite_bind_value(stmt, (int)i + 2, &v);
	}
	return (sqlite_step(stmt, err) == SQLITE_STEP_DONE ? 0 : -1);
}

static int
write_all(struct sqlite *db, const struct sqlite_sequence *s, struct err *err)
{
	struct json_reader *reader;
	struct sqlite_stmt *stmt;
	struct arena *a;
	size_t i;
	int rc = 0;

	if (sqlite_exec(db, "DELETE FROM main." SQLITE_SEQUENCE, err) != 0)
		return (-1);
	stmt = sqlite_prepare(db, insert_sql, sizeof(insert_sql) - 1, err);
	if (stmt == NULL)
		return (-1);
	reader = json_reader_new();
	a = arena_new();
	for (i = 0; rc == 0 && i < s->n; i++)
		rc = insert(stmt, &s->v[i], reader, a, err);
	sqlite_finalize(stmt);
	json_reader_free(reader);
	arena_free(a);
	return (rc);
}

int
sqlite_sequence_write(struct sqlite *db, const struct sqlite_sequence *s,
    struct err *err)
{
	struct sqlite_sequence now;
	int rc;

	rc = sqlite_sequence_read(db, &now, err);
	if (rc == 0 && now.there && !same(&now, s))
		rc = write_all(db, s, err);
	sqlite_sequence_free(&now);
	return (rc);
}

void
sqlite_sequence_copy(struct sqlite_sequence *to,
    const struct sqlite_sequence *from)
{
	size_t i;

	memset(to, 0, sizeof(*to));
	to->there = from->there;
	for (i = 0; i < from->n; i++)
		add(to, from->v[i].rowid, from->v[i].text,
		    strlen(from->v[i].text));
}

void
sqlite_sequence_free(struct sqlite_sequence *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		mem_free(s->v[i].text);
	mem_free(s->v);
	memset(s, 0, sizeof(*s));
}
