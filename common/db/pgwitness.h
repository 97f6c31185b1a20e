/*
 * pgwitness - triggers of our own that note what a load changes besides its
 * rows
 *
 * A deletion takes rows of other tables along, and changes them, where foreign
 * keys say so; the triggers of a table may do anything.  For the time of a
 * transaction, which takes them back, triggers are put on the tables of a load
 * and on all that a chain of such foreign keys leads to; they note in
 * PGMERGE_UNDO (pgmerge.h)
 *
 *   - each row that is deleted, whoever does it;
 *   - each that is inserted or updated from within another trigger.
 *
 * Tables that no foreign key shows, but a trigger changes, are found only
 * afterwards, by the server's own count of changes.
 */
#ifndef ROWPIPE_DB_PGWITNESS_H
#define ROWPIPE_DB_PGWITNESS_H

#include <stddef.h>

/* In which order the notes are to be undone, the last first: rows that a
 * deletion has taken along come back after those that they refer to, which were
 * deleted earlier in the same step, and what it changed in others after that.
 * For ORDER BY. */
#define PGWITNESS_ORDER "coalesce(step, n), (op = 'd')::pg_catalog.int4, " \
	"CASE WHEN op = 'd' AND step IS NOT NULL THEN -n ELSE n END"

struct arena;
struct err;
struct pg;
struct pgtarget;
struct pgwitness;
struct seen;

/* A table that may change besides those of the load. */
struct pgwitness_table {
	const char	 *sql, *label;	/* as in struct pgtarget */
	const char	**key;		/* of the primary key */
	size_t		  nkey;
};

/**
 * pgwitness_find(pg, targets, n, a, err):
 * Find what may change besides the ${n} tables ${targets} of a load on ${pg};
 * all are borrowed.  Nothing is put on any table yet.  Return NULL with ${err}
 * filled on failure; the result lives in the arena ${a}.
 */
struct pgwitness *pgwitness_find(struct pg *pg,
    const struct pgtarget *const *targets, size_t n, struct arena *a,
    struct err *err);

/**
 * pgwitness_cascades(w), pgwitness_triggers(w):
 * Return non-zero when a deletion may concern other rows; when a table of the
 * load has triggers that act after a row.
 */
int pgwitness_cascades(const struct pgwitness *w);
int pgwitness_triggers(const struct pgwitness *w);

/**
 * pgwitness_tables(w, n):
 * The other tables, whose numbers in notes come after those of the load, and
 * how many, in *${n}.
 */
const struct pgwitness_table *pgwitness_tables(const struct pgwitness *w,
    size_t *n);

/**
 * pgwitness_begin(w, err), pgwitness_end(w, err):
 * Put the triggers on the tables, which others cannot write then; take them
 * away, when no constraint is left to be checked.  Within a transaction, and
 * outside of savepoints.  Return 0, or -1 with ${err} filled.
 */
int pgwitness_begin(struct pgwitness *w, struct err *err);
int pgwitness_end(struct pgwitness *w, struct err *err);

/**
 * pgwitness_missed(w, watched, said, err):
 * Warn of each table that the session has changed and that nobody noted:
 * neither the load nor, when ${watched}, the triggers; once for each, as
 * ${said} remembers.  Return how many there were, or -1 with ${err} filled.
 */
int pgwitness_missed(struct pgwitness *w, int watched, struct seen *said,
    struct err *err);

#endif
