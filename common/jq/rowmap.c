#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "jq/jq.h"
#include "jq/rowmap.h"
#include "json/json.h"

#define MEMORY	((size_t)1 << 30)	/* as row-map */
#define STACK	((size_t)4 << 20)	/* of the 8 MiB that threads have */

struct rowmap {
	struct jq		*jq;
	struct json_reader	*reader;
	struct buf		 text;		/* of the output at hand */
	rowmap_emit		*emit;
	void			*cookie;
	int			 stopped;
};

struct rowmap *
rowmap_new(const char *text, struct err *err)
{
	const struct jq_opts opts = {
		.name = "program", .text = text, .len = strlen(text),
		.memory = MEMORY, .stack = STACK,
	};
	struct rowmap *m = mem_alloc(sizeof(*m));

	m->jq = jq_new(&opts);
	m->reader = json_reader_new();
	if (jq_compile(m->jq, err) == 0) {
		if (!jq_uses_input(m->jq))
			return (m);
		(void)err_set(err, "the program reads inputs by itself, and "
		    "here rows come one by one");
		(void)err_status(err, DIAG_USAGE);
	}
	rowmap_free(m);
	return (NULL);
}

static int
put(void *cookie, struct value *v, struct err *err)
{
	struct rowmap *m = cookie;

	m->text.len = 0;
	value_put(jq_heap(m->jq), &m->text, v);
	m->stopped = m->emit(m->cookie, m->text.s, m->text.len, err) != 0;
	return (m->stopped ? -1 : 0);
}

enum rowmap_status
rowmap_run(struct rowmap *m, const char *s, size_t len, uint64_t number,
    rowmap_emit *emit, void *cookie, struct err *err)
{
	struct jq_row row;

	if (jq_read_object(m->reader, s, len, &row, err) != 0)
		return (ROWMAP_FAILED);
	row.number = number;
	m->emit = emit;
	m->cookie = cookie;
	m->stopped = 0;
	/* A program that halts has had enough of this row. */
	if (jq_run(m->jq, &row, put, m, err) >= 0)
		return (ROWMAP_DONE);
	return (m->stopped ? ROWMAP_STOPPED : ROWMAP_FAILED);
}

void
rowmap_free(struct rowmap *m)
{

	if (m == NULL)
		return;
	jq_free(m->jq);
	json_reader_free(m->reader);
	buf_free(&m->text);
	mem_free(m);
}
