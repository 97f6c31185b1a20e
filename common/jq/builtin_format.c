#include <string.h>

#include "base/buf.h"
#include "jq/builtin_lib.h"
#include "jq/format.h"

typedef void encoder(struct buf *b, const char *s, size_t len);
typedef int decoder(struct buf *b, const char *s, size_t len);

/* The text of ${v}: of a string itself, of all else its JSON. */
static void
put_text(struct run *r, struct buf *b, struct value *v)
{
	const char *s;
	size_t len;

	if (value_is_string(v)) {
		s = value_bytes(run_heap(r), v, &len);
		buf_put(b, s, len);
	} else
		value_put(run_heap(r), b, v);
}

/* Encode the text of the input. */
static int
encoded(struct run *r, struct value *v, struct value *out, encoder *encode)
{
	struct buf *b = run_buf(r), text = { 0 };
	const char *s;
	size_t len;

	if (value_is_string(v)) {
		s = value_bytes(run_heap(r), v, &len);
		encode(b, s, len);
	} else {
		value_put(run_heap(r), &text, v);
		encode(b, text.s, text.len);
		buf_free(&text);
	}
	*out = value_str(run_heap(r), b->s, b->len);
	return (BUILTIN_VALUE);
}

static int
decoded(struct run *r, struct value *v, struct value *out, decoder *decode,
    const char *what)
{
	struct buf *b = run_buf(r), text = { 0 };
	int rc;

	put_text(r, &text, v);
	rc = decode(b, text.s, text.len);
	buf_free(&text);
	if (rc != 0)
		return (run_type_error(r, v, what));
	*out = value_str_lossy(run_heap(r), b->s, b->len);
	return (BUILTIN_VALUE);
}

static int
f_text(struct run *r, struct value *v, struct value *out)
{
	struct buf *b;

	if (value_is_string(v)) {
		*out = value_take(v);
		return (BUILTIN_VALUE);
	}
	b = run_buf(r);
	value_put(run_heap(r), b, v);
	*out = value_str(run_heap(r), b->s, b->len);
	return (BUILTIN_VALUE);
}

static int
f_json(struct run *r, struct value *v, struct value *out)
{
	struct buf *b = run_buf(r);

	value_put(run_heap(r), b, v);
	*out = value_str(run_heap(r), b->s, b->len);
	return (BUILTIN_VALUE);
}

static int
f_html(struct run *r, struct value *v, struct value *out)
{

	return (encoded(r, v, out, format_html));
}

static int
f_uri(struct run *r, struct value *v, struct value *out)
{

	return (encoded(r, v, out, format_uri));
}

static int
f_urid(struct run *r, struct value *v, struct value *out)
{

	return (decoded(r, v, out, format_urid,
	    "is not a valid uri encoding"));
}

static int
f_base64(struct run *r, struct value *v, struct value *out)
{

	return (encoded(r, v, out, format_base64));
}

static int
f_base64d(struct run *r, struct value *v, struct value *out)
{

	return (decoded(r, v, out, format_base64d,
	    "is not valid base64 data"));
}

static int
f_base32(struct run *r, struct value *v, struct value *out)
{

	return (encoded(r, v, out, format_base32));
}

static int
f_base32d(struct run *r, struct value *v, struct value *out)
{

	return (decoded(r, v, out, format_base32d,
	    "is not valid base32 data"));
}

/* One field of a line of values; numbers and booleans as they are. */
static int
put_field(struct run *r, struct buf *b, struct value *v, encoder *encode,
    int null_is_empty, const char *what)
{
	const char *s;
	size_t len;

	if (value_is_array(v) || value_is_object(v))
		return (run_type_error(r, v, what));
	if (value_is_string(v)) {
		s = value_bytes(run_heap(r), v, &len);
		encode(b, s, len);
	} else if (v->kind != VALUE_NULL || !null_is_empty)
		value_put(run_heap(r), b, v);
	return (BUILTIN_VALUE);
}

/* A line of the fields of the array ${v}. */
static int
line(struct run *r, struct value *v, struct value *out, char separator,
    encoder *encode, int null_is_empty, const char *what)
{
	struct buf *b = run_buf(r);
	size_t i;

	value_open(run_heap(r), v);
	for (i = 0; i < v->u.arr->n; i++) {
		if (i > 0)
			buf_putc(b, separator);
		if (put_field(r, b, &v->u.arr->v[i], encode, null_is_empty,
		    what) == BUILTIN_FAIL)
			return (BUILTIN_FAIL);
	}
	*out = value_str(run_heap(r), b->s, b->len);
	return (BUILTIN_VALUE);
}

static int
f_csv(struct run *r, struct value *v, struct value *out)
{

	if (!value_is_array(v))
		return (run_type_error(r, v,
		    "cannot be csv-formatted, only an array can be"));
	return (line(r, v, out, ',', format_csv, 1,
	    "is not valid in a csv row"));
}

static int
f_tsv(struct run *r, struct value *v, struct value *out)
{

	if (!value_is_array(v))
		return (run_type_error(r, v,
		    "cannot be tsv-formatted, only an array can be"));
	return (line(r, v, out, '\t', format_tsv, 1,
	    "is not valid in a tsv row"));
}

static int
f_sh(struct run *r, struct value *v, struct value *out)
{
	static const char what[] = "can not be escaped for shell";
	struct buf *b;

	if (value_is_array(v))
		return (line(r, v, out, ' ', format_sh, 0, what));
	b = run_buf(r);
	if (put_field(r, b, v, format_sh, 0, what) == BUILTIN_FAIL)
		return (BUILTIN_FAIL);
	*out = value_str(run_heap(r), b->s, b->len);
	return (BUILTIN_VALUE);
}

/* format("csv") is @csv. */
static int
f_format(struct run *r, struct value *v, struct value *out)
{
	const struct builtin *f;
	const char *s;
	size_t len;

	if (!value_is_string(&v[1]))
		return (run_type_error(r, &v[1], "is not a valid format"));
	s = value_bytes(run_heap(r), &v[1], &len);
	for (f = builtin_format; f->name[0] == '@'; f++)
		if (strlen(f->name + 1) == len &&
		    memcmp(f->name + 1, s, len) == 0)
			return (f->fn(r, v, out));
	return (run_error(r, "%.*s is not a valid format", (int)len, s));
}

const struct builtin builtin_format[] = {
	{ "@text", 0, f_text, BUILTIN_PURE },
	{ "@json", 0, f_json, BUILTIN_PURE },
	{ "@html", 0, f_html, BUILTIN_PURE },
	{ "@uri", 0, f_uri, BUILTIN_PURE },
	{ "@urid", 0, f_urid, BUILTIN_PURE },
	{ "@csv", 0, f_csv, BUILTIN_PURE },
	{ "@tsv", 0, f_tsv, BUILTIN_PURE },
	{ "@sh", 0, f_sh, BUILTIN_PURE },
	{ "@base64", 0, f_base64, BUILTIN_PURE },
	{ "@base64d", 0, f_base64d, BUILTIN_PURE },
	{ "@base32", 0, f_base32, BUILTIN_PURE },
	{ "@base32d", 0, f_base32d, BUILTIN_PURE },
	{ "format", 1, f_format, BUILTIN_PURE },
	{ NULL, 0, NULL, 0 }
};
