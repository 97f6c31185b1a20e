#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "json/json.h"
#include "json/json_check.h"
#include "json/json_keys.h"
#include "json/json_walk.h"
#include "json/scan.h"

struct json_reader_state {
	struct json_walk	*walk;
	struct json_members	 members;
	struct json_keys	*keys;
	struct buf		 shape_bytes;	/* the last object's keys */
	struct json_known_key	*shape;		/* slices of them */
	size_t			 shape_n, shape_cap;
};

/* Chosen once for the process; NULL: not yet. */
static const struct scan_engine *engine;

struct json_reader *
json_reader_new(void)
{
	struct json_reader *r = mem_alloc(sizeof(*r));

	r->state = mem_alloc(sizeof(*r->state));
	r->state->keys = json_keys_new();
	r->state->walk = json_walk_new();
	if (engine == NULL)
		engine = scan_engine(NULL);
	return (r);
}

/* Does the object have the same keys as the one before? */
static int
same_shape(const struct json_reader_state *st)
{
	const struct json_known_key *known = st->shape;
	const struct json_field *f = st->members.v;
	size_t i;

	if (st->members.n != st->shape_n)
		return (0);
	for (i = 0; i < st->shape_n; i++)
		if (f[i].key.len != known[i].len - 1 ||
		    memcmp(f[i].key.s, known[i].s, f[i].key.len) != 0)
			return (0);
	return (1);
}

static void
remember_shape(struct json_reader_state *st)
{
	const struct json_field *f = st->members.v;
	char *p;
	size_t i, bytes = 0;

	st->shape_n = st->members.n;
	st->shape = mem_grow(st->shape, &st->shape_cap, st->shape_n,
	    sizeof(*st->shape));
	for (i = 0; i < st->shape_n; i++)
		bytes += f[i].key.len + 1;
	st->shape_bytes.len = 0;
	p = buf_need(&st->shape_bytes, bytes + JSON_KNOWN_KEY_SLACK);
	for (i = 0; i < st->shape_n; i++) {
		json_known_key_set(&st->shape[i], p, &f[i].key);
		p += f[i].key.len + 1;
	}
}

/* An object with new keys: none of them twice, or it is refused. */
static int
new_shape(struct json_reader *r, const char *s, struct err *err)
{
	struct json_reader_state *st = r->state;
	const struct json_value *key;
	struct quote q;
	size_t i;

	i = json_keys_repeated(st->keys, st->members.v, st->members.n);
	if (i < st->members.n) {
		key = &st->members.v[i].key;
		(void)err_at(err, (size_t)(key->s - s), "key %s given twice",
		    quote(&q, key->s + 1, key->len - 2));
		return (err_status(err, DIAG_BADINPUT));
	}
	remember_shape(st);
	r->shape++;
	return (0);
}

static int
is_space(char c)
{

	return (c == ' ' || c == '\t' || c == '\n' || c == '\r');
}

int
json_read_object(struct json_reader *r, const char *s, size_t len,
    struct err *err)
{
	struct json_reader_state *st = r->state;
	int found;

	r->nfields = 0;
	found = json_walk_text(st->walk, engine, s, len, &st->members,
	    st->shape, st->shape_n);
	if (found == 0 && json_check(s, len, NULL, &st->members, err) != 0)
		return (-1);
	if (r->shape == 0 || (found != 2 && !same_shape(st)))
		if (new_shape(r, s, err) != 0)
			return (-1);
	r->fields = st->members.v;
	r->nfields = st->members.n;
	return (0);
}

int
json_read_value(struct json_reader *r, const char *s, size_t len,
    struct json_value *v, struct err *err)
{

	/* Numbers, words and strings alone are rare: read them carefully. */
	if (json_walk_text(r->state->walk, engine, s, len, NULL, NULL, 0) == 0)
		return (json_check(s, len, v, NULL, err));
	for (; is_space(*s); s++)
		len--;
	while (is_space(s[len - 1]))
		len--;
	v->s = s;
	v->len = (uint32_t)len;
	v->type = *s == '{' ? JSON_OBJECT : JSON_ARRAY;
	v->plain = 0;
	return (0);
}

void
json_reader_free(struct json_reader *r)
{

	if (r == NULL)
		return;
	mem_free(r->state->members.v);
	mem_free(r->state->shape);
	json_keys_free(r->state->keys);
	json_walk_free(r->state->walk);
	buf_free(&r->state->shape_bytes);
	mem_free(r->state);
	mem_free(r);
}

int
json_reader_engine(const char *name)
{
	const struct scan_engine *e = scan_engine(name);

	if (e == NULL)
		return (-1);
	engine = e;
	return (0);
}
