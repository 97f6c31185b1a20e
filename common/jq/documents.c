#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "jq/documents.h"
#include "jq/jq.h"
#include "jq/texts.h"

struct documents {
	struct documents_opts	 opts;
	struct texts		*texts;
	struct json_reader	*reader;
	struct buf		 events;	/* of the text at hand, a line
						   each */
	size_t			 event;		/* the next */
};

struct documents *
documents_open(char *const files[], const struct documents_opts *opts)
{
	struct documents *d = mem_alloc(sizeof(*d));

	d->opts = *opts;
	d->texts = texts_open(files, opts->lines ? TEXTS_LINES : TEXTS_JSON,
	    opts->max);
	d->reader = json_reader_new();
	return (d);
}

static int
put_event(void *cookie, struct value *v, struct err *err)
{
	struct documents *d = cookie;

	(void)err;
	value_put(jq_heap(d->opts.streamer), &d->events, v);
	buf_putc(&d->events, '\n');
	return (0);
}

static int
make_events(struct documents *d, const char *s, size_t len, struct err *err)
{
	struct jq_row row = { .number = 1 };

	if (json_read_value(d->reader, s, len, &row.v, err) != 0)
		return (-1);
	d->events.len = d->event = 0;
	return (jq_run(d->opts.streamer, &row, put_event, d, err));
}

int
documents_next(struct documents *d, const char **s, size_t *len,
    struct err *err)
{
	const char *end;
	int rc;

	while (d->event == d->events.len) {
		rc = texts_next(d->texts, s, len, err);
		if (rc != 1 || d->opts.streamer == NULL)
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
		s = mem_dup(s, len);
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

void
documents_close(struct documents *d)
{

	if (d == NULL)
		return;
	texts_close(d->texts);
	json_reader_free(d->reader);
	buf_free(&d->events);
	mem_free(d);
}
