/*
 * sqlite_exact: each value comes back, with its type and its bytes.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "db/sqlite.h"
#include "db/sqlite_exact.h"
#include "json/json.h"

#include "tap.h"

static struct json_reader *reader;

/* Write ${v}, and read what was written. */
static int
comes_back(const struct sqlite_value *v, int real, struct buf *b)
{
	struct arena *a = arena_new();
	struct err err = ERR_INIT;
	struct sqlite_value back;
	struct json_value j;
	int good;

	b->len = 0;
	sqlite_exact_put(b, v, real);
	good = json_read_value(reader, b->s, b->len, &j, &err) == 0 &&
	    sqlite_exact_get(&j, real, a, &back, &err) == 0 &&
	    sqlite_exact_same(v, &back);
	arena_free(a);
	return (good);
}

static void
check(const struct sqlite_value *v, int real, const char *text)
{
	struct buf b = { 0 };
	int good = comes_back(v, real, &b);

	is_text(b.s, b.len, text, text);
	ok(good, "%s comes back", text);
	buf_free(&b);
}

static void
check_real(double d, int real, const char *text)
{
	struct sqlite_value v = { .type = SQLITE_TYPE_REAL, .real = d };

	check(&v, real, text);
}

static void
check_bytes(enum sqlite_type type, const char *s, size_t len,
    const char *text)
{
	struct sqlite_value v = { .type = type, .s = s, .len = len };

	check(&v, 0, text);
}

/* Is ${text} the REAL ${d}? */
static int
reads(const char *text, int real, double d)
{
	struct sqlite_value want = { .type = SQLITE_TYPE_REAL, .real = d }, v;
	struct arena *a = arena_new();
	struct err err = ERR_INIT;
	struct json_value j;
	int rc;

	rc = json_read_value(reader, text, strlen(text), &j, &err) == 0 &&
	    sqlite_exact_get(&j, real, a, &v, &err) == 0 &&
	    sqlite_exact_same(&v, &want);
	arena_free(a);
	return (rc);
}

static int
refuses(const char *text)
{
	struct arena *a = arena_new();
	struct err err = ERR_INIT;
	struct sqlite_value v;
	struct json_value j;
	int rc;

	rc = json_read_value(reader, text, strlen(text), &j, &err) == 0 &&
	    sqlite_exact_get(&j, 0, a, &v, &err) != 0;
	arena_free(a);
	return (rc);
}

int
main(void)
{
	struct sqlite_value v = { .type = SQLITE_TYPE_NULL };
	uint64_t x = 88172645463325252u, bad = 0, n;
	struct buf b = { 0 };

	reader = json_reader_new();
	check(&v, 0, "null");
	v.type = SQLITE_TYPE_INTEGER;
	v.integer = INT64_MIN;
	check(&v, 0, "{\"integer\":\"-9223372036854775808\"}");
	v.integer = (int64_t)1 << 53;
	check(&v, 0, "9007199254740992");
	v.integer++;
	check(&v, 0, "{\"integer\":\"9007199254740993\"}");
	v.integer = 1;
	check(&v, 0, "1");
	check_real(1, 0, "{\"real\":\"1.0\"}");
	check_real(1, 1, "1.0");
	check_real(0.1, 0, "0.1");
	check_real(-0.0, 0, "{\"real\":\"-0.0\"}");
	check_real(-0.0, 1, "-0.0");
	check_real(1e20, 0, "{\"real\":\"1e+20\"}");
	check_real(1e20, 1, "1e+20");
	check_real(5e-324, 0, "5e-324");
	check_real((double)INFINITY, 1, "{\"real\":\"Infinity\"}");
	check_real((double)-INFINITY, 0, "{\"real\":\"-Infinity\"}");
	ok(reads("1", 1, 1), "a whole number is REAL where all numbers are");
	ok(reads("-0", 1, -0.0), "also -0");
	ok(reads("100000000000000000000", 1, 1e20), "also a large one");
	ok(reads("9e999", 0, (double)INFINITY), "9e999 is infinity");
	check_bytes(SQLITE_TYPE_TEXT, "a\0\n\"\xc3\xa9", 6,
	    "\"a\\u0000\\n\\\"\xc3\xa9\"");
	check_bytes(SQLITE_TYPE_TEXT, "", 0, "\"\"");
	check_bytes(SQLITE_TYPE_TEXT, "a\xff", 2, "{\"text\":\"61ff\"}");
	check_bytes(SQLITE_TYPE_BLOB, "a\0\xff", 3, "{\"blob\":\"6100ff\"}");
	check_bytes(SQLITE_TYPE_BLOB, "", 0, "{\"blob\":\"\"}");
	v.type = SQLITE_TYPE_REAL;
	for (n = 0; n < 200000; n++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		memcpy(&v.real, &x, sizeof(v.real));
		if (!isnan(v.real) && !comes_back(&v, (int)(n & 1), &b))
			bad++;
	}
	ok(bad == 0, "200,000 doubles come back, bit for bit");
	ok(refuses("true"), "true is no value");
	ok(refuses("[1]"), "nor an array");
	ok(refuses("{\"blob\":\"0\"}"), "nor half a byte");
	ok(refuses("{\"blob\":\"0g\"}"), "nor what is no digit");
	ok(refuses("{\"other\":\"00\"}"), "nor another object");
	ok(refuses("9223372036854775808"), "nor an integer too large");
	ok(refuses("{\"integer\":\"1.5\"}"), "nor one that is none");
	ok(refuses("{\"integer\":\"\"}"), "nor nothing");
	ok(refuses("{\"integer\":1}"), "nor a number where its text belongs");
	ok(refuses("{\"real\":\"NaN\"}"), "nor NaN");
	buf_free(&b);
	json_reader_free(reader);
	return (tap_done());
}
