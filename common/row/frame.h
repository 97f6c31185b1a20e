/*
 * frame - the two lines that tell a reader whether a stream is whole
 *
 *     {"@stream":{"v":1,"source":"pg",...}}
 *     ... row lines ...
 *     {"@end":{"rows":7,"sha256":"..."}}
 *
 * The digest is the SHA-256 of the row lines between them, each with its LF,
 * or another that @stream names: "digest":"xxh128" means that @end has an
 * "xxh128" instead.  That is for pipelines that nobody keeps: SHA-256 at every
 * end of every pipe would take half as long again as the work itself.
 * A data row whose only key starts with "@" could be taken for one of them:
 * its source puts one more "@" before the key, and the sink takes it away;
 * what is in between leaves such rows alone.  This module knows the lines;
 * input.c and output.c keep the books.
 */
#ifndef ROWPIPE_ROW_FRAME_H
#define ROWPIPE_ROW_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "json/json.h"

struct arena;
struct buf;
struct digest;
struct err;

enum frame_line { FRAME_ROW, FRAME_STREAM, FRAME_END };

/**
 * frame_maybe(s, len):
 * Return zero when the line cannot be one of a frame, at the cost of a look at
 * its first bytes; otherwise frame_kind must tell.
 */
static inline int
frame_maybe(const char *s, size_t len)
{
	size_t i;

	/* Nearly every row ends this here. */
	if (len > 2 && s[0] == '{' && s[1] == '"')
		return (s[2] == '@' || s[2] == '\\');
	for (i = 0; i < len && s[i] != '"'; i++)
		if (s[i] != '{' && s[i] != ' ' && s[i] != '\t' &&
		    s[i] != '\r')
			return (0);
	return (i + 1 < len && (s[i + 1] == '@' || s[i + 1] == '\\'));
}

/**
 * frame_kind(fields, nfields):
 * Say whether the object with these members is a line of a frame.
 */
enum frame_line frame_kind(const struct json_field *fields, size_t nfields);

/**
 * frame_begin(v, err):
 * Check the value of "@stream" and return an empty digest of the kind that its
 * rows have, the caller's to free, or NULL with ${err} filled when it is no
 * object, or of a version or with a digest that is not known.
 */
struct digest *frame_begin(const struct json_value *v, struct err *err);

/**
 * frame_table(stream):
 * Return the table that the @stream line ${stream}, NUL-terminated, or NULL
 * for none, says its rows are of, in memory for mem_free; NULL when it does
 * not say.
 */
char *frame_table(const char *stream);

/**
 * frame_check_end(v, rows, d, err):
 * Check that the value of "@end" says that there were ${rows} rows with the
 * digest ${d}.  Return 0, or -1 with ${err} filled (DIAG_INCOMPLETE).
 */
int frame_check_end(const struct json_value *v, uint64_t rows,
    const struct digest *d, struct err *err);

/**
 * frame_put_stream(b, source):
 * For sources: append the @stream line as far as it is the same for all,
 * {"@stream":{"v":1,"source":...; the caller adds members and "}}".
 */
void frame_put_stream(struct buf *b, const char *source);

/**
 * frame_put_end(b, rows, d):
 * Append the @end line, without LF, for ${rows} rows with the digest ${d}.
 */
void frame_put_end(struct buf *b, uint64_t rows, const struct digest *d);

/**
 * frame_escape_needed(nfields, name, len):
 * For sources: return non-zero when a row of ${nfields} fields, one of them
 * named by the ${len} bytes at ${name}, must be written with one more "@"
 * before that name.
 */
int frame_escape_needed(size_t nfields, const char *name, size_t len);

/**
 * frame_unescape(s, len, fields, nfields, a, newlen):
 * For sinks (input.c does it for them, see struct input_opts): when the row
 * ${s} of ${len} bytes with these members was escaped, return the row that
 * was meant, *${newlen} bytes in arena ${a}; else NULL.
 */
const char *frame_unescape(const char *s, size_t len,
    const struct json_field *fields, size_t nfields, struct arena *a,
    size_t *newlen);

/**
 * frame_wanted(flag):
 * Return non-zero when ${flag} (--frame) is set, or ROWPIPE_FRAME is 1 or
 * xxh128.
 */
int frame_wanted(int flag);

/**
 * frame_want(kept):
 * Set ROWPIPE_FRAME for the programs that this one starts: to 1 when their
 * streams are ${kept} for later, else to xxh128.
 */
void frame_want(int kept);

#endif
