#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "json/canon.h"
#include "row/canonical.h"
#include "row/row.h"

/* What was said of a field. */
struct rule {
	char		*name;
	size_t		 len;
	enum canon_as	 as;
	int		 ignore;
};

/* A field of rows of the shape at hand. */
struct place {
	size_t		 field;		/* in row->fields */
	enum canon_as	 as;
	const char	*name;		/* unescaped; in the arena */
	size_t		 name_len;
	const char	*head;		/* comma, name and colon; likewise */
	size_t		 head_len;
};

struct canonical {
	struct rule	*rules;
	size_t		 nrules, rules_cap;
	struct place	*places;	/* in the order of their names */
	size_t		 n, cap;
	uint64_t	 shape;		/* of which they are; 0: none */
	struct arena	*arena;
	struct canon	*canon;
};

struct canonical *
canonical_new(void)
{
	struct canonical *c = mem_alloc(sizeof(*c));

	c->arena = arena_new();
	c->canon = canon_new();
	return (c);
}

static struct rule *
find_rule(const struct canonical *c, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < c->nrules; i++)
		if (c->rules[i].len == len &&
		    memcmp(c->rules[i].name, name, len) == 0)
			return (&c->rules[i]);
	return (NULL);
}

static struct rule *
get_rule(struct canonical *c, const char *name)
{
	struct rule *rule = find_rule(c, name, strlen(name));

	if (rule != NULL)
		return (rule);
	c->rules = mem_grow(c->rules, &c->rules_cap, c->nrules + 1,
	    sizeof(*c->rules));
	rule = &c->rules[c->nrules++];
	*rule = (struct rule){ .name = mem_strdup(name),
	    .len = strlen(name) };
	return (rule);
}

void
canonical_type(struct canonical *c, const char *name, enum canon_as as)
{

	get_rule(c, name)->as = as;
}

void
canonical_ignore(struct canonical *c, const char *name)
{

	get_rule(c, name)->ignore = 1;
}

struct canonical *
canonical_copy(const struct canonical *c)
{
	struct canonical *copy = canonical_new();
	struct rule *rule;
	size_t i;

	for (i = 0; i < c->nrules; i++) {
		rule = get_rule(copy, c->rules[i].name);
		rule->as = c->rules[i].as;
		rule->ignore = c->rules[i].ignore;
	}
	return (copy);
}

int
canonical_as(const struct canonical *c, const char *name, size_t len,
    enum canon_as *as)
{
	const struct rule *rule = find_rule(c, name, len);

	*as = rule != NULL ? rule->as : CANON_AS_IS;
	return (rule == NULL || !rule->ignore);
}

static int
by_name(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	const size_t n = x->name_len < y->name_len ? x->name_len :
	    y->name_len;
	const int order = memcmp(x->name, y->name, n);

	if (order != 0)
		return (order);
	return ((x->name_len > y->name_len) - (x->name_len < y->name_len));
}

/* Write what stands before each value. */
static void
make_heads(struct canonical *c)
{
	struct buf b = { 0 };
	struct place *p;
	size_t i;

	for (i = 0; i < c->n; i++) {
		p = &c->places[i];
		b.len = 0;
		buf_putc(&b, i == 0 ? '{' : ',');
		(void)json_put_string(&b, p->name, p->name_len, NULL);
		buf_putc(&b, ':');
		p->head = arena_dup(c->arena, b.s, b.len);
		p->head_len = b.len;
	}
	buf_free(&b);
}

/* Find out in which order the fields of rows of this shape come. */
static void
learn_shape(struct canonical *c, const struct row *row)
{
	enum canon_as as;
	const char *name;
	struct place *p;
	size_t i, len;

	arena_reset(c->arena);
	c->n = 0;
	for (i = 0; i < row->nfields; i++) {
		name = json_string(&row->fields[i].key, c->arena, &len);
		if (!canonical_as(c, name, len, &as))
			continue;
		c->places = mem_grow(c->places, &c->cap, c->n + 1,
		    sizeof(*c->places));
		p = &c->places[c->n++];
		*p = (struct place){ .field = i, .as = as, .name_len = len };
		p->name = arena_dup(c->arena, name, len);
	}
	if (c->n > 1)
		qsort(c->places, c->n, sizeof(*c->places), by_name);
	make_heads(c);
	c->shape = row->shape;
}

void
canonical_put(struct canonical *c, const struct row *row, struct buf *b)
{
	const struct json_value *v;
	size_t i;

	if (row->shape != c->shape || row->shape == 0)
		learn_shape(c, row);
	if (c->n == 0)
		buf_putc(b, '{');
	for (i = 0; i < c->n; i++) {
		buf_put(b, c->places[i].head, c->places[i].head_len);
		v = &row->fields[c->places[i].field].value;
		if (c->places[i].as == CANON_AS_IS)
			canon_write(c->canon, v, b);
		else
			canon_put_as(c->places[i].as, v, b);
	}
	buf_putc(b, '}');
}

void
canonical_free(struct canonical *c)
{
	size_t i;

	if (c == NULL)
		return;
	for (i = 0; i < c->nrules; i++)
		mem_free(c->rules[i].name);
	mem_free(c->rules);
	mem_free(c->places);
	arena_free(c->arena);
	canon_free(c->canon);
	mem_free(c);
}
