/*
 * pgmerge - the statements that put rows into a table of PostgreSQL
 *
 * Rows come by COPY, into the table itself or into a temporary staging table,
 * from which one statement merges them.  Staging numbers its rows (n) and calls
 * its columns c1, c2, ... after their places in the table's model, so that no
 * name can meet another.  Pure text: nothing is sent from here.
 *
 * How a merge tells what became of rows whose keys differ from each other:
 *
 *     WITH old AS (rows of staging whose key is there, and whether they differ
 *		from what is there),
 *	    upd AS (UPDATE those that differ),
 *	    ins AS (INSERT those that are not there ON CONFLICT DO NOTHING)
 *     SELECT how many old, differing, upd, ins
 *
 * All parts see the same snapshot.  A row that another transaction inserts,
 * changes or deletes between snapshot and write makes upd or ins less than
 * they should be; so does a trigger that leaves rows out.  The caller repeats
 * the merge, and what is missing twice was left out by a trigger.
 *
 * Rows are compared by record_image_ne, which is for all types and tells 1.0
 * from 1.00; a row that is the same is not written.  Keys are found one by one
 * (LATERAL, OFFSET 0), whatever the planner believes of a fresh table.
 */
#ifndef ROWPIPE_DB_PGMERGE_H
#define ROWPIPE_DB_PGMERGE_H

#include <stddef.h>

#include "db/conflict.h"
#include "schema/table.h"

struct buf;
struct pgtarget;

/* What all statements of a load have in common. */
struct pgmerge {
	const struct pgtarget	*target;
	enum conflict		 conflict;
	struct column_list	 key;		/* n 0: none */
	unsigned char		*in_key;	/* a flag for each column */
	unsigned char		*may_change;	/* see --update-columns */
	int			 overriding;	/* OVERRIDING SYSTEM VALUE */
	int			 nulls_match;	/* null in a key is equal to
						   null */
	int			 note_keys;	/* which ones have come */
	int			 undo;		/* note what was there and what
						   came of it */
	unsigned		 number;	/* of staging, in the session */
};

/* Columns of the answer of a merge. */
enum pgmerge_answer {
	PGMERGE_OLD, PGMERGE_DIFFERING, PGMERGE_UPDATED, PGMERGE_INSERTED,
	PGMERGE_KEYS		/* different ones among them */
};

/* Where that is noted, for all tables of a load: t is the number of the table,
 * op the first letter of what was done, before and after are rows as JSON; step
 * is for pgwitness.h. */
#define PGMERGE_UNDO "pg_temp.rowpipe_undo"

/**
 * pgmerge_may_give(m, i):
 * Return non-zero when rows may give column ${i}: the role may insert it, and
 * update it where a row that is there would get it.
 */
int pgmerge_may_give(const struct pgmerge *m, size_t i);

/**
 * pgmerge_put_undo(lasting, b):
 * Append the statement that makes PGMERGE_UNDO, for this transaction or,
 * ${lasting}, to be emptied at the end of each.
 */
void pgmerge_put_undo(int lasting, struct buf *b);

/**
 * pgmerge_put_stage(m, lasting, b):
 * Append the statement that makes staging, for this transaction or, ${lasting},
 * to be emptied at the end of each.
 */
void pgmerge_put_stage(const struct pgmerge *m, int lasting, struct buf *b);

/**
 * pgmerge_put_empty(m, wholly, b):
 * Append the statement that empties staging: quickly, when it holds few rows,
 * or ${wholly}, so that those that were there take no room either.
 */
void pgmerge_put_empty(const struct pgmerge *m, int wholly, struct buf *b);

/**
 * pgmerge_put_copy(m, present, staged, b):
 * Append the COPY of rows that give the columns whose flags in ${present} are
 * set, into staging, each row's number first, or into the table itself.
 */
void pgmerge_put_copy(const struct pgmerge *m, const unsigned char *present,
    int staged, struct buf *b);

/**
 * pgmerge_put_merge(m, present, b):
 * Append the statement that takes such rows from staging into the table, those
 * whose numbers are from parameter 1 up to but not including parameter 2.  It
 * answers with one row, see enum pgmerge_answer; but for CONFLICT_ERROR, where
 * it is a plain INSERT.
 */
void pgmerge_put_merge(const struct pgmerge *m, const unsigned char *present,
    struct buf *b);

/**
 * pgmerge_put_seen(m, lasting, b), pgmerge_put_missing(m, b):
 * Append the statement that makes the table of the keys that came; that deletes
 * the rows whose keys did not.
 */
void pgmerge_put_seen(const struct pgmerge *m, int lasting, struct buf *b);
void pgmerge_put_missing(const struct pgmerge *m, struct buf *b);

#endif
