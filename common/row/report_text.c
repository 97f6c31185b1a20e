#include <string.h>

#include "base/buf.h"
#include "base/grid.h"
#include "base/opt.h"
#include "row/output.h"
#include "row/report_private.h"

#define INDENT 2

/* A row may be all that a commit ends; these are lines. */
static int
end_lines(struct output *out, struct buf *b, struct err *err)
{

	if (b->len > 0 && b->s[b->len - 1] == '\n')
		b->len--;		/* commit appends it */
	return (output_commit(out, err));
}

static int
put_head(const struct report *r, const struct report_head *head,
    struct output *out, struct err *err)
{
	struct buf *b = output_begin(out);
	struct grid *g;
	const char *equals;
	size_t i;

	(void)grid_text(head->title, strlen(head->title), b);
	buf_puts(b, ": ");
	report_put_counts(b, r->counts, r->rows);
	buf_putc(b, '\n');
	g = grid_new();
	grid_column(g, NULL, GRID_LEFT, 0);
	grid_column(g, NULL, GRID_LEFT, 0);
	for (i = 0; i < head->meta->n; i++) {
		equals = strchr(head->meta->v[i], '=');
		grid_cell(g, head->meta->v[i],
		    (size_t)(equals - head->meta->v[i]));
		grid_cell_z(g, equals + 1);
	}
	grid_put(g, INDENT, b);
	grid_free(g);
	return (end_lines(out, b, err));
}

/* The columns; their headers are appended to ${names}, which must outlive
 * the grid: NULs in them, for one, are escaped there. */
static void
put_columns(struct grid *g, const struct report_section *sec, size_t most,
    struct buf *names)
{
	const struct report_column *c;
	size_t i, at;

	for (i = 0; i < sec->ncolumns; i++) {
		(void)grid_text_cut(sec->columns[i].name, sec->columns[i].len,
		    most > 0 ? most : SIZE_MAX, names);
		buf_putc(names, '\0');
	}
	for (i = at = 0; i < sec->ncolumns; i++) {
		c = &sec->columns[i];
		grid_column(g, names->s + at, report_numeric(c) ? GRID_RIGHT :
		    GRID_LEFT, most);
		at += strlen(names->s + at) + 1;
	}
}

/* The status stands out, with or without colours. */
static const char *
status_text(enum report_status status)
{

	switch (status) {
	case REPORT_WARN:
		return ("WARN");
	case REPORT_FAIL:
		return ("FAIL");
	default:
		return (report_status_name(status));
	}
}

static void
put_line(struct report *r, struct report_section *sec, struct grid *g,
    const struct report_line *line)
{
	const struct json_value *cells = report_cells(r, sec, line);
	const char *s;
	size_t i, len;

	for (i = 0; i < sec->ncolumns; i++) {
		if (sec->columns[i].status) {
			grid_cell_z(g, status_text(line->status));
			continue;
		}
		s = report_cell_text(r, &cells[i], &len);
		grid_cell(g, s, len);
	}
}

static void
put_table(struct report *r, struct report_section *sec, size_t most,
    struct buf *b)
{
	struct buf names = { 0 };
	struct grid *g = grid_new();
	size_t i;

	put_columns(g, sec, most, &names);
	for (i = 0; i < sec->nlines; i++)
		put_line(r, sec, g, &sec->lines[i]);
	grid_put(g, INDENT, b);
	grid_free(g);
	buf_free(&names);
}

static int
put_section(struct report *r, struct report_section *sec, size_t most,
    struct output *out, struct err *err)
{
	struct buf *b = output_begin(out);

	buf_putc(b, '\n');
	if (r->group != NULL) {
		if (sec->name == NULL)
			buf_puts(b, "Others");
		else
			(void)grid_text(sec->name, sec->len, b);
		buf_puts(b, ": ");
		report_put_counts(b, sec->counts, sec->nlines);
		buf_putc(b, '\n');
	}
	if (sec->ncolumns > 0)		/* fields, but for the section */
		put_table(r, sec, most, b);
	return (end_lines(out, b, err));
}

int
report_put_text(struct report *r, const struct report_head *head,
    struct output *out, struct err *err)
{
	size_t i;

	if (put_head(r, head, out, err) != 0)
		return (-1);
	for (i = 0; i < r->nsections; i++)
		if (put_section(r, &r->sections[i], head->most, out,
		    err) != 0)
			return (-1);
	return (0);
}
