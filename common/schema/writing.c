#include <string.h>

#include "base/buf.h"
#include "json/json.h"
#include "schema/table.h"
#include "schema/writing.h"

/* Unless this is the first in its object or array, or the value of a key. */
void
writing_comma(struct buf *b)
{

	if (b->len > 0 && strchr("{[:", b->s[b->len - 1]) == NULL)
		buf_putc(b, ',');
}

void
writing_key(struct buf *b, const char *key)
{

	writing_comma(b);
	json_put_z(b, key);
	buf_putc(b, ':');
}

void
writing_raw(struct buf *b, const char *key, const char *json)
{

	if (json == NULL)
		return;
	writing_key(b, key);
	buf_puts(b, json);
}

void
writing_text(struct buf *b, const char *key, const char *text)
{

	if (text == NULL)
		return;
	writing_key(b, key);
	json_put_z(b, text);
}

void
writing_int(struct buf *b, const char *key, int64_t n)
{

	writing_key(b, key);
	json_put_int(b, n);
}

void
writing_flag(struct buf *b, const char *key, int flag)
{

	writing_raw(b, key, flag ? "true" : NULL);
}

void
writing_item(struct buf *b, const char *text)
{

	writing_comma(b);
	json_put_z(b, text);
}

void
writing_columns(struct buf *b, const char *key, const struct table *t,
    const struct column_list *list)
{
	size_t i;

	if (key != NULL)
		writing_key(b, key);
	else
		writing_comma(b);
	buf_putc(b, '[');
	for (i = 0; i < list->n; i++)
		writing_item(b, t->columns[list->v[i]].name);
	buf_putc(b, ']');
}

void
writing_strings(struct buf *b, const char *key, const char *const *v, size_t n)
{
	size_t i;

	writing_key(b, key);
	buf_putc(b, '[');
	for (i = 0; i < n; i++)
		writing_item(b, v[i]);
	buf_putc(b, ']');
}
