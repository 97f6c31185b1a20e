#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/quote.h"
#include "base/utf8.h"
#include "json/json.h"
#include "json/json_mend.h"
#include "row/path.h"
#include "row/row.h"
#include "row/sanitize.h"

#define FIELDS_MAX	1000	/* counted by name; all others together */

const char *const sanitize_names[SANITIZE_REPAIRS] = {
	"bom", "controls", "utf8", "non-finite", "duplicates", "nfc",
	"squeeze", "trim", "empty-null"
};

struct field {
	char		*name;
	size_t		 len;
	uint64_t	 counts[SANITIZE_REPAIRS];
};

struct sanitize {
	unsigned		  repairs;
	struct path		**paths;
	size_t			  npaths;
	struct json_reader	 *reader;
	struct buf		  text;		/* of a line that was mended */
	struct buf		  a, b;		/* of a string, by turns */
	struct row		  row;
	struct field		 *fields;
	size_t			  nfields, fields_cap;
	const char		 *at;		/* name of the field at hand */
	size_t			  at_len;
};

static int
wants(const struct sanitize *s, enum sanitize_repair repair)
{

	return ((s->repairs & 1u << repair) != 0);
}

static struct field *
find_field(struct sanitize *s, const char *name, size_t len)
{
	struct field *f;
	size_t i;

	for (i = 0; i < s->nfields; i++) {
		f = &s->fields[i];
		if (f->len == len && memcmp(f->name, name, len) == 0)
			return (f);
	}
	if (s->nfields > FIELDS_MAX)
		return (&s->fields[FIELDS_MAX]);
	if (s->nfields == FIELDS_MAX) {
		name = "(other fields)";
		len = strlen(name);
	}
	s->fields = mem_grow(s->fields, &s->fields_cap, s->nfields + 1,
	    sizeof(*s->fields));
	f = &s->fields[s->nfields++];
	memset(f, 0, sizeof(*f));
	f->name = mem_dup(name, len);
	f->len = len;
	return (f);
}

static void
enter(struct sanitize *s, const char *name, size_t len)
{

	s->at = name;
	s->at_len = len;
}

static void
count(struct sanitize *s, enum sanitize_repair which)
{

	find_field(s, s->at, s->at_len)->counts[which]++;
}

/*
 * The text.
 */

static void
note_mended(enum json_mend_what what, const char *key, size_t len,
    void *cookie)
{
	struct sanitize *s = cookie;
	enum sanitize_repair which = what == JSON_MEND_BOM ? SANITIZE_BOM :
	    what == JSON_MEND_CONTROLS ? SANITIZE_CONTROLS :
	    what == JSON_MEND_UTF8 ? SANITIZE_UTF8 :
	    what == JSON_MEND_NON_FINITE ? SANITIZE_NON_FINITE :
	    SANITIZE_DUPLICATES;

	enter(s, key == NULL ? "" : key, key == NULL ? 0 : len);
	count(s, which);
}

/* The repairs of the text among ${repairs}. */
static unsigned
mends(unsigned repairs)
{

	return ((repairs & 1u << SANITIZE_BOM ? JSON_MEND_BOM : 0u) |
	    (repairs & 1u << SANITIZE_CONTROLS ? JSON_MEND_CONTROLS : 0u) |
	    (repairs & 1u << SANITIZE_UTF8 ? JSON_MEND_UTF8 : 0u) |
	    (repairs & 1u << SANITIZE_NON_FINITE ? JSON_MEND_NON_FINITE : 0u) |
	    (repairs & 1u << SANITIZE_DUPLICATES ? JSON_MEND_DUPLICATES : 0u));
}

static void
note_nothing(enum json_mend_what what, const char *key, size_t len,
    void *cookie)
{

	(void)key;
	(void)len;
	*(unsigned *)cookie |= (unsigned)what;
}

/* The line is no row in spite of all: would a repair that nobody asked for
 * have made it one? */
static void
hint_repair(struct sanitize *s, const struct row *line, struct err *err)
{
	const unsigned all = (1u << SANITIZE_NFC) - 1;
	struct err again = ERR_INIT;
	struct buf flags = { 0 };
	unsigned made = 0;
	size_t i;

	s->text.len = 0;
	json_mend(line->s, line->len, mends(all), note_nothing, &made,
	    &s->text);
	if (json_read_object(s->reader, s->text.s, s->text.len, &again) != 0)
		return;
	for (i = 0; i < SANITIZE_NFC; i++)
		if ((made & mends(1u << i)) != 0 &&
		    !wants(s, (enum sanitize_repair)i))
			buf_printf(&flags, " --%s", sanitize_names[i]);
	(void)err_hint(err, "it could be repaired with%s", buf_z(&flags));
	buf_free(&flags);
}

static int
read_line(struct sanitize *s, const struct row *line, struct err *err)
{
	struct row *row = &s->row;

	row->s = line->s;
	row->len = line->len;
	if (json_read_object(s->reader, row->s, row->len, err) == 0)
		return (0);
	s->text.len = 0;
	json_mend(line->s, line->len, mends(s->repairs), note_mended, s,
	    &s->text);
	row->s = s->text.s;
	row->len = s->text.len;
	if (json_read_object(s->reader, row->s, row->len, err) == 0)
		return (0);
	/* What counts is the place in the line that the user has. */
	(void)json_read_object(s->reader, line->s, line->len, err);
	hint_repair(s, line, err);
	return (-1);
}

/*
 * Strings.
 */

/* Nothing but letters, digits and signs of ASCII, and single spaces inside:
 * there is nothing to repair, but perhaps that it is empty. */
static int
is_neat(const struct json_value *v)
{
	const unsigned char *p = (const unsigned char *)v->s + 1;
	const unsigned char *end = p + v->len - 2;
	unsigned char before = ' ';

	if (!v->plain)
		return (0);
	for (; p < end; before = *p++)
		if (*p >= 0x7f || (*p == ' ' && before == ' '))
			return (0);
	return (before != ' ' || v->len == 2);
}

/* Put ${from} without control characters into ${to}. */
static void
strip(const struct buf *from, struct buf *to)
{
	uint32_t code;
	size_t i, n;

	for (i = 0; i < from->len; i += n) {
		n = utf8_decode(from->s + i, from->len - i, &code);
		if (!utf8_is_control(code))
			buf_put(to, from->s + i, n);
	}
}

static void
compose(const struct buf *from, struct buf *to)
{

	utf8_compose(to, from->s, from->len);
}

static void
squeeze(const struct buf *from, struct buf *to)
{
	int space = 0;
	uint32_t code;
	size_t i, n;

	for (i = 0; i < from->len; i += n) {
		n = utf8_decode(from->s + i, from->len - i, &code);
		if (!utf8_is_space(code))
			buf_put(to, from->s + i, n);
		else if (!space)
			buf_putc(to, ' ');
		space = utf8_is_space(code);
	}
}

static void
trim(const struct buf *from, struct buf *to)
{
	size_t i, n, first = from->len, last = 0;
	uint32_t code;

	for (i = 0; i < from->len; i += n) {
		n = utf8_decode(from->s + i, from->len - i, &code);
		if (utf8_is_space(code))
			continue;
		if (first == from->len)
			first = i;
		last = i + n;
	}
	if (last > first)
		buf_put(to, from->s + first, last - first);
}

static void
repair(struct sanitize *s, enum sanitize_repair which,
    void (*make)(const struct buf *from, struct buf *to))
{
	struct buf was;

	if (!wants(s, which) || s->a.len == 0)
		return;
	s->b.len = 0;
	make(&s->a, &s->b);
	if (s->a.len == s->b.len && memcmp(s->a.s, s->b.s, s->a.len) == 0)
		return;
	count(s, which);
	was = s->a;
	s->a = s->b;
	s->b = was;
}

/* Let ${text} stand where the string ${v} does. */
static void
put_string(struct sanitize *s, const struct json_value *v,
    const struct buf *text)
{
	struct row *row = &s->row;

	s->b.len = 0;
	(void)json_put_string(&s->b, text->s, text->len, NULL);
	row_replace(row, v, arena_dup(row->arena, s->b.s, s->b.len),
	    s->b.len);
}

static void
repair_string(struct sanitize *s, const struct json_value *v)
{
	struct row *row = &s->row;
	const char *text;
	size_t len;

	if (is_neat(v) && (v->len > 2 || !wants(s, SANITIZE_EMPTY_NULL)))
		return;
	text = json_string(v, row->arena, &len);
	s->a.len = 0;
	buf_put(&s->a, text, len);
	repair(s, SANITIZE_CONTROLS, strip);
	repair(s, SANITIZE_NFC, compose);
	repair(s, SANITIZE_SQUEEZE, squeeze);
	repair(s, SANITIZE_TRIM, trim);
	if (s->a.len == 0 && wants(s, SANITIZE_EMPTY_NULL)) {
		count(s, SANITIZE_EMPTY_NULL);
		row_replace(row, v, "null", 4);
		return;
	}
	if (s->a.len == len && (len == 0 || memcmp(s->a.s, text, len) == 0))
		return;
	put_string(s, v, &s->a);
}

/* What ${key} is without control characters, in s->a; as bytes there are none
 * in it any more.  Return whether that is another name. */
static int
strip_key(struct sanitize *s, const struct json_value *key)
{
	const char *text;
	size_t len;

	if (key->plain || !wants(s, SANITIZE_CONTROLS))
		return (0);
	text = json_string(key, s->row.arena, &len);
	s->b.len = s->a.len = 0;
	buf_put(&s->b, text, len);
	strip(&s->b, &s->a);
	return (s->a.len != len);
}

static void
repair_key(struct sanitize *s, const struct json_value *key)
{

	if (!strip_key(s, key))
		return;
	count(s, SANITIZE_CONTROLS);
	put_string(s, key, &s->a);
}

/* Strings, at whatever depth: no more than the reader lets pass. */
static void
repair_value(struct sanitize *s, const struct json_value *v)
{
	struct json_iter it;
	struct json_value key, inner;

	if (v->type == JSON_STRING)
		repair_string(s, v);
	if (v->type != JSON_ARRAY && v->type != JSON_OBJECT)
		return;
	json_iter_init(&it, v);
	while (json_next(&it, &key, &inner)) {
		if (v->type == JSON_OBJECT)
			repair_key(s, &key);
		repair_value(s, &inner);
	}
}

static int
visit(const struct json_value *v, void *cookie, struct err *err)
{

	(void)err;
	repair_value(cookie, v);
	return (0);
}

static int
repair_paths(struct sanitize *s, struct err *err)
{
	const char *name;
	size_t i;

	for (i = 0; i < s->npaths; i++) {
		name = path_text(s->paths[i]);
		enter(s, name, strlen(name));
		if (path_walk(s->paths[i], &s->row, visit, s, err) != 0)
			return (-1);
	}
	return (0);
}

/* Names that keys of the row have got. */
struct taken {
	const char		*s;
	size_t			 len;
	const struct taken	*next;
};

/* Repair the key of a field, unless another has that name: none may come
 * twice. */
static void
repair_name(struct sanitize *s, const struct json_value *key,
    const struct taken **names)
{
	const struct taken *n;
	struct taken *own;

	if (!strip_key(s, key) ||
	    row_find(&s->row, s->a.s, s->a.len) != -1)
		return;
	for (n = *names; n != NULL; n = n->next)
		if (n->len == s->a.len && memcmp(n->s, s->a.s, n->len) == 0)
			return;
	own = arena_alloc(s->row.arena, sizeof(*own));
	*own = (struct taken){ arena_dup(s->row.arena, s->a.s, s->a.len),
	    s->a.len, *names };
	*names = own;
	repair_key(s, key);
}

static void
enter_field(struct sanitize *s, const struct json_value *key)
{
	const char *name;
	size_t len;

	name = json_string(key, s->row.arena, &len);
	if (memchr(name, '\0', len) == NULL)
		enter(s, name, len);
	else
		enter(s, key->s + 1, key->len - 2);
}

static void
repair_fields(struct sanitize *s)
{
	const struct taken *names = NULL;
	const struct json_field *f;
	size_t i;

	for (i = 0; i < s->row.nfields; i++) {
		f = &s->row.fields[i];
		enter_field(s, &f->key);
		repair_name(s, &f->key, &names);
		if (f->value.type >= JSON_STRING)
			repair_value(s, &f->value);
	}
}

/*
 * The whole.
 */

struct row *
sanitize_row(struct sanitize *s, const struct row *line, struct err *err)
{
	struct row *row = &s->row;
	struct row_edit *edits = row->edits;
	size_t cap = row->edits_cap;

	*row = *line;
	row->edits = edits;
	row->edits_cap = cap;
	row->nedits = 0;
	if (read_line(s, line, err) != 0)
		return (NULL);
	row->fields = s->reader->fields;
	row->nfields = s->reader->nfields;
	row->shape = s->reader->shape;
	if (s->repairs >> SANITIZE_NFC == 0 && !wants(s, SANITIZE_CONTROLS))
		return (row);
	if (s->npaths > 0)
		return (repair_paths(s, err) != 0 ? NULL : row);
	repair_fields(s);
	return (row);
}

/* Does ${inner} lead to the values of ${outer}, or into them? */
static int
leads_into(const struct path *outer, const struct path *inner)
{
	const char *a, *b;
	size_t i, alen, blen;

	for (i = 0; (a = path_key(outer, i, &alen)) != NULL; i++) {
		b = path_key(inner, i, &blen);
		if (b == NULL || alen != blen || memcmp(a, b, alen) != 0)
			return (0);
	}
	return (1);
}

static int
add_path(struct sanitize *s, const char *text, struct err *err)
{
	struct path *p = path_new(text, err);
	struct quote q, q2;
	size_t i;

	if (p == NULL)
		return (-1);
	s->paths[s->npaths++] = p;
	for (i = 0; i + 1 < s->npaths; i++)
		if (leads_into(s->paths[i], p) || leads_into(p, s->paths[i]))
			return (err_set(err, "field %s is part of field %s",
			    quote_z(&q, text),
			    quote_z(&q2, path_text(s->paths[i]))));
	return (0);
}

struct sanitize *
sanitize_new(unsigned repairs, const struct opt_list *fields, struct err *err)
{
	struct sanitize *s = mem_alloc(sizeof(*s));
	size_t i;

	s->repairs = repairs;
	s->reader = json_reader_new();
	s->paths = mem_array(fields->n + 1, sizeof(struct path *));
	for (i = 0; i < fields->n; i++) {
		if (add_path(s, fields->v[i], err) == 0)
			continue;
		sanitize_free(s);
		return (NULL);
	}
	return (s);
}

int
sanitize_count(const struct sanitize *s, size_t i, const char **field,
    enum sanitize_repair *which, uint64_t *n)
{
	size_t f, r;

	for (f = 0; f < s->nfields; f++) {
		for (r = 0; r < SANITIZE_REPAIRS; r++) {
			if (s->fields[f].counts[r] == 0 || i-- > 0)
				continue;
			*field = s->fields[f].name;
			*which = (enum sanitize_repair)r;
			*n = s->fields[f].counts[r];
			return (1);
		}
	}
	return (0);
}

void
sanitize_free(struct sanitize *s)
{
	size_t i;

	if (s == NULL)
		return;
	for (i = 0; i < s->npaths; i++)
		path_free(s->paths[i]);
	for (i = 0; i < s->nfields; i++)
		mem_free(s->fields[i].name);
	mem_free(s->paths);
	mem_free(s->fields);
	mem_free(s->row.edits);
	json_reader_free(s->reader);
	buf_free(&s->text);
	buf_free(&s->a);
	buf_free(&s->b);
	mem_free(s);
}
