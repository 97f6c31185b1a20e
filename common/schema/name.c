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

/* Bytes of the first name of the list ${s}. */
static size_t
first_name(const char *s)
{
	int quoted = 0;
	size_t n;

	for (n = 0; s[n] != '\0' && (quoted || s[n] != ','); n++)
		quoted ^= s[n] == '"';
	return (n);
}

/* How many names the list ${s} has, at least one. */
static size_t
count_names(const char *s)
{
	size_t n = 1;

	while (*(s += first_name(s)) != '\0') {
		n++;
		s++;
	}
	return (n);
}

void
name_list(const struct opt_list *list, enum name_case fold,
    struct opt_list *names, struct arena *a)
{
	struct name name;
	const char *s;
	size_t i, k, len, n = 0;

	for (i = 0; i < list->n; i++)
		n += count_names(list->v[i]);
	names->n = 0;
	names->v = arena_alloc(a, n * sizeof(*names->v));
	for (i = 0; i < list->n; i++) {
		s = list->v[i];
		for (k = count_names(s); k > 0; k--) {
			len = first_name(s);
			name_read(s, len, fold, &name, a);
			names->v[names->n++] = name.part[name.n - 1];
			s += len + 1;
		}
	}
}
