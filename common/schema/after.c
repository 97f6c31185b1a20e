#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/opt.h"
#include "base/quote.h"
#include "json/json.h"
#include "schema/after.h"
#include "schema/ddl.h"

struct after {
	struct json_reader	*reader;
	enum name_case		 fold;
	struct arena		*a;
	const struct after_columns *known;
	struct buf		 columns, values;
	struct buf		 same;		/* all so far are, AND */
	struct buf		 others;	/* OR: that are null */
	struct err		*err;
};

static int
wrong(struct after *af, const char *hint)
{

	if (hint != NULL)
		(void)err_hint(af->err, "%s", hint);
	return (err_status(af->err, DIAG_USAGE));
}

/* The column that the sort key ${s} is, without ASC. */
static int
take_column(struct after *af, const char *s, const char **column)
{
	size_t len = strlen(s);
	struct name name;
	struct quote q;

	while (len > 0 && strchr(" \t\n", s[len - 1]) != NULL)
		len--;
	while (len > 0 && strchr(" \t\n", *s) != NULL) {
		s++;
		len--;
	}
	if (len > 4 && strncasecmp(s + len - 4, " asc", 4) == 0)
		len -= 4;
	while (len > 0 && s[len - 1] == ' ')
		len--;
	name_read(s, len, af->fold, &name, af->a);
	*column = name.part[name.n - 1];
	if (len > 0 && (s[0] == '"' || strcspn(s, " ()+-*/|:") >= len))
		return (0);
	(void)err_set(af->err, "option --after: sort key %s is no column",
	    quote(&q, s, len));
	return (wrong(af, "with --after, --order-by names columns only, in "
	    "ascending order"));
}

static enum after_form
form_of(const struct after *af, const char *column)
{

	return (af->known == NULL || af->known->form == NULL ? AFTER_PLAIN :
	    af->known->form(af->known->cookie, column));
}

static int
is_hex(const char *s, size_t len)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	size_t i;

	if (len < 2 || len % 2 != 0 || memcmp(s, "\\x", 2) != 0)
		return (0);
	for (i = 2; i < len && s[i] != '\0'; i++)
		if (strchr(digits, s[i]) == NULL)
			return (0);
	return (i == len);
}

/* Append the literal of the value of ${column}. */
static int
put_value(struct after *af, const char *column, struct buf *b)
{
	enum after_form form = form_of(af, column);
	const struct json_field *f = NULL;
	const char *s;
	struct quote q;
	size_t i, len;

	for (i = 0; i < af->reader->nfields; i++)
		if (json_string_is(&af->reader->fields[i].key, column,
		    strlen(column)))
			f = &af->reader->fields[i];
	if (f != NULL && f->value.type == JSON_NULL) {
		(void)err_set(af->err, "option --after: its value for column "
		    "%s is null", quote_z(&q, column));
		return (wrong(af, "rows that are null there cannot be told "
		    "apart: sort by another key, or give all rows again"));
	}
	if (f == NULL || f->value.type == JSON_ARRAY ||
	    f->value.type == JSON_OBJECT) {
		(void)err_set(af->err, "option --after: it has no value for "
		    "column %s", quote_z(&q, column));
		return (wrong(af, "--order-by names the columns of the key"));
	}
	if (f->value.type != JSON_STRING) {
		buf_puts(b, form == AFTER_TEXT ? "'" : "");
		buf_put(b, f->value.s, f->value.len);
		buf_puts(b, form == AFTER_TEXT ? "'" : "");
		return (0);
	}
	s = json_string(&f->value, af->a, &len);
	if (len > 0 && memchr(s, '\0', len) != NULL) {
		(void)err_set(af->err, "option --after: a NUL in the value of "
		    "column %s", quote_z(&q, column));
		return (wrong(af, NULL));
	}
	if (form == AFTER_BYTES && is_hex(s, len)) {
		buf_puts(b, "x'");
		buf_put(b, s + 2, len - 2);
		buf_putc(b, '\'');
	} else
		ddl_quote_string(b, arena_dup(af->a, s, len));
	return (0);
}

/* The next column of the key. */
static int
put_column(struct after *af, const char *column)
{
	struct buf value = { 0 };
	int rc;

	if (af->columns.len > 0) {
		buf_puts(&af->columns, ", ");
		buf_puts(&af->values, ", ");
	}
	ddl_quote(&af->columns, column);
	if ((rc = put_value(af, column, &value)) == 0) {
		buf_put(&af->values, value.s, value.len);
		if (af->known != NULL && af->known->may_be_null != NULL &&
		    af->known->may_be_null(af->known->cookie, column)) {
			buf_puts(&af->others, " OR (");
			buf_put(&af->others, af->same.s, af->same.len);
			ddl_quote(&af->others, column);
			buf_puts(&af->others, " IS NULL)");
		}
		ddl_quote(&af->same, column);
		buf_puts(&af->same, " = ");
		buf_put(&af->same, value.s, value.len);
		buf_puts(&af->same, " AND ");
	}
	buf_free(&value);
	return (rc);
}

/* Take the sort keys apart at commas outside of quotes and parentheses. */
static int
take_keys(struct after *af, const char *order_by)
{
	const char *column, *end = order_by;
	int depth = 0, quoted = 0;

	for (;; end++) {
		if (*end == '"')
			quoted = !quoted;
		else if (!quoted && (*end == '(' || *end == ')'))
			depth += *end == '(' ? 1 : -1;
		if (*end != '\0' && (*end != ',' || quoted || depth > 0))
			continue;
		if (take_column(af, arena_dup(af->a, order_by,
		    (size_t)(end - order_by)), &column) != 0)
			return (-1);
		if (put_column(af, column) != 0)
			return (-1);
		if (*end == '\0')
			return (0);
		order_by = end + 1;
	}
}

static int
read_key(struct after *af, const char *key)
{
	struct err why = ERR_INIT;
	struct quote q;

	if (json_read_object(af->reader, key, strlen(key), &why) == 0)
		return (0);
	(void)err_set(af->err, "option --after: %s is no JSON object",
	    quote_z(&q, key));
	return (wrong(af, "it is what --resume-point writes, such as "
	    "{\"id\":500}"));
}

int
after_where(const char *key, const char *order_by, const char *where,
    enum name_case fold, const struct after_columns *columns, struct arena *a,
    const char **out, struct err *err)
{
	struct after af = {
		.fold = fold, .a = a, .known = columns, .err = err
	};
	struct buf b = { 0 };
	int rc;

	*out = where;
	if (key == NULL || key[strspn(key, " \t\n")] == '\0')
		return (0);
	if (order_by == NULL) {
		(void)err_set(err, "option --after goes with --order-by");
		return (err_status(err, DIAG_USAGE));
	}
	af.reader = json_reader_new();
	rc = read_key(&af, key);
	if (rc == 0 && (rc = take_keys(&af, order_by)) == 0) {
		if (where != NULL)
			buf_printf(&b, "(%s\n) AND ", where);
		buf_printf(&b, "((%s) > ", buf_z(&af.columns));
		buf_printf(&b, "(%s)", buf_z(&af.values));
		buf_printf(&b, "%s)", buf_z(&af.others));
		*out = arena_dup(a, b.s, b.len);
	}
	json_reader_free(af.reader);
	buf_free(&af.columns);
	buf_free(&af.values);
	buf_free(&af.same);
	buf_free(&af.others);
	buf_free(&b);
	return (rc);
}
