#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "base/err.h"
#include "jq/date.h"

#include "tap.h"

/* Breaking down and adding up agree with the C library. */
static void
test_calendar(void)
{
	static const int64_t step[] = { 86399, 3600 * 24 * 28, 86400 * 365 };
	struct date d;
	struct tm tm;
	int64_t t, back;
	time_t clock;
	size_t i;
	int good = 1;

	for (i = 0; i < sizeof(step) / sizeof(step[0]); i++)
		for (t = -step[i] * 1500; t < step[i] * 1500; t += step[i]) {
			date_gmtime(&d, t);
			clock = (time_t)t;
			good &= gmtime_r(&clock, &tm) != NULL &&
			    tm.tm_year + 1900 == d.year &&
			    tm.tm_mon == d.month && tm.tm_mday == d.day &&
			    tm.tm_hour == d.hour && tm.tm_min == d.minute &&
			    tm.tm_sec == d.second &&
			    tm.tm_wday == d.weekday && tm.tm_yday == d.yearday;
			good &= date_seconds(&d, &back) == 0 && back == t;
		}
	ok(good, "4,500 instants break down as gmtime says, and back");
	d = (struct date){ .year = 2015, .month = 14, .day = -3, .hour = 25,
	    .minute = 61, .second = 61 };
	ok(date_seconds(&d, &t) == 0 && t == 1456538521,
	    "fields out of range carry over");
	d.year = INT64_MAX;
	ok(date_seconds(&d, &t) != 0, "a year beyond all years is refused");
	date_gmtime(&d, DATE_SECONDS_MAX);
	ok(date_seconds(&d, &t) == 0 && t == DATE_SECONDS_MAX,
	    "the last second is one");
	date_gmtime(&d, -DATE_SECONDS_MAX);
	ok(date_seconds(&d, &t) == 0 && t == -DATE_SECONDS_MAX,
	    "so is the first");
}

/* The formats come from a table. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

/* Every conversion that strftime has, for days around every new year. */
static void
test_format(void)
{
	static const char *const conv[] = {
		"%a", "%A", "%b", "%B", "%c", "%C", "%d", "%D", "%e", "%F",
		"%g", "%G", "%h", "%H", "%I", "%j", "%k", "%l", "%m", "%M",
		"%n", "%p", "%P", "%r", "%R", "%S", "%t", "%T", "%u", "%U",
		"%V", "%w", "%W", "%x", "%X", "%y", "%Y", "%%", "%-d", "%_m",
		"%05d", "%^a", "%#b", "%10Y", "%Ey", "%Od", "%-I", "%^B",
		"%-j", "%_5S", "%3e",
	};
	struct buf b = { 0 };
	struct err err = ERR_INIT;
	struct date d;
	struct tm tm;
	char want[100];
	time_t clock;
	int64_t t;
	size_t i, n;
	int good;

	for (i = 0; i < sizeof(conv) / sizeof(conv[0]); i++) {
		good = 1;
		for (t = -86400LL * 365 * 30; t < 86400LL * 365 * 60;
		    t += 86400 * 17 + 12345) {
			date_gmtime(&d, t);
			clock = (time_t)t;
			(void)gmtime_r(&clock, &tm);
			n = strftime(want, sizeof(want), conv[i], &tm);
			b.len = 0;
			if (date_format(&b, conv[i], strlen(conv[i]), &d,
			    &err) != 0 || b.len != n ||
			    memcmp(b.s, want, n) != 0) {
				if (good)
					printf("# %s: %.*s, not %s\n", conv[i],
					    (int)b.len, b.s, want);
				good = 0;
			}
		}
		ok(good, "%s prints as strftime does", conv[i]);
	}
	b.len = 0;
	date_gmtime(&d, 1425599621);
	(void)date_format(&b, "%s %z %Z", 8, &d, &err);
	(void)is_text(b.s, b.len, "1425599621 +0000 UTC", "%s, %z and %Z");
	ok(date_format(&b, "%Q", 2, &d, &err) != 0, "%%Q is refused");
	ok(date_format(&b, "x%", 2, &d, &err) != 0, "a lone %% is refused");
	buf_free(&b);
}

static void
test_parse(void)
{
	static const struct {
		const char *s, *fmt, *want;
	} table[] = {
		{ "2015-03-05T23:51:47Z", "%Y-%m-%dT%H:%M:%SZ",
		    "2015-03-05T23:51:47" },
		{ "2015-03-05T23:51:47+0200", "%Y-%m-%dT%H:%M:%S%z",
		    "2015-03-05T21:51:47Z" },
		{ "2015-03-05 23:51:47.25 -03:30", "%F %T.%f %z",
		    "2015-03-06T03:21:47.25Z" },
		{ "05.03.2015", "%d.%m.%Y", "2015-03-05" },
		{ "3/5/15 1:02 pm", "%m/%d/%y %I:%M %p",
		    "2015-03-05T13:02:00" },
		{ "12:00 AM 1 jan 70", "%I:%M %p %d %b %y",
		    "1970-01-01T00:00:00" },
		{ "Thu, 05 March 2015", "%a, %d %B %Y", "2015-03-05" },
		{ "2016 366", "%Y %j", "2016-12-31" },
		{ "1425599621", "%s", "2015-03-05T23:53:41Z" },
		{ "20 15-3-5", "%C %y-%m-%d", "2015-03-05" },
		{ "100% 2015-3-5", "100%% %Y-%m-%d", "2015-03-05" },
		{ "2015-13-05", "%Y-%m-%d", NULL },
		{ "2015-03-05x", "%Y-%m-%d", NULL },
		{ "2015-03", "%Y-%m-%d", NULL },
		{ "25:00", "%H:%M", NULL },
		{ "", "%Y", NULL },
		{ "x", "%Q", NULL },
		{ "Foo", "%a", NULL },
	};
	struct buf b = { 0 }, frac = { 0 };
	struct date d;
	size_t i;
	int parts, rc;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		b.len = 0;
		rc = date_parse(table[i].s, strlen(table[i].s), table[i].fmt,
		    strlen(table[i].fmt), &d, &frac, &parts);
		if (rc != 0 || table[i].want == NULL) {
			ok(rc != 0 && table[i].want == NULL, "\"%s\" is %sa "
			    "%s", table[i].s, rc != 0 ? "not " : "",
			    table[i].fmt);
			continue;
		}
		(void)date_iso(&b, &d, &frac, parts);
		(void)is_text(b.s, b.len, table[i].want, table[i].s);
	}
	buf_free(&b);
	buf_free(&frac);
}

static void
test_guess(void)
{
	static const struct {
		const char *s, *want;
	} table[] = {
		{ "2024-01-02", "2024-01-02" },
		{ " 2024/1/2 ", "2024-01-02" },
		{ "20240102", "2024-01-02" },
		{ "2024-060", "2024-02-29" },
		{ "2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z" },
		{ "2024-01-02t03:04:05z", "2024-01-02T03:04:05Z" },
		{ "2024-01-02 03:04:05+02", "2024-01-02T01:04:05Z" },
		{ "2024-01-02 03:04:05.678901+05:30",
		    "2024-01-01T21:34:05.678901Z" },
		{ "2024-01-02 03:04:05,678 UTC", "2024-01-02T03:04:05.678Z" },
		{ "2024-01-02T03:04", "2024-01-02T03:04:00" },
		{ "20240102T030405Z", "2024-01-02T03:04:05Z" },
		{ "20240102030405", "2024-01-02T03:04:05" },
		{ "1704164645", "2024-01-02T03:04:05Z" },
		{ "1704164645678", "2024-01-02T03:04:05.678Z" },
		{ "1704164645678901", "2024-01-02T03:04:05.678901Z" },
		{ "Tue, 02 Jan 2024 03:04:05 -0500", "2024-01-02T08:04:05Z" },
		{ "2 Jan 2024 03:04 EST", "2024-01-02T08:04:00Z" },
		{ "Tuesday, 02-Jan-24 03:04:05 GMT", "2024-01-02T03:04:05Z" },
		{ "Tue Jan  2 03:04:05 2024", "2024-01-02T03:04:05" },
		{ "Tue Jan  2 03:04:05 UTC 2024", "2024-01-02T03:04:05Z" },
		{ "January 2, 2024", "2024-01-02" },
		{ "Jan 2, 2024, 3:04 PM", "2024-01-02T15:04:00" },
		{ "Jan 2, 2024 at 12:04 am", "2024-01-02T00:04:00" },
		{ "2-Jan-2024", "2024-01-02" },
		{ "2. January 2024", "2024-01-02" },
		{ "01/02/2024", NULL },
		{ "02.01.2024", NULL },
		{ "24-01-02", NULL },
		{ "2024-02-30", NULL },
		{ "2023-02-29", NULL },
		{ "2024-01-02T24:00:00", NULL },
		{ "2024-01-02T13:00 PM", NULL },
		{ "Wed, 02 Jan 2024 03:04:05 GMT", NULL },
		{ "2024-01-02T03:04:05+99:00", NULL },
		{ "2024-01-02T", NULL },
		{ "2024-01", NULL },
		{ "infinity", NULL },
		{ "", NULL },
		{ "170416464", NULL },
	};
	struct buf b = { 0 }, frac = { 0 };
	struct date d;
	size_t i;
	int parts, rc;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		b.len = 0;
		rc = date_guess(table[i].s, strlen(table[i].s), &d, &frac,
		    &parts);
		if (rc == 0)
			(void)date_iso(&b, &d, &frac, parts);
		else
			buf_puts(&b, "none");
		(void)is_text(b.s, b.len, table[i].want == NULL ? "none" :
		    table[i].want, table[i].s);
	}
	buf_free(&b);
	buf_free(&frac);
}

static void
test_zone(void)
{
	struct buf b = { 0 };
	struct err err = ERR_INIT;
	struct date d;

	(void)setenv("TZ", "XST-9:30", 1);
	date_localtime(&d, 1425599621);
	(void)date_format(&b, "%F %T %z %Z", 11, &d, &err);
	(void)is_text(b.s, b.len, "2015-03-06 09:23:41 +0930 XST",
	    "local time has its offset and name");
	d.offset = 0;
	d.zone[0] = '\0';
	date_locate(&d);
	ok(d.offset == 34200 && strcmp(d.zone, "XST") == 0,
	    "a time without zone gets them");
	buf_free(&b);
}

int
main(void)
{

	test_calendar();
	test_format();
	test_parse();
	test_guess();
	test_zone();
	return (tap_done());
}
