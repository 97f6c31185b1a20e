#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/err.h"
#include "base/fault.h"
#include "jq/builtin_lib.h"
#include "jq/date.h"
#include "jq/number.h"

/*
 * Times travel as an array of year, month from 0, day, hour, minute, second
 * with its fraction, day of the week, day of the year.
 */
#define PARTS 8

/*
 * The whole second below the number ${v}, and what is above it to the last
 * digit.
 */
static int
split_seconds(struct run *r, struct value *v, int64_t *t, double *frac)
{
	struct decimal d, whole, rest;
	struct err err = ERR_INIT;
	struct buf *b = run_buf(r);
	int rc = -1;

	*frac = 0;
	if (number_is_nan(v))
		return (-1);
	*t = number_floor_int(v);
	if (*t > DATE_SECONDS_MAX || *t < -DATE_SECONDS_MAX)
		return (-1);
	if (v->kind == VALUE_INT)
		return (0);
	value_put(run_heap(r), b, v);
	decimal_parse(&d, b->s, b->len);
	whole = decimal_int(*t);
	if (decimal_sub(&rest, &d, &whole, &err) == 0) {
		*frac = decimal_to_double(&rest);
		decimal_free(&rest);
		rc = 0;
	}
	decimal_free(&d);
	return (rc);
}

/* The second of the minute with its fraction. */
static struct value
seconds(struct run *r, int second, double frac)
{
	struct decimal d = decimal_double(frac), whole = decimal_int(second);
	struct decimal sum;
	struct err err = ERR_INIT;
	struct value v;

	if (frac <= 0 || decimal_add(&sum, &d, &whole, &err) != 0)
		return (value_int(second));
	v = number_of_double(run_heap(r), decimal_to_double(&sum));
	decimal_free(&sum);
	return (v);
}

static int
broken_down(struct run *r, const struct date *d, double frac,
    struct value *out)
{
	struct value_heap *h = run_heap(r);

	*out = value_array(h, PARTS);
	value_push(h, out, value_int(d->year));
	value_push(h, out, value_int(d->month));
	value_push(h, out, value_int(d->day));
	value_push(h, out, value_int(d->hour));
	value_push(h, out, value_int(d->minute));
	value_push(h, out, seconds(r, d->second, frac));
	value_push(h, out, value_int(d->weekday));
	value_push(h, out, value_int(d->yearday));
	return (BUILTIN_VALUE);
}

/* One number of a broken down time; absurd ones are held in bounds. */
static int
read_part(struct run *r, const struct value *v, size_t i, int64_t *out)
{
	const int64_t most = 1000000000;
	const struct value *x = &v->u.arr->v[i];

	*out = i == 2;
	if (i >= v->u.arr->n)
		return (BUILTIN_VALUE);
	if (!value_is_number(x))
		return (run_error(r, "a parsed datetime has numbers only"));
	*out = number_floor_int(x);
	if (*out > most || *out < -most)
		return (run_error(r, "datetime is out of range"));
	return (BUILTIN_VALUE);
}

/* The date that an array stands for, its day of the week as it says. */
static int
read_date(struct run *r, struct value *v, struct date *d, const char *name)
{
	int64_t part[PARTS];
	size_t i;

	*d = (struct date){ .zone = "UTC" };
	value_open(run_heap(r), v);
	if (v->u.arr->n == 0)
		return (run_error(r, "%s requires parsed datetime inputs",
		    name));
	for (i = 0; i < PARTS; i++)
		if (read_part(r, v, i, &part[i]) == BUILTIN_FAIL)
			return (BUILTIN_FAIL);
	d->year = part[0];
	d->month = (int)part[1];
	d->day = (int)part[2];
	d->hour = (int)part[3];
	d->minute = (int)part[4];
	d->second = (int)part[5];
	if (v->u.arr->n == PARTS) {
		d->weekday = (int)part[6];
		d->yearday = (int)part[7];
	} else
		date_complete(d);
	return (BUILTIN_VALUE);
}

static int
to_parts(struct run *r, struct value *v, struct value *out, const char *name,
    void (*from)(struct date *d, int64_t t))
{
	double frac;
	struct date d;
	int64_t t;

	if (!value_is_number(v))
		return (run_error(r, "%s() requires a number", name));
	if (split_seconds(r, v, &t, &frac) != 0)
		return (run_error(r, "%s(): time is out of range", name));
	from(&d, t);
	return (broken_down(r, &d, frac, out));
}

static int
f_gmtime(struct run *r, struct value *v, struct value *out)
{

	return (to_parts(r, v, out, "gmtime", date_gmtime));
}

static int
f_localtime(struct run *r, struct value *v, struct value *out)
{

	return (to_parts(r, v, out, "localtime", date_localtime));
}

static int
f_mktime(struct run *r, struct value *v, struct value *out)
{
	struct date d;
	int64_t t;

	if (!value_is_array(v))
		return (run_error(r, "mktime requires array inputs"));
	if (read_date(r, v, &d, "mktime") == BUILTIN_FAIL)
		return (BUILTIN_FAIL);
	if (date_seconds(&d, &t) != 0)
		return (run_error(r, "datetime is out of range"));
	*out = value_int(t);
	return (BUILTIN_VALUE);
}

static int
format(struct run *r, struct value *v, struct value *out, int local)
{
	const char *name = local ? "strflocaltime/1" : "strftime/1";
	struct err err = ERR_INIT;
	double frac;
	struct date d;
	const char *s;
	struct buf *b;
	size_t len;
	int64_t t;

	if (!value_is_number(&v[0]) && !value_is_array(&v[0]))
		return (run_error(r, "%s requires parsed datetime inputs",
		    name));
	if (!value_is_string(&v[1]))
		return (run_error(r, "%s requires a string format", name));
	if (value_is_array(&v[0])) {
		if (read_date(r, &v[0], &d, name) == BUILTIN_FAIL)
			return (BUILTIN_FAIL);
		if (local)
			date_locate(&d);
	} else {
		if (split_seconds(r, &v[0], &t, &frac) != 0)
			return (run_error(r, "%s: time is out of range",
			    name));
		(local || fault_planted("zone") ? date_localtime :
		    date_gmtime)(&d, t);
	}
	s = value_bytes(run_heap(r), &v[1], &len);
	b = run_buf(r);
	if (date_format(b, s, len, &d, &err) != 0)
		return (run_error(r, "%s: %s", name, err.msg));
	*out = value_str_lossy(run_heap(r), b->s, b->len);
	return (BUILTIN_VALUE);
}

static int
f_strftime(struct run *r, struct value *v, struct value *out)
{

	return (format(r, v, out, 0));
}

static int
f_strflocaltime(struct run *r, struct value *v, struct value *out)
{

	return (format(r, v, out, 1));
}

static int
mismatch(struct run *r, const char *s, size_t len, const char *fmt,
    size_t flen)
{

	return (run_error(r, "date \"%.*s\" does not match format \"%.*s\"",
	    (int)len, s, (int)flen, fmt));
}

static int
f_strptime(struct run *r, struct value *v, struct value *out)
{
	const char *s, *fmt;
	size_t len, flen;
	struct date d;
	int parts;

	if (!value_is_string(&v[0]) || !value_is_string(&v[1]))
		return (run_error(r,
		    "strptime/1 requires string inputs and arguments"));
	s = value_bytes(run_heap(r), &v[0], &len);
	fmt = value_bytes(run_heap(r), &v[1], &flen);
	if (date_parse(s, len, fmt, flen, &d, NULL, &parts) != 0)
		return (mismatch(r, s, len, fmt, flen));
	return (broken_down(r, &d, 0, out));
}

static int
f_now(struct run *r, struct value *v, struct value *out)
{
	struct timespec t;
	long micro;

	(void)v;
	(void)clock_gettime(CLOCK_REALTIME, &t);
	micro = t.tv_nsec / 1000;
	*out = number_of_double(run_heap(r), (double)t.tv_sec +
	    (double)micro / 1e6);
	return (BUILTIN_VALUE);
}

const struct builtin builtin_date[] = {
	{ "gmtime", 0, f_gmtime, BUILTIN_PURE },
	{ "localtime", 0, f_localtime, 0 },
	{ "mktime", 0, f_mktime, BUILTIN_PURE },
	{ "now", 0, f_now, 0 },
	{ "strflocaltime", 1, f_strflocaltime, 0 },
	{ "strftime", 1, f_strftime, BUILTIN_PURE },
	{ "strptime", 1, f_strptime, BUILTIN_PURE },
	{ NULL, 0, NULL, 0 }
};

#define ISO "\"%Y-%m-%dT%H:%M:%SZ\""

const struct builtin_def builtin_date_defs[] = {
	{ "todateiso8601", 0, "def todateiso8601: strftime(" ISO ");" },
	{ "fromdateiso8601", 0,
	    "def fromdateiso8601: strptime(" ISO ") | mktime;" },
	{ "dateadd", 2, "def dateadd(u; n): . + n;" },
	{ "datesub", 2, "def datesub(u; n): . - n;" },
	{ "date", 0, "def date: todateiso8601;" },
	{ "todate", 0, "def todate: todateiso8601;" },
	{ "fromdate", 0, "def fromdate: fromdateiso8601;" },
	{ NULL, 0, NULL }
};
