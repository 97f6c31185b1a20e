#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/quote.h"
#include "json/json.h"
#include "schema/property.h"
#include "schema/reading.h"
#include "schema/table.h"
#include "schema/table_members.h"

#define COLUMNS_MAX	32767	/* no engine has more */

/* The table that a document becomes. */
struct target {
	struct reading	 *rd;
	struct table	 *t;
	struct column	**sorted;	/* t->columns by name */
};

/* Zeroed memory for an item of every member of ${v}. */
static void *
alloc_items(struct target *to, const struct json_value *v, size_t size)
{
	size_t n = (reading_count(v) + 1) * size;

	return (memset(arena_alloc(to->rd->a, n), 0, n));
}

/*
 * Columns by name.
 */
static int
compare_columns(const void *a, const void *b)
{
	struct column *const *x = a, *const *y = b;

	return (strcmp((*x)->name, (*y)->name));
}

static int
compare_column_name(const void *key, const void *item)
{
	struct column *const *c = item;

	return (strcmp(key, (*c)->name));
}

/* The column that the string ${v} names, where "${what}" must name one. */
static struct column *
find_column(struct target *to, const struct json_value *v, const char *what)
{
	struct column **c = NULL;
	const char *name;
	struct quote q;

	if ((name = reading_string(to->rd, v, what)) == NULL)
		return (NULL);
	if (to->t->ncolumns > 0)
		c = bsearch(name, to->sorted, to->t->ncolumns,
		    sizeof(*to->sorted), compare_column_name);
	if (c == NULL) {
		(void)reading_refuse(to->rd, v,
		    "\"%s\" names %s, which is no property", what,
		    quote_z(&q, name));
		return (NULL);
	}
	return (*c);
}

/* A list of columns being read. */
struct names {
	struct target		*to;
	struct column_list	*list;
	const char		*what;
};

static int
add_name(struct reading *rd, const struct json_value *v, void *cookie)
{
	struct names *names = cookie;
	struct column_list *list = names->list;
	const struct column *c;
	struct quote q;
	size_t i, at;

	if ((c = find_column(names->to, v, names->what)) == NULL)
		return (-1);
	at = (size_t)(c - names->to->t->columns);
	for (i = 0; i < list->n; i++)
		if (list->v[i] == at)
			return (reading_refuse(rd, v, "\"%s\" names %s twice",
			    names->what, quote_z(&q, c->name)));
	list->v[list->n++] = at;
	return (0);
}

/* Read the names of one or more columns. */
static int
read_columns(struct target *to, const struct json_value *v, const char *what,
    struct column_list *list)
{
	struct names names = { to, list, what };

	if (reading_count(v) == 0)
		return (reading_refuse(to->rd, v, "\"%s\" names no property",
		    what));
	list->v = alloc_items(to, v, sizeof(*list->v));
	list->n = 0;
	return (reading_each(to->rd, v, what, add_name, &names));
}

static int
read_list(void *cookie, const struct json_value *v, const char *what,
    struct column_list *list)
{

	return (read_columns(cookie, v, what, list));
}

static int
read_members(struct target *to, const struct json_value *obj,
    const struct member_list *list, void *p)
{
	const struct member_columns columns = { read_list, to };

	return (member_read(to->rd, obj, list, &columns, p));
}

/*
 * Properties.
 */
static int
check_names(struct target *to, const struct json_value *properties)
{
	size_t i, n = to->t->ncolumns;
	struct quote q;

	qsort(to->sorted, n, sizeof(*to->sorted), compare_columns);
	for (i = 1; i < n; i++)
		if (strcmp(to->sorted[i - 1]->name, to->sorted[i]->name) == 0)
			return (reading_refuse(to->rd, properties,
			    "property %s comes twice",
			    quote_z(&q, to->sorted[i]->name)));
	return (0);
}

/* The names of all columns first, since "required" asks for them. */
static int
read_names(struct target *to, const struct json_value *properties)
{
	struct table *t = to->t;
	struct json_value key, v;
	struct json_iter it;
	struct column *c;

	if (reading_count(properties) > COLUMNS_MAX)
		return (reading_refuse(to->rd, properties,
		    "more than %d properties", COLUMNS_MAX));
	t->columns = alloc_items(to, properties, sizeof(*t->columns));
	to->sorted = alloc_items(to, properties, sizeof(*to->sorted));
	json_iter_init(&it, properties);
	while (json_next(&it, &key, &v)) {
		c = &t->columns[t->ncolumns];
		c->name = reading_string(to->rd, &key, "property name");
		if (c->name == NULL)
			return (-1);
		to->sorted[t->ncolumns++] = c;
	}
	return (check_names(to, properties));
}

/* The columns that "required" names, as flags in their order. */
struct required {
	struct target	*to;
	unsigned char	*flags;
};

static int
mark_required(struct reading *rd, const struct json_value *v, void *cookie)
{
	struct required *required = cookie;
	const struct column *c;

	(void)rd;
	if ((c = find_column(required->to, v, "required")) == NULL)
		return (-1);
	required->flags[c - required->to->t->columns] = 1;
	return (0);
}

/* A schema that went through a filter may have a frame around it. */
static int
no_properties(struct target *to, const struct json_value *doc)
{
	struct err unused = ERR_INIT;
	struct reading rd = *to->rd;
	struct json_value v;

	rd.err = &unused;
	(void)reading_refuse(to->rd, doc, "the schema has no properties");
	if (reading_get(&rd, doc, "@stream", JSON_OBJECT, &v) != 0)
		(void)err_hint(to->rd->err, "the file has a frame, as rows "
		    "have: unset ROWPIPE_FRAME where it is written");
	return (-1);
}

static int
read_properties(struct target *to, const struct json_value *doc)
{
	struct required required = { .to = to };
	struct json_value properties, v;
	struct json_iter it;
	size_t i = 0;
	int rc;

	if ((rc = reading_get(to->rd, doc, "properties", JSON_OBJECT,
	    &properties)) < 0)
		return (-1);
	if (rc == 0)
		return (no_properties(to, doc));
	if (read_names(to, &properties) != 0)
		return (-1);
	required.flags = alloc_items(to, &properties, 1);
	if ((rc = reading_get(to->rd, doc, "required", JSON_ARRAY, &v)) < 0 ||
	    (rc > 0 && reading_each(to->rd, &v, "required", mark_required,
	    &required) != 0))
		return (-1);
	json_iter_init(&it, &properties);
	while (json_next(&it, NULL, &v)) {
		if (property_read(to->rd, &v, required.flags[i],
		    &to->t->columns[i]) != 0)
			return (-1);
		i++;
	}
	return (0);
}

/*
 * Keys and checks.
 */
static int
read_unique_key(struct reading *rd, const struct json_value *v, void *cookie)
{
	struct target *to = cookie;
	struct table_key *key = &to->t->unique[to->t->nunique];
	struct json_value fields = *v;

	if (v->type == JSON_OBJECT) {
		if (reading_get_string(rd, v, "name", &key->name) < 0)
			return (-1);
		if (!json_get(v, "fields", 6, &fields))
			return (reading_refuse(rd, v,
			    "a unique key has no fields"));
	}
	if (read_columns(to, &fields, "fields", &key->columns) != 0 ||
	    (v->type == JSON_OBJECT && read_members(to, v,
	    &table_members_key, key) != 0))
		return (-1);
	to->t->nunique++;
	return (0);
}

static int
read_unique(struct target *to, const struct json_value *doc)
{
	const char *what = "x-uniqueKeys";
	struct json_value v;
	int rc;

	if ((rc = reading_get(to->rd, doc, what, JSON_ARRAY, &v)) == 0)
		rc = reading_get(to->rd, doc, what = "sqlUnique", JSON_ARRAY,
		    &v);
	if (rc <= 0)
		return (rc);
	to->t->unique = alloc_items(to, &v, sizeof(*to->t->unique));
	return (reading_each(to->rd, &v, what, read_unique_key, to));
}

static int
same_word(const char *s, const char *upper)
{

	for (; *s != '\0' && *upper != '\0'; s++, upper++)
		if (*s != *upper && !(*s >= 'a' && *s <= 'z' &&
		    *s - 'a' + 'A' == *upper))
			return (0);
	return (*s == *upper);
}

/* Take one of SQL's actions, in whatever case, as its own spelling. */
static int
get_action(struct reading *rd, const struct json_value *ref, const char *key,
    const char **out)
{
	static const char *const actions[] = {
		"CASCADE", "NO ACTION", "RESTRICT", "SET DEFAULT", "SET NULL"
	};
	const char *word = NULL;
	struct quote q;
	size_t i;

	if (reading_get_string(rd, ref, key, &word) < 0)
		return (-1);
	if (word == NULL)
		return (0);
	for (i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (same_word(word, actions[i])) {
			*out = actions[i];
			return (0);
		}
	return (reading_refuse(rd, ref,
	    "\"%s\" is %s, which is no action of SQL", key,
	    quote_z(&q, word)));
}

struct ref_fields {
	struct table_ref	*ref;
	size_t			 n;
};

static int
add_ref_field(struct reading *rd, const struct json_value *v, void *cookie)
{
	struct ref_fields *f = cookie;

	if (f->n == f->ref->columns.n)
		return (reading_refuse(rd, v,
		    "a foreign key references more fields than it has"));
	f->ref->fields[f->n] = reading_string(rd, v, "field");
	return (f->ref->fields[f->n++] == NULL ? -1 : 0);
}

static int
read_reference(struct target *to, const struct json_value *reference,
    struct table_ref *ref)
{
	struct ref_fields f = { .ref = ref };
	struct reading *rd = to->rd;
	struct json_value v;

	if (reading_get_string(rd, reference, "schema",
	    &ref->table_schema) < 0 ||
	    reading_get_string(rd, reference, "resource", &ref->table) < 0)
		return (-1);
	/* Without a name, or with none, it is the table itself. */
	if (ref->table == NULL || ref->table[0] == '\0')
		ref->table = to->t->name;
	if (!json_get(reference, "fields", 6, &v))
		return (reading_refuse(rd, reference,
		    "a reference has no fields"));
	ref->fields = arena_alloc(rd->a,
	    ref->columns.n * sizeof(*ref->fields));
	if (reading_each(rd, &v, "fields", add_ref_field, &f) != 0)
		return (-1);
	if (f.n != ref->columns.n)
		return (reading_refuse(rd, &v,
		    "a foreign key references fewer fields than it has"));
	return (0);
}

static int
read_ref(struct reading *rd, const struct json_value *v, void *cookie)
{
	struct target *to = cookie;
	struct table_ref *ref = &to->t->refs[to->t->nrefs];
	struct json_value fields, reference;

	if (v->type != JSON_OBJECT || !json_get(v, "fields", 6, &fields) ||
	    !json_get(v, "reference", 9, &reference) ||
	    reference.type != JSON_OBJECT)
		return (reading_refuse(rd, v, "a foreign key is no object "
		    "with \"fields\" and \"reference\""));
	if (reading_get_string(rd, v, "name", &ref->name) < 0 ||
	    read_columns(to, &fields, "fields", &ref->columns) != 0 ||
	    read_reference(to, &reference, ref) != 0 ||
	    get_action(rd, v, "onDelete", &ref->on_delete) != 0 ||
	    get_action(rd, v, "onUpdate", &ref->on_update) != 0 ||
	    read_members(to, v, &table_members_ref, ref) != 0)
		return (-1);
	to->t->nrefs++;
	return (0);
}

static int
read_refs(struct target *to, const struct json_value *doc)
{
	struct json_value v;
	int rc;

	if ((rc = reading_get(to->rd, doc, "x-foreignKeys", JSON_ARRAY,
	    &v)) <= 0)
		return (rc);
	to->t->refs = alloc_items(to, &v, sizeof(*to->t->refs));
	return (reading_each(to->rd, &v, "x-foreignKeys", read_ref, to));
}

static int
read_check(struct reading *rd, const struct json_value *v, void *cookie)
{
	struct target *to = cookie;
	struct table_check *check = &to->t->checks[to->t->nchecks];

	if (v->type == JSON_OBJECT) {
		if (read_members(to, v, &table_members_check, check) != 0)
			return (-1);
	} else if ((check->sql = reading_string(rd, v, "check")) == NULL)
		return (-1);
	to->t->nchecks++;
	return (0);
}

static int
read_checks(struct target *to, const struct json_value *doc)
{
	struct json_value v;
	int rc;

	if ((rc = reading_get(to->rd, doc, "x-checks", JSON_ARRAY, &v)) <= 0)
		return (rc);
	to->t->checks = alloc_items(to, &v, sizeof(*to->t->checks));
	return (reading_each(to->rd, &v, "x-checks", read_check, to));
}

static int
add_cycle_name(struct reading *rd, const struct json_value *v, void *cookie)
{
	struct table *t = cookie;

	t->cycle[t->ncycle] = reading_string(rd, v, "x-cycles");
	return (t->cycle[t->ncycle++] == NULL ? -1 : 0);
}

static int
read_cycle(struct target *to, const struct json_value *doc)
{
	struct json_value v;
	int rc;

	if ((rc = reading_get(to->rd, doc, "x-cycles", JSON_ARRAY, &v)) <= 0)
		return (rc);
	to->t->cycle = alloc_items(to, &v, sizeof(*to->t->cycle));
	return (reading_each(to->rd, &v, "x-cycles", add_cycle_name, to->t));
}

/* What is said of the table itself. */
static int
read_head(struct target *to, const struct json_value *doc)
{
	struct reading *rd = to->rd;
	struct table *t = to->t;
	int types, rc;

	if ((types = property_types(rd, doc)) < 0)
		return (-1);
	if (types != 0 && (types & PROPERTY_OBJECT) == 0)
		return (reading_refuse(rd, doc,
		    "the schema is not of an object"));
	t->name = "";
	if ((rc = reading_get_string(rd, doc, "sqlObjectName",
	    &t->name)) < 0 ||
	    (rc == 0 && reading_get_string(rd, doc, "title", &t->name) < 0) ||
	    reading_get_string(rd, doc, "sqlObjectOwner", &t->schema) < 0)
		return (-1);
	if ((rc = reading_get_string(rd, doc, "x-comment", &t->comment)) == 0)
		rc = reading_get_string(rd, doc, "description", &t->comment);
	return (rc < 0 ? -1 : 0);
}

static int
read_table(struct target *to, const struct json_value *doc)
{
	struct json_value v;

	if (doc->type != JSON_OBJECT)
		return (reading_refuse(to->rd, doc,
		    "a schema of a table is an object"));
	if (read_head(to, doc) != 0 || read_properties(to, doc) != 0)
		return (-1);
	if (json_get(doc, "sqlPrimaryKey", 13, &v) && read_columns(to, &v,
	    "sqlPrimaryKey", &to->t->primary_key) != 0)
		return (-1);
	if (json_get(doc, "x-primaryKey", 12, &v) && read_members(to, &v,
	    &table_members_primary, &to->t->primary) != 0)
		return (-1);
	if (read_members(to, doc, &table_members, to->t) != 0 ||
	    read_unique(to, doc) < 0 || read_refs(to, doc) < 0 ||
	    read_checks(to, doc) < 0 || read_cycle(to, doc) < 0)
		return (-1);
	return (0);
}

struct table *
table_read(const char *s, size_t len, struct arena *a, struct err *err)
{
	struct reading rd = { .text = s, .a = a, .err = err };
	struct target to = { .rd = &rd };
	struct json_reader *r = json_reader_new();
	struct json_value doc;
	int rc;

	to.t = memset(arena_alloc(a, sizeof(*to.t)), 0, sizeof(*to.t));
	rc = json_read_value(r, s, len, &doc, err);
	if (rc == 0)
		rc = read_table(&to, &doc);
	json_reader_free(r);
	return (rc == 0 ? to.t : NULL);
}
