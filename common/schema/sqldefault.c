#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "json/json.h"
#include "schema/sqldefault.h"

#define FOLD_SIZE 128	/* no known expression is as long */

static int
is_digit(char c)
{

	return (c >= '0' && c <= '9');
}

static int
is_letter(char c)
{

	return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_');
}

static const char *
skip_space(const char *s)
{

	return (s + strspn(s, " \t\r\n"));
}

/* Append what a string literal stands for; its end, or NULL. */
static const char *
read_string(const char *s, struct buf *value)
{
	int escapes = *s == 'E' || *s == 'e';

	if (escapes)
		s++;
	for (s++; *s != '\0'; s++) {
		if (*s == '\'' && *++s != '\'')
			return (s);
		/* pg_get_expr escapes nothing but the backslash itself. */
		if (escapes && *s == '\\' && *++s != '\\')
			return (NULL);
		buf_putc(value, *s);
	}
	return (NULL);
}

static const char *
read_number(const char *s, struct buf *value)
{
	const char *start = s;

	if (*s == '-')
		s++;
	if (!is_digit(*s))
		return (NULL);
	while (is_digit(*s) || *s == '.' || *s == 'e' || *s == 'E' ||
	    ((*s == '-' || *s == '+') && (s[-1] == 'e' || s[-1] == 'E')))
		s++;
	buf_put(value, start, (size_t)(s - start));
	return (s);
}

static const char *
read_word(const char *s, struct buf *value)
{
	static const char *const words[] = { "true", "false" };
	size_t i, n;

	for (i = 0; i < 2; i++) {
		n = strlen(words[i]);
		if (strncmp(s, words[i], n) == 0 && !is_letter(s[n])) {
			buf_put(value, s, n);
			return (s + n);
		}
	}
	return (NULL);
}

/* Skip "::type" as often as it comes; NULL when what follows is no type. */
static const char *
skip_casts(const char *s)
{
	const char *end;

	while (strncmp(s = skip_space(s), "::", 2) == 0) {
		for (s += 2; *s != '\0' && *s != ')' && *s != ':'; s++) {
			if (*s == '"' || *s == '(') {
				end = strchr(s + 1, *s == '"' ? '"' : ')');
				if (end == NULL)
					return (NULL);
				s = end;
			} else if (!is_letter(*s) && !is_digit(*s) &&
			    strchr(" .[]$", *s) == NULL &&
			    (unsigned char)*s < 0x80)
				return (NULL);
		}
	}
	return (s);
}

/* Read a constant, perhaps in parentheses and cast.  Its end, or NULL. */
static const char *
read_constant(const char *s, struct buf *value)
{
	size_t open = 0;

	for (s = skip_space(s); *s == '('; s = skip_space(s + 1))
		open++;
	if (*s == '\'' || ((*s == 'E' || *s == 'e') && s[1] == '\''))
		s = read_string(s, value);
	else if (is_digit(*s) || *s == '-')
		s = read_number(s, value);
	else
		s = read_word(s, value);
	while (s != NULL && (s = skip_casts(s)) != NULL && open > 0) {
		if (*s != ')')
			return (NULL);
		open--;
		s++;
	}
	return (s);
}

static int
is_json(const struct buf *value, enum json_type *type)
{
	struct json_reader *r = json_reader_new();
	struct err err = ERR_INIT;
	struct json_value v;
	int rc;

	rc = json_read_value(r, value->s, value->len, &v, &err);
	if (rc == 0)
		*type = (enum json_type)v.type;
	json_reader_free(r);
	return (rc == 0);
}

static int
value_is(const struct buf *value, const char *s)
{

	return (value->len == strlen(s) &&
	    memcmp(value->s, s, value->len) == 0);
}

static int
put_string(struct buf *value, struct buf *b)
{

	json_put_z(b, buf_z(value));
	return (1);
}

static int
put_number(struct buf *value, enum column_type type, struct buf *b)
{
	enum json_type json;

	if (is_json(value, &json) && json == JSON_NUMBER) {
		if ((type == COLUMN_SMALLINT || type == COLUMN_INTEGER ||
		    type == COLUMN_BIGINT) &&
		    strspn(buf_z(value), "-0123456789") < value->len)
			return (0);
		buf_put(b, value->s, value->len);
		return (1);
	}
	if ((type == COLUMN_NUMERIC || type == COLUMN_REAL ||
	    type == COLUMN_DOUBLE) && (value_is(value, "NaN") ||
	    value_is(value, "Infinity") || value_is(value, "-Infinity")))
		return (put_string(value, b));
	return (0);
}

static int
put_boolean(const struct buf *value, struct buf *b)
{

	if (value_is(value, "true") || value_is(value, "t"))
		buf_puts(b, "true");
	else if (value_is(value, "false") || value_is(value, "f"))
		buf_puts(b, "false");
	else
		return (0);
	return (1);
}

/* Rows have a "T" between date and time and minutes in the zone. */
static int
put_moment(struct buf *value, enum column_type type, struct buf *b)
{
	char *space;

	if (value->len < 4 || (!is_digit(value->s[0]) &&
	    !value_is(value, "infinity") && !value_is(value, "-infinity")))
		return (0);
	if ((type == COLUMN_TIMESTAMP || type == COLUMN_TIMESTAMPTZ) &&
	    (space = memchr(value->s, ' ', value->len)) != NULL)
		*space = 'T';
	if (type == COLUMN_TIMESTAMPTZ &&
	    strchr("+-", value->s[value->len - 3]) != NULL)
		buf_puts(value, ":00");
	return (put_string(value, b));
}

static int
put_value(struct buf *value, enum column_type type, struct buf *b)
{
	enum json_type json;

	switch (type) {
	case COLUMN_SMALLINT:
	case COLUMN_INTEGER:
	case COLUMN_BIGINT:
	case COLUMN_NUMERIC:
	case COLUMN_REAL:
	case COLUMN_DOUBLE:
		return (put_number(value, type, b));
	case COLUMN_BOOLEAN:
		return (put_boolean(value, b));
	case COLUMN_DATE:
	case COLUMN_TIME:
	case COLUMN_TIMETZ:
	case COLUMN_TIMESTAMP:
	case COLUMN_TIMESTAMPTZ:
		return (put_moment(value, type, b));
	case COLUMN_JSON:
		if (!is_json(value, &json))
			return (0);
		buf_put(b, value->s, value->len);
		return (1);
	case COLUMN_ARRAY:
		if (!value_is(value, "{}"))
			return (0);
		buf_puts(b, "[]");
		return (1);
	case COLUMN_ANY:
	case COLUMN_COMPOSITE:
		return (0);
	default:
		return (put_string(value, b));
	}
}

int
sqldefault_json(const char *sql, enum column_type type, struct buf *b)
{
	struct buf value = { 0 };
	const char *end;
	int rc = 0;

	(void)buf_z(&value);
	end = read_constant(sql, &value);
	if (end != NULL && *skip_space(end) == '\0')
		rc = put_value(&value, type, b);
	buf_free(&value);
	return (rc);
}

/*
 * Write the expression in lower case without white space and parentheses,
 * so that the ways to spell it become one.  Return 0 when it is too long.
 */
static int
fold(const char *sql, char *dst)
{
	size_t used = 0;

	for (; *sql != '\0'; sql++) {
		if (strchr(" \t\r\n()", *sql) != NULL)
			continue;
		if (used + 1 >= FOLD_SIZE)
			return (0);
		dst[used++] = *sql >= 'A' && *sql <= 'Z' ?
		    (char)(*sql - 'A' + 'a') : *sql;
	}
	dst[used] = '\0';
	return (1);
}

static int
is_one_of(const char *s, const char *const *list)
{

	for (; *list != NULL; list++)
		if (strcmp(s, *list) == 0)
			return (1);
	return (0);
}

/* The folded spellings of the present moment, for a column of ${type}. */
static int
is_now(const char *s, enum column_type type)
{
	static const char *const moments[] = {
		"now", "current_timestamp", "localtimestamp",
		"transaction_timestamp", "statement_timestamp",
		"clock_timestamp", "nowattimezone'utc'::text",
		"current_timestampattimezone'utc'::text",
		"timezone'utc'::text,now",
		"timezone'utc'::text,current_timestamp",
		"now::timestampwithouttimezone",
		"current_timestamp::timestampwithouttimezone",
		"'now'::text::timestampwithouttimezone",
		"'now'::text::timestampwithtimezone", NULL
	};
	static const char *const days[] = {
		"current_date", "now::date", "'now'::text::date", "now",
		"current_timestamp::date", "current_timestamp", NULL
	};
	static const char *const times[] = {
		"current_time", "localtime", "now::timewithouttimezone",
		"'now'::text::timewithouttimezone",
		"'now'::text::timewithtimezone", NULL
	};
	char name[FOLD_SIZE];
	size_t n = strlen(s);

	/* The precision of current_timestamp(3) makes no difference. */
	while (n > 0 && is_digit(s[n - 1]))
		n--;
	memcpy(name, s, n);
	name[n] = '\0';
	switch (type) {
	case COLUMN_TIMESTAMP:
	case COLUMN_TIMESTAMPTZ:
		return (is_one_of(name, moments));
	case COLUMN_DATE:
		return (is_one_of(name, days));
	case COLUMN_TIME:
	case COLUMN_TIMETZ:
		return (is_one_of(name, times));
	default:
		return (0);
	}
}

static int
is_random_uuid(const char *s)
{
	static const char *const names[] = {
		"gen_random_uuid", "uuid_generate_v4", NULL
	};
	const char *dot = strchr(s, '.');

	return (is_one_of(dot == NULL ? s : dot + 1, names));
}

enum sqldefault
sqldefault_kind(const char *sql, enum column_type type)
{
	struct buf b = { 0 };
	char s[FOLD_SIZE];
	int constant;

	constant = sqldefault_json(sql, type, &b);
	buf_free(&b);
	if (constant)
		return (SQLDEFAULT_CONSTANT);
	if (strncmp(sql, "nextval(", 8) == 0)
		return (SQLDEFAULT_SEQUENCE);
	if (!fold(sql, s))
		return (SQLDEFAULT_OTHER);
	if (is_now(s, type))
		return (SQLDEFAULT_NOW);
	if (type == COLUMN_UUID && is_random_uuid(s))
		return (SQLDEFAULT_UUID);
	return (SQLDEFAULT_OTHER);
}
