#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/err.h"
#include "base/utf8.h"
#include "jq/jq.h"
#include "jq/run.h"

#define DUMP_MAX	30	/* bytes of a value in a message */

struct value_heap *
run_heap(struct run *r)
{

	return (r->heap);
}

struct buf *
run_buf(struct run *r)
{

	r->scratch.len = 0;
	return (&r->scratch);
}

struct regex_cache *
run_regex(struct run *r)
{

	return (r->regex);
}

uint64_t
run_row_number(const struct run *r)
{

	return (r->row_number);
}

static int
raise(struct run *r, enum unwind why, struct value v)
{

	value_free(r->heap, r->error);
	r->error = v;
	r->unwind = why;
	return (BUILTIN_FAIL);
}

static int raise_text(struct run *r, enum unwind why, const char *fmt,
    va_list ap) __attribute__((format(printf, 3, 0)));

static int
raise_text(struct run *r, enum unwind why, const char *fmt, va_list ap)
{
	char small[512], *s = small;
	struct buf big = { 0 };
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	if (n < 0)
		n = 0;
	if ((size_t)n >= sizeof(small)) {
		s = buf_need(&big, (size_t)n + 1);
		(void)vsnprintf(s, (size_t)n + 1, fmt, again);
	}
	va_end(again);
	(void)raise(r, why, value_str_lossy(r->heap, s, (size_t)n));
	buf_free(&big);
	return (BUILTIN_FAIL);
}

int
run_error(struct run *r, const char *fmt, ...)
{
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = raise_text(r, UNWIND_ERROR, fmt, ap);
	va_end(ap);
	return (rc);
}

int
run_fatal(struct run *r, const char *fmt, ...)
{
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = raise_text(r, UNWIND_FATAL, fmt, ap);
	va_end(ap);
	return (rc);
}

int
run_error_value(struct run *r, struct value v)
{

	return (raise(r, UNWIND_ERROR, v));
}

int
run_check(struct run *r)
{

	if (value_heap_over(r->heap))
		return (run_fatal(r, "Out of memory: the program holds more "
		    "than it may"));
	if (value_heap_deep(r->heap))
		return (run_fatal(r, "Value nested too deeply"));
	return (0);
}

struct value
run_catch(struct run *r)
{
	struct value v = r->error;

	r->error = value_none();
	r->unwind = UNWIND_NONE;
	return (v);
}

/* ${v} as JSON, cut to a length that fits a message. */
static void
dump(struct run *r, const struct value *v, char *dst)
{
	static const struct value_style canon = { 0 };
	struct buf b = { 0 };
	size_t n;

	value_put_style(r->heap, &b, v, &canon);
	n = b.len;
	if (n >= DUMP_MAX) {
		n = DUMP_MAX - 4;
		while (n > 0 && (b.s[n] & 0xc0) == 0x80)
			n--;
	}
	memcpy(dst, b.s, n);
	if (n < b.len)
		memcpy(dst + n, "...", sizeof("..."));
	else
		dst[n] = '\0';
	buf_free(&b);
}

int
run_type_error(struct run *r, const struct value *v, const char *what)
{
	char text[DUMP_MAX + 4];

	dump(r, v, text);
	return (run_error(r, "%s (%s) %s", value_type_name(v), text, what));
}

int
run_key_error(struct run *r, const struct value *v)
{
	char text[DUMP_MAX + 4];

	dump(r, v, text);
	return (run_error(r, "Cannot use %s (%s) as object key",
	    value_type_name(v), text));
}

int
run_type_error2(struct run *r, const struct value *a, const struct value *b,
    const char *what)
{
	char left[DUMP_MAX + 4], right[DUMP_MAX + 4];

	dump(r, a, left);
	dump(r, b, right);
	return (run_error(r, "%s (%s) and %s (%s) %s", value_type_name(a),
	    left, value_type_name(b), right, what));
}

int
run_iterate_error(struct run *r, const struct value *v)
{
	char text[DUMP_MAX + 4];

	dump(r, v, text);
	return (run_error(r, v->kind == VALUE_NULL ?
	    "Cannot iterate over %s" : "Cannot iterate over %s (%s)",
	    value_type_name(v), text));
}

int
run_path_error(struct run *r, const struct value *v)
{
	char text[DUMP_MAX + 4];

	dump(r, v, text);
	return (run_error(r, "Invalid path expression with result %s", text));
}

int
run_input(struct run *r, struct value *out)
{
	struct err err;
	int rc;

	if (r->host == NULL || r->host->input == NULL)
		return (0);
	rc = r->host->input(r->host->cookie, r->heap, out, &err);
	if (rc < 0 && err.status != 0 && err.status != DIAG_BADINPUT) {
		r->fatal_status = err.status;
		return (run_fatal(r, "%s", err.msg));
	}
	if (rc < 0)
		return (run_error(r, "%s", err.msg));
	r->row_number += rc == 1;
	return (rc);
}
