/*
 * input - rows from files and standard input
 *
 * Reads line by line, checks each line strictly (json.h), knows frames
 * (frame.h): a stream that began with @stream must end with its matching
 * @end, and input_next answers INPUT_END only when it did.
 */
#ifndef ROWPIPE_ROW_INPUT_H
#define ROWPIPE_ROW_INPUT_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct input;
struct row;

#define INPUT_MAX_LINE ((uint64_t)256 << 20)	/* default of --max-line */

struct input_opts {
	uint64_t	max_line;	/* bytes; 0: INPUT_MAX_LINE */
	uint64_t	limit;		/* rows; UINT64_MAX: all */
	int		require_frame;	/* refuse an unframed stream */
	int		raw;		/* do not parse lines: row->fields is
					   empty; frames still are understood */
	int		values;		/* rows may be values other than
					   objects; row->value is each */
	int		any;		/* raw, and a last line without LF is
					   taken as it is: rows may be values
					   other than objects */
	int		sink;		/* rows end here: one that was escaped
					   (frame.h) comes as it was meant */
};

enum input_status {
	INPUT_ROW,		/* here is a row */
	INPUT_BAD,		/* this line is no row; the next may be one */
	INPUT_END,		/* all was read, and it was whole */
	INPUT_FAIL		/* cannot go on */
};

/**
 * input_open(files, opts):
 * Return an input that reads ${files}, NULL-terminated and borrowed, one after
 * the other; no files, or the name "-", mean standard input.  Nothing is
 * opened yet.  Caller frees with input_close.
 */
struct input *input_open(char *const files[], const struct input_opts *opts);

/**
 * input_next(in, row, err):
 * Point *${row} at the next row, borrowed until the next call.  Anything but
 * INPUT_ROW and INPUT_END fills ${err}; after INPUT_BAD *${row} has the line
 * as it came (s, len, line) with no fields.  The status of ${err} is
 * DIAG_BADINPUT, DIAG_FAIL (could not read) or DIAG_INCOMPLETE (a frame not
 * closed or not matching).  With a limit, what follows the last row wanted is
 * not read; the input's frame is then held to be good.
 */
enum input_status input_next(struct input *in, struct row **row,
    struct err *err);

/**
 * input_run(in, s, len, rows):
 * For raw inputs: take as many rows as are at hand as they stand, without
 * reading and without a look inside: store them, *${len} bytes and *${rows}
 * lines, each with its LF, in *${s}, borrowed until the next call.  Return 1,
 * or 0 when the next line needs input_next (none at hand, not plain, perhaps
 * of a frame).
 */
int input_run(struct input *in, const char **s, size_t *len, uint64_t *rows);

/**
 * input_place(in, err, dst, size):
 * Write where the line read last, and the byte err->pos in it, stands into
 * ${dst} as "file:line:column" (column in characters, from 1), or "file:line",
 * or "file"; return ${dst}.  Standard input is called "stdin".
 */
const char *input_place(const struct input *in, const struct err *err,
    char *dst, size_t size);

/**
 * input_framed(in):
 * Return the @stream line's object as text (NUL-terminated, borrowed until
 * input_close) when the stream at hand is framed, else NULL.  Known after the
 * first input_next.
 */
const char *input_framed(const struct input *in);

/**
 * input_may_wait(in):
 * Return non-zero when the next input_next might wait for data: the time to
 * flush what is written.
 */
int input_may_wait(const struct input *in);

/**
 * input_rows(in), input_bytes(in):
 * How many rows (bad ones too) and bytes were read so far.
 */
uint64_t input_rows(const struct input *in);
uint64_t input_bytes(const struct input *in);

/**
 * input_size(in):
 * Bytes to read in all when every file is a regular one, else 0.
 */
uint64_t input_size(const struct input *in);

/**
 * input_is_files(in):
 * Return non-zero when all that is read comes from regular files, which do
 * not end early because a program died.
 */
int input_is_files(const struct input *in);

/**
 * input_close(in):
 * Close files and free ${in}; NULL is fine.
 */
void input_close(struct input *in);

#endif
