/*
 * canon_as - the canonical form of a value of a column whose type is known
 *
 * A type says more than JSON does about which values are the same.  A value is
 * taken to be another first, and then has the form that canon.h describes:
 *
 *     number     a string that is a number is that number; "NaN", "Infinity"
 *                and "-Infinity" are spelled so ("nan", "inf", "+inf", ...)
 *     double     the same, and then the number of the fewest digits that has
 *                the same nearest IEEE 754 double, if that is finite
 *     single     the same, by that double rounded to a single
 *     boolean    0 and 1 are false and true, as are the strings "0" "1" "f"
 *                "t" "false" "true" in any case
 *     uuid       in lower case, 8-4-4-4-12 digits, without braces
 *     instant    YYYY-MM-DDThh:mm:ss[.fraction]Z (base/instant.h)
 *     timestamp  the same without a zone
 *     time       hh:mm:ss[.fraction]
 *     timetz     the same with its zone: Z or +hh:mm
 *     json       a string that is the text of a JSON object or array is that
 *                object or array; other strings are themselves
 *     bytes      the digits of a string "\x..." in lower case
 *
 * A value that is not of the form its type wants stays what it is, so that two
 * that differ are never taken to be the same.
 */
#ifndef ROWPIPE_JSON_CANON_AS_H
#define ROWPIPE_JSON_CANON_AS_H

#include "json/json.h"

struct buf;

enum canon_as {
	CANON_AS_IS, CANON_AS_NUMBER, CANON_AS_DOUBLE, CANON_AS_SINGLE,
	CANON_AS_BOOLEAN, CANON_AS_UUID, CANON_AS_INSTANT,
	CANON_AS_TIMESTAMP, CANON_AS_TIME, CANON_AS_TIMETZ, CANON_AS_JSON,
	CANON_AS_BYTES
};

/**
 * canon_put_as(as, v, b):
 * Append the canonical form of ${v}, a value of that type, to ${b}.
 */
void canon_put_as(enum canon_as as, const struct json_value *v,
    struct buf *b);

#endif
