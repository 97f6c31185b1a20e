/*
 * real_test - decimals and doubles
 */
#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/real.h"
#include "tap.h"

static const struct {
	const char	*text;
	enum real_fit	 fit;
} fits[] = {
	{ "0", REAL_SAME }, { "-0.0", REAL_SAME }, { "1.10", REAL_SAME },
	{ "0.1", REAL_SAME }, { "123456789012345", REAL_SAME },
	{ "0.30000000000000004", REAL_SAME },
	{ "0.300000000000000040", REAL_SAME },
	{ "0.30000000000000003", REAL_CHANGED },
	{ "0.10000000000000001", REAL_CHANGED },
	{ "9007199254740993", REAL_CHANGED },
	{ "9007199254740992", REAL_SAME },
	{ "9007199254740991", REAL_SAME },
	{ "100000000000000000000000000000000000", REAL_SAME },
	{ "12345678901234567890.12345678901234567890", REAL_CHANGED },
	{ "1e22", REAL_SAME }, { "1e23", REAL_SAME }, { "1e308", REAL_SAME },
	{ "1e309", REAL_OVERFLOW }, { "-1e999999999999", REAL_OVERFLOW },
	{ "5e-324", REAL_SAME }, { "4e-324", REAL_CHANGED },
	{ "1e-400", REAL_CHANGED }, { "1e-99999999999999", REAL_CHANGED },
	{ "2.2250738585072014e-308", REAL_SAME },
	{ "1.23456789e-310", REAL_SAME },
	{ "0.000000000000000000000000000001", REAL_SAME },
	{ "1.7976931348623157e308", REAL_SAME },
	{ "5.684341886080802e-14", REAL_SAME },
	{ "+.5", REAL_SAME }, { "5.", REAL_SAME },
};

static const struct {
	double		 d;
	int		 fixed;
	const char	*text;
} texts[] = {
	{ 0.0, REAL_FIXED_DOUBLE, "0" },
	{ -0.0, REAL_FIXED_DOUBLE, "-0" },
	{ 1, REAL_FIXED_DOUBLE, "1" },
	{ -1.5, REAL_FIXED_DOUBLE, "-1.5" },
	{ 100, REAL_FIXED_DOUBLE, "100" },
	{ 0.1, REAL_FIXED_DOUBLE, "0.1" },
	{ 0.0001, REAL_FIXED_DOUBLE, "0.0001" },
	{ 0.00012, REAL_FIXED_DOUBLE, "0.00012" },
	{ 0.00001, REAL_FIXED_DOUBLE, "1e-05" },
	{ 1e14, REAL_FIXED_DOUBLE, "100000000000000" },
	{ 1e15, REAL_FIXED_DOUBLE, "1e+15" },
	{ 123456789012345.6, REAL_FIXED_DOUBLE, "123456789012345.6" },
	{ 1234567890123456.7, REAL_FIXED_DOUBLE, "1.2345678901234568e+15" },
	{ 1e300, REAL_FIXED_DOUBLE, "1e+300" },
	{ 0.1 + 0.2, REAL_FIXED_DOUBLE, "0.30000000000000004" },
	{ 5e-324, REAL_FIXED_DOUBLE, "5e-324" },
	{ 0x1p-44, REAL_FIXED_DOUBLE, "5.684341886080802e-14" },
	{ 123456, REAL_FIXED_SINGLE, "123456" },
	{ 1234567, REAL_FIXED_SINGLE, "1.234567e+06" },
	{ 1e20, REAL_FIXED_ALWAYS, "100000000000000000000" },
	{ -1.5e-7, REAL_FIXED_ALWAYS, "-0.00000015" },
};

static const struct {
	const char	*text;
	int		 fits;
	int64_t		 value;
} wholes[] = {
	{ "0", 1, 0 }, { "-0.000", 1, 0 }, { "1e3", 1, 1000 },
	{ "10.00", 1, 10 }, { "0.5", 0, 0 }, { "1200e-2", 1, 12 },
	{ "9223372036854775807", 1, INT64_MAX },
	{ "9223372036854775808", 0, 0 },
	{ "-9223372036854775808", 1, INT64_MIN },
	{ "-9223372036854775809", 0, 0 }, { "1e18", 1, 1000000000000000000 },
	{ "1e19", 0, 0 }, { "99999999999999999999", 0, 0 },
	{ "1e-999999999999", 0, 0 },
};

/* Doubles with a short decimal half-way to the next one; what PostgreSQL writes
 * is in the middle. */
static const struct {
	double		 d;
	const char	*usual, *postgres, *shortest;
} halves[] = {
	{ 21691341486096248.0, "2.1691341486096248e+16",
	    "2.1691341486096248e+16", "2.169134148609625e+16" },
	{ 87191079180467808.0, "8.71910791804678e+16",
	    "8.719107918046781e+16", "8.71910791804678e+16" },
	{ 1e23, "1e+23", "9.999999999999999e+22", "1e+23" },
	{ 9007199254740993.0, "9.007199254740992e+15",
	    "9.007199254740992e+15", "9.007199254740992e+15" },
	{ 0.1, "0.1", "0.1", "0.1" },
};

static void
half_way(void)
{
	struct buf b = { 0 };
	size_t i;
	double d;

	for (i = 0; i < sizeof(halves) / sizeof(halves[0]); i++) {
		d = halves[i].d;
		real_put(&b, d, REAL_FIXED_DOUBLE);
		is_text(b.s, b.len, halves[i].usual, halves[i].usual);
		b.len = 0;
		real_put_double(&b, -d);
		is_text(b.s + 1, b.len - 1, halves[i].postgres,
		    "as PostgreSQL has it");
		ok(real_is_double(b.s, b.len, -d), "%s is of this double",
		    buf_z(&b));
		b.len = 0;
		real_put_shortest(&b, d);
		is_text(b.s, b.len, halves[i].shortest, "the shortest of all");
		b.len = 0;
	}
	ok(!real_is_double("0.10000000000000001", 19, 0.1),
	    "other digits are not of this double");
	ok(!real_is_double("0", 1, 0), "nor is 0, of which there are two");
	buf_free(&b);
}

/* Random doubles of every size come back from their own text. */
static void
random_doubles(void)
{
	struct buf b = { 0 };
	uint64_t x = 88172645463325252u;
	size_t i, bad = 0;
	double d, back;

	for (i = 0; i < 200000; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		memcpy(&d, &x, sizeof(d));
		if (!isfinite(d))
			continue;
		b.len = 0;
		real_put(&b, d, REAL_FIXED_DOUBLE);
		bad += real_parse(b.s, b.len, &back) != REAL_SAME ||
		    back != d || strtod(buf_z(&b), NULL) != d;
	}
	ok(bad == 0, "random doubles survive their own text");
	buf_free(&b);
}

int
main(void)
{
	struct buf b = { 0 };
	int64_t whole;
	double d;
	size_t i;

	for (i = 0; i < sizeof(fits) / sizeof(fits[0]); i++)
		ok(real_parse(fits[i].text, strlen(fits[i].text), &d) ==
		    fits[i].fit && d == strtod(fits[i].text, NULL),
		    "%s reads as strtod reads it, fit %d", fits[i].text,
		    (int)fits[i].fit);
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		b.len = 0;
		real_put(&b, texts[i].d, texts[i].fixed);
		is_text(b.s, b.len, texts[i].text, texts[i].text);
	}
	for (i = 0; i < sizeof(wholes) / sizeof(wholes[0]); i++)
		ok(real_integral(wholes[i].text, strlen(wholes[i].text),
		    &whole) == wholes[i].fits && (!wholes[i].fits ||
		    whole == wholes[i].value), "%s is %sa whole number",
		    wholes[i].text, wholes[i].fits ? "" : "not ");
	half_way();
	random_doubles();
	buf_free(&b);
	return (tap_done());
}
