/*
 * target_pg - a table of PostgreSQL as a target
 *
 * Private to target.
 */
#ifndef ROWPIPE_DB_TARGET_PG_H
#define ROWPIPE_DB_TARGET_PG_H

#include "db/target_engine.h"

struct buf;
struct fit;
struct json_reader;
struct pg;
struct pgcatalog_relation;

struct target_pg_check {
	const char	*name;
	const char	*sql;		/* finds the rows that break it */
	int		 hopeless;	/* it cannot be tried */
	char		*why;		/* then; in the target's arena */
};

struct target_pg {
	struct target			 t;
	struct pg			*pg;
	struct pgcatalog_relation	*rel;
	struct fit			**fits;
	struct json_reader		*reader;
	struct target_pg_check		*checks;
	size_t				 nchecks;
};

/**
 * target_pg_query(t, sql, err):
 * Run a query whose one parameter is the table's OID; as pg_query.
 */
struct pg_result *target_pg_query(const struct target_pg *t, const char *sql,
    struct err *err);

/**
 * target_pg_facts(t, given, fs, err):
 * As target_facts.
 */
int target_pg_facts(struct target *t, const struct target_given *given,
    struct findings *fs, struct err *err);

#endif
