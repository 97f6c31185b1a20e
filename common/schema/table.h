/*
 * table - what a table looks like: the model behind every --schema file
 *
 * One JSON Schema (draft 2020-12) a table, one table a line, as rowpipe(7)
 * describes it.  The model is filled from such a line (table_read), from
 * PostgreSQL's catalogs (db/pg) or from SQLite's (db/sqlite), and written
 * back as a line (table_put_schema), as SQL (ddl.h) or as a Frictionless
 * Table Schema (table_put_frictionless).
 */
#ifndef ROWPIPE_SCHEMA_TABLE_H
#define ROWPIPE_SCHEMA_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct buf;
struct err;

/* What a column holds, whatever an engine calls it. */
enum column_type {
	COLUMN_ANY,		/* not known */
	COLUMN_SMALLINT, COLUMN_INTEGER, COLUMN_BIGINT,
	COLUMN_NUMERIC,		/* exact decimal */
	COLUMN_REAL, COLUMN_DOUBLE,
	COLUMN_BOOLEAN,
	COLUMN_TEXT,		/* text, varchar, char, name, citext, xml */
	COLUMN_ENUM,		/* text with labels */
	COLUMN_UUID,
	COLUMN_DATE, COLUMN_TIME, COLUMN_TIMETZ,
	COLUMN_TIMESTAMP, COLUMN_TIMESTAMPTZ, COLUMN_INTERVAL,
	COLUMN_JSON,		/* json, jsonb: any JSON value */
	COLUMN_BYTEA,		/* "\x..." */
	COLUMN_ARRAY,		/* JSON array */
	COLUMN_COMPOSITE,	/* JSON object */
	COLUMN_OTHER		/* text that only its own engine understands */
};

struct column {
	const char		 *name;
	enum column_type	  type;
	const char		 *sql_type;	/* x-columnType: the source's
						   spelling, "numeric(12,2)" */
	int			  not_null;
	int			  generated;	/* readOnly */
	const char		 *identity;	/* "always", "by default", NULL */
	const char		 *default_sql;	/* SQL expression, or NULL */
	const char		 *default_json;	/* its value as JSON when it is
						   a constant, or NULL */
	const char		**labels;	/* COLUMN_ENUM, in order */
	size_t			  nlabels;
	int64_t			  max_length;	/* characters; -1: none */
	int			  precision, scale; /* numeric; -1: none */
	const char		 *comment;	/* or NULL */
};

/* A list of columns, as indexes into table->columns. */
struct column_list {
	size_t	*v;
	size_t	 n;
};

struct table_key {
	const char		*name;		/* or NULL */
	struct column_list	 columns;
};

struct table_ref {
	const char		 *name;		/* or NULL */
	struct column_list	  columns;
	const char		 *table;	/* referenced, as table->name */
	const char		**fields;	/* referenced columns, as many as
						   ${columns} */
	const char		 *on_delete, *on_update; /* SQL words or NULL */
	int			  deferrable, deferred;
};

struct table_check {
	const char	*name;			/* or NULL */
	const char	*sql;			/* the source's expression */
};

struct table {
	const char		*schema;	/* "public", or NULL */
	const char		*name;		/* unquoted, as the catalog has it */
	const char		*comment;
	struct column		*columns;
	size_t			 ncolumns;
	struct column_list	 primary_key;	/* n 0: none */
	struct table_key	*unique;
	size_t			 nunique;
	struct table_ref	*refs;
	size_t			 nrefs;
	struct table_check	*checks;
	size_t			 nchecks;
};

struct table_set {
	struct table	**v;
	size_t		  n;
};

/**
 * table_find_column(t, name, len):
 * Return the index of the column, or -1.
 */
ptrdiff_t table_find_column(const struct table *t, const char *name,
    size_t len);

/**
 * table_set_find(set, name):
 * Return the table called ${name} ("clients", "app.clients"), or NULL.  A name
 * without schema finds a table of any schema when only one has it.
 */
struct table *table_set_find(const struct table_set *set, const char *name);

/**
 * table_set_order(set):
 * Put the tables in an order in which every table comes after those that it
 * references (otherwise as they stood).  Tables in a cycle keep their order;
 * their number is returned, 0 when there is none.
 */
size_t table_set_order(struct table_set *set);

/**
 * table_read(s, len, a, err):
 * Parse one JSON Schema of a table.  Everything lives in the arena ${a}.
 * Return NULL with ${err} filled when it is not JSON, no object schema, or
 * contradicts itself (a key column that does not exist).
 */
struct table *table_read(const char *s, size_t len, struct arena *a,
    struct err *err);

/**
 * table_set_read(path, set, a, err):
 * Read every line of the file ${path} (a single document may span lines)
 * and add its tables to ${set}.  Return 0, or -1 with ${err} filled; its
 * message names file and line.
 */
int table_set_read(const char *path, struct table_set *set, struct arena *a,
    struct err *err);

/**
 * table_put_schema(t, b):
 * Append the table's JSON Schema, one line without LF.
 */
void table_put_schema(const struct table *t, struct buf *b);

/**
 * table_put_frictionless(t, b):
 * Append the table as a Frictionless Table Schema object (fields, primaryKey,
 * foreignKeys; Table Schema specification 1.0).
 */
void table_put_frictionless(const struct table *t, struct buf *b);

#endif
