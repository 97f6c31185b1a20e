/*
 * report - rows as tables, for people, machines and archives
 *
 * Rows are gathered into sections, by the value of a field, in the order in
 * which these first come; each section is a table whose columns are the
 * fields of its rows, in the order in which they first come.  A field may
 * hold a status, by which rows are counted.  Rows are held in memory.
 */
#ifndef ROWPIPE_ROW_REPORT_H
#define ROWPIPE_ROW_REPORT_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct opt_list;
struct output;
struct report;
struct row;

#define REPORT_SECTIONS	1000	/* most sections of a report */
#define REPORT_COLUMNS	1000	/* most columns of a section */

enum report_status {		/* the worse, the greater */
	REPORT_NONE, REPORT_OK, REPORT_WARN, REPORT_FAIL,
	REPORT_STATUSES			/* how many there are */
};

/* What is said before the tables, and how they are written. */
struct report_head {
	const char		*title;
	const struct opt_list	*meta;	/* "KEY=VALUE" */
	size_t			 most;	/* columns of a terminal that a cell
					   takes, cut beyond; 0: any number */
};

/**
 * report_new(group, status):
 * Return an empty report; ${group} and ${status} (borrowed) name the fields
 * that hold the section and the status of a row, NULL when there are none.
 * Caller frees with report_free.
 */
struct report *report_new(const char *group, const char *status);

/**
 * report_add(r, row, err):
 * Take in ${row}, copied.  Return 0, or -1 with ${err} filled and nothing
 * taken in when it is too much, or when its status is something else than
 * ok, warn or fail, in upper or lower case, or null.
 */
int report_add(struct report *r, const struct row *row, struct err *err);

/**
 * report_rows(r), report_count(r, status):
 * How many rows there are, and how many with that status.
 */
uint64_t report_rows(const struct report *r);
uint64_t report_count(const struct report *r, enum report_status status);

/**
 * report_put_text(r, head, out, err):
 * Write the report for a terminal, data made fit for that as base/grid.h says.
 * Return 0, or -1 with ${err} filled.
 */
int report_put_text(struct report *r, const struct report_head *head,
    struct output *out, struct err *err);

/**
 * report_put_json(r, head, out, err):
 * Write the report as a JSON object over several lines, one for each row,
 * which stands there as it came.  Return 0, or -1 with ${err} filled.
 */
int report_put_json(struct report *r, const struct report_head *head,
    struct output *out, struct err *err);

/**
 * report_put_html(r, head, out, err):
 * Write the report as one HTML page (WHATWG HTML) that needs nothing else: no
 * script, no style sheet, no picture, no font.  The same rows make the same
 * bytes.  Return 0, or -1 with ${err} filled.
 */
int report_put_html(struct report *r, const struct report_head *head,
    struct output *out, struct err *err);

/**
 * report_free(r):
 * Free ${r}; NULL is fine.
 */
void report_free(struct report *r);

#endif
