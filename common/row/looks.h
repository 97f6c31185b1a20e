/*
 * looks - what a string looks like, and what the strings of a field do
 *
 * Each kind is narrow: a string is of it only when a program that takes such
 * values would take it, so that "1. March" is no date.
 *
 *     uuid       36 characters, hexadecimal in any case (RFC 9562)
 *     date       2024-02-29: a day that exists, years 0000 to 9999
 *     timestamp  a date, T or a blank, and a time
 *     time       23:59, 23:59:60, 23:59:59.123, perhaps with a zone: Z, +02,
 *                +02:00, +0200
 *     e-mail     a mailbox of RFC 5321 without quotes, at a name with a dot
 *     url        scheme://host, RFC 3986 with a host by name or IPv4 address
 *     boolean    true, false, yes, no, on, off, t, f, y, n in any case
 *     integer    digits, perhaps after a sign, no zero in front
 *     number     as JSON writes them, or with a plus sign; integers are, too
 *     json       the text of a JSON array or object
 *
 * RFC 3339 is stricter about time than people are; two more kinds say which
 * strings JSON Schema's formats "date-time" and "time" allow.
 */
#ifndef ROWPIPE_ROW_LOOKS_H
#define ROWPIPE_ROW_LOOKS_H

#include <stddef.h>
#include <stdint.h>

struct json_reader;

enum looks {			/* in the order in which they are tried */
	LOOKS_UUID, LOOKS_DATE, LOOKS_TIMESTAMP, LOOKS_TIME, LOOKS_EMAIL,
	LOOKS_URL, LOOKS_BOOLEAN, LOOKS_INTEGER, LOOKS_NUMBER, LOOKS_JSON,
	LOOKS_KINDS,			/* how many of these there are */
	LOOKS_RFC_DATETIME = LOOKS_KINDS, LOOKS_RFC_TIME
};

/**
 * looks_of(s, len, r):
 * Return the kinds that the ${len} bytes of UTF-8 at ${s} look like, bit
 * 1 << kind for each.  The reader ${r} is used to look into JSON; what it
 * read before is gone then.
 */
unsigned int looks_of(const char *s, size_t len, struct json_reader *r);

/**
 * looks_name(kind):
 * "uuid", "date", ..., of those below LOOKS_KINDS.
 */
const char *looks_name(enum looks kind);

/*
 * What many strings look like: how many of each combination of kinds, and the
 * first of each.
 */
#define LOOKS_EXAMPLE 60	/* bytes of an example */
#define LOOKS_COMBINATIONS 16	/* more are counted as none */

struct looks_tally {
	struct looks_group {
		uint64_t	count;
		unsigned int	kinds;
		unsigned int	len;	/* of the example */
		int		cut;	/* it was longer */
		char		example[LOOKS_EXAMPLE];
	}			groups[LOOKS_COMBINATIONS];
	size_t			n, last;
	uint64_t		count;	/* of all strings */
};

/**
 * looks_add(t, kinds, s, len):
 * Count the string of ${len} bytes at ${s}, which looks_of found to be of
 * ${kinds}.  { 0 } is a tally of none.
 */
void looks_add(struct looks_tally *t, unsigned int kinds, const char *s,
    size_t len);

/**
 * looks_count(t, kind):
 * How many of the strings are of the ${kind}.
 */
uint64_t looks_count(const struct looks_tally *t, enum looks kind);

/**
 * looks_most(t, kind):
 * Store the kind that at least nine strings in ten are of in *${kind} and
 * return how many are, or return 0 when there is none.
 */
uint64_t looks_most(const struct looks_tally *t, enum looks *kind);

/**
 * looks_unlike(t, kind):
 * The group of the first string that is not of the ${kind}, whose example it
 * is, borrowed from ${t}; NULL when all are.
 */
const struct looks_group *looks_unlike(const struct looks_tally *t,
    enum looks kind);

#endif
