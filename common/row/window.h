/*
 * window - the first rows of an input, held for a second look
 *
 * For programs that must see some rows before they can take the first.  The
 * window is bounded in rows and bytes, so memory stays flat.
 */
#ifndef ROWPIPE_ROW_WINDOW_H
#define ROWPIPE_ROW_WINDOW_H

#include <stddef.h>

struct row;
struct window;

/**
 * window_new(rows, bytes):
 * Return a window that is full with ${rows} rows or ${bytes} bytes of them;
 * caller frees with window_free.
 */
struct window *window_new(size_t rows, size_t bytes);

/**
 * window_add(w, row):
 * Keep a copy of ${row} (without replacements).  Return 1 while there is room
 * for more, 0 when it is full now.
 */
int window_add(struct window *w, const struct row *row);

/**
 * window_next(w):
 * Return the next of the rows kept, in their order, borrowed until the next
 * call; NULL after the last.
 */
struct row *window_next(struct window *w);

/**
 * window_free(w):
 * Free ${w}; NULL is fine.
 */
void window_free(struct window *w);

#endif
