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
 *     x-notNullByDomain true, where the type forbids null, not the column
 *     x-default         SQL expression; "default" has the value of constants
 *     x-identity        "always", "by default"
 *     x-generated       SQL expression of a generated column, which is
 *     x-virtual         computed when read, not stored, when this is true
 *     x-collation       as SQL names it, when it is not that of the type
 *     x-storage, x-compression, x-statistics, x-options
 *                       how PostgreSQL keeps a column's values, when it was
 *                       told; statistics is a number, options an array
 *     x-inherited       true for a column that comes from a parent only
 *     x-declaredType    what SQLite's CREATE TABLE calls the type
 *     x-affinity        true, when SQLite may store values of other types in
 *                       this column: "type" has them as well
 *     x-autoincrement   true for a rowid that SQLite never uses again
 *     x-onConflict      what SQLite does instead of refusing NULL
 *     x-comment         of table or column
 *
 * and for the table
 *
 *     x-dialect         "sqlite" when its SQL is SQLite's; else PostgreSQL's
 *     x-kind            "view", "materialized view", "foreign table",
 *                       "virtual table"; absent for a table
 *     x-primaryKey      what sqlPrimaryKey cannot say: as x-uniqueKeys
 *     x-uniqueKeys      [{"name","fields","include","nullsNotDistinct",
 *                       "deferrable","deferred","index","options","parent",
 *                       "onConflict","comment"}]; index: it is no constraint
 *                       but an index, which x-indexes has; parent: the key of
 *                       the partitioned table that this is a part of
 *     x-indexes         [{"name","unique","method","parts":[{"field" or "sql",
 *                       "collation","opclass","desc","nulls"}],"include",
 *                       "where","nullsNotDistinct","options","parent",
 *                       "comment"}], but for those of constraints; nulls:
 *                       "first", "last", where that is not the rule
 *     x-exclusions      [{"name","sql","parent","comment"}]
 *     x-foreignKeys     [{"name","fields","reference":{"schema","resource",
 *                       "fields"},"onDelete","onUpdate","match","setFields",
 *                       "deferrable","deferred","notValid","comment"}]; no
 *                       schema: the table's own; setFields: those that
 *                       onDelete sets, if not all
 *     x-checks          [{"name","sql","notValid","noInherit","inherited",
 *                       "comment"}]; what is not valid promises nothing of the
 *                       rows that there are
 *     x-cycles          names of the tables that reference each other in a
 *                       circle with this one
 *     x-types           the types that columns are of, after those they need:
 *                       [{"schema","name","kind","labels","sql","collation",
 *                       "notNull","default","checks":[{"name","sql",
 *                       "notValid"}],"fields":[{"name","sql","collation"}],
 *                       "comment"}]; kind: "enum" with labels, "domain" over
 *                       sql, "composite" with fields, "range" made as sql
 *                       says, "extension", whose name is sql, or "base"
 *     x-sequences       that columns own or take their default from:
 *                       [{"schema","name","type","start","increment",
 *                       "minimum","maximum","cache","cycle","identity",
 *                       "ownerTable","ownerColumn","comment"}]
 *     x-functions       of the user, that SQL in this schema calls: [{"name",
 *                       "sql"}], with the whole statement
 *     x-triggers, x-policies, x-rules, x-statistics
 *                       [{"name","sql","state","roles","comment"}], sql being
 *                       the whole statement; state: "disabled", "always",
 *                       "replica"
 *     x-rowSecurity     "enabled", "forced"
 *     x-view            the query of a view; x-uses has the tables and views
 *                       in it, [{"schema","resource"}]
 *     x-partitionBy     "RANGE (created_at)"
 *     x-partitionOf     [{"schema","resource","bound"}], one
 *     x-inherits        [{"schema","resource"}]
 *     x-tableOptions    what stands in WITH (...): ["fillfactor=70"]
 *     x-unlogged, x-accessMethod, x-tablespace, x-replicaIdentity, x-clusterOn
 *                       facts of storage, when they are not the rule
 *     x-withoutRowid, x-strict
 *                       true for such tables of SQLite
 *     x-virtualTable    the CREATE VIRTUAL TABLE statement
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
	const char		 *generated_sql; /* or NULL */
	int			  is_virtual;	/* generated, not stored */
	const char		 *collation;	/* as SQL names it, or NULL */
	const char		**labels;	/* COLUMN_ENUM, in order */
	size_t			  nlabels;
	int64_t			  max_length;	/* characters; -1: none */
	int			  precision;	/* numeric; -1: none */
	int			  scale;	/* says something only beside
						   a precision */
	const char		 *comment;	/* or NULL */

	/* PostgreSQL's */
	int			  not_null_by_domain;
	int			  inherited;	/* from a parent only */
	const char		 *storage, *compression;	/* or NULL */
	int64_t			  statistics;	/* -1: not said */
	const char		**options;	/* "n_distinct=5" */
	size_t			  noptions;

	/* SQLite's */
	const char		 *declared;	/* type; NULL: of no SQLite */
	int			  affinity;	/* other types may be stored */
	int			  autoincrement;
	const char		 *on_conflict;	/* of NOT NULL, or NULL */
};

/* What a column is before anything is said of it. */
#define COLUMN_INIT { .max_length = -1, .precision = -1, .scale = -1, \
	.statistics = -1 }

/* A list of columns, as indexes into table->columns. */
struct column_list {
	size_t	*v;
	size_t	 n;
};

struct table_key {
	const char		 *name;		/* or NULL */
	struct column_list	  columns;
	struct column_list	  include;
	int			  nulls_not_distinct;
	int			  deferrable, deferred;
	int			  is_index;	/* which indexes has as well */
	const char		**options;
	size_t			  noptions;
	const char		 *parent;	/* key of the partitioned
						   table, or NULL */
	const char		 *on_conflict;	/* or NULL */
	const char		 *comment;
};

/* A column or an expression of an index. */
struct index_part {
	const char	*field;			/* or NULL */
	const char	*sql;			/* or NULL */
	const char	*collation, *opclass;	/* NULL: the rule */
	int		 desc;
	const char	*nulls;			/* "first", "last", NULL */
};

struct table_index {
	const char		 *name;
	int			  is_unique;
	const char		 *method;	/* NULL: btree */
	struct index_part	 *parts;
	size_t			  nparts;
	struct column_list	  include;
	const char		 *where;
	int			  nulls_not_distinct;
	const char		**options;
	size_t			  noptions;
	const char		 *parent;
	const char		 *comment;
};

struct table_ref {
	const char		 *name;		/* or NULL */
	struct column_list	  columns;
	const char		 *table;	/* referenced, as table->name */
	const char		 *table_schema;	/* its schema; NULL: the same */
	const char		**fields;	/* referenced columns, as many
						   as ${columns} */
	const char		 *on_delete, *on_update; /* SQL words or NULL */
	const char		 *match;	/* "FULL", or NULL */
	struct column_list	  set_fields;	/* of on_delete; n 0: all */
	int			  deferrable, deferred;
	int			  not_valid;
	const char		 *comment;
};

struct table_check {
	const char	*name;			/* or NULL */
	const char	*sql;			/* the source's expression */
	int		 not_valid, no_inherit, inherited;
	const char	*comment;
};

/* Something with a name that is told in SQL. */
struct table_fact {
	const char	 *name;
	const char	 *sql;
	const char	 *state;	/* of a trigger; NULL: enabled */
	const char	**roles;	/* of a policy; none: everybody */
	size_t		  nroles;
	const char	 *parent;	/* of an exclusion */
	const char	 *comment;
};

struct table_facts {
	struct table_fact	*v;
	size_t			 n;
};

/* A field of a composite type. */
struct type_field {
	const char	*name, *sql;
	const char	*collation;	/* or NULL */
};

/* A type that the user or an extension made. */
struct table_type {
	const char		 *schema, *name;
	const char		 *kind;
	const char		**labels;
	size_t			  nlabels;
	const char		 *sql;
	const char		 *collation;
	int			  not_null;
	const char		 *default_sql;
	struct table_check	 *checks;
	size_t			  nchecks;
	struct type_field	 *fields;
	size_t			  nfields;
	const char		 *comment;
};

struct table_sequence {
	const char	*schema, *name;
	const char	*type;
	int64_t		 start, increment, minimum, maximum, cache;
	int		 cycle;
	int		 identity;	/* made with the column that owns it */
	const char	*owner_table, *owner_column;	/* or NULL */
	const char	*comment;
};

/* Another table. */
struct table_name {
	const char	*schema;	/* NULL: the same */
	const char	*name;
	const char	*bound;		/* of a partition */
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

	const char		*dialect;	/* "sqlite", or NULL */
	const char		*kind;		/* "view", ...; NULL: a table */
	struct table_key	 primary;	/* all but its columns */
	struct table_index	*indexes;
	size_t			 nindexes;
	struct table_facts	 exclusions, functions, triggers, policies,
				 rules, statistics;
	struct table_type	*types;
	size_t			 ntypes;
	struct table_sequence	*sequences;
	size_t			 nsequences;
	const char		*row_security;	/* "enabled", "forced", NULL */
	const char		*view;		/* its query */
	struct table_name	*uses;		/* tables and views in it */
	size_t			 nuses;
	const char		*partition_by;
	struct table_name	*partition_of;	/* at most one */
	size_t			 npartition_of;
	struct table_name	*inherits;
	size_t			 ninherits;
	const char		**options;
	size_t			 noptions;
	int			 unlogged;
	const char		*access_method, *tablespace;
	const char		*replica_identity, *cluster_on;
	int			 without_rowid, strict;
	const char		*virtual_table;	/* its statement */
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
 * table_set_exact(set, schema, name):
 * Return the table ${name} of the database schema ${schema}, NULL being as good
 * as "public", or NULL.
 */
struct table *table_set_exact(const struct table_set *set, const char *schema,
    const char *name);

/**
 * table_set_order(set, a):
 * Put the tables in an order in which every table comes after those that it
 * references, inherits from, is a partition of or reads as a view (otherwise
 * as they stood).  Tables that reference each other in
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
 * Read every line of the file ${path}, standard input when it is "-" (a
 * single document may span lines),
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
