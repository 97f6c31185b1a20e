#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/quote.h"
#include "row/sum.h"

#define ROWS_TAG	"ROWS-SHA256 ("
#define BYTES_TAG	"SHA256 ("
#define TAG_IS		") = "

static void
put_name(struct buf *b, const char *name)
{
	const char *p;

	for (p = name; *p != '\0'; p++) {
		if (*p == '\\')
			buf_puts(b, "\\\\");
		else if (*p == '\n')
			buf_puts(b, "\\n");
		else if (*p == '\r')
			buf_puts(b, "\\r");
		else
			buf_putc(b, *p);
	}
}

void
sum_put(struct buf *b, const struct sum *sum, enum sum_kind kind,
    const char *name)
{

	if (sum->counted)
		buf_printf(b, "# rows: %" PRIu64, sum->rows);
	if (sum->counted && kind == SUM_BYTES)
		buf_printf(b, ", bytes: %" PRIu64, sum->bytes);
	if (sum->counted)
		buf_putc(b, '\n');
	if (strpbrk(name, "\\\n\r") != NULL)
		buf_putc(b, '\\');
	if (kind == SUM_BYTES) {
		buf_printf(b, "%s  ", sum->sha256);
		put_name(b, name);
		buf_putc(b, '\n');
	} else {
		buf_puts(b, ROWS_TAG);
		put_name(b, name);
		buf_printf(b, TAG_IS "%s\n", sum->sha256);
	}
}

/* An entry of the file; the name as it stands there. */
struct entry {
	enum sum_kind	 kind;
	char		 sha256[DIGEST_HEX + 1];
	const char	*name;
	size_t		 len;
	int		 escaped;
};

/* Take DIGEST_HEX hex digits, lower-cased; return 0 when there are none. */
static int
take_hex(const char *s, const char *end, char *hex)
{
	size_t i;

	if ((size_t)(end - s) < DIGEST_HEX)
		return (0);
	for (i = 0; i < DIGEST_HEX; i++) {
		if (s[i] >= 'A' && s[i] <= 'F')
			hex[i] = (char)(s[i] - 'A' + 'a');
		else if ((s[i] >= '0' && s[i] <= '9') ||
		    (s[i] >= 'a' && s[i] <= 'f'))
			hex[i] = s[i];
		else
			return (0);
	}
	hex[DIGEST_HEX] = '\0';
	return (1);
}

/* "TAG (NAME) = HEX" */
static int
take_tagged(const char *s, const char *end, const char *tag, struct entry *e)
{
	const size_t head = strlen(tag), tail = sizeof(TAG_IS) - 1;

	if ((size_t)(end - s) < head + tail + DIGEST_HEX ||
	    memcmp(s, tag, head) != 0 ||
	    memcmp(end - DIGEST_HEX - tail, TAG_IS, tail) != 0)
		return (0);
	e->name = s + head;
	e->len = (size_t)(end - DIGEST_HEX - tail - e->name);
	return (take_hex(end - DIGEST_HEX, end, e->sha256));
}

/* "HEX  NAME", "HEX *NAME", or with a tag; with a backslash before it when the
 * name is escaped. */
static int
take_entry(const char *s, const char *end, struct entry *e)
{

	e->escaped = s < end && *s == '\\';
	s += e->escaped;
	e->kind = SUM_ROWS;
	if (take_tagged(s, end, ROWS_TAG, e))
		return (1);
	e->kind = SUM_BYTES;
	if (take_tagged(s, end, BYTES_TAG, e))
		return (1);
	if (!take_hex(s, end, e->sha256))
		return (0);
	s += DIGEST_HEX;
	if (end - s < 3 || s[0] != ' ' || (s[1] != ' ' && s[1] != '*'))
		return (0);
	e->name = s + 2;
	e->len = (size_t)(end - e->name);
	return (1);
}

static int
name_is(const struct entry *e, const char *name)
{
	size_t i;
	char c;

	for (i = 0; i < e->len && *name != '\0'; i++, name++) {
		c = e->name[i];
		if (c == '\\' && e->escaped && i + 1 < e->len) {
			c = e->name[++i];
			c = c == 'n' ? '\n' : c == 'r' ? '\r' : c;
		}
		if (c != *name)
			return (0);
	}
	return (i == e->len && *name == '\0');
}

/* Take "${label}N" from *${s}; return 0 when it does not stand there. */
static int
take_number(const char **s, const char *end, const char *label, uint64_t *n)
{
	const size_t len = strlen(label);
	const char *p = *s + len;

	if ((size_t)(end - *s) <= len || memcmp(*s, label, len) != 0)
		return (0);
	for (*n = 0; p < end && *p >= '0' && *p <= '9'; p++) {
		if (*n > (UINT64_MAX - (uint64_t)(*p - '0')) / 10)
			return (0);
		*n = *n * 10 + (uint64_t)(*p - '0');
	}
	*s = p;
	return (1);
}

/* Our comment on the entry that follows it; any other says nothing. */
static int
take_counts(const char *s, const char *end, struct sum *sum)
{

	sum->bytes = 0;
	return (take_number(&s, end, "# rows: ", &sum->rows) && (s == end ||
	    (take_number(&s, end, ", bytes: ", &sum->bytes) && s == end)));
}

int
sum_find(const char *s, size_t len, enum sum_kind kind, const char *name,
    struct sum *sum, struct err *err)
{
	const char *end = s + len, *lf, *stop;
	size_t line = 0, entries = 0;
	struct sum at = { .counted = 0 };
	struct quote q;
	struct entry e;
	int found = 0;

	for (; s < end; s = lf + 1) {
		line++;
		if ((lf = memchr(s, '\n', (size_t)(end - s))) == NULL)
			lf = end;
		stop = lf > s && lf[-1] == '\r' ? lf - 1 : lf;
		if (stop == s)
			continue;
		if (*s == '#') {
			at.counted = take_counts(s, stop, &at);
			continue;
		}
		if (!take_entry(s, stop, &e)) {
			(void)err_set(err, "line %zu is no SHA-256 checksum",
			    line);
			return (err_status(err, DIAG_BADINPUT));
		}
		/* The first entry stands for lack of a better one. */
		if (e.kind == kind && (entries++ == 0 ||
		    (!found && name_is(&e, name)))) {
			memcpy(at.sha256, e.sha256, sizeof(at.sha256));
			*sum = at;
			found = name_is(&e, name);
		}
		at.counted = 0;
	}
	if (found || entries == 1)
		return (0);
	if (entries == 0)
		(void)err_set(err, kind == SUM_ROWS ?
		    "no checksum of rows in it" : "no checksum in it");
	else
		(void)err_set(err, "%zu checksums in it, none for %s",
		    entries, quote_z(&q, name));
	if (entries == 0 && line > 0)
		(void)err_hint(err, "one with --rows and one without are not"
		    " the same");
	return (err_status(err, DIAG_BADINPUT));
}
