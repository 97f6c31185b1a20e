#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "schema/script.h"

/* A comment ends with its line, so what goes into one has no line of its
 * own, and nothing that a terminal would obey. */
void
script_comment(struct script *s, const char *text)
{
	struct buf *b = s->begun ? &s->aside : &s->b;

	buf_puts(b, "-- ");
	for (; *text != '\0'; text++)
		buf_putc(b, (unsigned char)*text < 0x20 || *text == 0x7f ?
		    ' ' : *text);
	buf_putc(b, '\n');
}

size_t
script_begin(struct script *s)
{

	s->begun = 1;
	s->aside.len = 0;
	return (s->b.len);
}

void
script_end(struct script *s, size_t start)
{
	struct buf statement = { 0 };

	s->begun = 0;
	if (s->aside.len == 0)
		return;
	buf_put(&statement, s->b.s + start, s->b.len - start);
	s->b.len = start;
	buf_put(&s->b, s->aside.s, s->aside.len);
	buf_put(&s->b, statement.s, statement.len);
	buf_free(&statement);
}

static const char *keep_text(struct script *, const char *, va_list)
    __attribute__((format(printf, 2, 0)));

/* Keep the formatted text, however long it is, in the arena. */
static const char *
keep_text(struct script *s, const char *fmt, va_list ap)
{
	va_list again;
	char *text;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	text = arena_alloc(s->a, (size_t)(n < 0 ? 0 : n) + 1);
	text[0] = '\0';
	if (n > 0)
		(void)vsnprintf(text, (size_t)n + 1, fmt, ap);
	return (text);
}

void
script_lost(struct script *s, const struct table *t, const char *column,
    const char *fmt, ...)
{
	struct script_finding *f;
	struct buf b = { 0 };
	va_list ap;

	s->findings = mem_grow(s->findings, &s->cap, s->n + 1,
	    sizeof(*s->findings));
	f = &s->findings[s->n++];
	table_put_name(t->schema, t->name, &b);
	if (column != NULL) {
		buf_putc(&b, '.');
		buf_puts(&b, column);
	}
	f->place = arena_dup(s->a, b.s, b.len);
	va_start(ap, fmt);
	f->text = keep_text(s, fmt, ap);
	va_end(ap);
	b.len = 0;
	buf_puts(&b, "not expressed: ");
	buf_puts(&b, f->place);
	buf_puts(&b, ": ");
	buf_puts(&b, f->text);
	script_comment(s, buf_z(&b));
	buf_free(&b);
}

void
script_free(struct script *s)
{

	buf_free(&s->b);
	buf_free(&s->aside);
	mem_free(s->findings);
	s->findings = NULL;
	s->n = s->cap = 0;
}
