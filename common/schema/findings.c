#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/quote.h"
#include "json/json.h"
#include "schema/findings.h"

#define MESSAGE_MAX 1024
#define EXAMPLE_MAX 1000	/* bytes of an example that are kept */

struct entry {
	struct finding	 f;
	char		*check, *subject, *detail;
};

struct findings {
	struct entry	**v;		/* each stays where it is */
	size_t		  n, cap;
};

/*
 * What is found stays in memory; examples are cut.
 */

static char *
copy(const char *s)
{

	return (s == NULL ? NULL : mem_strdup(s));
}

static int
same(const char *a, const char *b)
{

	if (a == NULL || b == NULL)
		return (a == b);
	return (strcmp(a, b) == 0);
}

struct findings *
findings_new(void)
{

	return (mem_alloc(sizeof(struct findings)));
}

static struct entry *
add(struct findings *fs, enum findings_level level, const char *check,
    const char *subject, const char *detail)
{
	struct entry *e = mem_alloc(sizeof(*e));

	fs->v = mem_grow(fs->v, &fs->cap, fs->n + 1, sizeof(struct entry *));
	fs->v[fs->n++] = e;
	e->check = copy(check);
	e->subject = copy(subject);
	e->detail = copy(detail);
	e->f.level = level;
	e->f.check = e->check;
	e->f.subject = e->subject;
	e->f.message = mem_strdup("");
	return (e);
}

struct finding *
findings_find(const struct findings *fs, const char *check,
    const char *subject)
{
	size_t i;

	for (i = 0; i < fs->n; i++)
		if (same(fs->v[i]->subject, subject) &&
		    strcmp(fs->v[i]->check, check) == 0)
			return (&fs->v[i]->f);
	return (NULL);
}

struct finding *
findings_row(struct findings *fs, enum findings_level level,
    const char *check, const char *subject, const char *detail, uint64_t row,
    int *fresh)
{
	struct entry *e = NULL, *last = NULL;
	size_t i, kin = 0;

	*fresh = 0;
	for (i = 0; i < fs->n; i++) {
		if (!same(fs->v[i]->subject, subject) ||
		    strcmp(fs->v[i]->check, check) != 0)
			continue;
		kin++;
		last = fs->v[i];
		if (same(last->detail, detail)) {
			e = last;
			break;
		}
	}
	/* When there are too many, the one that was one too many takes all
	 * that come after it. */
	if (e == NULL && kin > FINDINGS_DETAILS)
		e = last;
	if (e == NULL) {
		e = add(fs, level, check, subject, detail);
		e->f.first = row;
		*fresh = 1;
	}
	if (level > e->f.level)
		e->f.level = level;
	e->f.rows++;
	return (&e->f);
}

struct finding *
findings_add(struct findings *fs, enum findings_level level,
    const char *check, const char *subject, const char *fmt, ...)
{
	struct entry *e = add(fs, level, check, subject, NULL);
	char message[MESSAGE_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	findings_say(&e->f, message);
	return (&e->f);
}

static void
set(char **to, const char *s)
{

	if (s == NULL)
		return;
	mem_free(*to);
	*to = mem_strdup(s);
}

void
findings_say(struct finding *f, const char *message)
{

	set(&f->message, message);
}

void
findings_mend(struct finding *f, const char *command)
{

	set(&f->mend, command);
}

void
findings_example(struct finding *f, const char *s, size_t len)
{

	if (s == NULL)
		return;
	mem_free(f->example);
	f->example = mem_dup(s, len);
}

int
findings_has(const struct findings *fs, const char *check)
{
	size_t i;

	for (i = 0; i < fs->n; i++)
		if (fs->v[i]->f.level != FINDINGS_OK &&
		    strcmp(fs->v[i]->check, check) == 0)
			return (1);
	return (0);
}

size_t
findings_count(const struct findings *fs, enum findings_level level)
{
	size_t i, n = 0;

	for (i = 0; i < fs->n; i++)
		n += fs->v[i]->f.level == level;
	return (n);
}

const struct finding *
findings_next(const struct findings *fs, size_t i)
{

	return (i < fs->n ? &fs->v[i]->f : NULL);
}

/*
 * Writing.
 */

static const char *
level_name(enum findings_level level)
{

	return (level == FINDINGS_OK ? "ok" : level == FINDINGS_WARN ? "warn" :
	    "fail");
}

static void
put_plain(struct buf *b, const char *s)
{
	char line[MESSAGE_MAX];

	buf_puts(b, quote_plain(line, sizeof(line), s, strlen(s)));
}

/* The example as it stands in the rows, unless the message has it already; a
 * string's own quotes are enough. */
static void
put_example(struct buf *b, const struct finding *f)
{
	size_t len = strlen(f->example);
	struct quote q;

	if (f->example[0] == '"' && len >= 2)
		(void)quote(&q, f->example + 1, len - 2);
	else
		(void)quote(&q, f->example, len);
	if (strcmp(f->example, "null") != 0 &&
	    strstr(f->message, q.s) == NULL)
		buf_printf(b, "; e.g. %s", q.s);
}

void
findings_put(const struct finding *f, struct buf *b)
{

	buf_printf(b, "[%s] ", f->level == FINDINGS_OK ? "OK" :
	    f->level == FINDINGS_WARN ? "WARN" : "FAIL");
	if (f->subject != NULL) {
		put_plain(b, f->subject);
		buf_puts(b, ": ");
	}
	buf_printf(b, "%s: ", f->check);
	if (f->rows > 0)
		buf_printf(b, "%" PRIu64 " row%s: ", f->rows,
		    f->rows == 1 ? "" : "s");
	put_plain(b, f->message);
	if (f->example != NULL)
		put_example(b, f);
	if (f->first > 0)
		buf_printf(b, "; %srow %" PRIu64,
		    f->rows > 1 ? "first " : "", f->first);
	/* Commands are ASCII by themselves, and not to be shortened. */
	if (f->mend != NULL)
		buf_printf(b, "; mend: %s", f->mend);
}

void
findings_put_json(const struct finding *f, struct buf *b)
{

	buf_printf(b, "{\"level\":\"%s\"", level_name(f->level));
	json_put_member(b, "check", f->check);
	json_put_member(b, "column", f->subject);
	if (f->rows > 0)
		buf_printf(b, ",\"rows\":%" PRIu64, f->rows);
	json_put_member(b, "message", f->message);
	if (f->example != NULL && strlen(f->example) <= EXAMPLE_MAX)
		buf_printf(b, ",\"example\":%s", f->example);
	if (f->first > 0)
		buf_printf(b, ",\"at\":{\"row\":%" PRIu64 "}", f->first);
	json_put_member(b, "mend", f->mend);
	buf_putc(b, '}');
}

void
findings_free(struct findings *fs)
{
	struct entry *e;
	size_t i;

	if (fs == NULL)
		return;
	for (i = 0; i < fs->n; i++) {
		e = fs->v[i];
		mem_free(e->f.message);
		mem_free(e->f.example);
		mem_free(e->f.mend);
		mem_free(e->check);
		mem_free(e->subject);
		mem_free(e->detail);
		mem_free(e);
	}
	mem_free(fs->v);
	mem_free(fs);
}
