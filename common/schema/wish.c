#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/near.h"
#include "base/quote.h"
#include "json/json.h"
#include "schema/format.h"
#include "schema/wish.h"

/*
 * Every wish is a schema of its own in "allOf"; every step of its path is one
 * in "$defs", so that an array on the way can lead back to it.
 */
struct wish {
	struct buf	defs, all;
	size_t		n, ndefs;
};

/* The next key of a path, at *${p}, unescaped to ${key}. */
static void
next_key(const char **p, int pointer, struct buf *key)
{
	const char stop = pointer ? '/' : '.';
	const char *s = *p;

	key->len = 0;
	for (; *s != '\0' && *s != stop; s++)
		if (pointer && *s == '~' && (s[1] == '0' || s[1] == '1'))
			buf_putc(key, *++s == '0' ? '~' : '/');
		else
			buf_putc(key, *s);
	*p = *s == '\0' ? NULL : s + 1;
}

static void
put_ref(struct buf *b, size_t n)
{

	buf_printf(b, "{\"$ref\":\"#/$defs/%zu\"}", n);
}

/* Begin a definition; an array stands for its elements, if they are asked
 * for something. */
static void
begin_def(struct wish *w, int elements)
{

	buf_printf(&w->defs, "%s\"%zu\":{\"$comment\":\"\"",
	    w->ndefs > 0 ? "," : "", w->ndefs);
	if (elements) {
		buf_puts(&w->defs, ",\"items\":");
		put_ref(&w->defs, w->ndefs);
	}
	w->ndefs++;
}

/* What is asked of the value itself. */
struct demand {
	const char	*keys;		/* JSON members, a comma before each */
	int		 required;	/* and its key must be there */
};

/* A definition for every step of the path, the last one with the demand. */
static int
add(struct wish *w, const char *field, size_t len, const struct demand *d,
    struct err *err)
{
	char *copy = mem_dup(field, len);
	const int pointer = *copy == '/';
	const char *p = copy + pointer;
	struct buf key = { 0 };
	struct quote q;

	if (len == 0) {
		mem_free(copy);
		return (err_set(err, "no field in %s", quote_z(&q, field)));
	}
	buf_puts(&w->all, w->n++ > 0 ? "," : "");
	put_ref(&w->all, w->ndefs);
	while (p != NULL) {
		next_key(&p, pointer, &key);
		begin_def(w, 1);
		buf_puts(&w->defs, ",\"properties\":{");
		(void)json_put_string(&w->defs, key.s, key.len, NULL);
		buf_putc(&w->defs, ':');
		put_ref(&w->defs, w->ndefs);
		buf_putc(&w->defs, '}');
		if (d->required) {
			buf_puts(&w->defs, ",\"required\":[");
			(void)json_put_string(&w->defs, key.s, key.len, NULL);
			buf_puts(&w->defs, "],\"type\":[\"object\","
			    "\"array\"]");
		}
		buf_putc(&w->defs, '}');
	}
	begin_def(w, !d->required);
	buf_puts(&w->defs, d->keys);
	buf_putc(&w->defs, '}');
	buf_free(&key);
	mem_free(copy);
	return (0);
}

static int
require(struct wish *w, const char *field, struct err *err)
{
	const struct demand d = {
		.keys = ",\"type\":[\"string\",\"number\",\"boolean\","
		    "\"array\",\"object\"]",
		.required = 1
	};

	return (add(w, field, strlen(field), &d, err));
}

static int
unknown_format(const char *name, struct err *err)
{
	struct near near;
	struct quote q;
	int i;

	(void)err_set(err, "there is no format %s", quote_z(&q, name));
	near_start(&near, name);
	for (i = 0; format_name(i) != NULL; i++)
		near_offer(&near, format_name(i));
	if (near_best(&near) != NULL)
		(void)err_hint(err, "did you mean %s?",
		    quote_z(&q, near_best(&near)));
	return (-1);
}

static int
format(struct wish *w, const char *text, struct err *err)
{
	const char *eq = strrchr(text, '=');
	struct demand d = { 0 };
	struct buf keys = { 0 };
	struct quote q;
	int rc;

	if (eq == NULL)
		return (err_set(err, "no \"=\" in %s", quote_z(&q, text)));
	if (format_find(eq + 1, strlen(eq + 1)) < 0)
		return (unknown_format(eq + 1, err));
	buf_printf(&keys, ",\"type\":[\"string\",\"null\",\"array\"],"
	    "\"format\":\"%s\"", eq + 1);
	d.keys = buf_z(&keys);
	rc = add(w, text, (size_t)(eq - text), &d, err);
	buf_free(&keys);
	return (rc);
}

static int
put_limit(struct buf *b, const char *keyword, const char *s, size_t len,
    struct err *err)
{
	struct quote q;

	if (len == 0)
		return (0);
	if (!decimal_is_json(s, len))
		return (err_set(err, "%s is not a number", quote(&q, s, len)));
	buf_printf(b, ",\"%s\":", keyword);
	buf_put(b, s, len);
	return (0);
}

static int
range(struct wish *w, const char *text, struct err *err)
{
	const char *eq = strrchr(text, '='), *dots;
	struct demand d = { 0 };
	struct buf keys = { 0 };
	struct quote q;
	int rc;

	dots = eq == NULL ? NULL : strstr(eq, "..");
	if (dots == NULL || strlen(eq) == 3)
		return (err_set(err, "%s is not FIELD=MIN..MAX",
		    quote_z(&q, text)));
	buf_puts(&keys, ",\"type\":[\"number\",\"null\",\"array\"]");
	rc = put_limit(&keys, "minimum", eq + 1, (size_t)(dots - eq - 1), err);
	if (rc == 0)
		rc = put_limit(&keys, "maximum", dots + 2, strlen(dots + 2),
		    err);
	d.keys = buf_z(&keys);
	if (rc == 0)
		rc = add(w, text, (size_t)(eq - text), &d, err);
	buf_free(&keys);
	return (rc);
}

size_t
wish_count(const struct wish_opts *opts)
{

	return (opts->require.n + opts->format.n + opts->range.n);
}

static int
take(struct wish *w, const struct opt_list *list, const char *option,
    int (*one)(struct wish *w, const char *text, struct err *err),
    struct err *err)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		if (one(w, list->v[i], err) != 0) {
			(void)err_prefix(err, "option --%s: ", option);
			return (err_status(err, DIAG_USAGE));
		}
	return (0);
}

int
wish_put_schema(const struct wish_opts *opts, struct buf *b, struct err *err)
{
	struct wish w = { .n = 0 };
	int rc = -1;

	buf_puts(b, "{\"type\":\"object\"");
	if (take(&w, &opts->require, "require", require, err) == 0 &&
	    take(&w, &opts->format, "format", format, err) == 0 &&
	    take(&w, &opts->range, "range", range, err) == 0)
		rc = 0;
	if (w.n > 0) {
		buf_puts(b, ",\"allOf\":[");
		buf_put(b, w.all.s, w.all.len);
		buf_puts(b, "],\"$defs\":{");
		buf_put(b, w.defs.s, w.defs.len);
		buf_putc(b, '}');
	}
	buf_putc(b, '}');
	buf_free(&w.defs);
	buf_free(&w.all);
	return (rc);
}
