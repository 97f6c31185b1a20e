#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/grid.h"
#include "base/quote.h"
#include "db/migrate_session.h"
#include "db/runlock.h"
#include "json/json.h"
#include "row/output.h"

struct counts {
	size_t	applied, open, failed, trouble;
};

static const char *
state_of(const struct plan_step *s)
{

	if (s->migration != NULL && s->migration->elsewhere)
		return ("not for this engine");
	return (history_state_name(s->state));
}

static struct counts
count(const struct plan *p)
{
	struct counts c = { 0, 0, 0, p->nproblems };
	size_t i;

	for (i = 0; i < p->n; i++) {
		c.applied += p->v[i].applied != 0;
		c.open += plan_is_open(&p->v[i]) != 0;
		c.failed += plan_is_trouble(&p->v[i]) != 0;
	}
	c.trouble += c.failed;
	return (c);
}

/*
 * For programs: a row for each migration.
 */

static void
put_member(struct buf *b, const char *key, const char *value)
{

	buf_printf(b, ",\"%s\":", key);
	if (value == NULL)
		buf_puts(b, "null");
	else
		json_put_z(b, value);
}

static void
put_problems(struct buf *b, const struct plan *p, size_t step)
{
	static const char *const kinds[] = {
		"unreadable", "missing-dependency", "cycle", "changed",
		"out-of-order", "partly-replaced", "gone"
	};
	const char *gap = "";
	size_t i;

	buf_puts(b, ",\"problems\":[");
	for (i = 0; i < p->nproblems; i++) {
		if (p->problems[i].step != step)
			continue;
		buf_printf(b, "%s{\"kind\":\"%s\"", gap,
		    kinds[p->problems[i].kind]);
		put_member(b, "message", p->problems[i].text);
		put_member(b, "hint", p->problems[i].options);
		buf_putc(b, '}');
		gap = ",";
	}
	buf_putc(b, ']');
}

/* The first step that "up" would run; p->n: there is none. */
static size_t
first_open(const struct plan *p)
{
	size_t i;

	for (i = 0; i < p->n && !plan_is_open(&p->v[i]); i++)
		continue;
	return (i);
}

/* The command that goes on where nothing has failed, if there is one: not
 * where something is wrong that only its user can judge. */
static void
put_next(const struct migrate_session *ms, struct buf *next)
{
	const struct plan *p = &ms->plan;

	if (plan_stops(p, 1) != NULL || first_open(p) == p->n)
		return;
	if (plan_stops(p, 0) == NULL)
		migrate_put_command(ms, next, "up", NULL, NULL);
	else
		migrate_put_command(ms, next, "up", "--allow-out-of-order",
		    NULL);
}

static void
put_json(struct migrate_session *ms, size_t i, const struct counts *c,
    struct buf *b)
{
	const struct plan_step *s = &ms->plan.v[i];
	struct buf why = { 0 }, next = { 0 };
	size_t k;

	buf_puts(b, "{\"name\":");
	json_put_z(b, s->name);
	put_member(b, "state", state_of(s));
	put_member(b, "description", s->migration == NULL ? NULL :
	    s->migration->description);
	buf_puts(b, ",\"depends\":[");
	for (k = 0; s->migration != NULL && k < s->migration->depends.n; k++) {
		buf_puts(b, k == 0 ? "" : ",");
		json_put_z(b, s->migration->depends.v[k]);
	}
	buf_puts(b, "],");
	history_put_json(s->row, b);
	put_problems(b, &ms->plan, i);
	migrate_explain(ms, s, &why, &next);
	if (c->failed == 0 && i == first_open(&ms->plan))
		put_next(ms, &next);
	put_member(b, "explanation", why.len == 0 ? NULL : buf_z(&why));
	put_member(b, "next", next.len == 0 ? NULL : buf_z(&next));
	buf_putc(b, '}');
	buf_free(&why);
	buf_free(&next);
}

/*
 * For people.
 */

static void
put_table(const struct plan *p, struct buf *b)
{
	const struct plan_step *s;
	struct grid *g = grid_new();
	char text[64];
	size_t i;

	grid_column(g, "Migration", GRID_LEFT, 0);
	grid_column(g, "State", GRID_LEFT, 0);
	grid_column(g, "When", GRID_LEFT, 0);
	grid_column(g, "Rows", GRID_RIGHT, 0);
	grid_column(g, "Seconds", GRID_RIGHT, 0);
	grid_column(g, "Description", GRID_LEFT, 60);
	for (i = 0; i < p->n; i++) {
		s = &p->v[i];
		grid_cell_z(g, s->name);
		grid_cell_z(g, state_of(s));
		(void)snprintf(text, sizeof(text), "%.16sZ", s->row == NULL ?
		    "" : s->row->finished != NULL ? s->row->finished :
		    s->row->started);
		grid_cell_z(g, s->row == NULL ? NULL : text);
		(void)snprintf(text, sizeof(text), "%" PRId64,
		    s->row == NULL ? -1 : s->row->rows);
		grid_cell_z(g, text[0] == '-' ? NULL : text);
		(void)snprintf(text, sizeof(text), "%.1f", s->row == NULL ?
		    -1 : (double)s->row->ms / 1000);
		grid_cell_z(g, text[0] == '-' ? NULL : text);
		grid_cell_z(g, s->migration == NULL ? NULL :
		    s->migration->description);
	}
	if (p->n > 0)
		grid_put(g, 0, b);
	grid_free(g);
}

/* What is wrong, and the command that goes on. */
static void
put_words(struct migrate_session *ms, const struct counts *c, struct buf *b)
{
	const struct plan *p = &ms->plan;
	struct buf next = { 0 }, why = { 0 }, who = { 0 },
	    later = { 0 };
	struct err ignored = ERR_INIT;
	const struct plan_step *s;
	struct quote q;
	size_t i;

	for (i = 0; i < p->n; i++) {
		s = &p->v[i];
		why.len = 0;
		migrate_explain(ms, s, &why, next.len == 0 ? &next : &later);
		if (why.len > 0)
			buf_printf(b, "\n%s: %s.\n", quote_z(&q, s->name),
			    buf_z(&why));
	}
	for (i = 0; i < p->nproblems; i++) {
		buf_printf(b, "\nProblem: %s.\n", p->problems[i].text);
		if (p->problems[i].options[0] != '\0')
			buf_printf(b, "Options: %s.\n",
			    p->problems[i].options);
	}
	if (next.len == 0)
		put_next(ms, &next);
	if (runlock_holder(runner_engine(ms->r), &who, &ignored) == 1)
		buf_printf(b, "\nSomebody runs migrations now: %s.\n",
		    buf_z(&who));
	buf_free(&who);
	buf_printf(b, "\n%zu applied, %zu to do, on %s.\n", c->applied,
	    c->open, runner_place(ms->r));
	if (next.len > 0)
		buf_printf(b, "Next: %s\n", buf_z(&next));
	buf_free(&later);
	buf_free(&next);
	buf_free(&why);
}

static int
say(struct migrate_session *ms, struct err *err)
{
	struct counts c = count(&ms->plan);
	struct buf b = { 0 };
	size_t i;
	int rc;

	if (ms->m->json) {
		for (i = 0; i < ms->plan.n; i++) {
			put_json(ms, i, &c, &b);
			buf_putc(&b, '\n');
		}
	} else {
		put_table(&ms->plan, &b);
		put_words(ms, &c, &b);
	}
	rc = output_all(&b, err);
	buf_free(&b);
	return (rc != 0 ? -1 : c.trouble > 0 ? DIAG_FINDINGS : DIAG_OK);
}

int
migrate_status(const struct migrate *m, char **argv, struct err *err)
{
	struct migrate_session ms;
	int rc = -1;

	if (migrate_none(argv, err) != 0)
		return (-1);
	if (migrate_open(&ms, m, MIGRATE_LOOK, err) == 0)
		rc = say(&ms, err);
	migrate_close(&ms);
	return (rc);
}
