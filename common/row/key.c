#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "json/canon.h"
#include "row/key.h"
#include "row/row.h"

struct key_field {
	char		*name;
	size_t		 len;
	ptrdiff_t	 place;		/* in rows of key->shape, or -1 */
	enum canon_as	 as;
	int		 seen;		/* in any row */
};

struct key {
	struct key_field	*fields;
	size_t			 n, cap;
	uint64_t		 shape;	/* 0: none seen */
	struct buf		 b;	/* a value that is taken as another */
};

/*
 * Names.
 */

static int
has(const struct key *k, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < k->n; i++)
		if (k->fields[i].len == len &&
		    memcmp(k->fields[i].name, name, len) == 0)
			return (1);
	return (0);
}

static void
add(struct key *k, const char *name, size_t len)
{
	struct key_field *f;

	k->fields = mem_grow(k->fields, &k->cap, k->n + 1,
	    sizeof(*k->fields));
	f = &k->fields[k->n++];
	f->name = mem_dup(name, len);
	f->len = len;
	f->place = -1;
	f->as = CANON_AS_IS;
	f->seen = 0;
}

/* Append the name at *${s} to ${b} and move *${s} behind it.  Return 0, or
 * -1 when a quote is not closed. */
static int
take_name(const char **s, struct buf *b)
{
	const char *p = *s;

	if (*p != '"') {
		*s = p + strcspn(p, ",");
		buf_put(b, p, (size_t)(*s - p));
		return (0);
	}
	for (p++; *p != '\0'; p++) {
		if (*p == '"' && *++p != '"') {
			*s = p;
			return (*p == '\0' || *p == ',' ? 0 : -1);
		}
		buf_putc(b, *p);
	}
	return (-1);
}

static int
add_names(struct key *k, const char *columns, struct err *err)
{
	const char *s = columns;
	struct buf b = { 0 };
	struct quote q, q2;
	int rc = 0;

	for (;;) {
		b.len = 0;
		if (take_name(&s, &b) != 0)
			rc = err_set(err, "the quotes in %s do not match",
			    quote_z(&q, columns));
		else if (b.len == 0)
			rc = err_set(err, "a field name is missing in %s",
			    quote_z(&q, columns));
		else if (has(k, b.s, b.len))
			rc = err_set(err, "field %s comes twice in %s",
			    quote(&q, b.s, b.len), quote_z(&q2, columns));
		else
			add(k, b.s, b.len);
		if (rc != 0 || *s == '\0')
			break;
		s++;
	}
	buf_free(&b);
	return (rc == 0 ? 0 : err_status(err, DIAG_USAGE));
}

struct key *
key_new(const char *columns, struct err *err)
{
	struct key *k = mem_alloc(sizeof(*k));

	if (add_names(k, columns, err) != 0) {
		key_free(k);
		return (NULL);
	}
	return (k);
}

struct key *
key_new_names(const char *const *names, size_t n)
{
	struct key *k = mem_alloc(sizeof(*k));
	size_t i;

	for (i = 0; i < n; i++)
		add(k, names[i], strlen(names[i]));
	return (k);
}

size_t
key_size(const struct key *k)
{

	return (k->n);
}

const char *
key_name(const struct key *k, size_t i)
{

	return (k->fields[i].name);
}

void
key_free(struct key *k)
{
	size_t i;

	if (k == NULL)
		return;
	for (i = 0; i < k->n; i++)
		mem_free(k->fields[i].name);
	mem_free(k->fields);
	buf_free(&k->b);
	mem_free(k);
}

/*
 * Values as bytes.  Each begins with a byte that says what it is.
 */

enum tag {
	TAG_ABSENT = 1, TAG_NULL, TAG_FALSE, TAG_TRUE,
	TAG_NEGATIVE, TAG_ZERO, TAG_POSITIVE,
	TAG_STRING, TAG_ARRAY, TAG_OBJECT
};

/* Text ends in a zero byte, before which no other is smaller: 0 is 1 1 and 1
 * is 1 2. */
static void
put_text(struct buf *b, const char *s, size_t len)
{
	const char *end = s + len, *p;
	char pair[2] = { 1 };

	for (;;) {
		for (p = s; p < end && (unsigned char)*p > 1; p++)
			;
		buf_put(b, s, (size_t)(p - s));
		if (p == end)
			break;
		pair[1] = (char)(*p + 1);
		buf_put(b, pair, 2);
		s = p + 1;
	}
	buf_putc(b, '\0');
}

/*
 * An exponent ${e}: a byte around 0x80 when it is within 60 of zero, else
 * one that says how many bytes of it follow, high ones first; below zero all
 * are complemented.  Beyond 64 bits come the number of digits and the digits.
 */
#define EXP_NEAR	60
#define EXP_FAR		(0x80 + EXP_NEAR)	/* + bytes that follow */
#define EXP_DIGITS	(EXP_FAR + 9)

static void
put_big_endian(struct buf *b, uint64_t n, size_t bytes)
{

	while (bytes-- > 0)
		buf_putc(b, (char)(n >> 8 * bytes));
}

static void
complement(struct buf *b, size_t from)
{

	for (; from < b->len; from++)
		b->s[from] = (char)~b->s[from];
}

static void
put_small_exponent(struct buf *b, int64_t e)
{
	const size_t start = b->len;
	const uint64_t n = e < 0 ? 0 - (uint64_t)e : (uint64_t)e;
	size_t bytes = 1;

	if (n <= EXP_NEAR) {
		buf_putc(b, (char)(0x80 + e));
		return;
	}
	while (bytes < 8 && n >> 8 * bytes != 0)
		bytes++;
	buf_putc(b, (char)(EXP_FAR + bytes));
	put_big_endian(b, n, bytes);
	if (e < 0)
		complement(b, start);
}

static void
put_large_exponent(struct buf *b, const char *digits, size_t n, int negative)
{
	const size_t start = b->len;

	buf_putc(b, (char)EXP_DIGITS);
	put_big_endian(b, n, 8);
	buf_put(b, digits, n);
	if (negative)
		complement(b, start);
}

static void
put_exponent(struct buf *b, const struct canon_number *number)
{
	struct json_value v = { .type = JSON_NUMBER, .plain = 1 };
	struct buf text = { 0 };
	int negative;
	int64_t e;

	if (number->nexp == 0) {
		put_small_exponent(b, number->shift);
		return;
	}
	canon_exponent(number, 0, &text);
	v.s = text.s;
	v.len = (uint32_t)text.len;
	negative = text.s[0] == '-';
	if (json_int(&v, &e))
		put_small_exponent(b, e);
	else
		put_large_exponent(b, text.s + negative,
		    text.len - (size_t)negative, negative);
	buf_free(&text);
}

/* Two digits a byte, 1 to 100, and a zero at the end. */
static void
put_digits(struct buf *b, const struct canon_number *n)
{
	const size_t len = n->nhead + n->ntail;
	int pair = 0, digit;
	size_t i;

	for (i = 0; i < len || i % 2 != 0; i++) {
		digit = i >= len ? 0 : (i < n->nhead ? n->head[i] :
		    n->tail[i - n->nhead]) - '0';
		pair = i % 2 == 0 ? digit : pair * 10 + digit;
		if (i % 2 != 0)
			buf_putc(b, (char)(pair + 1));
	}
	buf_putc(b, '\0');
}

static void
put_number(struct buf *b, const char *s, size_t len)
{
	struct canon_number n;
	size_t start;

	canon_number(&n, s, len);
	if (n.sign == 0) {
		buf_putc(b, TAG_ZERO);
		return;
	}
	buf_putc(b, n.sign < 0 ? TAG_NEGATIVE : TAG_POSITIVE);
	start = b->len;
	put_exponent(b, &n);
	put_digits(b, &n);
	if (n.sign < 0)
		complement(b, start);
}

static void
put_string(struct buf *b, const struct json_value *v)
{
	struct arena *a = v->plain ? NULL : arena_new();
	const char *s;
	size_t len;

	buf_putc(b, TAG_STRING);
	s = json_string(v, a, &len);
	put_text(b, s, len);
	arena_free(a);
}

static void
put_nested(struct buf *b, const struct json_value *v)
{
	struct buf text = { 0 };

	buf_putc(b, v->type == JSON_ARRAY ? TAG_ARRAY : TAG_OBJECT);
	canon_put(v, &text);
	put_text(b, text.s, text.len);
	buf_free(&text);
}

void
key_put_value(const struct json_value *v, struct buf *b)
{

	switch ((enum json_type)v->type) {
	case JSON_NULL:
		buf_putc(b, TAG_NULL);
		break;
	case JSON_FALSE:
		buf_putc(b, TAG_FALSE);
		break;
	case JSON_TRUE:
		buf_putc(b, TAG_TRUE);
		break;
	case JSON_NUMBER:
		put_number(b, v->s, v->len);
		break;
	case JSON_STRING:
		put_string(b, v);
		break;
	case JSON_ARRAY:
	case JSON_OBJECT:
		put_nested(b, v);
		break;
	}
}

/*
 * Keys of rows.
 */

static void
find_fields(struct key *k, const struct row *row)
{
	size_t i;

	if (row->shape == k->shape && row->shape != 0)
		return;
	for (i = 0; i < k->n; i++) {
		k->fields[i].place = row_find(row, k->fields[i].name,
		    k->fields[i].len);
		k->fields[i].seen |= k->fields[i].place >= 0;
	}
	k->shape = row->shape;
}

int
key_seen(const struct key *k, size_t i)
{

	return (k->fields[i].seen);
}

void
key_type(struct key *k, size_t i, enum canon_as as)
{

	k->fields[i].as = as;
}

/* The value whose canonical form is in ${b}. */
static struct json_value
canonical_value(const struct buf *b)
{
	struct json_value v = { .s = b->s, .len = (uint32_t)b->len };

	switch (b->s[0]) {
	case '"':
		v.type = JSON_STRING;
		v.plain = memchr(b->s, '\\', b->len) == NULL;
		break;
	case '[':
		v.type = JSON_ARRAY;
		break;
	case '{':
		v.type = JSON_OBJECT;
		break;
	case 't':
		v.type = JSON_TRUE;
		break;
	case 'f':
		v.type = JSON_FALSE;
		break;
	case 'n':
		v.type = JSON_NULL;
		break;
	default:
		v.type = JSON_NUMBER;
		break;
	}
	return (v);
}

static void
put_typed(struct key *k, enum canon_as as, const struct json_value *v,
    struct buf *b)
{
	struct json_value typed;

	k->b.len = 0;
	canon_put_as(as, v, &k->b);
	typed = canonical_value(&k->b);
	key_put_value(&typed, b);
}

unsigned
key_put(struct key *k, const struct row *row, struct buf *b)
{
	const struct json_value *v;
	unsigned lacks = 0;
	size_t i;

	find_fields(k, row);
	for (i = 0; i < k->n; i++) {
		if (k->fields[i].place < 0) {
			lacks |= KEY_ABSENT;
			buf_putc(b, TAG_ABSENT);
			continue;
		}
		v = &row->fields[k->fields[i].place].value;
		if (v->type == JSON_NULL)
			lacks |= KEY_NULL;
		if (k->fields[i].as == CANON_AS_IS)
			key_put_value(v, b);
		else
			put_typed(k, k->fields[i].as, v, b);
	}
	return (lacks);
}

void
key_put_json(struct key *k, const struct row *row, struct buf *b)
{
	const struct json_field *f;
	size_t i, start;

	find_fields(k, row);
	buf_putc(b, '{');
	start = b->len;
	for (i = 0; i < k->n; i++) {
		if (k->fields[i].place < 0)
			continue;
		f = &row->fields[k->fields[i].place];
		if (b->len > start)
			buf_putc(b, ',');
		buf_put(b, f->key.s, f->key.len);
		buf_putc(b, ':');
		buf_put(b, f->value.s, f->value.len);
	}
	buf_putc(b, '}');
}

void
key_put_names(const struct key *k, struct buf *b)
{
	size_t i;

	for (i = 0; i < k->n; i++) {
		if (i > 0)
			buf_putc(b, ',');
		buf_put(b, k->fields[i].name, k->fields[i].len);
	}
}
