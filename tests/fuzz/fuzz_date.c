/*
 * fuzz_date - dates out of any text
 *
 * An input is a text, a newline, and a format.  What is understood is a date
 * in ISO 8601, which reads back as itself.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "jq/date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(int good, const char *what)
{

	if (good)
		return;
	(void)fprintf(stderr, "fuzz_date: %s\n", what);
	abort();
}

/* A date that was understood, written and read again. */
static void
check(const struct date *d, const struct buf *frac, int parts)
{
	struct buf b = { 0 }, again = { 0 }, frac2 = { 0 };
	struct date d2;
	int parts2;

	if ((parts & DATE_DAY) != 0 && d->second < 60 && d->day > 0 &&
	    date_iso(&b, d, frac, parts) == 0 &&
	    date_guess(b.s, b.len, &d2, &frac2, &parts2) == 0) {
		must(date_iso(&again, &d2, &frac2, parts2) == 0,
		    "writes what it read");
		must(b.len == again.len && memcmp(b.s, again.s, b.len) == 0,
		    "reads what it wrote");
	}
	buf_free(&b);
	buf_free(&again);
	buf_free(&frac2);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *s = (const char *)data, *fmt = memchr(data, '\n', size);
	struct buf frac = { 0 }, out = { 0 };
	struct err err = ERR_INIT;
	struct date d;
	size_t len, flen;
	int parts;

	if (fmt == NULL || size > 500)
		return (0);
	len = (size_t)(fmt - s);
	fmt++;
	flen = size - len - 1;
	if (date_guess(s, len, &d, &frac, &parts) == 0)
		check(&d, &frac, parts);
	if (date_parse(s, len, fmt, flen, &d, &frac, &parts) == 0)
		check(&d, &frac, parts);
	(void)date_format(&out, fmt, flen, &d, &err);
	must(out.len <= 300 * (flen + 1), "keeps its width");
	buf_free(&frac);
	buf_free(&out);
	return (0);
}
