#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/near.h"
#include "base/quote.h"
#include "db/pgcatalog.h"
#include "db/pgpick.h"
#include "schema/name.h"

struct work {
	struct pgcatalog_relation *const	*rels;
	size_t			 n;
	struct pgpick		*picks;
	struct arena		*a;
	struct err		*err;
	const char		*option;	/* at hand */
};

/* Do something with column ${i} of relation ${rel}, which was named. */
typedef int pick_one(struct work *w, size_t rel, size_t i);

static int
usage(struct work *w, const char *name, const char *what)
{
	struct quote q;

	(void)err_set(w->err, "option --%s: %s %s", w->option, what,
	    quote_z(&q, name));
	return (err_status(w->err, DIAG_USAGE));
}

static void
hint_column(struct work *w, const char *wrong)
{
	struct near near;
	struct quote q;
	size_t i, k;

	near_start(&near, wrong);
	for (i = 0; i < w->n; i++)
		for (k = 0; k < w->rels[i]->ncolumns; k++)
			near_offer(&near, w->rels[i]->columns[k].name);
	if (near_best(&near) != NULL)
		(void)err_hint(w->err, "did you mean %s?",
		    quote_z(&q, near_best(&near)));
}

static int
is_table(const struct pgcatalog_relation *rel, const struct name *name)
{

	if (name->n == 1)
		return (1);
	if (rel->name == NULL ||
	    strcmp(name->part[name->n - 2], rel->name) != 0)
		return (0);
	return (name->n == 2 || strcmp(name->part[0], rel->schema) == 0);
}

/* The column that is meant by the text as it stands or, if there is none, by
 * the name that it is in SQL; rel->ncolumns when there is neither. */
static size_t
find(const struct pgcatalog_relation *rel, const char *text,
    const struct name *name)
{
	size_t i;

	for (i = 0; i < rel->ncolumns; i++)
		if (strcmp(rel->columns[i].name, text) == 0)
			return (i);
	if (!is_table(rel, name))
		return (rel->ncolumns);
	for (i = 0; i < rel->ncolumns; i++)
		if (strcmp(rel->columns[i].name,
		    name->part[name->n - 1]) == 0)
			break;
	return (i);
}

static int
pick_name(struct work *w, const char *text, pick_one *pick)
{
	struct name name;
	size_t i, at, found = 0;

	name_read(text, strlen(text), NAME_LOWER, &name, w->a);
	for (i = 0; i < w->n; i++) {
		at = find(w->rels[i], text, &name);
		if (at == w->rels[i]->ncolumns)
			continue;
		if (pick(w, i, at) != 0)
			return (usage(w, text, "column given twice:"));
		found++;
	}
	if (found > 0)
		return (0);
	(void)usage(w, text, "there is no column");
	hint_column(w, name.part[name.n - 1]);
	return (-1);
}

/* Take the names in ${list} apart at commas, but for those in quotes. */
static int
pick_list(struct work *w, const struct opt_list *list, pick_one *pick)
{
	const char *s, *end;
	int quoted;
	size_t i;

	for (i = 0; i < list->n; i++) {
		for (s = list->v[i];; s = end + 1) {
			quoted = 0;
			for (end = s; *end != '\0' &&
			    (quoted || *end != ','); end++)
				quoted ^= *end == '"';
			if (pick_name(w, arena_dup(w->a, s,
			    (size_t)(end - s)), pick) != 0)
				return (-1);
			if (*end == '\0')
				break;
		}
	}
	return (0);
}

static int
add_one(struct work *w, size_t rel, size_t i)
{
	struct pgpick *p = &w->picks[rel];
	size_t k;

	for (k = 0; k < p->n; k++)
		if (p->columns[k] == i)
			return (-1);
	p->columns[p->n++] = i;
	return (0);
}

static int
remove_one(struct work *w, size_t rel, size_t i)
{
	struct pgpick *p = &w->picks[rel];
	size_t k;

	for (k = 0; k < p->n && p->columns[k] != i; k++)
		continue;
	if (k < p->n)
		memmove(&p->columns[k], &p->columns[k + 1],
		    (--p->n - k) * sizeof(*p->columns));
	return (0);
}

static void
add_all(struct pgpick *p, const struct pgcatalog_relation *rel)
{
	size_t i;

	for (i = 0; i < rel->ncolumns; i++)
		p->columns[p->n++] = i;
}

int
pgpick_columns(struct pgcatalog_relation *const *rels, size_t n,
    const struct opt_list *columns, const struct opt_list *exclude,
    struct pgpick *picks, struct arena *a, struct err *err)
{
	struct work w = { rels, n, picks, a, err, "columns" };
	size_t i;

	for (i = 0; i < n; i++) {
		picks[i].n = 0;
		picks[i].columns = arena_alloc(a, rels[i]->ncolumns *
		    sizeof(*picks[i].columns));
	}
	if (pick_list(&w, columns, add_one) != 0)
		return (-1);
	for (i = 0; i < n; i++)
		if (picks[i].n == 0)
			add_all(&picks[i], rels[i]);
	w.option = "exclude";
	if (pick_list(&w, exclude, remove_one) != 0)
		return (-1);
	for (i = 0; i < n; i++)
		if (picks[i].n == 0 && rels[i]->ncolumns > 0)
			return (usage(&w, rels[i]->name == NULL ? "query" :
			    rels[i]->name, "no column is left of"));
	return (0);
}
