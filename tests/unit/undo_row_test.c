/*
 * undo_row: what other programs would change is wrapped, and all comes back.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "db/undo_row.h"
#include "json/json.h"

#include "tap.h"

static struct json_reader *reader;

/* The row {"a":VALUE} is written as {"a":WRITTEN}, and comes back. */
static void
check(const char *value, const char *written)
{
	struct buf row = { 0 }, log = { 0 }, want = { 0 };
	struct arena *a = arena_new();
	struct err err = ERR_INIT;
	struct json_value v;

	buf_printf(&row, "{\"a\":%s}", value);
	buf_printf(&want, "{\"a\":%s}", written);
	if (json_read_object(reader, row.s, row.len, &err) == 0)
		undo_row_put(&log, reader->fields, reader->nfields);
	is_text(log.s, log.len, buf_z(&want), value);
	if (json_read_value(reader, log.s, log.len, &v, &err) == 0)
		undo_row_get(&v, a);
	is_text(v.s, v.len, buf_z(&row), "and back");
	buf_free(&row);
	buf_free(&log);
	buf_free(&want);
	arena_free(a);
}

int
main(void)
{
	static const char *const lasting[] = {
		"0", "1", "-1", "100", "123456789012345", "12.5", "0.001",
		"-0.25", "true", "null", "\"1.10\"", "\"\\\"1.0\"", "{}",
		"[]", "[1,2.5,\"1.0\"]", "{\"json\":1}",
		"{\"json\":\"1\",\"x\":2}", "{\"a\":{\"b\":[7]}}"
	};
	static const char *const others[][2] = {
		{ "1.10", "{\"json\":\"1.10\"}" },
		{ "0.0", "{\"json\":\"0.0\"}" },
		{ "-0", "{\"json\":\"-0\"}" },
		{ "1e5", "{\"json\":\"1e5\"}" },
		{ "1234567890123456", "{\"json\":\"1234567890123456\"}" },
		{ "[1, 2.0]", "{\"json\":\"[1, 2.0]\"}" },
		{ "{\"x\":\"\\n\",\"y\":1.0}",
		    "{\"json\":\"{\\\"x\\\":\\\"\\\\n\\\",\\\"y\\\":1.0}\"}" },
		{ "{\"json\":\"12\"}",
		    "{\"json\":\"{\\\"json\\\":\\\"12\\\"}\"}" },
	};
	size_t i;

	reader = json_reader_new();
	for (i = 0; i < sizeof(lasting) / sizeof(lasting[0]); i++)
		check(lasting[i], lasting[i]);
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		check(others[i][0], others[i][1]);
	json_reader_free(reader);
	return (tap_done());
}
