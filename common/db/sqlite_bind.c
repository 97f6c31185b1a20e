#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/quote.h"
#include "base/real.h"
#include "db/sqlite.h"
#include "db/sqlite_bind.h"
#include "db/sqlite_table.h"
#include "json/json.h"

/* A parameter that waits for its value. */
struct slot {
	struct sqlite_stmt		*stmt;
	int				 i;
	const struct sqlite_binder	*b;
	char				*became;
};

static int
holds_json(enum column_type type)
{

	return (type == COLUMN_JSON || type == COLUMN_ARRAY ||
	    type == COLUMN_COMPOSITE);
}

static enum sqlite_bind_kind
kind_of(const struct sqlite_table *t, size_t column)
{
	enum column_type type = t->model->columns[column].type;

	switch (t->columns[column].affinity) {
	case SQLITE_AFFINITY_TEXT:
		return (holds_json(type) ? SQLITE_BIND_JSON :
		    SQLITE_BIND_TEXT);
	case SQLITE_AFFINITY_INTEGER:
		return (SQLITE_BIND_INTEGER);
	case SQLITE_AFFINITY_NUMERIC:
		return (SQLITE_BIND_NUMERIC);
	case SQLITE_AFFINITY_REAL:
		return (SQLITE_BIND_REAL);
	default:
		if (holds_json(type))
			return (SQLITE_BIND_JSON);
		return (t->columns[column].blob || type == COLUMN_BYTEA ?
		    SQLITE_BIND_BLOB : SQLITE_BIND_ANY);
	}
}

void
sqlite_binder_init(struct sqlite_binder *b, const struct sqlite_table *t,
    size_t column)
{

	b->kind = kind_of(t, column);
	b->is_double = t->model->columns[column].type == COLUMN_DOUBLE;
	/* ANY is the type that STRICT refuses nothing for; a rowid is always
	 * an integer. */
	b->strict = (t->strict && b->kind != SQLITE_BIND_ANY) ||
	    (ptrdiff_t)column == t->rowid;
	b->table = t->model->name;
	b->name = t->model->columns[column].name;
	b->declared = t->columns[column].declared;
}

/* "string \"abc\"", "an array": what ${v} is, for a message. */
static void
describe(const struct json_value *v, char *dst, size_t size)
{
	struct quote q;

	switch (v->type) {
	case JSON_STRING:
		(void)snprintf(dst, size, "string %s",
		    quote(&q, v->s + 1, v->len - 2));
		break;
	case JSON_NUMBER:
		(void)snprintf(dst, size, "number %s",
		    quote(&q, v->s, v->len));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		(void)snprintf(dst, size, "boolean %s",
		    v->type == JSON_TRUE ? "true" : "false");
		break;
	default:
		(void)snprintf(dst, size, "an %s", json_type_name(v->type));
		break;
	}
}

static enum sqlite_bound
refuse(const struct sqlite_binder *b, const struct json_value *v,
    const char *rule, struct err *err)
{
	char text[QUOTE_MAX + 32], declared[64];
	struct quote t, c;

	describe(v, text, sizeof(text));
	(void)err_set(err, "column %s.%s (%s) cannot hold %s%s",
	    quote_z(&t, b->table), quote_z(&c, b->name),
	    quote_plain(declared, sizeof(declared), b->declared,
	    strlen(b->declared)), text,
	    strcmp(rule, "range") == 0 ? ", which is out of its range" : "");
	(void)err_rule(err, rule, NULL);
	(void)err_status(err, DIAG_BADINPUT);
	return (SQLITE_BOUND_REFUSED);
}

static void
write_int(char *became, int64_t n)
{

	(void)snprintf(became, SQLITE_BECAME_MAX, "%jd", (intmax_t)n);
}

static void
write_real(char *became, double d)
{
	struct buf b = { 0 };

	real_put(&b, d, REAL_FIXED_DOUBLE);
	(void)snprintf(became, SQLITE_BECAME_MAX, "%s", buf_z(&b));
	buf_free(&b);
}

static enum sqlite_bound
bind_int(const struct slot *p, int64_t n)
{

	sqlite_bind_int(p->stmt, p->i, n);
	return (SQLITE_BOUND_SAME);
}

static enum sqlite_bound
bind_slice(const struct slot *p, const struct json_value *v)
{

	if (p->b->kind == SQLITE_BIND_JSON)
		sqlite_bind_json(p->stmt, p->i, v->s, v->len);
	else
		sqlite_bind_text(p->stmt, p->i, v->s, v->len);
	return (SQLITE_BOUND_SAME);
}

/* The decimal ${v} as the nearest double. */
static enum sqlite_bound
bind_real(const struct slot *p, const struct json_value *v, struct err *err)
{
	enum real_fit fit;
	double d;

	if ((fit = real_parse(v->s, v->len, &d)) == REAL_OVERFLOW)
		return (refuse(p->b, v, "range", err));
	sqlite_bind_real(p->stmt, p->i, d);
	/* SQLite keeps whole numbers as integers, which have no -0. */
	if (d == 0 && signbit(d) && p->b->kind == SQLITE_BIND_REAL)
		d = 0;
	else if (fit == REAL_SAME ||
	    (p->b->is_double && real_is_double(v->s, v->len, d)))
		return (SQLITE_BOUND_SAME);
	write_real(p->became, d);
	return (SQLITE_BOUND_CHANGED);
}

static enum sqlite_bound
bind_number(const struct slot *p, const struct json_value *v,
    struct err *err)
{
	const struct sqlite_binder *b = p->b;
	int64_t n;

	switch (b->kind) {
	case SQLITE_BIND_INTEGER:
	case SQLITE_BIND_NUMERIC:
		if (json_int(v, &n) || real_integral(v->s, v->len, &n))
			return (bind_int(p, n));
		if (b->strict)
			return (refuse(b, v, v->plain ? "range" : "type",
			    err));
		return (bind_real(p, v, err));
	case SQLITE_BIND_REAL:
		return (bind_real(p, v, err));
	case SQLITE_BIND_BLOB:
		if (b->strict)
			return (refuse(b, v, "type", err));
		/* FALLTHROUGH */
	case SQLITE_BIND_ANY:
		return (json_int(v, &n) ? bind_int(p, n) :
		    bind_real(p, v, err));
	default:
		return (bind_slice(p, v));
	}
}

static enum sqlite_bound
bind_boolean(const struct slot *p, const struct json_value *v,
    struct err *err)
{

	switch (p->b->kind) {
	case SQLITE_BIND_TEXT:
	case SQLITE_BIND_JSON:
		return (bind_slice(p, v));
	case SQLITE_BIND_BLOB:
		if (p->b->strict)
			return (refuse(p->b, v, "type", err));
		/* FALLTHROUGH */
	default:
		return (bind_int(p, v->type == JSON_TRUE));
	}
}

static int
hex_digit(char c)
{

	if (c >= '0' && c <= '9')
		return (c - '0');
	if (c >= 'a' && c <= 'f')
		return (c - 'a' + 10);
	if (c >= 'A' && c <= 'F')
		return (c - 'A' + 10);
	return (-1);
}

/* The bytes that "\x4142" stands for, in arena ${a}; NULL when ${s} is not of
 * that form. */
static char *
unhex(const char *s, size_t len, struct arena *a, size_t *n)
{
	int high, low;
	char *bytes;
	size_t i;

	if (len < 2 || len % 2 != 0 || s[0] != '\\' || s[1] != 'x')
		return (NULL);
	*n = len / 2 - 1;
	bytes = arena_alloc(a, *n + 1);
	for (i = 0; i < *n; i++) {
		high = hex_digit(s[2 + 2 * i]);
		low = hex_digit(s[3 + 2 * i]);
		if (high == -1 || low == -1)
			return (NULL);
		bytes[i] = (char)(high << 4 | low);
	}
	return (bytes);
}

static size_t
skip_space(const char *s, size_t i, size_t len)
{

	while (i < len && (s[i] == ' ' || (s[i] >= '\t' && s[i] <= '\r')))
		i++;
	return (i);
}

static size_t
skip_digits(const char *s, size_t i, size_t len)
{

	while (i < len && s[i] >= '0' && s[i] <= '9')
		i++;
	return (i);
}

/* Whether SQLite takes ${s} for a number; where that stands in it goes to
 * *${from} and *${to}. */
static int
is_number(const char *s, size_t len, size_t *from, size_t *to)
{
	size_t i = skip_space(s, 0, len), start, digits;

	*from = i;
	if (i < len && (s[i] == '-' || s[i] == '+'))
		i++;
	start = i;
	i = skip_digits(s, i, len);
	digits = i - start;
	if (i < len && s[i] == '.') {
		start = ++i;
		i = skip_digits(s, i, len);
		digits += i - start;
	}
	if (digits == 0)
		return (0);
	if (i < len && (s[i] == 'e' || s[i] == 'E')) {
		i++;
		if (i < len && (s[i] == '-' || s[i] == '+'))
			i++;
		start = i;
		i = skip_digits(s, i, len);
		if (i == start)
			return (0);
	}
	*to = i;
	return (skip_space(s, i, len) == len);
}

static int
is_word(const char *s, size_t len, const char *word)
{

	return (strlen(word) == len && memcmp(s, word, len) == 0);
}

/* A string for a column of numbers: bound as the number that SQLite would make
 * of it, and the same only when it is spelled as that number is. */
static enum sqlite_bound
bind_number_text(const struct slot *p, const struct json_value *v,
    const char *s, size_t len, struct err *err)
{
	const struct sqlite_binder *b = p->b;
	size_t from, to;
	int64_t n;
	double d;

	if (!is_number(s, len, &from, &to)) {
		if (b->strict)
			return (refuse(b, v, "type", err));
		sqlite_bind_text(p->stmt, p->i, s, len);
		return (SQLITE_BOUND_SAME);
	}
	if (b->kind != SQLITE_BIND_REAL &&
	    real_integral(s + from, to - from, &n)) {
		sqlite_bind_int(p->stmt, p->i, n);
		write_int(p->became, n);
	} else {
		if (b->kind == SQLITE_BIND_INTEGER && b->strict)
			return (refuse(b, v, "type", err));
		if (real_parse(s + from, to - from, &d) == REAL_OVERFLOW)
			return (refuse(b, v, "range", err));
		sqlite_bind_real(p->stmt, p->i, d);
		write_real(p->became, d);
	}
	return (is_word(s, len, p->became) ? SQLITE_BOUND_SAME :
	    SQLITE_BOUND_CHANGED);
}

/* JSON has no number for these; a double has all but NaN, which SQLite turns
 * to NULL. */
static int
bind_not_finite(const struct slot *p, const char *s, size_t len,
    enum sqlite_bound *bound)
{

	*bound = SQLITE_BOUND_SAME;
	if (is_word(s, len, "Infinity"))
		sqlite_bind_real(p->stmt, p->i, (double)INFINITY);
	else if (is_word(s, len, "-Infinity"))
		sqlite_bind_real(p->stmt, p->i, -(double)INFINITY);
	else if (is_word(s, len, "NaN")) {
		sqlite_bind_null(p->stmt, p->i);
		(void)snprintf(p->became, SQLITE_BECAME_MAX, "null");
		*bound = SQLITE_BOUND_CHANGED;
	} else
		return (0);
	return (1);
}

static enum sqlite_bound
bind_string(const struct slot *p, const struct json_value *v,
    struct arena *a, struct err *err)
{
	const struct sqlite_binder *b = p->b;
	enum sqlite_bound bound;
	size_t len, n;
	const char *s;
	char *bytes;

	if (b->kind == SQLITE_BIND_JSON)
		return (bind_slice(p, v));
	s = json_string(v, a, &len);
	switch (b->kind) {
	case SQLITE_BIND_REAL:
		if (bind_not_finite(p, s, len, &bound))
			return (bound);
		/* FALLTHROUGH */
	case SQLITE_BIND_INTEGER:
	case SQLITE_BIND_NUMERIC:
		return (bind_number_text(p, v, s, len, err));
	case SQLITE_BIND_BLOB:
		if ((bytes = unhex(s, len, a, &n)) != NULL) {
			sqlite_bind_blob(p->stmt, p->i, bytes, n);
			return (SQLITE_BOUND_SAME);
		}
		if (b->strict) {
			(void)refuse(b, v, "type", err);
			(void)err_hint(err, "bytes are written as \\x and two "
			    "hex digits for each");
			return (SQLITE_BOUND_REFUSED);
		}
		break;
	default:
		break;
	}
	sqlite_bind_text(p->stmt, p->i, s, len);
	return (SQLITE_BOUND_SAME);
}

static enum sqlite_bound
bind_container(const struct slot *p, const struct json_value *v,
    struct err *err)
{
	enum sqlite_bind_kind kind = p->b->kind;

	if (p->b->strict && kind != SQLITE_BIND_TEXT &&
	    kind != SQLITE_BIND_JSON)
		return (refuse(p->b, v, "type", err));
	return (bind_slice(p, v));
}

enum sqlite_bound
sqlite_bind(struct sqlite_stmt *stmt, int i, const struct sqlite_binder *b,
    const struct json_value *v, struct arena *a, char *became,
    struct err *err)
{
	struct slot p = { .stmt = stmt, .i = i, .b = b };

	p.became = became;
	switch (v->type) {
	case JSON_NULL:
		sqlite_bind_null(stmt, i);
		return (SQLITE_BOUND_SAME);
	case JSON_TRUE:
	case JSON_FALSE:
		return (bind_boolean(&p, v, err));
	case JSON_NUMBER:
		return (bind_number(&p, v, err));
	case JSON_STRING:
		return (bind_string(&p, v, a, err));
	default:
		return (bind_container(&p, v, err));
	}
}
