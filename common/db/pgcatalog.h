/*
 * pgcatalog - what the server's catalogs say about tables and types
 *
 * Finds what a name stands for, says how each column is read so that its JSON
 * is that of the server's row_to_json, and fills the table model.  Everything
 * it returns lives in the arena that it is given.
 */
#ifndef ROWPIPE_DB_PGCATALOG_H
#define ROWPIPE_DB_PGCATALOG_H

#include <stddef.h>
#include <stdint.h>

#include "db/pgcopy.h"

struct arena;
struct buf;
struct err;
struct name;
struct pg;
struct table;

/* What the server is asked to send for a column. */
enum pgcatalog_form {
	PGCATALOG_PLAIN,	/* the value itself */
	PGCATALOG_TEXT,		/* cast to text */
	PGCATALOG_JSON		/* what to_json makes of it */
};

struct pgcatalog_column {
	const char		*name;
	uint32_t		 type;		/* OID */
	int			 mod;		/* type modifier, or -1 */
	int			 number;	/* in the table; 0: a query */
	int			 not_null;	/* that is known */
	enum pgcatalog_form	 form;
	enum pgcopy_kind	 kind;		/* of what is then sent */
	int			 is_array;
};

struct pgcatalog_relation {
	uint32_t	 oid;			/* 0: a query */
	const char	*schema, *name;		/* NULL: a query */
	int		 is_partitioned;
	int		 is_heap;		/* blocks of rows, addressed by
						   ctid */
	int		 has_children;		/* tables that inherit from it,
						   which SELECT reads as well */
	int		 has_filter;		/* row security hides rows */
	int		 is_open;		/* all of its columns may be
						   read */
	double		 rows;			/* estimate; -1: none */
	struct pgcatalog_column *columns;
	size_t		 ncolumns;
};

/**
 * pgcatalog_find(pg, name, a, err):
 * Return the table, view, materialized view, partitioned or foreign table that
 * ${name} stands for in the session's search_path.  Return NULL with ${err}
 * filled when there is none; its hint may name one that was meant.
 */
struct pgcatalog_relation *pgcatalog_find(struct pg *pg,
    const struct name *name, struct arena *a, struct err *err);

/**
 * pgcatalog_get(pg, oid, a, err):
 * Return the relation ${oid}.
 */
struct pgcatalog_relation *pgcatalog_get(struct pg *pg, uint32_t oid,
    struct arena *a, struct err *err);

/**
 * pgcatalog_query(pg, sql, a, err):
 * Compile the query ${sql} and return what it gives.  Return NULL with ${err}
 * filled when it is none; status DIAG_USAGE when its text is at fault.
 */
struct pgcatalog_relation *pgcatalog_query(struct pg *pg, const char *sql,
    struct arena *a, struct err *err);

/**
 * pgcatalog_tables(pg, oids, n, a, err):
 * Store the OIDs of all tables of the database, by schema and name, in
 * *${oids} and their count in *${n}: ordinary and partitioned ones, without
 * partitions, temporary tables, and what belongs to the system or to an
 * extension.  Return 0, or -1 with ${err} filled.
 */
int pgcatalog_tables(struct pg *pg, uint32_t **oids, size_t *n,
    struct arena *a, struct err *err);

/**
 * pgcatalog_leaves(pg, rel, oids, n, a, err):
 * Store the OIDs of the partitions of ${rel} that have no partitions
 * themselves, in the order of their creation, in *${oids} and *${n}: none when
 * the session may not read each of them by itself, or when row security may
 * show other rows there than through ${rel}.  Return 0, or -1 with ${err}
 * filled.
 */
int pgcatalog_leaves(struct pg *pg, const struct pgcatalog_relation *rel,
    uint32_t **oids, size_t *n, struct arena *a, struct err *err);

/**
 * pgcatalog_blocks(pg, oid, blocks, weight, err):
 * Store how many blocks the heap table ${oid} has now, in none beyond which
 * are rows that the transaction's snapshot shows, and how many blocks of data
 * there are for each, those that hold long values elsewhere included.  Return
 * 0, or -1 with ${err} filled.
 */
int pgcatalog_blocks(struct pg *pg, uint32_t oid, uint32_t *blocks,
    uint32_t *weight, struct err *err);

/**
 * pgcatalog_put_name(b, rel):
 * Append the relation's name, quoted for SQL and with its schema.
 */
void pgcatalog_put_name(struct buf *b, const struct pgcatalog_relation *rel);

/**
 * pgcatalog_put_label(b, rel):
 * Append what messages call the relation: "clients", "app.clients", "query".
 */
void pgcatalog_put_label(struct buf *b, const struct pgcatalog_relation *rel);

/**
 * pgcatalog_table(pg, rel, keep, n, a, err):
 * Return the model of ${rel} with the ${n} columns whose indexes are in
 * ${keep}; keys, references and checks that need another column are left out.
 * Return NULL with ${err} filled on failure.
 */
struct table *pgcatalog_table(struct pg *pg,
    const struct pgcatalog_relation *rel, const size_t *keep, size_t n,
    struct arena *a, struct err *err);

/**
 * pgcatalog_whole(pg, rel, a, err):
 * Return the model of ${rel} with all that the catalogs know of it, what is
 * NOT VALID included.  SQL in it is written for the search_path that is set.
 * Return NULL with ${err} filled on failure.
 */
struct table *pgcatalog_whole(struct pg *pg,
    const struct pgcatalog_relation *rel, struct arena *a, struct err *err);

/**
 * pgcatalog_facts(pg, oid, t, a, err):
 * Fill in what no row depends on: indexes, types, sequences, triggers and
 * more, a view's query, partitions, storage.  Return 0, or -1 with ${err}
 * filled.
 */
int pgcatalog_facts(struct pg *pg, uint32_t oid, struct table *t,
    struct arena *a, struct err *err);

/**
 * pgcatalog_relations(pg, oids, n, a, err):
 * As pgcatalog_tables, with partitions, views, materialized views and foreign
 * tables.
 */
int pgcatalog_relations(struct pg *pg, uint32_t **oids, size_t *n,
    struct arena *a, struct err *err);

#endif
