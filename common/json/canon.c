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

/*
 * Values.  One pass over the text writes them as they come; the members of an
 * object that do not stand in the order of their names are put into it then.
 */

/* A member that was written. */
struct member {
	const char	*name;		/* unescaped */
	size_t		 len;
	size_t		 at, end;	/* of name and value in canon->b */
};

/* The members are those of the objects being written, the innermost last. */
struct canon {
	const char	*end;		/* of the text */
	struct buf	*b;
	struct member	*members;
	size_t		 n, cap;
	struct buf	 unsorted;
	struct arena	*arena;		/* of strings with escapes; or NULL */
};

static const char *put_value(struct canon *w, const char *p);

static const char *
skip_space(const char *p)
{

	while (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')
		p++;
	return (p);
}

static const char *
put_number(struct canon *w, const char *p)
{
	const char *s = p, *end;
	struct canon_number n;

	p = end = skip_digits(p + (*p == '-'), w->end);
	while (p < w->end && (is_digit(*p) || *p == '.' || *p == 'e' ||
	    *p == 'E' || *p == '+' || *p == '-'))
		p++;
	/* Most stand in that form already. */
	if (p == end && p[-1] != '0') {
		buf_put(w->b, s, (size_t)(p - s));
	} else {
		canon_number(&n, s, (size_t)(p - s));
		canon_number_put(&n, w->b);
	}
	return (p);
}

/* Write a string; *${s} and *${len} are what it stands for. */
static const char *
put_string(struct canon *w, const char *p, const char **s, size_t *len)
{
	struct json_value v = { .s = p, .type = JSON_STRING };
	const char *end = json_string_end(p, w->end, &v.plain);

	if (v.plain) {
		*s = p + 1;
		*len = (size_t)(end - p) - 2;
		buf_put(w->b, p, (size_t)(end - p));
		return (end);
	}
	if (w->arena == NULL)
		w->arena = arena_new();
	v.len = (uint32_t)(end - p);
	*s = json_string(&v, w->arena, len);
	(void)json_put_string(w->b, *s, *len, NULL);
	return (end);
}

static int
by_name(const struct member *x, const struct member *y)
{
	const size_t n = x->len < y->len ? x->len : y->len;
	int order;

	/* Most differ in their first byte. */
	if (n > 0 && x->name[0] != y->name[0])
		return ((unsigned char)x->name[0] -
		    (unsigned char)y->name[0]);
	if ((order = memcmp(x->name, y->name, n)) != 0)
		return (order);
	return ((x->len > y->len) - (x->len < y->len));
}

/* Of equal names the one that came first. */
static int
by_name_and_place(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	const int order = by_name(x, y);

	if (order != 0)
		return (order);
	return ((x->at > y->at) - (x->at < y->at));
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

/* Write the ${n} members at ${v}, which stand behind ${start} in the output,
 * again in their order; of those with one name the last. */
static void
rewrite(struct canon *w, struct member *v, size_t n, size_t start)
{
	struct buf *from = &w->unsorted;
	size_t i;

	sort_members(v, n);
	from->len = 0;
	buf_put(from, w->b->s + start, w->b->len - start);
	w->b->len = start;
	for (i = 0; i < n; i++) {
		if (i + 1 < n && by_name(&v[i], &v[i + 1]) == 0)
			continue;
		if (w->b->len > start)
			buf_putc(w->b, ',');
		buf_put(w->b, from->s + (v[i].at - start),
		    v[i].end - v[i].at);
	}
}

static struct member *
add_member(struct canon *w)
{

	w->members = mem_grow(w->members, &w->cap, w->n + 1,
	    sizeof(*w->members));
	return (&w->members[w->n++]);
}

/* As deep as the value, JSON_DEPTH_MAX at most.
 * NOLINTNEXTLINE(misc-no-recursion) */
static const char *
put_object(struct canon *w, const char *p)
{
	const size_t first = w->n, start = w->b->len + 1;
	struct member *m;
	size_t place;
	int sorted = 1;

	buf_putc(w->b, '{');
	for (p = skip_space(p + 1); *p != '}'; p = skip_space(p)) {
		if (*p == ',') {
			buf_putc(w->b, ',');
			p = skip_space(p + 1);
		}
		place = w->n;
		m = add_member(w);
		m->at = w->b->len;
		p = put_string(w, p, &m->name, &m->len);
		if (place > first && by_name(m - 1, m) >= 0)
			sorted = 0;
		buf_putc(w->b, ':');
		/* The colon, and what is around it. */
		p = put_value(w, skip_space(skip_space(p) + 1));
		w->members[place].end = w->b->len;
	}
	if (!sorted)
		rewrite(w, w->members + first, w->n - first, start);
	buf_putc(w->b, '}');
	w->n = first;
	return (p + 1);
}

/* NOLINTNEXTLINE(misc-no-recursion) */
static const char *
put_array(struct canon *w, const char *p)
{

	buf_putc(w->b, '[');
	for (p = skip_space(p + 1); *p != ']'; p = skip_space(p)) {
		if (*p == ',') {
			buf_putc(w->b, ',');
			p = skip_space(p + 1);
		}
		p = put_value(w, p);
	}
	buf_putc(w->b, ']');
	return (p + 1);
}

/* Write the value at ${p} and return its end.
 * NOLINTNEXTLINE(misc-no-recursion) */
static const char *
put_value(struct canon *w, const char *p)
{
	const char *s;
	size_t len;

	switch (*p) {
	case '{':
		return (put_object(w, p));
	case '[':
		return (put_array(w, p));
	case '"':
		return (put_string(w, p, &s, &len));
	case 't':
	case 'n':
		buf_put(w->b, p, 4);
		return (p + 4);
	case 'f':
		buf_put(w->b, p, 5);
		return (p + 5);
	default:
		return (put_number(w, p));
	}
}

struct canon *
canon_new(void)
{

	return (mem_alloc(sizeof(struct canon)));
}

/* Does the value stand in its form already, as most do? */
static int
stands(const struct json_value *v)
{

	if (v->type == JSON_STRING)
		return (v->plain);
	if (v->type == JSON_NUMBER)
		return (v->plain && v->s[v->len - 1] != '0');
	return (v->type < JSON_NUMBER);
}

void
canon_write(struct canon *c, const struct json_value *v, struct buf *b)
{

	if (stands(v)) {
		buf_put(b, v->s, v->len);
		return;
	}
	c->end = v->s + v->len;
	c->b = b;
	(void)put_value(c, v->s);
	if (c->arena != NULL)
		arena_reset(c->arena);
}

static void
drop(struct canon *c)
{

	mem_free(c->members);
	buf_free(&c->unsorted);
	arena_free(c->arena);
}

void
canon_free(struct canon *c)
{

	if (c == NULL)
		return;
	drop(c);
	mem_free(c);
}

void
canon_put(const struct json_value *v, struct buf *b)
{
	struct canon c = { 0 };

	canon_write(&c, v, b);
	drop(&c);
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
