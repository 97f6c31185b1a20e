#include <string.h>

#include "jq/splitter.h"

#define RS	'\036'		/* between texts in application/json-seq */

static int
is_space(char c)
{

	return (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == RS);
}

/* After the string that starts at ${i}; ${len} when it does not end. */
static size_t
string_end(const char *s, size_t len, size_t i)
{

	for (i++; i < len; i++) {
		if (s[i] == '\\')
			i++;
		else if (s[i] == '"')
			return (i + 1);
	}
	return (len + 1);
}

/* After the array or object that starts at ${i}; beyond ${len} likewise. */
static size_t
nest_end(const char *s, size_t len, size_t i)
{
	size_t depth = 0;

	while (i < len) {
		switch (s[i]) {
		case '"':
			i = string_end(s, len, i);
			continue;
		case '[': case '{':
			depth++;
			break;
		case ']': case '}':
			if (--depth == 0)
				return (i + 1);
			break;
		default:
			break;
		}
		i++;
	}
	return (len + 1);
}

static size_t
word_end(const char *s, size_t len, size_t i, int end)
{

	for (i++; i < len; i++)
		if (is_space(s[i]) || strchr("[]{}\",:", s[i]) != NULL)
			return (i);
	return (end ? len : len + 1);
}

int
splitter_text(const char *s, size_t len, size_t *at, int end,
    const char **text, size_t *n)
{
	size_t i = *at, stop;

	while (i < len && is_space(s[i]))
		i++;
	*at = i;
	if (i == len)
		return (0);
	if (s[i] == '[' || s[i] == '{')
		stop = nest_end(s, len, i);
	else if (s[i] == '"')
		stop = string_end(s, len, i);
	else
		stop = word_end(s, len, i, end);
	if (stop > len) {
		if (!end)
			return (0);
		stop = len;
	}
	*text = s + i;
	*n = stop - i;
	*at = stop;
	return (1);
}
