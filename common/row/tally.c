#include <inttypes.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/grid.h"
#include "base/mem.h"
#include "base/quote.h"
#include "base/seen.h"
#include "row/diffrow.h"
#include "row/keyed.h"
#include "row/ledger.h"
#include "row/stats.h"
#include "row/tally.h"

#define NAME_MOST	60	/* columns of the terminal */
#define REPEATS_SAID	10	/* keys */

struct tally {
	uint64_t		 found[DIFFER_OPS];
	uint64_t		 repeated, same;
	struct seen		*fields;	/* name: place in changes */
	uint64_t		*changes;	/* rows in which it has */
	size_t			 n, cap;
	struct arena		*arena;		/* of a name with escapes */
	const struct keyed	*side[2];
};

struct tally *
tally_new(void)
{
	struct tally *t = mem_alloc(sizeof(*t));

	t->fields = seen_new();
	t->arena = arena_new();
	return (t);
}

void
tally_found(struct tally *t, enum differ_op op,
    const struct json_value *fields, size_t n)
{
	const char *name;
	uint64_t place;
	size_t i, len;

	t->found[op]++;
	arena_reset(t->arena);
	for (i = 0; i < n; i++) {
		name = json_string(&fields[i], t->arena, &len);
		if (seen_add(t->fields, name, len, t->n, &place)) {
			place = t->n++;
			t->changes = mem_grow(t->changes, &t->cap, t->n,
			    sizeof(*t->changes));
			t->changes[place] = 0;
		}
		t->changes[place]++;
	}
}

void
tally_repeats(struct tally *t, const struct keyed *k, const struct key *key,
    const struct differ_row *row, uint64_t n)
{
	struct buf b = { 0 };
	struct quote q, q2;

	if (t->repeated++ >= REPEATS_SAID)
		return;
	diffrow_put_key(&b, key, row);
	diag_warn("file %s: %" PRIu64 " rows have the key %s, the last in"
	    " line %" PRIu64, quote_z(&q, keyed_name(k)), n,
	    quote(&q2, b.s, b.len), row->line);
	buf_free(&b);
	if (t->repeated == REPEATS_SAID)
		diag_hint("further keys that repeat are only counted; rows of"
		    " such a key are added and removed, never changed");
}

void
tally_end(struct tally *t, const struct keyed *a, const struct keyed *b,
    uint64_t same)
{

	t->side[0] = a;
	t->side[1] = b;
	t->same = same;
}

int
tally_differ(const struct tally *t)
{

	return (t->found[DIFFER_REMOVE] + t->found[DIFFER_ADD] +
	    t->found[DIFFER_CHANGE] + t->repeated > 0);
}

void
tally_say(const struct tally *t)
{
	struct quote q, q2;

	diag_note("%" PRIu64 " rows in %s, %" PRIu64 " in %s: %" PRIu64
	    " same, %" PRIu64 " removed, %" PRIu64 " added, %" PRIu64
	    " changed", keyed_rows(t->side[0]),
	    quote_z(&q, keyed_name(t->side[0])), keyed_rows(t->side[1]),
	    quote_z(&q2, keyed_name(t->side[1])), t->same,
	    t->found[DIFFER_REMOVE], t->found[DIFFER_ADD],
	    t->found[DIFFER_CHANGE]);
	if (t->repeated > 0)
		diag_note("%" PRIu64 " keys repeat", t->repeated);
}

static void
add_row(struct grid *g, const struct buf *what, uint64_t n)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%" PRIu64, n);
	grid_cell(g, what->s, what->len);
	grid_cell_z(g, text);
}

static void
add_count(struct grid *g, const char *what, const char *more, uint64_t n)
{
	struct buf b = { 0 };

	buf_printf(&b, "%s%s%s%s", what, more != NULL ? " (" : "",
	    more != NULL ? more : "", more != NULL ? ")" : "");
	add_row(g, &b, n);
	buf_free(&b);
}

static void
add_changes(const struct tally *t, struct grid *g)
{
	struct buf b = { 0 };
	const char *name;
	uint64_t place;
	size_t at = 0, len;

	while (seen_next(t->fields, &at, &name, &len, &place)) {
		b.len = 0;
		buf_puts(&b, "  in ");
		buf_put(&b, name, len);
		add_row(g, &b, t->changes[place]);
	}
	buf_free(&b);
}

void
tally_put(const struct tally *t, int keyed, struct buf *b)
{
	struct grid *g = grid_new();

	grid_column(g, NULL, GRID_LEFT, NAME_MOST);
	grid_column(g, "rows", GRID_RIGHT, 0);
	add_count(g, "A", keyed_name(t->side[0]), keyed_rows(t->side[0]));
	add_count(g, "B", keyed_name(t->side[1]), keyed_rows(t->side[1]));
	add_count(g, "same", NULL, t->same);
	if (keyed)
		add_count(g, "keys that repeat", NULL, t->repeated);
	add_count(g, "only in A", "remove", t->found[DIFFER_REMOVE]);
	add_count(g, "only in B", "add", t->found[DIFFER_ADD]);
	add_count(g, "changed", NULL, t->found[DIFFER_CHANGE]);
	add_changes(t, g);
	grid_put(g, 0, b);
	grid_free(g);
}

int
tally_stats(const struct tally *t, const char *path, int status,
    double seconds, struct err *err)
{
	const uint64_t a = keyed_rows(t->side[0]), b = keyed_rows(t->side[1]);
	const struct ledger ledger = {
		.in = a + b,
		.bytes = keyed_bytes(t->side[0]) + keyed_bytes(t->side[1]),
		.out = t->found[DIFFER_REMOVE] + t->found[DIFFER_ADD] +
		    t->found[DIFFER_CHANGE]
	};
	struct buf more = { 0 };
	int rc;

	buf_printf(&more, "\"a\":%" PRIu64 ",\"b\":%" PRIu64 ",\"same\":%"
	    PRIu64 ",\"removed\":%" PRIu64 ",\"added\":%" PRIu64
	    ",\"changed\":%" PRIu64 ",\"repeated\":%" PRIu64, a, b, t->same,
	    t->found[DIFFER_REMOVE], t->found[DIFFER_ADD],
	    t->found[DIFFER_CHANGE], t->repeated);
	rc = stats_write(path, status, seconds, &ledger, &more, err);
	buf_free(&more);
	return (rc);
}

void
tally_free(struct tally *t)
{

	if (t == NULL)
		return;
	seen_free(t->fields);
	mem_free(t->changes);
	arena_free(t->arena);
	mem_free(t);
}
