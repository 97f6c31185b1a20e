/*
 * pgintake - the tables of PostgreSQL that a load fills
 *
 * Rows are stored by pgload, or are lines of row-diff, which pgpatch does; what
 * has to do with all tables of a load is done here.
 */
#ifndef ROWPIPE_DB_PGINTAKE_H
#define ROWPIPE_DB_PGINTAKE_H

struct err;
struct loading;
struct pgintake;
struct pgload_opts;
struct pgwrite;

/**
 * pgintake_new(l, w, opts):
 * Return what ${l} needs to fill its tables in the database that ${w} writes;
 * all are borrowed.  Caller frees with pgintake_free.
 */
struct pgintake *pgintake_new(struct loading *l, struct pgwrite *w,
    const struct pgload_opts *opts);

/**
 * pgintake_open(in, err):
 * The function open of struct loading_ops: find the tables, which must differ,
 * and make ready to store rows.  Return 0, or -1 with ${err} filled.
 */
int pgintake_open(struct pgintake *in, struct err *err);

/**
 * pgintake_delete(in, err):
 * Delete from each table what did not come, see pgload_delete.
 */
int pgintake_delete(struct pgintake *in, struct err *err);

/**
 * pgintake_committed(in):
 * Rows are committed, and more may come: sequences may be behind them.
 */
void pgintake_committed(struct pgintake *in);

/**
 * pgintake_follow(in, err):
 * Move sequences past the numbers that came, see pgsequence_follow.  Return
 * whether some stay behind, or -1 with ${err} filled.
 */
int pgintake_follow(struct pgintake *in, struct err *err);

/**
 * pgintake_free(in):
 * Free ${in}; NULL is fine.  When the run has broken off behind rows that are
 * committed, sequences are moved past these first.
 */
void pgintake_free(struct pgintake *in);

#endif
