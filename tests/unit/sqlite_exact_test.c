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
comes_back(const struct sqlite_value *v, struct buf *b)
{
	struct arena *a = arena_new();
	struct err err = ERR_INIT;
	struct sqlite_value back;
	struct json_value j;
	int good;

	b->len = 0;
	sqlite_exact_put(b, v);
	good = json_read_value(reader, b->s, b->len, &j, &err) == 0 &&
	    sqlite_exact_get(&j, a, &back, &err) == 0 &&
	    sqlite_exact_same(v, &back);
	arena_free(a);
	return (good);
}

static void
check(const struct sqlite_value *v, const char *text)
{
	struct buf b = { 0 };
	int good = comes_back(v, &b);

	is_text(b.s, b.len, text, text);
	ok(good, "%s comes back", text);
	buf_free(&b);
}

static void
check_real(double d, const char *text)
{
	struct sqlite_value v = { .type = SQLITE_TYPE_REAL, .real = d };

	check(&v, text);
}

static void
check_bytes(enum sqlite_type type, const char *s, size_t len,
    const char *text)
{
	struct sqlite_value v = { .type = type, .s = s, .len = len };

	check(&v, text);
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
	    sqlite_exact_get(&j, a, &v, &err) != 0;
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
	check(&v, "null");
	v.type = SQLITE_TYPE_INTEGER;
	v.integer = INT64_MIN;
	check(&v, "-9223372036854775808");
	v.integer = 1;
	check(&v, "1");
	check_real(1, "1.0");
	check_real(0.1, "0.1");
	check_real(-0.0, "-0.0");
	check_real(1e20, "1e+20");
	check_real(5e-324, "5e-324");
	check_real((double)INFINITY, "9e999");
	check_real((double)-INFINITY, "-9e999");
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
		if (!isnan(v.real) && !comes_back(&v, &b))
			bad++;
	}
	ok(bad == 0, "200,000 doubles come back, bit for bit");
	ok(refuses("true"), "true is no value");
	ok(refuses("[1]"), "nor an array");
	ok(refuses("{\"blob\":\"0\"}"), "nor half a byte");
	ok(refuses("{\"blob\":\"0g\"}"), "nor what is no digit");
	ok(refuses("{\"other\":\"00\"}"), "nor another object");
	ok(refuses("9223372036854775808"), "nor an integer too large");
	buf_free(&b);
	json_reader_free(reader);
	return (tap_done());
}
