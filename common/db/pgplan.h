/*
 * pgplan - what to do with rows of one shape
 *
 * Rows of a table mostly have the same keys in the same order.  For each shape
 * that comes, it is found out once which field goes into which column, in the
 * order that COPY wants them, or why such rows are refused.
 */
#ifndef ROWPIPE_DB_PGPLAN_H
#define ROWPIPE_DB_PGPLAN_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct pgmerge;
struct pgplans;
struct pgset;
struct pgstore;
struct row;

#define PGPLAN_NULL ((size_t)-1)	/* no field: null */

enum pgplan_fault {
	PGPLAN_GOOD, PGPLAN_UNKNOWN, PGPLAN_GENERATED, PGPLAN_ALWAYS,
	PGPLAN_FORBIDDEN, PGPLAN_NOKEY, PGPLAN_EMPTY, PGPLAN_REQUIRED
};

struct pgplan {
	uint64_t		 shape;		/* 0: free */
	const struct pgset	*set;		/* NULL: see fault */
	size_t			*column;	/* those given, in order */
	size_t			*field;		/* beside them: of the row, or
						   PGPLAN_NULL */
	size_t			 n, cap_column, cap_field;
	enum pgplan_fault	 fault;
	size_t			 at;		/* field or column at fault */
};

/**
 * pgplan_new(m, store, is_binary, ignore_unknown):
 * Return an empty collection of plans; all are borrowed.  ${is_binary} has a
 * flag for each column that can go in the binary format.  With
 * ${ignore_unknown}, fields without a column and such that the server computes
 * are left out.  Caller frees with pgplan_free.
 */
struct pgplans *pgplan_new(const struct pgmerge *m,
    const struct pgstore *store, const unsigned char *is_binary,
    int ignore_unknown);

/**
 * pgplan_find(p, row):
 * Return the plan for rows like ${row}, borrowed until the next call; its set
 * stays until pgplan_forget.
 */
const struct pgplan *pgplan_find(struct pgplans *p, const struct row *row);

/**
 * pgplan_refuse(p, plan, row, err):
 * Fill ${err} with why ${row}, whose plan has no set, is refused.
 */
void pgplan_refuse(const struct pgplans *p, const struct pgplan *plan,
    const struct row *row, struct err *err);

/**
 * pgplan_is_full(p), pgplan_forget(p):
 * Return non-zero when there are so many sets that they should be forgotten;
 * forget them, once no row uses any.
 */
int pgplan_is_full(const struct pgplans *p);
void pgplan_forget(struct pgplans *p);

/**
 * pgplan_again(p):
 * A flag of is_binary was cleared: make plans anew.
 */
void pgplan_again(struct pgplans *p);

/**
 * pgplan_given(p):
 * A flag for each column that rows of some plan have given; borrowed from ${p}.
 */
const unsigned char *pgplan_given(const struct pgplans *p);

/**
 * pgplan_free(p):
 * Free ${p}; NULL is fine.
 */
void pgplan_free(struct pgplans *p);

#endif
