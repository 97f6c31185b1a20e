#include <string.h>

#include "base/diag.h"
#include "base/err.h"
#include "base/quote.h"
#include "db/change.h"
#include "db/sqlite_exact.h"

static const char *const words[] = {
	"begin", "commit", "insert", "update", "delete"
};
#define NWORDS (sizeof(words) / sizeof(words[0]))

/* The member ${name}, or NULL. */
static const struct json_value *
member(const struct json_field *fields, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (json_string_is(&fields[i].key, name, strlen(name)))
			return (&fields[i].value);
	return (NULL);
}

static int
no_line(struct err *err, const char *what)
{

	(void)err_set(err, "this is no line of an undo log: %s", what);
	(void)err_hint(err, "undo logs are what --undo-log writes");
	return (err_status(err, DIAG_BADINPUT));
}

static int
find_op(const struct json_value *v, enum change_op *op)
{
	size_t i;

	for (i = 0; v != NULL && i < NWORDS; i++) {
		if (!json_string_is(v, words[i], strlen(words[i])))
			continue;
		*op = (enum change_op)i;
		return (0);
	}
	return (-1);
}

static int
check_engine(const struct json_value *v, const char *engine, struct err *err)
{
	struct quote q;

	if (v == NULL || json_string_is(v, engine, strlen(engine)))
		return (0);
	(void)err_set(err, "this is the undo log of another kind of "
	    "database: %s", quote(&q, v->s, v->len));
	return (err_status(err, DIAG_BADINPUT));
}

static int
take_object(const struct json_value *v, int wanted, struct json_value *to)
{

	if ((v != NULL && v->type != JSON_NULL) != wanted)
		return (-1);
	if (!wanted)
		return (0);
	*to = *v;
	return (v->type == JSON_OBJECT ? 0 : -1);
}

/* The rowid is in the key where that is all the key there is. */
static int
take_rowids(const struct json_field *fields, size_t n, struct change *c)
{
	const struct json_value *v = member(fields, n, "rowid");
	struct json_value in_key;

	if (v == NULL && json_get(&c->key, "rowid", 5, &in_key))
		v = &in_key;
	if (v == NULL)
		return (0);
	c->has_rowid = sqlite_exact_get_int(v, &c->rowid);
	c->new_rowid = c->rowid;
	v = member(fields, n, "new_rowid");
	return (v == NULL || sqlite_exact_get_int(v, &c->new_rowid) ? 0 : -1);
}

int
change_read(const struct json_field *fields, size_t n, const char *engine,
    struct change *c, struct err *err)
{
	const struct json_value *v;

	memset(c, 0, sizeof(*c));
	if (find_op(member(fields, n, "op"), &c->op) != 0)
		return (no_line(err, "it has no \"op\" that is known"));
	if (c->op == CHANGE_BEGIN)
		return (check_engine(member(fields, n, "engine"), engine,
		    err));
	if (c->op == CHANGE_COMMIT)
		return (0);
	v = member(fields, n, "table");
	if (v == NULL || v->type != JSON_STRING)
		return (no_line(err, "it names no \"table\""));
	c->table = *v;
	v = member(fields, n, "key");
	if (v == NULL || v->type != JSON_OBJECT)
		return (no_line(err, "it has no \"key\""));
	c->key = *v;
	if (take_object(member(fields, n, "before"),
	    c->op != CHANGE_INSERT, &c->before) != 0 ||
	    take_object(member(fields, n, "after"),
	    c->op != CHANGE_DELETE, &c->after) != 0)
		return (no_line(err, "\"before\" and \"after\" do not fit "
		    "its \"op\""));
	if (take_rowids(fields, n, c) != 0)
		return (no_line(err, "\"new_rowid\" is no number"));
	return (0);
}

int
change_is(const struct change *c)
{

	return (c->op >= CHANGE_INSERT);
}
