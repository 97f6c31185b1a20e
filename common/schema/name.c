#include <string.h>

#include "base/arena.h"
#include "schema/name.h"

static int
is_start(char c)
{

	return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    c == '_' || (unsigned char)c >= 0x80);
}

static int
is_inside(char c)
{

	return (is_start(c) || (c >= '0' && c <= '9') || c == '$');
}

/* Copy the part at ${s} that begins with a quote, without its quotes, to
 * ${dst}.  Return the place after it, or NULL when it has no end or
 * is empty. */
static const char *
read_quoted(const char *s, const char *end, char *dst)
{
	char *p = dst;

	for (s++; s < end; s++) {
		if (*s == '"') {
			if (s + 1 == end || s[1] != '"') {
				*p = '\0';
				return (p == dst ? NULL : s + 1);
			}
			s++;
		}
		*p++ = *s;
	}
	return (NULL);
}

static const char *
read_plain(const char *s, const char *end, enum name_case fold, char *dst)
{

	if (s == end || !is_start(*s))
		return (NULL);
	for (; s < end && is_inside(*s); s++)
		*dst++ = fold == NAME_LOWER && *s >= 'A' && *s <= 'Z' ?
		    (char)(*s | 0x20) : *s;
	*dst = '\0';
	return (s);
}

/* Return 0 when all of it is a name as SQL has it. */
static int
read_sql(const char *s, const char *end, enum name_case fold,
    struct name *name, struct arena *a)
{
	char *part;

	for (name->n = 0; name->n < NAME_PARTS; s++) {
		part = arena_alloc(a, (size_t)(end - s) + 1);
		s = s < end && *s == '"' ? read_quoted(s, end, part) :
		    read_plain(s, end, fold, part);
		if (s == NULL)
			return (-1);
		name->part[name->n++] = part;
		if (s == end)
			return (0);
		if (*s != '.')
			return (-1);
	}
	return (-1);
}

void
name_read(const char *s, size_t len, enum name_case fold, struct name *name,
    struct arena *a)
{

	if (read_sql(s, s + len, fold, name, a) == 0)
		return;
	name->n = 1;
	name->part[0] = arena_dup(a, s, len);
}

size_t
name_end(const char *s)
{
	int quoted = 0;
	size_t i;

	for (i = 0; s[i] != '\0' && (quoted || s[i] != '='); i++)
		quoted ^= s[i] == '"';
	return (i);
}
