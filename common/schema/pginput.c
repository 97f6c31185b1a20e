#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "schema/pginput.h"

#define FLOAT_MOST	512	/* longer ones are left to the server */
#define NUMERIC_WHOLE	131072	/* most digits before the point ... */
#define NUMERIC_SCALE	16383	/* ... and after it, of any numeric */
#define EXPONENT_MOST	1000000	/* beyond, a number is far out of range */

/* A decimal number taken apart. */
struct number {
	int		 negative;
	const char	*digits, *end;	/* with a point among them, perhaps */
	long		 whole;		/* digits before the point, once the
					   exponent has moved it, from the
					   first that is not 0 */
	long		 after;		/* digits after it, as written */
	int		 zero;
	int		 integer;	/* written without point or exponent */
};

/* As isspace in the C locale: what the input functions skip. */
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
is_hex(char c)
{

	return (is_digit(c) || (c >= 'a' && c <= 'f') ||
	    (c >= 'A' && c <= 'F'));
}

static void
trim(const char **s, size_t *len)
{

	while (*len > 0 && is_space(**s)) {
		(*s)++;
		(*len)--;
	}
	while (*len > 0 && is_space((*s)[*len - 1]))
		(*len)--;
}

static int
is_word(const char *s, size_t len, const char *word)
{

	return (strlen(word) == len && strncasecmp(s, word, len) == 0);
}

/*
 * Numbers.
 */

/* Read an exponent at ${s}: its end, or NULL. */
static const char *
read_exponent(const char *s, const char *end, long *exponent)
{
	int minus = 0;
	long n = 0;

	if (s < end && (*s == '-' || *s == '+'))
		minus = *s++ == '-';
	if (s == end || !is_digit(*s))
		return (NULL);
	for (; s < end && is_digit(*s); s++)
		if (n < EXPONENT_MOST)
			n = n * 10 + (*s - '0');
	*exponent = minus ? -n : n;
	return (s);
}

/* Count the digits of ${x}, the first that matters onwards. */
static void
count_digits(struct number *x, long exponent)
{
	long whole = 0, after = 0, zeros = 0;
	int point = 0;
	const char *s;

	x->zero = 1;
	for (s = x->digits; s < x->end; s++) {
		if (*s == '.') {
			point = 1;
			continue;
		}
		after += point;
		if (x->zero && *s == '0') {
			zeros += point;
			continue;
		}
		x->zero = 0;
		whole += !point;
	}
	x->whole = (whole > 0 ? whole : -zeros) + exponent;
	x->after = after - exponent > 0 ? after - exponent : 0;
}

/* Take a decimal number apart.  Return 0, or -1 when it is none. */
static int
read_number(struct number *x, const char *s, size_t len)
{
	const char *end = s + len;
	long exponent = 0;
	size_t digits = 0;
	int point = 0;

	x->negative = 0;
	x->integer = 1;
	if (s < end && (*s == '-' || *s == '+'))
		x->negative = *s++ == '-';
	x->digits = s;
	for (; s < end && (is_digit(*s) || (*s == '.' && !point)); s++) {
		digits += *s != '.';
		point |= *s == '.';
	}
	x->end = s;
	if (digits == 0)
		return (-1);
	if (point)
		x->integer = 0;
	if (s < end && (*s == 'e' || *s == 'E')) {
		x->integer = 0;
		s = read_exponent(s + 1, end, &exponent);
	}
	if (s != end)
		return (-1);
	count_digits(x, exponent);
	return (0);
}

/* 0x1f, 0o17, 0b1, 1_000: forms that came with PostgreSQL 16; and what
 * strtod makes of "0x1p3". */
static enum pginput
odd_number(const char *s, size_t len)
{

	if (len > 0 && (*s == '-' || *s == '+')) {
		s++;
		len--;
	}
	if (len < 2 || !is_digit(s[0]))
		return (PGINPUT_SYNTAX);
	return (memchr(s, '_', len) != NULL || (s[0] == '0' &&
	    s[1] != '\0' && strchr("xXoObB", s[1]) != NULL) ?
	    PGINPUT_UNSURE : PGINPUT_SYNTAX);
}

/* Is it NaN, or an infinity?  1 and 2. */
static int
special_number(const char *s, size_t len)
{

	if (is_word(s, len, "nan"))
		return (1);
	if (len > 0 && (*s == '-' || *s == '+')) {
		s++;
		len--;
	}
	return (is_word(s, len, "inf") || is_word(s, len, "infinity") ? 2 : 0);
}

enum pginput
pginput_integer(const char *s, size_t len, int64_t min, int64_t max)
{
	struct number x;
	uint64_t n = 0, most;
	const char *p;

	trim(&s, &len);
	if (read_number(&x, s, len) != 0)
		return (odd_number(s, len));
	if (!x.integer)
		return (PGINPUT_SYNTAX);
	if (x.whole > 19)
		return (PGINPUT_RANGE);
	for (p = x.digits; p < x.end; p++)
		n = n * 10 + (uint64_t)(*p - '0');
	most = x.negative ? (uint64_t)0 - (uint64_t)min : (uint64_t)max;
	return (n <= most ? PGINPUT_TAKEN : PGINPUT_RANGE);
}

/* Are the first ${n} digits that matter all 9, and the next at least 5? */
static int
carries(const struct number *x, long n)
{
	const char *s;
	int begun = 0;

	for (s = x->digits; s < x->end; s++) {
		if (*s == '.' || (!begun && *s == '0'))
			continue;
		begun = 1;
		if (n-- == 0)
			return (*s >= '5');
		if (*s != '9')
			return (0);
	}
	return (0);
}

enum pginput
pginput_numeric(const char *s, size_t len, int precision, int scale)
{
	struct number x;
	int special;

	trim(&s, &len);
	if (read_number(&x, s, len) != 0) {
		special = special_number(s, len);
		if (special == 0)
			return (odd_number(s, len));
		if (special == 1)
			return (PGINPUT_TAKEN);
		/* Infinities came with PostgreSQL 14. */
		return (precision > 0 ? PGINPUT_RANGE : PGINPUT_UNSURE);
	}
	if (x.zero)
		return (x.after > NUMERIC_SCALE ? PGINPUT_UNSURE :
		    PGINPUT_TAKEN);
	if (x.whole > NUMERIC_WHOLE || x.after > NUMERIC_SCALE)
		return (PGINPUT_RANGE);
	if (precision <= 0 || x.whole < precision - scale)
		return (PGINPUT_TAKEN);
	if (x.whole > precision - scale || carries(&x, precision))
		return (PGINPUT_RANGE);
	return (PGINPUT_TAKEN);
}

int
pginput_rounds(const char *s, size_t len, int scale)
{
	struct number x;
	long place;
	const char *p;
	int begun = 0;

	trim(&s, &len);
	if (read_number(&x, s, len) != 0 || x.zero)
		return (0);
	/* The first digit that matters stands x.whole places before the
	 * point; look at those that stand behind the scale. */
	place = x.whole;
	for (p = x.digits; p < x.end; p++) {
		if (*p == '.' || (!begun && *p == '0'))
			continue;
		begun = 1;
		if (--place < -(long)scale && *p != '0')
			return (1);
	}
	return (0);
}

/* A float that is not plainly within bounds: as the server, ask strtod. */
static enum pginput
edge_float(const char *s, size_t len, int single)
{
	char text[FLOAT_MOST + 1];
	double d;

	if (len > FLOAT_MOST)
		return (PGINPUT_UNSURE);
	memcpy(text, s, len);
	text[len] = '\0';
	errno = 0;
	d = single ? (double)strtof(text, NULL) : strtod(text, NULL);
	if (errno != ERANGE)
		return (PGINPUT_TAKEN);
	/* A subnormal is taken; nothing, and more than all, are not. */
	return (d == 0.0 || d - d != 0.0 ? PGINPUT_RANGE : PGINPUT_TAKEN);
}

enum pginput
pginput_float(const char *s, size_t len, int single)
{
	const int most = single ? 37 : 307;
	struct number x;

	trim(&s, &len);
	if (read_number(&x, s, len) != 0)
		return (special_number(s, len) != 0 ? PGINPUT_TAKEN :
		    odd_number(s, len));
	if (x.zero || (x.whole < most && x.whole > -most))
		return (PGINPUT_TAKEN);
	return (edge_float(s, len, single));
}

/*
 * Booleans, UUIDs, bytes.
 */

enum pginput
pginput_boolean(const char *s, size_t len)
{
	static const char *const words[] = { "true", "false", "yes", "no" };
	size_t i;

	trim(&s, &len);
	if (len == 1 && (*s == '0' || *s == '1'))
		return (PGINPUT_TAKEN);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (len > 0 && len <= strlen(words[i]) &&
		    strncasecmp(s, words[i], len) == 0)
			return (PGINPUT_TAKEN);
	/* "o" could be either of these. */
	if (is_word(s, len, "on") || is_word(s, len, "of") ||
	    is_word(s, len, "off"))
		return (PGINPUT_TAKEN);
	return (PGINPUT_SYNTAX);
}

/* 32 digits, a hyphen allowed after every four, braces around it all. */
enum pginput
pginput_uuid(const char *s, size_t len)
{
	size_t i, digits = 0;

	if (len >= 2 && s[0] == '{' && s[len - 1] == '}') {
		s++;
		len -= 2;
	}
	for (i = 0; i < len; i++) {
		if (is_hex(s[i]))
			digits++;
		else if (s[i] != '-' || digits == 0 || digits % 4 != 0 ||
		    digits == 32 || s[i - 1] == '-')
			return (PGINPUT_SYNTAX);
	}
	return (digits == 32 ? PGINPUT_TAKEN : PGINPUT_SYNTAX);
}

/* "\x" and pairs of digits, white space between them. */
static enum pginput
hex_bytes(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (strchr(" \n\t\r", s[i]) != NULL && s[i] != '\0')
			continue;
		if (!is_hex(s[i]) || i + 1 >= len || !is_hex(s[i + 1]))
			return (PGINPUT_SYNTAX);
		i++;
	}
	return (PGINPUT_TAKEN);
}

enum pginput
pginput_bytea(const char *s, size_t len)
{
	size_t i;

	if (len >= 2 && s[0] == '\\' && s[1] == 'x')
		return (hex_bytes(s + 2, len - 2));
	for (i = 0; i < len; i++) {
		if (s[i] != '\\')
			continue;
		if (i + 1 < len && s[i + 1] == '\\')
			i++;
		else if (i + 3 < len && s[i + 1] >= '0' && s[i + 1] <= '3' &&
		    s[i + 2] >= '0' && s[i + 2] <= '7' &&
		    s[i + 3] >= '0' && s[i + 3] <= '7')
			i += 3;
		else
			return (PGINPUT_SYNTAX);
	}
	return (PGINPUT_TAKEN);
}

/*
 * Dates and times.
 */

/* Read ${n} digits. */
static int
digits(const char **s, const char *end, size_t n, int *out)
{
	size_t i;

	*out = 0;
	if ((size_t)(end - *s) < n)
		return (0);
	for (i = 0; i < n; i++) {
		if (!is_digit((*s)[i]))
			return (0);
		*out = *out * 10 + ((*s)[i] - '0');
	}
	*s += n;
	return (1);
}

static int
take(const char **s, const char *end, char c)
{

	if (*s == end || **s != c)
		return (0);
	(*s)++;
	return (1);
}

static int
days_in(int year, int month)
{
	static const int days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};
	int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return (days[month - 1] + (month == 2 && leap));
}

/* YYYY-MM-DD: UNSURE when it is not of that form. */
static enum pginput
iso_date(const char **s, const char *end)
{
	int year, month, day;

	if (!digits(s, end, 4, &year) || !take(s, end, '-') ||
	    !digits(s, end, 2, &month) || !take(s, end, '-') ||
	    !digits(s, end, 2, &day) || (*s < end && is_digit(**s)))
		return (PGINPUT_UNSURE);
	if (month < 1 || month > 12 || day < 1 ||
	    day > days_in(year, month))
		return (PGINPUT_RANGE);
	/* There is no year 0, but BC may follow and make it something. */
	return (year == 0 ? PGINPUT_UNSURE : PGINPUT_TAKEN);
}

/* HH:MM[:SS[.FFF]] and a zone, to the end; likewise. */
static enum pginput
iso_time(const char **s, const char *end)
{
	int hour, minute, second = 0, zone_hour, zone_minute = 0;

	if (!digits(s, end, 2, &hour) || !take(s, end, ':') ||
	    !digits(s, end, 2, &minute))
		return (PGINPUT_UNSURE);
	if (take(s, end, ':')) {
		if (!digits(s, end, 2, &second))
			return (PGINPUT_UNSURE);
		if (take(s, end, '.'))
			while (*s < end && is_digit(**s))
				(*s)++;
	}
	if (*s < end && (**s == 'Z' || **s == 'z'))
		(*s)++;
	else if (take(s, end, '+') || take(s, end, '-')) {
		if (!digits(s, end, 2, &zone_hour) || zone_hour > 14 ||
		    (take(s, end, ':') && (!digits(s, end, 2, &zone_minute) ||
		    zone_minute > 59)))
			return (PGINPUT_UNSURE);
	}
	if (*s != end)
		return (PGINPUT_UNSURE);
	return (hour <= 23 && minute <= 59 && second <= 59 ? PGINPUT_TAKEN :
	    hour <= 24 && minute <= 59 && second <= 60 ? PGINPUT_UNSURE :
	    PGINPUT_RANGE);
}

static int
has_word(const char *s, size_t len, const char *word)
{
	size_t n = strlen(word), i;

	for (i = 0; i + n <= len; i++)
		if (strncasecmp(s + i, word, n) == 0)
			return (1);
	return (0);
}

/* A text of no form that is known: refused for certain only when there is
 * neither a digit nor a word in it that could mean a moment. */
static enum pginput
odd_moment(const char *s, size_t len)
{
	static const char *const words[] = {
		"epoch", "infinity", "inf", "now", "today", "tomorrow",
		"yesterday", "allballs"
	};
	size_t i;

	for (i = 0; i < len; i++)
		if (is_digit(s[i]))
			return (PGINPUT_UNSURE);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (has_word(s, len, words[i]))
			return (PGINPUT_UNSURE);
	return (PGINPUT_SYNTAX);
}

enum pginput
pginput_timestamp(const char *s, size_t len)
{
	const char *p, *end;
	enum pginput date;

	trim(&s, &len);
	p = s;
	end = s + len;
	date = iso_date(&p, end);
	if (date == PGINPUT_TAKEN && p == end)
		return (PGINPUT_TAKEN);
	if (date == PGINPUT_UNSURE)
		return (odd_moment(s, len));
	if (date == PGINPUT_TAKEN && (take(&p, end, 'T') ||
	    take(&p, end, ' ')))
		return (iso_time(&p, end));
	/* A bad day is bad whatever else there is, but for an era. */
	return (date == PGINPUT_RANGE && (p == end || *p == 'T' ||
	    *p == ' ') && !has_word(p, (size_t)(end - p), "BC") ?
	    PGINPUT_RANGE : PGINPUT_UNSURE);
}

enum pginput
pginput_date(const char *s, size_t len)
{

	/* What time it was is read, and forgotten. */
	return (pginput_timestamp(s, len));
}

enum pginput
pginput_time(const char *s, size_t len)
{
	const char *p, *end;
	enum pginput time;

	trim(&s, &len);
	p = s;
	end = s + len;
	time = iso_time(&p, end);
	return (time == PGINPUT_UNSURE ? odd_moment(s, len) : time);
}
