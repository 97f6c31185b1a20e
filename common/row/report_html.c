#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/html.h"
#include "base/mem.h"
#include "base/opt.h"
#include "row/output.h"
#include "row/report_private.h"

#define LONG_CELL 40	/* bytes; more may be broken anywhere */

/* The policy lets no browser run or fetch anything, whatever the data. */
static const char head_start[] =
"<!DOCTYPE html>\n"
"<html lang=\"en\">\n"
"<head>\n"
"<meta charset=\"utf-8\">\n"
"<meta http-equiv=\"Content-Security-Policy\""
" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
"<meta name=\"color-scheme\" content=\"light dark\">\n"
"<meta name=\"generator\" content=\"rowpipe " ROWPIPE_VERSION "\">\n";

static const char style[] =
"<style>\n"
":root { color-scheme: light dark; --page: #fff; --text: #1b2127;\n"
"  --soft: #59636e; --line: #d8dee4; --head: #f4f6f8; --link: #0a58ad;\n"
"  --ok: #0f6428; --ok-back: #dcf5e2; --warn: #744600;\n"
"  --warn-back: #ffefc7; --fail: #a00d24; --fail-back: #ffe3e5; }\n"
"@media (prefers-color-scheme: dark) {\n"
"  :root { --page: #14181d; --text: #e3e8ed; --soft: #9aa6b2;\n"
"  --line: #343c45; --head: #1e242b; --link: #79b8ff; --ok: #74d58c;\n"
"  --ok-back: #14331e; --warn: #f2c560; --warn-back: #3b2c0b;\n"
"  --fail: #ff9ba5; --fail-back: #46171d; } }\n"
"* { box-sizing: border-box; }\n"
"body { margin: 0 auto; max-width: 76rem; padding: 2rem 1.5rem;\n"
"  background: var(--page); color: var(--text); line-height: 1.45;\n"
"  font-family: system-ui, -apple-system, \"Segoe UI\", Roboto,\n"
"  \"Noto Sans\", \"DejaVu Sans\", Arial, sans-serif; }\n"
"h1 { margin: 0 0 .75rem; font-size: 1.7rem; line-height: 1.2; }\n"
"h2 { margin: 0 0 .25rem; font-size: 1.2rem; }\n"
"h1, h2, dd, li { overflow-wrap: anywhere; }\n"
"a { color: var(--link); }\n"
".verdict { margin: 0 0 1.25rem; padding: .6rem 1rem;\n"
"  border-left: .3rem solid var(--line); background: var(--head);\n"
"  font-size: 1.05rem; }\n"
".verdict.ok { border-color: var(--ok); background: var(--ok-back); }\n"
".verdict.warn { border-color: var(--warn);\n"
"  background: var(--warn-back); }\n"
".verdict.fail { border-color: var(--fail);\n"
"  background: var(--fail-back); }\n"
"dl { display: grid; grid-template-columns: max-content 1fr;\n"
"  gap: .2rem 1.5rem; margin: 0 0 1.25rem; }\n"
"dt { color: var(--soft); }\n"
"dd { margin: 0; }\n"
"nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.5rem; margin: 0;\n"
"  padding: .6rem 0; list-style: none;\n"
"  border-top: 1px solid var(--line);\n"
"  border-bottom: 1px solid var(--line); }\n"
"section { margin-top: 2.2rem; overflow-x: auto; }\n"
"table { border-collapse: collapse; font-size: .9rem; }\n"
"caption { padding: 0 0 .5rem; color: var(--soft); text-align: left; }\n"
"th, td { padding: .35rem .8rem; border-bottom: 1px solid var(--line);\n"
"  text-align: left; vertical-align: top;\n"
"  font-variant-numeric: tabular-nums; white-space: pre-wrap; }\n"
"thead th { background: var(--head); white-space: nowrap; }\n"
"tbody th { font-weight: 600; }\n"
".n { text-align: right; white-space: nowrap; }\n"
".long { min-width: 16rem; overflow-wrap: anywhere; }\n"
".s { display: inline-block; padding: 0 .55rem; border-radius: .8rem;\n"
"  font-size: .85rem; font-weight: 600; }\n"
".s.ok { color: var(--ok); background: var(--ok-back); }\n"
".s.warn { color: var(--warn); background: var(--warn-back); }\n"
".s.fail { color: var(--page); background: var(--fail); }\n"
"tr.fail > * { background: var(--fail-back); }\n"
"footer { margin-top: 2.5rem; color: var(--soft); font-size: .85rem; }\n"
"@media print {\n"
"  :root { --page: #fff; --text: #000; --soft: #444; --line: #999;\n"
"  --head: #eee; --ok: #0f6428; --ok-back: #fff; --warn: #744600;\n"
"  --warn-back: #fff; --fail: #a00d24; --fail-back: #fff; }\n"
"  body { max-width: none; padding: 0; font-size: 10pt; }\n"
"  nav { display: none; }\n"
"  section { overflow: visible; }\n"
"  .long { min-width: 0; }\n"
"  h2 { break-after: avoid; }\n"
"  thead { display: table-header-group; }\n"
"  tr { break-inside: avoid; }\n"
"  .s, .s.fail { border: 1px solid; color: #000; background: #fff; } }\n"
"</style>\n"
"</head>\n"
"<body>\n";

static void
put_meta(const struct opt_list *meta, struct buf *b)
{
	const char *equals;
	size_t i;

	if (meta->n == 0)
		return;
	buf_puts(b, "<dl>\n");
	for (i = 0; i < meta->n; i++) {
		equals = strchr(meta->v[i], '=');
		buf_puts(b, "<dt>");
		html_text(b, meta->v[i], (size_t)(equals - meta->v[i]), 0);
		buf_puts(b, "</dt><dd>");
		html_text_z(b, equals + 1);
		buf_puts(b, "</dd>\n");
	}
	buf_puts(b, "</dl>\n");
}

static void
put_name(const struct report_section *sec, struct buf *b)
{

	if (sec->name == NULL)
		buf_puts(b, "Others");
	else if (sec->len == 0)
		buf_puts(b, "(empty)");
	else
		html_text(b, sec->name, sec->len, 0);
}

/* Links to the sections, when there are several. */
static void
put_contents(const struct report *r, struct buf *b)
{
	const struct report_section *sec;
	enum report_status worst;
	size_t i;

	if (r->nsections < 2)
		return;
	buf_puts(b, "<nav aria-label=\"Sections\">\n<ul>\n");
	for (i = 0; i < r->nsections; i++) {
		sec = &r->sections[i];
		worst = report_worst(sec->counts);
		buf_printf(b, "<li><a href=\"#s%zu\">", i + 1);
		put_name(sec, b);
		buf_puts(b, "</a>");
		if (worst != REPORT_NONE)
			buf_printf(b, " <span class=\"s %s\">%s</span>",
			    report_status_name(worst),
			    report_status_name(worst));
		buf_puts(b, "</li>\n");
	}
	buf_puts(b, "</ul>\n</nav>\n");
}

/* What the whole report says, in a sentence. */
static void
put_verdict(const struct report *r, struct buf *b)
{
	static const char *const words[REPORT_STATUSES] = {
		[REPORT_NONE] = "Nothing was checked",
		[REPORT_OK] = "All checks passed",
		[REPORT_WARN] = "Passed, with warnings",
		[REPORT_FAIL] = "Failed",
	};
	enum report_status worst = report_worst(r->counts);

	if (r->status == NULL)
		return;
	buf_printf(b, "<p class=\"verdict %s\"><strong>%s</strong>: ",
	    worst == REPORT_NONE ? "none" : report_status_name(worst),
	    words[worst]);
	report_put_counts(b, r->counts, r->rows);
	buf_puts(b, "</p>\n");
}

static int
put_head(const struct report *r, const struct report_head *head,
    struct output *out, struct err *err)
{
	struct buf *b = output_begin(out);

	buf_puts(b, head_start);
	buf_puts(b, "<title>");
	html_text_z(b, head->title);
	buf_puts(b, "</title>\n");
	buf_puts(b, style);
	buf_puts(b, "<header>\n<h1>");
	html_text_z(b, head->title);
	buf_puts(b, "</h1>\n");
	put_verdict(r, b);
	put_meta(head->meta, b);
	buf_puts(b, "</header>\n");
	put_contents(r, b);
	buf_puts(b, "<main>");
	return (output_commit(out, err));
}

static void
put_column_names(const struct report_section *sec, struct buf *b)
{
	const struct report_column *c;
	size_t i;

	buf_puts(b, "<thead><tr>");
	for (i = 0; i < sec->ncolumns; i++) {
		c = &sec->columns[i];
		buf_printf(b, "<th scope=\"col\"%s>", report_numeric(c) ?
		    " class=\"n\"" : "");
		html_text(b, c->name, c->len, 0);
		buf_puts(b, "</th>");
	}
	buf_puts(b, "</tr></thead>\n<tbody>");
}

/* The first cell of a row names the row. */
static void
put_cell(struct report *r, const struct report_column *c, int first,
    const struct report_line *line, const struct json_value *v, size_t most,
    struct buf *b)
{
	const char *class = "";
	const char *s;
	size_t len;

	s = report_cell_text(r, v, &len);
	if (report_numeric(c))
		class = " class=\"n\"";
	else if (len > LONG_CELL)
		class = " class=\"long\"";
	buf_printf(b, first ? "<th scope=\"row\"%s>" : "<td%s>", class);
	if (c->status && line->status != REPORT_NONE)
		buf_printf(b, "<span class=\"s %s\">%s</span>",
		    report_status_name(line->status),
		    report_status_name(line->status));
	else
		html_text(b, s, len, most);
	buf_puts(b, first ? "</th>" : "</td>");
}

static int
put_line(struct report *r, struct report_section *sec,
    const struct report_line *line, size_t most, struct output *out,
    struct err *err)
{
	const struct json_value *cells = report_cells(r, sec, line);
	struct buf *b = output_begin(out);
	size_t i;

	buf_puts(b, line->status == REPORT_FAIL ? "<tr class=\"fail\">" :
	    "<tr>");
	for (i = 0; i < sec->ncolumns; i++)
		put_cell(r, &sec->columns[i], i == 0, line, &cells[i], most,
		    b);
	buf_puts(b, "</tr>");
	return (output_commit(out, err));
}

static int
put_section(struct report *r, size_t n, size_t most, struct output *out,
    struct err *err)
{
	struct report_section *sec = &r->sections[n];
	struct buf *b = output_begin(out);
	size_t i;

	/* Wide tables are scrolled, also by the keyboard. */
	buf_printf(b, "<section aria-labelledby=\"s%zu\" tabindex=\"0\">\n"
	    "<h2 id=\"s%zu\">", n + 1, n + 1);
	if (r->group == NULL)
		buf_puts(b, "Rows");
	else
		put_name(sec, b);
	buf_puts(b, "</h2>\n");
	if (sec->ncolumns == 0) {
		buf_printf(b, "<p>%zu rows without other fields</p>\n"
		    "</section>", sec->nlines);
		return (output_commit(out, err));
	}
	buf_puts(b, "<table>\n<caption>");
	report_put_counts(b, sec->counts, sec->nlines);
	buf_puts(b, "</caption>\n");
	put_column_names(sec, b);
	if (output_commit(out, err) != 0)
		return (-1);
	for (i = 0; i < sec->nlines; i++)
		if (put_line(r, sec, &sec->lines[i], most, out, err) != 0)
			return (-1);
	b = output_begin(out);
	buf_puts(b, "</tbody>\n</table>\n</section>");
	return (output_commit(out, err));
}

int
report_put_html(struct report *r, const struct report_head *head,
    struct output *out, struct err *err)
{
	struct buf *b;
	size_t i;

	if (put_head(r, head, out, err) != 0)
		return (-1);
	for (i = 0; i < r->nsections; i++)
		if (put_section(r, i, head->most, out, err) != 0)
			return (-1);
	b = output_begin(out);
	buf_printf(b, "</main>\n<footer>\n<p>%" PRIu64 " %s, written by"
	    " row-report, rowpipe " ROWPIPE_VERSION "</p>\n</footer>\n"
	    "</body>\n</html>", r->rows, r->rows == 1 ? "row" : "rows");
	return (output_commit(out, err));
}
