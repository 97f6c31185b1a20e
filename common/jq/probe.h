/*
 * probe - the paths of its input that a program reads, and what rows have there
 *
 * Paths are taken from the program's syntax tree, as far as that shows them:
 * .a.b and .items[].price as such, through pipes, in objects that the program
 * builds, in conditions, in the arguments of functions that pass their input
 * on.  A path that the program takes care of (a // b, a?, if a then ...) is
 * guarded: null there is expected.
 */
#ifndef ROWPIPE_JQ_PROBE_H
#define ROWPIPE_JQ_PROBE_H

#include <stddef.h>
#include <stdint.h>

#include "json/json.h"

struct buf;
struct err;
struct probe;

/* What was found at the end of a path: a count of rows for each type. */
struct probe_path {
	const char	*text;		/* as in jq: .profile.address.city */
	size_t		 depth;		/* steps that it has */
	int		 guarded;
	uint64_t	 rows[JSON_OBJECT + 1];
	uint64_t	 first[JSON_OBJECT + 1];	/* the first of them */
};

/**
 * probe_new(text, len, err):
 * Return the paths that the program of ${len} bytes at ${text} reads, longest
 * ones only.  Return NULL with ${err} filled when it is no program.  Caller
 * frees with probe_free.
 */
struct probe *probe_new(const char *text, size_t len, struct err *err);

/**
 * probe_row(p, s, len, number):
 * Look what the row ${number}, the ${len} bytes at ${s}, which were found to be
 * an object with white space around it, has at the paths.  A key that is not
 * there is null, and so is what would be inside of null.
 */
void probe_row(struct probe *p, const char *s, size_t len, uint64_t number);

/**
 * probe_path(p, i):
 * Return the ${i}th path (from 0), or NULL; borrowed from ${p}.
 */
const struct probe_path *probe_path(const struct probe *p, size_t i);

/**
 * probe_types(path, most, b):
 * Append which types but null there are, "string in 3 rows, number in 1 row",
 * store the most frequent one in *${most} (JSON_STRING when there is none; both
 * booleans are JSON_TRUE) and return how many there are.
 */
size_t probe_types(const struct probe_path *path, enum json_type *most,
    struct buf *b);

/**
 * probe_free(p):
 * Free ${p}; NULL is fine.
 */
void probe_free(struct probe *p);

#endif
