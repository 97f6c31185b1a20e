/*
 * sqlite_image - the rows of a table as an undo log has them
 *
 * A row is all its values but those that the database computes.  It is found
 * by its rowid; in a table WITHOUT ROWID by its primary key.
 */
#ifndef ROWPIPE_DB_SQLITE_IMAGE_H
#define ROWPIPE_DB_SQLITE_IMAGE_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct buf;
struct err;
struct json_value;
struct sqlite;
struct sqlite_stmt;
struct sqlite_value;

struct sqlite_image {
	struct sqlite			*db;
	const struct sqlite_table	*t;
	const char			*rowid;	/* its name; NULL: there is
						   none */
	int				 hidden; /* it is no column */
	size_t				*columns; /* that are stored */
	size_t				 ncolumns;
	size_t				*key;	/* the primary key, as places
						   in columns */
	size_t				 nkey;
	struct sqlite_stmt		*find;
};

/**
 * sqlite_image_new(db, name, a, err):
 * Make ready for the rows of the table ${name}; what stands in the struct
 * lives in the arena ${a}.  Return NULL with ${err} filled when there is no
 * such table or its rows cannot be told apart; caller frees with
 * sqlite_image_free.
 */
struct sqlite_image *sqlite_image_new(struct sqlite *db, const char *name,
    struct arena *a, struct err *err);

/**
 * sqlite_image_find(im, rowid, key, err):
 * Look for the row with that ${rowid}, or in a table WITHOUT ROWID with the
 * values ${key}, one for each of im->key.  Return 1, 0 when there is none, or
 * -1 with ${err} filled.
 */
int sqlite_image_find(struct sqlite_image *im, int64_t rowid,
    const struct sqlite_value *key, struct err *err);

/**
 * sqlite_image_value(im, i, v):
 * Store the ${i}th value (as in columns) of the row that was found in ${v},
 * borrowed until sqlite_image_done or the next find.
 */
void sqlite_image_value(const struct sqlite_image *im, size_t i,
    struct sqlite_value *v);

/**
 * sqlite_image_put(im, b), sqlite_image_put_key(im, rowid, b):
 * Append the row that was found as a JSON object (sqlite_exact.h); its primary
 * key, or {"rowid":N} where the table has none.
 */
void sqlite_image_put(const struct sqlite_image *im, struct buf *b);
void sqlite_image_put_key(const struct sqlite_image *im, int64_t rowid,
    struct buf *b);

/**
 * sqlite_image_get(im, row, v, a, err):
 * Store the values of ${row}, such an object, in ${v}, one for each column;
 * bytes are borrowed from it or live in ${a}.  Return 0, or -1 with ${err}
 * filled (DIAG_BADINPUT) when it is not a row of this table.
 */
int sqlite_image_get(const struct sqlite_image *im,
    const struct json_value *row, struct sqlite_value *v, struct arena *a,
    struct err *err);

/**
 * sqlite_image_done(im):
 * The row that was found is not needed any more.
 */
void sqlite_image_done(struct sqlite_image *im);

/**
 * sqlite_image_free(im):
 * Free ${im}; NULL is fine.
 */
void sqlite_image_free(struct sqlite_image *im);

#endif
