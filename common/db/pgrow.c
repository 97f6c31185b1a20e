#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/pgbatch.h"
#include "db/pgmerge.h"
#include "db/pgplan.h"
#include "db/pgrow.h"
#include "db/pgsend.h"
#include "db/pgstore.h"
#include "db/pgtarget.h"
#include "db/pgtype.h"
#include "json/json.h"
#include "row/row.h"
#include "schema/fit.h"

struct pgrow {
	const struct pgmerge	*m;
	int			 staged;
	struct fit		**fits;		/* of each column */
	const struct pgsend	**sends;	/* beside them, or NULL */
	unsigned char		*is_binary;
	struct buf		 literal, text;	/* scratch */
	struct buf		 key;
	int			 has_key;	/* without a null */
	int			 odd;
};

struct pgrow *
pgrow_new(const struct pgmerge *m, int staged, struct arena *a)
{
	const struct table *t = m->target->model;
	struct pgrow *w = mem_alloc(sizeof(*w));
	size_t i;

	w->m = m;
	w->staged = staged;
	w->fits = mem_array(t->ncolumns + 1, sizeof(struct fit *));
	w->sends = mem_array(t->ncolumns + 1, sizeof(struct pgsend *));
	w->is_binary = mem_alloc(t->ncolumns + 1);
	for (i = 0; i < t->ncolumns; i++) {
		w->fits[i] = fit_new(&t->columns[i], a);
		w->sends[i] = pgsend_new(&m->target->columns[i],
		    &t->columns[i], a);
		w->is_binary[i] = w->sends[i] != NULL;
	}
	return (w);
}

const unsigned char *
pgrow_is_binary(const struct pgrow *w)
{

	return (w->is_binary);
}

/*
 * Text.
 */

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

/* Note the value for a column of the key, which stands as text in ${b} from
 * ${at}: whatever format rows have, the same keys are the same bytes. */
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

/*
 * Rows.
 */

static const struct json_value null_value = { "null", 4, JSON_NULL, 0 };

/* The value for a column of the binary format. */
static enum pgrow_status
send_value(struct pgrow *w, size_t i, const struct json_value *v,
    struct arena *a, struct buf *b, struct err *err)
{
	const struct pgsend *send = w->sends[i];

	if (v->type == JSON_NULL &&
	    !is_json_null(&w->m->target->model->columns[i], v)) {
		if (fit_check(w->fits[i], v, a, err) == FIT_NO)
			return (PGROW_BAD);
		pgsend_null(b);
		return (PGROW_PUT);
	}
	if (!pgsend_checks(send) && v->type != JSON_NULL &&
	    fit_check(w->fits[i], v, a, err) == FIT_NO)
		return (PGROW_BAD);
	if (pgsend_put(send, v, a, b))
		return (PGROW_PUT);
	/* Perhaps it is no value at all. */
	if (fit_check(w->fits[i], v, a, err) == FIT_NO)
		return (PGROW_BAD);
	w->is_binary[i] = 0;
	return (PGROW_TEXT);
}

static enum pgrow_status
put_as_text(struct pgrow *w, size_t column, const struct json_value *v,
    struct arena *a, struct buf *b, struct err *err)
{
	size_t at = b->len;

	if (put_value(w, column, v, a, b, err) != 0)
		return (PGROW_BAD);
	if (w->m->in_key[column])
		note_key(w, column, v, b, at);
	return (PGROW_PUT);
}

static enum pgrow_status
put_one(struct pgrow *w, const struct pgset *set, size_t column,
    const struct json_value *v, struct arena *a, struct buf *b,
    struct err *err)
{

	if (w->m->in_key[column] && check_key(w, column, v, err) != 0)
		return (PGROW_BAD);
	if (!set->binary)
		return (put_as_text(w, column, v, a, b, err));
	w->text.len = 0;
	if (w->m->in_key[column] &&
	    put_as_text(w, column, v, a, &w->text, err) != PGROW_PUT)
		return (PGROW_BAD);
	return (send_value(w, column, v, a, b, err));
}

static void
put_start(const struct pgrow *w, const struct pgplan *plan, size_t number,
    struct buf *b)
{

	if (plan->set->binary) {
		pgsend_row(plan->n + (w->staged != 0), b);
		if (w->staged)
			pgsend_number((uint32_t)number, b);
	} else if (w->staged)
		buf_printf(b, "%zu\t", number);
}

enum pgrow_status
pgrow_put(struct pgrow *w, const struct pgplan *plan, size_t number,
    const struct row *row, struct buf *b, struct err *err)
{
	const struct json_value *v;
	enum pgrow_status status;
	size_t i;

	w->key.len = 0;
	w->has_key = w->m->key.n > 0;
	w->odd = 0;
	put_start(w, plan, number, b);
	for (i = 0; i < plan->n; i++) {
		v = plan->field[i] == PGPLAN_NULL ? &null_value :
		    &row->fields[plan->field[i]].value;
		if (i > 0 && !plan->set->binary)
			buf_putc(b, '\t');
		status = put_one(w, plan->set, plan->column[i], v, row->arena,
		    b, err);
		if (status == PGROW_BAD && v != &null_value)
			err->pos = (size_t)(v->s - row->s);
		if (status != PGROW_PUT)
			return (status);
	}
	if (!plan->set->binary)
		buf_putc(b, '\n');
	return (PGROW_PUT);
}

void
pgrow_number(const struct pgset *set, const char *s, size_t len,
    size_t number, struct buf *b)
{
	const char *end = s + len;
	size_t at = b->len;

	if (!set->binary) {
		buf_printf(b, "%zu", number);
		s = memchr(s, '\t', len);
	}
	buf_put(b, s, (size_t)(end - s));
	if (set->binary)
		pgbatch_number(b->s + at, number);
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
	buf_free(&w->text);
	buf_free(&w->key);
	mem_free(w->fits);
	mem_free(w->sends);
	mem_free(w->is_binary);
	mem_free(w);
}
