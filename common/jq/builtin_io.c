#include <string.h>

#include "base/buf.h"
#include "jq/builtin_lib.h"
#include "jq/jq.h"
#include "jq/number.h"
#include "jq/run.h"

static void
say(struct run *r, const struct buf *b)
{

	if (r->host != NULL && r->host->say != NULL)
		r->host->say(r->host->cookie, b->s, b->len);
}

static int
f_debug(struct run *r, struct value *v, struct value *out)
{
	struct buf *b = run_buf(r);

	buf_puts(b, "[\"DEBUG:\",");
	value_put(r->heap, b, &v[0]);
	buf_puts(b, "]\n");
	say(r, b);
	*out = value_take(&v[0]);
	return (1);
}

/* Strings go out as they are, all else as JSON; without a newline. */
static int
f_stderr(struct run *r, struct value *v, struct value *out)
{
	struct buf *b = run_buf(r);
	const char *s;
	size_t len;

	if (value_is_string(&v[0])) {
		s = value_bytes(r->heap, &v[0], &len);
		buf_put(b, s, len);
	} else {
		value_put(r->heap, b, &v[0]);
	}
	say(r, b);
	*out = value_take(&v[0]);
	return (1);
}

static int
f_input_filename(struct run *r, struct value *v, struct value *out)
{
	const char *name = NULL;

	(void)v;
	if (r->host != NULL && r->host->file != NULL)
		name = r->host->file(r->host->cookie);
	*out = name == NULL ? value_null() :
	    value_str_lossy(r->heap, name, strlen(name));
	return (1);
}

static int
f_input_line_number(struct run *r, struct value *v, struct value *out)
{

	(void)v;
	*out = value_int(r->host == NULL || r->host->line == NULL ? 0 :
	    (int64_t)r->host->line(r->host->cookie));
	return (1);
}

static int
halt(struct run *r, struct value v, int status)
{

	value_free(r->heap, r->error);
	r->error = v;
	r->halt_status = status;
	r->unwind = UNWIND_HALT;
	return (BUILTIN_FAIL);
}

static int
f_halt(struct run *r, struct value *v, struct value *out)
{

	(void)v;
	(void)out;
	return (halt(r, value_none(), 0));
}

static int
f_halt_error(struct run *r, struct value *v, struct value *out)
{
	int64_t status;

	(void)out;
	if (!value_is_number(&v[1]))
		return (run_error(r, "halt_error/1: number required"));
	status = number_floor_int(&v[1]);
	return (halt(r, value_own(r->heap, value_take(&v[0])),
	    (int)(status & 0xff)));
}

const struct builtin builtin_io[] = {
	{ "debug", 0, f_debug, 0 },
	{ "stderr", 0, f_stderr, 0 },
	{ "input_filename", 0, f_input_filename, 0 },
	{ "input_line_number", 0, f_input_line_number, 0 },
	{ "halt", 0, f_halt, 0 },
	{ "halt_error", 1, f_halt_error, 0 },
	{ NULL, 0, NULL, 0 }
};
