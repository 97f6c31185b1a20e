#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "db/pgsend.h"
#include "db/pgtarget.h"
#include "db/pgtype.h"
#include "json/json.h"
#include "schema/table.h"

#include "tap.h"

/* Of a value of that type: the JSON, and the bytes that the server's send
 * function gives for it, in hexadecimal; NULL: it goes as text. */
static const struct sample {
	uint32_t	 oid;
	const char	*json, *hex;
} samples[] = {
	{ 16, "true", "00000001 01" },
	{ 16, "\"t\"", NULL },
	{ 16, "1", NULL },
	{ 21, "-32768", "00000002 8000" },
	{ 21, "32768", NULL },
	{ 23, "2147483647", "00000004 7fffffff" },
	{ 23, "\"-1\"", "00000004 ffffffff" },
	{ 23, "-2147483649", NULL },
	{ 23, "1e3", NULL },
	{ 23, "1.0", NULL },
	{ 23, "\" 1\"", NULL },
	{ 23, "\"\"", NULL },
	{ 23, "\"-\"", NULL },
	{ 20, "-9223372036854775808", "00000008 8000000000000000" },
	{ 20, "9223372036854775808", NULL },
	{ 20, "99999999999999999999", NULL },
	{ 701, "0.1", "00000008 3fb999999999999a" },
	{ 701, "-0", "00000008 8000000000000000" },
	{ 701, "1e400", NULL },
	{ 701, "1e-400", NULL },
	{ 701, "\"NaN\"", NULL },
	{ 1700, "0", "00000008 0000 0000 0000 0000" },
	{ 1700, "-0.00", "00000008 0000 0000 0000 0002" },
	{ 1700, "1.10", "0000000c 0002 0000 0000 0002 0001 03e8" },
	{ 1700, "-12345.6789", "0000000e 0003 0001 4000 0004 0001 0929 1a85" },
	{ 1700, "10000", "0000000a 0001 0001 0000 0000 0001" },
	{ 1700, "0.0001", "0000000a 0001 ffff 0000 0004 0001" },
	{ 1700, "0.00001", "0000000a 0001 fffe 0000 0005 03e8" },
	{ 1700, "\"1.5\"", "0000000c 0002 0000 0000 0001 0001 1388" },
	{ 1700, "1e2", NULL },
	{ 1700, "\"1.\"", NULL },
	{ 1700, "\"NaN\"", NULL },
	{ 1082, "\"2000-01-01\"", "00000004 00000000" },
	{ 1082, "\"1999-12-31\"", "00000004 ffffffff" },
	{ 1082, "\"0001-01-01\"", "00000004 fff4dbf9" },
	{ 1082, "\"2024-02-29\"", "00000004 00002279" },
	{ 1082, "\"2023-02-29\"", NULL },
	{ 1082, "\"1900-02-29\"", NULL },
	{ 1082, "\"0044-03-15 BC\"", NULL },
	{ 1082, "\"infinity\"", NULL },
	{ 1083, "\"00:00:00.000001\"", "00000008 0000000000000001" },
	{ 1083, "\"24:00:00\"", NULL },
	{ 1083, "\"12:00:00.1234567\"", NULL },
	{ 1114, "\"2000-01-01T00:00:01.5\"", "00000008 000000000016e360" },
	{ 1114, "\"1999-12-31 23:59:59\"", "00000008 fffffffffff0bdc0" },
	{ 1114, "\"2000-01-01T00:00:01Z\"", NULL },
	{ 1184, "\"2000-01-01T00:00:00+01:00\"",
	    "00000008 ffffffff296c5c00" },
	{ 1184, "\"2000-01-01T00:00:00-00:30\"",
	    "00000008 000000006b49d200" },
	{ 1184, "\"2000-01-01 00:00:00+00\"", "00000008 0000000000000000" },
	{ 1184, "\"2000-01-01T00:00:00\"", NULL },
	{ 1184, "\"2000-01-01T00:00:60Z\"", NULL },
	{ 25, "\"\"", "00000000" },
	{ 25, "\"a\\n\\u00fc\"", "00000004 610ac3bc" },
	{ 25, "1.0", "00000003 312e30" },
	{ 25, "\"\\u0000\"", NULL },
	{ 17, "\"\\\\x00ff\"", "00000002 00ff" },
	{ 17, "\"\\\\x0\"", NULL },
	{ 17, "\"abc\"", NULL },
	{ 2950, "\"A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11\"",
	    "00000010 a0eebc99 9c0b 4ef8 bb6d 6bb9bd380a11" },
	{ 2950, "\"a0eebc999c0b4ef8bb6d6bb9bd380a11\"", NULL },
	{ 2950, "\"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1-\"", NULL },
	{ 114, "{\"a\" : 1}", "00000009 7b226122203a20317d" },
	{ 3802, "null", "00000005 01 6e756c6c" },
	{ 1007, "[1,null]", "00000020 00000001 00000001 00000017 00000002"
	    "00000001 00000004 00000001 ffffffff" },
	{ 1007, "[]", "0000000c 00000000 00000000 00000017" },
	{ 1007, "[[1]]", NULL },
	{ 1007, "[\"x\"]", NULL },
	{ 1007, "\"{1}\"", NULL },
};

static void
put_hex(struct buf *b, const struct buf *bytes)
{
	size_t i;

	for (i = 0; i < bytes->len; i++)
		buf_printf(b, "%02x", (unsigned int)(unsigned char)
		    bytes->s[i]);
}

/* Is it the same without the blanks? */
static int
is_hex(const char *want, const char *got)
{

	for (; *want != '\0'; want++)
		if (*want != ' ' && *want != *got++)
			return (0);
	return (*got == '\0');
}

static const struct pgsend *
find(uint32_t oid, struct arena *a)
{
	static const struct pgtype integer = { .oid = 23 };
	static const struct column column = { .max_length = -1 };
	struct pgtype *type = arena_alloc(a, sizeof(*type));
	struct pgtarget_column *t = arena_alloc(a, sizeof(*t));

	*type = (struct pgtype){ .oid = oid, .kind = PGTYPE_TEXT };
	*t = (struct pgtarget_column){ .type = type };
	if (oid == 1007) {
		type->kind = PGTYPE_ARRAY;
		type->element = &integer;
		t->element = 23;
	}
	return (pgsend_new(t, &column, a));
}

static void
test_sample(const struct sample *sample, struct json_reader *r,
    struct arena *a)
{
	const struct pgsend *send = find(sample->oid, a);
	struct buf bytes = { 0 }, hex = { 0 };
	struct err err = ERR_INIT;
	struct json_value v;
	int put, good;

	good = json_read_value(r, sample->json, strlen(sample->json), &v,
	    &err) == 0 && send != NULL;
	put = good && pgsend_put(send, &v, a, &bytes);
	put_hex(&hex, &bytes);
	if (sample->hex == NULL)
		good = good && !put && bytes.len == 0;
	else
		good = put && is_hex(sample->hex, buf_z(&hex));
	ok(good, "type %u: %s%s", (unsigned int)sample->oid, sample->json,
	    sample->hex == NULL ? " goes as text" : "");
	if (!good)
		printf("# got %s\n", buf_z(&hex));
	buf_free(&bytes);
	buf_free(&hex);
}

int
main(void)
{
	struct json_reader *r = json_reader_new();
	struct arena *a = arena_new();
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		test_sample(&samples[i], r, a);
	ok(find(1186, a) == NULL, "an interval has no form known here");
	pgsend_start(&b);
	ok(b.len == 19 && memcmp(b.s, "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0",
	    19) == 0, "a stream begins with its signature");
	b.len = 0;
	pgsend_row(2, &b);
	pgsend_number(258, &b);
	pgsend_null(&b);
	pgsend_end(&b);
	ok(b.len == 16 && memcmp(b.s, "\0\2\0\0\0\4\0\0\1\2\377\377\377\377"
	    "\377\377", 16) == 0, "rows have a count, lengths and an end");
	buf_free(&b);
	arena_free(a);
	json_reader_free(r);
	return (tap_done());
}
