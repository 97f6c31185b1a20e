/*
 * json_bench FILE [ENGINE] - how fast the reader goes over the NDJSON in FILE
 *
 * Reads FILE into memory, then for each engine times json_read_object on
 * every line, a few times over, and prints the best rate.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/infile.h"
#include "base/mem.h"
#include "json/json.h"

#define BYTES 1.5e9	/* to read for each engine, in all */

/* Where the lines end; the search for line ends is not what is timed. */
static size_t *
find_lines(const struct buf *b, size_t *n)
{
	size_t *ends = NULL, cap = 0, at = 0;
	const char *lf;

	for (*n = 0; at < b->len; at++) {
		lf = memchr(b->s + at, '\n', b->len - at);
		at = lf == NULL ? b->len : (size_t)(lf - b->s);
		ends = mem_grow(ends, &cap, *n + 1, sizeof(*ends));
		ends[(*n)++] = at;
	}
	return (ends);
}

static void
read_lines(struct json_reader *r, const struct buf *b, const size_t *ends,
    size_t n)
{
	struct err err = ERR_INIT;
	size_t i, at = 0;

	for (i = 0; i < n; i++) {
		if (json_read_object(r, b->s + at, ends[i] - at, &err) != 0)
			diag_exit(&err, DIAG_BADINPUT);
		at = ends[i] + 1;
	}
}

int
main(int argc, char *argv[])
{
	static const char *const engines[] = { "portable", "sse2", "avx2" };
	struct json_reader *r = json_reader_new();
	struct err err = ERR_INIT;
	struct buf b = { 0 };
	double start, best, t;
	size_t i, rows, *ends;
	int round;

	diag_init("json_bench");
	if (argc < 2 || argc > 3)
		diag_die(DIAG_USAGE, "usage: json_bench FILE [ENGINE]");
	if (infile_read(argv[1], SIZE_MAX / 2, &b, &err) != 0)
		diag_exit(&err, DIAG_FAIL);
	ends = find_lines(&b, &rows);
	for (i = 0; i < sizeof(engines) / sizeof(engines[0]); i++) {
		if (argc == 3 && strcmp(argv[2], engines[i]) != 0)
			continue;
		if (json_reader_engine(engines[i]) != 0) {
			printf("%-10s not here\n", engines[i]);
			continue;
		}
		best = 0;
		for (round = 0; round < 3 ||
		    round * (double)b.len < BYTES; round++) {
			start = clock_seconds();
			read_lines(r, &b, ends, rows);
			t = clock_seconds() - start;
			if (best == 0 || t < best)
				best = t;
		}
		printf("%-10s %.2f GB/s  %.0f ns a row of %.0f bytes\n",
		    engines[i], (double)b.len / best / 1e9,
		    best / (double)rows * 1e9, (double)b.len / (double)rows);
	}
	mem_free(ends);
	buf_free(&b);
	json_reader_free(r);
	return (0);
}
