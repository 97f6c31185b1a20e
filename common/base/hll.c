#include <math.h>

#include "base/hll.h"
#include "base/mem.h"

struct hll {
	int		precision;
	uint8_t		registers[];	/* longest run of zeros seen, plus 1 */
};

struct hll *
hll_new(int precision)
{
	struct hll *h = mem_alloc(hll_size(precision));

	h->precision = precision;
	return (h);
}

size_t
hll_size(int precision)
{

	return (sizeof(struct hll) + ((size_t)1 << precision));
}

double
hll_error(int precision)
{

	return (1.04 / sqrt((double)((size_t)1 << precision)));
}

void
hll_add(struct hll *h, uint64_t hash)
{
	size_t i = (size_t)(hash >> (64 - h->precision));
	/* A one behind the bits that are left ends the run of zeros. */
	uint64_t rest = hash << h->precision |
	    (uint64_t)1 << (h->precision - 1);
	int run = __builtin_clzll(rest) + 1;

	if (run > h->registers[i])
		h->registers[i] = (uint8_t)run;
}

/* Ertl's sigma and tau: what registers that saw nothing, and those that are
 * full, contribute.  Both series end when a term no longer counts. */
static double
sigma(double x)
{
	double y = 1, z = x, before;

	do {
		before = z;
		x *= x;
		z += x * y;
		y += y;
	} while (z > before);
	return (z);
}

static double
tau(double x)
{
	double y = 1, z = 1 - x, before;

	if (x <= 0 || x >= 1)
		return (0);
	do {
		before = z;
		x = sqrt(x);
		y /= 2;
		z -= (1 - x) * (1 - x) * y;
	} while (z < before);
	return (z / 3);
}

uint64_t
hll_count(const struct hll *h)
{
	size_t m = (size_t)1 << h->precision, i, n[66] = { 0 };
	int full = 64 - h->precision + 1, k;
	double z, dm = (double)m;

	for (i = 0; i < m; i++)
		n[h->registers[i]]++;
	if (n[0] == m)
		return (0);
	z = dm * tau(1 - (double)n[full] / dm);
	for (k = full - 1; k >= 1; k--)
		z = (z + (double)n[k]) / 2;
	z += dm * sigma((double)n[0] / dm);
	return ((uint64_t)llround(dm * dm / (2 * log(2) * z)));
}

void
hll_free(struct hll *h)
{

	mem_free(h);
}
