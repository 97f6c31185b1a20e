#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "jq/documents.h"
#include "jq/inputs.h"
#include "jq/jq.h"
#include "jq/texts.h"

struct documents {
	struct documents_opts	 opts;
	struct texts		*texts;
	struct json_reader	*reader;
	struct jq_opts		 streaming;	/* for events, ... */
	struct jq		*streamer;	/* which it makes when needed */
	struct buf		 events;	/* of the text at hand, a line
						   each */
	size_t			 event;		/* the next */
	struct arena		*kept;		/* texts of documents_all */
};

int
documents_wanted(const struct documents_opts *opts)
{

	return (opts->multiline || opts->lines || opts->events || opts->null ||
	    opts->slurp);
}

struct documents *
documents_open(char *const files[], const struct documents_opts *opts,
    uint64_t max, uint64_t memory, size_t stack)
{
	struct documents *d = mem_alloc(sizeof(*d));

	d->opts = *opts;
	d->streaming = (struct jq_opts){
		.name = "stream", .text = "tostream", .len = 8,
		.memory = (size_t)memory, .stack = stack
	};
	d->texts = texts_open(files, opts->lines ? TEXTS_LINES : TEXTS_JSON,
	    max);
	d->reader = json_reader_new();
	d->kept = arena_new();
	return (d);
}

static int
put_event(void *cookie, struct value *v, struct err *err)
{
	struct documents *d = cookie;

	(void)err;
	value_put(jq_heap(d->streamer), &d->events, v);
	buf_putc(&d->events, '\n');
	return (0);
}

static int
open_streamer(struct documents *d, struct err *err)
{

	d->streamer = jq_new(&d->streaming);
	return (jq_compile(d->streamer, err));
}

static int
make_events(struct documents *d, const char *s, size_t len, struct err *err)
{
	struct jq_row row = { .number = 1 };

	if (d->streamer == NULL && open_streamer(d, err) != 0)
		return (-1);
	if (json_read_value(d->reader, s, len, &row.v, err) != 0)
		return (-1);
	d->events.len = d->event = 0;
	return (jq_run(d->streamer, &row, put_event, d, err));
}

int
documents_next(struct documents *d, const char **s, size_t *len,
    struct err *err)
{
	const char *end;
	int rc;

	while (d->event == d->events.len) {
		rc = texts_next(d->texts, s, len, err);
		if (rc != 1 || !d->opts.events)
			return (rc);
		if (make_events(d, *s, *len, err) != 0)
			return (-1);
	}
	*s = d->events.s + d->event;
	end = memchr(*s, '\n', d->events.len - d->event);
	*len = (size_t)(end - *s);
	d->event += *len + 1;
	return (1);
}

int
documents_waits(const struct documents *d)
{

	return (d->event == d->events.len && texts_waits(d->texts));
}

static int
read_all(struct documents *d, struct value_heap *h, struct value *v,
    struct err *err)
{
	struct json_value j;
	const char *s;
	size_t len;
	int rc;

	*v = value_array(h, 0);
	while ((rc = documents_next(d, &s, &len, err)) == 1) {
		s = arena_dup(d->kept, s, len);
		if (json_read_value(d->reader, s, len, &j, err) != 0)
			return (-1);
		value_push(h, v, value_of_json(&j));
	}
	return (rc);
}

int
documents_all(struct documents *d, struct jq *jq, struct value *v,
    struct err *err)
{
	struct buf b = { 0 };
	int rc;

	if (!d->opts.lines)
		return (read_all(d, jq_heap(jq), v, err));
	rc = texts_all(d->texts, &b, err);
	*v = value_str_lossy(jq_heap(jq), b.s == NULL ? "" : b.s, b.len);
	buf_free(&b);
	return (rc);
}

const char *
documents_file(const struct documents *d)
{

	return (texts_file(d->texts));
}

uint64_t
documents_line(const struct documents *d)
{

	return (texts_line(d->texts));
}

const char *
documents_place(const struct documents *d, const struct err *err, char *dst,
    size_t size)
{
	const char *file = documents_file(d);
	uint64_t line = documents_line(d);
	size_t column;
	char name[256];

	if (file == NULL)
		file = "stdin";
	(void)quote_plain(name, sizeof(name), file, strlen(file));
	if (err->pos != ERR_NOPOS && texts_fault(texts_place(d->texts), &line,
	    &column))
		(void)snprintf(dst, size, "%s:%" PRIu64 ":%zu", name, line,
		    column);
	else if (d->opts.null || d->opts.slurp)
		return (NULL);
	else
		(void)snprintf(dst, size, "%s:%" PRIu64, name, line);
	return (dst);
}

/*
 * Running a program on them.
 */

struct run {
	struct documents		*d;
	const struct documents_run	*how;
};

static int
read_next(void *cookie, struct inputs_text *text, struct err *err)
{
	const struct run *r = cookie;
	int rc = 0;

	if (documents_waits(r->d))
		rc = r->how->wait(r->how->cookie, err);
	if (rc == 0)
		rc = documents_next(r->d, &text->s, &text->len, err);
	text->file = documents_file(r->d);
	text->line = documents_line(r->d);
	text->place = r->d->opts.events ? NULL : texts_place(r->d->texts);
	return (rc);
}

static int
run_value(const struct documents_run *how, struct value v, uint64_t number,
    struct err *err)
{

	return (jq_run_value(how->jq, v, number, how->emit, how->cookie, err));
}

static int
run_text(const struct run *r, const struct inputs_text *text,
    struct err *err)
{
	const struct documents_run *how = r->how;
	struct jq_row row;
	struct value v;

	if (r->d->opts.lines) {
		v = inputs_line(how->inputs, text, jq_heap(how->jq));
		return (run_value(how, v, inputs_count(how->inputs), err));
	}
	if (inputs_row(how->inputs, text, &row, err) != 0)
		return (-1);
	return (jq_run(how->jq, &row, how->emit, how->cookie, err));
}

/* One after the other. */
static int
run_each(struct run *r, struct err *err)
{
	const struct documents_run *how = r->how;
	struct inputs_text text;
	int rc = 0;

	while (rc == 0 && inputs_count(how->inputs) < how->limit) {
		if (how->begin(how->cookie, err) != 0)
			return (-1);
		if ((rc = read_next(r, &text, err)) != 1)
			return (rc);
		rc = run_text(r, &text, err);
	}
	return (rc);
}

static int
run_all(struct run *r, struct err *err)
{
	struct value all;

	if (documents_all(r->d, r->how->jq, &all, err) != 0)
		return (-1);
	inputs_at(r->how->inputs, documents_file(r->d),
	    documents_line(r->d));
	return (run_value(r->how, all, 1, err));
}

int
documents_run(struct documents *d, const struct documents_run *how,
    struct err *err)
{
	struct run r = { d, how };
	int rc;

	inputs_from(how->inputs, read_next, &r);
	if (d->opts.null)
		rc = run_value(how, value_null(), 1, err);
	else
		rc = d->opts.slurp ? run_all(&r, err) : run_each(&r, err);
	inputs_from(how->inputs, NULL, NULL);
	return (rc);
}

void
documents_close(struct documents *d)
{

	if (d == NULL)
		return;
	texts_close(d->texts);
	jq_free(d->streamer);
	json_reader_free(d->reader);
	arena_free(d->kept);
	buf_free(&d->events);
	mem_free(d);
}
