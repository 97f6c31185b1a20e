#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/quote.h"
#include "db/pg.h"
#include "db/pgrefuse.h"
#include "db/pgtarget.h"

/* The words that rejects have for a class of errors; the first that SQLSTATE
 * begins with. */
static const struct rule {
	const char	*state, *rule;
} rules[] = {
	{ "23502", "not-null" },
	{ "23503", "foreign-key" },
	{ "23505", "unique" },
	{ "23514", "check" },
	{ "23P01", "exclusion" },
	{ "22001", "maxLength" },
	{ "22003", "range" },
	{ "22P02", "type" },
	{ "22P05", "encoding" },
	{ "22", "value" },
	{ "428C9", "generated" },
	{ "42501", "permission" },
	{ "44000", "check-option" },
	{ "P0", "trigger" },
	{ "", "server" },
};

int
pgrefuse_is_row(const struct pg_failure *f)
{
	/* Connection, transaction state, authorization, rollback, resources,
	 * operator intervention, system and internal errors, foreign data. */
	static const char *const others[] = {
		"08", "0B", "0L", "0P", "25", "28", "2D", "3B", "3D",
		"40", "53", "55", "57", "58", "F0", "HV", "XX"
	};
	size_t i;

	if (f->state[0] == '\0')
		return (0);
	/* Not supported: a statement of ours, or what a value leads to. */
	if (strncmp(f->state, "0A", 2) == 0)
		return (f->inside);
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strncmp(f->state, others[i], 2) == 0)
			return (0);
	return (1);
}

/* The one column that the constraint ${name} is about, or NULL. */
static const char *
column_of(const struct pgtarget *target, const char *name)
{
	const struct table *t = target->model;
	const struct column_list *list = NULL;
	size_t i;

	if (target->primary != NULL && strcmp(target->primary, name) == 0)
		list = &t->primary_key;
	for (i = 0; i < t->nunique; i++)
		if (t->unique[i].name != NULL &&
		    strcmp(t->unique[i].name, name) == 0)
			list = &t->unique[i].columns;
	for (i = 0; i < t->nrefs; i++)
		if (t->refs[i].name != NULL &&
		    strcmp(t->refs[i].name, name) == 0)
			list = &t->refs[i].columns;
	return (list == NULL || list->n != 1 ? NULL :
	    t->columns[list->v[0]].name);
}

/* The column whose value a COPY was stopped by, or NULL; in staging it is
 * called by its number. */
static const char *
column_at(const struct pg_failure *f, const struct pgtarget *target,
    int staged)
{
	const char *name, *found = NULL;
	char number[24];
	size_t i, len, longest = 0;

	for (i = 0; i < target->model->ncolumns; i++) {
		name = target->model->columns[i].name;
		(void)snprintf(number, sizeof(number), "c%zu", i + 1);
		len = strlen(staged ? number : name);
		if (len > longest && strncmp(f->at, staged ? number : name,
		    len) == 0 && (f->at[len] == ':' || f->at[len] == '\0')) {
			found = name;
			longest = len;
		}
	}
	return (found);
}

static void
put_pointer(char *dst, size_t size, const char *name)
{
	size_t n = 0;

	dst[n++] = '/';
	for (; *name != '\0' && n + 2 < size; name++) {
		if (*name == '~' || *name == '/') {
			dst[n++] = '~';
			dst[n++] = *name == '~' ? '0' : '1';
		} else
			dst[n++] = *name;
	}
	dst[n] = '\0';
}

/* Is the failure about the table itself, not one that a trigger writes? */
static int
is_here(const struct pg_failure *f, const struct pgtarget *t)
{

	return (f->table[0] == '\0' || t->rel->is_partitioned ||
	    (strcmp(f->table, t->rel->name) == 0 &&
	    strcmp(f->schema, t->rel->schema) == 0));
}

void
pgrefuse_row(const struct pg_failure *f, const struct pgtarget *t,
    int staged, struct err *err)
{
	const struct rule *r = rules;
	const char *column = NULL;
	struct buf b = { 0 };
	struct quote q;
	char path[256];

	while (strncmp(f->state, r->state, strlen(r->state)) != 0)
		r++;
	buf_puts(&b, f->text);
	(void)quote_z(&q, f->constraint);
	if (f->constraint[0] != '\0' && strstr(f->text, q.s) == NULL)
		buf_printf(&b, ", constraint %s", q.s);
	if (f->detail[0] != '\0')
		buf_printf(&b, ": %.*s", (int)strcspn(f->detail, "\n"),
		    f->detail);
	if (b.len > 0 && b.s[b.len - 1] == '.')
		b.len--;
	buf_printf(&b, " (SQLSTATE %s)", f->state);
	(void)err_set(err, "%s", buf_z(&b));
	buf_free(&b);
	if (f->hint[0] != '\0')
		(void)err_hint(err, "%s", f->hint);
	else if (strcmp(r->rule, "foreign-key") == 0 &&
	    pgtarget_is_own_ref(t, f->constraint))
		(void)err_hint(err, "if the row referred to comes much later, "
		    "sort the rows or make the constraint DEFERRABLE");
	else if (strcmp(r->rule, "foreign-key") == 0)
		(void)err_hint(err, "load the table referred to first, or "
		    "name both in one run in that order");
	if (is_here(f, t) && f->column[0] != '\0')
		column = f->column;
	else if (is_here(f, t) && f->constraint[0] != '\0')
		column = column_of(t, f->constraint);
	if (column == NULL && f->at[0] != '\0' &&
	    (column = column_at(f, t, staged)) != NULL)
		(void)err_prefix(err, "column %s: ", quote_z(&q, column));
	if (column != NULL)
		put_pointer(path, sizeof(path), column);
	(void)err_rule(err, r->rule, column == NULL ? NULL : path);
	(void)err_status(err, DIAG_BADINPUT);
}
