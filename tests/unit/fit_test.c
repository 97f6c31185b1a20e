/*
 * Values against column types.  With a server (tests/with-postgres) each is
 * also asked there: what fit refuses it must refuse, what fit takes it must
 * take.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "db/pg.h"
#include "json/json.h"
#include "schema/fit.h"
#include "schema/sqltype.h"
#include "schema/table.h"
#include "tap.h"

enum { YES = FIT_YES, ASK = FIT_UNSURE, NO = FIT_NO };

static const struct {
	const char	*type, *json;
	int		 want;
	const char	*rule;
} cases[] = {
	{ "smallint", "32767", YES, NULL },
	{ "smallint", "-32768", YES, NULL },
	{ "smallint", "32768", NO, "range" },
	{ "smallint", "-32769", NO, "range" },
	{ "integer", "\" 42\\t\"", YES, NULL },
	{ "integer", "\"+42\"", YES, NULL },
	{ "integer", "\"-2147483648\"", YES, NULL },
	{ "integer", "2147483648", NO, "range" },
	{ "integer", "1.0", NO, "type" },
	{ "integer", "1e3", NO, "type" },
	{ "integer", "\"\"", NO, "type" },
	{ "integer", "\"abc\"", NO, "type" },
	{ "integer", "\"12 3\"", NO, "type" },
	{ "integer", "\"0x1f\"", ASK, NULL },
	{ "integer", "\"1_000\"", ASK, NULL },
	{ "integer", "true", NO, "type" },
	{ "integer", "[1]", NO, "type" },
	{ "integer", "{}", NO, "type" },
	{ "integer", "\"00000000000000000000000042\"", YES, NULL },
	{ "bigint", "9223372036854775807", YES, NULL },
	{ "bigint", "-9223372036854775808", YES, NULL },
	{ "bigint", "9223372036854775808", NO, "range" },
	{ "bigint", "99999999999999999999999", NO, "range" },
	{ "numeric", "1e1000", YES, NULL },
	{ "numeric", "1e131071", YES, NULL },
	{ "numeric", "1e131072", NO, "range" },
	{ "numeric", "1e-16383", YES, NULL },
	{ "numeric", "1e-16384", NO, "range" },
	{ "numeric", "\"NaN\"", YES, NULL },
	{ "numeric", "\"-inf\"", ASK, NULL },
	{ "numeric", "\".5\"", YES, NULL },
	{ "numeric", "\"5.\"", YES, NULL },
	{ "numeric", "\".\"", NO, "type" },
	{ "numeric", "\"12,50\"", NO, "type" },
	{ "numeric(4,2)", "99.99", YES, NULL },
	{ "numeric(4,2)", "99.994", YES, NULL },
	{ "numeric(4,2)", "99.995", NO, "range" },
	{ "numeric(4,2)", "100", NO, "range" },
	{ "numeric(4,2)", "-100", NO, "range" },
	{ "numeric(4,2)", "0.0001e5", YES, NULL },
	{ "numeric(4,2)", "0.0001e6", NO, "range" },
	{ "numeric(4,2)", "\"00099.5\"", YES, NULL },
	{ "numeric(4,2)", "\"NaN\"", YES, NULL },
	{ "numeric(4,2)", "\"Infinity\"", NO, "range" },
	{ "numeric(3)", "999.4", YES, NULL },
	{ "numeric(3)", "999.5", NO, "range" },
	{ "numeric(3,5)", "0.00999", YES, NULL },
	{ "numeric(3,5)", "0.01", NO, "range" },
	{ "numeric(2,-3)", "99499", YES, NULL },
	{ "numeric(2,-3)", "99500", NO, "range" },
	{ "double precision", "1e308", YES, NULL },
	{ "double precision", "1e309", NO, "range" },
	{ "double precision", "1e-309", YES, NULL },
	{ "double precision", "1e-400", NO, "range" },
	{ "double precision", "\"Infinity\"", YES, NULL },
	{ "double precision", "\"nan\"", YES, NULL },
	{ "double precision", "\"0x1p3\"", ASK, NULL },
	{ "double precision", "\"1,5\"", NO, "type" },
	{ "real", "3.4e38", YES, NULL },
	{ "real", "3.5e38", NO, "range" },
	{ "real", "1e-46", NO, "range" },
	{ "real", "0e-999", YES, NULL },
	{ "boolean", "true", YES, NULL },
	{ "boolean", "1", YES, NULL },
	{ "boolean", "2", NO, "type" },
	{ "boolean", "\" Yes \"", YES, NULL },
	{ "boolean", "\"of\"", YES, NULL },
	{ "boolean", "\"o\"", NO, "type" },
	{ "boolean", "\"\"", NO, "type" },
	{ "boolean", "\"ja\"", NO, "type" },
	{ "boolean", "\"truely\"", NO, "type" },
	{ "text", "\"abc\"", YES, NULL },
	{ "text", "12.50", YES, NULL },
	{ "text", "{\"a\":[1]}", YES, NULL },
	{ "text", "\"a\\u0000b\"", NO, "nul" },
	{ "varchar(3)", "\"abc\"", YES, NULL },
	{ "varchar(3)", "\"abcd\"", NO, "maxLength" },
	{ "varchar(3)", "\"\xc3\xa4\xc3\xb6\xc3\xbc\"", YES, NULL },
	{ "varchar(3)", "\"\xc3\xa4\xc3\xb6\xc3\xbcx\"", NO, "maxLength" },
	{ "varchar(3)", "\"abc  \"", ASK, NULL },
	{ "varchar(3)", "\"abc x\"", NO, "maxLength" },
	{ "varchar(3)", "1234", NO, "maxLength" },
	{ "char(2)", "\"a\"", YES, NULL },
	{ "char(2)", "\"abc\"", NO, "maxLength" },
	{ "uuid", "\"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\"", YES, NULL },
	{ "uuid", "\"A0EEBC999C0B4EF8BB6D6BB9BD380A11\"", YES, NULL },
	{ "uuid", "\"{a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11}\"", YES, NULL },
	{ "uuid", "\"a0eebc9-99c0b-4ef8-bb6d-6bb9bd380a11\"", NO, "uuid" },
	{ "uuid", "\"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1\"", NO, "uuid" },
	{ "uuid", "\"a0eebc99--9c0b-4ef8-bb6d-6bb9bd380a11\"", NO, "uuid" },
	{ "uuid", "\"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11-\"", NO, "uuid" },
	{ "uuid", "\"-a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\"", NO, "uuid" },
	{ "uuid", "\"{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\"", NO, "uuid" },
	{ "uuid", "\" a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\"", NO, "uuid" },
	{ "uuid", "\"not-a-uuid\"", NO, "uuid" },
	{ "uuid", "12345678901234567890123456789012", YES, NULL },
	{ "bytea", "\"\\\\x00ff\"", YES, NULL },
	{ "bytea", "\"\\\\x00 ff\"", YES, NULL },
	{ "bytea", "\"\\\\x0\"", NO, "type" },
	{ "bytea", "\"\\\\xgg\"", NO, "type" },
	{ "bytea", "\"plain\"", YES, NULL },
	{ "bytea", "\"a\\\\001b\\\\\\\\\"", YES, NULL },
	{ "bytea", "\"a\\\\401\"", NO, "type" },
	{ "date", "\"2024-02-29\"", YES, NULL },
	{ "date", "\"2023-02-29\"", NO, "date" },
	{ "date", "\"2023-13-01\"", NO, "date" },
	{ "date", "\"2023-02-30T10:00:00Z\"", NO, "date" },
	{ "date", "\"2023-02-28T10:00:00Z\"", YES, NULL },
	{ "date", "\"0001-01-01 BC\"", ASK, NULL },
	{ "date", "\"31.12.2025\"", ASK, NULL },
	{ "date", "\"Jan 8, 1999\"", ASK, NULL },
	{ "date", "\"infinity\"", ASK, NULL },
	{ "date", "\"soon\"", NO, "date" },
	{ "date", "\"\"", NO, "date" },
	{ "date", "true", NO, "date" },
	{ "date", "20250101", ASK, NULL },
	{ "timestamp", "\"2024-02-29T23:59:59.123456\"", YES, NULL },
	{ "timestamp", "\"2024-02-29 23:59:59+05:30\"", YES, NULL },
	{ "timestamp", "\"2024-02-29T23:59\"", YES, NULL },
	{ "timestamp", "\"2024-02-29T25:00:00\"", NO, "timestamp" },
	{ "timestamp", "\"2024-02-29T23:60:00\"", NO, "timestamp" },
	{ "timestamp", "\"2024-02-29\"", YES, NULL },
	{ "timestamp", "\"2024-02-29T24:00:00\"", ASK, NULL },
	{ "timestamptz", "\"2024-02-29T23:59:59Z\"", YES, NULL },
	{ "timestamptz", "\"2024-02-29T23:59:59 Europe/Berlin\"", ASK, NULL },
	{ "timestamptz", "\"yesterday\"", ASK, NULL },
	{ "timestamptz", "\"last week\"", NO, "timestamp" },
	{ "time", "\"10:20:30\"", YES, NULL },
	{ "time", "\"10:20:30Z\"", YES, NULL },
	{ "time", "\"10:20\"", YES, NULL },
	{ "time", "\"26:00\"", NO, "time" },
	{ "time", "\"noon\"", NO, "time" },
	{ "timetz", "\"10:20:30+02\"", YES, NULL },
	{ "interval", "\"1 day\"", ASK, NULL },
	{ "json", "{\"a\":\"\\u0000\"}", YES, NULL },
	{ "jsonb", "{\"a\":\"\\u0000\"}", NO, "nul" },
	{ "jsonb", "{\"a\":\"\\\\u0000\"}", YES, NULL },
	{ "jsonb", "\"text\"", YES, NULL },
	{ "integer[]", "[1,2,null]", YES, NULL },
	{ "integer[]", "[1,\"x\"]", NO, "type" },
	{ "integer[]", "[[1,2],[3,4]]", ASK, NULL },
	{ "integer[]", "\"{1,2}\"", ASK, NULL },
	{ "integer[]", "5", NO, "type" },
	{ "text[]", "[]", YES, NULL },
	{ "inet", "\"10.0.0.1\"", ASK, NULL },
	{ "text", "null", YES, NULL },
};

/* What the server says: 1 taken, 0 refused, -1 could not be asked. */
static int
ask_server(struct pg *pg, const char *type, const char *json)
{
	struct err err = ERR_INIT;
	struct pg_result *res;
	struct buf b = { 0 }, sql = { 0 };
	const char *param;

	if (strncmp(type, "json", 4) == 0) {
		buf_puts(&b, json);
		buf_printf(&sql, "SELECT $1::%s", type);
	} else {
		buf_printf(&b, "{\"x\":%s}", json);
		buf_printf(&sql, "SELECT x FROM json_to_record($1)"
		    " AS r (x %s)", type);
	}
	param = buf_z(&b);
	if (pg_exec(pg, "SAVEPOINT s", &err) != 0)
		return (-1);
	res = pg_query(pg, buf_z(&sql), &param, 1, &err);
	(void)pg_exec(pg, "ROLLBACK TO SAVEPOINT s", &err);
	buf_free(&b);
	buf_free(&sql);
	pg_done(res);
	return (res != NULL);
}

static void
check_case(size_t i, struct pg *pg, struct json_reader *r, struct arena *a)
{
	struct column c = { .name = "x", .sql_type = cases[i].type };
	struct err err = ERR_INIT;
	struct json_value v;
	struct sqltype st;
	int got, said;

	(void)sqltype_read(&st, c.sql_type, strlen(c.sql_type));
	c.type = st.type;
	c.max_length = st.max_length;
	c.precision = st.precision;
	c.scale = st.scale;
	if (json_read_value(r, cases[i].json, strlen(cases[i].json), &v,
	    &err) != 0) {
		ok(0, "%s is JSON", cases[i].json);
		return;
	}
	got = (int)fit_check(fit_new(&c, a), &v, a, &err);
	ok(got == cases[i].want && (got != FIT_NO ||
	    strcmp(err.rule, cases[i].rule) == 0), "%s %s", c.sql_type,
	    cases[i].json);
	if (got != cases[i].want)
		printf("# got %d %s\n", got, err.msg);
	if (pg == NULL || got == FIT_UNSURE)
		return;
	said = ask_server(pg, c.sql_type, cases[i].json);
	ok(said == (got == FIT_YES), "the server agrees on %s %s", c.sql_type,
	    cases[i].json);
}

/* Rounding, which a server does without a word. */
static void
check_loss(struct json_reader *r, struct arena *a)
{
	static const struct {
		const char	*type, *json;
		int		 want;
	} losses[] = {
		{ "numeric(8,2)", "1.25", 0 }, { "numeric(8,2)", "1.250", 0 },
		{ "numeric(8,2)", "1.251", 1 }, { "numeric(8,2)", "1e-3", 1 },
		{ "numeric(8,2)", "125e-2", 0 },
		{ "numeric(8,2)", "\"0.005\"", 1 },
		{ "numeric(8,2)", "0.000", 0 }, { "numeric(3)", "1.5", 1 },
		{ "numeric(2,-3)", "99000", 0 },
		{ "numeric(2,-3)", "99400", 1 },
		{ "numeric(3,5)", "0.00123", 0 },
		{ "numeric(3,5)", "0.001234", 1 },
		{ "numeric", "1.123456789", 0 },
		{ "double precision", "0.1", 0 },
		{ "double precision", "0.12345678901234567890", 1 },
		{ "integer", "1", 0 },
	};
	struct column c = { .name = "x" };
	struct err err = ERR_INIT;
	struct json_value v;
	struct sqltype st;
	size_t i;

	for (i = 0; i < sizeof(losses) / sizeof(losses[0]); i++) {
		c.sql_type = losses[i].type;
		(void)sqltype_read(&st, c.sql_type, strlen(c.sql_type));
		c.type = st.type;
		c.precision = st.precision;
		c.scale = st.scale;
		(void)json_read_value(r, losses[i].json,
		    strlen(losses[i].json), &v, &err);
		ok(fit_loses(fit_new(&c, a), &v, a, &err) == losses[i].want,
		    "%s %s is %s", losses[i].type, losses[i].json,
		    losses[i].want ? "rounded" : "kept");
	}
}

static void
check_labels(struct json_reader *r, struct arena *a)
{
	const char *labels[] = { "ACTIVE", "CLOSED", "ON HOLD" };
	struct column c = {
		.name = "status", .type = COLUMN_ENUM, .sql_type = "mood",
		.labels = labels, .nlabels = 3, .max_length = -1,
	};
	struct fit *f = fit_new(&c, a);
	struct err err = ERR_INIT;
	struct json_value v;

	(void)json_read_value(r, "\"ON HOLD\"", 9, &v, &err);
	ok(fit_check(f, &v, a, &err) == FIT_YES, "a label fits");
	(void)json_read_value(r, "\"ON\"", 4, &v, &err);
	ok(fit_check(f, &v, a, &err) == FIT_NO,
	    "the beginning of a label does not");
	(void)json_read_value(r, "\"active\"", 8, &v, &err);
	ok(fit_check(f, &v, a, &err) == FIT_NO, "nor does one in other case");
	is_text(err.rule, strlen(err.rule), "enum", "which breaks the rule");
	is_text(err.path, strlen(err.path), "/status", "at its path");
	is_text(err.hint, strlen(err.hint), "enum-upcase -f status "
	    "--ignore-case --allow 'ACTIVE,CLOSED,ON HOLD' would mend it",
	    "and the stage that mends it is named");
	(void)json_read_value(r, "\"clsed\"", 7, &v, &err);
	(void)fit_check(f, &v, a, &err);
	is_text(err.hint, strlen(err.hint), "enum-upcase -f status "
	    "--ignore-case --allow 'ACTIVE,CLOSED,ON HOLD' --map clsed=CLOSED"
	    " would mend it", "also for a slip");
	c.not_null = 1;
	(void)json_read_value(r, "null", 4, &v, &err);
	ok(fit_check(f, &v, a, &err) == FIT_NO &&
	    strcmp(err.rule, "not-null") == 0, "null breaks NOT NULL");
}

int
main(void)
{
	struct json_reader *r = json_reader_new();
	struct arena *a = arena_new();
	struct err err = ERR_INIT;
	struct pg *pg = NULL;
	size_t i;

	if (getenv("PGHOST") != NULL && ((pg = pg_open(NULL, &err)) == NULL ||
	    pg_begin(pg, NULL, &err) != 0))
		ok(0, "a connection: %s", err.msg);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_case(i, pg, r, a);
	check_labels(r, a);
	check_loss(r, a);
	pg_close(pg);
	arena_free(a);
	json_reader_free(r);
	return (tap_done());
}
