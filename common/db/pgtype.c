#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/quote.h"
#include "db/pg.h"
#include "db/pgtype.h"
#include "json/json.h"

/* OIDs that never change (pg_type.dat). */
enum {
	OID_INT2VECTOR = 22, OID_OIDVECTOR = 30, OID_JSON = 114,
	OID_JSONB = 3802
};

/*
 * Reading the catalogs.
 */

/* The types and all that they are made of, domains as what they are of. */
static const char types_sql[] =
    "WITH RECURSIVE reach (oid) AS ("
    " SELECT DISTINCT t FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS t"
    " UNION"
    " SELECT n.next FROM reach r"
    "  JOIN pg_catalog.pg_type t ON t.oid = r.oid"
    "  CROSS JOIN LATERAL ("
    "   SELECT t.typbasetype WHERE t.typtype = 'd'"
    "   UNION ALL SELECT t.typelem WHERE t.typinput ="
    "    'pg_catalog.array_in'::pg_catalog.regproc"
    "   UNION ALL SELECT a.atttypid FROM pg_catalog.pg_attribute a"
    "    WHERE t.typtype = 'c' AND a.attrelid = t.typrelid"
    "    AND a.attnum > 0 AND NOT a.attisdropped) AS n (next))"
    "SELECT t.oid, pg_catalog.format_type(t.oid, NULL),"
    " CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE 0 END,"
    " CASE WHEN t.typinput = 'pg_catalog.array_in'::pg_catalog.regproc"
    "  THEN t.typelem ELSE 0 END,"
    " CASE WHEN t.typtype = 'c' THEN t.typrelid ELSE 0 END,"
    " e.typdelim, p.proname = 'hstore_in' AND p.probin IS NOT NULL "
    "FROM reach r JOIN pg_catalog.pg_type t ON t.oid = r.oid"
    " JOIN pg_catalog.pg_proc p ON p.oid = t.typinput"
    " LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem "
    "ORDER BY t.oid";

/* Columns of types_sql. */
enum { T_OID, T_NAME, T_BASE, T_ELEMENT, T_RELATION, T_DELIM, T_HSTORE };

static const char fields_sql[] =
    "SELECT a.attrelid, a.attname, a.atttypid, a.attndims "
    "FROM pg_catalog.pg_attribute a "
    "WHERE a.attrelid = ANY ($1::pg_catalog.oid[]) AND a.attnum > 0"
    " AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum";

enum { F_RELATION, F_NAME, F_TYPE, F_DIMS };

struct reading {
	const struct pg_result	*res;	/* of types_sql */
	struct pgtype		*types;	/* beside its rows */
	struct arena		*a;
};

/* Find the type ${oid}, through domains; NULL when it was dropped meanwhile. */
static struct pgtype *
find(const struct reading *r, uint32_t oid)
{
	size_t row, n = pg_rows(r->res);

	for (row = 0; row < n; row++) {
		if ((uint32_t)pg_get_int(r->res, row, T_OID) != oid)
			continue;
		if (pg_get_int(r->res, row, T_BASE) == 0)
			return (&r->types[row]);
		/* Domains come in no order. */
		oid = (uint32_t)pg_get_int(r->res, row, T_BASE);
		row = (size_t)-1;
	}
	return (NULL);
}

static void
set_type(const struct reading *r, size_t row)
{
	struct pgtype *t = &r->types[row];
	const char *name = pg_get(r->res, row, T_NAME);

	t->oid = (uint32_t)pg_get_int(r->res, row, T_OID);
	t->name = arena_dup(r->a, name, strlen(name));
	t->delim = ',';
	if (t->oid == OID_JSON)
		t->kind = PGTYPE_JSON;
	else if (t->oid == OID_JSONB)
		t->kind = PGTYPE_JSONB;
	else if (t->oid == OID_INT2VECTOR || t->oid == OID_OIDVECTOR)
		t->kind = PGTYPE_VECTOR;
	else if (pg_get_bool(r->res, row, T_HSTORE))
		t->kind = PGTYPE_HSTORE;
	else if (pg_get_int(r->res, row, T_RELATION) != 0)
		t->kind = PGTYPE_COMPOSITE;
	else if (pg_get_int(r->res, row, T_ELEMENT) != 0) {
		t->element = find(r, (uint32_t)pg_get_int(r->res, row,
		    T_ELEMENT));
		t->kind = t->element == NULL ? PGTYPE_TEXT : PGTYPE_ARRAY;
		if (pg_get(r->res, row, T_DELIM) != NULL)
			t->delim = pg_get(r->res, row, T_DELIM)[0];
	}
}

/* Give the composite type in row ${row} its fields. */
static void
set_fields(const struct reading *r, size_t row, const struct pg_result *res)
{
	int64_t relation = pg_get_int(r->res, row, T_RELATION);
	struct pgtype *t = &r->types[row];
	size_t i, n = pg_rows(res);
	const char *name;

	t->fields = arena_alloc(r->a, n * sizeof(*t->fields));
	t->types = arena_alloc(r->a, n * sizeof(*t->types));
	t->dims = arena_alloc(r->a, n * sizeof(*t->dims));
	for (i = 0; i < n; i++) {
		if (pg_get_int(res, i, F_RELATION) != relation)
			continue;
		name = pg_get(res, i, F_NAME);
		t->fields[t->nfields] = arena_dup(r->a, name, strlen(name));
		t->types[t->nfields] = find(r, (uint32_t)pg_get_int(res, i,
		    F_TYPE));
		t->dims[t->nfields++] = (int)pg_get_int(res, i, F_DIMS);
	}
}

static int
read_fields(struct pg *pg, const struct reading *r, struct err *err)
{
	struct pg_result *res;
	struct buf list = { 0 };
	const char *param;
	size_t i, n = 0;

	for (i = 0; i < pg_rows(r->res); i++)
		if (r->types[i].kind == PGTYPE_COMPOSITE)
			buf_printf(&list, "%c%s", n++ == 0 ? '{' : ',',
			    pg_get(r->res, i, T_RELATION));
	if (n == 0)
		return (0);
	buf_putc(&list, '}');
	param = buf_z(&list);
	res = pg_query(pg, fields_sql, &param, 1, err);
	buf_free(&list);
	if (res == NULL)
		return (-1);
	for (i = 0; i < pg_rows(r->res); i++)
		if (r->types[i].kind == PGTYPE_COMPOSITE)
			set_fields(r, i, res);
	pg_done(res);
	return (0);
}

int
pgtype_read(struct pg *pg, const uint32_t *oids, size_t n,
    const struct pgtype **types, struct arena *a, struct err *err)
{
	static const struct pgtype other = { .name = "?", .kind = PGTYPE_TEXT };
	struct reading r = { .a = a };
	struct pg_result *res;
	struct buf list = { 0 };
	const char *param;
	size_t i;
	int rc;

	buf_putc(&list, '{');
	for (i = 0; i < n; i++)
		buf_printf(&list, "%s%" PRIu32, i == 0 ? "" : ",", oids[i]);
	buf_putc(&list, '}');
	param = buf_z(&list);
	res = pg_query(pg, types_sql, &param, 1, err);
	buf_free(&list);
	if (res == NULL)
		return (-1);
	r.res = res;
	r.types = arena_alloc(a, pg_rows(res) * sizeof(*r.types));
	memset(r.types, 0, pg_rows(res) * sizeof(*r.types));
	for (i = 0; i < pg_rows(res); i++)
		set_type(&r, i);
	rc = read_fields(pg, &r, err);
	for (i = 0; rc == 0 && i < n; i++)
		if ((types[i] = find(&r, oids[i])) == NULL)
			types[i] = &other;
	pg_done(res);
	return (rc);
}

/*
 * Literals.
 */

/* How a literal's parts are quoted: what stands before a quote or backslash in
 * them. */
enum quoting { BACKSLASH, DOUBLED };

static void
put_quoted(struct buf *b, const char *s, size_t len, enum quoting how)
{
	const char *end = s + len;

	buf_putc(b, '"');
	for (; s < end; s++) {
		if (*s == '\\')
			buf_putc(b, '\\');
		else if (*s == '"')
			buf_putc(b, how == BACKSLASH ? '\\' : '"');
		buf_putc(b, *s);
	}
	buf_putc(b, '"');
}

static int
refuse_nul(struct err *err)
{

	(void)err_set(err, "a string has a NUL (\\u0000), which PostgreSQL "
	    "cannot store");
	(void)err_hint(err, "row-sanitize would mend it");
	(void)err_rule(err, "nul", NULL);
	return (err_status(err, DIAG_BADINPUT));
}

/* A type without parts: a string as its bytes, all else as its JSON. */
static int
put_text(const struct json_value *v, struct arena *a, struct buf *b,
    struct err *err)
{
	const char *s = v->s;
	size_t len = v->len;

	if (v->type == JSON_STRING) {
		s = json_string(v, a, &len);
		if (!v->plain && memchr(s, '\0', len) != NULL)
			return (refuse_nul(err));
	}
	buf_put(b, s, len);
	return (0);
}

static int
is_bare(const struct json_value *v)
{

	return (v->type == JSON_NUMBER || v->type == JSON_TRUE ||
	    v->type == JSON_FALSE);
}

/* A part of a literal, in quotes unless it needs none. */
static int
put_part(const struct pgtype *t, int dims, const struct json_value *v,
    enum quoting how, struct arena *a, struct buf *b, struct err *err)
{
	struct buf text = { 0 };
	int rc;

	if (is_bare(v)) {
		buf_put(b, v->s, v->len);
		return (0);
	}
	rc = pgtype_put(t, dims, v, a, &text, err);
	if (rc == 0)
		put_quoted(b, text.s == NULL ? "" : text.s, text.len, how);
	buf_free(&text);
	return (rc);
}

/* How many members an array has; the first in *${first}. */
static size_t
members(const struct json_value *v, struct json_value *first)
{
	struct json_iter it;
	struct json_value item;
	size_t n = 0;

	json_iter_init(&it, v);
	while (json_next(&it, NULL, &item))
		if (n++ == 0)
			*first = item;
	return (n);
}

/* Could ${v} have ${dims} dimensions, at each of which all arrays are of the
 * same length? */
static int
is_even(const struct json_value *v, int dims)
{
	struct json_value first, inner, item;
	struct json_iter it;
	size_t n;

	if (dims <= 1)
		return (v->type == JSON_ARRAY);
	if (v->type != JSON_ARRAY || members(v, &first) == 0 ||
	    first.type != JSON_ARRAY)
		return (0);
	n = members(&first, &inner);
	json_iter_init(&it, v);
	while (json_next(&it, NULL, &item))
		if (item.type != JSON_ARRAY || members(&item, &inner) != n ||
		    !is_even(&item, dims - 1))
			return (0);
	return (n > 0);
}

/* Is an array among the elements of ${t} a value of its own, not one more
 * dimension? */
static int
element_may_be_array(const struct pgtype *t)
{

	switch (t->element->kind) {
	case PGTYPE_JSON:
	case PGTYPE_JSONB:
	case PGTYPE_ARRAY:
	case PGTYPE_VECTOR:
		return (1);
	default:
		return (0);
	}
}

/* ${dims}: see pgtype_put; ${within}: an array of the same value. */
static int
put_array(const struct pgtype *t, int dims, int within,
    const struct json_value *v, struct arena *a, struct buf *b,
    struct err *err)
{
	int own = element_may_be_array(t), rc = 0;
	struct json_value item;
	struct json_iter it;
	size_t n = 0;

	if (own && dims > 1)
		while (!is_even(v, dims))
			dims--;
	buf_putc(b, '{');
	json_iter_init(&it, v);
	while (rc == 0 && json_next(&it, NULL, &item)) {
		if (n++ > 0)
			buf_putc(b, t->delim);
		if (item.type == JSON_NULL)
			buf_puts(b, "NULL");
		else if (item.type == JSON_ARRAY && (!own || dims > 1))
			rc = put_array(t, dims - 1, 1, &item, a, b, err);
		else
			rc = put_part(t->element, 0, &item, BACKSLASH, a, b,
			    err);
	}
	if (rc == 0 && n == 0 && within) {
		(void)err_set(err, "an empty array stands within an array, "
		    "which PostgreSQL's arrays cannot hold");
		(void)err_rule(err, "array", NULL);
		return (err_status(err, DIAG_BADINPUT));
	}
	buf_putc(b, '}');
	return (rc);
}

static int
put_vector(const struct json_value *v, struct arena *a, struct buf *b,
    struct err *err)
{
	struct json_value item;
	struct json_iter it;
	size_t n = 0;
	int rc = 0;

	json_iter_init(&it, v);
	while (rc == 0 && json_next(&it, NULL, &item)) {
		if (n++ > 0)
			buf_putc(b, ' ');
		rc = put_text(&item, a, b, err);
	}
	return (rc);
}

/* Refuse an object with a key that is no field of the composite type. */
static int
check_fields(const struct pgtype *t, const struct json_value *v,
    struct arena *a, struct err *err)
{
	struct json_value key, item;
	struct json_iter it;
	struct quote q, tq;
	const char *s;
	size_t i, len;

	json_iter_init(&it, v);
	while (json_next(&it, &key, &item)) {
		for (i = 0; i < t->nfields; i++)
			if (json_string_is(&key, t->fields[i],
			    strlen(t->fields[i])))
				break;
		if (i < t->nfields)
			continue;
		s = json_string(&key, a, &len);
		(void)err_set(err, "type %s has no field %s",
		    quote_z(&tq, t->name), quote(&q, s, len));
		(void)err_rule(err, "composite", NULL);
		return (err_status(err, DIAG_BADINPUT));
	}
	return (0);
}

static int
put_composite(const struct pgtype *t, const struct json_value *v,
    struct arena *a, struct buf *b, struct err *err)
{
	struct json_value item;
	int rc = check_fields(t, v, a, err);
	size_t i;

	buf_putc(b, '(');
	for (i = 0; rc == 0 && i < t->nfields; i++) {
		if (i > 0)
			buf_putc(b, ',');
		if (json_get(v, t->fields[i], strlen(t->fields[i]), &item) &&
		    item.type != JSON_NULL && t->types[i] != NULL)
			rc = put_part(t->types[i], t->dims[i], &item, DOUBLED,
			    a, b, err);
	}
	buf_putc(b, ')');
	return (rc);
}

static int
put_hstore(const struct json_value *v, struct arena *a, struct buf *b,
    struct err *err)
{
	static const struct pgtype text = { .kind = PGTYPE_TEXT };
	struct json_value key, item;
	struct json_iter it;
	size_t n = 0;
	int rc = 0;

	json_iter_init(&it, v);
	while (rc == 0 && json_next(&it, &key, &item)) {
		if (n++ > 0)
			buf_putc(b, ',');
		rc = put_part(&text, 0, &key, BACKSLASH, a, b, err);
		buf_puts(b, "=>");
		if (item.type == JSON_NULL)
			buf_puts(b, "NULL");
		else if (rc == 0)
			rc = put_part(&text, 0, &item, BACKSLASH, a, b, err);
	}
	return (rc);
}

int
pgtype_put(const struct pgtype *t, int dims, const struct json_value *v,
    struct arena *a, struct buf *b, struct err *err)
{

	switch (t->kind) {
	case PGTYPE_JSON:
	case PGTYPE_JSONB:
		buf_put(b, v->s, v->len);
		return (0);
	case PGTYPE_ARRAY:
		if (v->type == JSON_ARRAY)
			return (put_array(t, dims > 0 ? dims : 1, 0, v, a, b,
			    err));
		break;
	case PGTYPE_VECTOR:
		if (v->type == JSON_ARRAY)
			return (put_vector(v, a, b, err));
		break;
	case PGTYPE_COMPOSITE:
		if (v->type == JSON_OBJECT)
			return (put_composite(t, v, a, b, err));
		break;
	case PGTYPE_HSTORE:
		if (v->type == JSON_OBJECT)
			return (put_hstore(v, a, b, err));
		break;
	default:
		break;
	}
	return (put_text(v, a, b, err));
}
