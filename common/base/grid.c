#include <string.h>

#include "base/buf.h"
#include "base/grid.h"
#include "base/mem.h"
#include "base/utf8.h"

#define GAP	2	/* blanks between columns */

struct column {
	const char	*header;
	enum grid_align	 align;
	size_t		 most;		/* 0: any width */
	size_t		 width;		/* of its widest cell */
};

struct cell {
	size_t	at, len;		/* in text */
	size_t	width;
};

struct grid {
	struct column	*columns;
	size_t		 ncolumns, columns_cap;
	struct cell	*cells;
	size_t		 ncells, cells_cap;
	struct buf	 text;
	int		 has_headers;
};

struct grid *
grid_new(void)
{

	return (mem_alloc(sizeof(struct grid)));
}

void
grid_free(struct grid *g)
{

	if (g == NULL)
		return;
	mem_free(g->columns);
	mem_free(g->cells);
	buf_free(&g->text);
	mem_free(g);
}

/* Append what stands for a character that cannot be shown. */
static void
put_escape(struct buf *b, uint32_t code)
{
	static const char letters[] = "abtnvfr";	/* from 7 on */

	if (code >= 7 && code <= 13)
		buf_printf(b, "\\%c", letters[code - 7]);
	else if (code < 0x80)
		buf_printf(b, "\\x%02x", (unsigned)code);
	else
		buf_printf(b, "\\u{%x}", (unsigned)code);
}

/* Append the first character at ${s}, and return how many bytes it has. */
static size_t
put_character(const char *s, size_t len, struct buf *b, size_t *width)
{
	uint32_t code;
	size_t n, at = b->len;
	int columns;

	if (utf8_check(s, len < 4 ? len : 4) == 0) {
		buf_printf(b, "\\x%02x", (unsigned)(unsigned char)*s);
		*width += 4;
		return (1);
	}
	n = utf8_decode(s, len, &code);
	if ((columns = utf8_width(code)) >= 0) {
		buf_put(b, s, n);
		*width += (size_t)columns;
	} else {
		put_escape(b, code);
		*width += b->len - at;
	}
	return (n);
}

size_t
grid_text(const char *s, size_t len, struct buf *b)
{
	size_t width = 0, i;

	for (i = 0; i < len; )
		i += put_character(s + i, len - i, b, &width);
	return (width);
}

size_t
grid_text_cut(const char *s, size_t len, size_t most, struct buf *b)
{
	size_t width = 0, i, at = b->len, keep = b->len, kept = 0;

	for (i = 0; i < len && width <= most; ) {
		if (width + 3 <= most) {
			keep = b->len;
			kept = width;
		}
		i += put_character(s + i, len - i, b, &width);
	}
	if (width <= most)
		return (width);
	b->len = most < 3 ? at : keep;
	buf_puts(b, "...");
	return ((most < 3 ? 0 : kept) + 3);
}

void
grid_column(struct grid *g, const char *header, enum grid_align align,
    size_t most)
{
	struct buf ignored = { 0 };
	struct column *c;

	g->columns = mem_grow(g->columns, &g->columns_cap, g->ncolumns + 1,
	    sizeof(*g->columns));
	c = &g->columns[g->ncolumns++];
	*c = (struct column){ header, align, most, 0 };
	if (header != NULL) {
		g->has_headers = 1;
		c->width = grid_text(header, strlen(header), &ignored);
		buf_free(&ignored);
	}
}

void
grid_cell(struct grid *g, const char *s, size_t len)
{
	struct column *c = &g->columns[g->ncells % g->ncolumns];
	struct cell *cell;

	g->cells = mem_grow(g->cells, &g->cells_cap, g->ncells + 1,
	    sizeof(*g->cells));
	cell = &g->cells[g->ncells++];
	cell->at = g->text.len;
	cell->width = c->most > 0 ?
	    grid_text_cut(s, len, c->most, &g->text) :
	    grid_text(s, len, &g->text);
	cell->len = g->text.len - cell->at;
	if (cell->width > c->width)
		c->width = cell->width;
}

void
grid_cell_z(struct grid *g, const char *s)
{

	grid_cell(g, s == NULL ? "" : s, s == NULL ? 0 : strlen(s));
}

static void
put_blanks(struct buf *b, size_t n)
{

	memset(buf_need(b, n), ' ', n);
	b->len += n;
}

static void
end_line(struct buf *b, size_t start)
{

	while (b->len > start && b->s[b->len - 1] == ' ')
		b->len--;
	buf_putc(b, '\n');
}

/* Append one field of a line, with the gap before it. */
static void
put_field(struct buf *b, const struct column *c, int first, const char *s,
    size_t len, size_t width)
{
	size_t fill = c->width - width;

	if (!first)
		put_blanks(b, GAP);
	if (c->align == GRID_RIGHT)
		put_blanks(b, fill);
	buf_put(b, s, len);
	if (c->align == GRID_LEFT)
		put_blanks(b, fill);
}

static void
put_headers(const struct grid *g, size_t indent, struct buf *b)
{
	struct buf text = { 0 };
	size_t i, k, width, start = b->len;

	put_blanks(b, indent);
	for (i = 0; i < g->ncolumns; i++) {
		text.len = 0;
		width = g->columns[i].header == NULL ? 0 :
		    grid_text(g->columns[i].header,
		    strlen(g->columns[i].header), &text);
		put_field(b, &g->columns[i], i == 0, buf_z(&text), text.len,
		    width);
	}
	end_line(b, start);
	start = b->len;
	put_blanks(b, indent);
	for (i = 0; i < g->ncolumns; i++) {
		put_blanks(b, i == 0 ? 0 : GAP);
		for (k = 0; k < g->columns[i].width; k++)
			buf_putc(b, '-');
	}
	end_line(b, start);
	buf_free(&text);
}

void
grid_put(const struct grid *g, size_t indent, struct buf *b)
{
	const struct cell *cell;
	size_t i, start = b->len;

	if (g->has_headers)
		put_headers(g, indent, b);
	for (i = 0; i < g->ncells; i++) {
		cell = &g->cells[i];
		if (i % g->ncolumns == 0) {
			start = b->len;
			put_blanks(b, indent);
		}
		put_field(b, &g->columns[i % g->ncolumns],
		    i % g->ncolumns == 0, g->text.s + cell->at, cell->len,
		    cell->width);
		if ((i + 1) % g->ncolumns == 0 || i + 1 == g->ncells)
			end_line(b, start);
	}
}
