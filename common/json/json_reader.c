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

struct json_reader_state {
	struct json_members	 members;
	struct json_keys	*keys;
	struct buf		 shape_keys;	/* of the last object, with
						   their quotes, one after the
						   other */
	size_t			 shape_n;	/* how many they are */
};

struct json_reader *
json_reader_new(void)
{
	struct json_reader *r = mem_alloc(sizeof(*r));

	r->state = mem_alloc(sizeof(*r->state));
	r->state->keys = json_keys_new();
	return (r);
}

/* Does the object have the same keys as the one before? */
static int
same_shape(const struct json_reader_state *st)
{
	const char *known = st->shape_keys.s;
	const struct json_field *f = st->members.v;
	size_t i, left = st->shape_keys.len;

	if (st->members.n != st->shape_n)
		return (0);
	for (i = 0; i < st->shape_n; i++) {
		if (f[i].key.len > left ||
		    memcmp(f[i].key.s, known, f[i].key.len) != 0)
			return (0);
		known += f[i].key.len;
		left -= f[i].key.len;
	}
	return (1);
}

static void
remember_shape(struct json_reader_state *st)
{
	size_t i;

	st->shape_keys.len = 0;
	st->shape_n = st->members.n;
	for (i = 0; i < st->shape_n; i++)
		buf_put(&st->shape_keys, st->members.v[i].key.s,
		    st->members.v[i].key.len);
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

int
json_read_object(struct json_reader *r, const char *s, size_t len,
    struct err *err)
{
	struct json_reader_state *st = r->state;

	r->nfields = 0;
	if (json_check(s, len, NULL, &st->members, err) != 0)
		return (-1);
	if ((r->shape == 0 || !same_shape(st)) && new_shape(r, s, err) != 0)
		return (-1);
	r->fields = st->members.v;
	r->nfields = st->members.n;
	return (0);
}

int
json_read_value(struct json_reader *r, const char *s, size_t len,
    struct json_value *v, struct err *err)
{

	(void)r;
	return (json_check(s, len, v, NULL, err));
}

void
json_reader_free(struct json_reader *r)
{

	if (r == NULL)
		return;
	mem_free(r->state->members.v);
	json_keys_free(r->state->keys);
	buf_free(&r->state->shape_keys);
	mem_free(r->state);
	mem_free(r);
}

int
json_reader_engine(const char *name)
{

	return (name == NULL || strcmp(name, "portable") == 0 ? 0 : -1);
}
