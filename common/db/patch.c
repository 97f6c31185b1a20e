#include <string.h>

#include "base/diag.h"
#include "base/err.h"
#include "db/patch.h"
#include "row/row.h"

static const char *const words[] = { "add", "remove", "change" };
#define NWORDS (sizeof(words) / sizeof(words[0]))

void
patch_init(struct patch *p)
{

	memset(p, 0, sizeof(*p));
	p->key = json_reader_new();
	p->a = json_reader_new();
	p->b = json_reader_new();
}

static int
no_line(struct err *err, const char *what)
{

	(void)err_set(err, "this is no line of row-diff: %s", what);
	(void)err_rule(err, "diff", NULL);
	return (err_status(err, DIAG_BADINPUT));
}

static const struct json_value *
member(const struct row *row, const char *name)
{
	ptrdiff_t i = row_find(row, name, strlen(name));

	return (i == -1 ? NULL : &row->fields[i].value);
}

/* Read the member ${name}, an object.  Return 1, 0 when there is none, or
 * -1. */
static int
read_object(const struct row *row, const char *name, struct json_reader *r,
    struct json_value *value, struct patch *p)
{
	const struct json_value *v = member(row, name);
	struct err err = ERR_INIT;

	if (v == NULL)
		return (0);
	if (json_read_object(r, v->s, v->len, &err) != 0)
		return (-1);
	*value = *v;
	p->text = v->s;
	p->len = v->len;
	return (1);
}

int
patch_read(struct patch *p, const struct row *row, struct err *err)
{
	const struct json_value *v = member(row, "op");
	size_t i;
	int a, b;

	for (i = 0; v != NULL && i < NWORDS; i++)
		if (json_string_is(v, words[i], strlen(words[i])))
			break;
	if (v == NULL || i == NWORDS)
		return (no_line(err, "it has no \"op\" that is known"));
	p->op = (enum patch_op)i;
	a = read_object(row, "a", p->a, &p->a_value, p);
	b = read_object(row, "b", p->b, &p->b_value, p);
	p->has_key = read_object(row, "key", p->key, &p->key_value, p);
	if (p->has_key < 0)
		return (no_line(err, "\"key\" is no object"));
	if (p->has_key && p->key->nfields == 0)
		return (no_line(err, "its \"key\" is empty, as the row has no "
		    "field that --key named"));
	if (a != (p->op != PATCH_ADD) || b != (p->op != PATCH_REMOVE))
		return (no_line(err, "\"a\" and \"b\" do not fit its \"op\""));
	if (!p->has_key && p->op == PATCH_CHANGE)
		return (no_line(err, "it has no \"key\""));
	memset(&p->fields, 0, sizeof(p->fields));
	if ((v = member(row, "fields")) != NULL && v->type == JSON_ARRAY)
		p->fields = *v;
	return (0);
}

/* The same string, perhaps with other escapes, is rare: then the field is
 * taken to differ, which does no harm. */
int
patch_names(const struct patch *p, const struct json_value *field)
{
	struct json_iter it;
	struct json_value v;

	if (p->fields.type != JSON_ARRAY)
		return (1);
	json_iter_init(&it, &p->fields);
	while (json_next(&it, NULL, &v))
		if (v.type == JSON_STRING && (!v.plain || !field->plain ||
		    (v.len == field->len &&
		    memcmp(v.s, field->s, v.len) == 0)))
			return (1);
	return (0);
}

void
patch_free(struct patch *p)
{

	json_reader_free(p->key);
	json_reader_free(p->a);
	json_reader_free(p->b);
}
