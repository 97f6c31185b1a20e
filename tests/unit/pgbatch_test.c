#include <stdio.h>
#include <string.h>

#include "db/pgbatch.h"
#include "row/row.h"

#include "tap.h"

/* Only their addresses count here. */
static const char places[PGBATCH_LANES + 1];

static const struct pgset *
set_at(size_t i)
{

	return ((const struct pgset *)(const void *)&places[i]);
}

/* Add a row whose data are "${n}\tdata\n". */
static int
add(struct pgbatch *b, struct pgbatch_lane *lane, uint64_t n, const char *key)
{
	struct row row = {
		.s = "{\"the\":\"line\"}", .len = 14, .file = "f",
		.line = n, .offset = n * 10,
	};
	size_t at = lane->data.len;

	buf_printf(&lane->data, "%zu\tdata%d\n", lane->nrows, (int)n);
	return (pgbatch_add(b, lane, &row, at, key,
	    key == NULL ? 0 : strlen(key)));
}

static void
test_keys(void)
{
	struct pgbatch *b = pgbatch_new(0);
	struct pgbatch_lane *lane = pgbatch_lane(b, set_at(0));
	char key[32];
	int i, wrong = 0, room = 1;

	ok(!pgbatch_has_key(b, "1\t", 2), "an empty batch has no key");
	for (i = 0; i < PGBATCH_ROWS; i++) {
		(void)snprintf(key, sizeof(key), "%d\t", i);
		wrong += pgbatch_has_key(b, key, strlen(key));
		room = add(b, lane, (uint64_t)i, key);
		wrong += !pgbatch_has_key(b, key, strlen(key));
		if (i + 1 < PGBATCH_ROWS)
			wrong += !room;
	}
	ok(wrong == 0, "a key is there once it was added, not before");
	ok(!room, "so many rows are a full batch");
	ok(!pgbatch_has_key(b, "1", 1), "a part of a key is another one");
	pgbatch_clear(b);
	ok(!pgbatch_has_key(b, "1\t", 2), "an emptied batch has none");
	lane = pgbatch_lane(b, set_at(0));
	(void)add(b, lane, 1, NULL);
	ok(!pgbatch_has_key(b, "", 0), "a row may have no key");
	pgbatch_free(b);
}

static void
test_lanes(void)
{
	struct pgbatch *b = pgbatch_new(0);
	size_t i;

	for (i = 0; i < PGBATCH_LANES; i++)
		if (pgbatch_lane(b, set_at(i)) == NULL)
			break;
	ok(i == PGBATCH_LANES, "there are so many lanes");
	ok(pgbatch_lane(b, set_at(i)) == NULL, "and no more");
	ok(pgbatch_lane(b, set_at(3)) == &b->lanes[3],
	    "the same columns find the same lane");
	pgbatch_free(b);
}

static void
test_rows(void)
{
	struct pgbatch *b = pgbatch_new(1), *held = pgbatch_new(1);
	struct pgbatch_lane *lane = pgbatch_lane(b, set_at(1));
	struct row row;
	int i;

	for (i = 5; i < 9; i++)
		(void)add(b, lane, (uint64_t)i, NULL);
	pgbatch_row(b, lane, 2, &row);
	ok(row.line == 7 && row.offset == 70 && strcmp(row.file, "f") == 0,
	    "a row knows where it came from");
	is_text(row.s, row.len, "{\"the\":\"line\"}", "and its line");
	(void)pgbatch_take(held, b, lane, 2, PGBATCH_TEXT);
	(void)pgbatch_take(held, b, lane, 3, PGBATCH_TEXT);
	is_text(held->lanes[0].data.s, held->lanes[0].data.len,
	    "0\tdata7\n1\tdata8\n", "rows that move are numbered anew");
	pgbatch_clear(b);
	pgbatch_row(held, &held->lanes[0], 1, &row);
	ok(row.line == 8, "and keep where they came from");
	is_text(row.s, row.len, "{\"the\":\"line\"}", "and their lines");
	pgbatch_free(b);
	pgbatch_free(held);
	pgbatch_free(NULL);
}

int
main(void)
{

	test_keys();
	test_lanes();
	test_rows();
	return (tap_done());
}
