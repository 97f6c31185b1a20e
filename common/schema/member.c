#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "json/json.h"
#include "schema/member.h"
#include "schema/writing.h"

/*
 * A struct is known here by the offsets of its members only; these are where
 * they are told what they are.
 */
static const void *
at(const void *p, size_t offset)
{

	return ((const char *)p + offset);
}

static void *
place(void *p, size_t offset)
{

	return ((char *)p + offset);
}

static const char *
text_at(const void *p, const struct member *m)
{
	const char *s;

	memcpy(&s, at(p, m->offset), sizeof(s));
	return (s);
}

static int64_t
int_at(const void *p, const struct member *m)
{
	int64_t n;

	memcpy(&n, at(p, m->offset), sizeof(n));
	return (n);
}

static int
flag_at(const void *p, const struct member *m)
{
	int n;

	memcpy(&n, at(p, m->offset), sizeof(n));
	return (n);
}

static size_t
count_at(const void *p, const struct member *m)
{
	size_t n;

	memcpy(&n, at(p, m->count), sizeof(n));
	return (n);
}

static const void *
items_at(const void *p, const struct member *m)
{
	const void *v;

	memcpy(&v, at(p, m->offset), sizeof(v));
	return (v);
}

/*
 * Writing.
 */
static void
put_texts(struct buf *b, const struct member *m, const void *p)
{
	const char *const *v = items_at(p, m);
	size_t i, n = count_at(p, m);

	if (n == 0)
		return;
	writing_key(b, m->key);
	buf_putc(b, '[');
	for (i = 0; i < n; i++) {
		writing_comma(b);
		json_put_z(b, v[i]);
	}
	buf_putc(b, ']');
}

static void
put_columns(struct buf *b, const struct member *m, const void *p,
    const struct table *t)
{
	struct column_list list;
	size_t i;

	memcpy(&list, at(p, m->offset), sizeof(list));
	if (list.n == 0)
		return;
	writing_key(b, m->key);
	buf_putc(b, '[');
	for (i = 0; i < list.n; i++) {
		writing_comma(b);
		json_put_z(b, t->columns[list.v[i]].name);
	}
	buf_putc(b, ']');
}

static void
put_list(struct buf *b, const struct member *m, const void *p,
    const struct table *t)
{
	const char *v = items_at(p, m);
	size_t i, n = count_at(p, m);

	if (n == 0)
		return;
	writing_key(b, m->key);
	buf_putc(b, '[');
	for (i = 0; i < n; i++) {
		writing_comma(b);
		buf_putc(b, '{');
		member_put(m->items, v + i * m->items->size, t, b);
		buf_putc(b, '}');
	}
	buf_putc(b, ']');
}

static void
put_scalar(struct buf *b, const struct member *m, const void *p)
{

	if (m->kind == MEMBER_FLAG) {
		if (flag_at(p, m)) {
			writing_key(b, m->key);
			buf_puts(b, "true");
		}
	} else if (m->kind == MEMBER_INT || m->kind == MEMBER_COUNT) {
		if (m->kind == MEMBER_INT || int_at(p, m) >= 0) {
			writing_key(b, m->key);
			json_put_int(b, int_at(p, m));
		}
	} else if (text_at(p, m) != NULL) {
		writing_key(b, m->key);
		json_put_z(b, text_at(p, m));
	}
}

void
member_put(const struct member_list *list, const void *p,
    const struct table *t, struct buf *b)
{
	size_t i;

	for (i = 0; i < list->n; i++) {
		switch (list->v[i].kind) {
		case MEMBER_TEXTS:
			put_texts(b, &list->v[i], p);
			break;
		case MEMBER_COLUMNS:
			put_columns(b, &list->v[i], p, t);
			break;
		case MEMBER_LIST:
			put_list(b, &list->v[i], p, t);
			break;
		default:
			put_scalar(b, &list->v[i], p);
			break;
		}
	}
}

/*
 * Reading.
 */
struct texts {
	const char	**v;
	size_t		  n;
	const char	 *what;
};

static int
add_text(struct reading *rd, const struct json_value *v, void *cookie)
{
	struct texts *texts = cookie;

	texts->v[texts->n] = reading_string(rd, v, texts->what);
	return (texts->v[texts->n++] == NULL ? -1 : 0);
}

static int
read_texts(struct reading *rd, const struct json_value *v,
    const struct member *m, void *p)
{
	struct texts texts = { NULL, 0, m->key };

	texts.v = arena_alloc(rd->a,
	    (reading_count(v) + 1) * sizeof(*texts.v));
	if (reading_each(rd, v, m->key, add_text, &texts) != 0)
		return (-1);
	memcpy(place(p, m->offset), &texts.v, sizeof(texts.v));
	memcpy(place(p, m->count), &texts.n, sizeof(texts.n));
	return (0);
}

struct items {
	const struct member_list	*list;
	const struct member_columns	*columns;
	char				*v;
	size_t				 n;
};

static int
add_item(struct reading *rd, const struct json_value *v, void *cookie)
{
	struct items *items = cookie;

	if (v->type != JSON_OBJECT)
		return (reading_refuse(rd, v, "%s is not an object",
		    items->list->what));
	return (member_read(rd, v, items->list, items->columns,
	    items->v + items->list->size * items->n++));
}

static int
read_list(struct reading *rd, const struct json_value *v,
    const struct member *m, const struct member_columns *columns, void *p)
{
	struct items items = { m->items, columns, NULL, 0 };
	size_t size = (reading_count(v) + 1) * m->items->size;

	items.v = memset(arena_alloc(rd->a, size), 0, size);
	if (reading_each(rd, v, m->key, add_item, &items) != 0)
		return (-1);
	memcpy(place(p, m->offset), &items.v, sizeof(items.v));
	memcpy(place(p, m->count), &items.n, sizeof(items.n));
	return (0);
}

/*
 * A whole number; programs that know doubles only make one beyond 64 bits of
 * the largest, which is taken for that.
 */
static int
read_int(struct reading *rd, const struct json_value *obj, const char *key,
    int64_t *n)
{
	struct json_value v;
	size_t i;

	if (!json_get(obj, key, strlen(key), &v) || v.type != JSON_NUMBER ||
	    !v.plain || json_int(&v, n))
		return (reading_get_int(rd, obj, key, INT64_MIN, INT64_MAX,
		    n));
	for (i = 0; i < v.len && v.s[i] != '-'; i++)
		continue;
	*n = i < v.len ? INT64_MIN : INT64_MAX;
	return (1);
}

static int
read_scalar(struct reading *rd, const struct json_value *obj,
    const struct member *m, void *p)
{
	const char *text;
	int64_t n;
	int flag;

	switch (m->kind) {
	case MEMBER_FLAG:
		if (reading_get_flag(rd, obj, m->key, &flag) < 0)
			return (-1);
		memcpy(place(p, m->offset), &flag, sizeof(flag));
		return (0);
	case MEMBER_INT:
	case MEMBER_COUNT:
		if ((m->kind == MEMBER_INT ? read_int(rd, obj, m->key, &n) :
		    reading_get_int(rd, obj, m->key, 0, INT64_MAX, &n)) < 0)
			return (-1);
		memcpy(place(p, m->offset), &n, sizeof(n));
		return (0);
	default:
		if (reading_get_string(rd, obj, m->key, &text) < 0)
			return (-1);
		memcpy(place(p, m->offset), &text, sizeof(text));
		return (0);
	}
}

int
member_read(struct reading *rd, const struct json_value *obj,
    const struct member_list *list, const struct member_columns *columns,
    void *p)
{
	const struct member *m;
	struct json_value v;
	size_t i;
	int rc;

	for (i = 0; i < list->n; i++) {
		m = &list->v[i];
		if (!json_get(obj, m->key, strlen(m->key), &v)) {
			if (m->kind == MEMBER_NAME)
				return (reading_refuse(rd, obj,
				    "%s has no \"%s\"", list->what, m->key));
			continue;
		}
		if (m->kind == MEMBER_TEXTS)
			rc = read_texts(rd, &v, m, p);
		else if (m->kind == MEMBER_COLUMNS)
			rc = columns->read(columns->cookie, &v, m->key,
			    place(p, m->offset));
		else if (m->kind == MEMBER_LIST)
			rc = read_list(rd, &v, m, columns, p);
		else
			rc = read_scalar(rd, obj, m, p);
		if (rc != 0)
			return (-1);
	}
	return (0);
}
