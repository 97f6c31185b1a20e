/*
 * json_bench FILE [ENGINE] - how fast the reader goes over the NDJSON in FILE
 *
 * Reads FILE into memory, then for each engine times json_read_object on
 * every line, a few times over, and prints the best rate.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "json/json.h"

#define BYTES 1.5e9	/* to read for each engine, in all */

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return ((double)t.tv_sec + (double)t.tv_nsec / 1e9);
}

static void
load(struct buf *b, const char *name)
{
	FILE *f = fopen(name, "rb");
	size_t n;

	if (f == NULL)
		diag_die(DIAG_FAIL, "could not open %s", name);
	do {
		n = fread(buf_need(b, 1 << 20), 1, 1 << 20, f);
		b->len += n;
	} while (n > 0);
	(void)fclose(f);
}

/* Read all lines once; returns how many there were. */
static size_t
read_lines(struct json_reader *r, const struct buf *b)
{
	const char *p = b->s, *end = b->s + b->len, *lf;
	struct err err = ERR_INIT;
	size_t rows = 0;

	for (; p < end; p = lf + 1) {
		if ((lf = memchr(p, '\n', (size_t)(end - p))) == NULL)
			lf = end;
		if (json_read_object(r, p, (size_t)(lf - p), &err) != 0)
			diag_exit(&err, DIAG_BADINPUT);
		rows++;
	}
	return (rows);
}

int
main(int argc, char *argv[])
{
	static const char *const engines[] = { "portable", "sse2", "avx2" };
	struct json_reader *r = json_reader_new();
	struct buf b = { 0 };
	double start, best, t;
	size_t i, rows = 0;
	int round;

	diag_init("json_bench");
	if (argc < 2 || argc > 3)
		diag_die(DIAG_USAGE, "usage: json_bench FILE [ENGINE]");
	load(&b, argv[1]);
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
			start = now();
			rows = read_lines(r, &b);
			t = now() - start;
			if (best == 0 || t < best)
				best = t;
		}
		printf("%-10s %.2f GB/s  %.0f ns a row of %.0f bytes\n",
		    engines[i], (double)b.len / best / 1e9,
		    best / (double)rows * 1e9, (double)b.len / (double)rows);
	}
	buf_free(&b);
	json_reader_free(r);
	return (0);
}
