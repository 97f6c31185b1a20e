/*
 * format_private - the checks behind format.h, for its own files
 *
 * Each takes the ${len} bytes at ${s}, valid UTF-8, and returns 1 when they
 * are what its name says, else 0.
 */
#ifndef ROWPIPE_SCHEMA_FORMAT_PRIVATE_H
#define ROWPIPE_SCHEMA_FORMAT_PRIVATE_H

#include <stddef.h>

int format_is_date(const char *s, size_t len);
int format_is_time(const char *s, size_t len);
int format_is_date_time(const char *s, size_t len);
int format_is_duration(const char *s, size_t len);

int format_is_hostname(const char *s, size_t len);
int format_is_idn_hostname(const char *s, size_t len);
int format_is_ipv4(const char *s, size_t len);
int format_is_ipv6(const char *s, size_t len);

int format_is_email(const char *s, size_t len);
int format_is_idn_email(const char *s, size_t len);

int format_is_uri(const char *s, size_t len);
int format_is_uri_reference(const char *s, size_t len);
int format_is_iri(const char *s, size_t len);
int format_is_iri_reference(const char *s, size_t len);
int format_is_uri_template(const char *s, size_t len);

int format_is_uuid(const char *s, size_t len);
int format_is_json_pointer(const char *s, size_t len);
int format_is_relative_json_pointer(const char *s, size_t len);
int format_is_old_json_pointer(const char *s, size_t len);
int format_is_regex(const char *s, size_t len);
int format_is_slug(const char *s, size_t len);
int format_is_ascii(const char *s, size_t len);
int format_is_printable(const char *s, size_t len);

/*
 * Above, format_is_old_json_pointer is the relative JSON pointer of draft-07.
 */

/**
 * format_domain(s, len):
 * As format_is_hostname, but any label of letters, digits and hyphens will do,
 * whatever it begins with, and so will an address: what mail goes to.
 */
int format_domain(const char *s, size_t len);

/**
 * format_idn_domain(s, len):
 * As format_is_idn_hostname, but only "." separates labels.
 */
int format_idn_domain(const char *s, size_t len);

/**
 * format_ipv6_groups(s, len, gap):
 * As format_is_ipv6, where a "::" must stand for at least ${gap} groups.
 */
int format_ipv6_groups(const char *s, size_t len, int gap);

/**
 * format_quad(s, len, zeros):
 * Four numbers up to 255 of at most three digits, with dots between; zeros may
 * lead when ${zeros}.
 */
int format_quad(const char *s, size_t len, int zeros);

/**
 * format_hex(c):
 * Whether ${c} is a hex digit.
 */
static inline int
format_hex(char c)
{

	return ((c >= '0' && c <= '9') ||
	    ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'));
}

#endif
