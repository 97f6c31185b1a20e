/*
 * report_private - what the forms of a report share
 */
#ifndef ROWPIPE_ROW_REPORT_PRIVATE_H
#define ROWPIPE_ROW_REPORT_PRIVATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "json/json.h"
#include "row/report.h"

struct arena;

struct report_column {
	const char	*name;
	size_t		 len;
	int		 numbers;	/* there are some, and nothing else */
	int		 others;
	int		 status;	/* it is the field of the status */
};

struct report_line {
	const char		*s;	/* one JSON object */
	size_t			 len;
	enum report_status	 status;
};

struct report_section {
	const char		*name;	/* NULL: of rows without one */
	size_t			 len;
	struct report_column	*columns;
	size_t			 ncolumns, columns_cap;
	struct report_line	*lines;
	size_t			 nlines, lines_cap;
	uint64_t		 counts[REPORT_STATUSES];
};

struct report {
	const char		*group, *status;
	struct report_section	*sections;
	size_t			 nsections, sections_cap, last;
	uint64_t		 rows, counts[REPORT_STATUSES];
	struct arena		*arena;		/* for all that is kept */
	struct arena		*scratch;	/* for one row */
	struct json_reader	*reader;
	struct buf		 text;		/* of one row */
	size_t			*map;		/* from fields to columns */
	size_t			 map_cap;
	struct json_value	*cells;
	size_t			 cells_cap;
};

/**
 * report_cells(r, sec, line):
 * Return the values of ${line}, one for each column of ${sec}, of length 0
 * where there is none; borrowed until the next call.
 */
const struct json_value *report_cells(struct report *r,
    struct report_section *sec, const struct report_line *line);

/**
 * report_cell_text(r, v, len):
 * Return the text of ${v} for people and its length in *${len}: of a string,
 * what it stands for; nothing of null; else the JSON.  Borrowed until the next
 * call of report_cells.
 */
const char *report_cell_text(struct report *r, const struct json_value *v,
    size_t *len);

/**
 * report_numeric(c):
 * Return non-zero when a column is one of numbers.
 */
int report_numeric(const struct report_column *c);

/**
 * report_status_name(status):
 * "ok", "warn" or "fail"; "" for none.
 */
const char *report_status_name(enum report_status status);

/**
 * report_worst(counts):
 * The worst status that is counted.
 */
enum report_status report_worst(const uint64_t counts[REPORT_STATUSES]);

/**
 * report_put_counts(b, counts, rows):
 * Append "12 ok, 1 warn" or, when nothing has a status, "7 rows".
 */
void report_put_counts(struct buf *b, const uint64_t counts[REPORT_STATUSES],
    uint64_t rows);

#endif
