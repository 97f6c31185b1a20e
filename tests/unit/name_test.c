#include "base/arena.h"
#include "base/buf.h"
#include "schema/name.h"

#include "tap.h"

static const struct {
	const char	*s, *want, *title;
	enum name_case	 fold;
} cases[] = {
	{ "clients", "clients", "a plain name", NAME_LOWER },
	{ "Clients", "clients", "case is folded where asked", NAME_LOWER },
	{ "Clients", "Clients", "case is kept where asked", NAME_KEEP },
	{ "App.Clients", "app|clients", "two parts", NAME_LOWER },
	{ "a.b.c", "a|b|c", "three parts", NAME_LOWER },
	{ "a.b.c.d", "a.b.c.d", "four parts are one odd name", NAME_LOWER },
	{ "\"Odd Name\"", "Odd Name", "quotes keep case", NAME_LOWER },
	{ "App.\"Odd.Name\"", "app|Odd.Name", "a dot in quotes", NAME_LOWER },
	{ "\"a\"\"b\"", "a\"b", "a doubled quote is one", NAME_LOWER },
	{ "\"a\"\"\"", "a\"", "a doubled quote at the end", NAME_LOWER },
	{ "\"; drop table x; --", "\"; drop table x; --",
	  "a quote without an end stands as it is", NAME_LOWER },
	{ "\"\"", "\"\"", "an empty name stands as it is", NAME_LOWER },
	{ "\"a\"b", "\"a\"b", "text after a quote stands as it is",
	  NAME_LOWER },
	{ "Odd Name", "Odd Name", "a blank stands as it is", NAME_LOWER },
	{ "x; --", "x; --", "a semicolon stands as it is", NAME_LOWER },
	{ "a.", "a.", "a part that lacks stands as it is", NAME_LOWER },
	{ "", "", "no name at all", NAME_LOWER },
	{ "9a", "9a", "a name cannot start with a digit", NAME_LOWER },
	{ "a9$_\xc3\x84", "a9$_\xc3\x84", "digits, dollars and letters that"
	  " are not ASCII stay", NAME_LOWER },
};

static const struct {
	const char	*s;
	size_t		 want;
} ends[] = {
	{ "clients", 7 }, { "clients=a = 1", 7 }, { "\"a=b\"=c=d", 5 },
	{ "\"a=b", 4 }, { "=x", 0 }, { "", 0 },
};

int
main(void)
{
	struct arena *a = arena_new();
	struct buf b = { 0 };
	struct name name;
	size_t i, k;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		name_read(cases[i].s, strlen(cases[i].s), cases[i].fold,
		    &name, a);
		b.len = 0;
		for (k = 0; k < name.n; k++) {
			buf_puts(&b, k == 0 ? "" : "|");
			buf_puts(&b, name.part[k]);
		}
		(void)is_text(b.s, b.len, cases[i].want, cases[i].title);
	}
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		ok(name_end(ends[i].s) == ends[i].want,
		    "the name in <%s> has %zu bytes", ends[i].s, ends[i].want);
	buf_free(&b);
	arena_free(a);
	return (tap_done());
}
