#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "schema/check.h"
#include "schema/document.h"
#include "schema/finding.h"
#include "schema/registry.h"
#include "schema/rules.h"
#include "schema/translate.h"
#include "schema/validator.h"

struct validator {
	struct arena		*a;
	struct registry		*registry;
	struct translation	 translation;
	struct rules		*rules;
	struct check		*check;
	struct err		 why[VALIDATOR_REASONS];
};

/* What an explanation is gathered in. */
struct telling {
	struct validator	*v;
	const char		*text;
	size_t			 n;
};

static int
compile(struct validator *v, const char *name, const char *text, size_t len,
    const struct validator_opts *opts, struct err *err)
{
	struct docnode *root;
	const char *base;

	name = arena_dup(v->a, name, strlen(name));
	root = document_read(name, arena_dup(v->a, text, len), len, v->a, err);
	if (root == NULL)
		return (-1);
	base = opts->base == NULL ? "rowpipe:schema" :
	    registry_base(v->registry, opts->base);
	if (registry_add(v->registry, root, base, err) != 0)
		return (-1);
	v->translation.registry = v->registry;
	v->translation.a = v->a;
	v->translation.no_format = opts->no_format;
	v->rules = translate_schema(&v->translation, root, err);
	return (v->rules == NULL ? -1 : 0);
}

struct validator *
validator_new(const char *name, const char *text, size_t len,
    const struct validator_opts *opts, struct err *err)
{
	struct validator *v = mem_alloc(sizeof(*v));

	v->a = arena_new();
	v->registry = registry_new(opts->dir, v->a);
	v->check = check_new();
	if (compile(v, name, text, len, opts, err) != 0) {
		validator_free(v);
		return (NULL);
	}
	return (v);
}

enum validator_result
validator_check(struct validator *v, const struct json_value *value,
    const struct json_field *fields, size_t nfields, struct err *err)
{

	switch (check_value(v->check, v->rules, value, fields, nfields, err)) {
	case CHECK_VALID:
		return (VALIDATOR_VALID);
	case CHECK_INVALID:
		return (VALIDATOR_INVALID);
	default:
		return (VALIDATOR_FAILED);
	}
}

static void
take_finding(const struct finding *f, void *cookie)
{
	struct telling *t = cookie;

	if (t->n < VALIDATOR_REASONS)
		finding_say(f, t->text, &t->v->why[t->n++]);
}

int
validator_explain(struct validator *v, const struct json_value *value,
    const struct json_field *fields, size_t nfields, const char *text,
    struct err *err)
{
	struct telling t = { .v = v, .text = text };

	check_explain(v->check, v->rules, value, fields, nfields,
	    take_finding, &t);
	if (t.n == 0)
		return (err_set(err, "the value is not valid"));
	*err = v->why[0];
	err->more = v->why + 1;
	err->nmore = t.n - 1;
	return (-1);
}

void
validator_free(struct validator *v)
{

	if (v == NULL)
		return;
	check_free(v->check);
	translate_free(&v->translation);
	registry_free(v->registry);
	arena_free(v->a);
	mem_free(v);
}
