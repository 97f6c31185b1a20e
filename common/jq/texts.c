#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/quote.h"
#include "jq/splitter.h"
#include "jq/texts.h"
#include "json/json.h"
#include "json/json_check.h"

#define READ_SIZE	((size_t)64 << 10)

struct texts {
	char *const	*files;
	enum texts_mode	 mode;
	size_t		 max;
	int		 fd;		/* -1: none open */
	int		 is_stdin;
	int		 end;		/* of the file at hand was read */
	const char	*name;
	struct buf	 b;
	size_t		 at;		/* what is before was given out */
	struct buf	 compact;
	uint64_t	 line;		/* of the byte at ${counted} */
	size_t		 column;	/* characters before it on that line */
	size_t		 counted;
	struct texts_place place;	/* of the text at hand */
};

static char *const only_stdin[] = { (char []){ "-" }, NULL };

struct texts *
texts_open(char *const files[], enum texts_mode mode, uint64_t max)
{
	struct texts *t = mem_alloc(sizeof(*t));

	t->files = files[0] == NULL ? only_stdin : files;
	t->mode = mode;
	t->max = max > SIZE_MAX / 2 ? SIZE_MAX / 2 : (size_t)max;
	t->fd = -1;
	return (t);
}

static void
close_file(struct texts *t)
{

	if (t->fd != -1 && !t->is_stdin)
		(void)close(t->fd);
	t->fd = -1;
}

/* Go to the next file: 1, 0 when there is none, -1. */
static int
open_next(struct texts *t, struct err *err)
{
	struct quote q;

	close_file(t);
	if (*t->files == NULL)
		return (0);
	t->name = *t->files++;
	t->is_stdin = strcmp(t->name, "-") == 0;
	t->fd = t->is_stdin ? STDIN_FILENO : io_open(t->name, O_RDONLY, 0);
	if (t->fd == -1)
		return (err_sys(err, "could not open file %s",
		    quote_z(&q, t->name)));
	t->end = 0;
	t->line = 1;
	t->column = 0;
	t->b.len = t->at = t->counted = 0;
	return (1);
}

/* Read more, twice as much each time, so that looking again at a text that is
 * not whole yet costs no more than reading it. */
static int
read_more(struct texts *t, struct err *err)
{
	size_t want;
	struct quote q;
	ssize_t n;

	if (t->at > 0) {
		memmove(t->b.s, t->b.s + t->at, t->b.len - t->at);
		t->b.len -= t->at;
		t->counted -= t->counted < t->at ? t->counted : t->at;
		t->at = 0;
	}
	if (t->b.len > t->max) {
		(void)err_set(err, "text of more than %zu bytes", t->max);
		(void)err_hint(err, "--max-line takes a larger size");
		return (err_status(err, DIAG_BADINPUT));
	}
	want = t->b.len < READ_SIZE ? READ_SIZE : t->b.len;
	do {
		n = io_read(t->fd, buf_need(&t->b, want), want);
		if (n < 0)
			return (err_sys(err, "could not read file %s",
			    quote_z(&q, t->name)));
		t->b.len += (size_t)n;
		want -= (size_t)n;
	} while (n > 0 && want > READ_SIZE);
	t->end = n == 0;
	return (0);
}

/* Count the byte ${c} of a text. */
static void
count_byte(char c, uint64_t *line, size_t *column)
{

	if (c == '\n') {
		(*line)++;
		*column = 0;
	} else
		*column += ((unsigned char)c & 0xc0) != 0x80;
}

/* The text at hand begins at ${s}; positions only grow. */
static void
take_place(struct texts *t, const char *s, size_t len)
{
	const size_t pos = (size_t)(s - t->b.s);

	for (; t->counted < pos; t->counted++)
		count_byte(t->b.s[t->counted], &t->line, &t->column);
	t->place = (struct texts_place){ s, len, t->line, t->column };
}

static int
find_line(struct texts *t, const char **s, size_t *len)
{
	const char *start, *lf;
	size_t left = t->b.len - t->at;

	if (left == 0)
		return (0);
	start = t->b.s + t->at;
	lf = memchr(start, '\n', left);
	if (lf == NULL && !t->end)
		return (0);
	*s = start;
	*len = lf == NULL ? left : (size_t)(lf - start);
	take_place(t, start, *len);
	t->at += *len + (lf != NULL);
	return (1);
}

static int
find_json(struct texts *t, const char **s, size_t *len)
{

	if (!splitter_text(t->b.s, t->b.len, &t->at, t->end, s, len))
		return (0);
	take_place(t, *s, *len);
	if (memchr(*s, '\n', *len) == NULL && memchr(*s, '\r', *len) == NULL)
		return (1);
	t->compact.len = 0;
	texts_compact(&t->compact, *s, *len);
	*s = t->compact.s;
	*len = t->compact.len;
	return (1);
}

int
texts_next(struct texts *t, const char **s, size_t *len, struct err *err)
{
	int rc;

	for (;;) {
		if (t->fd == -1 && (rc = open_next(t, err)) != 1)
			return (rc);
		if (t->b.len > 0 && (t->mode == TEXTS_LINES ?
		    find_line(t, s, len) : find_json(t, s, len)))
			return (1);
		if (t->end)
			close_file(t);
		else if (read_more(t, err) != 0)
			return (-1);
	}
}

int
texts_all(struct texts *t, struct buf *b, struct err *err)
{
	int rc;

	while ((rc = open_next(t, err)) == 1) {
		while (!t->end) {
			t->b.len = 0;
			if (read_more(t, err) != 0)
				return (-1);
			buf_put(b, t->b.s, t->b.len);
		}
	}
	return (rc);
}

static int
is_space(char c)
{

	return (c == ' ' || c == '\t' || c == '\n' || c == '\r');
}

/* Does ${c} stand for itself, next to whatever it is? */
static int
is_mark(char c)
{

	return (memchr("[]{},:\"", c, 7) != NULL);
}

void
texts_compact(struct buf *b, const char *s, size_t len)
{
	char *out = buf_need(b, len), *o = out;
	size_t i;

	for (i = 0; i < len; i++) {
		if (s[i] == '"') {
			do {
				*o++ = s[i];
				if (s[i] == '\\' && i + 1 < len)
					*o++ = s[++i];
			} while (++i < len && s[i] != '"');
			if (i < len)
				*o++ = s[i];
		} else if (!is_space(s[i])) {
			*o++ = s[i];
		} else if (o > out && i + 1 < len) {
			/* Two words must not become one: "1 2" is wrong and
			 * has to stay so. */
			const char *next = s + i + 1, *end = s + len;

			while (next < end && is_space(*next))
				next++;
			if (next < end && !is_mark(*next) && !is_mark(o[-1]))
				*o++ = ' ';
			i = (size_t)(next - s) - 1;
		}
	}
	b->len += (size_t)(o - out);
}

const char *
texts_file(const struct texts *t)
{

	return (t->is_stdin ? NULL : t->name);
}

uint64_t
texts_line(const struct texts *t)
{

	return (t->place.line);
}

const struct texts_place *
texts_place(const struct texts *t)
{

	return (&t->place);
}

int
texts_fault(const struct texts_place *at, uint64_t *line, size_t *column)
{
	struct err err = ERR_INIT;
	struct json_value v;
	size_t i;

	*line = at->line;
	*column = at->column + 1;
	if (json_check(at->s, at->len, &v, NULL, &err) == 0 ||
	    err.pos == ERR_NOPOS)
		return (0);
	(*column)--;
	for (i = 0; i < err.pos && i < at->len; i++)
		count_byte(at->s[i], line, column);
	(*column)++;
	return (1);
}

int
texts_waits(const struct texts *t)
{

	return (t->fd == -1 || t->at >= t->b.len);
}

void
texts_close(struct texts *t)
{

	if (t == NULL)
		return;
	close_file(t);
	buf_free(&t->b);
	buf_free(&t->compact);
	mem_free(t);
}
