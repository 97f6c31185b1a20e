#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/quote.h"
#include "json/json.h"
#include "schema/table.h"

#define FILE_MAX	((size_t)256 << 20)	/* bytes of a schema file */
#define READ_SIZE	((size_t)64 << 10)

/* No schema is as good as "public". */
static const char *
schema_of(const char *schema)
{

	return (schema == NULL ? "public" : schema);
}

static int
is_stdin(const char *path)
{

	return (strcmp(path, "-") == 0);
}

static void
close_file(int fd)
{

	if (fd != STDIN_FILENO)
		(void)close(fd);
}

static int
read_whole(const char *path, struct buf *b, struct err *err)
{
	struct quote q;
	ssize_t n;
	int fd;

	if (is_stdin(path))
		fd = STDIN_FILENO;
	else if ((fd = io_open(path, O_RDONLY, 0)) == -1)
		return (err_sys(err, "could not open schema %s",
		    quote_z(&q, path)));
	while ((n = io_read(fd, buf_need(b, READ_SIZE), READ_SIZE)) > 0) {
		b->len += (size_t)n;
		if (b->len > FILE_MAX) {
			close_file(fd);
			(void)err_set(err, "schema %s is larger than 256 MiB",
			    quote_z(&q, path));
			return (err_status(err, DIAG_BADINPUT));
		}
	}
	if (n < 0)
		(void)err_sys(err, "could not read schema %s",
		    quote_z(&q, path));
	close_file(fd);
	return (n < 0 ? -1 : 0);
}

/* Put "file:line: " before the message; ${line} counts from 1. */
static int
place_error(struct err *err, const char *path, size_t line)
{
	char msg[sizeof(err->msg)], hint[sizeof(err->hint)];
	char place[QUOTE_MAX * 4];
	int status = err->status;

	memcpy(msg, err->msg, sizeof(msg));
	memcpy(hint, err->hint, sizeof(hint));
	if (is_stdin(path))
		path = "standard input";
	(void)quote_plain(place, sizeof(place), path, strlen(path));
	(void)err_set(err, "%s:%zu: %s", place, line, msg);
	memcpy(err->hint, hint, sizeof(hint));
	return (err_status(err, status != 0 ? status : DIAG_BADINPUT));
}

/* Tables as they are read, with the line that each began on. */
struct found {
	struct table	*t;
	size_t		 line;
};

struct file {
	const char	*path;
	struct arena	*a;
	struct found	*v;
	size_t		 n, cap;
};

static void
add_found(struct file *rd, struct table *t, size_t line)
{

	rd->v = mem_grow(rd->v, &rd->cap, rd->n + 1, sizeof(*rd->v));
	rd->v[rd->n].t = t;
	rd->v[rd->n++].line = line;
}

static int
compare_found(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	int rc;

	if ((rc = strcmp(x->t->name, y->t->name)) == 0)
		rc = strcmp(schema_of(x->t->schema), schema_of(y->t->schema));
	if (rc == 0)
		rc = x->line < y->line ? -1 : x->line > y->line;
	return (rc);
}

/* Refuse a name that comes twice; tables that ${set} has are on line 0. */
static int
check_names(const struct file *rd, const struct table_set *set,
    struct err *err)
{
	struct file all = { 0 };
	struct quote q;
	size_t i;
	int rc = 0;

	for (i = 0; i < set->n; i++)
		add_found(&all, set->v[i], 0);
	for (i = 0; i < rd->n; i++)
		add_found(&all, rd->v[i].t, rd->v[i].line);
	if (all.n > 0)
		qsort(all.v, all.n, sizeof(*all.v), compare_found);
	for (i = 1; i < all.n && rc == 0; i++) {
		if (strcmp(all.v[i].t->name, all.v[i - 1].t->name) != 0 ||
		    strcmp(schema_of(all.v[i].t->schema),
		    schema_of(all.v[i - 1].t->schema)) != 0)
			continue;
		rc = err_set(err, "table %s is given twice",
		    quote_z(&q, all.v[i].t->name));
		(void)place_error(err, rd->path, all.v[i].line);
	}
	mem_free(all.v);
	return (rc);
}

static void
append_found(const struct file *rd, struct table_set *set)
{
	struct table **v = arena_alloc(rd->a,
	    (set->n + rd->n) * sizeof(*v));
	size_t i;

	if (set->n > 0)
		memcpy(v, set->v, set->n * sizeof(*v));
	for (i = 0; i < rd->n; i++)
		v[set->n + i] = rd->v[i].t;
	set->v = v;
	set->n += rd->n;
}

static size_t
count_lines(const char *s, size_t len)
{
	const char *end = s + len;
	size_t n = 0;

	while ((s = memchr(s, '\n', (size_t)(end - s))) != NULL) {
		s++;
		n++;
	}
	return (n);
}

static int
is_blank(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (strchr(" \t\r", s[i]) == NULL || s[i] == '\0')
			return (0);
	return (1);
}

/* Is the first line that is not blank a JSON text of its own? */
static int
is_line_by_line(const char *s, size_t len)
{
	struct json_reader *r = json_reader_new();
	struct err err = ERR_INIT;
	struct json_value v;
	const char *end = s + len, *nl;
	int rc = 0;

	while ((nl = memchr(s, '\n', (size_t)(end - s))) != NULL &&
	    is_blank(s, (size_t)(nl - s)))
		s = nl + 1;
	if (nl != NULL)
		rc = json_read_value(r, s, (size_t)(nl - s), &v, &err) == 0;
	json_reader_free(r);
	return (rc);
}

static int
read_lines(struct file *rd, const char *s, size_t len, struct err *err)
{
	const char *end = s + len, *nl;
	struct table *t;
	size_t line;

	for (line = 1; s < end; s = nl + 1, line++) {
		nl = memchr(s, '\n', (size_t)(end - s));
		if (nl == NULL)
			nl = end;
		if (!is_blank(s, (size_t)(nl - s))) {
			t = table_read(s, (size_t)(nl - s), rd->a, err);
			if (t == NULL)
				return (place_error(err, rd->path, line));
			add_found(rd, t, line);
		}
		if (nl == end)
			break;
	}
	return (0);
}

static int
read_document(struct file *rd, const char *s, size_t len, struct err *err)
{
	struct table *t = table_read(s, len, rd->a, err);
	size_t line = 1;

	if (t == NULL) {
		if (err->pos != ERR_NOPOS && err->pos <= len)
			line += count_lines(s, err->pos);
		return (place_error(err, rd->path, line));
	}
	add_found(rd, t, line);
	return (0);
}

int
table_set_read(const char *path, struct table_set *set, struct arena *a,
    struct err *err)
{
	struct file rd = { .path = path, .a = a };
	struct buf b = { 0 };
	const char *s;
	int rc;

	if ((rc = read_whole(path, &b, err)) == 0) {
		s = buf_z(&b);
		rc = is_line_by_line(s, b.len) ?
		    read_lines(&rd, s, b.len, err) :
		    read_document(&rd, s, b.len, err);
	}
	if (rc == 0)
		rc = check_names(&rd, set, err);
	if (rc == 0)
		append_found(&rd, set);
	mem_free(rd.v);
	buf_free(&b);
	return (rc);
}
