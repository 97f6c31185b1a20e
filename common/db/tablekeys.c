#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/quote.h"
#include "db/tablekeys.h"
#include "row/bag.h"
#include "row/key.h"
#include "row/keyset.h"
#include "schema/sameness.h"
#include "schema/table.h"

/* The key of the fields ${names}, which are compared as the columns of ${t}
 * at ${list} are. */
static struct key *
typed_key(const struct table *t, const struct column_list *list,
    const char *const *names)
{
	struct key *key = key_new_names(names, list->n);
	size_t i;

	for (i = 0; i < list->n; i++)
		key_type(key, i, sameness_of(&t->columns[list->v[i]]));
	return (key);
}

static struct key *
columns_key(const struct table *t, const struct column_list *list)
{
	const char **names = mem_array(list->n, sizeof(*names));
	struct key *key;
	size_t i;

	for (i = 0; i < list->n; i++)
		names[i] = t->columns[list->v[i]].name;
	key = typed_key(t, list, names);
	mem_free(names);
	return (key);
}

static int
is_given(const struct opt_list *given, const struct key *key)
{
	struct buf names = { 0 };
	size_t i, len;
	int is = 0;

	key_put_names(key, &names);
	for (i = 0; i < given->n && !is; i++) {
		len = strcspn(given->v[i], "=");
		is = len == names.len &&
		    memcmp(given->v[i], names.s, len) == 0;
	}
	buf_free(&names);
	return (is);
}

/* Append the path of the file with the rows that are referenced. */
static int
put_path(const struct table *t, const struct table_ref *ref, const char *dir,
    struct buf *path, struct err *err)
{
	struct quote q;

	if (dir == NULL) {
		(void)err_set(err, "the schema references table %s, whose rows"
		    " are not known", quote_z(&q, ref->table));
		(void)err_hint(err, "give --keys-dir, where they are in a file"
		    " of the table's name, or --references");
		return (err_status(err, DIAG_USAGE));
	}
	buf_printf(path, "%s/", dir);
	bag_file_name(path, ref->table_schema != NULL ? ref->table_schema :
	    t->schema, ref->table);
	return (0);
}

static int
add_foreign_key(struct keyset *ks, const struct table *t,
    const struct table_ref *ref, const struct tablekeys_opts *opts,
    struct err *err)
{
	const int self = strcmp(ref->table, t->name) == 0 &&
	    ref->table_schema == NULL;
	struct key *key = columns_key(t, &ref->columns);
	const int given = is_given(opts->given, key);
	struct buf path = { 0 };
	int rc;

	if (given || (!self &&
	    put_path(t, ref, opts->dir, &path, err) != 0)) {
		key_free(key);
		return (given ? 0 : -1);
	}
	/* What refers to a column is of its type. */
	rc = keyset_references(ks, key, self ? NULL : buf_z(&path),
	    typed_key(t, &ref->columns, ref->fields), opts->max_line, err);
	buf_free(&path);
	return (rc);
}

int
tablekeys_add(struct keyset *ks, const char *text, size_t len,
    const struct tablekeys_opts *opts, struct err *err)
{
	struct arena *a = arena_new();
	const struct table *t = table_read(text, len, a, err);
	size_t i;
	int rc = 0;

	if (t == NULL) {
		arena_free(a);
		return (err_status(err, DIAG_USAGE));
	}
	if (t->primary_key.n > 0)
		keyset_unique(ks, columns_key(t, &t->primary_key));
	for (i = 0; i < t->nunique; i++)
		keyset_unique(ks, columns_key(t, &t->unique[i].columns));
	for (i = 0; rc == 0 && i < t->nrefs; i++)
		rc = add_foreign_key(ks, t, &t->refs[i], opts, err);
	arena_free(a);
	return (rc);
}
