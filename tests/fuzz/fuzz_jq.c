/*
 * fuzz_jq - any program, on any row
 *
 * An input is a program and, after the first empty line, a row (else null).
 * Whatever the program does, it ends with outputs that are JSON or an error,
 * within its memory; and what it has allocated, the next run can use.
 */
#include <sys/time.h>

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "jq/jq.h"

#define OUTPUTS_MAX	1000
#define MEMORY_MAX	((size_t)64 << 20)
#define STACK		((size_t)1 << 20)
#define SLICE_USEC	200000		/* a program's share of time */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct outcome {
	struct jq		*jq;
	struct json_reader	*reader;
	struct buf		 b;
	int			 n;
};

static struct jq *running;

static void
out_of_time(int sig)
{

	(void)sig;
	if (running != NULL)
		jq_interrupt(running);
}

static void
limit_time(void)
{
	static const struct itimerval t = { { 0, SLICE_USEC },
	    { 0, SLICE_USEC } };
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = out_of_time;
	sa.sa_flags = SA_RESTART;
	(void)sigaction(SIGVTALRM, &sa, NULL);
	(void)setitimer(ITIMER_VIRTUAL, &t, NULL);
}

static int
check_output(void *cookie, struct value *v, struct err *err)
{
	struct outcome *o = cookie;
	struct json_value j;
	struct err bad;

	o->b.len = 0;
	value_put(jq_heap(o->jq), &o->b, v);
	if (value_heap_deep(jq_heap(o->jq)))
		return (err_set(err, "nested too deeply"));
	/* The reader accepts fewer levels than a program can make. */
	if (o->b.len < 100000 && json_read_value(o->reader, o->b.s, o->b.len,
	    &j, &bad) != 0 && strstr(bad.msg, "deeper") == NULL) {
		(void)fprintf(stderr, "no JSON: %.*s: %s\n", (int)o->b.len,
		    o->b.s, bad.msg);
		abort();
	}
	return (++o->n < OUTPUTS_MAX ? 0 : err_set(err, "enough"));
}

/* Run the program on the row, if that is one. */
static void
run(struct outcome *o, const char *s, size_t len)
{
	struct jq_row row = { .number = 1 };
	struct err err;

	if (len > 0 && json_read_object(o->reader, s, len, &err) == 0) {
		while (len > 0 && s[len - 1] != '}')
			len--;
		while (len > 0 && *s != '{') {
			s++;
			len--;
		}
		row.v.s = s;
		row.v.len = (uint32_t)len;
		row.v.type = JSON_OBJECT;
		row.fields = o->reader->fields;
		row.nfields = o->reader->nfields;
		row.shape = o->reader->shape;
	} else if (len == 0 ||
	    json_read_value(o->reader, s, len, &row.v, &err) != 0) {
		row.v = (struct json_value){ "null", 4, JSON_NULL, 0 };
	}
	o->reader = json_reader_new();
	running = o->jq;
	(void)jq_run(o->jq, &row, check_output, o, &err);
	running = NULL;
	json_reader_free(o->reader);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const nowhere[] = { NULL };
	const char *text = (const char *)data, *row = text + size;
	struct jq_opts opts = { .name = "program", .text = text, .len = size,
	    .dirs = nowhere, .memory = MEMORY_MAX, .stack = STACK };
	struct outcome o = { .b = { 0 } };
	struct json_reader *reader = json_reader_new();
	struct err err;
	size_t i;

	limit_time();
	for (i = 0; i + 1 < size; i++)
		if (text[i] == '\n' && text[i + 1] == '\n') {
			opts.len = i;
			row = text + i + 2;
			break;
		}
	o.jq = jq_new(&opts);
	o.reader = reader;
	if (jq_compile(o.jq, &err) == 0) {
		run(&o, row, (size_t)(text + size - row));
		o.reader = reader;
		run(&o, row, (size_t)(text + size - row));
	}
	jq_free(o.jq);
	json_reader_free(reader);
	buf_free(&o.b);
	return (0);
}
