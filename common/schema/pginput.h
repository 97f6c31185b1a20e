/*
 * pginput - what PostgreSQL's input functions take
 *
 * Tells from the text of a value, without a server, whether a type will take
 * it.  The forms are those of the manual's chapter 8 (Data Types); what only
 * some versions take, and what depends on the server's settings, is
 * PGINPUT_UNSURE: the server has the last word.  TAKEN and the two refusals
 * are certain for every supported version.
 */
#ifndef ROWPIPE_SCHEMA_PGINPUT_H
#define ROWPIPE_SCHEMA_PGINPUT_H

#include <stddef.h>
#include <stdint.h>

enum pginput {
	PGINPUT_TAKEN,
	PGINPUT_UNSURE,
	PGINPUT_SYNTAX,		/* refused: not of the type's form */
	PGINPUT_RANGE		/* refused: of that form, but too large, or
				   a day that no calendar has */
};

/**
 * pginput_integer(s, len, min, max):
 * An integer type that goes from ${min} to ${max}.
 */
enum pginput pginput_integer(const char *s, size_t len, int64_t min,
    int64_t max);

/**
 * pginput_numeric(s, len, precision, scale):
 * numeric(precision, scale), or numeric when ${precision} is -1.
 */
enum pginput pginput_numeric(const char *s, size_t len, int precision,
    int scale);

/**
 * pginput_rounds(s, len, scale):
 * Return non-zero when a numeric of ${scale} would round the number, which was
 * taken.
 */
int pginput_rounds(const char *s, size_t len, int scale);

/**
 * pginput_float(s, len, single):
 * double precision, or real when ${single}.
 */
enum pginput pginput_float(const char *s, size_t len, int single);

/**
 * pginput_boolean(s, len), pginput_uuid(s, len), pginput_bytea(s, len):
 * The types of these names.
 */
enum pginput pginput_boolean(const char *s, size_t len);
enum pginput pginput_uuid(const char *s, size_t len);
enum pginput pginput_bytea(const char *s, size_t len);

/**
 * pginput_date(s, len), pginput_time(s, len), pginput_timestamp(s, len):
 * date; time with or without time zone; timestamp with or without time zone.
 * Certain are ISO 8601's forms as rows have them, and what has no digit and
 * is none of the words that PostgreSQL knows.
 */
enum pginput pginput_date(const char *s, size_t len);
enum pginput pginput_time(const char *s, size_t len);
enum pginput pginput_timestamp(const char *s, size_t len);

#endif
