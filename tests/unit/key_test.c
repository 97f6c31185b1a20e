/*
 * key_test - keys of rows as bytes that compare as the values do
 */
#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "json/json.h"
#include "row/key.h"
#include "row/row.h"
#include "tap.h"

/* Values in their order; what begins with "=" is equal to the one before. */
static const char *const values[] = {
	"null", "false", "true",
	"-1e100000000000000000001", "-1e100000000000000000000",
	"=-10e0099999999999999999999",
	"-9.9e999999999999999999", "-1e1000000", "-1e65", "-1e60", "-1e59",
	"-12345678901234567890123", "-101", "-100.5", "-100", "=-1e2",
	"-99.99", "-2", "-1.5", "-1", "=-1.0", "-0.5", "-0.05", "-1e-59",
	"-1e-61", "-1e-62", "-1e-99", "-1e-100000000000000000000",
	"-1e-100000000000000000001",
	"0", "=-0", "=0.0e7",
	"1e-100000000000000000001", "1e-100000000000000000000",
	"1e-999999999999999999", "=10e-1000000000000000000", "1e-70000",
	"1e-300", "1e-62", "1e-61",
	"1e-60", "1e-59", "0.0000001", "0.09", "0.1", "0.10000000000000001",
	"0.11", "0.9", "1", "=1.000", "=10e-1", "1.01", "1.1", "2", "9",
	"10", "11", "99", "100", "=1e2", "101", "1000", "12345678",
	"12345679", "9223372036854775807", "9223372036854775808", "1e59",
	"1e60", "1e61", "1e314", "1e315", "1e70000",
	"9e999999999999999998", "1e999999999999999999",
	"=0.1e1000000000000000000", "1e1000000000000000001",
	"1e100000000000000000000",
	"\"\"", "\"\\u0000\"", "\"\\u0000\\u0000\"", "\"\\u0000a\"",
	"\"\\u0001\"", "\"\\u0002\"", "\" \"", "\"10\"", "\"9\"", "\"A\"",
	"\"a\"", "=\"\\u0061\"", "\"a\\u0000\"", "\"a\\u0001\"", "\"ab\"",
	"\"b\"", "\"\xc3\xa9\"", "\"\xf0\x9f\x98\x80\"",
	"[]", "=[ ]", "{}", "=  {}",
};
#define NVALUES (sizeof(values) / sizeof(values[0]))

static struct json_reader *reader;

static int
sign(int n)
{

	return ((n > 0) - (n < 0));
}

static int
compare(const struct buf *x, const struct buf *y)
{
	const size_t n = x->len < y->len ? x->len : y->len;
	const int order = memcmp(x->s, y->s, n);

	if (order != 0)
		return (sign(order));
	return ((x->len > y->len) - (x->len < y->len));
}

static void
put(const char *text, struct buf *b)
{
	struct err err = ERR_INIT;
	struct json_value v;

	if (json_read_value(reader, text, strlen(text), &v, &err) != 0)
		ok(0, "%s: %s", text, err.msg);
	else
		key_put_value(&v, b);
}

static void
test_order(void)
{
	struct buf keys[NVALUES] = { 0 }, longer[NVALUES] = { 0 };
	int rank[NVALUES] = { 0 }, want, got, wrong = 0;
	size_t i, j;

	for (i = 0; i < NVALUES; i++) {
		if (i > 0)
			rank[i] = rank[i - 1] + (values[i][0] != '=');
		put(values[i] + (values[i][0] == '='), &keys[i]);
		/* More fields must not change what the first one says. */
		buf_put(&longer[i], keys[i].s, keys[i].len);
		put(i % 2 ? "null" : "\"zzz\"", &longer[i]);
	}
	for (i = 0; i < NVALUES; i++) {
		for (j = 0; j < NVALUES; j++) {
			want = sign(rank[i] - rank[j]);
			got = compare(&keys[i], &keys[j]);
			if (want != got || (want != 0 &&
			    compare(&longer[i], &longer[j]) != want)) {
				wrong++;
				printf("# %s against %s: %d, not %d\n",
				    values[i], values[j], got, want);
			}
		}
	}
	ok(wrong == 0, "%zu values compare as they should, each with each",
	    NVALUES);
	for (i = 0; i < NVALUES; i++) {
		buf_free(&keys[i]);
		buf_free(&longer[i]);
	}
}

static unsigned
row_key(struct key *k, const char *text, struct buf *b, struct buf *json)
{
	struct err err = ERR_INIT;
	struct row row = { .s = text, .len = strlen(text) };

	b->len = json->len = 0;
	if (json_read_object(reader, row.s, row.len, &err) != 0)
		ok(0, "%s: %s", text, err.msg);
	row.fields = reader->fields;
	row.nfields = reader->nfields;
	row.shape = reader->shape;
	key_put_json(k, &row, json);
	return (key_put(k, &row, b));
}

static void
test_rows(void)
{
	struct buf a = { 0 }, b = { 0 }, json = { 0 };
	struct err err = ERR_INIT;
	struct key *k = key_new("id,\"odd, \"\"name\"\"\"", &err);

	ok(k != NULL && key_size(k) == 2 &&
	    strcmp(key_name(k, 1), "odd, \"name\"") == 0,
	    "names stand between commas, or quoted");
	ok(row_key(k, "{\"id\":1,\"x\":2,\"odd, \\\"name\\\"\":\"a\"}", &a,
	    &json) == 0, "a key with all its values lacks nothing");
	is_text(json.s, json.len, "{\"id\":1,\"odd, \\\"name\\\"\":\"a\"}",
	    "and is written as it stands");
	(void)row_key(k, "{\"odd, \\\"name\\\"\":\"\\u0061\",\"id\":1.0}", &b,
	    &json);
	ok(compare(&a, &b) == 0, "the place of fields does not matter");
	ok(row_key(k, "{\"odd, \\\"name\\\"\":null,\"id\":1}", &a,
	    &json) == KEY_NULL, "null is noticed");
	ok(row_key(k, "{\"id\":1}", &b, &json) == KEY_ABSENT,
	    "and what is absent");
	is_text(json.s, json.len, "{\"id\":1}", "which is left out");
	ok(compare(&b, &a) < 0, "absent comes before null");
	key_free(k);
	ok(key_new("a,,b", &err) == NULL, "a missing name: %s", err.msg);
	ok(key_new("", &err) == NULL, "no name: %s", err.msg);
	ok(key_new("a,b,a", &err) == NULL, "twice: %s", err.msg);
	ok(key_new("\"a", &err) == NULL, "a quote too few: %s", err.msg);
	ok(key_new("\"a\"b", &err) == NULL, "too much: %s", err.msg);
	buf_free(&a);
	buf_free(&b);
	buf_free(&json);
}

int
main(void)
{

	reader = json_reader_new();
	test_order();
	test_rows();
	json_reader_free(reader);
	return (tap_done());
}
