#include <string.h>

#include "base/buf.h"
#include "base/grid.h"
#include "base/html.h"

/* The reference for ${c}, or NULL when it may stand as it is. */
static const char *
reference(char c)
{

	switch (c) {
	case '&':
		return ("&amp;");
	case '<':
		return ("&lt;");
	case '>':
		return ("&gt;");
	case '"':
		return ("&quot;");
	case '\'':
		return ("&#39;");
	default:
		return (NULL);
	}
}

/* How many bytes more ${len} bytes take with references in them. */
static size_t
growth(const char *s, size_t len)
{
	const char *ref;
	size_t i, n = 0;

	for (i = 0; i < len; i++)
		if ((ref = reference(s[i])) != NULL)
			n += strlen(ref) - 1;
	return (n);
}

void
html_text(struct buf *b, const char *s, size_t len, size_t most)
{
	size_t at = b->len, from, to, n;
	const char *ref;

	if (most > 0)
		(void)grid_text_cut(s, len, most, b);
	else
		(void)grid_text(s, len, b);
	if ((n = growth(b->s + at, b->len - at)) == 0)
		return;
	/* In place, from the end on. */
	(void)buf_need(b, n);
	from = b->len;
	to = b->len += n;
	while (from > at) {
		if ((ref = reference(b->s[--from])) == NULL) {
			b->s[--to] = b->s[from];
			continue;
		}
		to -= strlen(ref);
		memcpy(b->s + to, ref, strlen(ref));
	}
}

void
html_text_z(struct buf *b, const char *s)
{

	html_text(b, s, strlen(s), 0);
}
