#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/near.h"
#include "base/quote.h"
#include "db/plan.h"

#define NOWHERE ((size_t)-1)

struct work {
	struct plan		*p;
	struct arena		*a;
	const struct history_rows *rows;
	const char		*command;	/* that of the user */
	const char		*dir;
	size_t			 cap;	/* of p->problems */
};

/*
 * Problems.
 */

static void
add_problem(struct work *w, enum plan_kind kind, size_t step,
    const char *text, const char *options)
{
	struct plan *p = w->p;
	struct plan_problem *more;

	if (p->nproblems == w->cap) {
		w->cap = 2 * w->cap + 4;
		more = arena_alloc(w->a, w->cap * sizeof(*more));
		if (p->nproblems > 0)
			memcpy(more, p->problems,
			    p->nproblems * sizeof(*more));
		p->problems = more;
	}
	p->problems[p->nproblems++] = (struct plan_problem){
		.kind = kind, .step = step,
		.text = arena_dup(w->a, text, strlen(text)),
		.options = arena_dup(w->a, options, strlen(options))
	};
}

/*
 * Steps, by name at first.
 */

static int
by_name(const void *x, const void *y)
{
	const struct plan_step *a = x, *b = y;

	return (strcmp(a->name, b->name));
}

/* The step of that name while they stand by name. */
static size_t
find_sorted(const struct plan *p, const char *name)
{
	const struct plan_step key = { .name = name };
	const struct plan_step *s;

	s = p->n == 0 ? NULL : bsearch(&key, p->v, p->n, sizeof(*p->v),
	    by_name);
	return (s == NULL ? NOWHERE : (size_t)(s - p->v));
}

static void
judge(struct plan_step *s)
{
	const struct history_row *row = s->row;

	if (row == NULL)
		return;
	s->state = row->state;
	s->applied = row->state == HISTORY_COMPLETED;
	/* A transaction that failed has left nothing. */
	s->broken = row->state == HISTORY_RUNNING ||
	    (row->state == HISTORY_FAILED && row->kind != HISTORY_SQL);
}

/* The migrations of the folder, and what history alone knows. */
static int
gather(struct work *w, const char *dir, enum migration_engine engine,
    struct err *err)
{
	struct opt_list names = { 0 };
	struct err why = ERR_INIT, *copy;
	struct plan *p = w->p;
	struct plan_step *s;
	size_t i;

	if (migration_list(dir, &names, w->a, err) != 0)
		return (-1);
	p->v = arena_alloc(w->a, (names.n + w->rows->n + 1) * sizeof(*p->v));
	memset(p->v, 0, (names.n + w->rows->n + 1) * sizeof(*p->v));
	for (i = 0; i < names.n; i++) {
		s = &p->v[p->n++];
		s->name = names.v[i];
		s->row = history_find(w->rows, s->name);
		judge(s);
		s->migration = migration_read(dir, s->name, engine, w->a,
		    &why);
		if (s->migration == NULL) {
			copy = arena_alloc(w->a, sizeof(*copy));
			*copy = why;
			s->why = copy;
		}
	}
	for (i = 0; i < w->rows->n; i++) {
		if (opt_given(&names, w->rows->v[i].name))
			continue;
		s = &p->v[p->n++];
		s->name = w->rows->v[i].name;
		s->row = &w->rows->v[i];
		judge(s);
	}
	return (0);
}

/*
 * Order.
 */

/* For each step, which others it stands after; those that a step replaces are
 * the step itself. */
struct edges {
	size_t	*stands_for;	/* beside p->v: itself, or who replaced it */
	size_t	*from, *to;	/* dependency, dependent */
	size_t	 n, cap;
	size_t	*waits;		/* how many dependencies are not placed */
};

static void
add_edge(struct edges *e, size_t from, size_t to)
{
	size_t cap = e->cap;

	e->from = mem_grow(e->from, &cap, e->n + 1, sizeof(*e->from));
	cap = e->cap;
	e->to = mem_grow(e->to, &cap, e->n + 1, sizeof(*e->to));
	e->cap = cap;
	e->from[e->n] = from;
	e->to[e->n++] = to;
	e->waits[to]++;
}

static void
edges_free(struct edges *e)
{

	mem_free(e->stands_for);
	mem_free(e->from);
	mem_free(e->to);
	mem_free(e->waits);
}

/* Who in the folder says that it replaces ${name}? */
static size_t
replaced_by(const struct plan *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (p->v[i].migration != NULL &&
		    opt_given(&p->v[i].migration->replaces, name))
			return (i);
	return (NOWHERE);
}

static void
missing(struct work *w, size_t step, const char *name)
{
	struct buf text = { 0 }, options = { 0 };
	struct quote q, r;
	struct near near;
	size_t i;

	buf_printf(&text, "migration %s depends on %s, which is not there",
	    quote_z(&q, w->p->v[step].name), quote_z(&r, name));
	near_start(&near, name);
	for (i = 0; i < w->p->n; i++)
		if (i != step && w->p->v[i].migration != NULL)
			near_offer(&near, w->p->v[i].name);
	if (near_best(&near) != NULL)
		buf_printf(&options, "did you mean %s?  ", quote_z(&q,
		    near_best(&near)));
	buf_puts(&options, "add it to the folder, or take it out of "
	    "\"depends:\"");
	add_problem(w, PLAN_MISSING, step, buf_z(&text), buf_z(&options));
	buf_free(&text);
	buf_free(&options);
}

static void
find_edges(struct work *w, struct edges *e)
{
	const struct migration *m;
	struct plan *p = w->p;
	size_t i, k, on;

	e->stands_for = mem_array(p->n + 1, sizeof(*e->stands_for));
	e->waits = mem_array(p->n + 1, sizeof(*e->waits));
	for (i = 0; i < p->n; i++) {
		e->stands_for[i] = i;
		if (p->v[i].migration == NULL &&
		    (on = replaced_by(p, p->v[i].name)) != NOWHERE)
			e->stands_for[i] = on;
	}
	for (i = 0; i < p->n; i++) {
		if ((m = p->v[i].migration) == NULL)
			continue;
		for (k = 0; k < m->depends.n; k++) {
			on = find_sorted(p, m->depends.v[k]);
			if (on == NOWHERE)
				on = replaced_by(p, m->depends.v[k]);
			else
				on = e->stands_for[on];
			/* What is gone and was not squashed is no help on
			 * the next database. */
			if (on == NOWHERE || (p->v[on].migration == NULL &&
			    p->v[on].why == NULL &&
			    p->v[on].state != HISTORY_SQUASHED))
				missing(w, i, m->depends.v[k]);
			else if (on != i || strcmp(m->depends.v[k],
			    p->v[i].name) == 0)
				add_edge(e, on, i);
		}
	}
}

/* One that step ${at} waits for; where no step can be placed there is one. */
static size_t
waits_for(const struct edges *e, const unsigned char *placed, size_t at)
{
	size_t i;

	for (i = 0; i < e->n; i++)
		if (e->to[i] == at && !placed[e->from[i]])
			return (e->from[i]);
	return (at);
}

/* Name the steps of one circle: from any that waits, go to one it waits for
 * until one comes again. */
static void
say_cycle(struct work *w, const struct edges *e, const unsigned char *placed)
{
	unsigned char *seen = mem_array(w->p->n, 1);
	struct buf text = { 0 };
	struct quote q;
	size_t at, first;

	for (at = 0; placed[at]; at++)
		continue;
	while (!seen[at]) {
		seen[at] = 1;
		at = waits_for(e, placed, at);
	}
	first = at;
	buf_puts(&text, "migrations depend on each other in a circle: ");
	do {
		buf_printf(&text, "%s needs ", quote_z(&q,
		    w->p->v[at].name));
		at = waits_for(e, placed, at);
	} while (at != first);
	buf_puts(&text, quote_z(&q, w->p->v[first].name));
	add_problem(w, PLAN_CYCLE, first, buf_z(&text),
	    "take one of them out of a \"depends:\"");
	buf_free(&text);
	mem_free(seen);
}

/* Put the steps in order: of those that wait for nothing, the first by name.
 * What stands in a circle comes last.  Store in ${place} where each went. */
static void
order(struct work *w, struct edges *e, size_t *place)
{
	struct plan *p = w->p;
	unsigned char *placed = mem_array(p->n + 1, 1);
	struct plan_step *v;
	size_t n, i, k;

	v = arena_alloc(w->a, (p->n + 1) * sizeof(*v));
	for (i = 0; i < p->n; i++)
		place[i] = i;
	for (n = 0; n < p->n; n++) {
		for (i = 0; i < p->n && (placed[i] || e->waits[i] > 0); i++)
			continue;
		if (i == p->n)
			break;
		placed[i] = 1;
		place[i] = n;
		v[n] = p->v[i];
		for (k = 0; k < e->n; k++)
			if (e->from[k] == i)
				e->waits[e->to[k]]--;
	}
	if (n < p->n)
		say_cycle(w, e, placed);
	for (i = 0; i < p->n; i++) {
		if (placed[i])
			continue;
		place[i] = n;
		v[n++] = p->v[i];
	}
	p->v = v;
	mem_free(placed);
}

static void
arrange(struct work *w)
{
	struct edges e = { 0 };
	struct plan *p = w->p;
	size_t *place, i;

	if (p->n == 0)
		return;
	qsort(p->v, p->n, sizeof(*p->v), by_name);
	find_edges(w, &e);
	place = mem_array(p->n, sizeof(*place));
	order(w, &e, place);
	for (i = 0; i < p->nproblems; i++)
		p->problems[i].step = place[p->problems[i].step];
	mem_free(place);
	edges_free(&e);
}

/*
 * The folder against the history.
 */

/* Append the command after which no step from ${first} on is applied. */
static void
put_down(struct work *w, size_t first, struct buf *b)
{
	const struct plan_step *v = w->p->v;
	size_t *list, n, stays = 0;

	n = plan_applied(w->p, &list, w->a);
	while (stays < n && list[stays] < first)
		stays++;
	buf_printf(b, "\"%s down --to %s\"", w->command, stays == 0 ? "0" :
	    v[list[stays - 1]].name);
}

static void
look_for_change(struct work *w, size_t i)
{
	const struct plan_step *s = &w->p->v[i];
	struct buf b = { 0 }, options = { 0 };
	struct quote q;

	if (!s->applied || s->migration == NULL || s->row->hash == NULL ||
	    strcmp(s->row->hash, s->migration->hash) == 0)
		return;
	buf_printf(&b, "migration %s has changed since it was applied",
	    quote_z(&q, s->name));
	if (s->row->finished != NULL)
		buf_printf(&b, " (%.19sZ)", s->row->finished);
	buf_printf(&options, "bring the old text back and write a new "
	    "migration; or, when the text makes no difference, \"%s accept "
	    "%s\"; or take it back, and apply it anew: ", w->command,
	    s->name);
	put_down(w, i, &options);
	add_problem(w, PLAN_CHANGED, i, buf_z(&b), buf_z(&options));
	buf_free(&b);
	buf_free(&options);
}

static void
look_for_order(struct work *w, size_t i, size_t last)
{
	const struct plan_step *s = &w->p->v[i];
	struct buf b = { 0 }, options = { 0 };
	struct quote q, r;

	if (last == NOWHERE || i > last || !plan_is_open(s) || s->broken ||
	    s->stands_in)
		return;
	buf_printf(&b, "migration %s is not applied, but comes before %s, "
	    "which is", quote_z(&q, s->name),
	    quote_z(&r, w->p->v[last].name));
	buf_printf(&options, "\"%s up --allow-out-of-order\" applies it now; "
	    "or give it a later name; or take back what comes after it: ",
	    w->command);
	put_down(w, i, &options);
	buf_printf(&options, "; or, when its work is done already, \"%s "
	    "baseline %s\"", w->command, s->name);
	add_problem(w, PLAN_OUT_OF_ORDER, i, buf_z(&b), buf_z(&options));
	buf_free(&b);
	buf_free(&options);
}

static void
look_for_gone(struct work *w, size_t i)
{
	const struct plan_step *s = &w->p->v[i];
	struct buf b = { 0 };
	struct quote q;

	if (s->migration != NULL || s->why != NULL ||
	    (!s->applied && !s->broken) ||
	    replaced_by(w->p, s->name) != NOWHERE)
		return;
	buf_printf(&b, "migration %s %s, but is not in the folder",
	    quote_z(&q, s->name), s->applied ? "is applied" : "was begun");
	add_problem(w, PLAN_GONE, i, buf_z(&b), "bring it back from where "
	    "the other migrations come from: nobody can take it back or make "
	    "it again without it");
	buf_free(&b);
}

/* A migration that replaces others is not run where these were. */
static void
look_for_replaced(struct work *w, size_t i)
{
	struct plan_step *s = &w->p->v[i];
	const struct plan_step *old;
	const char *some = NULL, *none = NULL;
	struct buf b = { 0 }, options = { 0 }, attic = { 0 };
	struct quote q, r, t;
	size_t k;

	if (s->migration == NULL || s->applied)
		return;
	for (k = 0; k < s->migration->replaces.n; k++) {
		old = plan_find(w->p, s->migration->replaces.v[k]);
		if (old != NULL && old->applied)
			some = old->name;
		else
			none = s->migration->replaces.v[k];
	}
	s->stands_in = some != NULL && none == NULL;
	if (some == NULL || none == NULL)
		return;
	buf_printf(&b, "migration %s replaces %s, which is applied, and %s, "
	    "which is not", quote_z(&q, s->name), quote_z(&r, some),
	    quote_z(&t, none));
	buf_puts(&options, "apply the rest of them first, from the folder in "
	    "which \"squash\" has put them, \"");
	buf_printf(&attic, "%s/" PLAN_ATTIC, w->dir);
	buf_printf(&options, "%s --dir ", w->command);
	quote_shell(buf_z(&attic), &options);
	buf_free(&attic);
	buf_puts(&options, " up\", or take them back there");
	add_problem(w, PLAN_PARTLY, i, buf_z(&b), buf_z(&options));
	buf_free(&options);
	buf_free(&b);
}

int
plan_read(const char *dir, enum migration_engine engine,
    const struct history_rows *rows, const char *command, struct plan *p,
    struct arena *a, struct err *err)
{
	struct work w = {
		.p = p, .a = a, .rows = rows, .command = command, .dir = dir
	};
	size_t i, last = NOWHERE;

	memset(p, 0, sizeof(*p));
	if (gather(&w, dir, engine, err) != 0)
		return (-1);
	arrange(&w);
	for (i = 0; i < p->n; i++)
		if (p->v[i].applied && p->v[i].migration != NULL)
			last = i;
	for (i = 0; i < p->n; i++) {
		if (p->v[i].why != NULL) {
			add_problem(&w, PLAN_UNREADABLE, i, p->v[i].why->msg,
			    p->v[i].why->hint);
			p->problems[p->nproblems - 1].status =
			    p->v[i].why->status;
		}
		look_for_replaced(&w, i);
		look_for_change(&w, i);
		look_for_order(&w, i, last);
		look_for_gone(&w, i);
	}
	return (0);
}

const struct plan_problem *
plan_stops(const struct plan *p, int allow_out_of_order)
{
	size_t i;

	for (i = 0; i < p->nproblems; i++) {
		if (p->problems[i].kind == PLAN_GONE &&
		    !p->v[p->problems[i].step].broken)
			continue;
		if (p->problems[i].kind != PLAN_OUT_OF_ORDER ||
		    !allow_out_of_order)
			return (&p->problems[i]);
	}
	return (NULL);
}

struct plan_step *
plan_find(const struct plan *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (strcmp(p->v[i].name, name) == 0)
			return (&p->v[i]);
	return (NULL);
}

int
plan_is_open(const struct plan_step *s)
{

	return (s->migration != NULL && !s->migration->elsewhere &&
	    !s->applied && s->state != HISTORY_SQUASHED);
}

int
plan_is_trouble(const struct plan_step *s)
{

	/* Of a transaction that failed nothing is left; when its files are
	 * gone as well, it is as if it had never been. */
	return (s->broken || (s->state == HISTORY_FAILED &&
	    (s->migration != NULL || s->why != NULL)));
}

static int64_t
when(const struct plan_step *s)
{

	/* What was begun last has not got its place yet. */
	return (s->broken || s->row->applied == 0 ? INT64_MAX / 2 + s->row->id :
	    s->row->applied);
}

size_t
plan_applied(const struct plan *p, size_t **list, struct arena *a)
{
	size_t n = 0, i, k;

	*list = arena_alloc(a, (p->n + 1) * sizeof(**list));
	for (i = 0; i < p->n; i++) {
		if (!p->v[i].applied && !p->v[i].broken)
			continue;
		for (k = n++; k > 0 && when(&p->v[(*list)[k - 1]]) >
		    when(&p->v[i]); k--)
			(*list)[k] = (*list)[k - 1];
		(*list)[k] = i;
	}
	return (n);
}
