#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "jq/printer.h"

#define RS	'\036'

struct printer {
	struct printer_opts	opts;
	struct buf		scratch;
};

const char *const printer_colors[VALUE_COLORS] = {
	"0;90", "0;39", "0;39", "0;39", "0;32", "1;39", "1;39", "34;1"
};

struct printer *
printer_new(const struct printer_opts *opts)
{
	struct printer *p = mem_alloc(sizeof(*p));

	p->opts = *opts;
	return (p);
}

/* A string without its quotes. */
static int
put_raw(struct printer *p, struct value_heap *h, struct value *v,
    struct buf *b, struct err *err)
{
	const char *s;
	size_t len;

	if (p->opts.style.ascii) {
		p->scratch.len = 0;
		value_put_style(h, &p->scratch, v, &p->opts.style);
		buf_put(b, p->scratch.s + 1, p->scratch.len - 2);
		return (0);
	}
	s = value_bytes(h, v, &len);
	if (p->opts.nul && len > 0 && memchr(s, '\0', len) != NULL)
		return (err_set(err, "a string with a NUL cannot be written "
		    "with --raw-output0"));
	buf_put(b, s, len);
	return (0);
}

int
printer_put(struct printer *p, struct value_heap *h, struct value *v,
    struct buf *b, struct err *err)
{

	if (p->opts.seq)
		buf_putc(b, RS);
	if (p->opts.raw && value_is_string(v))
		return (put_raw(p, h, v, b, err));
	if (p->opts.styled)
		value_put_style(h, b, v, &p->opts.style);
	else
		value_put(h, b, v);
	if (value_heap_deep(h))
		return (err_set(err, "output nested deeper than %d levels",
		    VALUE_DEPTH));
	return (0);
}

void
printer_free(struct printer *p)
{

	if (p == NULL)
		return;
	buf_free(&p->scratch);
	mem_free(p);
}
