#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "db/pgcatalog_json.h"
#include "json/json.h"
#include "schema/member.h"
#include "schema/table.h"

/* Columns by name. */
struct columns {
	const struct table	*t;
	struct arena		*a;
};

static int
read_columns(void *cookie, const struct json_value *v, const char *what,
    struct column_list *list)
{
	struct columns *columns = cookie;
	struct json_value name;
	struct json_iter it;
	const char *s;
	ptrdiff_t at;
	size_t len;

	(void)what;
	list->n = 0;
	list->v = arena_alloc(columns->a,
	    (reading_count(v) + 1) * sizeof(*list->v));
	json_iter_init(&it, v);
	while (json_next(&it, NULL, &name)) {
		s = json_string(&name, columns->a, &len);
		if ((at = table_find_column(columns->t, s, len)) != -1)
			list->v[list->n++] = (size_t)at;
	}
	return (0);
}

int
pgcatalog_json_take(const struct table *t, const char *text,
    const struct member_list *list, void *p, struct arena *a,
    struct err *err)
{
	struct columns columns = { t, a };
	const struct member_columns how = { read_columns, &columns };
	struct reading rd = { .text = text, .a = a, .err = err };
	struct json_reader *r;
	struct json_value v;
	int rc;

	if (text == NULL)
		return (0);
	r = json_reader_new();
	rc = json_read_value(r, text, strlen(text), &v, err);
	if (rc == 0)
		rc = member_read(&rd, &v, list, &how, p);
	json_reader_free(r);
	return (rc);
}
