#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/pgmerge.h"
#include "db/pgplan.h"
#include "db/pgrow.h"
#include "db/pgtarget.h"
#include "db/pgtype.h"
#include "json/json.h"
#include "row/row.h"
#include "schema/fit.h"

struct pgrow {
	const struct pgmerge	*m;
	struct fit		**fits;		/* of each column */
	struct buf		 literal;	/* scratch */
	struct buf		 key;
	int			 has_key;	/* without a null */
	int			 odd;
};

struct pgrow *
pgrow_new(const struct pgmerge *m, struct arena *a)
{
	const struct table *t = m->target->model;
	struct pgrow *w = mem_alloc(sizeof(*w));
	size_t i;

	w->m = m;
	w->fits = mem_array(t->ncolumns + 1, sizeof(struct fit *));
	for (i = 0; i < t->ncolumns; i++)
		w->fits[i] = fit_new(&t->columns[i], a);
	return (w);
}

/* Append text, escaped. */
static void
put_escaped(struct buf *b, const char *s, size_t len)
{
	const char *end = s + len, *from;
	char c;

	while (s < end) {
		for (from = s; s < end && *s != '\\' && *s != '\n' &&
		    *s != '\t' && *s != '\r'; s++)
			;
		buf_put(b, from, (size_t)(s - from));
		if (s == end)
			break;
		c = *s++;
		buf_putc(b, '\\');
		buf_putc(b, c == '\n' ? 'n' : c == '\t' ? 't' :
		    c == '\r' ? 'r' : c);
	}
}

static int
refuse_nul(const struct column *c, struct err *err)
{
	struct quote q;

	(void)err_set(err, "column %s: the string has a NUL (\\u0000), which "
	    "PostgreSQL cannot store", quote_z(&q, c->name));
	(void)err_hint(err, "row-sanitize would mend it");
	(void)err_rule(err, "nul", NULL);
	return (err_status(err, DIAG_BADINPUT));
}

/* A value that is neither null nor JSON for the server, nor has parts. */
static int
put_text(const struct column *c, const struct json_value *v, struct arena *a,
    struct buf *b, struct err *err)
{
	const char *s;
	size_t len;

	if (v->type == JSON_NUMBER) {
		buf_put(b, v->s, v->len);
		return (0);
	}
	if (v->type != JSON_STRING) {
		put_escaped(b, v->s, v->len);
		return (0);
	}
	/* Nothing that COPY would want escaped stands in JSON as it is. */
	if (v->plain) {
		buf_put(b, v->s + 1, v->len - 2);
		return (0);
	}
	s = json_string(v, a, &len);
	if (memchr(s, '\0', len) != NULL)
		return (refuse_nul(c, err));
	put_escaped(b, s, len);
	return (0);
}

static int
put_literal(struct pgrow *w, size_t column, const struct json_value *v,
    struct arena *a, struct buf *b, struct err *err)
{
	const struct pgtarget_column *c = &w->m->target->columns[column];
	struct quote q;

	w->literal.len = 0;
	if (pgtype_put(c->type, c->dims, v, a, &w->literal, err) != 0)
		return (err_prefix(err, "column %s: ", quote_z(&q,
		    w->m->target->model->columns[column].name)));
	put_escaped(b, w->literal.s == NULL ? "" : w->literal.s,
	    w->literal.len);
	return (0);
}

/* Where null is not allowed in a column of JSON, it is the null of JSON: that
 * is what comes out of such a column as null. */
static int
is_json_null(const struct column *c, const struct json_value *v)
{

	return (v->type == JSON_NULL && c->type == COLUMN_JSON &&
	    c->not_null);
}

static int
put_value(struct pgrow *w, size_t i, const struct json_value *v,
    struct arena *a, struct buf *b, struct err *err)
{
	const struct column *c = &w->m->target->model->columns[i];
	enum pgtype_kind kind = w->m->target->columns[i].type->kind;

	if (is_json_null(c, v)) {
		buf_puts(b, "null");
		return (0);
	}
	if (fit_check(w->fits[i], v, a, err) == FIT_NO)
		return (-1);
	if (v->type == JSON_NULL) {
		buf_puts(b, "\\N");
		return (0);
	}
	switch (kind) {
	case PGTYPE_JSON:
	case PGTYPE_JSONB:
		put_escaped(b, v->s, v->len);
		return (0);
	case PGTYPE_TEXT:
		return (put_text(c, v, a, b, err));
	default:
		return (put_literal(w, i, v, a, b, err));
	}
}

/*
 * Keys.
 */

static int
is_lower_uuid(const struct json_value *v)
{
	size_t i;
	char c;

	if (v->type != JSON_STRING || v->len != 38)
		return (0);
	for (i = 0; i < 36; i++) {
		c = v->s[i + 1];
		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (c != '-')
				return (0);
		} else if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
			return (0);
	}
	return (1);
}

/* Is ${v} written in the one way that row_to_json has for it? */
static int
is_usual(const struct column *c, const struct json_value *v)
{

	switch (c->type) {
	case COLUMN_TEXT:
		/* Blanks beyond the length are cut off. */
		return (v->type == JSON_STRING && (c->max_length < 0 ||
		    v->len - 2 <= (size_t)c->max_length));
	case COLUMN_ENUM:
		return (v->type == JSON_STRING);
	case COLUMN_BOOLEAN:
		return (v->type == JSON_TRUE || v->type == JSON_FALSE);
	case COLUMN_UUID:
		return (is_lower_uuid(v));
	default:
		return (v->type == JSON_NUMBER && v->plain &&
		    !(v->s[0] == '-' && v->s[1] == '0'));
	}
}

/* What has a null in its key is always new, and could not be told from a row
 * that did not come. */
static int
check_key(const struct pgrow *w, size_t column, const struct json_value *v,
    struct err *err)
{
	struct quote q;

	if (v->type != JSON_NULL || w->m->nulls_match || !w->m->note_keys)
		return (0);
	(void)err_set(err, "column %s of the key is null, and --delete-missing "
	    "must tell rows by their keys",
	    quote_z(&q, w->m->target->model->columns[column].name));
	(void)err_hint(err, "row-map could give it a value, or leave out the "
	    "row; or load without --delete-missing");
	(void)err_rule(err, "key", NULL);
	return (err_status(err, DIAG_BADINPUT));
}

/* The row's value for a column of the key stands in ${b} from ${at}. */
static void
note_key(struct pgrow *w, size_t column, const struct json_value *v,
    const struct buf *b, size_t at)
{
	const struct pgtarget *t = w->m->target;

	if (v->type == JSON_NULL && !w->m->nulls_match) {
		w->has_key = 0;
		return;
	}
	buf_put(&w->key, b->s + at, b->len - at);
	buf_putc(&w->key, '\t');
	if (t->columns[column].is_plain && v->type != JSON_NULL &&
	    !is_usual(&t->model->columns[column], v))
		w->odd = 1;
}

int
pgrow_put(struct pgrow *w, const struct pgplan *plan, const struct row *row,
    struct buf *b, struct err *err)
{
	static const struct json_value null = { "null", 4, JSON_NULL, 0 };
	const struct json_value *v;
	size_t i, at;

	w->key.len = 0;
	w->has_key = w->m->key.n > 0;
	w->odd = 0;
	for (i = 0; i < plan->n; i++) {
		v = plan->field[i] == PGPLAN_NULL ? &null :
		    &row->fields[plan->field[i]].value;
		if (i > 0)
			buf_putc(b, '\t');
		at = b->len;
		if ((w->m->in_key[plan->column[i]] &&
		    check_key(w, plan->column[i], v, err) != 0) ||
		    put_value(w, plan->column[i], v, row->arena, b,
		    err) != 0) {
			if (v != &null)
				err->pos = (size_t)(v->s - row->s);
			return (-1);
		}
		if (w->m->in_key[plan->column[i]])
			note_key(w, plan->column[i], v, b, at);
	}
	buf_putc(b, '\n');
	return (0);
}

void
pgrow_key(const struct pgrow *w, struct pgrow_key *key)
{

	key->s = w->has_key ? w->key.s : NULL;
	key->len = w->key.len;
	key->odd = w->has_key && w->odd;
}

void
pgrow_free(struct pgrow *w)
{

	if (w == NULL)
		return;
	buf_free(&w->literal);
	buf_free(&w->key);
	mem_free(w->fits);
	mem_free(w);
}
