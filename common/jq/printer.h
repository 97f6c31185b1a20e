/*
 * printer - values as the options of jq's users want them written
 */
#ifndef ROWPIPE_JQ_PRINTER_H
#define ROWPIPE_JQ_PRINTER_H

#include <stdint.h>

struct buf;
struct err;
struct printer;
struct value;
struct value_heap;

#define PRINTER_INDENT_MAX	7	/* columns */
#define PRINTER_INDENT_NONE	UINT64_MAX

/* As the options say it. */
struct printer_opts {
	int		raw;		/* strings without quotes */
	int		join;		/* the same, and no newline after */
	int		nul;		/* the same, with a NUL instead: strings
					   that have one are refused */
	int		seq;		/* RS before each (RFC 7464) */
	int		ascii, sort, tab;
	int		color, mono;	/* mono wins */
	uint64_t	indent;		/* or PRINTER_INDENT_NONE */
};
#define PRINTER_OPTS_INIT { .indent = PRINTER_INDENT_NONE }

/**
 * printer_new(opts):
 * Return a printer that does what ${opts}, copied, says; caller frees with
 * printer_free.
 */
struct printer *printer_new(const struct printer_opts *opts);

/**
 * printer_lines(p):
 * Return non-zero when a newline belongs after each value.
 */
int printer_lines(const struct printer *p);

/**
 * printer_put(p, h, v, b, err):
 * Append ${v}, a value of the heap ${h}, to ${b}, all but that newline.
 * Return 0, or -1 with ${err} filled.
 */
int printer_put(struct printer *p, struct value_heap *h, struct value *v,
    struct buf *b, struct err *err);

/**
 * printer_free(p):
 * Free ${p}; NULL is fine.
 */
void printer_free(struct printer *p);

#endif
