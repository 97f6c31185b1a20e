/*
 * row - one row of a stream, as the line it came on
 *
 * A row is borrowed: it lives until the next input_next on its input.
 */
#ifndef ROWPIPE_ROW_ROW_H
#define ROWPIPE_ROW_ROW_H

#include <stddef.h>
#include <stdint.h>

#include "json/json.h"

struct arena;
struct buf;
struct err;

#define ROW_SHAPE_VALUE UINT64_MAX	/* shape of a value that is no object */

struct row_edit {
	const char	*at;		/* place in the line */
	size_t		 len;		/* bytes of the line it replaces */
	const char	*text;		/* what stands there instead */
	size_t		 text_len;
};

struct row {
	const char		*s;	/* the line, without its LF */
	size_t			 len;
	const struct json_field	*fields;
	size_t			 nfields;
	uint64_t		 shape;	/* see struct json_reader */
	struct json_value	 value;	/* only where rows may be any values
					   (struct input_opts) */
	const char		*file;	/* where it came from, for messages */
	uint64_t		 line;	/* line number in that file, from 1 */
	uint64_t		 offset;/* of its first byte in that file */
	struct arena		*arena;	/* for what lives as long as the row */
	struct row_edit		*edits;	/* private: see row_replace */
	size_t			 nedits, edits_cap;
};

/**
 * row_find(row, name, len):
 * Return the place in row->fields of the field with that name (unescaped
 * UTF-8), or -1.  Good for as long as row->shape stays the same.
 */
ptrdiff_t row_find(const struct row *row, const char *name, size_t len);

/**
 * row_replace(row, v, text, len):
 * Let the ${len} bytes of JSON at ${text} stand where the value ${v}, a slice
 * of the row's line (at any depth), stands now.  ${text} must live as long
 * as the row (its arena).  The line itself is not changed; row_append and
 * output_row write it with its replacements.  Values replaced must not
 * overlap.
 */
void row_replace(struct row *row, const struct json_value *v,
    const char *text, size_t len);

/**
 * row_append(row, b):
 * Append the row with its replacements, without LF, to ${b}.
 */
void row_append(const struct row *row, struct buf *b);

/**
 * row_place(row, err, dst, size):
 * Write where the row, and the byte err->pos in it, stands into ${dst} as
 * "file:line:column" (column in characters, from 1), "file:line" when err->pos
 * is ERR_NOPOS, or "file" when row->line is 0; return ${dst}.
 */
const char *row_place(const struct row *row, const struct err *err,
    char *dst, size_t size);

#endif
