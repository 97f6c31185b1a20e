#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "db/pgcopy.h"
#include "db/pgcopy_value.h"
#include "json/json.h"

/* How a stream begins; flags and the length of an extension follow. */
static const char signature[11] = "PGCOPY\n\377\r\n";
#define HEADER_SIZE	(sizeof(signature) + 8)

#define ARRAY_DIMS	6

struct field {
	char			*head;		/* ,"key": */
	size_t			 head_len;
	char			*name;
	enum pgcopy_kind	 kind;
	int			 is_array;
	uint64_t		 rebased;	/* arrays not from 1 on */
	char			 bounds[PGCOPY_BOUNDS_SIZE]; /* first */
};

enum phase { AT_HEADER, AT_ROW, AT_END };

struct pgcopy {
	struct field		*fields;
	size_t			 n;
	enum phase		 phase;
	struct pgcopy_bytes	 in;
};

struct pgcopy *
pgcopy_new(const struct pgcopy_field *fields, size_t n)
{
	struct pgcopy *c = mem_alloc(sizeof(*c));
	struct field *f;
	struct buf b;
	size_t i;

	c->fields = mem_array(n, sizeof(*c->fields));
	c->n = n;
	for (i = 0; i < n; i++) {
		f = &c->fields[i];
		b = (struct buf){ 0 };
		buf_putc(&b, i == 0 ? '{' : ',');
		json_put_z(&b, fields[i].key);
		buf_putc(&b, ':');
		f->head = b.s;
		f->head_len = b.len;
		f->name = mem_strdup(fields[i].key);
		f->kind = fields[i].kind;
		f->is_array = fields[i].is_array;
	}
	return (c);
}

void
pgcopy_start(struct pgcopy *c)
{

	c->phase = AT_HEADER;
	c->in.p = c->in.end = NULL;
}

void
pgcopy_feed(struct pgcopy *c, const char *s, size_t len)
{

	c->in.p = (const unsigned char *)s;
	c->in.end = c->in.p + len;
}

static int
malformed(struct err *err, const char *what)
{

	(void)err_set(err, "the server sent malformed COPY data: %s", what);
	return (err_status(err, DIAG_FAIL));
}

static int
read_header(struct pgcopy *c, struct err *err)
{
	size_t extension;

	if (pgcopy_left(&c->in) < HEADER_SIZE ||
	    memcmp(c->in.p, signature, sizeof(signature)) != 0)
		return (malformed(err, "no header"));
	/* Bits 16 to 31 must be understood, and none of them are. */
	if (pgcopy_get16(c->in.p + sizeof(signature)) != 0)
		return (malformed(err, "unknown format"));
	extension = pgcopy_get32(c->in.p + sizeof(signature) + 4);
	c->in.p += HEADER_SIZE;
	if (extension > pgcopy_left(&c->in))
		return (malformed(err, "header cut off"));
	c->in.p += extension;
	c->phase = AT_ROW;
	return (0);
}

/*
 * Take a length and so many bytes from ${in} to ${value}.  Return 1, 0 when
 * there is a null instead, -1 when they are not all there.
 */
static inline int
take_value(struct pgcopy_bytes *in, struct pgcopy_bytes *value)
{
	uint32_t len;

	if (pgcopy_left(in) < 4)
		return (-1);
	len = pgcopy_get32(in->p);
	in->p += 4;
	if (len == UINT32_MAX)
		return (0);
	if (len > pgcopy_left(in))
		return (-1);
	value->p = in->p;
	value->end = in->p += len;
	return (1);
}

struct array {
	size_t			 ndim;
	uint32_t		 size[ARRAY_DIMS];
	uint32_t		 lower[ARRAY_DIMS]; /* as two's complement */
	struct pgcopy_bytes	 in;		/* the elements */
};

/* Read what stands before the elements: dimensions, whether there are nulls,
 * type, and size and lower bound of each dimension. */
static int
read_array(struct array *a, const struct pgcopy_bytes *value)
{
	uint64_t items = 1;
	size_t i;

	a->in = *value;
	if (pgcopy_left(&a->in) < 12)
		return (-1);
	a->ndim = pgcopy_get32(a->in.p);
	a->in.p += 12;
	if (a->ndim > ARRAY_DIMS || pgcopy_left(&a->in) < 8 * a->ndim)
		return (-1);
	for (i = 0; i < a->ndim; i++) {
		a->size[i] = pgcopy_get32(a->in.p);
		a->lower[i] = pgcopy_get32(a->in.p + 4);
		a->in.p += 8;
		/* Each element takes four bytes at least. */
		items *= a->size[i];
		if (items > pgcopy_left(value) / 4)
			return (-1);
	}
	if (items == 0)
		a->ndim = 0;
	return (0);
}

/* Write the elements; like the server, brackets and commas by counting. */
static int
put_elements(struct buf *b, struct array *a, enum pgcopy_kind kind,
    struct err *err)
{
	uint32_t at[ARRAY_DIMS] = { 0 };
	struct pgcopy_bytes value;
	size_t dim = 0;
	int got;

	for (;;) {
		for (; dim < a->ndim; dim++)
			buf_putc(b, '[');
		if ((got = take_value(&a->in, &value)) < 0)
			return (malformed(err, "array cut off"));
		if (got == 0)
			buf_put(b, "null", 4);
		else if (pgcopy_value(b, kind, &value, err) != 0)
			return (-1);
		while (dim > 0 && ++at[dim - 1] == a->size[dim - 1]) {
			buf_putc(b, ']');
			at[--dim] = 0;
		}
		if (dim == 0)
			break;
		buf_putc(b, ',');
	}
	return (pgcopy_left(&a->in) == 0 ? 0 :
	    malformed(err, "array too long"));
}

/* JSON arrays have no bounds: count those that are lost with them. */
static void
note_bounds(struct field *f, const struct array *a)
{
	size_t i, len = 0;

	for (i = 0; i < a->ndim && a->lower[i] == 1; i++)
		;
	if (i == a->ndim || f->rebased++ > 0)
		return;
	for (i = 0; i < a->ndim; i++)
		len += (size_t)snprintf(f->bounds + len,
		    sizeof(f->bounds) - len, "[%" PRId32 ":%" PRId32 "]",
		    (int32_t)a->lower[i],
		    (int32_t)(a->lower[i] + a->size[i] - 1));
}

static int
put_array(struct buf *b, struct field *f, const struct pgcopy_bytes *value,
    struct err *err)
{
	struct array a;

	if (read_array(&a, value) != 0)
		return (malformed(err, "bad array"));
	if (a.ndim == 0) {
		buf_put(b, "[]", 2);
		return (0);
	}
	note_bounds(f, &a);
	return (put_elements(b, &a, f->kind, err));
}

static int
put_field(struct pgcopy *c, struct field *f, struct buf *b,
    struct err *err)
{
	struct pgcopy_bytes value;
	int rc;

	buf_put(b, f->head, f->head_len);
	if ((rc = take_value(&c->in, &value)) < 0)
		return (malformed(err, "row cut off"));
	if (rc == 0) {
		buf_put(b, "null", 4);
		return (0);
	}
	if (f->is_array)
		rc = put_array(b, f, &value, err);
	else
		rc = pgcopy_value(b, f->kind, &value, err);
	if (rc != 0)
		(void)err_rule(err, "", f->name);
	return (rc);
}

int
pgcopy_row(struct pgcopy *c, struct buf *b, struct err *err)
{
	uint16_t n;
	size_t i;

	if (c->phase == AT_HEADER && pgcopy_left(&c->in) > 0 &&
	    read_header(c, err) != 0)
		return (-1);
	if (pgcopy_left(&c->in) == 0)
		return (0);
	if (c->phase == AT_END || pgcopy_left(&c->in) < 2)
		return (malformed(err, "bytes after its end"));
	n = pgcopy_get16(c->in.p);
	c->in.p += 2;
	if (n == UINT16_MAX) {
		c->phase = AT_END;
		return (pgcopy_left(&c->in) == 0 ? 0 :
		    malformed(err, "bytes after its end"));
	}
	if (n != c->n)
		return (malformed(err, "row with the wrong number of columns"));
	if (n == 0)
		buf_putc(b, '{');
	for (i = 0; i < n; i++)
		if (put_field(c, &c->fields[i], b, err) != 0)
			return (-1);
	buf_putc(b, '}');
	return (1);
}

int
pgcopy_end(const struct pgcopy *c, struct err *err)
{

	if (c->phase == AT_END)
		return (0);
	(void)err_set(err, "the server's COPY data ended without end mark");
	return (err_status(err, DIAG_FAIL));
}

uint64_t
pgcopy_rebased(const struct pgcopy *c, size_t i, const char **bounds)
{

	*bounds = c->fields[i].bounds;
	return (c->fields[i].rebased);
}

void
pgcopy_free(struct pgcopy *c)
{
	size_t i;

	if (c == NULL)
		return;
	for (i = 0; i < c->n; i++) {
		mem_free(c->fields[i].head);
		mem_free(c->fields[i].name);
	}
	mem_free(c->fields);
	mem_free(c);
}
