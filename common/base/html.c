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

void
html_text(struct buf *b, const char *s, size_t len, size_t most)
{
	struct buf seen = { 0 };
	const char *ref;
	size_t i, from = 0;

	if (most > 0)
		(void)grid_text_cut(s, len, most, &seen);
	else
		(void)grid_text(s, len, &seen);
	for (i = 0; i < seen.len; i++) {
		if ((ref = reference(seen.s[i])) == NULL)
			continue;
		buf_put(b, seen.s + from, i - from);
		buf_puts(b, ref);
		from = i + 1;
	}
	if (seen.len > from)
		buf_put(b, seen.s + from, seen.len - from);
	buf_free(&seen);
}

void
html_text_z(struct buf *b, const char *s)
{

	html_text(b, s, strlen(s), 0);
}
