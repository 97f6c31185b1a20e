/*
 * sanitize - repairs of rows that others would refuse
 *
 * Those of the text, without which a line is no row, and those of the strings
 * in it; each is counted by the field that it was in.
 */
#ifndef ROWPIPE_ROW_SANITIZE_H
#define ROWPIPE_ROW_SANITIZE_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct opt_list;
struct row;
struct sanitize;

enum sanitize_repair {
	/* Of the text: see json_mend.h. */
	SANITIZE_BOM, SANITIZE_CONTROLS, SANITIZE_UTF8, SANITIZE_NON_FINITE,
	SANITIZE_DUPLICATES,
	/* Of strings, in this order.  Control characters that are written as
	 * escapes, NUL among them, are the business of SANITIZE_CONTROLS; tabs
	 * and line ends are white space. */
	SANITIZE_NFC,		/* Unicode's Normalization Form C */
	SANITIZE_SQUEEZE,	/* runs of white space become one space */
	SANITIZE_TRIM,		/* no white space at either end */
	SANITIZE_EMPTY_NULL,	/* a string of nothing becomes null */
	SANITIZE_REPAIRS
};

/* What they are called, as options and in the statistics. */
extern const char *const sanitize_names[SANITIZE_REPAIRS];

/**
 * sanitize_new(repairs, fields, err):
 * Return what makes the repairs of the set ${repairs} (1 << enum
 * sanitize_repair); those of strings in the values that the paths ${fields}
 * (path.h) lead to, and whatever is inside of them: none, all of the row.
 * Return NULL with ${err} filled when one is no path; caller frees with
 * sanitize_free.
 */
struct sanitize *sanitize_new(unsigned repairs, const struct opt_list *fields,
    struct err *err);

/**
 * sanitize_row(s, line, err):
 * Make a row of ${line}, a line as it came, and return it, borrowed until the
 * next call and as long as ${line}.  Return NULL with ${err} filled, a hint
 * telling which repair might help, when it is none.
 */
struct row *sanitize_row(struct sanitize *s, const struct row *line,
    struct err *err);

/**
 * sanitize_count(s, i, field, which, n):
 * For the ${i}th pair of a field and a repair (from 0) of which there were
 * any, store the field's name as people may see it ("" is the row itself),
 * borrowed until the next call, the repair, and in how many values it was
 * made.  Return 1, or 0 when there is no such pair.
 */
int sanitize_count(const struct sanitize *s, size_t i, const char **field,
    enum sanitize_repair *which, uint64_t *n);

/**
 * sanitize_free(s):
 * Free ${s}; NULL is fine.
 */
void sanitize_free(struct sanitize *s);

#endif
