/*
 * canon_as_test - values of columns whose types say which are the same
 */
#include "base/buf.h"
#include "base/err.h"
#include "json/canon_as.h"
#include "tap.h"

/* A value and its form as that type; NULL: that of the line before. */
static const struct {
	enum canon_as	 as;
	const char	*text, *form;
} forms[] = {
	{ CANON_AS_NUMBER, "1.50", "15e-1" },
	{ CANON_AS_NUMBER, "\"1.50\"", NULL },
	{ CANON_AS_NUMBER, "\"+001.5\"", NULL },
	{ CANON_AS_NUMBER, "\".15e1\"", NULL },
	{ CANON_AS_NUMBER, "\"15.e-1\"", NULL },
	{ CANON_AS_NUMBER, "0.10000000000000000000000000001",
	    "10000000000000000000000000001e-29" },
	{ CANON_AS_NUMBER, "\"NaN\"", "\"NaN\"" },
	{ CANON_AS_NUMBER, "\"nan\"", NULL },
	{ CANON_AS_NUMBER, "\"Infinity\"", "\"Infinity\"" },
	{ CANON_AS_NUMBER, "\"+inf\"", NULL },
	{ CANON_AS_NUMBER, "\"-INFINITY\"", "\"-Infinity\"" },
	{ CANON_AS_NUMBER, "\"1,5\"", "\"1,5\"" },
	{ CANON_AS_NUMBER, "\"\"", "\"\"" },
	{ CANON_AS_NUMBER, "\"-\"", "\"-\"" },
	{ CANON_AS_NUMBER, "\".\"", "\".\"" },
	{ CANON_AS_NUMBER, "\"1e\"", "\"1e\"" },
	{ CANON_AS_NUMBER, "\"1 \"", "\"1 \"" },
	{ CANON_AS_NUMBER, "true", "true" },
	{ CANON_AS_NUMBER, "null", "null" },
	{ CANON_AS_DOUBLE, "0.1", "1e-1" },
	{ CANON_AS_DOUBLE, "0.1000000000000000055511151231257827", NULL },
	{ CANON_AS_DOUBLE, "\"0.10\"", NULL },
	{ CANON_AS_DOUBLE, "123456789012345678",
	    "12345678901234568e1" },
	{ CANON_AS_DOUBLE, "1e400", "1e400" },
	{ CANON_AS_DOUBLE, "-0.0", "0" },
	{ CANON_AS_DOUBLE, "1e-400", "0" },
	{ CANON_AS_DOUBLE, "\"Infinity\"", "\"Infinity\"" },
	{ CANON_AS_SINGLE, "0.1", "10000000149011612e-17" },
	{ CANON_AS_SINGLE, "0.100000001490116", NULL },
	{ CANON_AS_SINGLE, "1e39", "1e39" },
	{ CANON_AS_BOOLEAN, "true", "true" },
	{ CANON_AS_BOOLEAN, "1", NULL },
	{ CANON_AS_BOOLEAN, "1.0", NULL },
	{ CANON_AS_BOOLEAN, "10e-1", NULL },
	{ CANON_AS_BOOLEAN, "\"t\"", NULL },
	{ CANON_AS_BOOLEAN, "\"TRUE\"", NULL },
	{ CANON_AS_BOOLEAN, "\"1\"", NULL },
	{ CANON_AS_BOOLEAN, "0", "false" },
	{ CANON_AS_BOOLEAN, "-0.0", NULL },
	{ CANON_AS_BOOLEAN, "\"f\"", NULL },
	{ CANON_AS_BOOLEAN, "2", "2" },
	{ CANON_AS_BOOLEAN, "-1", "-1" },
	{ CANON_AS_BOOLEAN, "1e1", "1e1" },
	{ CANON_AS_BOOLEAN, "\"yes\"", "\"yes\"" },
	{ CANON_AS_UUID, "\"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11\"",
	    "\"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\"" },
	{ CANON_AS_UUID, "\"{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}\"", NULL },
	{ CANON_AS_UUID, "\"a0eebc999c0b4ef8bb6d6bb9bd380a11\"", NULL },
	{ CANON_AS_UUID, "\"a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11\"", NULL },
	{ CANON_AS_UUID, "\"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A1\"",
	    "\"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A1\"" },
	{ CANON_AS_UUID, "\"A0EEBC99--9C0B-4EF8-BB6D-6BB9BD380A11\"",
	    "\"A0EEBC99--9C0B-4EF8-BB6D-6BB9BD380A11\"" },
	{ CANON_AS_UUID, "\"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11-\"",
	    "\"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11-\"" },
	{ CANON_AS_UUID, "\"G0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11\"",
	    "\"G0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11\"" },
	{ CANON_AS_INSTANT, "\"2024-02-29T23:30:00.120+00:00\"",
	    "\"2024-02-29T23:30:00.12Z\"" },
	{ CANON_AS_INSTANT, "\"2024-02-29 23:30:00.12\"", NULL },
	{ CANON_AS_INSTANT, "\"2024-03-01t00:30:00.1200000+01\"", NULL },
	{ CANON_AS_INSTANT, "\"2024-02-29T18:00:00.12-0530\"", NULL },
	{ CANON_AS_INSTANT, "\"2024-02-29T23:30:30.12+00:00:30\"", NULL },
	{ CANON_AS_INSTANT, "\"2024-01-01\"", "\"2024-01-01T00:00:00Z\"" },
	{ CANON_AS_INSTANT, "\"2023-12-31T24:00:00Z\"", NULL },
	{ CANON_AS_INSTANT, "\"2023-12-31 23:59:60\"", NULL },
	{ CANON_AS_INSTANT, "\"2023-12-31 19:00-05:00\"", NULL },
	{ CANON_AS_INSTANT, "\"0001-01-01T00:00:00+01\"",
	    "\"0000-12-31T23:00:00Z\"" },
	{ CANON_AS_INSTANT, "\"0001-12-31T23:00:00Z BC\"", NULL },
	{ CANON_AS_INSTANT, "\"0044-03-15T12:00:00+00:00 BC\"",
	    "\"-0043-03-15T12:00:00Z\"" },
	{ CANON_AS_INSTANT, "\"294276-12-31T23:59:59.999999Z\"",
	    "\"294276-12-31T23:59:59.999999Z\"" },
	{ CANON_AS_INSTANT, "\"infinity\"", "\"infinity\"" },
	{ CANON_AS_INSTANT, "\"2023-02-29 00:00:00\"",
	    "\"2023-02-29 00:00:00\"" },
	{ CANON_AS_INSTANT, "\"2023-13-01 00:00:00\"",
	    "\"2023-13-01 00:00:00\"" },
	{ CANON_AS_INSTANT, "\"2023-12-01 24:00:01\"",
	    "\"2023-12-01 24:00:01\"" },
	{ CANON_AS_INSTANT, "\"2023-12-01 00:00:00.\"",
	    "\"2023-12-01 00:00:00.\"" },
	{ CANON_AS_INSTANT, "\"2023-12-01 00:00:00 \"",
	    "\"2023-12-01 00:00:00 \"" },
	{ CANON_AS_INSTANT, "\"23-12-01 00:00:00\"",
	    "\"23-12-01 00:00:00\"" },
	{ CANON_AS_INSTANT, "1700000000", "17e8" },
	{ CANON_AS_TIMESTAMP, "\"2024-02-29T23:30:00.500\"",
	    "\"2024-02-29T23:30:00.5\"" },
	{ CANON_AS_TIMESTAMP, "\"2024-02-29 23:30:00.5\"", NULL },
	{ CANON_AS_TIMESTAMP, "\"2024-02-29 23:30:00.5Z\"",
	    "\"2024-02-29 23:30:00.5Z\"" },
	{ CANON_AS_TIME, "\"04:05\"", "\"04:05:00\"" },
	{ CANON_AS_TIME, "\"04:05:00.000\"", NULL },
	{ CANON_AS_TIME, "\"04:05:06.70\"", "\"04:05:06.7\"" },
	{ CANON_AS_TIME, "\"04:05:06+00\"", "\"04:05:06+00\"" },
	{ CANON_AS_TIMETZ, "\"04:05:06.70+00\"", "\"04:05:06.7Z\"" },
	{ CANON_AS_TIMETZ, "\"04:05:06.7Z\"", NULL },
	{ CANON_AS_TIMETZ, "\"04:05:06-0330\"", "\"04:05:06-03:30\"" },
	{ CANON_AS_TIMETZ, "\"04:05:06-03:30\"", NULL },
	{ CANON_AS_TIMETZ, "\"04:05:06\"", "\"04:05:06\"" },
	{ CANON_AS_JSON, "{\"b\":1.0,\"a\":[]}", "{\"a\":[],\"b\":1}" },
	{ CANON_AS_JSON, "\" {\\\"a\\\":[],\\\"b\\\":10e-1}\"", NULL },
	{ CANON_AS_JSON, "\"[1.0]\"", "[1]" },
	{ CANON_AS_JSON, "\"[1.0\"", "\"[1.0\"" },
	{ CANON_AS_JSON, "\"5\"", "\"5\"" },
	{ CANON_AS_JSON, "5", "5" },
	{ CANON_AS_BYTES, "\"\\\\xDEADbeef\"", "\"\\\\xdeadbeef\"" },
	{ CANON_AS_BYTES, "\"\\\\x\"", "\"\\\\x\"" },
	{ CANON_AS_BYTES, "\"\\\\xABC\"", "\"\\\\xABC\"" },
	{ CANON_AS_BYTES, "\"DEAD\"", "\"DEAD\"" },
	{ CANON_AS_IS, "\"1.0\"", "\"1.0\"" },
};

int
main(void)
{
	struct json_reader *r = json_reader_new();
	struct err err = ERR_INIT;
	struct buf b = { 0 };
	struct json_value v;
	const char *want = "";
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (forms[i].form != NULL)
			want = forms[i].form;
		b.len = 0;
		if (json_read_value(r, forms[i].text, strlen(forms[i].text),
		    &v, &err) == 0)
			canon_put_as(forms[i].as, &v, &b);
		is_text(b.s, b.len, want, forms[i].text);
	}
	buf_free(&b);
	json_reader_free(r);
	return (tap_done());
}
