#include <string.h>

#include "schema/format.h"
#include "schema/format_private.h"

static const struct {
	const char	*name;
	int		(*check)(const char *, size_t);
	const char	*hint;
} formats[] = {
	{ "date-time", format_is_date_time,
	    "a date and time with an offset: 2026-11-21T16:05:00Z" },
	{ "date", format_is_date, "a day that exists: 2026-11-21" },
	{ "time", format_is_time, "a time with an offset: 16:05:00Z" },
	{ "duration", format_is_duration,
	    "units in order, none left out between: P1Y2M3DT4H5M6S" },
	{ "email", format_is_email, "a mailbox: ann@example.com" },
	{ "idn-email", format_is_idn_email,
	    "a mailbox, in any script: ann@example.com" },
	{ "hostname", format_is_hostname,
	    "labels of letters, digits and inner hyphens: www.example.com" },
	{ "idn-hostname", format_is_idn_hostname,
	    "a host name in any script, as IDNA2008 has it: www.example.com" },
	{ "ipv4", format_is_ipv4,
	    "four numbers up to 255 without leading zeros: 192.0.2.1" },
	{ "ipv6", format_is_ipv6,
	    "eight groups of hex digits, zeros as :: once: 2001:db8::1" },
	{ "uri", format_is_uri,
	    "a URI, all else as %XX: https://example.com/a%20b" },
	{ "uri-reference", format_is_uri_reference,
	    "a URI, or one relative to another: ../a%20b?c=d" },
	{ "iri", format_is_iri,
	    "a URI in any script: https://example.com/a%20b" },
	{ "iri-reference", format_is_iri_reference,
	    "an IRI, or one relative to another: ../a%20b?c=d" },
	{ "uri-template", format_is_uri_template,
	    "a URI with variables in braces: /users/{id}{?page}" },
	{ "uuid", format_is_uuid,
	    "hex digits as 8-4-4-4-12: 017f22e2-79b0-7cc3-98c4-dc0c0c07398f" },
	{ "json-pointer", format_is_json_pointer,
	    "parts that begin with /, in them ~ as ~0, / as ~1: /a/0" },
	{ "relative-json-pointer", format_is_relative_json_pointer,
	    "a number of levels up, then a pointer or #: 1/a or 0#" },
	{ "regex", format_is_regex,
	    "a regular expression of ECMA-262 with the flag u: ^[a-z]+$" },
	{ "slug", format_is_slug,
	    "words of a-z and 0-9 joined by single hyphens: spring-sale-2" },
	{ "ascii", format_is_ascii, "ASCII characters alone" },
	{ "printable", format_is_printable, "text without control characters" },
	/* Found before the others of their name when draft-07 is meant. */
	{ "relative-json-pointer", format_is_old_json_pointer,
	    "a number of levels up, then a pointer or #: 1/a or 0#" },
};

#define NFORMATS (sizeof(formats) / sizeof(formats[0]))
#define NOLD	1		/* of draft-07, at the end */

static int
is_name(size_t i, const char *name, size_t len)
{

	return (strlen(formats[i].name) == len &&
	    memcmp(formats[i].name, name, len) == 0);
}

int
format_find(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < NFORMATS - NOLD; i++)
		if (is_name(i, name, len))
			return ((int)i);
	return (-1);
}

int
format_find_draft7(const char *name, size_t len)
{
	size_t i;

	for (i = NFORMATS - NOLD; i < NFORMATS; i++)
		if (is_name(i, name, len))
			return ((int)i);
	return (format_find(name, len));
}

int
format_check(int format, const char *s, size_t len)
{

	return (formats[format].check(s, len));
}

const char *
format_name(int format)
{

	return ((size_t)format < NFORMATS ? formats[format].name : NULL);
}

const char *
format_hint(int format)
{

	return (formats[format].hint);
}
