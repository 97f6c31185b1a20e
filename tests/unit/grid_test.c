#include <string.h>

#include "base/buf.h"
#include "base/grid.h"
#include "tap.h"

static void
is_grid(struct grid *g, const char *want, const char *title)
{
	struct buf b = { 0 };

	grid_put(g, 0, &b);
	is_text(b.s, b.len, want, title);
	buf_free(&b);
	grid_free(g);
}

static void
is_shown(const char *s, size_t len, const char *want, size_t width,
    const char *title)
{
	struct buf b = { 0 };
	size_t n = grid_text(s, len, &b);

	is_text(buf_z(&b), b.len, want, title);
	ok(n == width, "%s: its width", title);
	buf_free(&b);
}

int
main(void)
{
	struct grid *g = grid_new();

	grid_column(g, "Column", GRID_LEFT, 0);
	grid_column(g, "Rows", GRID_RIGHT, 0);
	grid_column(g, "", GRID_LEFT, 8);
	grid_cell_z(g, "id");
	grid_cell_z(g, "1");
	grid_cell_z(g, "12345678");
	grid_cell_z(g, "\xe4\xbd\x90\xe8\x97\xa4");
	grid_cell_z(g, "12345");
	grid_cell_z(g, "123456789");
	grid_cell_z(g, NULL);
	grid_cell_z(g, "2");
	is_grid(g,
	    "Column   Rows\n"
	    "------  -----  --------\n"
	    "id          1  12345678\n"
	    "\xe4\xbd\x90\xe8\x97\xa4    12345  12345...\n"
	    "            2\n",
	    "aligns by what a terminal shows, cuts what is too wide");
	g = grid_new();
	grid_column(g, NULL, GRID_LEFT, 2);
	grid_cell_z(g, "abc");
	is_grid(g, "...\n", "no headers, and a column too small to cut to");
	g = grid_new();
	grid_column(g, "a", GRID_LEFT, 0);
	is_grid(g, "a\n-\n", "no rows");
	is_shown("a\n\x1b[1m\x7f", 7, "a\\n\\x1b[1m\\x7f", 14,
	    "escapes what a terminal would obey");
	is_shown("\xc3\xa9" "e\xcc\x81", 5, "\xc3\xa9" "e\xcc\x81", 2,
	    "a combining mark takes no column");
	is_shown("\xe2\x80\xae" "x\xc2\x9b", 6, "\\u{202e}x\\u{9b}", 15,
	    "escapes what turns writing round");
	is_shown("\xff\xc3", 2, "\\xff\\xc3", 8, "escapes what is not UTF-8");
	is_shown("\0", 1, "\\x00", 4, "a NUL is a byte");
	return (tap_done());
}
