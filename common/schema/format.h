/*
 * format - the values of JSON Schema's "format", and three of our own
 *
 * Every format of draft-07 and 2020-12: date-time, date, time, duration,
 * email, idn-email, hostname, idn-hostname, ipv4, ipv6, uri, uri-reference,
 * iri, iri-reference, uri-template, uuid, json-pointer, relative-json-pointer
 * and regex; and slug (words of a-z and 0-9 joined by single hyphens), ascii
 * (no byte above 127) and printable (no control character, no line separator,
 * nothing that turns the direction of text around, no noncharacter).  Each
 * check is the grammar of the RFC that JSON Schema names, whole and no more;
 * the sources stand beside the code (format_time.c, format_host.c,
 * format_email.c, format_uri.c, format_text.c).
 *
 * Text is decoded, valid UTF-8, and may hold NUL, which no format but ascii
 * takes.  Nothing is allocated except for internationalized host names,
 * including those written with xn--, and for regex.
 */
#ifndef ROWPIPE_SCHEMA_FORMAT_H
#define ROWPIPE_SCHEMA_FORMAT_H

#include <stddef.h>

/**
 * format_find(name, len):
 * Return the id of the format whose name is the ${len} bytes at ${name}, a
 * small number, or -1 when there is none.  Names are case-sensitive.
 */
int format_find(const char *name, size_t len);

/**
 * format_find_draft7(name, len):
 * As format_find, for a schema of draft-07: there relative-json-pointer has
 * no index manipulation (0+1/a).
 */
int format_find_draft7(const char *name, size_t len);

/**
 * format_check(format, s, len):
 * Return 1 when the ${len} bytes at ${s} are a value of the format with the
 * id ${format}, else 0.
 */
int format_check(int format, const char *s, size_t len);

/**
 * format_name(format), format_hint(format):
 * The name of a format, NULL beyond the last, and what a valid value looks
 * like, as part of a sentence ("2026-11-21T16:05:00Z, with an offset"): both
 * static.
 */
const char *format_name(int format);
const char *format_hint(int format);

#endif
