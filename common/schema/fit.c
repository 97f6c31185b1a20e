#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/near.h"
#include "base/quote.h"
#include "base/real.h"
#include "json/json.h"
#include "schema/fit.h"
#include "schema/mend.h"
#include "schema/pginput.h"
#include "schema/sqltype.h"
#include "schema/table.h"

#define LABELS_SAID 5		/* in a message, at most */

struct fit {
	const struct column	*c;
	const char		*sql_type;	/* never NULL */
	const char		**labels;	/* sorted */
	struct fit		*element;	/* of an array, when known */
	int			 opaque;	/* the server may know more: a
						   domain, XML */
	int			 jsonb;
};

static int
compare_labels(const void *a, const void *b)
{

	return (strcmp(*(const char *const *)a, *(const char *const *)b));
}

/* The check of an array's elements, NULL when the name does not tell. */
static struct fit *
new_element(const struct column *c, const struct sqltype *st, struct arena *a)
{
	struct column *e;
	struct sqltype est;
	char *name;

	if (st->element == 0)
		return (NULL);
	name = arena_dup(a, c->sql_type, st->element);
	if (!sqltype_read(&est, name, st->element))
		return (NULL);
	e = arena_alloc(a, sizeof(*e));
	*e = (struct column){
		.name = c->name, .type = est.type, .sql_type = name,
		.max_length = est.max_length, .precision = est.precision,
		.scale = est.scale,
	};
	return (fit_new(e, a));
}

struct fit *
fit_new(const struct column *c, struct arena *a)
{
	struct fit *f = arena_alloc(a, sizeof(*f));
	struct sqltype st = { .known = 0 };

	*f = (struct fit){ .c = c };
	f->sql_type = c->sql_type != NULL ? c->sql_type : sqltype_name(c->type);
	if (c->sql_type != NULL)
		(void)sqltype_read(&st, c->sql_type, strlen(c->sql_type));
	f->opaque = (c->sql_type != NULL && !st.known &&
	    c->type != COLUMN_ENUM) || strcmp(f->sql_type, "xml") == 0;
	f->jsonb = c->type == COLUMN_JSON &&
	    strcmp(f->sql_type, "jsonb") == 0;
	if (c->type == COLUMN_ARRAY && c->sql_type != NULL)
		f->element = new_element(c, &st, a);
	if (c->nlabels > 0) {
		f->labels = arena_alloc(a, c->nlabels * sizeof(*f->labels));
		memcpy(f->labels, c->labels, c->nlabels * sizeof(*f->labels));
		qsort(f->labels, c->nlabels, sizeof(*f->labels),
		    compare_labels);
	}
	return (f);
}

const char *
fit_text(const struct fit *f, const struct json_value *v, struct arena *a,
    size_t *len)
{

	*len = v->len;
	if (v->type == JSON_NULL)
		return (NULL);
	if (f->c->type == COLUMN_JSON)
		return (v->s);
	if (v->type == JSON_STRING)
		return (json_string(v, a, len));
	if ((v->type == JSON_ARRAY && f->c->type == COLUMN_ARRAY) ||
	    (v->type == JSON_OBJECT && f->c->type == COLUMN_COMPOSITE))
		return (NULL);
	return (v->s);
}

/*
 * What to say.
 */

static void
set_rule(const struct fit *f, struct err *err, const char *rule)
{
	struct buf b = { 0 };

	json_put_step(&b, f->c->name, strlen(f->c->name));
	(void)err_rule(err, rule, buf_z(&b));
	(void)err_status(err, DIAG_BADINPUT);
	buf_free(&b);
}

/* Add a command as the hint, if it fits into one. */
static void
set_hint(struct err *err, struct buf *command)
{

	if (command->len > 0 && command->len < sizeof(err->hint) - 32)
		(void)err_hint(err, "%s would mend it", buf_z(command));
	buf_free(command);
}

/* The refusal of a value, whose text is given, with a row-map program
 * (mend_map) as its remedy. */
static enum fit_verdict
refuse(const struct fit *f, const char *s, size_t len, const char *rule,
    const char *what, const char *program, const char *value,
    struct err *err)
{
	struct buf b = { 0 };
	struct quote q, q2;

	(void)err_set(err, "column %s: %s: %s", quote_z(&q, f->c->name), what,
	    quote(&q2, s, len));
	set_rule(f, err, rule);
	if (program != NULL)
		mend_map(&b, program, f->c->name, value);
	set_hint(err, &b);
	return (FIT_NO);
}

static enum fit_verdict
refuse_null(const struct fit *f, struct err *err)
{
	struct buf b = { 0 };
	struct quote q;

	(void)err_set(err, "column %s is NOT NULL, and the value is null",
	    quote_z(&q, f->c->name));
	set_rule(f, err, "not-null");
	mend_null(&b, f->c);
	set_hint(err, &b);
	return (FIT_NO);
}

/*
 * Enumerations.
 */

static void
put_label_list(const struct column *c, struct buf *b)
{
	struct quote q;
	size_t i;

	for (i = 0; i < c->nlabels && i < LABELS_SAID; i++)
		buf_printf(b, "%s%s", i == 0 ? "" : ", ",
		    quote_z(&q, c->labels[i]));
	if (i < c->nlabels)
		buf_printf(b, " and %zu more", c->nlabels - i);
}

static enum fit_verdict
refuse_label(const struct fit *f, const char *s, size_t len, struct arena *a,
    struct err *err)
{
	const char *wrong = arena_dup(a, s, len), *best;
	struct buf b = { 0 }, labels = { 0 };
	struct near near;
	struct quote q, q2;
	size_t i;

	near_start(&near, wrong);
	for (i = 0; i < f->c->nlabels; i++)
		near_offer(&near, f->c->labels[i]);
	best = near_best(&near);
	put_label_list(f->c, &labels);
	if (best != NULL)
		buf_printf(&labels, "; %s would match", quote_z(&q, best));
	(void)err_set(err, "column %s: %s is none of its labels %s",
	    quote_z(&q, f->c->name), quote(&q2, s, len), buf_z(&labels));
	buf_free(&labels);
	set_rule(f, err, "enum");
	if (best != NULL)
		mend_label(&b, f->c, wrong, best);
	set_hint(err, &b);
	return (FIT_NO);
}

static enum fit_verdict
check_enum(const struct fit *f, const char *s, size_t len, struct arena *a,
    struct err *err)
{
	size_t low = 0, high = f->c->nlabels, middle;
	int order;

	if (high == 0)
		return (FIT_UNSURE);
	while (low < high) {
		middle = low + (high - low) / 2;
		order = strncmp(s, f->labels[middle], len);
		if (order == 0 && f->labels[middle][len] != '\0')
			order = -1;
		if (order == 0)
			return (FIT_YES);
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return (refuse_label(f, s, len, a, err));
}

/*
 * Text.
 */

static enum fit_verdict
check_text(const struct fit *f, const char *s, size_t len, struct err *err)
{
	const size_t most = (size_t)f->c->max_length;
	char what[64], number[24];
	size_t i, n = 0;

	if (f->c->max_length < 0 || len <= most)
		return (f->opaque ? FIT_UNSURE : FIT_YES);
	for (i = 0; i < len && n <= most; i++)
		n += ((unsigned char)s[i] & 0xc0) != 0x80;
	if (n <= most)
		return (f->opaque ? FIT_UNSURE : FIT_YES);
	/* Spaces at the end that are too many are cut off, not refused. */
	for (i--; i < len && s[i] == ' '; i++)
		continue;
	if (i >= len)
		return (FIT_UNSURE);
	(void)snprintf(what, sizeof(what), "longer than %zu characters", most);
	(void)snprintf(number, sizeof(number), "%zu", most);
	return (refuse(f, s, len, "maxLength", what, "@ |= .[:#]", number,
	    err));
}

/*
 * Programs for row-map that mend what is not of a type's form.  They leave
 * alone what is of that form.  NULL: none is known.
 */

#define UUID_FORM "^[0-9A-Fa-f]{8}-?([0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12}$"
#define DAY_FORM "^[0-9]{4}-[0-9]{2}-[0-9]{2}"

static int
is_integer(const struct fit *f)
{

	return (f->c->type == COLUMN_SMALLINT ||
	    f->c->type == COLUMN_INTEGER || f->c->type == COLUMN_BIGINT);
}

/* Are there only these characters in the text? */
static int
only(const char *s, size_t len, const char *chars)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (s[i] == '\0' || strchr(chars, s[i]) == NULL)
			return (0);
	return (1);
}

static const char *
number_program(const struct fit *f, const struct json_value *v, const char *s,
    size_t len)
{

	if (v->type == JSON_TRUE || v->type == JSON_FALSE)
		return ("(@ | booleans) |= if . then 1 else 0 end");
	if (is_integer(f) && pginput_numeric(s, len, -1, -1) == PGINPUT_TAKEN)
		return ("(@ | values) |= (tonumber | round)");
	if (only(s, len, "0123456789,-") && memchr(s, ',', len) != NULL)
		return ("(@ | strings) |= sub(\",\"; \".\")");
	return (f->c->not_null ? "select(@ | tonumber? != null)" :
	    "@ |= (tonumber? // null)");
}

static const char *
uuid_program(const struct fit *f, const char *s, size_t len)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++)
		n += only(s + i, 1, "0123456789abcdefABCDEF") != 0;
	/* Its prefix has letters that are hexadecimal digits, too. */
	if (len > 9 && memcmp(s, "urn:uuid:", 9) == 0)
		return ("(@ | strings) |= ltrimstr(\"urn:uuid:\")");
	if (n == 32)
		return ("(@ | strings) |= gsub(\"[^0-9A-Fa-f]\"; \"\")");
	return (f->c->not_null ?
	    "select(@ | tostring | test(\"" UUID_FORM "\"))" :
	    "(@ | values | select(tostring | test(\"" UUID_FORM "\") | not))"
	    " |= null");
}

/* Two digits, two, and four: is the day first, or the month? */
static const char *
day_program(const char *s, size_t len)
{

	if (len != 10 || s[2] != s[5] || !only(s + 2, 1, "./-") ||
	    !only(s, 2, "0123456789") || !only(s + 3, 2, "0123456789") ||
	    !only(s + 6, 4, "0123456789"))
		return (NULL);
	if (s[2] == '.' || (s[0] - '0') * 10 + (s[1] - '0') > 12)
		return ("(@ | strings) |= sub(\"^(?<d>..)[./-](?<m>..)[./-]"
		    "(?<y>[0-9]{4})$\"; .y + \"-\" + .m + \"-\" + .d)");
	return ("(@ | strings) |= sub(\"^(?<m>..)[./-](?<d>..)[./-]"
	    "(?<y>[0-9]{4})$\"; .y + \"-\" + .m + \"-\" + .d)");
}

static const char *
moment_program(const struct fit *f, const char *s, size_t len)
{
	const char *program = day_program(s, len);

	if (program != NULL || f->c->type == COLUMN_TIME ||
	    f->c->type == COLUMN_TIMETZ || f->c->type == COLUMN_INTERVAL)
		return (program);
	return (f->c->not_null ?
	    "select(@ | tostring | test(\"" DAY_FORM "\"))" :
	    "(@ | values | select(tostring | test(\"" DAY_FORM "\") | not))"
	    " |= null");
}

/* A program for this very value, where no other is known. */
static const char *
value_program(const struct fit *f)
{

	return (f->c->not_null ? "select(@ != #)" :
	    "if @ == # then @ = null else . end");
}

static enum pginput ask(const struct fit *f, const char *s, size_t len);

static const char *
find_program(const struct fit *f, const struct json_value *v, const char *s,
    size_t len, enum pginput said)
{

	/* What is of the type's form is refused for what it says: by the
	 * check of a domain, by the calendar. */
	if (len == 0 || said == PGINPUT_RANGE ||
	    ask(f, s, len) == PGINPUT_TAKEN)
		return (value_program(f));
	switch (f->c->type) {
	case COLUMN_SMALLINT:
	case COLUMN_INTEGER:
	case COLUMN_BIGINT:
	case COLUMN_NUMERIC:
	case COLUMN_REAL:
	case COLUMN_DOUBLE:
		return (number_program(f, v, s, len));
	case COLUMN_UUID:
		return (uuid_program(f, s, len));
	case COLUMN_DATE:
	case COLUMN_TIME:
	case COLUMN_TIMETZ:
	case COLUMN_TIMESTAMP:
	case COLUMN_TIMESTAMPTZ:
	case COLUMN_INTERVAL:
		return (moment_program(f, s, len));
	default:
		return (value_program(f));
	}
}

/*
 * What an input function said.
 */

static const char *
rule_of(enum column_type type, enum pginput said)
{

	switch (type) {
	case COLUMN_UUID:
		return ("uuid");
	case COLUMN_DATE:
		return ("date");
	case COLUMN_TIME:
	case COLUMN_TIMETZ:
		return ("time");
	case COLUMN_TIMESTAMP:
	case COLUMN_TIMESTAMPTZ:
		return ("timestamp");
	case COLUMN_INTERVAL:
		return ("interval");
	default:
		return (said == PGINPUT_RANGE ? "range" : "type");
	}
}

/* The value as it is compared in a program, in ASCII. */
static void
put_literal(struct buf *b, const struct json_value *v, const char *s,
    size_t len, struct arena *a)
{

	if (v->type == JSON_STRING)
		mend_string(b, arena_dup(a, s, len));
	else
		buf_put(b, v->s, v->len);
}

static enum fit_verdict
conclude(const struct fit *f, const struct json_value *v, const char *s,
    size_t len, enum pginput said, struct arena *a, struct err *err)
{
	char what[128], type[80];
	struct buf literal = { 0 };

	if (said == PGINPUT_TAKEN)
		return (f->opaque ? FIT_UNSURE : FIT_YES);
	if (said == PGINPUT_UNSURE)
		return (FIT_UNSURE);
	(void)quote_plain(type, sizeof(type), f->sql_type,
	    strlen(f->sql_type));
	(void)snprintf(what, sizeof(what), said == PGINPUT_RANGE ?
	    "out of the range of %s" : "no %s", type);
	put_literal(&literal, v, s, len, a);
	(void)refuse(f, s, len, rule_of(f->c->type, said), what,
	    find_program(f, v, s, len, said), buf_z(&literal), err);
	buf_free(&literal);
	return (FIT_NO);
}

enum fit_verdict
fit_refuse(const struct fit *f, const struct json_value *v, struct arena *a,
    struct err *err)
{
	const char *s;
	size_t len;

	if ((s = fit_text(f, v, a, &len)) == NULL) {
		s = v->s;
		len = v->len;
	}
	return (conclude(f, v, s, len, PGINPUT_SYNTAX, a, err));
}

/*
 * Arrays and composites.
 */

static enum fit_verdict check(const struct fit *f,
    const struct json_value *v, struct arena *a, struct err *err);

/* What mends an element does not mend the array: leave the array out. */
static void
mend_array(const struct fit *f, const struct json_value *v, struct err *err)
{
	char literal[128];
	struct buf b = { 0 };
	size_t i;

	err->hint[0] = '\0';
	for (i = 0; i < v->len; i++)
		if (v->s[i] < 0x20 || v->s[i] > 0x7e)
			return;
	if (v->len >= sizeof(literal))
		return;
	memcpy(literal, v->s, v->len);
	literal[v->len] = '\0';
	mend_map(&b, value_program(f), f->c->name, literal);
	set_hint(err, &b);
}

static enum fit_verdict
check_elements(const struct fit *f, const struct json_value *v,
    struct arena *a, struct err *err)
{
	enum fit_verdict worst = FIT_YES, one;
	struct json_value item;
	struct json_iter it;

	json_iter_init(&it, v);
	while (json_next(&it, NULL, &item)) {
		/* How deep it may go, and what it may mix, the server says. */
		one = item.type == JSON_ARRAY || f->element == NULL ?
		    FIT_UNSURE : check(f->element, &item, a, err);
		if (one > worst)
			worst = one;
		if (worst == FIT_NO) {
			mend_array(f, v, err);
			return (FIT_NO);
		}
	}
	return (worst);
}

static enum fit_verdict
check_array(const struct fit *f, const struct json_value *v, const char *s,
    size_t len, struct arena *a, struct err *err)
{

	if (v->type == JSON_ARRAY)
		return (check_elements(f, v, a, err));
	/* A literal: '{1,2}', '[0:1]={1,2}'. */
	if (v->type == JSON_STRING) {
		while (len > 0 && strchr(" \t\n\v\f\r", *s) != NULL) {
			s++;
			len--;
		}
		if (len > 0 && (*s == '{' || *s == '['))
			return (FIT_UNSURE);
	}
	return (fit_refuse(f, v, a, err));
}

static enum fit_verdict
check_composite(const struct fit *f, const struct json_value *v,
    struct arena *a, struct err *err)
{

	if (v->type == JSON_OBJECT || v->type == JSON_STRING)
		return (FIT_UNSURE);
	return (fit_refuse(f, v, a, err));
}

/*
 * The check.
 */

/* Is there an escaped NUL in the JSON text? */
static int
has_nul(const struct json_value *v)
{
	const char *p = v->s, *end = v->s + v->len;

	if (v->type == JSON_STRING && v->plain)
		return (0);
	for (; (p = memchr(p, '\\', (size_t)(end - p))) != NULL; p += 2)
		if (end - p > 6 && memcmp(p + 1, "u0000", 5) == 0)
			return (1);
	return (0);
}

static enum fit_verdict
refuse_nul(const struct fit *f, const struct json_value *v, struct err *err)
{

	return (refuse(f, v->s, v->len, "nul",
	    "a NUL, which PostgreSQL cannot hold",
	    "@ |= walk((strings) |= gsub(\"\\u0000\"; \"\"))", NULL, err));
}

static enum fit_verdict
check_json(const struct fit *f, const struct json_value *v, struct err *err)
{

	if (f->jsonb && has_nul(v))
		return (refuse_nul(f, v, err));
	return (f->opaque ? FIT_UNSURE : FIT_YES);
}

static enum pginput
ask(const struct fit *f, const char *s, size_t len)
{

	switch (f->c->type) {
	case COLUMN_SMALLINT:
		return (pginput_integer(s, len, INT16_MIN, INT16_MAX));
	case COLUMN_INTEGER:
		return (pginput_integer(s, len, INT32_MIN, INT32_MAX));
	case COLUMN_BIGINT:
		return (pginput_integer(s, len, INT64_MIN, INT64_MAX));
	case COLUMN_NUMERIC:
		return (pginput_numeric(s, len, f->c->precision,
		    f->c->scale));
	case COLUMN_REAL:
	case COLUMN_DOUBLE:
		return (pginput_float(s, len, f->c->type == COLUMN_REAL));
	case COLUMN_BOOLEAN:
		return (pginput_boolean(s, len));
	case COLUMN_UUID:
		return (pginput_uuid(s, len));
	case COLUMN_BYTEA:
		return (pginput_bytea(s, len));
	case COLUMN_DATE:
		return (pginput_date(s, len));
	case COLUMN_TIME:
	case COLUMN_TIMETZ:
		return (pginput_time(s, len));
	case COLUMN_TIMESTAMP:
	case COLUMN_TIMESTAMPTZ:
		return (pginput_timestamp(s, len));
	default:
		return (PGINPUT_UNSURE);
	}
}

static enum fit_verdict
check(const struct fit *f, const struct json_value *v, struct arena *a,
    struct err *err)
{
	const char *s;
	size_t len;

	if (v->type == JSON_NULL)
		return (f->c->not_null ? refuse_null(f, err) :
		    f->opaque ? FIT_UNSURE : FIT_YES);
	if (f->c->type == COLUMN_JSON)
		return (check_json(f, v, err));
	s = fit_text(f, v, a, &len);
	if (v->type == JSON_STRING && len > 0 && memchr(s, '\0', len) != NULL)
		return (refuse_nul(f, v, err));
	switch (f->c->type) {
	case COLUMN_TEXT:
		return (check_text(f, s, len, err));
	case COLUMN_ENUM:
		return (check_enum(f, s, len, a, err));
	case COLUMN_ARRAY:
		return (check_array(f, v, s, len, a, err));
	case COLUMN_COMPOSITE:
		return (check_composite(f, v, a, err));
	default:
		return (conclude(f, v, s, len, ask(f, s, len), a, err));
	}
}

enum fit_verdict
fit_check(const struct fit *f, const struct json_value *v, struct arena *a,
    struct err *err)
{

	return (check(f, v, a, err));
}

int
fit_loses(const struct fit *f, const struct json_value *v, struct arena *a,
    struct err *err)
{
	const char *s;
	size_t len;
	double d;

	if (v->type != JSON_NUMBER && v->type != JSON_STRING)
		return (0);
	s = fit_text(f, v, a, &len);
	if (f->c->type == COLUMN_NUMERIC && f->c->precision > 0) {
		if (!pginput_rounds(s, len, f->c->scale))
			return (0);
		(void)refuse(f, s, len, "loss", "rounded to the type's scale",
		    NULL, NULL, err);
		return (1);
	}
	if (f->c->type != COLUMN_DOUBLE || v->type != JSON_NUMBER ||
	    real_parse(s, len, &d) != REAL_CHANGED ||
	    real_is_double(s, len, d))
		return (0);
	(void)refuse(f, s, len, "loss", "rounded to the nearest double",
	    NULL, NULL, err);
	return (1);
}
