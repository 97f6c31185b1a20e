#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/opt.h"
#include "row/output.h"
#include "row/report_private.h"

/* ,"status":"fail","counts":{...}; nothing when no field holds a status. */
static void
put_status(const struct report *r, const uint64_t counts[REPORT_STATUSES],
    struct buf *b)
{
	enum report_status worst = report_worst(counts);
	size_t s;

	if (r->status == NULL)
		return;
	if (worst == REPORT_NONE)
		buf_puts(b, ",\"status\":null,\"counts\":{");
	else
		buf_printf(b, ",\"status\":\"%s\",\"counts\":{",
		    report_status_name(worst));
	for (s = REPORT_OK; s < REPORT_STATUSES; s++)
		buf_printf(b, "%s\"%s\":%" PRIu64, s > REPORT_OK ? "," : "",
		    report_status_name((enum report_status)s), counts[s]);
	buf_putc(b, '}');
}

static void
put_meta(const struct opt_list *meta, struct buf *b)
{
	const char *equals;
	char *key;
	size_t i;

	buf_puts(b, ",\"meta\":{");
	for (i = 0; i < meta->n; i++) {
		equals = strchr(meta->v[i], '=');
		key = mem_dup(meta->v[i], (size_t)(equals - meta->v[i]));
		if (i > 0)
			buf_putc(b, ',');
		json_put_z(b, key);
		buf_putc(b, ':');
		json_put_z(b, equals + 1);
		mem_free(key);
	}
	buf_putc(b, '}');
}

static int
put_section(const struct report *r, const struct report_section *sec,
    int last, struct output *out, struct err *err)
{
	struct buf *b = output_begin(out);
	size_t i;

	buf_puts(b, "{\"name\":");
	if (sec->name == NULL)
		buf_puts(b, "null");
	else
		(void)json_put_string(b, sec->name, sec->len, NULL);
	put_status(r, sec->counts, b);
	buf_puts(b, ",\"columns\":[");
	for (i = 0; i < sec->ncolumns; i++) {
		if (i > 0)
			buf_putc(b, ',');
		(void)json_put_string(b, sec->columns[i].name,
		    sec->columns[i].len, NULL);
	}
	buf_puts(b, "],\"rows\":[");
	for (i = 0; i < sec->nlines; i++) {
		if (output_commit(out, err) != 0)
			return (-1);
		b = output_begin(out);
		buf_put(b, sec->lines[i].s, sec->lines[i].len);
		if (i + 1 < sec->nlines)
			buf_putc(b, ',');
	}
	if (output_commit(out, err) != 0)
		return (-1);
	b = output_begin(out);
	buf_puts(b, last ? "]}" : "]},");
	return (output_commit(out, err));
}

int
report_put_json(struct report *r, const struct report_head *head,
    struct output *out, struct err *err)
{
	struct buf *b = output_begin(out);
	size_t i;

	buf_puts(b, "{\"title\":");
	json_put_z(b, head->title);
	put_meta(head->meta, b);
	put_status(r, r->counts, b);
	buf_printf(b, ",\"rows\":%" PRIu64 ",\"sections\":[", r->rows);
	if (output_commit(out, err) != 0)
		return (-1);
	for (i = 0; i < r->nsections; i++)
		if (put_section(r, &r->sections[i], i + 1 == r->nsections,
		    out, err) != 0)
			return (-1);
	b = output_begin(out);
	buf_puts(b, "]}");
	return (output_commit(out, err));
}
