#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/quote.h"
#include "json/json.h"
#include "schema/infer.h"
#include "schema/sqltype.h"

#define DOUBLE_DIGITS	17	/* a double has no more than these */
#define DOUBLE_EXPONENT	307	/* and fits any number of this magnitude */

/* What the values under one key were. */
struct guess {
	const char	*name;
	size_t		 name_len;
	uint64_t	 nulls, booleans, strings, arrays, objects;
	uint64_t	 numbers;
	uint64_t	 specials;	/* strings NaN, Infinity, -Infinity */
	size_t		 digits;	/* most digits before the point */
	size_t		 decimals;	/* most digits behind it */
	int		 large;		/* an integer beyond 64 bits */
	int		 exponent;	/* a number was written with one */
	int		 precise;	/* ... and is more than a double */
};

struct infer {
	struct guess	*guesses;
	size_t		 n, cap;
	struct arena	*a;		/* names */
	struct arena	*scratch;
};

struct infer *
infer_new(void)
{
	struct infer *in = mem_alloc(sizeof(*in));

	in->a = arena_new();
	in->scratch = arena_new();
	return (in);
}

static size_t
count_digits(const char **s, const char *end)
{
	const char *start = *s;

	while (*s < end && **s >= '0' && **s <= '9')
		(*s)++;
	return ((size_t)(*s - start));
}

static void
add_number(struct guess *g, const struct json_value *v)
{
	const char *s = v->s, *end = v->s + v->len;
	size_t digits, decimals = 0;
	long exponent = 0;
	int64_t n;

	g->numbers++;
	if (*s == '-')
		s++;
	digits = count_digits(&s, end);
	if (s < end && *s == '.') {
		s++;
		decimals = count_digits(&s, end);
	} else if (s == end && !json_int(v, &n))
		g->large = 1;
	if (digits > g->digits)
		g->digits = digits;
	if (decimals > g->decimals)
		g->decimals = decimals;
	if (s == end)
		return;
	g->exponent = 1;
	for (s++; s < end; s++)
		if (*s >= '0' && *s <= '9' && exponent <= DOUBLE_EXPONENT)
			exponent = exponent * 10 + (*s - '0');
	if (digits + decimals > DOUBLE_DIGITS || exponent > DOUBLE_EXPONENT)
		g->precise = 1;
}

static int
is_special(const struct json_value *v)
{

	return (json_string_is(v, "NaN", 3) ||
	    json_string_is(v, "Infinity", 8) ||
	    json_string_is(v, "-Infinity", 9));
}

static void
add_value(struct guess *g, const struct json_value *v)
{

	switch (v->type) {
	case JSON_NULL:
		g->nulls++;
		break;
	case JSON_FALSE:
	case JSON_TRUE:
		g->booleans++;
		break;
	case JSON_NUMBER:
		add_number(g, v);
		break;
	case JSON_STRING:
		if (is_special(v))
			g->specials++;
		else
			g->strings++;
		break;
	case JSON_ARRAY:
		g->arrays++;
		break;
	default:
		g->objects++;
		break;
	}
}

/* A key with a NUL in it can be no column's name, nor can one too many. */
static struct guess *
add_guess(struct infer *in, const char *name, size_t len)
{
	struct guess *g;

	if (in->n == INFER_COLUMNS_MAX || memchr(name, '\0', len) != NULL)
		return (NULL);
	in->guesses = mem_grow(in->guesses, &in->cap, in->n + 1,
	    sizeof(*in->guesses));
	g = &in->guesses[in->n++];
	memset(g, 0, sizeof(*g));
	g->name_len = len;
	g->name = arena_dup(in->a, name, len);
	return (g);
}

/*
 * Find the key's column, from the place ${*hint} on and round again: rows
 * have their keys in much the same order.  NULL: it shall have none.
 */
static struct guess *
find_guess(struct infer *in, const struct json_value *key, size_t *hint)
{
	struct guess *g;
	const char *name;
	size_t i, at, len;

	for (i = 0; i < in->n; i++) {
		at = (*hint + i) % in->n;
		g = &in->guesses[at];
		if (json_string_is(key, g->name, g->name_len)) {
			*hint = at + 1;
			return (g);
		}
	}
	name = json_string(key, in->scratch, &len);
	*hint = in->n + 1;
	return (add_guess(in, name, len));
}

void
infer_add(struct infer *in, const struct json_field *fields, size_t n)
{
	struct guess *g;
	size_t i, hint = 0;

	arena_reset(in->scratch);
	for (i = 0; i < n; i++) {
		g = find_guess(in, &fields[i].key, &hint);
		if (g != NULL)
			add_value(g, &fields[i].value);
	}
}

static enum column_type
guess_type(const struct guess *g)
{
	uint64_t nested = g->arrays + g->objects;

	if (g->numbers > 0 && g->booleans + g->strings + nested == 0) {
		if (g->exponent && !g->precise)
			return (COLUMN_DOUBLE);
		if (g->specials > 0 || g->large || g->exponent ||
		    g->decimals > 0)
			return (COLUMN_NUMERIC);
		return (COLUMN_BIGINT);
	}
	if (g->booleans > 0 && g->strings + g->specials + g->numbers +
	    nested == 0)
		return (COLUMN_BOOLEAN);
	if (g->strings + g->specials > 0 && g->booleans + g->numbers +
	    nested == 0)
		return (COLUMN_TEXT);
	if (g->booleans + g->numbers + g->strings + g->specials + nested > 0)
		return (COLUMN_JSON);
	return (COLUMN_ANY);
}

struct table *
infer_table(const struct infer *in, const char *name, struct arena *a)
{
	struct table *t = arena_alloc(a, sizeof(*t));
	struct column *c;
	size_t i;

	memset(t, 0, sizeof(*t));
	t->name = arena_dup(a, name, strlen(name));
	t->ncolumns = in->n;
	t->columns = arena_alloc(a, (in->n + 1) * sizeof(*t->columns));
	memset(t->columns, 0, (in->n + 1) * sizeof(*t->columns));
	for (i = 0; i < in->n; i++) {
		c = &t->columns[i];
		c->name = arena_dup(a, in->guesses[i].name,
		    in->guesses[i].name_len);
		c->type = guess_type(&in->guesses[i]);
		c->max_length = -1;
		c->statistics = -1;
		c->precision = c->scale = -1;
	}
	return (t);
}

/* Text that is cut where its room ends. */
struct line {
	char	*s;
	size_t	 size, used;
};

__attribute__((format(printf, 2, 3)))
static void
say(struct line *l, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(l->s + l->used, l->size - l->used, fmt, ap);
	va_end(ap);
	if (n > 0)
		l->used += (size_t)n < l->size - l->used ? (size_t)n :
		    l->size - l->used - 1;
}

static void
say_count(struct line *l, uint64_t n, const char *one, const char *many)
{

	if (n > 0)
		say(l, "%s%llu %s", l->s[l->used - 1] == ' ' ? "" : ", ",
		    (unsigned long long)n, n == 1 ? one : many);
}

static void
say_numbers(struct line *l, const struct guess *g)
{

	if (g->numbers == 0)
		return;
	say(l, ", at most %zu digits", g->digits + g->decimals);
	if (g->decimals > 0)
		say(l, ", %zu decimals", g->decimals);
	if (g->large)
		say(l, ", some beyond 64 bits");
	if (g->exponent)
		say(l, ", some with an exponent");
}

const char *
infer_explain(const struct infer *in, size_t column, char *dst, size_t size)
{
	const struct guess *g = &in->guesses[column];
	struct line l = { dst, size, 0 };
	struct quote q;

	dst[0] = '\0';
	say(&l, "%s: %s: ", quote(&q, g->name, g->name_len),
	    sqltype_name(guess_type(g)));
	say_count(&l, g->numbers, "number", "numbers");
	say_count(&l, g->specials, "NaN or Infinity", "NaN or Infinity");
	say_count(&l, g->booleans, "boolean", "booleans");
	say_count(&l, g->strings, "string", "strings");
	say_count(&l, g->arrays, "array", "arrays");
	say_count(&l, g->objects, "object", "objects");
	say_count(&l, g->nulls, "null", "null");
	say_numbers(&l, g);
	return (dst);
}

void
infer_free(struct infer *in)
{

	if (in == NULL)
		return;
	mem_free(in->guesses);
	arena_free(in->a);
	arena_free(in->scratch);
	mem_free(in);
}
