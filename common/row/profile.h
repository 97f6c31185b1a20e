/*
 * profile - what is in rows, path by path
 *
 * A path is a field, a field of an object in it, or the elements of an array:
 *
 *     status   address.country   tags[]   orders[].lines[].price
 *
 * Names that hold more than letters, digits, "_", "-" and characters beyond
 * ASCII are written as JSON: address["postal code"].
 *
 * Memory is bounded however many rows come and whatever they are.  Each path
 * costs a fixed amount at most; there are at most as many as were asked for
 * and as half of the memory allows.  Keys beyond that, keys of more than
 * PROFILE_KEY bytes and what is nested deeper than PROFILE_DEPTH are not
 * looked into but counted together.  The rest of the memory holds the hashes
 * by which distinct values are counted exactly; when it is full the largest
 * of these counts becomes an estimate.
 */
#ifndef ROWPIPE_ROW_PROFILE_H
#define ROWPIPE_ROW_PROFILE_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;
struct output;
struct profile;
struct row;

#define PROFILE_DEPTH	32	/* levels of a path */
#define PROFILE_KEY	1000	/* bytes of a key, as it is spelt */
#define PROFILE_TEXT	100	/* bytes that are kept of a string */
#define PROFILE_NUMBER	1000	/* characters of a number in the range */
#define PROFILE_EXPONENT 1000000000	/* which is less than this */
#define PROFILE_SAMPLES	100	/* most samples of a path */
#define PROFILE_MEMORY	((uint64_t)1 << 20)	/* least memory */

struct profile_opts {
	uint64_t	samples;	/* values to keep for each path */
	uint64_t	exact;		/* distinct values counted exactly */
	uint64_t	paths;
	uint64_t	memory;		/* bytes */
};
#define PROFILE_OPTS_INIT { .samples = 5, .exact = 10000, .paths = 1000, \
	.memory = (uint64_t)64 << 20 }

/**
 * profile_new(opts):
 * Return a profile of no rows; ${opts} is copied, memory of less than
 * PROFILE_MEMORY counts as that, samples of more than PROFILE_SAMPLES as that.
 * Caller frees with profile_free.
 */
struct profile *profile_new(const struct profile_opts *opts);

/**
 * profile_add(p, row):
 * Look at one more row; it is not kept.
 */
void profile_add(struct profile *p, const struct row *row);

/**
 * profile_rows(p), profile_paths(p):
 * How many rows were looked at, and how many paths they have.
 */
uint64_t profile_rows(const struct profile *p);
uint64_t profile_paths(const struct profile *p);

/**
 * profile_others(p):
 * How many values stood under keys that were counted together.
 */
uint64_t profile_others(const struct profile *p);

/**
 * profile_deep(p):
 * How many arrays and objects were nested too deeply to be looked into.
 */
uint64_t profile_deep(const struct profile *p);

/**
 * profile_put_lines(p, out, err):
 * Write a JSON object for each path, as row-profile(1) describes them, as a
 * row to ${out}.  Return 0, or -1 with ${err} filled.
 */
int profile_put_lines(const struct profile *p, struct output *out,
    struct err *err);

/**
 * profile_put_table(p, b):
 * Append the same as a table for people, in lines.
 */
void profile_put_table(const struct profile *p, struct buf *b);

/**
 * profile_put_schema(p, b):
 * Append a JSON Schema (draft 2020-12), one line without LF, under which every
 * row is valid that was looked at.
 */
void profile_put_schema(const struct profile *p, struct buf *b);

/**
 * profile_free(p):
 * Free ${p}; NULL is fine.
 */
void profile_free(struct profile *p);

#endif
