#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/quote.h"
#include "row/recode.h"

/* Take every member of the object that ${r} has read as a pair. */
static int
take_object(struct recode *to, const struct json_reader *r, struct arena *a,
    struct err *err)
{
	const struct json_field *f;
	const char *from, *value;
	size_t i, len, value_len;
	struct quote q;

	for (i = 0; i < r->nfields; i++) {
		f = &r->fields[i];
		from = json_string(&f->key, a, &len);
		if (f->value.type != JSON_STRING)
			return (err_set(err, "value %s is mapped to no string",
			    quote(&q, from, len)));
		value = json_string(&f->value, a, &value_len);
		if (recode_map(to, from, len, value, value_len, err) != 0)
			return (-1);
	}
	return (0);
}

/* One object on each line. */
static int
take_lines(struct recode *to, const char *s, const char *end,
    struct json_reader *r, struct arena *a, struct err *err)
{
	size_t line = 0;
	const char *lf;

	for (; s < end; s = lf + 1) {
		line++;
		if ((lf = memchr(s, '\n', (size_t)(end - s))) == NULL)
			lf = end;
		if (json_read_object(r, s, (size_t)(lf - s), err) != 0 ||
		    take_object(to, r, a, err) != 0)
			return (err_prefix(err, "line %zu: ", line));
	}
	return (0);
}

int
recode_map_json(struct recode *to, const char *s, size_t len,
    struct err *err)
{
	struct json_reader *r = json_reader_new();
	struct arena *a = arena_new();
	int rc;

	if (json_read_object(r, s, len, err) != 0)
		rc = take_lines(to, s, s + len, r, a, err);
	else
		rc = take_object(to, r, a, err);
	arena_free(a);
	json_reader_free(r);
	return (rc);
}
