#include <string.h>

#include "base/buf.h"
#include "row/differ.h"
#include "row/diffrow.h"
#include "row/key.h"

static const char *const op_names[DIFFER_OPS] = { "add", "remove", "change" };

void
diffrow_put_key(struct buf *to, const struct key *key,
    const struct differ_row *row)
{
	const struct json_field *f;
	const size_t start = to->len;
	const char *name;
	size_t i, j;

	for (i = 0; i < key_size(key); i++) {
		name = key_name(key, i);
		for (j = 0; j < row->nfields; j++) {
			f = &row->fields[j];
			if (!json_string_is(&f->key, name, strlen(name)))
				continue;
			buf_putc(to, to->len == start ? '{' : ',');
			buf_put(to, f->key.s, f->key.len);
			buf_putc(to, ':');
			buf_put(to, f->value.s, f->value.len);
		}
	}
	buf_puts(to, to->len == start ? "{}" : "}");
}

static void
put_row(struct buf *to, const char *name, const struct differ_row *row)
{

	if (row == NULL)
		return;
	buf_printf(to, ",\"%s\":", name);
	buf_put(to, row->s, row->len);
}

void
diffrow_put(struct buf *to, enum differ_op op, const struct key *key,
    const struct differ_row *a, const struct differ_row *b,
    const struct json_value *fields, size_t n)
{
	size_t i;

	buf_printf(to, "{\"op\":\"%s\"", op_names[op]);
	if (key != NULL) {
		buf_puts(to, ",\"key\":");
		diffrow_put_key(to, key, a != NULL ? a : b);
	}
	put_row(to, "a", a);
	put_row(to, "b", b);
	if (op == DIFFER_CHANGE) {
		buf_puts(to, ",\"fields\":[");
		for (i = 0; i < n; i++) {
			if (i > 0)
				buf_putc(to, ',');
			buf_put(to, fields[i].s, fields[i].len);
		}
		buf_putc(to, ']');
	}
	buf_putc(to, '}');
}
