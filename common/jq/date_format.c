#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "jq/date.h"

#define WIDTH_MAX 255

static const char *const days[] = {
	"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
	"Saturday"
};
static const char *const months[] = {
	"January", "February", "March", "April", "May", "June", "July",
	"August", "September", "October", "November", "December"
};

/* One conversion: "%-5d" has a flag and a width. */
struct conversion {
	char	flag;		/* - _ 0 ^ # or NUL */
	int	width;		/* 0: as usual */
	char	c;
};

static void
pad(struct buf *b, char c, int n)
{

	for (; n > 0; n--)
		buf_putc(b, c);
}

static void
put_number(struct buf *b, const struct conversion *v, int64_t n, int width,
    char fill)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%" PRId64, n < 0 ? -n : n);

	if (v->flag == '-')
		width = 0;
	else if (v->flag == '_')
		fill = ' ';
	else if (v->flag == '0')
		fill = '0';
	if (v->width > 0)
		width = v->width;
	if (n < 0 && fill == '0')
		buf_putc(b, '-');
	pad(b, fill, width - len - (n < 0));
	if (n < 0 && fill != '0')
		buf_putc(b, '-');
	buf_put(b, digits, (size_t)len);
}

static char
upper(char c)
{

	return (c >= 'a' && c <= 'z' ? (char)(c - 32) : c);
}

static char
lower(char c)
{

	return (c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
}

/* The first ${len} bytes of a word. */
static void
put_word(struct buf *b, const struct conversion *v, const char *s, size_t len)
{
	size_t i;

	pad(b, v->flag == '0' ? '0' : ' ', v->width - (int)len);
	for (i = 0; i < len; i++) {
		if (v->flag == '^' || (v->flag == '#' && v->c != 'p' &&
		    v->c != 'Z'))
			buf_putc(b, upper(s[i]));
		else if (v->flag == '#')
			buf_putc(b, lower(s[i]));
		else
			buf_putc(b, s[i]);
	}
}

static void
put_name(struct buf *b, const struct conversion *v, const char *const *names,
    int n, int i, size_t len)
{
	const char *s = i >= 0 && i < n ? names[i] : "?";

	put_word(b, v, s, len < strlen(s) ? len : strlen(s));
}

static int
is_leap(int64_t y)
{

	return (y % 4 == 0 && (y % 100 != 0 || y % 400 == 0));
}

/* ISO 8601's week, and in *${year} the year that it belongs to. */
static int
iso_week(const struct date *d, int64_t *year)
{
	int monday = (d->weekday + 6) % 7;	/* 0 is Monday */
	int week = (d->yearday - monday + 10) / 7, days_in_year;

	*year = d->year;
	if (week < 1) {
		/* The last week of the year before. */
		(*year)--;
		days_in_year = 365 + is_leap(*year);
		return ((d->yearday + days_in_year - monday + 10) / 7);
	}
	days_in_year = 365 + is_leap(d->year);
	if (week == 53 && d->yearday - monday + 3 >= days_in_year) {
		(*year)++;
		return (1);
	}
	return (week);
}

/* What a conversion is short for, or NULL. */
static const char *
composite(char c)
{

	switch (c) {
	case 'c':
		return ("%a %b %e %H:%M:%S %Y");
	case 'D':
	case 'x':
		return ("%m/%d/%y");
	case 'F':
		return ("%Y-%m-%d");
	case 'r':
		return ("%I:%M:%S %p");
	case 'R':
		return ("%H:%M");
	case 'T':
	case 'X':
		return ("%H:%M:%S");
	default:
		return (NULL);
	}
}

static int64_t
two_digits(int64_t year)
{

	return ((year % 100 + 100) % 100);
}

static void
put_zone(struct buf *b, const struct date *d)
{
	int minutes = (d->offset < 0 ? -d->offset : d->offset) / 60;

	buf_printf(b, "%c%02d%02d", d->offset < 0 ? '-' : '+', minutes / 60,
	    minutes % 60);
}

static int
put_day(struct buf *b, const struct conversion *v, const struct date *d)
{
	int64_t year;

	switch (v->c) {
	case 'a':
		put_name(b, v, days, 7, d->weekday, 3);
		break;
	case 'A':
		put_name(b, v, days, 7, d->weekday, 20);
		break;
	case 'b':
	case 'h':
		put_name(b, v, months, 12, d->month, 3);
		break;
	case 'B':
		put_name(b, v, months, 12, d->month, 20);
		break;
	case 'C':
		put_number(b, v, (d->year - two_digits(d->year)) / 100, 2,
		    '0');
		break;
	case 'd':
		put_number(b, v, d->day, 2, '0');
		break;
	case 'e':
		put_number(b, v, d->day, 2, ' ');
		break;
	case 'g':
		(void)iso_week(d, &year);
		put_number(b, v, two_digits(year), 2, '0');
		break;
	case 'G':
		(void)iso_week(d, &year);
		put_number(b, v, year, 1, '0');
		break;
	case 'j':
		put_number(b, v, d->yearday + 1, 3, '0');
		break;
	case 'm':
		put_number(b, v, d->month + 1, 2, '0');
		break;
	case 'u':
		put_number(b, v, d->weekday == 0 ? 7 : d->weekday, 1, '0');
		break;
	case 'U':
		put_number(b, v, (d->yearday + 7 - d->weekday) / 7, 2, '0');
		break;
	case 'V':
		put_number(b, v, iso_week(d, &year), 2, '0');
		break;
	case 'w':
		put_number(b, v, d->weekday, 1, '0');
		break;
	case 'W':
		put_number(b, v, (d->yearday + 7 - (d->weekday + 6) % 7) / 7,
		    2, '0');
		break;
	case 'y':
		put_number(b, v, two_digits(d->year), 2, '0');
		break;
	case 'Y':
		put_number(b, v, d->year, 1, '0');
		break;
	default:
		return (-1);
	}
	return (0);
}

static int
put_clock(struct buf *b, const struct conversion *v, const struct date *d)
{
	int hour12 = d->hour % 12 == 0 ? 12 : d->hour % 12;
	int64_t t;

	switch (v->c) {
	case 'H':
		put_number(b, v, d->hour, 2, '0');
		break;
	case 'I':
		put_number(b, v, hour12, 2, '0');
		break;
	case 'k':
		put_number(b, v, d->hour, 2, ' ');
		break;
	case 'l':
		put_number(b, v, hour12, 2, ' ');
		break;
	case 'M':
		put_number(b, v, d->minute, 2, '0');
		break;
	case 'p':
		put_word(b, v, d->hour < 12 ? "AM" : "PM", 2);
		break;
	case 'P':
		put_word(b, v, d->hour < 12 ? "am" : "pm", 2);
		break;
	case 's':
		if (date_seconds(d, &t) != 0)
			return (-1);
		put_number(b, v, t - d->offset, 1, '0');
		break;
	case 'S':
		put_number(b, v, d->second, 2, '0');
		break;
	case 'z':
		put_zone(b, d);
		break;
	case 'Z':
		put_word(b, v, d->zone, strlen(d->zone));
		break;
	default:
		return (-1);
	}
	return (0);
}

/* Read what follows a "%"; return how many bytes. */
static size_t
read_conversion(struct conversion *v, const char *s, size_t len)
{
	size_t i = 0;

	*v = (struct conversion){ 0 };
	while (i < len && s[i] != '\0' && strchr("-_0^#", s[i]) != NULL)
		v->flag = s[i++];
	for (; i < len && s[i] >= '0' && s[i] <= '9'; i++)
		if (v->width < WIDTH_MAX)
			v->width = v->width * 10 + (s[i] - '0');
	if (v->width > WIDTH_MAX)
		v->width = WIDTH_MAX;
	if (i < len && (s[i] == 'E' || s[i] == 'O'))
		i++;
	if (i < len)
		v->c = s[i++];
	return (i);
}

int
date_format(struct buf *b, const char *fmt, size_t len, const struct date *d,
    struct err *err)
{
	struct conversion v;
	const char *more;
	size_t i;

	for (i = 0; i < len; i++) {
		if (fmt[i] != '%') {
			buf_putc(b, fmt[i]);
			continue;
		}
		i += read_conversion(&v, fmt + i + 1, len - i - 1);
		if (v.c == '%')
			buf_putc(b, '%');
		else if (v.c == 'n')
			buf_putc(b, '\n');
		else if (v.c == 't')
			buf_putc(b, '\t');
		else if ((more = composite(v.c)) != NULL)
			(void)date_format(b, more, strlen(more), d, err);
		else if (put_day(b, &v, d) != 0 && put_clock(b, &v, d) != 0)
			return (err_set(err, v.c == '\0' ? "date format ends "
			    "within a conversion" : "date format has no "
			    "conversion %%%c", v.c > 32 && v.c < 127 ? v.c :
			    '?'));
	}
	return (0);
}
