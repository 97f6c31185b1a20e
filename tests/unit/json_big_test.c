/* Texts made to exhaust time, memory or the stack. */
#include <sys/resource.h>

#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/err.h"
#include "json/json.h"

#include "tap.h"

static struct json_reader *reader;
static struct buf text;

static int
read_text(struct err *err)
{

	return (json_read_object(reader, text.s, text.len, err) == 0);
}

static void
put_many(const char *s, size_t n)
{

	while (n-- > 0)
		buf_puts(&text, s);
}

static void
start(const char *s)
{

	text.len = 0;
	buf_puts(&text, s);
}

static void
long_things(void)
{
	struct err err = ERR_INIT;
	const struct json_field *f;

	start("{\"n\":");
	put_many("1234567890", 100000);
	buf_puts(&text, ".");
	put_many("1234567890", 100000);
	buf_puts(&text, "e10,\"s\":\"");
	put_many("\xc3\xa9\\n123456", 1000000);
	buf_puts(&text, "\"}");
	ok(read_text(&err) && reader->nfields == 2,
	    "reads a number of two million digits and a string of 10 MB");
	f = reader->fields;
	ok(f[0].value.len == 2000004 && f[1].value.len == 10000002 &&
	    !f[1].value.plain, "and finds their ends");
	text.s[text.len - 3] = '\x01';
	ok(!read_text(&err) && err.pos == text.len - 3,
	    "finds a control character at the end of 10 MB");
}

/* Megabytes of the smallest elements take no memory beside the text. */
static void
flat_memory(void)
{
	struct rusage before, after;
	struct err err = ERR_INIT;

	start("{\"a\":[0");
	put_many(",1", 8000000);
	put_many(",[],{}", 1000000);
	buf_puts(&text, "]}");
	(void)getrusage(RUSAGE_SELF, &before);
	ok(read_text(&err), "reads ten million elements");
	(void)getrusage(RUSAGE_SELF, &after);
	ok(after.ru_maxrss - before.ru_maxrss < 1024,
	    "without memory for them");
}

static void
deep(void)
{
	struct err err = ERR_INIT;

	start("{\"a\":");
	put_many("[", 100000);
	put_many("]", 100000);
	buf_puts(&text, "}");
	ok(!read_text(&err) && err.pos == 5 + JSON_DEPTH_MAX - 1,
	    "refuses 100,000 levels at the first too many");
	is_text(err.msg, strlen(err.msg), "nesting deeper than 1024 levels",
	    "and says so");
}

/* Seconds that an object with these ${n} keys takes, each of 8 bytes. */
static double
time_keys(const uint64_t *keys, size_t n, int *good)
{
	struct err err = ERR_INIT;
	double begin;
	size_t i;

	start("{");
	for (i = 0; i < n; i++) {
		buf_puts(&text, i > 0 ? ",\"" : "\"");
		buf_put(&text, (const char *)&keys[i], sizeof(keys[i]));
		buf_puts(&text, "\":1");
	}
	buf_puts(&text, "}");
	begin = clock_seconds();
	*good = read_text(&err) && reader->nfields == n;
	return (clock_seconds() - begin);
}

static int
can_stand(uint64_t key)
{
	unsigned char b[8];
	int i;

	memcpy(b, &key, sizeof(b));
	for (i = 0; i < 8; i++)
		if (b[i] < ' ' || b[i] > '~' || b[i] == '"' || b[i] == '\\')
			return (0);
	return (1);
}

/*
 * Keys that all meet in one slot of the hash table of json_keys.c: its last
 * step is h = (8 ^ key) * M; h ^ h >> 32, so keys that make both halves of the
 * product the same have a hash whose low half is 0.
 */
static void
make_colliding(uint64_t *keys, size_t n)
{
	const uint64_t m = 0xd6e8feb86659fd93U;
	uint64_t inverse = m, half = 0, key;
	size_t i;

	for (i = 0; i < 6; i++)
		inverse *= 2 - m * inverse;
	for (i = 0; i < n;) {
		half++;
		key = ((half << 32 | half) * inverse) ^ 8;
		if (can_stand(key))
			keys[i++] = key;
	}
}

static void
hostile_keys(void)
{
	const size_t n = 30000;
	uint64_t *keys = malloc(n * sizeof(*keys));
	double plain, hostile;
	char digits[32];
	int good1, good2;
	size_t i;

	if (keys == NULL)
		abort();
	for (i = 0; i < n; i++) {
		(void)snprintf(digits, sizeof(digits), "%08zu", i);
		memcpy(&keys[i], digits, sizeof(keys[i]));
	}
	plain = time_keys(keys, n, &good1);
	make_colliding(keys, n);
	hostile = time_keys(keys, n, &good2);
	ok(good1 && good2 && hostile < 20 * plain + 0.1,
	    "keys chosen to collide take no undue time");
	printf("# %.1f ms, %.1f ms\n", plain * 1e3, hostile * 1e3);
	keys[n - 1] = keys[0];
	(void)time_keys(keys, n, &good1);
	ok(!good1, "and one given twice is found among them");
	free(keys);
}

static void
many_keys(void)
{
	struct err err = ERR_INIT;
	uint64_t shape;
	int i;

	start("{");
	for (i = 0; i < 1000000; i++)
		buf_printf(&text, "%s\"key %d\":%d", i > 0 ? "," : "", i, i);
	buf_puts(&text, "}");
	ok(read_text(&err) && reader->nfields == 1000000,
	    "reads a million keys");
	shape = reader->shape;
	ok(read_text(&err) && reader->shape == shape,
	    "and knows them again");
	text.len--;
	buf_puts(&text, ",\"key 77\":0}");
	ok(!read_text(&err), "finds one given twice among a million");
	is_text(err.msg, strlen(err.msg), "key \"key 77\" given twice",
	    "and names it");
	ok(err.pos == text.len - 11, "and its place");
}

int
main(void)
{

	diag_init("json_big_test");
	reader = json_reader_new();
	flat_memory();
	long_things();
	deep();
	hostile_keys();
	many_keys();
	json_reader_free(reader);
	buf_free(&text);
	return (tap_done());
}
