/*
 * table - what a table looks like: the model behind every --schema file
 *
 * One JSON Schema (draft 2020-12) a table, one table a line.  The model is
 * filled from such a line (table_read), from PostgreSQL's catalogs (db/pg) or
 * from SQLite's (db/sqlite), and written back as a line (table_put_schema),
 * as SQL (ddl.h) or as a Frictionless Table Schema (table_put_frictionless).
 *
 * How a table is written as JSON Schema
 *
 * Every row that a source writes is valid under the schema that it writes.
 * "title" is the table's name and "sqlObjectOwner" its database schema;
 * "properties" are the columns in order; "required" are those that are NOT
 * NULL and that nothing fills in (no default, identity or generation).  A
 * column that may be null has "null" in its type, and last in its enum.
 *
 *     integers          integer, with the minimum and maximum of the type
 *     numeric, floats   number, or a string whose pattern is that of NaN and
 *                       Infinity; sqlPrecision, sqlScale
 *     boolean           boolean
 *     text              string, maxLength in characters
 *     enum              string, enum
 *     uuid              string, format uuid
 *     date, timestamptz string, format date and date-time; "infinity" and
 *                       years BC are not of that format, which JSON Schema
 *                       holds to be a note unless told to assert it
 *     time, timetz,     string without format: a time without zone or with
 *     timestamp,        the zone "+00", a negative or fractional duration are
 *     interval          not what RFC 3339 calls by these names
 *     json              any value: no type
 *     bytea             string, pattern of "\x..."
 *     array             array; items of the element's type, or arrays again,
 *                       since PostgreSQL does not tell how many dimensions
 *     composite         object
 *     other             string
 *
 * The keys beyond JSON Schema are those of the JSON Schema Database
 * Vocabulary (sqlObjectOwner, sqlPrimaryKey, sqlPrecision, sqlScale) and
 *
 *     x-columnType      the source's name of the type: "numeric(12,2)"
 *     x-baseType        what it is, when that name does not tell (domains)
 *     x-notNull         true, where the type cannot say it (json)
 *     x-default         SQL expression; "default" has the value of constants
 *     x-identity        "always", "by default"
 *     x-uniqueKeys      [{"name","fields"}]
 *     x-foreignKeys     [{"name","fields","reference":{"schema","resource",
 *                       "fields"},"onDelete","onUpdate","deferrable",
 *                       "deferred"}]; no schema: the table's own
 *     x-checks          [{"name","sql"}]
 *     x-cycles          names of the tables that reference each other in a
 *                       circle with this one
 *     x-comment         of table or column
 *
 * None of them is needed in a schema written by hand, where type, format,
 * enum and required say enough; there a column is NOT NULL when it is
 * required and its type has no null.
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
	const char		 *identity;	/* "always", "by default" */
	const char		 *default_sql;	/* SQL expression, or NULL */
	const char		 *default_json;	/* its value as JSON when it is
						   a constant, or NULL */
	const char		**labels;	/* COLUMN_ENUM, in order */
	size_t			  nlabels;
	int64_t			  max_length;	/* characters; -1: none */
	int			  precision;	/* numeric; -1: none */
	int			  scale;	/* says something only beside
						   a precision */
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
	const char		 *table_schema;	/* its schema; NULL: the same */
	const char		**fields;	/* referenced columns, as many
						   as ${columns} */
	const char		 *on_delete, *on_update; /* SQL words or NULL */
	int			  deferrable, deferred;
};

struct table_check {
	const char	*name;			/* or NULL */
	const char	*sql;			/* the source's expression */
};

struct table {
	const char		*schema;	/* "public", or NULL */
	const char		*name;		/* unquoted, as the catalog has
						   it; "" when not known */
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
	const char		**cycle;	/* names of a circle's tables */
	size_t			 ncycle;	/* 0: in no circle */
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
 * without schema finds a table of any schema when only one has it.  A table
 * whose own name is not known, alone in its set, is found by every name.
 */
struct table *table_set_find(const struct table_set *set, const char *name);

/**
 * table_set_order(set, a):
 * Put the tables in an order in which every table comes after those that it
 * references (otherwise as they stood).  Tables that reference each other in
 * a circle keep their order among themselves and get their names into
 * table->cycle, which lives in ${a}; their number is returned, 0 when there
 * is none.  A table that references itself is no circle.
 */
size_t table_set_order(struct table_set *set, struct arena *a);

/**
 * table_read(s, len, a, err):
 * Parse one JSON Schema of a table.  Everything lives in the arena ${a}.
 * Return NULL with ${err} filled when it is not JSON, no object schema, or
 * contradicts itself (a key column that does not exist, a format that its
 * type cannot have).  Keys that mean nothing here are passed over.
 */
struct table *table_read(const char *s, size_t len, struct arena *a,
    struct err *err);

/**
 * table_set_read(path, set, a, err):
 * Read every line of the file ${path} (a single document may span lines)
 * and add its tables to ${set}, where no name may come twice; set->v lives in
 * ${a}.  Return 0, or -1 with ${err} filled; its message names file and line.
 */
int table_set_read(const char *path, struct table_set *set, struct arena *a,
    struct err *err);

/**
 * table_put_name(schema, name, b):
 * Append what people call the table: ${name}, or "${schema}.${name}" when the
 * schema is neither NULL nor "public".  It is the table's name in a Data
 * Package, too.
 */
void table_put_name(const char *schema, const char *name, struct buf *b);

/**
 * table_put_schema(t, b):
 * Append the table's JSON Schema, one line without LF.
 */
void table_put_schema(const struct table *t, struct buf *b);

/**
 * table_put_frictionless(t, b):
 * Append the table as a Frictionless Table Schema object (fields, primaryKey,
 * uniqueKeys, foreignKeys; Table Schema specification 2.0).
 */
void table_put_frictionless(const struct table *t, struct buf *b);

#endif
