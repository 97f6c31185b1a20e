#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "jq/inputs.h"
#include "jq/jq.h"
#include "jq/texts.h"

struct inputs {
	int			 lines;
	inputs_next		*next;
	void			*cookie;
	struct json_reader	*reader;
	struct jq_host		 host;
	const char		*file;		/* of the text at hand */
	uint64_t		 line;
	uint64_t		 n;
};

/* A program can catch this as any error, so the place is in its words. */
static int
no_json(struct inputs *in, const struct inputs_text *text, struct err *err)
{
	const struct texts_place at = { text->s, text->len, text->line, 0 };
	uint64_t where;
	size_t column, n = strlen(err->msg);

	if (!texts_fault(text->place != NULL ? text->place : &at, &where,
	    &column))
		return (-1);
	inputs_at(in, text->file, where);
	(void)snprintf(err->msg + n, sizeof(err->msg) - n, " (line %"
	    PRIu64 ", column %zu)", where, column);
	return (-1);
}

/* The next input belongs to the program: its text does not stay. */
static int
give(void *cookie, struct value_heap *h, struct value *v, struct err *err)
{
	struct inputs *in = cookie;
	struct inputs_text text = { .file = in->file, .line = in->line,
	    .place = NULL };
	struct json_value j;
	int rc;

	if (in->next == NULL)
		return (0);
	rc = in->next(in->cookie, &text, err);
	inputs_at(in, text.file, text.line);
	if (rc != 1)
		return (rc);
	if (in->lines) {
		*v = inputs_line(in, &text, h);
		return (1);
	}
	in->n++;
	if (json_read_value(in->reader, text.s, text.len, &j, err) != 0)
		return (no_json(in, &text, err));
	*v = value_own(h, value_of_json(&j));
	return (1);
}

static void
say(void *cookie, const char *s, size_t len)
{

	(void)cookie;
	(void)io_write(STDERR_FILENO, s, len);
}

static const char *
give_file(void *cookie)
{
	const char *name = ((const struct inputs *)cookie)->file;

	return (name != NULL && (strcmp(name, "-") == 0 ||
	    strcmp(name, "stdin") == 0) ? NULL : name);
}

static uint64_t
give_line(void *cookie)
{

	return (((const struct inputs *)cookie)->line);
}

struct inputs *
inputs_new(int lines)
{
	struct inputs *in = mem_alloc(sizeof(*in));

	in->lines = lines;
	in->reader = json_reader_new();
	in->host = (struct jq_host){ give, say, give_file, give_line, in };
	return (in);
}

void
inputs_from(struct inputs *in, inputs_next *next, void *cookie)
{

	in->next = next;
	in->cookie = cookie;
}

const struct jq_host *
inputs_host(const struct inputs *in)
{

	return (&in->host);
}

void
inputs_at(struct inputs *in, const char *file, uint64_t line)
{

	in->file = file;
	in->line = line;
}

int
inputs_row(struct inputs *in, const struct inputs_text *text,
    struct jq_row *row, struct err *err)
{

	inputs_at(in, text->file, text->line);
	if (jq_read_row(in->reader, text->s, text->len, row, err) != 0)
		return (-1);
	row->number = ++in->n;
	return (0);
}

struct value
inputs_line(struct inputs *in, const struct inputs_text *text,
    struct value_heap *h)
{

	inputs_at(in, text->file, text->line);
	in->n++;
	return (value_str_lossy(h, text->s, text->len));
}

uint64_t
inputs_count(const struct inputs *in)
{

	return (in->n);
}

void
inputs_free(struct inputs *in)
{

	if (in == NULL)
		return;
	json_reader_free(in->reader);
	mem_free(in);
}
