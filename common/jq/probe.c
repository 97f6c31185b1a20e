#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "jq/parse.h"
#include "jq/probe.h"

#define PATHS_MOST	200	/* that are looked at in each row */
#define DEPTH_MOST	10000	/* of the tree; what is below is not seen */

/* A path as a list of steps, the last one first; they share beginnings. */
struct step {
	const struct step	*before;	/* NULL: the root */
	const char		*key;		/* NULL: each member */
	size_t			 len;
	size_t			 depth;
};

struct found {
	const struct step	*end;
	struct probe_path	 path;
	unsigned		 seen;		/* types in the row at hand */
};

struct probe {
	struct arena	*a;
	struct found	*v;
	size_t		 n, cap;
	struct step	 root;
	size_t		 depth;
};

/* How an expression is looked at. */
enum manner {
	MANNER_READ,
	MANNER_GUARDED,		/* null is taken care of */
	MANNER_NAMED		/* it is written, or only its place matters */
};

static const struct step *visit(struct probe *p, const struct ast *e,
    const struct step *in, enum manner how);

/*
 * Paths.
 */

static const struct step *
add_step(struct probe *p, const struct step *before, const char *key,
    size_t len)
{
	struct step *s = arena_alloc(p->a, sizeof(*s));

	*s = (struct step){ before, key, len, before->depth + 1 };
	return (s);
}

static int
same_step(const struct step *a, const struct step *b)
{

	if (a->key == NULL || b->key == NULL)
		return (a->key == b->key);
	return (a->len == b->len && memcmp(a->key, b->key, a->len) == 0);
}

static int
same_path(const struct step *a, const struct step *b)
{

	if (a->depth != b->depth)
		return (0);
	for (; a->depth > 0; a = a->before, b = b->before)
		if (!same_step(a, b))
			return (0);
	return (1);
}

/* Is ${a} the beginning of ${b}? */
static int
begins(const struct step *a, const struct step *b)
{

	while (b->depth > a->depth)
		b = b->before;
	return (same_path(a, b));
}

static void
record(struct probe *p, const struct step *end, enum manner how)
{
	struct found *f;
	size_t i;

	if (how == MANNER_NAMED || end->depth == 0)
		return;
	for (i = 0; i < p->n; i++) {
		if (!same_path(p->v[i].end, end))
			continue;
		p->v[i].path.guarded |= how == MANNER_GUARDED;
		return;
	}
	if (p->n == PATHS_MOST)
		return;
	p->v = mem_grow(p->v, &p->cap, p->n + 1, sizeof(*p->v));
	f = &p->v[p->n++];
	memset(f, 0, sizeof(*f));
	f->end = end;
	f->path.depth = end->depth;
	f->path.guarded = how == MANNER_GUARDED;
}

/*
 * The tree.
 */

/* The constant key of an index, or NULL. */
static const struct ast *
constant_key(const struct ast *key)
{

	if (key->kind == AST_STRING && key->s == NULL && key->a != NULL &&
	    key->a->next == NULL)
		key = key->a;
	return (key->kind == AST_TEXT ? key : NULL);
}

static const struct step *
visit_index(struct probe *p, const struct ast *e, const struct step *in,
    enum manner how)
{
	enum manner inside = how == MANNER_NAMED ? MANNER_READ : how;
	const struct step *base, *end;
	const struct ast *key;

	if (e->optional && how == MANNER_READ)
		how = MANNER_GUARDED;
	/* What is on the way is recorded when nothing is found behind it. */
	base = visit(p, e->a, in, how);
	if (e->kind == AST_ITERATE) {
		end = base == NULL ? NULL : add_step(p, base, NULL, 0);
	} else {
		key = constant_key(e->b);
		if (key == NULL)
			(void)visit(p, e->b, in, inside);
		end = base == NULL || key == NULL ? NULL :
		    add_step(p, base, key->s, key->len);
	}
	if (end != NULL)
		record(p, end, how);
	return (end);
}

static int
is_call(const struct ast *e, const char *name)
{

	return (strlen(name) == e->len && memcmp(e->s, name, e->len) == 0);
}

static int
is_one_of(const struct ast *e, const char *const *names)
{

	for (; *names != NULL; names++)
		if (is_call(e, *names))
			return (1);
	return (0);
}

/* Functions by what "." is in their arguments, and what comes out. */
static const struct step *
visit_call(struct probe *p, const struct ast *e, const struct step *in)
{
	static const char *const passing[] = {
		"select", "values", "strings", "numbers", "booleans", "nulls",
		"arrays", "objects", "iterables", "scalars", "debug", "stderr",
		"if_present", NULL
	};
	static const char *const each[] = {
		"map", "map_values", "sort_by", "group_by", "unique_by",
		"min_by", "max_by", "any", "all", NULL
	};
	static const char *const placing[] = {
		"del", "delpaths", "path", "paths", "pick", NULL
	};
	static const char *const other[] = {
		"with_entries", "recurse", "walk", "until", "while", "repeat",
		"reduce", "limit", "first", "last", "nth", "def", NULL
	};
	const struct step *inside = in;
	enum manner how = MANNER_READ;
	const struct ast *arg;

	if (is_one_of(e, each))
		inside = in == NULL || e->a == NULL ? NULL :
		    add_step(p, in, NULL, 0);
	else if (is_one_of(e, placing))
		how = MANNER_NAMED;
	else if (is_call(e, "select"))
		how = MANNER_GUARDED;
	else if (is_one_of(e, other) && !is_call(e, "first") &&
	    !is_call(e, "last") && !is_call(e, "limit"))
		inside = NULL;
	for (arg = e->a; arg != NULL; arg = arg->next)
		(void)visit(p, arg, inside, how);
	return (is_one_of(e, passing) || is_call(e, "del") ? in : NULL);
}

static const struct step *
visit_assign(struct probe *p, const struct ast *e, const struct step *in)
{
	const struct step *place;

	place = visit(p, e->a, in, e->op == OP_NONE ? MANNER_NAMED :
	    e->op == OP_DEFAULT ? MANNER_GUARDED : MANNER_READ);
	(void)visit(p, e->b, e->op == OP_UPDATE ? place : in, MANNER_READ);
	return (in);
}

static void
visit_list(struct probe *p, const struct ast *e, const struct step *in)
{

	for (; e != NULL; e = e->next)
		(void)visit(p, e, in, MANNER_READ);
}

static int
is_null(const struct ast *e)
{

	return (e->kind == AST_CALL && is_call(e, "null") && e->a == NULL);
}

static void
visit_binary(struct probe *p, const struct ast *e, const struct step *in,
    enum manner how)
{

	if (e->kind == AST_BINARY && (is_null(e->a) || is_null(e->b)))
		how = MANNER_GUARDED;
	(void)visit(p, e->a, in, how);
	(void)visit(p, e->b, in, how);
}

static const struct step *
visit_flow(struct probe *p, const struct ast *e, const struct step *in,
    enum manner how)
{
	const struct step *l;

	switch (e->kind) {
	case AST_PIPE:
		/* Parentheses are a pipe of one. */
		l = visit(p, e->a, in, how);
		return (e->b == NULL ? l : visit(p, e->b, l, how));
	case AST_DEFAULT:
		l = visit(p, e->a, in, MANNER_GUARDED);
		(void)visit(p, e->b, in, how);
		return (l);
	case AST_IF:
		(void)visit(p, e->a, in, MANNER_GUARDED);
		(void)visit(p, e->b, in, how);
		if (e->c != NULL)
			(void)visit(p, e->c, in, how);
		return (NULL);
	case AST_TRY:
		l = visit(p, e->a, in, MANNER_GUARDED);
		return (l);
	case AST_REDUCE:
	case AST_FOREACH:
		(void)visit(p, e->a, in, how);
		(void)visit(p, e->b, in, how);
		return (NULL);
	case AST_AS:
		(void)visit(p, e->a, in, how);
		return (visit(p, e->b, in, how));
	default:
		return (visit(p, e->a, in, how));
	}
}

static const struct step *
visit_one(struct probe *p, const struct ast *e, const struct step *in,
    enum manner how)
{

	switch (e->kind) {
	case AST_IDENTITY:
		return (in);
	case AST_INDEX:
	case AST_ITERATE:
		return (visit_index(p, e, in, how));
	case AST_SLICE:
		(void)visit(p, e->a, in, how);
		return (NULL);
	case AST_PIPE:
	case AST_DEFAULT:
	case AST_IF:
	case AST_TRY:
	case AST_REDUCE:
	case AST_FOREACH:
	case AST_AS:
	case AST_LABEL:
	case AST_DEF:
		return (visit_flow(p, e, in, how));
	case AST_ASSIGN:
		return (visit_assign(p, e, in));
	case AST_CALL:
		return (visit_call(p, e, in));
	case AST_COMMA:
	case AST_BINARY:
	case AST_AND:
	case AST_OR:
		visit_binary(p, e, in, how);
		return (NULL);
	case AST_OBJECT:
	case AST_STRING:
		visit_list(p, e->a, in);
		return (NULL);
	case AST_MEMBER:
		(void)visit(p, e->a, in, how);
		if (e->b != NULL)
			(void)visit(p, e->b, in, how);
		return (NULL);
	case AST_ARRAY:
	case AST_NEGATE:
		(void)visit(p, e->a, in, how);
		return (NULL);
	default:
		return (NULL);
	}
}

/* Look at the expression ${e} whose "." is at ${in}, NULL when that is not
 * known.  Return where its own value is, or NULL. */
static const struct step *
visit(struct probe *p, const struct ast *e, const struct step *in,
    enum manner how)
{
	const struct step *out = NULL;

	if (e == NULL || p->depth == DEPTH_MOST)
		return (NULL);
	p->depth++;
	out = visit_one(p, e, in, how);
	p->depth--;
	return (out);
}

/*
 * What is kept.
 */

static int
is_word(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!((s[i] >= 'a' && s[i] <= 'z') ||
		    (s[i] >= 'A' && s[i] <= 'Z') || s[i] == '_' ||
		    (i > 0 && s[i] >= '0' && s[i] <= '9')))
			return (0);
	return (len > 0);
}

static void
put_path(struct buf *b, const struct step *s)
{

	if (s->depth == 0)
		return;
	put_path(b, s->before);
	if (s->key == NULL) {
		buf_puts(b, s->before->depth == 0 ? ".[]" : "[]");
	} else if (is_word(s->key, s->len)) {
		buf_putc(b, '.');
		buf_put(b, s->key, s->len);
	} else {
		buf_putc(b, '.');
		(void)json_put_string(b, s->key, s->len, NULL);
	}
}

/* Leave out what is on the way to something else, and guards count for what
 * is behind them. */
static void
keep_longest(struct probe *p)
{
	struct buf b = { 0 };
	size_t i, j, n = 0;

	for (i = 0; i < p->n; i++) {
		for (j = 0; j < p->n; j++) {
			if (p->v[j].path.depth <= p->v[i].path.depth ||
			    !begins(p->v[i].end, p->v[j].end))
				continue;
			p->v[j].path.guarded |= p->v[i].path.guarded;
			p->v[i].seen = 1;
		}
	}
	for (i = 0; i < p->n; i++) {
		if (p->v[i].seen)
			continue;
		b.len = 0;
		put_path(&b, p->v[i].end);
		p->v[n] = p->v[i];
		p->v[n++].path.text = arena_dup(p->a, b.s, b.len);
	}
	p->n = n;
	buf_free(&b);
}

struct probe *
probe_new(const char *text, size_t len, struct err *err)
{
	struct probe *p = mem_alloc(sizeof(*p));
	const struct ast_module *m;

	p->a = arena_new();
	if ((m = parse(p->a, "program", text, len, err)) == NULL) {
		probe_free(p);
		return (NULL);
	}
	if (m->body != NULL)
		(void)visit(p, m->body, &p->root, MANNER_READ);
	keep_longest(p);
	return (p);
}

/*
 * Rows.
 */

/* Follow the path from the step whose depth is ${from} on. */
static void
follow(struct found *f, const struct step **steps, size_t from,
    const struct json_value *v)
{
	static const struct json_value null = { "null", 4, JSON_NULL, 0 };
	struct json_value member;
	struct json_iter it;

	if (from == f->path.depth || v->type == JSON_NULL) {
		f->seen |= 1U << v->type;
		return;
	}
	if (steps[from]->key != NULL) {
		/* What is no object the program itself will fail on. */
		if (v->type != JSON_OBJECT)
			return;
		if (!json_get(v, steps[from]->key, steps[from]->len, &member))
			member = null;
		follow(f, steps, from + 1, &member);
		return;
	}
	if (v->type != JSON_ARRAY && v->type != JSON_OBJECT)
		return;
	json_iter_init(&it, v);
	while (json_next(&it, NULL, &member))
		follow(f, steps, from + 1, &member);
}

void
probe_row(struct probe *p, const char *s, size_t len, uint64_t number)
{
	const struct step *steps[64], *step;
	struct json_value row;
	struct found *f;
	unsigned type;
	size_t i;

	while (len > 0 && *s != '{') {
		s++;
		len--;
	}
	while (len > 0 && s[len - 1] != '}')
		len--;
	row = (struct json_value){ s, (uint32_t)len, JSON_OBJECT, 0 };
	for (i = 0; i < p->n; i++) {
		f = &p->v[i];
		if (f->path.depth > sizeof(steps) / sizeof(steps[0]))
			continue;
		for (step = f->end; step->depth > 0; step = step->before)
			steps[step->depth - 1] = step;
		f->seen = 0;
		follow(f, steps, 0, &row);
		for (type = 0; type <= JSON_OBJECT; type++) {
			if ((f->seen & 1U << type) != 0 &&
			    f->path.rows[type]++ == 0)
				f->path.first[type] = number;
		}
	}
}

const struct probe_path *
probe_path(const struct probe *p, size_t i)
{

	return (i < p->n ? &p->v[i].path : NULL);
}

size_t
probe_types(const struct probe_path *path, enum json_type *most,
    struct buf *b)
{
	uint64_t best = 0, rows;
	enum json_type type;
	size_t n = 0;

	*most = JSON_STRING;
	for (type = JSON_TRUE; type <= JSON_OBJECT; type++) {
		rows = path->rows[type];
		if (type == JSON_TRUE)
			rows += path->rows[JSON_FALSE];
		if (rows == 0)
			continue;
		buf_printf(b, "%s%s in %" PRIu64 " row%s", n++ == 0 ? "" :
		    ", ", json_type_name(type), rows, rows == 1 ? "" : "s");
		if (rows > best) {
			best = rows;
			*most = type;
		}
	}
	return (n);
}

void
probe_free(struct probe *p)
{

	if (p == NULL)
		return;
	mem_free(p->v);
	arena_free(p->a);
	mem_free(p);
}
