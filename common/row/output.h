/*
 * output - rows to standard output or a file, buffered, in a frame if asked
 *
 * A row is written in place into the output's buffer and then committed or
 * rolled back, so output never holds half a row:
 *
 *     b = output_begin(out);
 *     ... append one JSON object ...
 *     output_commit(out, &err);
 */
#ifndef ROWPIPE_ROW_OUTPUT_H
#define ROWPIPE_ROW_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct digest;
struct err;
struct output;
struct row;

/**
 * output_open(fd, name):
 * Return an output that writes to ${fd}, which stays the caller's to close,
 * unless it is standard output: see output_close.  ${name} (borrowed) is what
 * messages call it.  Caller frees with output_close or output_abandon.
 */
struct output *output_open(int fd, const char *name);

/**
 * output_frame(out, stream):
 * Write the @stream line ${stream}, the text of {"@stream":{...}} without LF,
 * now, and an @end line with row count and digest at output_close.
 */
void output_frame(struct output *out, const char *stream);

/**
 * output_frame_file(out):
 * The same for rows that come from files without frames.
 */
void output_frame_file(struct output *out);

/**
 * output_digest(out, d):
 * Let ${d} (borrowed) take in every row line that is written, LF included; it
 * is complete after output_flush.  Call it before output_frame, which uses
 * ${d} as well if it can, and before the first row.
 */
void output_digest(struct output *out, struct digest *d);

/**
 * output_begin(out):
 * Return the buffer to append one row to, borrowed until output_commit.
 */
struct buf *output_begin(struct output *out);

/**
 * output_commit(out, err):
 * End the row begun with LF and count it; write when enough has gathered.
 * Return 0, or -1 with ${err} filled (status DIAG_FAIL).
 */
int output_commit(struct output *out, struct err *err);

/**
 * output_commit_unended(out, err):
 * As output_commit, without the LF: for values that something else ends.
 */
int output_commit_unended(struct output *out, struct err *err);

/**
 * output_mark(out, err):
 * Let output_rollback take back all that comes after this call, rows that are
 * committed too: nothing is written before the next mark, except by
 * output_flush, output_lines and output_close.  Return 0, or -1 with ${err}
 * filled.
 */
int output_mark(struct output *out, struct err *err);

/**
 * output_rollback(out):
 * Forget what was appended since the last commit, or mark.
 */
void output_rollback(struct output *out);

/**
 * output_row(out, row, err):
 * Write ${row} with its replacements: begin, append and commit in one.
 */
int output_row(struct output *out, const struct row *row, struct err *err);

/**
 * output_lines(out, s, len, rows, err):
 * Write ${len} bytes that are ${rows} whole rows, each with its LF.
 */
int output_lines(struct output *out, const char *s, size_t len,
    uint64_t rows, struct err *err);

/**
 * output_flush(out, err):
 * Write what has gathered.  Return 0, or -1 with ${err} filled.
 */
int output_flush(struct output *out, struct err *err);

/**
 * output_rows(out), output_bytes(out):
 * Row lines committed so far, and their bytes with LF (frame not counted).
 */
uint64_t output_rows(const struct output *out);
uint64_t output_bytes(const struct output *out);

/**
 * output_close(out, err):
 * Write the @end line when there is a frame, flush, and free ${out}: the
 * stream is whole.  Standard output is closed as well, for some file systems
 * tell only then that they could not write.  Return 0, or -1 with ${err}
 * filled.
 */
int output_close(struct output *out, struct err *err);

/**
 * output_all(b, err):
 * Write what is in ${b}, whole lines, to standard output, and nothing else.
 * Return 0, or -1 with ${err} filled.
 */
int output_all(const struct buf *b, struct err *err);

/**
 * output_abandon(out):
 * Write the rows committed as far as possible, no @end, and free ${out}: the
 * stream is not whole, and a framed reader will know.  NULL is fine.
 */
void output_abandon(struct output *out);

#endif
