/*
 * sqlite_plan - what is done with rows of one shape
 *
 * For each shape that rows have (row.h) which of their fields goes to which
 * column, or why such rows are refused; for each set of columns that rows give
 * the statements that store them (sqlite_sql.h).  Of both a bounded number is
 * remembered.
 */
#ifndef ROWPIPE_DB_SQLITE_PLAN_H
#define ROWPIPE_DB_SQLITE_PLAN_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct row;
struct sqlite;
struct sqlite_plans;
struct sqlite_sql;
struct sqlite_stmt;
struct sqlite_table;

/* The statements for rows that give one set of columns. */
struct sqlite_set {
	unsigned char		*present;	/* a flag for each column */
	uint64_t		 used;		/* when last; 0: free */
	struct sqlite_stmt	*insert;
	struct sqlite_stmt	*change;	/* update or replace; NULL:
						   nothing but the key */
	struct sqlite_stmt	*exists;	/* see sqlite_plan_exists */
};

enum sqlite_fault { SQLITE_FAULT_NONE, SQLITE_FAULT_UNKNOWN,
	SQLITE_FAULT_GENERATED, SQLITE_FAULT_TWICE, SQLITE_FAULT_NOKEY };

struct sqlite_plan {
	uint64_t		 shape;		/* 0: free */
	struct sqlite_set	*set;		/* NULL: see fault */
	size_t			*column;	/* of each field; the table's
						   number of columns: none */
	int			*param;		/* of each field */
	size_t			 nfields, cap_column, cap_param;
	enum sqlite_fault	 fault;		/* why such rows are refused */
	size_t			 at;		/* the field or column at
						   fault */
};

/**
 * sqlite_plan_new(db, t, sql, ignore_unknown):
 * Return plans for rows into ${t}, by statements as in ${sql}; with
 * ${ignore_unknown} keys without a column are left out.  All are borrowed;
 * caller frees with sqlite_plan_free.
 */
struct sqlite_plans *sqlite_plan_new(struct sqlite *db,
    const struct sqlite_table *t, const struct sqlite_sql *sql,
    int ignore_unknown);

/**
 * sqlite_plan_find(p, row, err):
 * Return the plan for rows like ${row}, borrowed until the next call; NULL with
 * ${err} filled when the database cannot go on.
 */
const struct sqlite_plan *sqlite_plan_find(struct sqlite_plans *p,
    const struct row *row, struct err *err);

/**
 * sqlite_plan_exists(p, set, err):
 * See to it that set->exists is there.  Return 0, or -1 with ${err} filled.
 */
int sqlite_plan_exists(const struct sqlite_plans *p, struct sqlite_set *set,
    struct err *err);

/**
 * sqlite_plan_refuse(p, plan, row, err):
 * Fill ${err} with what is wrong with ${row}, whose ${plan} has a fault.
 */
void sqlite_plan_refuse(const struct sqlite_plans *p,
    const struct sqlite_plan *plan, const struct row *row, struct err *err);

/**
 * sqlite_plan_free(p):
 * Free ${p} and the statements; NULL is fine.
 */
void sqlite_plan_free(struct sqlite_plans *p);

#endif
