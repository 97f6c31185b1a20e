#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "json/json.h"
#include "schema/mend.h"
#include "schema/table.h"

#define LABELS_MOST 12		/* named in a command; more are not legible */

static int
is_letter(char c)
{

	return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_');
}

static int
is_digit(char c)
{

	return (c >= '0' && c <= '9');
}

static int
is_ascii(const char *s)
{

	for (; *s != '\0'; s++)
		if (*s < 0x20 || *s > 0x7e)
			return (0);
	return (1);
}

void
mend_shell(struct buf *b, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!is_letter(s[i]) && !is_digit(s[i]) &&
		    (s[i] == '\0' || strchr("./:=,@%+-", s[i]) == NULL))
			break;
	if (len > 0 && i == len) {
		buf_put(b, s, len);
		return;
	}
	buf_putc(b, '\'');
	for (i = 0; i < len; i++) {
		if (s[i] == '\'')
			buf_puts(b, "'\\''");
		else
			buf_putc(b, s[i]);
	}
	buf_putc(b, '\'');
}

/* One code point as JSON's escape, or two when it lies beyond 16 bits. */
static void
put_escape(struct buf *b, uint32_t code)
{

	if (code >= 0x10000) {
		code -= 0x10000;
		buf_printf(b, "\\u%04x\\u%04x", (unsigned)(0xd800 +
		    (code >> 10)), (unsigned)(0xdc00 + (code & 0x3ff)));
	} else
		buf_printf(b, "\\u%04x", (unsigned)code);
}

void
mend_string(struct buf *b, const char *s)
{
	const char *end = s + strlen(s);
	uint32_t code;

	buf_putc(b, '"');
	while (s < end) {
		if (utf8_check(s, (size_t)(end - s)) == 0) {
			code = 0xfffd;
			s++;
		} else
			s += utf8_decode(s, (size_t)(end - s), &code);
		if (code == '"' || code == '\\')
			buf_printf(b, "\\%c", (char)code);
		else if (code >= 0x20 && code < 0x7f)
			buf_putc(b, (char)code);
		else
			put_escape(b, code);
	}
	buf_putc(b, '"');
}

void
mend_path(struct buf *b, const char *name)
{
	size_t i;

	buf_putc(b, '.');
	for (i = 0; is_letter(name[i]) || (i > 0 && is_digit(name[i])); i++)
		continue;
	if (i > 0 && name[i] == '\0')
		buf_put(b, name, i);
	else
		mend_string(b, name);
}

void
mend_map(struct buf *b, const char *format, const char *name,
    const char *value)
{
	struct buf program = { 0 };

	for (; *format != '\0'; format++) {
		if (*format == '@')
			mend_path(&program, name);
		else if (*format == '#' && value != NULL)
			buf_puts(&program, value);
		else
			buf_putc(&program, *format);
	}
	buf_puts(b, "row-map ");
	mend_shell(b, program.s, program.len);
	buf_free(&program);
}

/* A field as options of programs take it: a name, or a JSON pointer when that
 * would be read as something else.  Return 0 when it cannot be ASCII. */
static int
put_field(struct buf *b, const char *name)
{

	if (!is_ascii(name))
		return (0);
	if (name[0] != '\0' && name[strcspn(name, "./,~")] == '\0') {
		buf_puts(b, name);
		return (1);
	}
	json_put_step(b, name, strlen(name));
	return (1);
}

/* The labels as a list for --allow.  Return 0 when they cannot be one. */
static int
put_labels(struct buf *b, const struct column *c)
{
	size_t i;

	if (c->nlabels > LABELS_MOST)
		return (0);
	for (i = 0; i < c->nlabels; i++) {
		if (!is_ascii(c->labels[i]) || c->labels[i][0] == '\0' ||
		    strchr(c->labels[i], ',') != NULL)
			return (0);
		buf_printf(b, "%s%s", i == 0 ? "" : ",", c->labels[i]);
	}
	return (c->nlabels > 0);
}

/* Return non-zero when all labels, and the value, are fit for enum-upcase. */
static int
upcase(struct buf *b, const struct column *c, const char *wrong,
    const char *label)
{
	struct buf field = { 0 }, labels = { 0 }, map = { 0 };
	int fit;

	fit = is_ascii(wrong) && wrong[0] != '\0' &&
	    strchr(wrong, '=') == NULL && put_field(&field, c->name) &&
	    put_labels(&labels, c);
	if (fit) {
		buf_puts(b, "enum-upcase -f ");
		mend_shell(b, field.s, field.len);
		buf_puts(b, " --ignore-case --allow ");
		mend_shell(b, labels.s, labels.len);
	}
	if (fit && strcasecmp(wrong, label) != 0) {
		buf_printf(&map, "%s=%s", wrong, label);
		buf_puts(b, " --map ");
		mend_shell(b, map.s, map.len);
	}
	buf_free(&map);
	buf_free(&labels);
	buf_free(&field);
	return (fit);
}

void
mend_label(struct buf *b, const struct column *c, const char *wrong,
    const char *label)
{
	struct buf map = { 0 };

	if (upcase(b, c, wrong, label))
		return;
	buf_putc(&map, '{');
	mend_string(&map, wrong);
	buf_putc(&map, ':');
	mend_string(&map, label);
	buf_putc(&map, '}');
	mend_map(b, "@ |= (. as $v | #[$v | tostring] // $v)", c->name,
	    buf_z(&map));
	buf_free(&map);
}

/* A value that says nothing, where the type has one. */
static const char *
empty_value(enum column_type type)
{

	switch (type) {
	case COLUMN_SMALLINT:
	case COLUMN_INTEGER:
	case COLUMN_BIGINT:
	case COLUMN_NUMERIC:
	case COLUMN_REAL:
	case COLUMN_DOUBLE:
		return ("0");
	case COLUMN_BOOLEAN:
		return ("false");
	case COLUMN_TEXT:
		return ("\"\"");
	case COLUMN_JSON:
		return ("{}");
	case COLUMN_ARRAY:
		return ("[]");
	default:
		return (NULL);
	}
}

void
mend_null(struct buf *b, const struct column *c)
{
	const char *value = empty_value(c->type);

	if (c->default_sql != NULL || c->identity != NULL)
		mend_map(b, "if @ == null then del(@) else . end", c->name,
		    NULL);
	else if (value != NULL)
		mend_map(b, "@ |= if . == null then # else . end", c->name,
		    value);
	else
		mend_map(b, "select(@ != null)", c->name, NULL);
}
