/*
 * fuzz_profile - whatever the rows are, their profile adds up
 *
 * The first byte of an input says how tight the bounds are, each line of the
 * rest is a row if it can be read as one.  Every value is counted under some
 * path, lines and schema are JSON, and no bound is exceeded.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "json/json.h"
#include "row/output.h"
#include "row/profile.h"
#include "row/row.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(int good, const char *what)
{

	if (good)
		return;
	(void)fprintf(stderr, "fuzz_profile: %s\n", what);
	abort();
}

static void
add_lines(struct profile *p, const char *s, size_t len)
{
	struct json_reader *r = json_reader_new();
	struct row row = { .arena = arena_new() };
	struct err err = ERR_INIT;
	const char *lf;
	size_t n;

	for (; len > 0; s += n, len -= n) {
		lf = memchr(s, '\n', len);
		n = lf == NULL ? len : (size_t)(lf - s) + 1;
		if (json_read_object(r, s, n, &err) != 0)
			continue;
		row.fields = r->fields;
		row.nfields = r->nfields;
		row.shape = r->shape;
		profile_add(p, &row);
		arena_reset(row.arena);
	}
	arena_free(row.arena);
	json_reader_free(r);
}

static uint64_t
count(const struct json_value *obj, const char *key)
{
	struct json_value v;
	int64_t n = 0;

	if (json_get(obj, key, strlen(key), &v))
		must(json_int(&v, &n) && n >= 0, "a count is no number");
	return ((uint64_t)n);
}

/* One line: its types make up its values, and what is said of strings is said
 * of no more than there are. */
static void
check_line(const char *s, size_t len, struct json_reader *r)
{
	static const char *const types[] = {
		"null", "boolean", "number", "string", "array", "object"
	};
	struct err err = ERR_INIT;
	struct json_value line, counts;
	uint64_t values = 0;
	size_t i;

	must(json_read_value(r, s, len, &line, &err) == 0, err.msg);
	must(json_get(&line, "types", 5, &counts), "no types");
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		values += count(&counts, types[i]);
	must(values >= count(&line, "present"), "values without a type");
	must(count(&line, "null") == count(&counts, "null"), "null differs");
	must(count(&line, "distinct") <= values, "more distinct than values");
	must(count(&line, "like") <= count(&counts, "string"),
	    "more are alike than there are strings");
	must(count(&line, "integers") <= count(&counts, "number"),
	    "more integers than numbers");
}

static size_t
check_lines(const struct profile *p, struct json_reader *r)
{
	static char text[1 << 20];
	struct err err = ERR_INIT;
	FILE *f = tmpfile();
	struct output *out;
	size_t len, n = 0;
	char *s, *lf;

	must(f != NULL, "tmpfile");
	out = output_open(fileno(f), "lines");
	must(profile_put_lines(p, out, &err) == 0 &&
	    output_close(out, &err) == 0 && fseek(f, 0, SEEK_SET) == 0,
	    "lines are not written");
	len = fread(text, 1, sizeof(text), f);
	(void)fclose(f);
	for (s = text; (lf = memchr(s, '\n', len)) != NULL; s = lf + 1, n++) {
		check_line(s, (size_t)(lf - s), r);
		len -= (size_t)(lf - s) + 1;
	}
	return (n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct profile_opts opts = PROFILE_OPTS_INIT;
	struct json_reader *r = json_reader_new();
	struct err err = ERR_INIT;
	struct buf b = { 0 };
	struct json_value v;
	struct profile *p;
	size_t lines;

	if (size > 0 && size <= 16384) {
		opts.memory = 0;
		opts.exact = data[0] % 4;
		opts.samples = data[0] / 4 % 4;
		opts.paths = data[0] / 16;
		p = profile_new(&opts);
		add_lines(p, (const char *)data + 1, size - 1);
		must(profile_paths(p) <= opts.paths, "too many paths");
		lines = check_lines(p, r);
		must(lines == profile_paths(p) + (profile_others(p) > 0),
		    "not a line for each path");
		profile_put_schema(p, &b);
		must(json_read_value(r, b.s, b.len, &v, &err) == 0, err.msg);
		b.len = 0;
		profile_put_table(p, &b);
		must(b.s[b.len - 1] == '\n', "half a line in the table");
		profile_free(p);
	}
	buf_free(&b);
	json_reader_free(r);
	return (0);
}
