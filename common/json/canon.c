#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "json/canon.h"

#define EXP_SMALL	17	/* digits of exponents that are computed with */
#define INSERTION_MAX	16	/* so few members are sorted by insertion */

/*
 * Numbers.
 */

static int
is_digit(char c)
{

	return (c >= '0' && c <= '9');
}

static const char *
skip_digits(const char *p, const char *end)
{

	while (p < end && is_digit(*p))
		p++;
	return (p);
}

static const char *
skip_zeros(const char *p, const char *end)
{

	while (p < end && *p == '0')
		p++;
	return (p);
}

/* The exponent behind the "e" before ${p}. */
static void
take_exponent(struct canon_number *n, const char *p, const char *end)
{

	n->exp_negative = p < end && *p == '-';
	if (p < end && !is_digit(*p))
		p++;
	n->exp = skip_zeros(p, end);
	n->nexp = (size_t)(end - n->exp);
}

void
canon_number(struct canon_number *n, const char *s, size_t len)
{
	const char *end = s + len, *point, *p;

	*n = (struct canon_number){ .sign = 1 };
	if (s < end && !is_digit(*s) && *s != '.') {
		n->sign = *s == '-' ? -1 : 1;
		s++;
	}
	n->head = skip_zeros(s, end);
	point = p = skip_digits(n->head, end);
	n->nhead = (size_t)(point - n->head);
	if (p < end && *p == '.') {
		n->tail = p + 1;
		p = skip_digits(n->tail, end);
		n->ntail = (size_t)(p - n->tail);
	}
	if (p < end)
		take_exponent(n, p + 1, end);
	n->shift = (int64_t)n->nhead;
	while (n->ntail > 0 && n->tail[n->ntail - 1] == '0')
		n->ntail--;
	while (n->ntail == 0 && n->nhead > 0 && n->head[n->nhead - 1] == '0')
		n->nhead--;
	while (n->nhead == 0 && n->ntail > 0 && n->tail[0] == '0') {
		n->tail++;
		n->ntail--;
		n->shift--;
	}
	if (n->nhead + n->ntail == 0)
		*n = (struct canon_number){ 0 };
}

static int64_t
small_exponent(const struct canon_number *n)
{
	int64_t e = 0;
	size_t i;

	for (i = 0; i < n->nexp; i++)
		e = e * 10 + (n->exp[i] - '0');
	return (n->exp_negative ? -e : e);
}

/* Add ${by} to the number of ${len} decimal digits at ${s}, which is larger
 * than that and has a zero in front for the carry. */
static void
add_decimal(char *s, size_t len, int64_t by)
{
	size_t i = len;
	int64_t digit;

	while (by != 0 && i-- > 0) {
		digit = s[i] - '0' + by % 10;
		by /= 10;
		if (digit > 9) {
			digit -= 10;
			by++;
		} else if (digit < 0) {
			digit += 10;
			by--;
		}
		s[i] = (char)('0' + digit);
	}
}

void
canon_exponent(const struct canon_number *n, int64_t add, struct buf *b)
{
	const int64_t by = n->shift + add;
	size_t start, zeros;

	if (n->nexp <= EXP_SMALL) {
		json_put_int(b, small_exponent(n) + by);
		return;
	}
	/* So many digits that ${by} cannot change the sign. */
	if (n->exp_negative)
		buf_putc(b, '-');
	start = b->len;
	buf_putc(b, '0');
	buf_put(b, n->exp, n->nexp);
	add_decimal(b->s + start, n->nexp + 1, n->exp_negative ? -by : by);
	zeros = (size_t)(skip_zeros(b->s + start, b->s + b->len) -
	    (b->s + start));
	b->len -= zeros;
	memmove(b->s + start, b->s + start + zeros, b->len - start);
}

void
canon_number_put(const struct canon_number *n, struct buf *b)
{
	const int64_t digits = (int64_t)(n->nhead + n->ntail);
	size_t at;

	if (n->sign == 0) {
		buf_putc(b, '0');
		return;
	}
	if (n->sign < 0)
		buf_putc(b, '-');
	buf_put(b, n->head, n->nhead);
	buf_put(b, n->tail, n->ntail);
	at = b->len;
	buf_putc(b, 'e');
	canon_exponent(n, -digits, b);
	if (b->len == at + 2 && b->s[at + 1] == '0')
		b->len = at;
}

static void
put_number(const struct json_value *v, struct buf *b)
{
	struct canon_number n;

	/* Most stand in that form already. */
	if (v->plain && v->s[v->len - 1] != '0') {
		buf_put(b, v->s, v->len);
		return;
	}
	canon_number(&n, v->s, v->len);
	canon_number_put(&n, b);
}

/*
 * Objects.
 */

struct member {
	const char		*name;		/* unescaped */
	size_t			 len;
	size_t			 place;
	struct json_value	 key, value;
};

/* The members of the objects that are being written, the innermost last. */
struct writer {
	struct buf	*b;
	struct member	*members;
	size_t		 n, cap;
	struct arena	*arena;		/* of names with escapes; or NULL */
};

static void put_value(struct writer *w, const struct json_value *v);

static int
by_name(const struct member *x, const struct member *y)
{
	const size_t n = x->len < y->len ? x->len : y->len;
	const int order = memcmp(x->name, y->name, n);

	if (order != 0)
		return (order);
	return ((x->len > y->len) - (x->len < y->len));
}

static int
by_name_and_place(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	const int order = by_name(x, y);

	if (order != 0)
		return (order);
	return ((x->place > y->place) - (x->place < y->place));
}

static void
sort_members(struct member *v, size_t n)
{
	struct member m;
	size_t i, j;

	if (n > INSERTION_MAX) {
		qsort(v, n, sizeof(*v), by_name_and_place);
		return;
	}
	for (i = 1; i < n; i++) {
		m = v[i];
		for (j = i; j > 0 && by_name(&v[j - 1], &m) > 0; j--)
			v[j] = v[j - 1];
		v[j] = m;
	}
}

static void
add_member(struct writer *w, const struct json_value *key,
    const struct json_value *value)
{
	struct member *m;

	w->members = mem_grow(w->members, &w->cap, w->n + 1, sizeof(*m));
	m = &w->members[w->n];
	m->key = *key;
	m->value = *value;
	m->place = w->n++;
	if (!key->plain && w->arena == NULL)
		w->arena = arena_new();
	m->name = json_string(key, w->arena, &m->len);
}

static void
put_name(struct writer *w, const struct member *m)
{

	if (m->key.plain)
		buf_put(w->b, m->key.s, m->key.len);
	else
		(void)json_put_string(w->b, m->name, m->len, NULL);
	buf_putc(w->b, ':');
}

/* As deep as the value, JSON_DEPTH_MAX at most.
 * NOLINTNEXTLINE(misc-no-recursion) */
static void
put_object(struct writer *w, const struct json_value *v)
{
	const size_t first = w->n;
	struct json_value key, value;
	struct json_iter it;
	size_t i, end;
	int sorted = 1;

	json_iter_init(&it, v);
	while (json_next(&it, &key, &value)) {
		add_member(w, &key, &value);
		if (w->n - first > 1 && by_name(&w->members[w->n - 2],
		    &w->members[w->n - 1]) >= 0)
			sorted = 0;
	}
	end = w->n;
	if (!sorted)
		sort_members(w->members + first, end - first);
	buf_putc(w->b, '{');
	for (i = first; i < end; i++) {
		if (i + 1 < end &&
		    by_name(&w->members[i], &w->members[i + 1]) == 0)
			continue;	/* the last one counts */
		if (w->b->s[w->b->len - 1] != '{')
			buf_putc(w->b, ',');
		put_name(w, &w->members[i]);
		value = w->members[i].value;
		put_value(w, &value);
	}
	buf_putc(w->b, '}');
	w->n = first;
}

/* NOLINTNEXTLINE(misc-no-recursion) */
static void
put_array(struct writer *w, const struct json_value *v)
{
	struct json_value value;
	struct json_iter it;
	int first = 1;

	buf_putc(w->b, '[');
	json_iter_init(&it, v);
	while (json_next(&it, NULL, &value)) {
		if (!first)
			buf_putc(w->b, ',');
		first = 0;
		put_value(w, &value);
	}
	buf_putc(w->b, ']');
}

static void
put_string(struct writer *w, const struct json_value *v)
{
	const char *s;
	size_t len;

	if (w->arena == NULL)
		w->arena = arena_new();
	s = json_string(v, w->arena, &len);
	(void)json_put_string(w->b, s, len, NULL);
}

/* NOLINTNEXTLINE(misc-no-recursion) */
static void
put_value(struct writer *w, const struct json_value *v)
{

	switch ((enum json_type)v->type) {
	case JSON_NUMBER:
		put_number(v, w->b);
		break;
	case JSON_OBJECT:
		put_object(w, v);
		break;
	case JSON_ARRAY:
		put_array(w, v);
		break;
	case JSON_STRING:
		if (!v->plain) {
			put_string(w, v);
			break;
		}
		/* FALLTHROUGH */
	default:
		buf_put(w->b, v->s, v->len);
		break;
	}
}

void
canon_put(const struct json_value *v, struct buf *b)
{
	struct writer w = { .b = b };

	put_value(&w, v);
	mem_free(w.members);
	arena_free(w.arena);
}

int
canon_equal(const struct json_value *a, const struct json_value *b)
{
	struct buf x = { 0 }, y = { 0 };
	int same;

	if (a->type != b->type)
		return (0);
	if (a->len == b->len && memcmp(a->s, b->s, a->len) == 0)
		return (1);
	if (a->type == JSON_STRING && a->plain && b->plain)
		return (0);
	canon_put(a, &x);
	canon_put(b, &y);
	same = x.len == y.len && memcmp(x.s, y.s, x.len) == 0;
	buf_free(&x);
	buf_free(&y);
	return (same);
}
