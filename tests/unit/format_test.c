#include "base/buf.h"
#include "jq/format.h"

#include "tap.h"

static void
test_encoders(void)
{
	static const struct {
		void		(*f)(struct buf *, const char *, size_t);
		const char	*in, *want, *title;
	} table[] = {
		{ format_html, "a<b>&'\"", "a&lt;b&gt;&amp;&apos;&quot;",
		    "html has entities for five characters" },
		{ format_uri, "a b/\xc3\xbc-_.~!*'()",
		    "a%20b%2F%C3%BC-_.~%21%2A%27%28%29",
		    "uri leaves the unreserved characters alone" },
		{ format_csv, "say \"hi\"", "\"say \"\"hi\"\"\"",
		    "csv doubles quotes" },
		{ format_tsv, "a\tb\nc\rd\\e", "a\\tb\\nc\\rd\\\\e",
		    "tsv escapes what ends fields and lines" },
		{ format_sh, "it's", "'it'\\''s'", "sh steps out for a quote" },
		{ format_sh, "", "''", "sh makes a word of nothing" },
		{ format_base64, "", "", "base64 of nothing is nothing" },
		{ format_base64, "f", "Zg==", "base64 pads one byte" },
		{ format_base64, "fo", "Zm8=", "base64 pads two bytes" },
		{ format_base64, "foobar", "Zm9vYmFy", "base64 of foobar" },
		{ format_base64, "\xff\xfe\xfd", "//79",
		    "base64 uses + and /" },
		{ format_base32, "f", "MY======", "base32 pads one byte" },
		{ format_base32, "foob", "MZXW6YQ=", "base32 pads four" },
		{ format_base32, "foobar", "MZXW6YTBOI======",
		    "base32 of foobar" },
	};
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		b.len = 0;
		table[i].f(&b, table[i].in, strlen(table[i].in));
		(void)is_text(b.s, b.len, table[i].want, table[i].title);
	}
	buf_free(&b);
}

static void
test_decoders(void)
{
	static const struct {
		int		(*f)(struct buf *, const char *, size_t);
		const char	*in, *want, *title;
	} table[] = {
		{ format_urid, "a%20b%2f%C3%BC+", "a b/\xc3\xbc+",
		    "urid takes hex of either case and keeps the plus" },
		{ format_urid, "%", NULL, "urid refuses a lone %" },
		{ format_urid, "%2", NULL, "urid refuses one digit" },
		{ format_urid, "%zz", NULL, "urid refuses other letters" },
		{ format_base64d, "Zm9vYg==", "foob", "base64d" },
		{ format_base64d, "Zm9vYg", "foob", "base64d without =" },
		{ format_base64d, "Zm9v YmFy", NULL, "base64d: no spaces" },
		{ format_base64d, "Zm9vY", NULL, "base64d: no odd digit" },
		{ format_base64d, "=", "", "base64d of padding only" },
		{ format_base32d, "MZXW6YQ=", "foob", "base32d" },
		{ format_base32d, "MZXW6YTBOI", "foobar", "base32d without =" },
		{ format_base32d, "mzxw", NULL, "base32d: upper case only" },
		{ format_base32d, "M", NULL, "base32d: no single digit" },
	};
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		b.len = 0;
		buf_puts(&b, "x");
		if (table[i].f(&b, table[i].in, strlen(table[i].in)) != 0)
			ok(table[i].want == NULL && b.len == 1, "%s",
			    table[i].title);
		else
			(void)is_text(b.s + 1, b.len - 1, table[i].want ==
			    NULL ? "" : table[i].want, table[i].title);
	}
	buf_free(&b);
}

int
main(void)
{

	test_encoders();
	test_decoders();
	return (tap_done());
}
