#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "json/json.h"
#include "row/breaches.h"
#include "row/row.h"

struct rule {
	char		name[sizeof(((struct err *)NULL)->rule)];
	uint64_t	n;
	char		place[320];	/* of the first */
};

struct breaches {
	struct rule	*v;
	size_t		 n, cap;
};

struct breaches *
breaches_new(void)
{

	return (mem_alloc(sizeof(struct breaches)));
}

static struct rule *
find(struct breaches *b, const char *name)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		if (strcmp(b->v[i].name, name) == 0)
			return (&b->v[i]);
	return (NULL);
}

static void
add(struct breaches *b, const struct row *row, const struct err *why)
{
	struct rule *r = find(b, why->rule);

	if (r == NULL) {
		b->v = mem_grow(b->v, &b->cap, b->n + 1, sizeof(*b->v));
		r = &b->v[b->n++];
		memset(r, 0, sizeof(*r));
		memcpy(r->name, why->rule, sizeof(r->name));
		(void)row_place(row, why, r->place, sizeof(r->place));
	}
	r->n++;
}

void
breaches_add(struct breaches *b, const struct row *row,
    const struct err *why)
{
	size_t i;

	add(b, row, why);
	for (i = 0; i < why->nmore; i++)
		add(b, row, &why->more[i]);
}

void
breaches_say(const struct breaches *b)
{
	const struct rule *r;
	size_t i;

	for (i = 0; i < b->n; i++) {
		r = &b->v[i];
		if (r->n == 1)
			diag_note("rule %s broken once, at %s", r->name,
			    r->place);
		else
			diag_note("rule %s broken %" PRIu64 " times, first at"
			    " %s", r->name, r->n, r->place);
	}
}

void
breaches_put(const struct breaches *b, struct buf *buf)
{
	size_t i;

	buf_puts(buf, "\"rules\":{");
	for (i = 0; i < b->n; i++) {
		buf_puts(buf, i > 0 ? "," : "");
		json_put_z(buf, b->v[i].name);
		buf_printf(buf, ":%" PRIu64, b->v[i].n);
	}
	buf_putc(buf, '}');
}

void
breaches_free(struct breaches *b)
{

	if (b == NULL)
		return;
	mem_free(b->v);
	mem_free(b);
}
