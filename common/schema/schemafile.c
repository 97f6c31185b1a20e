#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/infile.h"
#include "base/mem.h"
#include "base/quote.h"
#include "json/json.h"
#include "schema/name.h"
#include "schema/schemafile.h"

#define FILE_MAX	((size_t)256 << 20)

struct schemafile {
	struct buf		 text;
	struct json_value	*doc;
	size_t			 n, cap;
};

static void
add(struct schemafile *f, const struct json_value *v)
{

	f->doc = mem_grow(f->doc, &f->cap, f->n + 1, sizeof(*f->doc));
	f->doc[f->n++] = *v;
}

static int
is_blank(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (strchr(" \t\r\n", s[i]) == NULL || s[i] == '\0')
			return (0);
	return (1);
}

/* Is the first line that is not empty a whole document? */
static int
is_lines(struct json_reader *r, const struct buf *b)
{
	const char *s = b->s, *end = b->s + b->len, *lf;
	struct err unused = ERR_INIT;
	struct json_value v;

	while (s < end && is_blank(s, 1))
		s++;
	lf = memchr(s, '\n', (size_t)(end - s));
	return (lf != NULL && !is_blank(lf, (size_t)(end - lf)) &&
	    json_read_value(r, s, (size_t)(lf - s), &v, &unused) == 0);
}

static int
refuse(const char *path, size_t line, struct err *err)
{
	char text[512];
	struct quote q;

	(void)quote_plain(text, sizeof(text), err->msg, strlen(err->msg));
	(void)err_set(err, "schema %s, line %zu: %s", quote_z(&q, path), line,
	    text);
	return (err_status(err, DIAG_USAGE));
}

static size_t
line_of(const struct buf *b, size_t pos)
{
	size_t i, line = 1;

	for (i = 0; i < b->len && i < pos; i++)
		line += b->s[i] == '\n';
	return (line);
}

static int
read_one(struct schemafile *f, struct json_reader *r, const char *path,
    struct err *err)
{
	struct json_value v;

	if (json_read_value(r, buf_z(&f->text), f->text.len, &v, err) != 0)
		return (refuse(path, line_of(&f->text, err->pos), err));
	add(f, &v);
	return (0);
}

static int
read_lines(struct schemafile *f, struct json_reader *r, const char *path,
    struct err *err)
{
	const char *s = f->text.s, *end = f->text.s + f->text.len, *lf;
	struct json_value v;
	size_t line = 0;

	for (; s < end; s = lf + 1) {
		line++;
		if ((lf = memchr(s, '\n', (size_t)(end - s))) == NULL)
			lf = end;
		if (is_blank(s, (size_t)(lf - s)))
			continue;
		if (json_read_value(r, s, (size_t)(lf - s), &v, err) != 0)
			return (refuse(path, line, err));
		add(f, &v);
	}
	return (0);
}

struct schemafile *
schemafile_read(const char *path, struct err *err)
{
	struct schemafile *f = mem_alloc(sizeof(*f));
	struct json_reader *r;
	int rc;

	if (infile_read(path, FILE_MAX, &f->text, err) != 0) {
		schemafile_free(f);
		return (NULL);
	}
	r = json_reader_new();
	rc = is_lines(r, &f->text) ? read_lines(f, r, path, err) :
	    read_one(f, r, path, err);
	json_reader_free(r);
	if (rc != 0) {
		schemafile_free(f);
		return (NULL);
	}
	return (f);
}

int
schemafile_several(const struct schemafile *f)
{

	return (f->n > 1);
}

/* Is the document about the table called ${n}? */
static int
is_named(const struct json_value *doc, const struct name *n)
{
	const char *table = n->part[n->n - 1];
	const char *owner = n->n > 1 ? n->part[n->n - 2] : NULL;
	struct json_value v;

	if (!json_get(doc, "title", 5, &v) ||
	    !json_string_is(&v, table, strlen(table)))
		return (0);
	if (owner == NULL)
		return (1);
	if (!json_get(doc, "sqlObjectOwner", 14, &v))
		return (strcmp(owner, "public") == 0);
	return (json_string_is(&v, owner, strlen(owner)));
}

/* How many documents are about the table; *${doc} becomes the last. */
static size_t
find(const struct schemafile *f, const char *table, enum name_case as,
    const struct json_value **doc)
{
	struct arena *a = arena_new();
	struct name name;
	size_t i, n = 0;

	name_read(table, strlen(table), as, &name, a);
	for (i = 0; i < f->n; i++)
		if (is_named(&f->doc[i], &name)) {
			*doc = &f->doc[i];
			n++;
		}
	arena_free(a);
	return (n);
}

/* Fill ${err}: there is not one document but none, or several. */
static void
not_one(const char *table, struct err *err)
{
	struct quote q;

	if (table != NULL)
		(void)err_set(err, "there is no table %s in the schema, or"
		    " more than one", quote_z(&q, table));
	else {
		(void)err_set(err, "the schema has several tables");
		(void)err_hint(err, "name the one that is meant with --table");
	}
	(void)err_status(err, DIAG_USAGE);
}

const char *
schemafile_text(const struct schemafile *f, const char *table, size_t *len,
    struct err *err)
{
	const struct json_value *doc = &f->doc[0];
	size_t n = f->n;

	if (table != NULL && (n = find(f, table, NAME_KEEP, &doc)) == 0)
		n = find(f, table, NAME_LOWER, &doc);
	if (n == 1) {
		*len = doc->len;
		return (doc->s);
	}
	not_one(table, err);
	return (NULL);
}

void
schemafile_free(struct schemafile *f)
{

	if (f == NULL)
		return;
	buf_free(&f->text);
	mem_free(f->doc);
	mem_free(f);
}
