/*
 * fuzz_jq - programs out of any text, on any row
 *
 * An input is a program, a newline, and a JSON text (or else null).  Every
 * program is compiled; it is run unless it could go on for ever, with little
 * memory.  What it puts out is JSON.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "jq/jq.h"
#include "json/json.h"

#define MEMORY		((size_t)16 << 20)
#define STACK		((size_t)256 << 10)
#define OUTPUTS		200		/* enough of one program */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct output {
	struct jq		*jq;
	struct json_reader	*reader;
	int			 n;
};

static void
must(int good, const char *what)
{

	if (good)
		return;
	(void)fprintf(stderr, "fuzz_jq: %s\n", what);
	abort();
}

static int
check_output(void *cookie, struct value *v, struct err *err)
{
	struct output *out = cookie;
	struct json_value j;
	struct buf b = { 0 };

	value_put(jq_heap(out->jq), &b, v);
	must(json_read_value(out->reader, b.s, b.len, &j, err) == 0,
	    "puts out JSON");
	buf_free(&b);
	return (++out->n < OUTPUTS ? 0 : err_set(err, "enough"));
}

/* Words with which a program may run for ever, and numbers of three digits. */
static int
may_not_end(const char *s, size_t len)
{
	static const char *const words[] = {
		"def", "range", "repeat", "recurse", "while", "until", "limit",
		"combinations", "input", "..", "walk", "gsub", "import",
		"include", "debug", "stderr", "nth", "skip", "infinite",
	};
	size_t i, j, digits = 0;

	for (i = 0; i < len; i++) {
		digits = s[i] >= '0' && s[i] <= '9' ? digits + 1 : 0;
		if (digits > 2)
			return (1);
		for (j = 0; j < sizeof(words) / sizeof(words[0]); j++)
			if (strlen(words[j]) <= len - i && memcmp(s + i,
			    words[j], strlen(words[j])) == 0)
				return (1);
	}
	return (0);
}

static void
run(struct jq *jq, const char *text, size_t len)
{
	struct output out = { .jq = jq, .reader = json_reader_new() };
	struct json_reader *reader = json_reader_new();
	struct err err = ERR_INIT;
	struct jq_row row = { .number = 1 };

	if (json_read_value(reader, text, len, &row.v, &err) != 0)
		(void)json_read_value(reader, "null", 4, &row.v, &err);
	(void)jq_run(jq, &row, check_output, &out, &err);
	json_reader_free(reader);
	json_reader_free(out.reader);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const nowhere[] = { NULL };
	static const struct jq_host nobody;
	const char *text = (const char *)data;
	const char *end = memchr(data, '\n', size);
	struct jq_opts opts = { .name = "program", .text = text,
	    .dirs = nowhere, .host = &nobody, .memory = MEMORY,
	    .stack = STACK };
	struct err err = ERR_INIT;
	struct jq *jq;

	if (end == NULL || size > 2000)
		return (0);
	opts.len = (size_t)(end - text);
	jq = jq_new(&opts);
	if (jq_compile(jq, &err) == 0) {
		if (!may_not_end(text, opts.len))
			run(jq, end + 1, size - opts.len - 1);
	} else
		must(err.msg[0] != '\0', "says why a program is none");
	jq_free(jq);
	return (0);
}
