/*
 * fit - does a JSON value fit a column of PostgreSQL, and if not, what mends it
 *
 * A value goes to the server as text: a string as its bytes, all else as its
 * JSON; a column of type json takes all values as JSON, null is NULL.  What
 * the type's input function would then say is told here without a server
 * (pginput.h).  Nothing is refused that some server may take: where only the
 * server knows (other people's types, domains, odd dates), the answer is
 * FIT_UNSURE, and it is to be asked, or left to decide.
 *
 * Generated columns, defaults and keys are not the value's business.
 */
#ifndef ROWPIPE_SCHEMA_FIT_H
#define ROWPIPE_SCHEMA_FIT_H

#include <stddef.h>

struct arena;
struct column;
struct err;
struct fit;
struct json_value;

enum fit_verdict {
	FIT_YES,
	FIT_UNSURE,		/* only the server knows */
	FIT_NO
};

/**
 * fit_new(c, a):
 * Compile the check for the column ${c}, borrowed for as long as it is used;
 * it lives in the arena ${a}.
 */
struct fit *fit_new(const struct column *c, struct arena *a);

/**
 * fit_check(f, v, a, err):
 * Say whether ${v} fits.  FIT_NO fills ${err}: a message that begins with the
 * column's name and quotes the value, the hint "COMMAND would mend it" (mend.h)
 * where one is known, the status DIAG_BADINPUT and one of these rules, its
 * path being the column as a JSON pointer:
 *
 *     not-null		null, where it may not be
 *     enum		no label of the enumeration
 *     maxLength	more characters than the type has
 *     range		a number that is too large, or not finite
 *     type		not of the type's form: number, boolean, bytea, array,
 *			composite
 *     uuid, date, time, timestamp, interval
 *			not of the form of such a type, or no such day
 *     nul		a string with a NUL, which PostgreSQL cannot hold
 *
 * Memory is taken from ${a}, which may be reset afterwards.
 */
enum fit_verdict fit_check(const struct fit *f, const struct json_value *v,
    struct arena *a, struct err *err);

/**
 * fit_loses(f, v, a, err):
 * Return non-zero when ${v}, which fits, would be stored as another value: a
 * number that is rounded.  Fill ${err} then, as FIT_NO does, with the rule
 * "loss".
 */
int fit_loses(const struct fit *f, const struct json_value *v,
    struct arena *a, struct err *err);

/**
 * fit_refuse(f, v, a, err):
 * Fill ${err} as for a value that is not of the type's form, because the server
 * has said so; return FIT_NO.
 */
enum fit_verdict fit_refuse(const struct fit *f, const struct json_value *v,
    struct arena *a, struct err *err);

/**
 * fit_text(f, v, a, len):
 * Return the text, *${len} bytes, as which ${v} goes to the server; NULL for
 * NULL, and for arrays and objects that are no JSON there.  Borrowed from
 * ${v}, or in the arena ${a}.
 */
const char *fit_text(const struct fit *f, const struct json_value *v,
    struct arena *a, size_t *len);

#endif
