/*
 * pgsource - a table or query to be read, as COPY statements
 *
 * What the options of a dump say is checked here and becomes SQL.  A source is
 * read in one piece or in many, each by a statement of its own, so that several
 * connections can read at once; the pieces' rows, one piece after the other,
 * are the source's rows.
 */
#ifndef ROWPIPE_DB_PGSOURCE_H
#define ROWPIPE_DB_PGSOURCE_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct buf;
struct err;
struct pg;
struct pgcatalog_relation;
struct pgcopy;
struct pgsource;

/* What is wanted; all of it is borrowed for as long as the source is used. */
struct pgsource_spec {
	const struct pgcatalog_relation *rel;
	const char	*query;		/* its text; NULL: a table */
	const size_t	*columns;	/* of rel, as they shall stand */
	size_t		 ncolumns;
	const char	*where;		/* condition, or NULL */
	const char	*order_by;	/* sort keys, or NULL */
	uint64_t	 limit;		/* rows; UINT64_MAX: all */
	uint64_t	 part, parts;	/* the Nth of so many shares, from 1;
					   parts 0: not shared out */
	int		 many;		/* in many pieces, if possible */
	int		 only;		/* without the rows of tables that
					   inherit from this one */
};

/* A stretch of a source. */
struct pgsource_piece {
	size_t		 table;		/* the source's own or a partition */
	uint32_t	 from, to;	/* blocks, the last not included;
					   to 0: all there are */
};

/**
 * pgsource_new(pg, spec, a, err):
 * Return the source that ${spec} describes, living in the arena ${a}; the
 * transaction must have begun.  A column may not come twice, and conditions
 * and sort keys must be just that.  Return NULL with ${err} filled on failure,
 * status DIAG_USAGE when the wish is at fault.
 */
struct pgsource *pgsource_new(struct pg *pg, const struct pgsource_spec *spec,
    struct arena *a, struct err *err);

/**
 * pgsource_prepare(src, pg, first, err):
 * Make a transaction that sees the same snapshot fit to read pieces: they come
 * in the same order in each.  One that is not the ${first}, which pgsource_new
 * had, may find that someone waits to change the table; that one waits for the
 * first, so waiting for it would last for ever, and is given up soon (SQLSTATE
 * 55P03).  Return 0, or -1 with ${err} filled.
 */
int pgsource_prepare(const struct pgsource *src, struct pg *pg, int first,
    struct err *err);

/**
 * pgsource_next(src, piece):
 * Store the next piece in ${piece}.  Return 1, or 0 when there is none left.
 */
int pgsource_next(struct pgsource *src, struct pgsource_piece *piece);

/**
 * pgsource_put_copy(src, piece, b):
 * Append the COPY statement that reads ${piece}.
 */
void pgsource_put_copy(const struct pgsource *src,
    const struct pgsource_piece *piece, struct buf *b);

/**
 * pgsource_decoder(src):
 * Return a decoder for the pieces' rows; caller frees with pgcopy_free.
 */
struct pgcopy *pgsource_decoder(const struct pgsource *src);

/**
 * pgsource_count(src, copy):
 * Take over what the decoder ${copy} of ${src} has counted (pgcopy_rebased).
 */
void pgsource_count(struct pgsource *src, const struct pgcopy *copy);

/**
 * pgsource_rebased(src, i, name, bounds):
 * As pgcopy_rebased, of all decoders; store the column's name in *${name}.
 * Return -1 when there is no ${i}th column.
 */
int64_t pgsource_rebased(const struct pgsource *src, size_t i,
    const char **name, const char **bounds);

/**
 * pgsource_label(src):
 * What messages call the source: "clients", "app.clients", "query".
 */
const char *pgsource_label(const struct pgsource *src);

/**
 * pgsource_rows(src):
 * How many rows to expect, 0 when that is not known.
 */
uint64_t pgsource_rows(const struct pgsource *src);

/**
 * pgsource_whole(src):
 * Why the source is read in one piece although many were wished for, or NULL.
 */
const char *pgsource_whole(const struct pgsource *src);

#endif
