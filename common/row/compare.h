/*
 * compare - which fields of two rows differ
 *
 * By value: as canonical.h has it, and numbers of some fields within a
 * tolerance.
 */
#ifndef ROWPIPE_ROW_COMPARE_H
#define ROWPIPE_ROW_COMPARE_H

#include <stddef.h>

#include "json/json.h"

struct canonical;
struct compare;
struct err;

/**
 * compare_new(c):
 * Return a comparison by the rules of ${c}, borrowed; caller frees with
 * compare_free.
 */
struct compare *compare_new(const struct canonical *c);

/**
 * compare_tolerate(cmp, text, err):
 * Take a tolerance, "FIELD=0.01": two numbers of that field are the same when
 * they differ by no more than that, exactly.  Return 0, or -1 with ${err}
 * filled (DIAG_USAGE).
 */
int compare_tolerate(struct compare *cmp, const char *text, struct err *err);

struct compare_row {
	const struct json_field	*fields;
	size_t			 n;
};

/**
 * compare_rows(cmp, a, b, differing):
 * Store the keys of the fields that differ, or that only one of the rows has,
 * in *${differing}, borrowed until the next call (they point into the rows):
 * in the order in which they stand in ${a}, then in ${b}.  Return how many
 * there are.
 */
size_t compare_rows(struct compare *cmp, const struct compare_row *a,
    const struct compare_row *b, const struct json_value **differing);

/**
 * compare_free(cmp):
 * Free ${cmp}; NULL is fine.
 */
void compare_free(struct compare *cmp);

#endif
