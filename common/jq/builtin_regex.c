#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/regex.h"
#include "jq/builtin_lib.h"
#include "jq/text.h"

/* A search about to be made: what, in what, and how. */
struct search {
	struct regex_match	 match;
	struct value		*text;		/* the input */
	unsigned		 flags;
};

static int
bad_flags(struct run *r, struct value *v)
{
	const char *s;
	size_t len;

	if (!value_is_string(v))
		return (run_type_error(r, v, "is not a string"));
	s = value_bytes(run_heap(r), v, &len);
	return (run_error(r, "%.*s is not a valid modifier string", (int)len,
	    s));
}

/*
 * Read (REGEX; FLAGS) or ([REGEX, FLAGS]; null) from v[1] and v[2] and be
 * ready to search v[0]; ${always} are flags that the function implies.
 */
static int
start(struct run *r, struct value *v, unsigned always, struct search *q)
{
	struct value *pattern = &v[1], *flags = &v[2];
	const struct regex *re;
	struct err err = ERR_INIT;
	const char *s;
	size_t len;

	if (!value_is_string(&v[0]))
		return (run_type_error(r, &v[0],
		    "cannot be matched, as it is not a string"));
	if (value_is_array(&v[1])) {
		value_open(run_heap(r), &v[1]);
		if (v[1].u.arr->n == 0)
			return (run_type_error(r, &v[1], "is no regex"));
		pattern = &v[1].u.arr->v[0];
		if (v[1].u.arr->n > 1)
			flags = &v[1].u.arr->v[1];
	}
	if (!value_is_string(pattern))
		return (run_type_error(r, pattern,
		    "cannot be matched, as it is not a string"));
	q->flags = 0;
	if (flags->kind != VALUE_NULL) {
		if (!value_is_string(flags))
			return (bad_flags(r, flags));
		s = value_bytes(run_heap(r), flags, &len);
		if (regex_flags(s, len, &q->flags) != 0)
			return (bad_flags(r, flags));
	}
	q->flags |= always;
	q->text = &v[0];
	s = value_bytes(run_heap(r), pattern, &len);
	if ((re = regex_get(run_regex(r), s, len, q->flags, &err)) == NULL)
		return (run_error(r, "%s", err.msg));
	s = value_bytes(run_heap(r), &v[0], &len);
	regex_start(&q->match, re, s, len);
	return (BUILTIN_VALUE);
}

/* The next match: 1, or 0 when there is none or one was enough. */
static int
next(struct run *r, struct search *q)
{
	struct err err = ERR_INIT;
	int rc;

	rc = regex_next(&q->match, &err);
	if (rc < 0)
		return (run_error(r, "%s", err.msg));
	if ((q->flags & REGEX_GLOBAL) == 0)
		q->match.done = 1;
	return (rc);
}

/* A stretch of the input as a value. */
static struct value
part(struct run *r, const struct search *q, size_t at, size_t n)
{

	if (q->text->kind == VALUE_SLICE)
		return (value_slice(q->match.s + at, n));
	return (value_str(run_heap(r), q->match.s + at, n));
}

/* What a group matched, or null. */
static struct value
group_text(struct run *r, const struct search *q, size_t i)
{
	struct regex_span span;

	if (!regex_span(&q->match, i, &span))
		return (value_null());
	return (part(r, q, span.start, span.len));
}

static struct value
group_name(struct run *r, const struct search *q, size_t i)
{
	const char *name;
	size_t len;

	if ((name = regex_name(q->match.re, i, &len)) == NULL)
		return (value_null());
	return (value_str(run_heap(r), name, len));
}

/* {"offset":, "length":, "string":} of one group. */
static struct value
describe(struct run *r, struct search *q, size_t i)
{
	struct value_heap *h = run_heap(r);
	struct value o = value_object(h, 4);
	struct regex_span span;

	if (regex_span(&q->match, i, &span)) {
		regex_count(&q->match, &span);
		value_set_z(h, &o, "offset", value_int((int64_t)span.offset));
		value_set_z(h, &o, "length", value_int((int64_t)span.length));
		value_set_z(h, &o, "string", part(r, q, span.start,
		    span.len));
	} else {
		value_set_z(h, &o, "offset", value_int(-1));
		value_set_z(h, &o, "length", value_int(0));
		value_set_z(h, &o, "string", value_null());
	}
	return (o);
}

static struct value
match_object(struct run *r, struct search *q)
{
	struct value_heap *h = run_heap(r);
	struct value o = describe(r, q, 0), groups, group;
	size_t i, n = regex_groups(q->match.re);

	groups = value_array(h, n);
	for (i = 1; i <= n; i++) {
		group = describe(r, q, i);
		value_set_z(h, &group, "name", group_name(r, q, i));
		value_push(h, &groups, group);
	}
	value_set_z(h, &o, "captures", groups);
	return (o);
}

/* The named groups as an object; of equal names the last. */
static struct value
capture_object(struct run *r, struct search *q)
{
	struct value_heap *h = run_heap(r);
	struct value o = value_object(h, 4);
	const char *name;
	size_t i, len;

	for (i = 1; i <= regex_groups(q->match.re); i++) {
		if ((name = regex_name(q->match.re, i, &len)) == NULL)
			continue;
		value_set(h, &o, value_str(h, name, len),
		    group_text(r, q, i));
	}
	return (o);
}

/* What scan finds: the groups if there are any, else the match. */
static struct value
scanned(struct run *r, struct search *q)
{
	size_t i, n = regex_groups(q->match.re);
	struct value a;

	if (n == 0)
		return (group_text(r, q, 0));
	a = value_array(run_heap(r), n);
	for (i = 1; i <= n; i++)
		value_push(run_heap(r), &a, group_text(r, q, i));
	return (a);
}

/* An array of what ${make} makes of each match. */
static int
collect(struct run *r, struct value *v, struct value *out, unsigned always,
    struct value (*make)(struct run *r, struct search *q))
{
	struct search q;
	int rc;

	if (start(r, v, always, &q) == BUILTIN_FAIL)
		return (BUILTIN_FAIL);
	*out = value_array(run_heap(r), 0);
	while ((rc = next(r, &q)) > 0)
		value_push(run_heap(r), out, make(r, &q));
	if (rc < 0) {
		value_free(run_heap(r), value_take(out));
		return (BUILTIN_FAIL);
	}
	return (BUILTIN_VALUE);
}

static int
f_match(struct run *r, struct value *v, struct value *out)
{

	return (collect(r, v, out, 0, match_object));
}

static int
f_capture(struct run *r, struct value *v, struct value *out)
{

	return (collect(r, v, out, 0, capture_object));
}

static int
f_scan(struct run *r, struct value *v, struct value *out)
{

	return (collect(r, v, out, REGEX_GLOBAL, scanned));
}

static int
f_test(struct run *r, struct value *v, struct value *out)
{
	struct search q;
	int rc;

	if (start(r, v, 0, &q) == BUILTIN_FAIL || (rc = next(r, &q)) < 0)
		return (BUILTIN_FAIL);
	*out = value_bool(rc);
	return (BUILTIN_VALUE);
}

static int
f_test1(struct run *r, struct value *v, struct value *out)
{
	struct value all[3] = { v[0], v[1], value_null() };
	int rc = f_test(r, all, out);

	/* What was opened or unescaped in place stays the caller's. */
	v[0] = all[0];
	v[1] = all[1];
	return (rc);
}

static int
f_split(struct run *r, struct value *v, struct value *out)
{
	struct value_heap *h = run_heap(r);
	struct regex_span span;
	struct search q;
	size_t at = 0;
	int rc;

	if (start(r, v, REGEX_GLOBAL, &q) == BUILTIN_FAIL)
		return (BUILTIN_FAIL);
	*out = value_array(h, 4);
	while ((rc = next(r, &q)) > 0) {
		(void)regex_span(&q.match, 0, &span);
		value_push(h, out, part(r, &q, at, span.start - at));
		at = span.start + span.len;
	}
	if (rc < 0) {
		value_free(h, value_take(out));
		return (BUILTIN_FAIL);
	}
	value_push(h, out, part(r, &q, at, q.match.len - at));
	return (BUILTIN_VALUE);
}

/*
 * What sub has to do: null for nothing, else [gaps, captures], where the
 * text is gap, match, gap, match, ..., gap.
 */
static int
f_edits(struct run *r, struct value *v, struct value *out)
{
	struct value_heap *h = run_heap(r);
	struct value gaps, captures;
	struct regex_span span;
	struct search q;
	size_t at = 0;
	int rc;

	if (start(r, v, 0, &q) == BUILTIN_FAIL)
		return (BUILTIN_FAIL);
	gaps = value_array(h, 4);
	captures = value_array(h, 4);
	while ((rc = next(r, &q)) > 0) {
		(void)regex_span(&q.match, 0, &span);
		value_push(h, &gaps, part(r, &q, at, span.start - at));
		value_push(h, &captures, capture_object(r, &q));
		at = span.start + span.len;
	}
	value_push(h, &gaps, part(r, &q, at, q.match.len - at));
	if (rc < 0 || captures.u.arr->n == 0) {
		value_free(h, gaps);
		value_free(h, captures);
		*out = value_null();
		return (rc < 0 ? BUILTIN_FAIL : BUILTIN_VALUE);
	}
	*out = value_array(h, 2);
	value_push(h, out, gaps);
	value_push(h, out, captures);
	return (BUILTIN_VALUE);
}

/*
 * Put the texts back between the gaps: v[1] are the gaps, v[2] for each match
 * the texts that stand for it.  The nth result takes the nth text of each
 * match; a match without one leaves the result as it is.
 */
static int
splice_one(struct run *r, struct value *v, size_t nth, struct value *out)
{
	struct value_heap *h = run_heap(r);
	struct value_array *gaps = v[1].u.arr, *all = v[2].u.arr;
	struct buf *b = run_buf(r);
	struct value *texts;
	const char *s;
	size_t i, len;

	for (i = 0; i <= all->n; i++) {
		texts = i < all->n ? &all->v[i] : NULL;
		if (texts != NULL && nth >= texts->u.arr->n)
			continue;
		s = value_bytes(h, &gaps->v[i], &len);
		buf_put(b, s, len);
		if (texts == NULL)
			break;
		if (texts->u.arr->v[nth].kind == VALUE_NULL)
			continue;
		if (!value_is_string(&texts->u.arr->v[nth]))
			return (run_type_error2(r, &gaps->v[i],
			    &texts->u.arr->v[nth], "cannot be added"));
		s = value_bytes(h, &texts->u.arr->v[nth], &len);
		buf_put(b, s, len);
	}
	*out = value_str(h, b->s, b->len);
	return (BUILTIN_VALUE);
}

static int
f_splice(struct run *r, struct value *v, struct value *out)
{
	struct value_heap *h = run_heap(r);
	struct value one;
	size_t i, n = 0;

	value_open(h, &v[1]);
	value_open(h, &v[2]);
	for (i = 0; i < v[2].u.arr->n; i++) {
		value_open(h, &v[2].u.arr->v[i]);
		if (v[2].u.arr->v[i].u.arr->n > n)
			n = v[2].u.arr->v[i].u.arr->n;
	}
	*out = value_array(h, n == 0 ? 1 : n);
	/* Without any text for any match there is nothing to do. */
	if (n == 0)
		value_push(h, out, value_dup(v[0]));
	for (i = 0; i < n; i++) {
		if (splice_one(r, v, i, &one) == BUILTIN_FAIL) {
			value_free(h, value_take(out));
			return (BUILTIN_FAIL);
		}
		value_push(h, out, one);
	}
	return (BUILTIN_VALUE);
}

const struct builtin builtin_regex[] = {
	{ "test", 1, f_test1, BUILTIN_PURE },
	{ "test", 2, f_test, BUILTIN_PURE },
	{ "split", 2, f_split, BUILTIN_PURE },
	{ "_match", 2, f_match, BUILTIN_PURE },
	{ "_capture", 2, f_capture, BUILTIN_PURE },
	{ "_scan", 2, f_scan, BUILTIN_PURE },
	{ "_edits", 2, f_edits, BUILTIN_PURE },
	{ "_splice", 2, f_splice, BUILTIN_PURE },
	{ NULL, 0, NULL, 0 }
};

const struct builtin_def builtin_regex_defs[] = {
	{ "match", 1, "def match($re): _match($re; null)[];" },
	{ "match", 2, "def match($re; $flags): _match($re; $flags)[];" },
	{ "capture", 1, "def capture($re): _capture($re; null)[];" },
	{ "capture", 2, "def capture($re; $flags): _capture($re; $flags)[];" },
	{ "scan", 1, "def scan($re): _scan($re; null)[];" },
	{ "scan", 2, "def scan($re; $flags): _scan($re; $flags)[];" },
	{ "splits", 1, "def splits($re): split($re; null)[];" },
	{ "splits", 2, "def splits($re; $flags): split($re; $flags)[];" },
	{ "sub", 2, "def sub($re; text): sub($re; text; \"\");" },
	{ "sub", 3, "def sub($re; text; $flags): _edits($re; $flags) as $e"
	    " | if $e == null then . else"
	    " _splice($e[0]; [$e[1][] | [text]])[] end;" },
	{ "gsub", 2, "def gsub($re; text): sub($re; text; \"g\");" },
	{ "gsub", 3, "def gsub($re; text; $flags):"
	    " sub($re; text; $flags + \"g\");" },
	{ NULL, 0, NULL }
};
