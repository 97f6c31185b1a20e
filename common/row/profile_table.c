#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/distinct.h"
#include "base/grid.h"
#include "row/profile_node.h"

#define BAR	10		/* characters of a whole bar */
#define RANGE	24		/* characters of a cell of min, max */
#define PATH	48
#define UNLIKE	40
#define SAMPLES	100

/* 0 only for none, and 100 only for all. */
static unsigned int
percentage(uint64_t n, uint64_t of)
{
	unsigned int percent;

	if (n == 0 || of == 0)
		return (0);
	percent = (unsigned int)((double)n / (double)of * 100 + 0.5);
	if (percent == 0)
		return (1);
	return (percent >= 100 && n < of ? 99 : percent);
}

/* "#####.....  50%" */
static void
bar_cell(struct grid *g, uint64_t n, uint64_t of)
{
	unsigned int percent = percentage(n, of), full, i;
	struct buf b = { 0 };

	full = (percent * BAR + 50) / 100;
	if (full == 0 && n > 0)
		full = 1;
	if (full == BAR && n < of)
		full = BAR - 1;
	for (i = 0; i < BAR; i++)
		buf_putc(&b, i < full ? '#' : '.');
	buf_printf(&b, " %3u%%", percent);
	grid_cell(g, b.s, b.len);
	buf_free(&b);
}

static void
count_cell(struct grid *g, uint64_t n)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRIu64, n);
	grid_cell_z(g, n == 0 ? "" : text);
}

/* "12  3%" of all values. */
static void
null_cell(struct grid *g, const struct profile_node *n, struct buf *b)
{
	uint64_t null = n->types[JSON_NULL];

	b->len = 0;
	if (null > 0)
		buf_printf(b, "%" PRIu64 " %3u%%", null,
		    percentage(null, profile_values(n)));
	grid_cell(g, b->s, b->len);
}

static void
path_cell(struct grid *g, const struct profile_node *n, struct buf *b)
{

	b->len = 0;
	profile_put_path(n, b);
	grid_cell(g, b->s, b->len);
}

/* "integer", "string, number 2": how many only where there are several. */
static void
types_cell(struct grid *g, const struct profile_node *n, struct buf *b)
{
	const struct {
		const char	*name;
		uint64_t	 count;
	} types[] = {
		{ "boolean", n->types[JSON_FALSE] + n->types[JSON_TRUE] },
		{ "integer", n->integers },
		{ "number", n->types[JSON_NUMBER] - n->integers },
		{ "string", n->types[JSON_STRING] },
		{ "array", n->types[JSON_ARRAY] },
		{ "object", n->types[JSON_OBJECT] },
	};
	uint64_t all = profile_values(n) - n->types[JSON_NULL];
	size_t i;

	b->len = 0;
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (types[i].count == 0)
			continue;
		buf_printf(b, "%s%s", b->len > 0 ? ", " : "", types[i].name);
		if (types[i].count < all)
			buf_printf(b, " %" PRIu64, types[i].count);
	}
	grid_cell(g, b->len > 0 ? b->s : "null", b->len > 0 ? b->len : 4);
}

/* An estimate has a "~" in front, and no digits beyond what it knows. */
static void
distinct_cell(struct grid *g, const struct profile_node *n, struct buf *b)
{
	uint64_t count, unit = 1;

	b->len = 0;
	if (n->distinct == NULL) {
		grid_cell_z(g, "");
		return;
	}
	count = distinct_count(n->distinct);
	if (!distinct_exact(n->distinct)) {
		buf_putc(b, '~');
		while (count / unit >= 1000)
			unit *= 10;
		count = (count + unit / 2) / unit * unit;
	}
	buf_printf(b, "%" PRIu64, count);
	grid_cell(g, b->s, b->len);
}

static void
range_cell(struct grid *g, const struct profile_number *x, int number,
    const struct profile_text *t, int text, struct buf *b)
{

	b->len = 0;
	if (number) {
		buf_put(b, x->text, x->len);
	} else if (text) {
		profile_put_text(t, b);
	} else {
		grid_cell_z(g, "");
		return;
	}
	grid_cell(g, b->s, b->len);
}

static void
range_cells(struct grid *g, const struct profile_node *n, struct buf *b)
{
	int numbers = n->min.text != NULL;
	int strings = n->types[JSON_STRING] > 0;

	range_cell(g, &n->min, numbers, &n->first, strings, b);
	range_cell(g, &n->max, numbers && !strings, &n->greatest, strings, b);
}

/* "3", "3-20"; of strings in characters, of arrays in elements. */
static void
length_cell(struct grid *g, const struct profile_node *n, struct buf *b)
{
	int strings = n->types[JSON_STRING] > 0;
	uint64_t min = strings ? n->min_length : n->min_items;
	uint64_t max = strings ? n->max_length : n->max_items;

	b->len = 0;
	if (!strings && (n->types[JSON_ARRAY] == 0 || n->deep > 0)) {
		grid_cell_z(g, "");
		return;
	}
	buf_printf(b, "%" PRIu64, min);
	if (max != min)
		buf_printf(b, "-%" PRIu64, max);
	grid_cell(g, b->s, b->len);
}

/* "uuid", "date, but 2: "n/a"", "enum". */
static void
looks_cell(struct grid *g, const struct profile_node *n, struct buf *b)
{
	const struct looks_group *unlike;
	enum looks kind;
	uint64_t like;
	size_t count;

	b->len = 0;
	if ((like = profile_strings_like(n, &kind)) == 0) {
		grid_cell_z(g, profile_labels(n, &count) != NULL ? "enum" :
		    "");
		return;
	}
	buf_puts(b, looks_name(kind));
	unlike = looks_unlike(n->looks, kind);
	if (unlike != NULL) {
		buf_printf(b, ", but %" PRIu64 ": ",
		    n->types[JSON_STRING] - like);
		(void)json_put_string(b, unlike->example, unlike->len, NULL);
	}
	grid_cell(g, b->s, b->len);
}

static void
put_paths(const struct profile *p, struct buf *b)
{
	const struct profile_node *n = p->root;
	struct grid *g = grid_new();
	struct buf cell = { 0 };

	grid_column(g, "Path", GRID_LEFT, PATH);
	grid_column(g, "Present", GRID_LEFT, 0);
	grid_column(g, "Null", GRID_RIGHT, 0);
	grid_column(g, "Type", GRID_LEFT, 0);
	grid_column(g, "Distinct", GRID_RIGHT, 0);
	grid_column(g, "Min", GRID_LEFT, RANGE);
	grid_column(g, "Max", GRID_LEFT, RANGE);
	grid_column(g, "Length", GRID_RIGHT, 0);
	grid_column(g, "Looks like", GRID_LEFT, UNLIKE);
	while ((n = profile_next(n)) != NULL) {
		path_cell(g, n, &cell);
		if (n->kind == PROFILE_ITEM)
			count_cell(g, n->present);
		else
			bar_cell(g, n->present, profile_of(n));
		null_cell(g, n, &cell);
		types_cell(g, n, &cell);
		distinct_cell(g, n, &cell);
		range_cells(g, n, &cell);
		length_cell(g, n, &cell);
		looks_cell(g, n, &cell);
	}
	grid_put(g, 0, b);
	grid_free(g);
	buf_free(&cell);
}

/* A grid that has rows, after an empty line. */
static void
put_grid(const struct grid *g, int rows, struct buf *b)
{

	if (rows == 0)
		return;
	buf_putc(b, '\n');
	grid_put(g, 0, b);
}

/* The labels of ${n}; beside one that is a twin, the first of its kind. */
static void
label_rows(struct grid *g, const struct profile_node *n,
    const struct label *v, size_t count, struct buf *cell)
{
	size_t group[LABELS_MAX], i;

	(void)labels_twins(v, count, group);
	for (i = 0; i < count; i++) {
		if (i == 0)
			path_cell(g, n, cell);
		else
			grid_cell_z(g, "");
		cell->len = 0;
		(void)json_put_string(cell, v[i].s, v[i].len, NULL);
		grid_cell(g, cell->s, cell->len);
		count_cell(g, v[i].count);
		bar_cell(g, v[i].count, n->types[JSON_STRING]);
		cell->len = 0;
		if (group[i] != i) {
			buf_puts(cell, "twin of ");
			(void)json_put_string(cell, v[group[i]].s,
			    v[group[i]].len, NULL);
		}
		grid_cell(g, cell->s, cell->len);
	}
}

static void
put_labels(const struct profile *p, struct buf *b)
{
	const struct profile_node *n = p->root;
	const struct label *labels;
	struct grid *g = grid_new();
	struct buf cell = { 0 };
	size_t count;
	int paths = 0;

	grid_column(g, "Path", GRID_LEFT, PATH);
	grid_column(g, "Label", GRID_LEFT, LABELS_BYTES);
	grid_column(g, "Count", GRID_RIGHT, 0);
	grid_column(g, "Share", GRID_LEFT, 0);
	grid_column(g, "", GRID_LEFT, 0);
	while ((n = profile_next(n)) != NULL) {
		if ((labels = profile_labels(n, &count)) == NULL)
			continue;
		label_rows(g, n, labels, count, &cell);
		paths++;
	}
	put_grid(g, paths, b);
	grid_free(g);
	buf_free(&cell);
}

/* Some values of each path of which not all are shown as labels. */
static void
put_samples(const struct profile *p, struct buf *b)
{
	const struct profile_node *n = p->root;
	struct grid *g = grid_new();
	struct buf cell = { 0 };
	size_t count;
	int rows = 0;

	grid_column(g, "Path", GRID_LEFT, PATH);
	grid_column(g, "Samples", GRID_LEFT, SAMPLES);
	while ((n = profile_next(n)) != NULL) {
		if (n->nsamples == 0 || n->types[JSON_FALSE] +
		    n->types[JSON_TRUE] + n->types[JSON_NULL] ==
		    profile_values(n) || profile_labels(n, &count) != NULL)
			continue;
		path_cell(g, n, &cell);
		cell.len = 0;
		profile_put_samples(n, ", ", &cell);
		grid_cell(g, cell.s, cell.len);
		rows++;
	}
	put_grid(g, rows, b);
	grid_free(g);
	buf_free(&cell);
}

void
profile_put_table(const struct profile *p, struct buf *b)
{

	buf_printf(b, "rows: %" PRIu64 ", paths: %" PRIu64 "\n",
	    profile_rows(p), profile_paths(p));
	if (p->n > 0) {
		buf_putc(b, '\n');
		put_paths(p, b);
	}
	put_labels(p, b);
	put_samples(p, b);
	if (p->other->present > 0)
		buf_printf(b, "\n%" PRIu64 " values under %" PRIu64
		    " more keys\n", p->other->present,
		    distinct_count(p->other->distinct));
}
