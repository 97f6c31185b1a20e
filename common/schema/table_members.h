/*
 * table_members - the keys of a table's JSON Schema that are members of the
 * table model and need no more than to be written and read (table.h)
 */
#ifndef ROWPIPE_SCHEMA_TABLE_MEMBERS_H
#define ROWPIPE_SCHEMA_TABLE_MEMBERS_H

#include "schema/member.h"

extern const struct member_list table_members;		/* struct table */
extern const struct member_list table_members_column;	/* struct column */
extern const struct member_list table_members_primary;	/* struct table_key */
extern const struct member_list table_members_key;	/* the same, unique */
extern const struct member_list table_members_ref;	/* struct table_ref */
extern const struct member_list table_members_check;	/* ... table_check */

#endif
