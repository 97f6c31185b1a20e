/*
 * fuzz_validator - a JSON Schema on the first line, values on the others
 *
 * Whatever compiles must come to the same verdict about a value whether its
 * members were read before or not, and have something to say exactly about
 * values that are not valid.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "json/json.h"
#include "schema/validator.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
wrong(const char *what, const char *s, size_t len)
{

	fprintf(stderr, "%s: %.*s\n", what, (int)len, s);
	abort();
}

static void
check_reason(const struct err *why, const char *s, size_t len)
{

	if (why->msg[0] == '\0' || why->rule[0] == '\0' || why->pos > len)
		wrong("a reason that says nothing", s, len);
}

static void
check_reasons(struct validator *v, const struct json_value *value,
    const char *s, size_t len)
{
	struct err err = ERR_INIT;
	size_t i;

	(void)validator_explain(v, value, NULL, 0, s, &err);
	check_reason(&err, s, len);
	for (i = 0; i < err.nmore; i++)
		check_reason(&err.more[i], s, len);
}

static void
check_line(struct validator *v, struct json_reader *r, const char *s,
    size_t len)
{
	struct err err = ERR_INIT;
	enum validator_result rc, again;
	struct json_value value;

	if (json_read_value(r, s, len, &value, &err) != 0)
		return;
	rc = validator_check(v, &value, NULL, 0, &err);
	if (rc == VALIDATOR_INVALID)
		check_reasons(v, &value, s, len);
	if (value.type != JSON_OBJECT ||
	    json_read_object(r, s, len, &err) != 0)
		return;
	again = validator_check(v, &value, r->fields, r->nfields, &err);
	if (again != rc)
		wrong("two verdicts", s, len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct validator_opts opts = { .dir = NULL };
	const char *s = (const char *)data, *end = s + size, *lf;
	struct err err = ERR_INIT;
	struct json_reader *r;
	struct validator *v;

	if ((lf = memchr(s, '\n', size)) == NULL)
		lf = end;
	v = validator_new("fuzz", s, (size_t)(lf - s), &opts, &err);
	if (v == NULL) {
		if (err.msg[0] == '\0')
			wrong("refused without a word", s, (size_t)(lf - s));
		return (0);
	}
	r = json_reader_new();
	while (lf < end) {
		s = lf + 1;
		if ((lf = memchr(s, '\n', (size_t)(end - s))) == NULL)
			lf = end;
		check_line(v, r, s, (size_t)(lf - s));
	}
	json_reader_free(r);
	validator_free(v);
	return (0);
}
