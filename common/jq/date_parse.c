#include <string.h>

#include "base/buf.h"
#include "jq/date.h"

#define FRACTION_MAX	9	/* digits of a second that are kept */
#define TEXT_MAX	100	/* longest date worth guessing at */

/* A text on its way to being a date. */
struct parse {
	const char	*s, *end;	/* what is left of it */
	struct date	*d;
	struct buf	*frac;		/* or NULL */
	int		 parts;
	int		 century;	/* of %C, or -1 */
	int		 pm;		/* 1 PM, 0 AM, -1 not said */
	int		 weekday;	/* as read, or -1 */
	int		 yearday;	/* of %j, or -1 */
	int		 strict;	/* years have four digits */
};

static const char *const days[] = {
	"sunday", "monday", "tuesday", "wednesday", "thursday", "friday",
	"saturday", NULL
};
static const char *const months[] = {
	"january", "february", "march", "april", "may", "june", "july",
	"august", "september", "october", "november", "december", NULL
};

static int
is_space(char c)
{

	return (c == ' ' || (c >= '\t' && c <= '\r'));
}

static int
is_digit(char c)
{

	return (c >= '0' && c <= '9');
}

static int
is_alpha(char c)
{

	return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
}

static void
skip_space(struct parse *p)
{

	while (p->s < p->end && is_space(*p->s))
		p->s++;
}

/* Take the word ${word}, lower case, in whatever case it stands there. */
static int
take(struct parse *p, const char *word, size_t len)
{
	size_t i;

	if ((size_t)(p->end - p->s) < len)
		return (0);
	for (i = 0; i < len; i++)
		if ((p->s[i] | (is_alpha(p->s[i]) ? 0x20 : 0)) != word[i])
			return (0);
	p->s += len;
	return (1);
}

/* Take one of the names, whole or by its first three letters. */
static int
take_name(struct parse *p, const char *const *names, int *out)
{
	int i;

	for (i = 0; names[i] != NULL; i++)
		if (take(p, names[i], strlen(names[i])) ||
		    take(p, names[i], 3)) {
			*out = i;
			return (1);
		}
	return (0);
}

/* Take a number of at most ${most} digits within a range. */
static int
take_number(struct parse *p, int most, int low, int high, int *out)
{
	const char *start;
	int n = 0;

	skip_space(p);
	start = p->s;
	while (p->s < p->end && p->s - start < most && is_digit(*p->s))
		n = n * 10 + (*p->s++ - '0');
	*out = n;
	return (p->s > start && n >= low && n <= high);
}

static int
take_year(struct parse *p, int digits)
{
	int neg = 0, n;
	const char *start;

	skip_space(p);
	if (!p->strict && p->s < p->end && (*p->s == '-' || *p->s == '+'))
		neg = *p->s++ == '-';
	start = p->s;
	if (!take_number(p, digits, 0, 9999, &n) ||
	    (p->strict && p->s - start != digits))
		return (0);
	if (digits == 2)
		n += n < 69 ? 2000 : 1900;
	p->d->year = neg ? -n : n;
	return (1);
}

/* Seconds of the epoch; they are a whole date. */
static int
take_epoch(struct parse *p)
{
	int64_t t = 0;
	int neg = 0;
	const char *start;

	if (p->s < p->end && *p->s == '-') {
		neg = 1;
		p->s++;
	}
	start = p->s;
	for (; p->s < p->end && is_digit(*p->s); p->s++)
		if ((t = t * 10 + (*p->s - '0')) > DATE_SECONDS_MAX)
			return (0);
	if (p->s == start)
		return (0);
	date_gmtime(p->d, neg ? -t : t);
	p->parts |= DATE_DAY | DATE_TIME | DATE_ZONE;
	return (1);
}

/* Names that RFC 2822 gives a meaning to. */
static const struct {
	const char	*name;
	int		 hours;
} zones[] = {
	{ "utc", 0 }, { "gmt", 0 }, { "ut", 0 }, { "z", 0 },
	{ "est", -5 }, { "edt", -4 }, { "cst", -6 }, { "cdt", -5 },
	{ "mst", -7 }, { "mdt", -6 }, { "pst", -8 }, { "pdt", -7 },
};

static int
take_zone_name(struct parse *p)
{
	size_t i;

	for (i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		if (take(p, zones[i].name, strlen(zones[i].name))) {
			p->d->offset = zones[i].hours * 3600;
			p->parts |= DATE_ZONE;
			return (p->s == p->end || !is_alpha(*p->s));
		}
	return (0);
}

/* +hh, +hhmm, +hh:mm, +hh:mm:ss or a name. */
static int
take_zone(struct parse *p)
{
	int hours, minutes = 0, seconds = 0, neg;

	if (p->s == p->end)
		return (0);
	if (*p->s != '+' && *p->s != '-')
		return (take_zone_name(p));
	neg = *p->s++ == '-';
	if (p->s == p->end || !is_digit(*p->s) ||
	    !take_number(p, 2, 0, 23, &hours))
		return (0);
	if (p->s < p->end && *p->s == ':')
		p->s++;
	if (p->s < p->end && is_digit(*p->s) &&
	    !take_number(p, 2, 0, 59, &minutes))
		return (0);
	if (p->s < p->end && *p->s == ':') {
		p->s++;
		if (!take_number(p, 2, 0, 59, &seconds))
			return (0);
	}
	p->d->offset = hours * 3600 + minutes * 60 + seconds;
	if (neg)
		p->d->offset = -p->d->offset;
	p->parts |= DATE_ZONE;
	return (1);
}

/* Digits after the point of a second; those beyond nine are let go. */
static int
take_fraction(struct parse *p)
{
	const char *start = p->s;

	while (p->s < p->end && is_digit(*p->s)) {
		if (p->frac != NULL && p->s - start < FRACTION_MAX)
			buf_putc(p->frac, *p->s);
		p->s++;
	}
	return (p->s > start);
}

static int match(struct parse *p, const char *fmt, size_t len);

static int
match_z(struct parse *p, const char *fmt)
{

	return (match(p, fmt, strlen(fmt)));
}

static int
match_day(struct parse *p, char c)
{
	const char *start;
	int n;

	p->parts |= DATE_DAY;
	switch (c) {
	case 'a':
	case 'A':
		return (take_name(p, days, &p->weekday));
	case 'b':
	case 'B':
	case 'h':
		return (take_name(p, months, &p->d->month));
	case 'C':
		return (take_number(p, 2, 0, 99, &p->century));
	case 'd':
	case 'e':
		return (take_number(p, 2, 1, 31, &p->d->day));
	case 'D':
	case 'x':
		return (match_z(p, "%m/%d/%y"));
	case 'F':
		return (match_z(p, "%Y-%m-%d"));
	case 'j':
		start = p->s;
		if (!take_number(p, 3, 1, 366, &n) ||
		    (p->strict && p->s - start != 3))
			return (0);
		p->yearday = n - 1;
		return (1);
	case 'm':
		if (!take_number(p, 2, 1, 12, &n))
			return (0);
		p->d->month = n - 1;
		return (1);
	case 'u':
		return (take_number(p, 1, 1, 7, &n));
	case 'w':
		return (take_number(p, 1, 0, 6, &n));
	case 'g':
	case 'U':
	case 'V':
	case 'W':
		return (take_number(p, 2, 0, 99, &n));
	case 'G':
		return (take_number(p, 4, 0, 9999, &n));
	case 'y':
		return (take_year(p, 2));
	case 'Y':
		return (take_year(p, 4));
	default:
		return (-1);
	}
}

static int
match_clock(struct parse *p, char c)
{

	p->parts |= DATE_TIME;
	switch (c) {
	case 'f':
		return (take_fraction(p));
	case 'H':
	case 'k':
		return (take_number(p, 2, 0, 23, &p->d->hour));
	case 'I':
	case 'l':
		return (take_number(p, 2, 1, 12, &p->d->hour));
	case 'M':
		return (take_number(p, 2, 0, 59, &p->d->minute));
	case 'p':
	case 'P':
		skip_space(p);
		if (take(p, "am", 2) || take(p, "a.m.", 4))
			p->pm = 0;
		else if (take(p, "pm", 2) || take(p, "p.m.", 4))
			p->pm = 1;
		return (p->pm >= 0);
	case 'r':
		return (match_z(p, "%I:%M:%S %p"));
	case 'R':
		return (match_z(p, "%H:%M"));
	case 's':
		return (take_epoch(p));
	case 'S':
		return (take_number(p, 2, 0, 60, &p->d->second));
	case 'T':
	case 'X':
		return (match_z(p, "%H:%M:%S"));
	default:
		return (0);
	}
}

static int
match_one(struct parse *p, char c)
{
	int parts = p->parts, rc;

	switch (c) {
	case '%':
		return (take(p, "%", 1));
	case 'c':
		return (match_z(p, "%a %b %e %H:%M:%S %Y"));
	case 'n':
	case 't':
		skip_space(p);
		return (1);
	case 'z':
		skip_space(p);
		return (take_zone(p));
	case 'Z':
		/* A name that tells nothing is read all the same. */
		skip_space(p);
		if (!take_zone_name(p))
			while (p->s < p->end && !is_space(*p->s))
				p->s++;
		return (1);
	default:
		if ((rc = match_day(p, c)) >= 0)
			return (rc);
		p->parts = parts;
		return (match_clock(p, c));
	}
}

/* Take what the format asks for from the front of the text. */
static int
match(struct parse *p, const char *fmt, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (is_space(fmt[i])) {
			skip_space(p);
			continue;
		}
		if (fmt[i] != '%' || i + 1 == len) {
			if (p->s == p->end || *p->s != fmt[i])
				return (0);
			p->s++;
			continue;
		}
		i++;
		while (i + 1 < len && (fmt[i] == '-' || fmt[i] == '_' ||
		    fmt[i] == '0' || fmt[i] == '^' || fmt[i] == '#' ||
		    fmt[i] == 'E' || fmt[i] == 'O'))
			i++;
		if (!match_one(p, fmt[i]))
			return (0);
	}
	return (1);
}

static void
begin(struct parse *p, const char *s, size_t len, struct date *d,
    struct buf *frac)
{

	*d = (struct date){ .year = 1900 };
	if (frac != NULL)
		frac->len = 0;
	*p = (struct parse){ .s = s, .end = s + len, .d = d, .frac = frac,
	    .century = -1, .pm = -1, .weekday = -1, .yearday = -1 };
}

/* What was read in pieces becomes a date. */
static void
finish(struct parse *p)
{
	struct date *d = p->d;

	if (p->century >= 0)
		d->year = p->century * 100 + (d->year % 100);
	if (p->pm >= 0)
		d->hour = d->hour % 12 + 12 * p->pm;
	if (p->yearday >= 0) {
		/* A day beyond its month is carried over. */
		struct date day = { .year = d->year, .day = p->yearday + 1 };
		int64_t t;

		if (date_seconds(&day, &t) == 0) {
			date_gmtime(&day, t);
			d->month = day.month;
			d->day = day.day;
		}
	}
	date_complete(d);
}

int
date_parse(const char *s, size_t len, const char *fmt, size_t flen,
    struct date *d, struct buf *frac, int *parts)
{
	struct parse p;

	begin(&p, s, len, d, frac);
	if (!match(&p, fmt, flen))
		return (-1);
	skip_space(&p);
	if (p.s != p.end)
		return (-1);
	finish(&p);
	*parts = p.parts;
	return (0);
}

/*
 * Guessing: a day in one of these, then perhaps a time, then perhaps a zone.
 */
static const char *const day_formats[] = {
	"%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y-%j",
	"%a, %d %b %Y", "%a %d %b %Y", "%d %b %Y", "%d-%b-%Y", "%d. %b %Y",
	"%a, %d-%b-%y", "%b %d, %Y", "%b. %d, %Y", "%a, %b %d, %Y",
	"%a %b %d, %Y", "%Y %b %d", "%Y-%b-%d",
};

static const char *const whole_formats[] = {
	"%a %b %e %H:%M:%S %Y", "%a %b %e %H:%M:%S %Z %Y",
	"%a %b %e %H:%M:%S %z %Y",
};

/* The time after the day: [T]hh:mm[:ss[.fff]] [PM]. */
static int
guess_time(struct parse *p)
{

	if (!take(p, "t", 1)) {
		(void)take(p, ",", 1);
		skip_space(p);
		(void)take(p, "at ", 3);
	}
	if (!match_z(p, "%H"))
		return (0);
	if (take(p, ":", 1)) {
		if (!match_z(p, "%M") || (take(p, ":", 1) &&
		    !match_z(p, "%S")))
			return (0);
	} else if (!match_z(p, "%M") || (p->s < p->end && is_digit(*p->s) &&
	    !match_z(p, "%S")))
		return (0);
	if ((take(p, ".", 1) || take(p, ",", 1)) && !take_fraction(p))
		return (0);
	skip_space(p);
	if (p->s < p->end && (*p->s == 'a' || *p->s == 'A' ||
	    *p->s == 'p' || *p->s == 'P')) {
		if (p->d->hour < 1 || p->d->hour > 12 || !match_z(p, "%p"))
			return (0);
		skip_space(p);
	}
	return (1);
}

/* Does the day exist, and on that day of the week? */
static int
exists(const struct parse *p)
{
	struct date again;
	int64_t t;

	if (date_seconds(p->d, &t) != 0)
		return (0);
	date_gmtime(&again, t);
	return (again.year == p->d->year && again.month == p->d->month &&
	    again.day == p->d->day && again.second == p->d->second &&
	    (p->weekday < 0 || p->weekday == p->d->weekday));
}

static int
guess_one(struct parse *p, const char *fmt, int with_time)
{

	p->strict = 1;
	if (!match_z(p, fmt))
		return (0);
	/* A date that goes on with a digit was another one. */
	if (with_time && p->s < p->end && !is_digit(*p->s) &&
	    !guess_time(p))
		return (0);
	if (p->s < p->end && (p->parts & DATE_TIME) != 0 &&
	    (p->parts & DATE_ZONE) == 0 && !take_zone(p))
		return (0);
	if (p->s != p->end)
		return (0);
	finish(p);
	return (exists(p));
}

/* Only digits: YYYYMMDD, YYYYMMDDhhmmss, or time since the epoch. */
static int
guess_digits(struct parse *p, size_t len)
{

	switch (len) {
	case 8:
		return (guess_one(p, "%Y%m%d", 0));
	case 10:
		return (guess_one(p, "%s", 0));
	case 12:
		return (guess_one(p, "%Y%m%d%H%M", 0));
	case 13:
	case 16:
		p->end -= len - 10;
		if (!take_epoch(p))
			return (0);
		p->end += len - 10;
		return (take_fraction(p));
	case 14:
		return (guess_one(p, "%Y%m%d%H%M%S", 0));
	default:
		return (0);
	}
}

static int
try_formats(const char *s, size_t len, struct date *d, struct buf *frac,
    int *parts)
{
	struct parse p;
	size_t i, n;

	for (i = 0; i < len && is_digit(s[i]); i++)
		;
	begin(&p, s, len, d, frac);
	if (i == len)
		return (guess_digits(&p, len) ? (*parts = p.parts, 0) : -1);
	n = sizeof(whole_formats) / sizeof(whole_formats[0]);
	for (i = 0; i < n; i++) {
		begin(&p, s, len, d, frac);
		if (guess_one(&p, whole_formats[i], 0))
			break;
	}
	if (i == n) {
		n = sizeof(day_formats) / sizeof(day_formats[0]);
		for (i = 0; i < n; i++) {
			begin(&p, s, len, d, frac);
			if (guess_one(&p, day_formats[i], 1))
				break;
		}
		if (i == n)
			return (-1);
	}
	*parts = p.parts;
	return (0);
}

int
date_guess(const char *s, size_t len, struct date *d, struct buf *frac,
    int *parts)
{

	while (len > 0 && is_space(*s)) {
		s++;
		len--;
	}
	while (len > 0 && is_space(s[len - 1]))
		len--;
	if (len == 0 || len > TEXT_MAX)
		return (-1);
	return (try_formats(s, len, d, frac, parts));
}
