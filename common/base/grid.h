/*
 * grid - a table of text for people
 *
 *     Column  Type     Rows
 *     ------  -------  ----
 *     id      bigint     12
 *
 * Cells are made fit for a terminal: control characters, what is not UTF-8,
 * and characters that cannot be seen or turn the direction of writing are
 * escaped (\n, \x1b, \u{202e}); all else stands as it is, as wide as the
 * terminal shows it.  Lines end without blanks.
 */
#ifndef ROWPIPE_BASE_GRID_H
#define ROWPIPE_BASE_GRID_H

#include <stddef.h>

struct buf;
struct grid;

enum grid_align { GRID_LEFT, GRID_RIGHT };

/**
 * grid_new():
 * Return a grid without columns; caller frees with grid_free.
 */
struct grid *grid_new(void);

/**
 * grid_column(g, header, align, most):
 * Add a column, before the first cell.  Cells wider than ${most} characters
 * are cut to end with "..."; 0 means that they never are.  Unless any column
 * has a ${header} (borrowed; NULL for none) no headers are written.
 */
void grid_column(struct grid *g, const char *header, enum grid_align align,
    size_t most);

/**
 * grid_cell(g, s, len), grid_cell_z(g, s):
 * Fill the next cell, row by row, with data, which is copied; NULL is an empty
 * cell.
 */
void grid_cell(struct grid *g, const char *s, size_t len);
void grid_cell_z(struct grid *g, const char *s);

/**
 * grid_put(g, indent, b):
 * Append the lines of the grid, each after ${indent} blanks.  A row that is
 * not full ends where it ends.
 */
void grid_put(const struct grid *g, size_t indent, struct buf *b);

/**
 * grid_text(s, len, b):
 * Append data made fit for a terminal as a cell is, and return how many
 * columns of the terminal it takes.
 */
size_t grid_text(const char *s, size_t len, struct buf *b);

/**
 * grid_text_cut(s, len, most, b):
 * As grid_text, cut to end with "..." when it would take more than ${most}
 * columns; what is cut away is not looked at.
 */
size_t grid_text_cut(const char *s, size_t len, size_t most, struct buf *b);

/**
 * grid_free(g):
 * Free ${g}; NULL is fine.
 */
void grid_free(struct grid *g);

#endif
