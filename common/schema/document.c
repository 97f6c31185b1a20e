#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "json/json.h"
#include "json/json_keys.h"
#include "schema/document.h"

/* What the building of a tree needs. */
struct build {
	struct arena		*a;
	struct json_keys	*keys;
	struct err		*err;
};

static int
no_key_twice(struct build *b, const struct docnode *node,
    const struct json_field *fields)
{
	struct quote q;
	size_t i;

	i = json_keys_repeated(b->keys, fields, node->n);
	if (i == node->n)
		return (0);
	return (document_refuse(node, b->err, "the key %s is given twice",
	    quote(&q, fields[i].key.s + 1, fields[i].key.len - 2)));
}

static const char *
text_of(struct build *b, const struct json_value *v, size_t *len)
{
	const char *s = json_string(v, b->a, len);

	return (arena_dup(b->a, s, *len));
}

static int build(struct build *b, struct docnode *node);

static int
build_children(struct build *b, struct docnode *node)
{
	struct json_field *fields;
	struct json_iter it;
	struct docnode *c;
	size_t i;
	int rc = 0;

	node->n = json_count(&node->v);
	node->child = arena_alloc(b->a, (node->n + 1) * sizeof(*node->child));
	fields = mem_array(node->n + 1, sizeof(*fields));
	json_iter_init(&it, &node->v);
	for (i = 0; i < node->n; i++) {
		c = &node->child[i];
		memset(c, 0, sizeof(*c));
		(void)json_next(&it, &fields[i].key, &c->v);
		c->file = node->file;
		c->parent = node;
		if (node->v.type == JSON_OBJECT)
			c->key = text_of(b, &fields[i].key, &c->key_len);
	}
	if (node->v.type == JSON_OBJECT)
		rc = no_key_twice(b, node, fields);
	mem_free(fields);
	for (i = 0; i < node->n && rc == 0; i++)
		rc = build(b, &node->child[i]);
	return (rc);
}

/* The tree has at most JSON_DEPTH_MAX levels, which the reader has seen to. */
static int
build(struct build *b, struct docnode *node)
{

	if (node->v.type == JSON_STRING)
		node->text = text_of(b, &node->v, &node->len);
	if (node->v.type == JSON_OBJECT || node->v.type == JSON_ARRAY)
		return (build_children(b, node));
	return (0);
}

struct docnode *
document_read(const char *file, const char *text, size_t len,
    struct arena *a, struct err *err)
{
	struct docnode *root = arena_alloc(a, sizeof(*root));
	struct json_reader *r = json_reader_new();
	struct build b = { .a = a, .err = err };
	int rc;

	memset(root, 0, sizeof(*root));
	root->file = file;
	rc = json_read_value(r, text, len, &root->v, err);
	json_reader_free(r);
	if (rc != 0) {
		(void)err_status(err, DIAG_USAGE);
		return (NULL);
	}
	b.keys = json_keys_new();
	rc = build(&b, root);
	json_keys_free(b.keys);
	return (rc == 0 ? root : NULL);
}

struct docnode *
document_find(const struct docnode *node, const char *key, size_t len)
{
	size_t i;

	if (node->v.type != JSON_OBJECT)
		return (NULL);
	for (i = 0; i < node->n; i++)
		if (node->child[i].key_len == len &&
		    memcmp(node->child[i].key, key, len) == 0)
			return (&node->child[i]);
	return (NULL);
}

struct docnode *
document_get(const struct docnode *node, const char *key)
{

	return (document_find(node, key, strlen(key)));
}

static struct docnode *
element(const struct docnode *node, const char *token, size_t len)
{
	size_t i, at = 0;

	if (len == 0 || (token[0] == '0' && len > 1))
		return (NULL);
	for (i = 0; i < len; i++) {
		if (token[i] < '0' || token[i] > '9' || at > node->n)
			return (NULL);
		at = at * 10 + (size_t)(token[i] - '0');
	}
	return (at < node->n ? &node->child[at] : NULL);
}

struct docnode *
document_step(const struct docnode *node, const char *token, size_t len)
{
	struct docnode *found;
	struct buf b = { 0 };
	size_t i;

	if (node->v.type == JSON_ARRAY)
		return (element(node, token, len));
	for (i = 0; i < len; i++) {
		if (token[i] != '~')
			buf_putc(&b, token[i]);
		else if (++i < len && (token[i] == '0' || token[i] == '1'))
			buf_putc(&b, token[i] == '0' ? '~' : '/');
		else {
			buf_free(&b);
			return (NULL);
		}
	}
	found = document_find(node, buf_z(&b), b.len);
	buf_free(&b);
	return (found);
}

void
document_pointer(const struct docnode *node, struct buf *b)
{

	if (node->parent == NULL)
		return;
	document_pointer(node->parent, b);
	if (node->key != NULL)
		json_put_step(b, node->key, node->key_len);
	else
		buf_printf(b, "/%zu", (size_t)(node - node->parent->child));
}

int
document_refuse(const struct docnode *node, struct err *err,
    const char *fmt, ...)
{
	char text[512], place[256], file[200];
	struct buf b = { 0 };
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	document_pointer(node, &b);
	(void)err_set(err, "schema %s at %s: %s", quote_plain(file,
	    sizeof(file), node->file, strlen(node->file)), b.len == 0 ?
	    "its root" : quote_plain(place, sizeof(place), b.s, b.len), text);
	(void)err_rule(err, "schema", buf_z(&b));
	buf_free(&b);
	return (err_status(err, DIAG_USAGE));
}
