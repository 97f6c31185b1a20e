#include "schema/table_members.h"

#define SCALAR(k, kind, type, m)	{ k, kind, offsetof(type, m), 0, NULL }
#define TEXT(k, type, m)	SCALAR(k, MEMBER_TEXT, type, m)
#define NAME(k, type, m)	SCALAR(k, MEMBER_NAME, type, m)
#define FLAG(k, type, m)	SCALAR(k, MEMBER_FLAG, type, m)
#define INT(k, type, m)		SCALAR(k, MEMBER_INT, type, m)
#define COLUMNS(k, type, m)	SCALAR(k, MEMBER_COLUMNS, type, m)
#define TEXTS(k, type, m) \
	{ k, MEMBER_TEXTS, offsetof(type, m), offsetof(type, n##m), NULL }
#define LIST(k, type, m, items) \
	{ k, MEMBER_LIST, offsetof(type, m), offsetof(type, n##m), items }
#define FACTS(k, m) \
	{ k, MEMBER_LIST, offsetof(struct table, m.v), \
	    offsetof(struct table, m.n), &fact_list }
#define MEMBERS(v, type, what) \
	{ v, sizeof(v) / sizeof((v)[0]), sizeof(type), what }

static const struct member column[] = {
	FLAG("x-notNullByDomain", struct column, not_null_by_domain),
	TEXT("x-generated", struct column, generated_sql),
	FLAG("x-virtual", struct column, is_virtual),
	TEXT("x-collation", struct column, collation),
	TEXT("x-storage", struct column, storage),
	TEXT("x-compression", struct column, compression),
	SCALAR("x-statistics", MEMBER_COUNT, struct column, statistics),
	TEXTS("x-options", struct column, options),
	FLAG("x-inherited", struct column, inherited),
	TEXT("x-declaredType", struct column, declared),
	FLAG("x-affinity", struct column, affinity),
	FLAG("x-autoincrement", struct column, autoincrement),
	TEXT("x-onConflict", struct column, on_conflict),
};
const struct member_list table_members_column =
    MEMBERS(column, struct column, "a property");

/* The name and the fields of a unique key are read and written before. */
#define KEY_MEMBERS \
	COLUMNS("include", struct table_key, include), \
	FLAG("nullsNotDistinct", struct table_key, nulls_not_distinct), \
	FLAG("deferrable", struct table_key, deferrable), \
	FLAG("deferred", struct table_key, deferred), \
	FLAG("index", struct table_key, is_index), \
	TEXTS("options", struct table_key, options), \
	TEXT("parent", struct table_key, parent), \
	TEXT("onConflict", struct table_key, on_conflict), \
	TEXT("comment", struct table_key, comment)

static const struct member key[] = { KEY_MEMBERS };
static const struct member primary[] = {
	TEXT("name", struct table_key, name), KEY_MEMBERS
};
const struct member_list table_members_key =
    MEMBERS(key, struct table_key, "a unique key");
const struct member_list table_members_primary =
    MEMBERS(primary, struct table_key, "a primary key");

static const struct member ref[] = {
	TEXT("match", struct table_ref, match),
	COLUMNS("setFields", struct table_ref, set_fields),
	FLAG("deferrable", struct table_ref, deferrable),
	FLAG("deferred", struct table_ref, deferred),
	FLAG("notValid", struct table_ref, not_valid),
	TEXT("comment", struct table_ref, comment),
};
const struct member_list table_members_ref =
    MEMBERS(ref, struct table_ref, "a foreign key");

static const struct member check[] = {
	TEXT("name", struct table_check, name),
	NAME("sql", struct table_check, sql),
	FLAG("notValid", struct table_check, not_valid),
	FLAG("noInherit", struct table_check, no_inherit),
	FLAG("inherited", struct table_check, inherited),
	TEXT("comment", struct table_check, comment),
};
const struct member_list table_members_check =
    MEMBERS(check, struct table_check, "a check");

static const struct member part[] = {
	TEXT("field", struct index_part, field),
	TEXT("sql", struct index_part, sql),
	TEXT("collation", struct index_part, collation),
	TEXT("opclass", struct index_part, opclass),
	FLAG("desc", struct index_part, desc),
	TEXT("nulls", struct index_part, nulls),
};
static const struct member_list part_list =
    MEMBERS(part, struct index_part, "a part of an index");

static const struct member index_members[] = {
	NAME("name", struct table_index, name),
	FLAG("unique", struct table_index, is_unique),
	TEXT("method", struct table_index, method),
	LIST("parts", struct table_index, parts, &part_list),
	COLUMNS("include", struct table_index, include),
	TEXT("where", struct table_index, where),
	FLAG("nullsNotDistinct", struct table_index, nulls_not_distinct),
	TEXTS("options", struct table_index, options),
	TEXT("parent", struct table_index, parent),
	TEXT("comment", struct table_index, comment),
};
static const struct member_list index_list =
    MEMBERS(index_members, struct table_index, "an index");

static const struct member fact[] = {
	NAME("name", struct table_fact, name),
	NAME("sql", struct table_fact, sql),
	TEXT("state", struct table_fact, state),
	TEXTS("roles", struct table_fact, roles),
	TEXT("parent", struct table_fact, parent),
	TEXT("comment", struct table_fact, comment),
};
static const struct member_list fact_list =
    MEMBERS(fact, struct table_fact, "an object with a name");

static const struct member field[] = {
	NAME("name", struct type_field, name),
	NAME("sql", struct type_field, sql),
	TEXT("collation", struct type_field, collation),
};
static const struct member_list field_list =
    MEMBERS(field, struct type_field, "a field of a type");

static const struct member type[] = {
	TEXT("schema", struct table_type, schema),
	NAME("name", struct table_type, name),
	NAME("kind", struct table_type, kind),
	TEXTS("labels", struct table_type, labels),
	TEXT("sql", struct table_type, sql),
	TEXT("collation", struct table_type, collation),
	FLAG("notNull", struct table_type, not_null),
	TEXT("default", struct table_type, default_sql),
	LIST("checks", struct table_type, checks, &table_members_check),
	LIST("fields", struct table_type, fields, &field_list),
	TEXT("comment", struct table_type, comment),
};
static const struct member_list type_list =
    MEMBERS(type, struct table_type, "a type");

static const struct member sequence[] = {
	TEXT("schema", struct table_sequence, schema),
	NAME("name", struct table_sequence, name),
	TEXT("type", struct table_sequence, type),
	INT("start", struct table_sequence, start),
	INT("increment", struct table_sequence, increment),
	INT("minimum", struct table_sequence, minimum),
	INT("maximum", struct table_sequence, maximum),
	INT("cache", struct table_sequence, cache),
	FLAG("cycle", struct table_sequence, cycle),
	FLAG("identity", struct table_sequence, identity),
	TEXT("ownerTable", struct table_sequence, owner_table),
	TEXT("ownerColumn", struct table_sequence, owner_column),
	TEXT("comment", struct table_sequence, comment),
};
static const struct member_list sequence_list =
    MEMBERS(sequence, struct table_sequence, "a sequence");

static const struct member name[] = {
	TEXT("schema", struct table_name, schema),
	NAME("resource", struct table_name, name),
	TEXT("bound", struct table_name, bound),
};
static const struct member_list name_list =
    MEMBERS(name, struct table_name, "the name of a table");

static const struct member table[] = {
	TEXT("x-dialect", struct table, dialect),
	TEXT("x-kind", struct table, kind),
	LIST("x-indexes", struct table, indexes, &index_list),
	FACTS("x-exclusions", exclusions),
	LIST("x-types", struct table, types, &type_list),
	LIST("x-sequences", struct table, sequences, &sequence_list),
	FACTS("x-functions", functions),
	FACTS("x-triggers", triggers),
	FACTS("x-policies", policies),
	FACTS("x-rules", rules),
	FACTS("x-statistics", statistics),
	TEXT("x-rowSecurity", struct table, row_security),
	TEXT("x-view", struct table, view),
	LIST("x-uses", struct table, uses, &name_list),
	TEXT("x-partitionBy", struct table, partition_by),
	LIST("x-partitionOf", struct table, partition_of, &name_list),
	LIST("x-inherits", struct table, inherits, &name_list),
	TEXTS("x-tableOptions", struct table, options),
	FLAG("x-unlogged", struct table, unlogged),
	TEXT("x-accessMethod", struct table, access_method),
	TEXT("x-tablespace", struct table, tablespace),
	TEXT("x-replicaIdentity", struct table, replica_identity),
	TEXT("x-clusterOn", struct table, cluster_on),
	FLAG("x-withoutRowid", struct table, without_rowid),
	FLAG("x-strict", struct table, strict),
	TEXT("x-virtualTable", struct table, virtual_table),
};
const struct member_list table_members =
    MEMBERS(table, struct table, "a table");
