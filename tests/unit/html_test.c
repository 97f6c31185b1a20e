#include <string.h>

#include "base/buf.h"
#include "base/html.h"
#include "tap.h"

static void
is_html(const char *s, size_t len, size_t most, const char *want,
    const char *title)
{
	struct buf b = { 0 };

	buf_puts(&b, "<p>");
	html_text(&b, s, len, most);
	is_text(buf_z(&b), b.len, want, title);
	buf_free(&b);
}

int
main(void)
{
	char specials[1000], want[5 * sizeof(specials) + 4] = "<p>";
	size_t i;

	is_html("", 0, 0, "<p>", "nothing is nothing");
	is_html("a \"b\" & <c> 'd'", 15, 0,
	    "<p>a &quot;b&quot; &amp; &lt;c&gt; &#39;d&#39;",
	    "what could be markup is a reference, what was there stays");
	is_html("&lt;", 4, 0, "<p>&amp;lt;", "so is what looks like one");
	is_html("<\0>\n\x1b\xe2\x80\xae", 8, 0,
	    "<p>&lt;\\x00&gt;\\n\\x1b\\u{202e}",
	    "what cannot be seen is escaped");
	is_html("\xff<\xc3\xa9", 4, 0, "<p>\\xff&lt;\xc3\xa9",
	    "so is what is not UTF-8");
	is_html("<<<<<<<<", 8, 6, "<p>&lt;&lt;&lt;...",
	    "a reference counts as what it stands for, and is not cut");
	memset(specials, '&', sizeof(specials));
	for (i = 0; i < sizeof(specials); i++)
		memcpy(want + 3 + 5 * i, "&amp;", 5);
	want[3 + 5 * sizeof(specials)] = '\0';
	is_html(specials, sizeof(specials), 0, want, "many of them");
	return (tap_done());
}
