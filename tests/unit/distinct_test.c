/*
 * Counting different values: exactly, and about.
 */
#include <inttypes.h>
#include <math.h>

#include "base/distinct.h"
#include "base/hash.h"
#include "base/hll.h"
#include "base/mem.h"

#include "tap.h"

/* The estimate of ${n} values that are as alike as values can be. */
static double
hll_off(int precision, uint64_t n, uint64_t seed)
{
	struct hll *h = hll_new(precision);
	double got;
	uint64_t i;
	char text[32];

	for (i = 0; i < n; i++) {
		(void)snprintf(text, sizeof(text), "%08" PRIu64, i);
		hll_add(h, hash_bytes(text, strlen(text), seed).b);
	}
	got = (double)hll_count(h);
	hll_free(h);
	return (got / (double)n - 1);
}

static void
test_hll(void)
{
	static const uint64_t counts[] = { 1, 10, 100, 1000, 5000, 12000,
	    20000, 40000, 100000 };
	struct hll *h = hll_new(14);
	double off, square, worst;
	size_t i, k;

	ok(hll_count(h) == 0, "a sketch of nothing counts 0");
	hll_add(h, 0);
	hll_add(h, 0);
	ok(hll_count(h) == 1, "a hash of no bits is a value like others");
	hll_free(h);
	ok(fabs(hll_error(14) - 0.008125) < 1e-9,
	    "2^14 registers have a standard error of 0.81 percent");
	/* Twenty runs each: the mean square must be near the error's. */
	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		square = worst = 0;
		for (k = 0; k < 20; k++) {
			off = hll_off(12, counts[i], k);
			square += off * off / 20;
			worst = fabs(off) > worst ? fabs(off) : worst;
		}
		ok(sqrt(square) < 1.6 * hll_error(12),
		    "%" PRIu64 " values: the error is as documented",
		    counts[i]);
		/* Of few, two may share a register. */
		ok(worst < 4.5 * hll_error(12) + 1.5 / (double)counts[i],
		    "%" PRIu64 " values: no estimate is far off", counts[i]);
	}
	ok(fabs(hll_off(14, 1000000, 7)) < 3 * hll_error(14),
	    "a million values are within three standard errors");
}

/* Exact until ${exact} values, and how large then. */
static void
test_distinct(void)
{
	struct distinct *d = distinct_new(10000, 14);
	ptrdiff_t size = (ptrdiff_t)distinct_size(d);
	uint64_t i, k;
	int right = 1;

	ok(distinct_count(d) == 0 && distinct_exact(d), "nothing is 0");
	for (i = 0; i < 10000; i++) {
		for (k = 0; k < 2; k++)
			size += distinct_add(d, hash_pair(i, 0, 1));
		right &= distinct_count(d) == i + 1;
	}
	ok(right, "up to the bound every count is exact, repeats and all");
	ok(distinct_exact(d), "at the bound it still is");
	ok(size == (ptrdiff_t)distinct_size(d),
	    "what it grew by is what it holds");
	size += distinct_add(d, hash_pair(i, 0, 1));
	ok(!distinct_exact(d), "beyond the bound it says that it estimates");
	ok(size == 0 && distinct_size(d) == 0,
	    "and has given the hashes back");
	ok(fabs((double)distinct_count(d) / 10001 - 1) < 3 * hll_error(14),
	    "the estimate knows what was there before");
	for (i = 0; i < 10001; i++)
		(void)distinct_add(d, hash_pair(i, 0, 1));
	ok(fabs((double)distinct_count(d) / 10001 - 1) < 3 * hll_error(14),
	    "repeats do not count then either");
	distinct_free(d);

	d = distinct_new(10, 14);
	ok(distinct_add(d, (struct hash){ 0, 0 }) == 0 &&
	    distinct_add(d, (struct hash){ 0, 0 }) == 0 &&
	    distinct_count(d) == 1, "a hash of zeros is one value");
	ok(distinct_blur(d) < 0 && distinct_count(d) == 1 &&
	    !distinct_exact(d),
	    "a count can be made an estimate at any time");
	ok(distinct_blur(d) == 0, "and is none the smaller for it twice");
	distinct_free(d);
	distinct_free(NULL);
}

/* A change of any one bit changes about half of the others. */
static void
test_hash(void)
{
	unsigned char s[40] = { 0 };
	struct hash zero, h;
	size_t len, bit, i;
	double flips = 0, n = 0;
	uint64_t x;
	int least = 128, count;

	for (len = 1; len <= sizeof(s); len++) {
		zero = hash_bytes(s, len, 0);
		for (bit = 0; bit < len * 8; bit++) {
			s[bit / 8] ^= (unsigned char)(1 << bit % 8);
			h = hash_bytes(s, len, 0);
			s[bit / 8] ^= (unsigned char)(1 << bit % 8);
			count = 0;
			for (i = 0; i < 2; i++)
				for (x = i ? h.a ^ zero.a : h.b ^ zero.b;
				    x != 0; x &= x - 1)
					count++;
			least = count < least ? count : least;
			flips += count;
			n++;
		}
	}
	ok(flips / n > 63 && flips / n < 65 && least > 32,
	    "one bit more or less changes half of a hash");
	zero = hash_bytes(s, 8, 0);
	h = hash_bytes(s, 9, 0);
	ok(zero.a != h.a && zero.b != h.b, "a NUL more is another value");
	h = hash_bytes(s, 8, 1);
	ok(zero.a != h.a && zero.b != h.b, "another seed is another hash");
}

int
main(void)
{

	test_hash();
	test_hll();
	test_distinct();
	return (tap_done());
}
