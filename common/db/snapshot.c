#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/engine.h"
#include "db/feed.h"
#include "db/schemasum.h"
#include "db/snapshot.h"
#include "json/canon.h"
#include "json/json.h"
#include "row/canonical.h"
#include "row/row.h"
#include "row/rowsum.h"
#include "schema/ddl.h"
#include "schema/table.h"

#define MEMORY	((size_t)16 << 20)	/* for sorting a table's rows */

struct relation {
	const struct table	*table;
	const char		*label;		/* "users", "app.users" */
	struct json_value	 schema;
	uint64_t		 rows;
	char			 hex[DIGEST_HEX + 1];
};

struct snapshot {
	struct arena	*a;
	struct buf	 text;
	struct buf	 rest;		/* what is no table */
	struct json_value others;	/* that */
	struct relation	*v;
	size_t		 n, cap;
};

/*
 * Looking.
 */

static int
has_rows(const struct table *t)
{

	return (t->kind == NULL || strcmp(t->kind, "materialized view") == 0);
}

static int
sum_rows(struct feed *f, struct rowsum *rs, struct json_reader *reader,
    struct relation *rel, struct err *err)
{
	struct row row = { 0 };
	struct buf b = { 0 };
	int rc;

	while ((rc = feed_next(f, &b, err)) == 1) {
		if ((rc = json_read_object(reader, b.s, b.len, err)) != 0)
			break;
		row.s = b.s;
		row.len = b.len;
		row.fields = reader->fields;
		row.nfields = reader->nfields;
		row.shape = reader->shape;
		if ((rc = rowsum_add(rs, &row, err)) != 0)
			break;
		rel->rows++;
		b.len = 0;
	}
	buf_free(&b);
	return (rc != 0 ? -1 : rowsum_end(rs, rel->hex, err));
}

static int
read_rows(struct engine *e, struct relation *rel, struct err *err)
{
	struct canonical *canonical;
	struct json_reader *reader;
	struct buf name = { 0 };
	struct rowsum *rs;
	struct feed *f;
	int rc = -1;

	if (rel->table->schema != NULL) {
		ddl_quote(&name, rel->table->schema);
		buf_putc(&name, '.');
	}
	ddl_quote(&name, rel->table->name);
	canonical = canonical_new();
	reader = json_reader_new();
	rs = rowsum_new(canonical, MEMORY);
	if ((f = feed_from(e, buf_z(&name), NULL, err)) != NULL)
		rc = sum_rows(f, rs, reader, rel, err);
	if (rc != 0)
		(void)err_prefix(err, "table %s: ", rel->label);
	feed_close(f);
	rowsum_free(rs);
	json_reader_free(reader);
	canonical_free(canonical);
	buf_free(&name);
	return (rc);
}

static const char *
label_of(const struct table *t, struct arena *a)
{
	char text[200];
	struct buf b = { 0 };
	const char *s;

	table_put_name(t->schema, t->name, &b);
	s = quote_plain(text, sizeof(text), b.s, b.len);
	buf_free(&b);
	return (arena_dup(a, s, strlen(s)));
}

/* Take apart the lines of all schemas. */
static int
read_schemas(struct snapshot *s, struct err *err)
{
	const char *p = s->text.s, *end = p + s->text.len, *nl;
	struct json_reader *reader = json_reader_new();
	struct relation *rel;
	int rc = 0;

	for (; rc == 0 && s->text.len > 0 && p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		s->v = mem_grow(s->v, &s->cap, s->n + 1, sizeof(*s->v));
		rel = &s->v[s->n++];
		memset(rel, 0, sizeof(*rel));
		rc = json_read_value(reader, p, (size_t)(nl - p), &rel->schema,
		    err);
		if (rc == 0 && (rel->table = table_read(p, (size_t)(nl - p),
		    s->a, err)) == NULL)
			rc = -1;
		if (rc == 0)
			rel->label = label_of(rel->table, s->a);
	}
	if (rc == 0)
		rc = json_read_value(reader, buf_z(&s->rest), s->rest.len,
		    &s->others, err);
	json_reader_free(reader);
	return (rc);
}

static int
look(struct engine *e, struct snapshot *s, struct err *err)
{
	size_t i;

	if (schemasum_text(e, &s->text, err) != 0 ||
	    schemasum_others(e, &s->rest, err) != 0 ||
	    read_schemas(s, err) != 0)
		return (-1);
	for (i = 0; i < s->n; i++)
		if (has_rows(s->v[i].table) &&
		    read_rows(e, &s->v[i], err) != 0)
			return (-1);
	return (0);
}

struct snapshot *
snapshot_take(struct engine *e, struct err *err)
{
	struct snapshot *s = mem_alloc(sizeof(*s));
	int rc;

	s->a = arena_new();
	if ((rc = engine_begin(e, err)) == 0) {
		rc = look(e, s, err);
		engine_rollback(e);
	}
	if (rc == 0)
		return (s);
	snapshot_free(s);
	return (NULL);
}

void
snapshot_free(struct snapshot *s)
{

	if (s == NULL)
		return;
	buf_free(&s->text);
	buf_free(&s->rest);
	mem_free(s->v);
	arena_free(s->a);
	mem_free(s);
}

/*
 * Comparing.
 */

struct comparison {
	const struct relation	*at;
	snapshot_differs	*differs;
	void			*cookie;
	size_t			 n;
	struct buf		 b;
};

/* What members of a schema are called, one of them. */
static const struct {
	const char	*key, *what;
} words[] = {
	{ "properties", "column" },
	{ "required", "NOT NULL of column" },
	{ "x-indexes", "index" },
	{ "x-uniqueKeys", "unique key" },
	{ "x-foreignKeys", "foreign key" },
	{ "x-checks", "check" },
	{ "x-triggers", "trigger" },
	{ "x-policies", "policy" },
	{ "x-rules", "rule" },
	{ "x-statistics", "statistics" },
	{ "x-exclusions", "exclusion" },
	{ "x-sequences", "sequence" },
	{ "x-types", "type" },
	{ "x-functions", "function" },
};

static const char *
word_for(const char *key)
{
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].key, key) == 0)
			return (words[i].what);
	return (NULL);
}

static void
tell(struct comparison *c)
{

	c->n++;
	c->differs(c->cookie, buf_z(&c->b));
}

static void
begin_line(struct comparison *c)
{

	c->b.len = 0;
	buf_printf(&c->b, "%s %s: ", c->at->table->kind == NULL ? "table" :
	    c->at->table->kind, c->at->label);
}

static void
tell_member(struct comparison *c, const char *what, const char *name,
    size_t len, const char *how)
{
	struct quote q;

	begin_line(c);
	buf_printf(&c->b, "%s %s %s", what, quote(&q, name, len), how);
	tell(c);
}

/* The text that an element of an array goes by: its name, or all of it. */
static void
element_name(const struct json_value *v, struct json_value *name)
{

	if (!json_get(v, "name", strlen("name"), name))
		*name = *v;
}

static int
find_element(const struct json_value *array, const struct json_value *name,
    struct json_value *found)
{
	struct json_value v, n;
	struct json_iter it;

	json_iter_init(&it, array);
	while (json_next(&it, NULL, &v)) {
		element_name(&v, &n);
		if (canon_equal(&n, name)) {
			*found = v;
			return (1);
		}
	}
	return (0);
}

static void
tell_text(struct comparison *c, const char *what,
    const struct json_value *name, const char *how)
{
	struct arena *a = arena_new();
	size_t len = name->len;
	const char *s = name->s;

	if (name->type == JSON_STRING)
		s = json_string(name, a, &len);
	tell_member(c, what, s, len, how);
	arena_free(a);
}

static void
compare_arrays(struct comparison *c, const char *what,
    const struct json_value *want, const struct json_value *got)
{
	struct json_value v, name, other;
	struct json_iter it;

	json_iter_init(&it, want);
	while (json_next(&it, NULL, &v)) {
		element_name(&v, &name);
		if (!find_element(got, &name, &other))
			tell_text(c, what, &name, "is missing");
		else if (!canon_equal(&v, &other))
			tell_text(c, what, &name, "is not as it was");
	}
	json_iter_init(&it, got);
	while (json_next(&it, NULL, &v)) {
		element_name(&v, &name);
		if (!find_element(want, &name, &other))
			tell_text(c, what, &name, "is left behind");
	}
}

/* The member of ${obj} whose key is written like ${key}. */
static int
find_member(const struct json_value *obj, const struct json_value *key,
    struct json_value *found)
{
	struct json_value k, v;
	struct json_iter it;

	json_iter_init(&it, obj);
	while (json_next(&it, &k, &v)) {
		if (k.len == key->len && memcmp(k.s, key->s, k.len) == 0) {
			*found = v;
			return (1);
		}
	}
	return (0);
}

static void
compare_objects(struct comparison *c, const char *what,
    const struct json_value *want, const struct json_value *got)
{
	struct json_value key, v, other;
	struct json_iter it;

	json_iter_init(&it, want);
	while (json_next(&it, &key, &v)) {
		if (!find_member(got, &key, &other))
			tell_text(c, what, &key, "is missing");
		else if (!canon_equal(&v, &other))
			tell_text(c, what, &key, "is not as it was");
	}
	json_iter_init(&it, got);
	while (json_next(&it, &key, &v))
		if (!find_member(want, &key, &other))
			tell_text(c, what, &key, "is left behind");
}

static void
tell_value(struct comparison *c, const char *key,
    const struct json_value *want, const struct json_value *got)
{
	struct quote q;

	begin_line(c);
	if (want->s == NULL)
		buf_printf(&c->b, "%s is left behind: %s", key,
		    quote(&q, got->s, got->len));
	else if (got->s == NULL)
		buf_printf(&c->b, "%s is missing: %s", key,
		    quote(&q, want->s, want->len));
	else {
		buf_printf(&c->b, "%s is not as it was: it is %s", key,
		    quote(&q, got->s, got->len));
		buf_printf(&c->b, " and was %s",
		    quote(&q, want->s, want->len));
	}
	tell(c);
}

/* A member of the schemas; one that is not there has no text. */
static void
compare_member(struct comparison *c, const struct json_value *key,
    struct json_value want, struct json_value got)
{
	static const struct json_value empty_array = {
		.s = "[]", .len = 2, .type = JSON_ARRAY
	};
	const struct json_value *some = want.s != NULL ? &want : &got;
	const char *what;
	char name[64];

	(void)snprintf(name, sizeof(name), "%.*s", (int)(key->len - 2),
	    key->s + 1);
	what = word_for(name);
	if (what != NULL && some->type == JSON_ARRAY)
		compare_arrays(c, what, want.s != NULL ? &want : &empty_array,
		    got.s != NULL ? &got : &empty_array);
	else if (want.s != NULL && got.s != NULL && canon_equal(&want, &got))
		return;
	else if (what != NULL && want.s != NULL && got.s != NULL &&
	    want.type == JSON_OBJECT && got.type == JSON_OBJECT)
		compare_objects(c, what, &want, &got);
	else
		tell_value(c, name, &want, &got);
}

static void
compare_schemas(struct comparison *c, const struct json_value *want,
    const struct json_value *got)
{
	static const struct json_value none = { .s = NULL };
	struct json_value key, v, other;
	struct json_iter it;

	json_iter_init(&it, want);
	while (json_next(&it, &key, &v))
		compare_member(c, &key, v, json_get(got, key.s + 1,
		    key.len - 2, &other) ? other : none);
	json_iter_init(&it, got);
	while (json_next(&it, &key, &v))
		if (!json_get(want, key.s + 1, key.len - 2, &other))
			compare_member(c, &key, none, v);
}

/*
 * What there is beside tables.
 */

static void
tell_other(struct comparison *c, const struct json_value *kind,
    const struct json_value *name, const char *how)
{
	struct arena *a = arena_new();
	struct quote q;
	const char *s;
	size_t len;

	c->b.len = 0;
	buf_put(&c->b, kind->s + 1, kind->len - 2);
	s = json_string(name, a, &len);
	buf_printf(&c->b, " %s %s", quote(&q, s, len), how);
	tell(c);
	arena_free(a);
}

/* Tell what of each kind ${x} has and ${y} has not, and with ${same} also what
 * both have but not the same.  Who may do what with a table is told only where
 * there is that table. */
static void
compare_others(struct comparison *c, const struct json_value *x,
    const struct json_value *y, const char *how, int same)
{
	static const struct json_value none = {
		.s = "{}", .len = 2, .type = JSON_OBJECT
	};
	struct json_value kind, mine, theirs, name, v, other;
	struct json_iter kinds, names;

	json_iter_init(&kinds, x);
	while (json_next(&kinds, &kind, &mine)) {
		if (!find_member(y, &kind, &theirs))
			theirs = none;
		json_iter_init(&names, &mine);
		while (json_next(&names, &name, &v)) {
			if (find_member(&theirs, &name, &other)) {
				if (same && !canon_equal(&v, &other))
					tell_other(c, &kind, &name,
					    "is not as it was");
			} else if (memcmp(kind.s, "\"access to\"",
			    kind.len) != 0)
				tell_other(c, &kind, &name, how);
		}
	}
}

static const struct relation *
find(const struct snapshot *s, const struct relation *like)
{
	size_t i;

	for (i = 0; s != NULL && i < s->n; i++)
		if (strcmp(s->v[i].label, like->label) == 0)
			return (&s->v[i]);
	return (NULL);
}

static void
compare_rows(struct comparison *c, const struct relation *want,
    const struct relation *got, int only_count)
{

	if (want->rows == got->rows && (only_count ||
	    strcmp(want->hex, got->hex) == 0))
		return;
	begin_line(c);
	if (want->rows != got->rows)
		buf_printf(&c->b, "it has %" PRIu64 " rows, and had %" PRIu64,
		    got->rows, want->rows);
	else
		buf_printf(&c->b, "its %" PRIu64 " rows are not as they were",
		    got->rows);
	tell(c);
}

size_t
snapshot_compare(const struct snapshot *want, const struct snapshot *got,
    const struct snapshot *same, snapshot_differs *differs, void *cookie)
{
	struct comparison c = { .differs = differs, .cookie = cookie };
	const struct relation *w, *g, *o;

	for (w = want->v; w < want->v + want->n; w++) {
		c.at = w;
		if ((g = find(got, w)) == NULL) {
			begin_line(&c);
			buf_puts(&c.b, "it is missing");
			tell(&c);
			continue;
		}
		compare_schemas(&c, &w->schema, &g->schema);
		o = find(same, w);
		compare_rows(&c, w, g, o != NULL &&
		    strcmp(o->hex, w->hex) != 0);
	}
	for (g = got->v; g < got->v + got->n; g++) {
		c.at = g;
		if (find(want, g) != NULL)
			continue;
		begin_line(&c);
		buf_puts(&c.b, "it is left behind");
		tell(&c);
	}
	compare_others(&c, &want->others, &got->others, "is missing", 1);
	compare_others(&c, &got->others, &want->others, "is left behind", 0);
	buf_free(&c.b);
	return (c.n);
}
