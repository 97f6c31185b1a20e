/*
 * printer - values as the options of jq's users want them written
 */
#ifndef ROWPIPE_JQ_PRINTER_H
#define ROWPIPE_JQ_PRINTER_H

#include <stdint.h>

#include "jq/value.h"

struct buf;
struct err;
struct printer;

struct printer_opts {
	int		raw;		/* strings without quotes */
	int		nul;		/* refuse strings with a NUL, which
					   stands between values */
	int		seq;		/* RS before each (RFC 7464) */
	int		styled;		/* not as they came: ${style} */
	struct value_style style;
};

/* The colours that jq has. */
extern const char *const printer_colors[VALUE_COLORS];

/**
 * printer_new(opts):
 * Return a printer that does what ${opts}, copied, says; caller frees with
 * printer_free.
 */
struct printer *printer_new(const struct printer_opts *opts);

/**
 * printer_put(p, h, v, b, err):
 * Append ${v}, a value of the heap ${h}, to ${b}, without newline.  Return 0,
 * or -1 with ${err} filled.
 */
int printer_put(struct printer *p, struct value_heap *h, struct value *v,
    struct buf *b, struct err *err);

/**
 * printer_free(p):
 * Free ${p}; NULL is fine.
 */
void printer_free(struct printer *p);

#endif
