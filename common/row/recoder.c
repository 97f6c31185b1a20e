#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "row/path.h"
#include "row/recoder.h"
#include "row/row.h"

struct field {
	struct path	*path;
	struct recode	*rule;
};

struct recoder {
	enum recode_case	 to;
	int			 ignore_case;
	struct field		*fields;
	size_t			 n, cap;
};

struct recoder *
recoder_new(enum recode_case to, int ignore_case)
{
	struct recoder *r = mem_alloc(sizeof(*r));

	r->to = to;
	r->ignore_case = ignore_case;
	return (r);
}

/*
 * Fields and what is said to them.
 */

static int
add_field(struct recoder *r, const char *name, struct err *err)
{
	struct path *path;
	struct field *f;
	size_t i;

	if ((path = path_new(name, err)) == NULL)
		return (-1);
	for (i = 0; i < r->n; i++) {
		if (path_same(r->fields[i].path, path)) {
			path_free(path);
			return (0);
		}
	}
	r->fields = mem_grow(r->fields, &r->cap, r->n + 1,
	    sizeof(*r->fields));
	f = &r->fields[r->n++];
	f->path = path;
	f->rule = recode_new(r->to, r->ignore_case);
	return (0);
}

int
recoder_fields(struct recoder *r, const char *names, struct err *err)
{
	char *copy, *name, *comma;
	int rc = 0;

	if (names[0] == '/')
		return (add_field(r, names, err));
	name = copy = mem_strdup(names);
	while (rc == 0 && (comma = strchr(name, ',')) != NULL) {
		*comma = '\0';
		rc = add_field(r, name, err);
		name = comma + 1;
	}
	if (rc == 0)
		rc = add_field(r, name, err);
	mem_free(copy);
	return (rc);
}

int
recoder_map(struct recoder *r, const char *map, struct err *err)
{
	const char *eq = strchr(map, '=');
	struct quote q;
	size_t i;

	if (eq == NULL)
		return (err_set(err, "no \"=\" in %s", quote_z(&q, map)));
	for (i = 0; i < r->n; i++)
		if (recode_map(r->fields[i].rule, map, (size_t)(eq - map),
		    eq + 1, strlen(eq + 1), err) != 0)
			return (-1);
	return (0);
}

int
recoder_map_json(struct recoder *r, const char *s, size_t len,
    struct err *err)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (recode_map_json(r->fields[i].rule, s, len, err) != 0)
			return (-1);
	return (0);
}

int
recoder_allow(struct recoder *r, const char *label, struct err *err)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (recode_allow(r->fields[i].rule, label, strlen(label),
		    err) != 0)
			return (-1);
	return (0);
}

const struct path *
recoder_field(const struct recoder *r, size_t i)
{

	return (i < r->n ? r->fields[i].path : NULL);
}

struct recode *
recoder_rule(struct recoder *r, size_t i)
{

	return (r->fields[i].rule);
}

/*
 * Rows.
 */

/* What a visit to a value needs. */
struct visit {
	struct row	*row;
	struct field	*field;
};

static int
recode_one(const struct json_value *v, void *cookie, struct err *err)
{
	const struct visit *at = cookie;
	struct quote q, q2;
	const char *text;
	size_t len;

	if (v->type != JSON_STRING) {
		(void)err_set(err, "field %s is not a string but %s: %s",
		    quote_z(&q, path_text(at->field->path)),
		    json_type_name(v->type), quote(&q2, v->s, v->len));
		return (err_rule(err, "type", NULL));
	}
	text = recode_value(at->field->rule, v, at->row->arena, &len, err);
	if (text == NULL)
		return (err_prefix(err, "field %s: ",
		    quote_z(&q, path_text(at->field->path))));
	if (text != v->s)
		row_replace(at->row, v, text, len);
	return (0);
}

int
recoder_row(struct recoder *r, struct row *row, struct err *err)
{
	struct visit at = { .row = row };
	size_t i;

	for (i = 0; i < r->n; i++) {
		at.field = &r->fields[i];
		if (path_walk(at.field->path, row, recode_one, &at, err) != 0)
			return (-1);
	}
	return (0);
}

const char *
recoder_unseen(const struct recoder *r, size_t *at)
{

	while (*at < r->n && path_seen(r->fields[*at].path))
		++*at;
	return (*at < r->n ? path_text(r->fields[(*at)++].path) : NULL);
}

void
recoder_free(struct recoder *r)
{
	size_t i;

	if (r == NULL)
		return;
	for (i = 0; i < r->n; i++) {
		path_free(r->fields[i].path);
		recode_free(r->fields[i].rule);
	}
	mem_free(r->fields);
	mem_free(r);
}
