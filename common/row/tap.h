/*
 * tap - what stands between two stages of a pipeline, counts, and keeps a copy
 *
 * To the stages it is a pipe: when the reader goes away the writer learns it,
 * and the end of what is written is the end of what is read.  A copy that is
 * not whole is called NUMBER.ndjson.partial.
 */
#ifndef ROWPIPE_ROW_TAP_H
#define ROWPIPE_ROW_TAP_H

#include <stddef.h>
#include <stdint.h>

#define TAP_POLLS 2		/* descriptors that a tap waits for */

struct err;
struct pollfd;
struct tap;

/**
 * tap_prepare(dir, err):
 * Make the directory ${dir}, if it is not there, and remove from it the copies
 * that an earlier run left.  Return 0, or -1 with ${err} filled.
 */
int tap_prepare(const char *dir, struct err *err);

/**
 * tap_open(dir, number, in, out, err):
 * Store in *${in} the descriptor that the stage before writes to, and in
 * *${out} the one that the stage after reads from, both close-on-exec; caller
 * closes them.  The copy is kept in ${dir} (borrowed; NULL: none) as
 * ${number}.  Return NULL with ${err} filled on failure; caller frees with
 * tap_close.  SIGPIPE must be ignored.
 */
struct tap *tap_open(const char *dir, size_t number, int *in, int *out,
    struct err *err);

/**
 * tap_poll(t, p):
 * Fill the TAP_POLLS entries at ${p}.
 */
void tap_poll(const struct tap *t, struct pollfd *p);

/**
 * tap_move(t, p, err):
 * Move what can be moved now, as poll(2) says in ${p}.  Return 0, or -1 with
 * ${err} filled when the copy could not be written; nothing passes from then
 * on.
 */
int tap_move(struct tap *t, const struct pollfd *p, struct err *err);

/**
 * tap_over(t):
 * Return non-zero when nothing more will pass.
 */
int tap_over(const struct tap *t);

/**
 * tap_unwanted(t):
 * Return non-zero when the stage after did not read all that the stage before
 * wrote.
 */
int tap_unwanted(const struct tap *t);

/**
 * tap_rows(t), tap_bytes(t):
 * What has passed: rows without the lines of a frame, and bytes with them.
 */
uint64_t tap_rows(const struct tap *t);
uint64_t tap_bytes(const struct tap *t);

/**
 * tap_finish(t, good, err):
 * Nothing more will pass; if ${good}, the stage before has ended well.  Give
 * the copy its name when it is whole.  Return 0, or -1 with ${err} filled.
 */
int tap_finish(struct tap *t, int good, struct err *err);

/**
 * tap_close(t):
 * Free ${t}; NULL is fine.  A copy that was not finished stays as partial.
 */
void tap_close(struct tap *t);

#endif
