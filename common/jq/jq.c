#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "base/regex.h"
#include "jq/frame.h"
#include "jq/jq.h"
#include "jq/ops.h"
#include "jq/run.h"

#define ROW_LONG	4096	/* bytes of a row that is opened at once */
#define STACK_RESERVE	((size_t)128 << 10)	/* for what checks no limit */

struct jq {
	struct run		 run;
	struct jq_opts		 opts;
	struct arena		*arena;
	struct compiled		 program;
	struct frame		*frame;
	struct compile_var	*vars;
	size_t			 nvars, vars_cap;
	struct value		 failed;
};

struct jq *
jq_new(const struct jq_opts *opts)
{
	struct jq *jq = mem_alloc(sizeof(*jq));

	jq->opts = *opts;
	jq->arena = arena_new();
	jq->run.heap = value_heap_new(opts->memory);
	jq->run.host = opts->host;
	jq->run.regex = regex_cache_new();
	jq->run.reader = json_reader_new();
	jq->run.dirs = opts->dirs;
	jq->run.error = value_none();
	jq->failed = value_none();
	return (jq);
}

struct value_heap *
jq_heap(struct jq *jq)
{

	return (jq->run.heap);
}

void
jq_bind(struct jq *jq, const char *name, struct value v)
{

	jq->vars = mem_grow(jq->vars, &jq->vars_cap, jq->nvars + 1,
	    sizeof(*jq->vars));
	jq->vars[jq->nvars].name = name;
	jq->vars[jq->nvars].value = v;
	jq->nvars++;
}

int
jq_compile(struct jq *jq, struct err *err)
{
	struct compile_opts opts = {
		.heap = jq->run.heap, .dirs = jq->opts.dirs,
		.origin = jq->opts.origin, .vars = jq->vars,
		.nvars = jq->nvars
	};

	if (compile(jq->arena, jq->opts.name, jq->opts.text, jq->opts.len,
	    &opts, &jq->program, err) != 0)
		return (-1);
	jq->run.own_inputs = jq->program.uses_input;
	return (0);
}

int
jq_uses_input(const struct jq *jq)
{

	return (jq->program.uses_input);
}

/* The continuation at the end of the program: outputs go to the caller. */
struct sink {
	struct cont	 k;
	jq_emit		*emit;
	void		*cookie;
	struct err	*err;
	int		 failed;
};

static int
sink_emit(struct run *r, struct cont *k, struct value v, struct value path)
{
	struct sink *s = (struct sink *)k;

	(void)path;
	if (s->emit(s->cookie, &v, s->err) != 0) {
		s->failed = 1;
		r->unwind = UNWIND_HALT;
	}
	value_free(r->heap, v);
	if (!s->failed && value_heap_deep(r->heap))
		return (run_fatal(r, "Output nested too deeply"));
	return (s->failed ? -1 : 0);
}

/* The message of an error: a string as it is, else as JSON. */
static void
say_error(struct jq *jq, struct err *err)
{
	struct run *r = &jq->run;
	struct buf *b = run_buf(r);
	char text[sizeof(err->msg)];
	const char *s;
	size_t len;

	if (value_is_string(&r->error)) {
		s = value_bytes(r->heap, &r->error, &len);
	} else {
		value_put(r->heap, b, &r->error);
		buf_puts(b, " (not a string)");
		s = b->s;
		len = b->len;
	}
	(void)err_set(err, "%s", quote_plain(text, sizeof(text) - 1, s, len));
}

static int
ended(struct jq *jq, struct sink *s, int rc, struct err *err)
{
	struct run *r = &jq->run;
	enum unwind why = r->unwind;

	r->unwind = UNWIND_NONE;
	r->row = NULL;
	if (rc == 0)
		return (0);
	if (s->failed)
		return (-1);
	if (why == UNWIND_HALT)
		return (1);
	if (why == UNWIND_BREAK)
		return (err_set(err, "break"));
	say_error(jq, err);
	(void)err_status(err, r->fatal_status);
	value_free(r->heap, jq->failed);
	jq->failed = r->error;
	r->error = value_none();
	return (-1);
}

static int
run_on(struct jq *jq, struct value v, jq_emit *emit, void *cookie,
    struct err *err)
{
	struct sink s = { { sink_emit }, emit, cookie, err, 0 };
	struct run *r = &jq->run;
	struct frame *env;
	uintptr_t here = RUN_STACK();
	int rc;

	r->stack_low = jq->opts.stack > here ? 0 :
	    here - jq->opts.stack + STACK_RESERVE;
	r->fatal_status = 0;
	env = eval_frame(r, jq->program.main);
	rc = eval(r, jq->program.main->body, env, v, value_none(), &s.k);
	eval_frame_free(r, env);
	return (ended(jq, &s, rc, err));
}

int
jq_read_object(struct json_reader *r, const char *s, size_t len,
    struct jq_row *row, struct err *err)
{

	if (json_read_object(r, s, len, err) != 0)
		return (-1);
	/* White space may stand around it. */
	for (; *s != '{'; len--)
		s++;
	while (s[len - 1] != '}')
		len--;
	*row = (struct jq_row){
		.v = { s, (uint32_t)len, JSON_OBJECT, 0 },
		.fields = r->fields, .nfields = r->nfields, .shape = r->shape
	};
	return (0);
}

int
jq_read_row(struct json_reader *r, const char *s, size_t len,
    struct jq_row *row, struct err *err)
{
	size_t i = 0;

	while (i < len && (s[i] == ' ' || s[i] == '\t'))
		i++;
	if (i < len && s[i] == '{')
		return (jq_read_object(r, s, len, row, err));
	*row = (struct jq_row){ .nfields = 0 };
	return (json_read_value(r, s, len, &row->v, err));
}

int
jq_run(struct jq *jq, const struct jq_row *row, jq_emit *emit, void *cookie,
    struct err *err)
{
	struct run *r = &jq->run;
	struct value v = value_of_json(&row->v);

	r->row_number = row->number;
	if (r->own_inputs) {
		v = value_own(r->heap, v);
	} else if (row->fields != NULL && row->v.type == JSON_OBJECT) {
		r->row = row->v.s;
		r->fields = row->fields;
		r->nfields = row->nfields;
		r->shape = row->shape;
	}
	/* What is looked up in a long text often should not be read often. */
	if (v.len > ROW_LONG && jq->program.main->body->op != NODE_IDENTITY)
		ops_open_row(r, &v);
	return (run_on(jq, v, emit, cookie, err));
}

int
jq_run_value(struct jq *jq, struct value v, uint64_t number, jq_emit *emit,
    void *cookie, struct err *err)
{

	jq->run.row_number = number;
	return (run_on(jq, v, emit, cookie, err));
}

void
jq_interrupt(struct jq *jq)
{

	jq->run.stack_low = RUN_INTERRUPTED;
}

int
jq_say_halted(struct jq *jq)
{
	const struct jq_host *host = jq->run.host;
	struct value_heap *h = jq->run.heap;
	struct value *v = &jq->run.error;
	const char *s;
	struct buf b = { 0 };
	size_t len;

	if (v->kind == VALUE_NONE || v->kind == VALUE_NULL || host == NULL ||
	    host->say == NULL)
		return (jq->run.halt_status);
	if (value_is_string(v)) {
		s = value_bytes(h, v, &len);
		host->say(host->cookie, s, len);
		return (jq->run.halt_status);
	}
	value_put(h, &b, v);
	buf_putc(&b, '\n');
	host->say(host->cookie, b.s, b.len);
	buf_free(&b);
	return (jq->run.halt_status);
}

const struct value *
jq_error(const struct jq *jq)
{

	return (&jq->failed);
}

void
jq_free(struct jq *jq)
{

	if (jq == NULL)
		return;
	buf_free(&jq->run.scratch);
	regex_cache_free(jq->run.regex);
	json_reader_free(jq->run.reader);
	value_heap_free(jq->run.heap);
	arena_free(jq->arena);
	mem_free(jq->vars);
	mem_free(jq);
}
