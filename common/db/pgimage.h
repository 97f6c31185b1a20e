/*
 * pgimage - single rows of a table of PostgreSQL, found and written as JSON
 *
 * For undo logs and differences, of which each line is about one row.  A row as
 * JSON is what row_to_json writes, or some members of that; values come back
 * through json_populate_record.  Two rows are the same when row_to_json writes
 * the same for both.  Triggers fire as they do for everybody.
 */
#ifndef ROWPIPE_DB_PGIMAGE_H
#define ROWPIPE_DB_PGIMAGE_H

#include <stddef.h>

struct err;
struct json_field;
struct json_value;
struct pg;
struct pgimage;
struct pgtarget;

enum pgimage_found {
	PGIMAGE_NONE,		/* there is no such row */
	PGIMAGE_SAME,		/* it is as it was said to be */
	PGIMAGE_OTHER,		/* it is not */
	PGIMAGE_MANY,		/* the key means several rows */
	PGIMAGE_FAIL
};

enum pgimage_written {
	PGIMAGE_DONE,
	PGIMAGE_REFUSED,	/* nothing was changed: err says why */
	PGIMAGE_BROKEN		/* cannot go on */
};

/**
 * pgimage_new(pg, t, number, noted, err):
 * Make ready for rows of ${t}; both are borrowed.  When ${number} is not 0,
 * what is changed is noted in PGMERGE_UNDO for the table of that number, but
 * for deletions when these are ${noted} otherwise.
 * Return NULL with ${err} filled when ${t} has no rows of its own; caller frees
 * with pgimage_free.
 */
struct pgimage *pgimage_new(struct pg *pg, const struct pgtarget *t,
    unsigned number, int noted, struct err *err);

/**
 * pgimage_look(im, key, fields, n, row, err):
 * Look for the row with ${key}, whose members are the ${n} ${fields}, and lock
 * it; NULL: for one that is as ${row}.  SAME and OTHER tell how it compares
 * with the members of ${row} (NULL: not at all).
 */
enum pgimage_found pgimage_look(struct pgimage *im,
    const struct json_value *key, const struct json_field *fields, size_t n,
    const struct json_value *row, struct err *err);

/**
 * pgimage_place(im, table):
 * The ctid of the row that was found last, and in *${table} its tableoid;
 * borrowed until the next call of any other function.
 */
const char *pgimage_place(const struct pgimage *im, const char **table);

/**
 * pgimage_insert(im, row, set, err), pgimage_update(im, row, set, err),
 * pgimage_remove(im, err):
 * Insert ${row}; make the row that was found last ${row}, as far as the columns
 * are concerned whose flags in ${set} are set; delete that row.
 */
enum pgimage_written pgimage_insert(struct pgimage *im,
    const struct json_value *row, const unsigned char *set, struct err *err);
enum pgimage_written pgimage_update(struct pgimage *im,
    const struct json_value *row, const unsigned char *set, struct err *err);
enum pgimage_written pgimage_remove(struct pgimage *im, struct err *err);

/**
 * pgimage_free(im):
 * Free ${im}; NULL is fine.
 */
void pgimage_free(struct pgimage *im);

#endif
