/*
 * pgintake - a table of PostgreSQL that a load fills
 *
 * Rows are stored by pgload, or are lines of row-diff, which pgpatch does.
 */
#ifndef ROWPIPE_DB_PGINTAKE_H
#define ROWPIPE_DB_PGINTAKE_H

#include <stddef.h>

struct err;
struct loading;
struct pgintake;
struct pgload_opts;
struct pgtarget;
struct pgwrite;

/**
 * pgintake_find(l, i, w, err):
 * Find the ${i}th table of the load ${l}, which ${w} writes; both are borrowed.
 * Return NULL with ${err} filled when it takes no rows; caller frees with
 * pgintake_free.
 */
struct pgintake *pgintake_find(struct loading *l, size_t i,
    struct pgwrite *w, struct err *err);

/**
 * pgintake_target(in):
 * What was found; it lives as long as the load's arena.
 */
const struct pgtarget *pgintake_target(const struct pgintake *in);

/**
 * pgintake_open(in, opts, err):
 * Let the load store its rows here (loading_rows), and say what the table is
 * like (loading_model); ${opts} is borrowed.  Return 0, or -1 with ${err}
 * filled.
 */
int pgintake_open(struct pgintake *in, const struct pgload_opts *opts,
    struct err *err);

/**
 * pgintake_delete(in, err):
 * See pgload_delete.
 */
int pgintake_delete(struct pgintake *in, struct err *err);

/**
 * pgintake_follow(in, err):
 * Move sequences past the numbers that came; return as pgsequence_follow.
 */
int pgintake_follow(struct pgintake *in, struct err *err);

/**
 * pgintake_stop(in):
 * See pgload_stop.
 */
void pgintake_stop(struct pgintake *in);

/**
 * pgintake_free(in):
 * Free ${in}; NULL is fine.
 */
void pgintake_free(struct pgintake *in);

#endif
