/* The paths that programs read, and what rows have there. */
#include "base/buf.h"
#include "base/err.h"
#include "jq/probe.h"
#include "json/json.h"
#include "tap.h"

/* "?" marks a path that is guarded. */
static const struct {
	const char	*program, *want;
} programs[] = {
	{ ".", "" },
	{ ".a", ".a" },
	{ ".a.b.c", ".a.b.c" },
	{ ".a | .b | .c", ".a.b.c" },
	{ ".a[\"b\"].\"odd key\"", ".a.b.\"odd key\"" },
	{ "{id, city: .profile.address.city}", ".id .profile.address.city" },
	{ "{id} + {n: .a.b}", ".id .a.b" },
	{ ".items[].price", ".items[].price" },
	{ "[.items[] | .price * .n]", ".items[].price .items[].n" },
	{ ".items | map(.price) | add", ".items[].price" },
	{ ".a.b // \"none\"", ".a.b?" },
	{ "(.a // {}) | .b", ".a.b?" },
	{ ".a.b?", ".a.b?" },
	{ "try .a.b catch null", ".a.b?" },
	{ "if .a.b then 1 else .c.d end", ".a.b? .c.d" },
	{ "if .a.b == null then 1 else .a.b end", ".a.b?" },
	{ "select(.a.b != null) | .a.b", ".a.b?" },
	{ "select(.a.b > 1) | .c.d", ".a.b? .c.d" },
	{ ".x = .a.b", ".a.b" },
	{ ".a.b |= tostring", ".a.b" },
	{ ".a |= .b", ".a.b" },
	{ ".a.b //= 1", ".a.b?" },
	{ ".x += .a.b", ".x .a.b" },
	{ "del(.a.b)", "" },
	{ "del(.a.b) | .c.d", ".c.d" },
	{ "\"\\(.a.b) and \\(.c.d)\"", ".a.b .c.d" },
	{ ".a as $x | .b.c + $x", ".a .b.c" },
	{ "def f: .x.y; .a.b | f", ".a.b" },
	{ ".a[0].b", ".a" },
	{ ".[\"a\", \"b\"]", "" },
	{ "to_entries | map(.value.x)", "" },
	{ ".a.b | ascii_downcase | test(\"x\")", ".a.b" },
	{ "reduce .items[].n as $n (0; . + $n)", ".items[].n" },
};

static void
check_program(const char *program, const char *want)
{
	const struct probe_path *path;
	struct err err = ERR_INIT;
	struct buf b = { 0 };
	struct probe *p;
	size_t i;

	p = probe_new(program, strlen(program), &err);
	for (i = 0; p != NULL && (path = probe_path(p, i)) != NULL; i++)
		buf_printf(&b, "%s%s%s", i == 0 ? "" : " ", path->text,
		    path->guarded ? "?" : "");
	is_text(buf_z(&b), b.len, want, program);
	buf_free(&b);
	probe_free(p);
}

static void
check_rows(void)
{
	static const char *const rows[] = {
		"{\"a\":{\"b\":\"x\"},\"items\":[{\"n\":1},{\"n\":null}]}",
		"{\"a\":{\"b\":null},\"items\":[]}",
		"{\"a\":null,\"items\":null}",
		"{\"items\":[{\"n\":\"1\"}]}",
		" \t{\"a\":{\"b\":7}} ",
		"{\"a\":\"no object\"}",
	};
	const char program[] = ".a.b, .items[].n";
	const struct probe_path *path;
	struct err err = ERR_INIT;
	struct probe *p;
	size_t i;

	p = probe_new(program, strlen(program), &err);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		probe_row(p, rows[i], strlen(rows[i]), i + 1);
	path = probe_path(p, 0);
	ok(path->rows[JSON_NULL] == 3 && path->first[JSON_NULL] == 2,
	    "null, inside of null, and not there are null");
	ok(path->rows[JSON_STRING] == 1 && path->rows[JSON_NUMBER] == 1,
	    "other types are counted each");
	path = probe_path(p, 1);
	ok(path->rows[JSON_NULL] == 4 && path->rows[JSON_NUMBER] == 1 &&
	    path->rows[JSON_STRING] == 1,
	    "a row counts once for each type that its members have");
	probe_free(p);
}

int
main(void)
{
	struct err err = ERR_INIT;
	size_t i;

	for (i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		check_program(programs[i].program, programs[i].want);
	check_rows();
	ok(probe_new(".a |", 4, &err) == NULL && err.msg[0] != '\0',
	    "what is no program is refused");
	return (tap_done());
}
