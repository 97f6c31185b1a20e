#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "row/path.h"
#include "row/row.h"

struct key {
	char	*s;
	size_t	 len;
};

struct path {
	char		*text;
	struct key	*keys;
	size_t		 nkeys, cap;
	uint64_t	 shape;		/* of the row looked at last */
	ptrdiff_t	 at;		/* place of keys[0] in such rows */
	int		 seen;
};

/* Add the key of ${len} bytes at ${s}; in a pointer ~0 is ~ and ~1 is /. */
static int
add_key(struct path *p, const char *s, size_t len, int pointer,
    struct err *err)
{
	struct quote q;
	struct key *k;
	size_t i;

	p->keys = mem_grow(p->keys, &p->cap, p->nkeys + 1, sizeof(*p->keys));
	k = &p->keys[p->nkeys++];
	k->s = mem_alloc(len + 1);
	k->len = 0;
	for (i = 0; i < len; i++) {
		k->s[k->len] = s[i];
		if (pointer && s[i] == '~') {
			if (i + 1 == len || (s[i + 1] != '0' &&
			    s[i + 1] != '1'))
				return (err_set(err, "field %s: \"~\" must be"
				    " written ~0", quote_z(&q, p->text)));
			k->s[k->len] = s[++i] == '0' ? '~' : '/';
		}
		k->len++;
	}
	if (k->len == 0 && !pointer)
		return (err_set(err, "field %s: a name is empty",
		    quote_z(&q, p->text)));
	return (0);
}

struct path *
path_new(const char *text, struct err *err)
{
	struct path *p = mem_alloc(sizeof(*p));
	const int pointer = text[0] == '/';
	const char *s = text + pointer;
	size_t n;

	p->text = mem_strdup(text);
	for (;;) {
		n = strcspn(s, pointer ? "/" : ".");
		if (add_key(p, s, n, pointer, err) != 0) {
			path_free(p);
			return (NULL);
		}
		if (s[n] == '\0')
			return (p);
		s += n + 1;
	}
}

const char *
path_text(const struct path *p)
{

	return (p->text);
}

const char *
path_key(const struct path *p, size_t i, size_t *len)
{

	if (i >= p->nkeys)
		return (NULL);
	*len = p->keys[i].len;
	return (p->keys[i].s);
}

int
path_same(const struct path *a, const struct path *b)
{
	size_t i;

	if (a->nkeys != b->nkeys)
		return (0);
	for (i = 0; i < a->nkeys; i++)
		if (a->keys[i].len != b->keys[i].len ||
		    memcmp(a->keys[i].s, b->keys[i].s, a->keys[i].len) != 0)
			return (0);
	return (1);
}

/* How a value was reached: by a key, or as an element of an array. */
struct step {
	const struct step	*up;
	const struct key	*key;		/* NULL: an element */
	size_t			 index;
};

struct walk {
	const struct path	*path;
	const struct row	*row;
	path_visit		*visit;
	void			*cookie;
	struct err		*err;
};

static void
put_pointer(const struct step *step, struct buf *b)
{

	if (step == NULL)
		return;
	put_pointer(step->up, b);
	if (step->key != NULL)
		json_put_step(b, step->key->s, step->key->len);
	else
		buf_printf(b, "/%zu", step->index);
}

/* Add to the error where in the row it is. */
static int
locate(const struct walk *w, const struct step *step,
    const struct json_value *v)
{
	struct buf b = { 0 };

	put_pointer(step, &b);
	(void)snprintf(w->err->path, sizeof(w->err->path), "%s", buf_z(&b));
	w->err->pos = (size_t)(v->s - w->row->s);
	buf_free(&b);
	return (-1);
}

static int
walk(const struct walk *w, const struct json_value *v, size_t nkey,
    const struct step *up)
{
	struct step step = { .up = up };
	struct json_value inner;
	struct json_iter it;
	struct quote q;

	if (v->type == JSON_NULL)
		return (0);
	if (v->type == JSON_ARRAY) {
		json_iter_init(&it, v);
		for (; json_next(&it, NULL, &inner); step.index++)
			if (walk(w, &inner, nkey, &step) != 0)
				return (-1);
		return (0);
	}
	if (nkey == w->path->nkeys) {
		if (w->visit(v, w->cookie, w->err) != 0)
			return (locate(w, up, v));
		return (0);
	}
	if (v->type != JSON_OBJECT) {
		(void)err_set(w->err, "field %s leads into a %s, not an object",
		    quote_z(&q, w->path->text), json_type_name(v->type));
		(void)err_rule(w->err, "type", NULL);
		return (locate(w, up, v));
	}
	step.key = &w->path->keys[nkey];
	if (!json_get(v, step.key->s, step.key->len, &inner))
		return (0);
	return (walk(w, &inner, nkey + 1, &step));
}

int
path_walk(struct path *p, const struct row *row, path_visit *visit,
    void *cookie, struct err *err)
{
	const struct walk w = { p, row, visit, cookie, err };
	const struct step top = { .key = &p->keys[0] };

	if (row->shape != p->shape) {
		p->shape = row->shape;
		p->at = row_find(row, p->keys[0].s, p->keys[0].len);
		p->seen |= p->at >= 0;
	}
	if (p->at < 0)
		return (0);
	return (walk(&w, &row->fields[p->at].value, 1, &top));
}

int
path_seen(const struct path *p)
{

	return (p->seen);
}

void
path_free(struct path *p)
{
	size_t i;

	if (p == NULL)
		return;
	for (i = 0; i < p->nkeys; i++)
		mem_free(p->keys[i].s);
	mem_free(p->keys);
	mem_free(p->text);
	mem_free(p);
}
