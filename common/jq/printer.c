#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "jq/printer.h"
#include "jq/value.h"

#define RS	'\036'

struct printer {
	struct printer_opts	opts;
	int			raw;
	int			styled;		/* not as they came: */
	struct value_style	style;
	struct buf		scratch;
};

/* Those that jq has. */
static const char *const colors[VALUE_COLORS] = {
	"0;90", "0;39", "0;39", "0;39", "0;32", "1;39", "1;39", "34;1"
};

struct printer *
printer_new(const struct printer_opts *opts)
{
	struct printer *p = mem_alloc(sizeof(*p));
	const int indented = opts->indent != PRINTER_INDENT_NONE;

	p->opts = *opts;
	p->raw = opts->raw || opts->join || opts->nul;
	p->style = (struct value_style){
		.sort = opts->sort, .ascii = opts->ascii, .tab = opts->tab,
		.indent = indented ? (int)opts->indent : 0,
		.colors = opts->color && !opts->mono ? colors : NULL
	};
	p->styled = opts->sort || opts->ascii || opts->tab || indented ||
	    p->style.colors != NULL;
	return (p);
}

int
printer_lines(const struct printer *p)
{

	return (!p->opts.join && !p->opts.nul);
}

/* A string without its quotes. */
static int
put_raw(struct printer *p, struct value_heap *h, struct value *v,
    struct buf *b, struct err *err)
{
	const char *s;
	size_t len;

	if (p->style.ascii) {
		p->scratch.len = 0;
		value_put_style(h, &p->scratch, v, &p->style);
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
	if (p->raw && value_is_string(v)) {
		if (put_raw(p, h, v, b, err) != 0)
			return (-1);
	} else if (p->styled)
		value_put_style(h, b, v, &p->style);
	else
		value_put(h, b, v);
	if (value_heap_deep(h))
		return (err_set(err, "output nested deeper than %d levels",
		    VALUE_DEPTH));
	if (p->opts.nul)
		buf_putc(b, '\0');
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
