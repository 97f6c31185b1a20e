#include <string.h>

#include "base/buf.h"
#include "json/json.h"
#include "schema/listing.h"
#include "schema/sqltype.h"
#include "schema/table_members.h"
#include "schema/writing.h"

/* The place of column ${i} in the list, from 1; 0 when it is not there. */
static size_t
place_of(const struct column_list *list, size_t i)
{
	size_t k;

	for (k = 0; k < list->n; k++)
		if (list->v[k] == i)
			return (k + 1);
	return (0);
}

static void
put_unique(struct buf *b, const struct table *t, size_t column)
{
	size_t i;
	int any = 0;

	for (i = 0; i < t->nunique; i++) {
		if (place_of(&t->unique[i].columns, column) == 0)
			continue;
		if (any++ == 0) {
			writing_key(b, "unique");
			buf_putc(b, '[');
		}
		writing_item(b, t->unique[i].name != NULL ?
		    t->unique[i].name : "");
	}
	if (any)
		buf_putc(b, ']');
}

static void
put_references(struct buf *b, const struct table *t, size_t column)
{
	const struct table_ref *ref;
	size_t i, at;
	int any = 0;

	for (i = 0; i < t->nrefs; i++) {
		ref = &t->refs[i];
		if ((at = place_of(&ref->columns, column)) == 0)
			continue;
		if (any++ == 0) {
			writing_key(b, "references");
			buf_putc(b, '[');
		}
		writing_comma(b);
		buf_putc(b, '{');
		writing_text(b, "schema", ref->table_schema);
		writing_text(b, "resource", ref->table);
		writing_text(b, "field", ref->fields[at - 1]);
		buf_putc(b, '}');
	}
	if (any)
		buf_putc(b, ']');
}

static void
put_type(struct buf *b, const struct column *c)
{

	writing_text(b, "type", c->sql_type != NULL ? c->sql_type :
	    c->declared != NULL ? c->declared : sqltype_name(c->type));
	writing_text(b, "baseType", sqltype_name(c->type));
	writing_raw(b, "notNull", c->not_null ? "true" : "false");
	if (c->nlabels > 0)
		writing_strings(b, "enum", c->labels, c->nlabels);
	if (c->type == COLUMN_TEXT && c->max_length >= 0)
		writing_int(b, "maxLength", c->max_length);
	if (c->type == COLUMN_NUMERIC && c->precision >= 0) {
		writing_int(b, "sqlPrecision", c->precision);
		writing_int(b, "sqlScale", c->scale);
	}
}

static void
put_column(struct buf *b, const struct table *t, size_t i)
{
	const struct column *c = &t->columns[i];

	buf_putc(b, '{');
	writing_text(b, "schema", t->schema);
	writing_text(b, "table", t->name);
	writing_int(b, "position", (int64_t)i + 1);
	writing_text(b, "name", c->name);
	put_type(b, c);
	writing_raw(b, "default", c->default_json);
	writing_text(b, "x-default", c->default_sql);
	writing_text(b, "x-identity", c->identity);
	writing_flag(b, "readOnly", c->generated);
	if (place_of(&t->primary_key, i) > 0)
		writing_int(b, "primaryKey",
		    (int64_t)place_of(&t->primary_key, i));
	put_unique(b, t, i);
	put_references(b, t, i);
	member_put(&table_members_column, c, t, b);
	writing_text(b, "x-comment", c->comment);
	buf_puts(b, "}\n");
}

void
listing_put_columns(const struct table *t, struct buf *b)
{
	size_t i;

	for (i = 0; i < t->ncolumns; i++)
		put_column(b, t, i);
}

static void
put_table(const struct table *t, enum listing_form form, struct buf *b)
{

	if (form == LISTING_COLUMNS) {
		listing_put_columns(t, b);
	} else if (form == LISTING_TABLE) {
		listing_put_table(t, b);
	} else {
		table_put_schema(t, b);
		buf_putc(b, '\n');
	}
}

void
listing_put_set(const struct table_set *set, enum listing_form form,
    struct buf *b)
{
	size_t i;

	for (i = 0; i < set->n; i++)
		put_table(set->v[i], form, b);
}
