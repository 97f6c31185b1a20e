#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/near.h"
#include "base/quote.h"
#include "base/utf8.h"
#include "schema/document.h"
#include "schema/finding.h"
#include "schema/format.h"
#include "schema/registry.h"
#include "schema/rules.h"

/* A finding on its way to words. */
struct telling {
	const struct finding	*f;
	struct err		*err;
	struct arena		*a;
	const char		*subject;	/* what the value is called */
	struct quote		 qs, qv;
};

/*
 * The place.
 */

/* The JSON pointer of ${at}; as deep as values can be. */
static void
put_path(struct buf *b, const struct place *at, struct arena *a)
{
	const char *s;
	size_t len;

	if (at == NULL)
		return;
	put_path(b, at->up, a);
	if (at->key == NULL)
		buf_printf(b, "/%zu", at->index);
	else {
		s = json_string(at->key, a, &len);
		json_put_step(b, s, len);
	}
}

/*
 * Words.
 */

/* The keyword of the schema ${f}->rules as it stands there, cut to a line. */
static const struct docnode *
said(const struct finding *f)
{

	return (document_get(f->rules->node,
	    dialect_keyword_name(f->keyword)));
}

static const char *
limit(const struct finding *f, struct quote *q)
{
	const struct docnode *v = said(f);

	if (v == NULL)
		return ("1");
	return (quote_plain(q->s, sizeof(q->s), v->v.s, v->v.len));
}

/* The keyword that a schema, which is false, is the value of or is in the
 * value of. */
static const struct docnode *
owner(const struct docnode *node)
{
	const struct docnode *up = node->parent;

	if (up == NULL || up->parent == NULL || up->resource != NULL)
		return (node);
	return (up);
}

const char *
finding_keyword(const struct finding *f)
{
	const struct docnode *node;

	if (f->keyword != KEYWORDS)
		return (dialect_keyword_name(f->keyword));
	node = owner(f->rules->node);
	return (node->parent == NULL || node->key == NULL ? "false" :
	    node->key);
}

static void
offer_properties(struct near *near, const struct docnode *schema)
{
	const struct docnode *v = document_get(schema, "properties");
	size_t i;

	for (i = 0; v != NULL && i < v->n; i++)
		near_offer(near, v->child[i].key);
}

/* Nothing is allowed there: mostly a property that is not expected. */
static void
say_false(struct telling *t)
{
	const struct docnode *node = t->f->rules->node;
	const char *keyword = finding_keyword(t->f), *key;
	struct near near;
	struct quote q;
	size_t len;

	if (t->f->at != NULL && t->f->at->key != NULL &&
	    node->parent != NULL && strstr(keyword, "ropert") != NULL) {
		(void)err_set(t->err, "%s is a property that is not allowed",
		    t->subject);
		key = json_string(t->f->at->key, t->a, &len);
		key = arena_dup(t->a, key, len);
		near_start(&near, key);
		offer_properties(&near, node->parent);
		if (near_best(&near) != NULL)
			(void)err_hint(t->err, "did you mean %s?",
			    quote_z(&q, near_best(&near)));
		return;
	}
	(void)err_set(t->err, "%s must not be there", t->subject);
}

static const char *
article(const char *type)
{

	return (strchr("aio", type[0]) != NULL ? "an" : "a");
}

/* "a string", "a string or null". */
static void
put_types(struct buf *b, const struct docnode *v)
{
	const char *type;
	size_t i, n = v->v.type == JSON_ARRAY ? v->n : 1;

	for (i = 0; i < n; i++) {
		type = v->v.type == JSON_ARRAY ? v->child[i].text : v->text;
		if (i > 0)
			buf_puts(b, i + 1 == n ? " or " : ", ");
		if (strcmp(type, "null") != 0)
			buf_printf(b, "%s ", article(type));
		buf_puts(b, type);
	}
}

static int
allows(const struct docnode *v, const char *type)
{
	size_t i, n = v->v.type == JSON_ARRAY ? v->n : 1;

	for (i = 0; i < n; i++)
		if (strcmp(v->v.type == JSON_ARRAY ? v->child[i].text :
		    v->text, type) == 0)
			return (1);
	return (0);
}

/* A type that a stage of the pipeline could change. */
static void
hint_type(struct telling *t, const struct docnode *want)
{
	const struct json_value *v = t->f->value;
	const int number = allows(want, "number") || allows(want, "integer");

	if (v->type == JSON_STRING && number)
		(void)err_hint(t->err, "a number in a string becomes one with"
		    " row-map and tonumber");
	else if (v->type == JSON_NUMBER && allows(want, "string"))
		(void)err_hint(t->err, "a number becomes a string with row-map"
		    " and tostring");
	else if (v->type == JSON_NULL)
		(void)err_hint(t->err, "null is a value too; row-map and"
		    " del(...) can take the field away");
}

static void
say_type(struct telling *t)
{
	const struct json_value *v = t->f->value;
	const struct docnode *want = said(t->f);
	const char *type = json_type_name((enum json_type)v->type);
	struct buf b = { 0 };

	put_types(&b, want);
	if (v->type == JSON_NULL)
		(void)err_set(t->err, "%s is null, not %s", t->subject,
		    buf_z(&b));
	else
		(void)err_set(t->err, "%s is %s %s, not %s: %s", t->subject,
		    article(type), type, buf_z(&b), quote(&t->qv, v->s,
		    v->len));
	hint_type(t, want);
	buf_free(&b);
}

/* The label that may have been meant; how it is spelled is often all. */
static void
hint_label(struct telling *t, const struct docnode *labels)
{
	const char *s, *best;
	struct buf x = { 0 }, y = { 0 };
	struct near near;
	struct quote q;
	size_t len, i;
	int same;

	if (t->f->value->type != JSON_STRING)
		return;
	s = json_string(t->f->value, t->a, &len);
	s = arena_dup(t->a, s, len);
	near_start(&near, s);
	for (i = 0; i < labels->n; i++)
		if (labels->child[i].v.type == JSON_STRING)
			near_offer(&near, labels->child[i].text);
	if ((best = near_best(&near)) == NULL)
		return;
	utf8_fold(&x, s, len);
	utf8_fold(&y, best, strlen(best));
	same = x.len == y.len && memcmp(x.s, y.s, x.len) == 0;
	buf_free(&x);
	buf_free(&y);
	(void)err_hint(t->err, same ? "did you mean %s? enum-upcase changes"
	    " the case" : "did you mean %s?", quote_z(&q, best));
}

static void
say_enum(struct telling *t)
{
	const struct docnode *labels = said(t->f);
	const struct json_value *v = t->f->value;
	char list[200];

	(void)err_set(t->err, "%s is none of the values allowed: %s",
	    t->subject, quote(&t->qv, v->s, v->len));
	(void)err_hint(t->err, "allowed: %s", quote_plain(list, sizeof(list),
	    labels->v.s, labels->v.len));
	hint_label(t, labels);
}

/* "is N, less than the minimum of 5" */
static void
say_bound(struct telling *t, const char *what)
{
	const struct json_value *v = t->f->value;
	struct quote q;

	(void)err_set(t->err, "%s is %s, %s %s", t->subject,
	    quote_plain(t->qv.s, sizeof(t->qv.s), v->s, v->len), what,
	    limit(t->f, &q));
}

/* "has 3 characters, more than 2" */
static void
say_count(struct telling *t, const char *unit, const char *than)
{
	struct quote q;

	(void)err_set(t->err, "%s has %zu %s, %s than %s", t->subject, t->f->i,
	    unit, than, limit(t->f, &q));
}

static void
say_pattern(struct telling *t)
{
	const struct json_value *v = t->f->value;
	const struct docnode *p = said(t->f);
	struct quote q;

	if (t->f->text != NULL)
		(void)err_set(t->err, "%s cannot be held against the pattern"
		    " %s: %s", t->subject, quote(&q, p->text, p->len),
		    t->f->text);
	else
		(void)err_set(t->err, "%s does not match the pattern %s: %s",
		    t->subject, quote(&q, p->text, p->len), quote(&t->qv, v->s,
		    v->len));
}

static void
say_format(struct telling *t)
{
	const struct json_value *v = t->f->value;
	const int format = t->f->rules->string->format;

	(void)err_set(t->err, "%s is not of the format %s: %s", t->subject,
	    format_name(format), quote(&t->qv, v->s, v->len));
	if (format_hint(format) != NULL)
		(void)err_hint(t->err, "wanted is %s", format_hint(format));
}

static void
say_required(struct telling *t)
{
	struct json_value key, unused;
	struct json_iter it;
	struct near near;
	struct quote q;
	size_t len;
	const char *s;

	(void)err_set(t->err, "%s has no property %s", t->subject,
	    quote(&q, t->f->key, t->f->key_len));
	near_start(&near, t->f->key);
	json_iter_init(&it, t->f->value);
	while (json_next(&it, &key, &unused)) {
		s = json_string(&key, t->a, &len);
		near_offer(&near, arena_dup(t->a, s, len));
	}
	if (near_best(&near) != NULL)
		(void)err_hint(t->err, "there is a property %s",
		    quote_z(&q, near_best(&near)));
}

static void
say_dependent(struct telling *t)
{
	struct quote q, q2;

	(void)err_set(t->err, "%s has the property %s but not %s, which it"
	    " then needs", t->subject, quote_z(&q, t->f->text),
	    quote(&q2, t->f->key, t->f->key_len));
}

static void
say_const(struct telling *t)
{
	const struct docnode *want = said(t->f);
	struct quote q;

	(void)err_set(t->err, "%s is not %s but %s", t->subject,
	    quote(&q, want->v.s, want->v.len),
	    quote(&t->qv, t->f->value->s, t->f->value->len));
}

static void
say_one_of(struct telling *t)
{

	if (t->f->i == t->f->j)
		(void)err_set(t->err, "%s fits none of the schemas of oneOf",
		    t->subject);
	else
		(void)err_set(t->err, "%s fits the schemas %zu and %zu of"
		    " oneOf, which must be one", t->subject, t->f->i, t->f->j);
}

static void
say_array_or_object(struct telling *t)
{

	switch (t->f->keyword) {
	case KEYWORD_MIN_ITEMS:
		say_count(t, "elements", "fewer");
		break;
	case KEYWORD_MAX_ITEMS:
		say_count(t, "elements", "more");
		break;
	case KEYWORD_MIN_CONTAINS:
		say_count(t, "elements that fit \"contains\"", "fewer");
		break;
	case KEYWORD_MAX_CONTAINS:
		say_count(t, "elements that fit \"contains\"", "more");
		break;
	case KEYWORD_CONTAINS:
		(void)err_set(t->err, "%s has no element that fits"
		    " \"contains\"", t->subject);
		break;
	case KEYWORD_UNIQUE_ITEMS:
		(void)err_set(t->err, "%s has elements that are equal: %zu and"
		    " %zu", t->subject, t->f->i, t->f->j);
		break;
	case KEYWORD_MIN_PROPERTIES:
		say_count(t, "properties", "fewer");
		break;
	case KEYWORD_MAX_PROPERTIES:
		say_count(t, "properties", "more");
		break;
	case KEYWORD_REQUIRED:
		say_required(t);
		break;
	default:
		say_dependent(t);
		break;
	}
}

static void
say(struct telling *t)
{

	switch (t->f->keyword) {
	case KEYWORDS:
		say_false(t);
		break;
	case KEYWORD_TYPE:
		say_type(t);
		break;
	case KEYWORD_ENUM:
		say_enum(t);
		break;
	case KEYWORD_CONST:
		say_const(t);
		break;
	case KEYWORD_MINIMUM:
		say_bound(t, "less than");
		break;
	case KEYWORD_MAXIMUM:
		say_bound(t, "more than");
		break;
	case KEYWORD_EXCLUSIVE_MINIMUM:
		say_bound(t, "not more than");
		break;
	case KEYWORD_EXCLUSIVE_MAXIMUM:
		say_bound(t, "not less than");
		break;
	case KEYWORD_MULTIPLE_OF:
		say_bound(t, "not a multiple of");
		break;
	case KEYWORD_MIN_LENGTH:
		say_count(t, "characters", "fewer");
		break;
	case KEYWORD_MAX_LENGTH:
		say_count(t, "characters", "more");
		break;
	case KEYWORD_PATTERN:
		say_pattern(t);
		break;
	case KEYWORD_FORMAT:
		say_format(t);
		break;
	case KEYWORD_ANY_OF:
		(void)err_set(t->err, "%s fits none of the schemas of anyOf",
		    t->subject);
		break;
	case KEYWORD_ONE_OF:
		say_one_of(t);
		break;
	case KEYWORD_NOT:
		(void)err_set(t->err, "%s is what \"not\" forbids",
		    t->subject);
		break;
	default:
		say_array_or_object(t);
		break;
	}
}

void
finding_say(const struct finding *f, const char *text, struct err *err)
{
	struct telling t = { .f = f, .err = err, .a = arena_new() };
	struct buf path = { 0 };

	put_path(&path, f->at, t.a);
	t.subject = path.len == 0 ? "the value" :
	    quote(&t.qs, path.s, path.len);
	say(&t);
	(void)err_rule(err, finding_keyword(f), buf_z(&path));
	err->pos = (size_t)(f->value->s - text);
	(void)err_status(err, DIAG_BADINPUT);
	buf_free(&path);
	arena_free(t.a);
}
