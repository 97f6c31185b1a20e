/*
 * Mailboxes: RFC 5321 section 4.1.2 with the lengths of 4.5.3.1; RFC 6531
 * section 3.3 for those that are not ASCII.
 */
#include <string.h>

#include "schema/format_private.h"

#define LOCAL_MAX	64
#define MAILBOX_MAX	254	/* a path has 256, with its < and > */

/* 1: atext; 2: the dot.  Beyond ASCII, 4. */
static const unsigned char atom[256] = {
#define W4	4, 4, 4, 4
#define W16	W4, W4, W4, W4
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 1, 0, 1, 1, 1, 1, 1, 0, 0, 1, 1, 0, 1, 2, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 0, 1,
	0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0,
	W16, W16, W16, W16, W16, W16, W16, W16
#undef W4
#undef W16
};

/* Where the atoms and dots end, 0 when a dot is not between two atoms. */
static size_t
span_atoms(const char *s, size_t len, unsigned allowed)
{
	unsigned last = 2, now, trouble = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		now = atom[(unsigned char)s[i]];
		if ((now & allowed) == 0)
			break;
		trouble |= last & now & 2;
		last = now;
	}
	return (((trouble | last) & 2) != 0 ? 0 : i);
}

/* Where the quoted string at ${s} ends, 0 when it does not. */
static size_t
span_quoted(const char *s, size_t len, int international)
{
	size_t i;

	for (i = 1; i < len && s[i] != '"'; i++) {
		if (s[i] == '\\') {
			i++;
			if (i == len || s[i] < ' ' || s[i] > '~')
				return (0);
		} else if ((unsigned char)s[i] >= 0x80 ? !international :
		    s[i] < ' ' || s[i] > '~')
			return (0);
	}
	return (i < len ? i + 1 : 0);
}

/*
 * What stands between [ and ]: in numbers, zeros may lead.  IPv6 is the only
 * tag that was ever registered; its "::" stands for two groups or more here.
 */
static int
is_literal(const char *s, size_t len)
{
	static const char tag[] = "ipv6:";
	size_t i;

	if (len < 5 || (s[0] | 0x20) != 'i')
		return (format_quad(s, len, 1));
	for (i = 0; tag[i] != '\0'; i++)
		if ((s[i] >= 'A' && s[i] <= 'Z' ? s[i] | 0x20 : s[i]) != tag[i])
			return (0);
	return (format_ipv6_groups(s + i, len - i, 2));
}

static int
is_mailbox(const char *s, size_t len, int international)
{
	size_t at;

	if (len < 3 || len > MAILBOX_MAX)
		return (0);
	if (s[0] == '"')
		at = span_quoted(s, len, international);
	else
		at = span_atoms(s, len, international ? 7 : 3);
	if (at == 0 || at > LOCAL_MAX || at + 1 >= len || s[at] != '@')
		return (0);
	s += at + 1;
	len -= at + 1;
	if (s[0] == '[')
		return (s[len - 1] == ']' && is_literal(s + 1, len - 2));
	return (format_domain(s, len) ||
	    (international && format_idn_domain(s, len)));
}

int
format_is_email(const char *s, size_t len)
{

	return (is_mailbox(s, len, 0));
}

int
format_is_idn_email(const char *s, size_t len)
{

	return (is_mailbox(s, len, 1));
}
