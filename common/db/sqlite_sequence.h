/*
 * sqlite_sequence - where SQLite keeps the numbers that AUTOINCREMENT gave
 *
 * Nothing is told when that table changes, so an undo log looks at it as a
 * whole before and after.  It has a row for each such table.
 */
#ifndef ROWPIPE_DB_SQLITE_SEQUENCE_H
#define ROWPIPE_DB_SQLITE_SEQUENCE_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct sqlite;

#define SQLITE_SEQUENCE "sqlite_sequence"

struct sqlite_sequence {
	struct sqlite_sequence_row {
		int64_t	 rowid;
		char	*text;	/* {"name":...,"seq":...}, sqlite_exact.h */
	}	*v;			/* by rowid */
	size_t	 n, cap;
	int	 there;			/* the database has that table */
};

/**
 * sqlite_sequence_read(db, s, err):
 * Fill ${s} with what is there now.  Return 0, or -1 with ${err} filled;
 * caller frees with sqlite_sequence_free in any case.
 */
int sqlite_sequence_read(struct sqlite *db, struct sqlite_sequence *s,
    struct err *err);

/**
 * sqlite_sequence_find(s, rowid):
 * Return the text of a row, or NULL when there is none; borrowed from ${s}.
 */
const char *sqlite_sequence_find(const struct sqlite_sequence *s,
    int64_t rowid);

/**
 * sqlite_sequence_set(s, rowid, text, len):
 * Let the row be the ${len} bytes at ${text}, copied; NULL: let there be none.
 */
void sqlite_sequence_set(struct sqlite_sequence *s, int64_t rowid,
    const char *text, size_t len);

/**
 * sqlite_sequence_write(db, s, err):
 * Make the table in the database what ${s} says, if it is not.  Return 0, or
 * -1 with ${err} filled.
 */
int sqlite_sequence_write(struct sqlite *db, const struct sqlite_sequence *s,
    struct err *err);

/**
 * sqlite_sequence_copy(to, from):
 * Copy; caller frees both.
 */
void sqlite_sequence_copy(struct sqlite_sequence *to,
    const struct sqlite_sequence *from);

/**
 * sqlite_sequence_free(s):
 * Free what ${s} holds and leave it empty.
 */
void sqlite_sequence_free(struct sqlite_sequence *s);

#endif
