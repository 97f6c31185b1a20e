#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "row/report_private.h"
#include "row/row.h"

#define NO_COLUMN SIZE_MAX

static const char *const status_names[REPORT_STATUSES] = {
	[REPORT_NONE] = "",
	[REPORT_OK] = "ok",
	[REPORT_WARN] = "warn",
	[REPORT_FAIL] = "fail",
};

struct report *
report_new(const char *group, const char *status)
{
	struct report *r = mem_alloc(sizeof(*r));

	r->group = group;
	r->status = status;
	r->arena = arena_new();
	r->scratch = arena_new();
	r->reader = json_reader_new();
	return (r);
}

void
report_free(struct report *r)
{
	size_t i;

	if (r == NULL)
		return;
	for (i = 0; i < r->nsections; i++) {
		mem_free(r->sections[i].columns);
		mem_free(r->sections[i].lines);
	}
	mem_free(r->sections);
	mem_free(r->map);
	mem_free(r->cells);
	buf_free(&r->text);
	json_reader_free(r->reader);
	arena_free(r->scratch);
	arena_free(r->arena);
	mem_free(r);
}

uint64_t
report_rows(const struct report *r)
{

	return (r->rows);
}

uint64_t
report_count(const struct report *r, enum report_status status)
{

	return (r->counts[status]);
}

const char *
report_status_name(enum report_status status)
{

	return (status_names[status]);
}

enum report_status
report_worst(const uint64_t counts[REPORT_STATUSES])
{
	enum report_status s = REPORT_FAIL;

	while (s > REPORT_NONE && counts[s] == 0)
		s--;
	return (s);
}

void
report_put_counts(struct buf *b, const uint64_t counts[REPORT_STATUSES],
    uint64_t rows)
{
	const char *before = "";
	size_t s;

	if (report_worst(counts) == REPORT_NONE) {
		buf_printf(b, "%" PRIu64 " %s", rows,
		    rows == 1 ? "row" : "rows");
		return;
	}
	for (s = REPORT_OK; s < REPORT_STATUSES; s++) {
		if (counts[s] == 0)
			continue;
		buf_printf(b, "%s%" PRIu64 " %s", before, counts[s],
		    status_names[s]);
		before = ", ";
	}
}

int
report_numeric(const struct report_column *c)
{

	return (c->numbers && !c->others);
}

const char *
report_cell_text(struct report *r, const struct json_value *v, size_t *len)
{

	*len = 0;
	if (v->len == 0 || v->type == JSON_NULL)
		return ("");
	if (v->type == JSON_STRING)
		return (json_string(v, r->scratch, len));
	*len = v->len;
	return (v->s);
}

/*
 * Columns.
 */

static int
name_is(const char *name, size_t name_len, const char *s, size_t len)
{

	return (name_len == len && (len == 0 || memcmp(name, s, len) == 0));
}

/* The column of that name, looked for from ${at} on, where it should be. */
static size_t
find_column(const struct report_section *sec, const char *name, size_t len,
    size_t at)
{
	size_t i, k;

	for (i = 0; i < sec->ncolumns; i++) {
		k = (at + i) % sec->ncolumns;
		if (name_is(sec->columns[k].name, sec->columns[k].len, name,
		    len))
			return (k);
	}
	return (NO_COLUMN);
}

static size_t
add_column(struct report *r, struct report_section *sec, const char *name,
    size_t len)
{
	struct report_column *c;

	sec->columns = mem_grow(sec->columns, &sec->columns_cap,
	    sec->ncolumns + 1, sizeof(*sec->columns));
	c = &sec->columns[sec->ncolumns];
	*c = (struct report_column){ 0 };
	c->name = arena_dup(r->arena, name, len);
	c->len = len;
	c->status = r->status != NULL &&
	    name_is(name, len, r->status, strlen(r->status));
	return (sec->ncolumns++);
}

/* Fill r->map with the columns of the fields read last; those that are new are
 * added when ${add} is set.  Return 0, or -1 when there are too many. */
static int
map_fields(struct report *r, struct report_section *sec, int add,
    struct err *err)
{
	size_t had = sec->ncolumns, at = 0, i, len;
	const char *name;

	r->map = mem_grow(r->map, &r->map_cap, r->reader->nfields + 1,
	    sizeof(*r->map));
	for (i = 0; i < r->reader->nfields; i++) {
		name = json_string(&r->reader->fields[i].key, r->scratch,
		    &len);
		if (r->group != NULL &&
		    name_is(name, len, r->group, strlen(r->group))) {
			r->map[i] = NO_COLUMN;
			continue;
		}
		r->map[i] = find_column(sec, name, len, at);
		if (r->map[i] == NO_COLUMN && add) {
			if (sec->ncolumns == REPORT_COLUMNS) {
				sec->ncolumns = had;
				return (err_set(err, "the table would have"
				    " more than %d columns", REPORT_COLUMNS));
			}
			r->map[i] = add_column(r, sec, name, len);
		}
		at = r->map[i] + 1;
	}
	return (0);
}

const struct json_value *
report_cells(struct report *r, struct report_section *sec,
    const struct report_line *line)
{
	struct err err = ERR_INIT;
	size_t i;

	arena_reset(r->scratch);
	r->cells = mem_grow(r->cells, &r->cells_cap, sec->ncolumns + 1,
	    sizeof(*r->cells));
	memset(r->cells, 0, (sec->ncolumns + 1) * sizeof(*r->cells));
	/* It could be read when it came. */
	(void)json_read_object(r->reader, line->s, line->len, &err);
	(void)map_fields(r, sec, 0, &err);
	for (i = 0; i < r->reader->nfields; i++)
		if (r->map[i] != NO_COLUMN)
			r->cells[r->map[i]] = r->reader->fields[i].value;
	return (r->cells);
}

/*
 * Rows.
 */

/* The value of the field ${name} of the object read last, or NULL. */
static const struct json_value *
field(const struct report *r, const char *name)
{
	size_t i;

	for (i = 0; name != NULL && i < r->reader->nfields; i++)
		if (json_string_is(&r->reader->fields[i].key, name,
		    strlen(name)))
			return (&r->reader->fields[i].value);
	return (NULL);
}

static int
read_status(struct report *r, enum report_status *status, struct err *err)
{
	const struct json_value *v = field(r, r->status);
	struct quote qn, qv;
	const char *s;
	size_t len, i;

	*status = REPORT_NONE;
	if (v == NULL || v->type == JSON_NULL)
		return (0);
	s = v->type == JSON_STRING ? json_string(v, r->scratch, &len) : "";
	for (i = REPORT_OK; i < REPORT_STATUSES; i++) {
		if (v->type == JSON_STRING && len == strlen(status_names[i]) &&
		    strncasecmp(s, status_names[i], len) == 0) {
			*status = (enum report_status)i;
			return (0);
		}
	}
	(void)err_set(err, "field %s is none of ok, warn and fail: %s",
	    quote_z(&qn, r->status), v->type == JSON_STRING ?
	    quote(&qv, s, len) : json_type_name((enum json_type)v->type));
	return (err_rule(err, "status", NULL));
}

/* The section of the object read last, new if need be; NULL when there would
 * be too many. */
static struct report_section *
find_section(struct report *r, struct err *err)
{
	const struct json_value *v = field(r, r->group);
	const char *name = NULL;
	struct report_section *sec;
	size_t len = 0, i, k;

	if (v != NULL && v->type != JSON_NULL)
		name = report_cell_text(r, v, &len);
	for (i = 0; i < r->nsections; i++) {
		k = (r->last + i) % r->nsections;
		sec = &r->sections[k];
		if (sec->name == NULL || name == NULL ? sec->name == name :
		    name_is(sec->name, sec->len, name, len)) {
			r->last = k;
			return (sec);
		}
	}
	if (r->nsections == REPORT_SECTIONS) {
		(void)err_set(err, "there would be more than %d sections",
		    REPORT_SECTIONS);
		(void)err_hint(err, "is --group-by the field that is meant?");
		return (NULL);
	}
	r->sections = mem_grow(r->sections, &r->sections_cap,
	    r->nsections + 1, sizeof(*r->sections));
	sec = &r->sections[r->nsections];
	*sec = (struct report_section){ 0 };
	sec->name = name == NULL ? NULL : arena_dup(r->arena, name, len);
	sec->len = len;
	r->last = r->nsections++;
	return (sec);
}

/* Of which types a column is. */
static void
note_types(const struct report *r, struct report_section *sec)
{
	struct report_column *c;
	size_t i;

	for (i = 0; i < r->reader->nfields; i++) {
		if (r->map[i] == NO_COLUMN)
			continue;
		c = &sec->columns[r->map[i]];
		if (r->reader->fields[i].value.type == JSON_NUMBER)
			c->numbers = 1;
		else if (r->reader->fields[i].value.type != JSON_NULL)
			c->others = 1;
	}
}

int
report_add(struct report *r, const struct row *row, struct err *err)
{
	struct report_line line = { 0 };
	struct report_section *sec;
	size_t had = r->nsections;

	arena_reset(r->scratch);
	r->text.len = 0;
	row_append(row, &r->text);
	line.len = r->text.len;
	line.s = arena_dup(r->arena, r->text.s, line.len);
	if (json_read_object(r->reader, line.s, line.len, err) != 0 ||
	    read_status(r, &line.status, err) != 0 ||
	    (sec = find_section(r, err)) == NULL)
		return (-1);
	if (map_fields(r, sec, 1, err) != 0) {
		if (r->nsections > had) {
			mem_free(sec->columns);
			r->nsections = had;
			r->last = 0;
		}
		return (-1);
	}
	note_types(r, sec);
	sec->lines = mem_grow(sec->lines, &sec->lines_cap, sec->nlines + 1,
	    sizeof(*sec->lines));
	sec->lines[sec->nlines++] = line;
	sec->counts[line.status]++;
	r->counts[line.status]++;
	r->rows++;
	return (0);
}
