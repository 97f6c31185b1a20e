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
#define NOT_SEEN	((size_t)-1)

ptrdiff_t
table_find_column(const struct table *t, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < t->ncolumns; i++)
		if (strlen(t->columns[i].name) == len &&
		    memcmp(t->columns[i].name, name, len) == 0)
			return ((ptrdiff_t)i);
	return (-1);
}

/* No schema is as good as "public". */
static const char *
schema_of(const char *schema)
{

	return (schema == NULL ? "public" : schema);
}

static struct table *
find_exact(const struct table_set *set, const char *schema, const char *name)
{
	size_t i;

	for (i = 0; i < set->n; i++)
		if (strcmp(set->v[i]->name, name) == 0 &&
		    strcmp(schema_of(set->v[i]->schema), schema) == 0)
			return (set->v[i]);
	return (NULL);
}

/* Is ${name} the table's name with its schema before it? */
static int
is_qualified_name(const struct table *t, const char *name)
{
	const char *schema = schema_of(t->schema);
	size_t len = strlen(schema);

	return (strncmp(name, schema, len) == 0 && name[len] == '.' &&
	    strcmp(name + len + 1, t->name) == 0);
}

struct table *
table_set_find(const struct table_set *set, const char *name)
{
	struct table *found = NULL;
	size_t i, n = 0;

	if (set->n == 1 && set->v[0]->name[0] == '\0')
		return (set->v[0]);
	for (i = 0; i < set->n; i++) {
		if (is_qualified_name(set->v[i], name))
			return (set->v[i]);
		if (strcmp(set->v[i]->name, name) == 0) {
			found = set->v[i];
			n++;
		}
	}
	return (n == 1 ? found : NULL);
}

/*
 * Ordering: Tarjan's strongly connected components.  They come out with the
 * referenced ones first, which is the order that is wanted; a component of
 * more than one table is a circle.  The depth-first walk keeps its own stack,
 * since a chain of references may be as long as the set.
 */
struct node {
	size_t	index;		/* when it was first seen */
	size_t	low;		/* the earliest node it can reach */
	size_t	next_ref;	/* the reference to follow next */
	size_t	caller;		/* whom the walk came from */
	int	pending;	/* seen, but in no component yet */
};

struct walk {
	const struct table_set	*set;
	struct arena		*a;
	struct node		*nodes;
	size_t			*pending, npending;
	struct table		**order;
	size_t			 norder;
	size_t			 clock;
	size_t			 in_cycles;
};

/* The place in the set of the table that ${ref} of ${t} references, or n. */
static size_t
find_referenced(const struct table_set *set, const struct table *t,
    const struct table_ref *ref)
{
	const struct table *to;
	size_t i;

	to = find_exact(set, schema_of(ref->table_schema != NULL ?
	    ref->table_schema : t->schema), ref->table);
	if (to == NULL && ref->table_schema == NULL)
		to = table_set_find(set, ref->table);
	for (i = 0; i < set->n && set->v[i] != to; i++)
		;
	return (i);
}

static int
compare_place(const void *a, const void *b)
{
	const size_t *x = a, *y = b;

	return (*x < *y ? -1 : *x > *y);
}

/* Let every table of the circle know all of them. */
static void
set_cycle(struct walk *w, const size_t *places, size_t n)
{
	const char **names = arena_alloc(w->a, n * sizeof(*names));
	struct buf b = { 0 };
	struct table *t;
	size_t i;

	for (i = 0; i < n; i++) {
		t = w->set->v[places[i]];
		b.len = 0;
		table_put_name(t->schema, t->name, &b);
		names[i] = arena_dup(w->a, b.s, b.len);
		t->cycle = names;
		t->ncycle = n;
	}
	buf_free(&b);
	w->in_cycles += n;
}

/* What is pending from ${at} on is a component. */
static void
take_component(struct walk *w, size_t at)
{
	size_t *places, n = 0, i;

	do {
		n++;
		w->nodes[w->pending[w->npending - n]].pending = 0;
	} while (w->pending[w->npending - n] != at);
	w->npending -= n;
	places = w->pending + w->npending;
	qsort(places, n, sizeof(*places), compare_place);
	if (n > 1)
		set_cycle(w, places, n);
	for (i = 0; i < n; i++)
		w->order[w->norder++] = w->set->v[places[i]];
}

static void
see(struct walk *w, size_t at, size_t caller)
{
	struct node *node = &w->nodes[at];

	node->index = node->low = w->clock++;
	node->caller = caller;
	node->pending = 1;
	w->pending[w->npending++] = at;
}

static void
walk_from(struct walk *w, size_t start)
{
	const size_t none = w->set->n;
	const struct table *t;
	struct node *node;
	size_t at, to;

	see(w, start, none);
	for (at = start; at != none; ) {
		t = w->set->v[at];
		node = &w->nodes[at];
		if (node->next_ref < t->nrefs) {
			to = find_referenced(w->set, t,
			    &t->refs[node->next_ref++]);
			if (to == none)
				continue;
			if (w->nodes[to].index == NOT_SEEN) {
				see(w, to, at);
				at = to;
			} else if (w->nodes[to].pending &&
			    w->nodes[to].index < node->low)
				node->low = w->nodes[to].index;
			continue;
		}
		if (node->low == node->index)
			take_component(w, at);
		if (node->caller != none &&
		    node->low < w->nodes[node->caller].low)
			w->nodes[node->caller].low = node->low;
		at = node->caller;
	}
}

size_t
table_set_order(struct table_set *set, struct arena *a)
{
	struct walk w = { .set = set, .a = a };
	size_t i;

	w.nodes = mem_array(set->n, sizeof(*w.nodes));
	w.pending = mem_array(set->n, sizeof(*w.pending));
	w.order = mem_array(set->n, sizeof(*w.order));
	for (i = 0; i < set->n; i++) {
		w.nodes[i].index = NOT_SEEN;
		set->v[i]->cycle = NULL;
		set->v[i]->ncycle = 0;
	}
	for (i = 0; i < set->n; i++)
		if (w.nodes[i].index == NOT_SEEN)
			walk_from(&w, i);
	if (set->n > 0)
		memcpy(set->v, w.order, set->n * sizeof(struct table *));
	mem_free(w.nodes);
	mem_free(w.pending);
	mem_free(w.order);
	return (w.in_cycles);
}

static int
read_whole(const char *path, struct buf *b, struct err *err)
{
	struct quote q;
	ssize_t n;
	int fd;

	if ((fd = io_open(path, O_RDONLY, 0)) == -1)
		return (err_sys(err, "could not open schema %s",
		    quote_z(&q, path)));
	while ((n = io_read(fd, buf_need(b, READ_SIZE), READ_SIZE)) > 0) {
		b->len += (size_t)n;
		if (b->len > FILE_MAX) {
			(void)close(fd);
			(void)err_set(err, "schema %s is larger than 256 MiB",
			    quote_z(&q, path));
			return (err_status(err, DIAG_BADINPUT));
		}
	}
	if (n < 0)
		(void)err_sys(err, "could not read schema %s",
		    quote_z(&q, path));
	(void)close(fd);
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

struct reading {
	const char	*path;
	struct arena	*a;
	struct found	*v;
	size_t		 n, cap;
};

static void
add_found(struct reading *rd, struct table *t, size_t line)
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
check_names(const struct reading *rd, const struct table_set *set,
    struct err *err)
{
	struct reading all = { 0 };
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
append_found(const struct reading *rd, struct table_set *set)
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
read_lines(struct reading *rd, const char *s, size_t len, struct err *err)
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
read_document(struct reading *rd, const char *s, size_t len, struct err *err)
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
	struct reading rd = { .path = path, .a = a };
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
