/*
 * spool - bytes that wait, in memory while they are few, else in a file
 *
 * What is put at the end is read back from anywhere, as often as wanted.  The
 * file is in TMPDIR (else /tmp), has no name, and goes away with the process.
 */
#ifndef ROWPIPE_BASE_SPOOL_H
#define ROWPIPE_BASE_SPOOL_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct spool;

/**
 * spool_new(memory):
 * Return an empty spool that holds up to ${memory} bytes (at least some KiB)
 * in memory, and beyond that a file; caller frees with spool_free.
 */
struct spool *spool_new(size_t memory);

/**
 * spool_put(sp, p, n, err):
 * Append ${n} bytes.  Return 0, or -1 with ${err} filled (status DIAG_FAIL)
 * when they could not be written.
 */
int spool_put(struct spool *sp, const void *p, size_t n, struct err *err);

/**
 * spool_size(sp), spool_in_file(sp):
 * How many bytes were put; whether there is a file.
 */
uint64_t spool_size(const struct spool *sp);
int spool_in_file(const struct spool *sp);

/**
 * spool_end(sp, err):
 * Nothing more will be put: write what waits to be written and shrink to what
 * reading needs.  Return 0, or -1 with ${err} filled.
 */
int spool_end(struct spool *sp, struct err *err);

/**
 * spool_free(sp):
 * Forget the bytes and free ${sp}; NULL is fine.
 */
void spool_free(struct spool *sp);

/*
 * Reading a stretch of a spool that has ended, from its front to its back.
 */
struct spool_reader;

/**
 * spool_read(sp, from, to, block):
 * Return a reader of the bytes from ${from} up to ${to} of ${sp} (borrowed),
 * which reads about ${block} bytes at a time; caller frees with
 * spool_read_free.
 */
struct spool_reader *spool_read(const struct spool *sp, uint64_t from,
    uint64_t to, size_t block);

/**
 * spool_look(r, n, have, err):
 * Return the bytes that come next and store in *${have} how many of them can
 * be looked at: at least ${n}, or all there are.  They are borrowed until the
 * next call.  Return NULL with ${err} filled when they could not be read.
 */
const char *spool_look(struct spool_reader *r, size_t n, size_t *have,
    struct err *err);

/**
 * spool_skip(r, n):
 * Go on behind the next ${n} bytes, which spool_look has shown.
 */
void spool_skip(struct spool_reader *r, size_t n);

/**
 * spool_read_free(r):
 * Free ${r}; NULL is fine.
 */
void spool_read_free(struct spool_reader *r);

/*
 * Counts as they stand in a spool: seven bits a byte, low ones first.
 */
#define SPOOL_COUNT_MAX 10	/* most bytes of a count */

/**
 * spool_put_count(dst, n), spool_get_count(s, len, n):
 * Write ${n} to ${dst}, at least SPOOL_COUNT_MAX bytes; read it from the
 * ${len} bytes at ${s} into *${n}.  Return how many bytes it has, 0 when it
 * is cut.
 */
size_t spool_put_count(char *dst, uint64_t n);
size_t spool_get_count(const char *s, size_t len, uint64_t *n);

#endif
