/*
 * What a program leaves behind: nothing.  Each program here runs on the same
 * row several times; from the second time on the heap must be as full after a
 * run as before.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "jq/jq.h"
#include "tap.h"

static const char row[] = "{\"id\":1,\"name\":\"Ann \\\"x\\\" \\u00e9\","
    "\"amount\":1.10,\"big\":123456789012345678901234567890,"
    "\"tags\":[\"a\",\"bcde\",[1,[2,{\"z\":null}]]],"
    "\"payload\":{\"address\": {\"city\": \"X\", \"n\": [1,2,3]}, \"k\": 2}}";

static const char *const programs[] = {
	".", ".id", ".missing", "..", ".tags[]", ".tags[1:]", ".name[1:3]",
	"del(.id)", "del(.tags[0])", "del(.payload.address, .name)",
	"del(..|select(. == 2))", ".name |= ascii_upcase", ".id += 1",
	".tags |= map(select(length > 1))", ".tags[] |= empty",
	".payload[] |= tojson", "(.id, .name) |= tostring",
	"(.. | numbers) |= . + 1", ".a.b.c = 1", ".id = (1,2)",
	".id += (1,2)", ".x //= {a: .name}", ".tags[1:2] = [1,2,3]",
	"{id, n: (.name | split(\" \")), a: (.amount * 1.2)}",
	"{(.tags[0]): .name, b: (1,2)}", "\"\\(.name) \\(.tags)\"",
	"[.[]]", "[.. | scalars]", "map_values(.)", "with_entries(.value |= 1)",
	"to_entries", "keys", "reduce .tags[] as $x (null; [., $x])",
	"reduce .tags[] as [$x, $y] (0; . + 1)?",
	"[foreach .tags[] as $x ({}; .[$x] = 1)]", "[limit(2; .tags[])]",
	"first(.tags[])", "[paths]", "[path(..)]", "[tostream]",
	"fromstream(tostream)", "[.tags | tostream] | fromstream(.[])",
	"try error({a: .name}) catch .", "error({a: .name})", ".id.x",
	".name + 1", "[.tags[] | .x?]", ".tags as [$a, $b, [$c]] | [$a, $c]",
	". as {name: $n, tags: [$t]} | $n + $t",
	". as [$a] ?// {name: $a} | $a", "label $f | .tags[] | ., break $f",
	"[label $f | .tags[] | [.] | ., break $f]",
	"def f(g): g | g; f({a: .})",
	"def f($a; $b): [$a, $b]; f(.id; .tags[])",
	"def f: if . > 100 then . else . + 1 | f end; .id | f",
	"def f(g): if . > 100 then . else g | f(g) end; .id | f(. + 1)",
	"def r: ., (.[]? | r); [r]", "[.tags | recurse(.[]?)]",
	"[.id | recurse(if . < 5 then . + 1 else empty end)]",
	"[.id | while(. < 5; . + 1)]", "[.id | until(. > 5; . + 1)]",
	"[.id | limit(3; repeat(.))]",
	"walk(if . == [] then 0 else . end)", "[.tags[] | walk(.)]",
	".tags | sort, unique, length",
	"[.tags[] | tostring] | group_by(length), min, max, sort_by(.)",
	"[.payload, .payload] | unique_by(.k), sort_by(.address, .k)",
	".payload * {address: {n: 1}, z: .name}", ".payload + {k: 1}",
	".tags - [\"a\"]", ".big + 1, .big * .big, -.big, .amount / 3",
	".big % 7, (.amount | tostring)", "[.name, .big] | tojson | fromjson",
	"any(.tags[]; . == \"a\"), all(.tags[]; . != 1)",
	"isempty(.tags[]), add(.tags[]|strings)", "[.tags[] | arrays | add?]",
	"[splits(\"a\")?], (.name | [splits(\" \")])",
	".name | test(\"x\"), [match(\"(?<q>.)x\"; \"g\")], sub(\"x\"; \"y\")",
	".name | gsub(\"(?<c>[a-z])\"; \"<\\(.c)>\"), ascii_downcase, explode",
	".name | ltrimstr(\"Ann\"), @base64, @uri, @html \"a\\(.)\", @sh",
	"[.id, .name] | @csv, @tsv", ".id | todate, gmtime",
	"getpath([\"payload\", \"address\", \"city\"]), pick(.payload.k)",
	"setpath([\"payload\", \"k\"]; .name), delpaths([[\"id\"]])",
	"[.tags[2] | combinations?], ([[1, 2], [3]] | combinations)",
	"[.[] as $x | $x] | transpose?", "INDEX(.tags[]; .), IN(.id; 1)",
	"[1, .name] | flatten, indices(1), join(\"-\")", "$ENV | length",
	"[range(3)] | .[1:] |= map(. + 1)", "[.tags[] | if strings then 1 end]",
	"(.a, .b) = .name", "limit(1; .tags[] |= [.])", "input?", "[inputs]",
	"ltrimstr(\"x\")?", "halt", "\"bye\" | halt_error", "[nth(1; .tags[])]",
	"[skip(1; .tags[])]", "last(.tags[])",
	"def f(x): [x]; f(.tags[] as $t | $t)",
	"[.tags[] as $t | .name as $n | {$t, $n}]",
	"path(1)", "[path(.tags | first(.[]), last(.[]))]", "try (path(1|.a))",
	".[\"tags\", \"name\"]", ".tags[.id, 0]", "[.tags[.id:]]",
	"isvalid(.id.x)", "[.. |= .]", "reduce range(100) as $i ([]; . + [$i])",
	"reduce range(50) as $i ({}; .[\"k\\($i)\"] = $i) | del(.k3) | length",
	"{a: 1} | .b = .a | del(.a) | to_entries", "ascii?, @text, tojson",
	"[range(20)] | map({a: (. % 3)}) | group_by(.a) | map(length)"
};

static int
sink(void *cookie, struct value *v, struct err *err)
{
	struct buf *b = cookie;

	(void)v;
	(void)err;
	buf_putc(b, '\n');
	return (0);
}

/* Run ${program} a few times; return what the later runs left behind. */
static long
left_behind(const char *program)
{
	struct jq_opts opts = { .name = "program", .text = program,
	    .len = strlen(program), .memory = (size_t)1 << 28,
	    .stack = (size_t)1 << 20 };
	struct json_reader *reader = json_reader_new();
	struct jq_row r = { .number = 1 };
	struct jq *jq = jq_new(&opts);
	struct buf b = { 0 };
	struct err err;
	size_t before = 0;
	long left = -1;
	int i;

	if (jq_compile(jq, &err) != 0 ||
	    json_read_object(reader, row, strlen(row), &err) != 0) {
		printf("# %s\n", err.msg);
		goto done;
	}
	r.v = (struct json_value){ row, (uint32_t)strlen(row), JSON_OBJECT,
	    0 };
	r.fields = reader->fields;
	r.nfields = reader->nfields;
	r.shape = reader->shape;
	for (i = 0; i < 4; i++) {
		if (i == 2)
			before = value_heap_used(jq_heap(jq));
		(void)jq_run(jq, &r, sink, &b, &err);
	}
	left = (long)(value_heap_used(jq_heap(jq)) - before);
done:
	buf_free(&b);
	jq_free(jq);
	json_reader_free(reader);
	return (left);
}

int
main(void)
{
	size_t i;
	long left;

	for (i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		left = left_behind(programs[i]);
		if (left != 0)
			printf("# %ld bytes left behind\n", left);
		ok(left == 0, "leaves nothing behind: %s", programs[i]);
	}
	return (tap_done());
}
