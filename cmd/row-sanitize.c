/*
 * row-sanitize - repair rows that others refuse
 * Without options what keeps a line from being a row, and control characters;
 * with them no more than what they name.
 */
#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/opt.h"
#include "base/quote.h"
#include "json/json.h"
#include "row/filter.h"
#include "row/output.h"
#include "row/row.h"
#include "row/sanitize.h"

#define DEFAULT_REPAIRS	((1u << SANITIZE_NFC) - 1)

struct config {
	struct filter_opts	 run;
	struct opt_list		 fields;
	int			 all, chosen[SANITIZE_REPAIRS];

	struct sanitize		*s;
};

#define REPAIR(what, name, help) \
	OPT_FLAG(0, name, help, struct config, chosen[SANITIZE_ ## what])

static const struct opt opts[] = {
	OPT_FLAG(0, "all", "make every repair", struct config, all),
	REPAIR(BOM, "bom", "leave out a byte order mark"),
	REPAIR(CONTROLS, "controls", "leave out control characters and NUL"),
	REPAIR(DUPLICATES, "duplicates", "of keys given twice keep the last"),
	REPAIR(EMPTY_NULL, "empty-null", "turn empty strings into null"),
	OPT_CSV('f', "fields", "FIELD,...", "repair only the strings in these",
	    struct config, fields),
	REPAIR(NFC, "nfc", "bring strings into Unicode's form NFC"),
	REPAIR(NON_FINITE, "non-finite", "turn NaN and Infinity into null"),
	REPAIR(SQUEEZE, "squeeze", "make runs of white space one space"),
	REPAIR(TRIM, "trim", "leave out white space at the ends of strings"),
	REPAIR(UTF8, "utf8", "replace invalid UTF-8 and lone surrogates"),
	FILTER_OPTS(struct config, run),
};

static const struct opt_spec spec = OPT_SPEC("row-sanitize", "[FILE ...]",
    "repair rows that others refuse", opts);

static int
repair_row(struct row *line, struct output *out, void *cookie,
    struct err *err)
{
	const struct config *cfg = cookie;
	const struct row *row = sanitize_row(cfg->s, line, err);

	if (row == NULL)
		return (-1);
	return (output_row(out, row, err));
}

static int
tell_repairs(struct output *out, void *cookie, struct err *err)
{
	const struct config *cfg = cookie;
	enum sanitize_repair repair;
	char plain[QUOTE_MAX];
	const char *field;
	uint64_t n;
	size_t i;

	(void)out;
	(void)err;
	for (i = 0; sanitize_count(cfg->s, i, &field, &repair, &n); i++)
		diag_note("%s: %s: %" PRIu64 " repaired", field[0] == '\0' ?
		    "row" : quote_plain(plain, sizeof(plain), field,
		    strlen(field)), sanitize_names[repair], n);
	return (0);
}

static void
put_repairs(struct buf *b, void *cookie)
{
	const struct config *cfg = cookie;
	enum sanitize_repair repair;
	const char *field;
	uint64_t n;
	size_t i;

	buf_puts(b, "\"repairs\":[");
	for (i = 0; sanitize_count(cfg->s, i, &field, &repair, &n); i++) {
		buf_puts(b, i == 0 ? "{\"field\":" : ",{\"field\":");
		if (field[0] == '\0')
			buf_puts(b, "null");
		else
			json_put_z(b, field);
		buf_printf(b, ",\"repair\":\"%s\",\"count\":%" PRIu64 "}",
		    sanitize_names[repair], n);
	}
	buf_putc(b, ']');
}

static unsigned
chosen(const struct config *cfg)
{
	unsigned set = 0;
	size_t i;

	for (i = 0; i < SANITIZE_REPAIRS; i++)
		if (cfg->chosen[i] || cfg->all)
			set |= 1u << i;
	return (set == 0 ? DEFAULT_REPAIRS : set);
}

int
main(int argc, char *argv[])
{
	struct config cfg = { .run = FILTER_OPTS_INIT };
	const struct filter filter = {
		.apply = repair_row, .end = tell_repairs,
		.stats = put_repairs, .cookie = &cfg, .raw = 1
	};
	struct err err = ERR_INIT;
	int status;

	argv = opt_parse(&spec, argc, argv, &cfg);
	cfg.s = sanitize_new(chosen(&cfg), &cfg.fields, &err);
	if (cfg.s == NULL)
		opt_usage_err(&spec, NULL, &err);
	status = filter_run(argv, &filter, &cfg.run);
	sanitize_free(cfg.s);
	return (status);
}
