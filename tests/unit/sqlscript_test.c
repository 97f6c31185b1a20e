/* Files of SQL taken apart; SQLite's own sqlite3_complete agrees. */
#include <sqlite3.h>
#include <stdlib.h>

#include "base/buf.h"
#include "schema/sqlscript.h"
#include "tap.h"

/* The statements, each between bars. */
static void
check(const char *text, enum sqlscript_dialect dialect, const char *want)
{
	struct sqlscript_statement st;
	struct buf b = { 0 };
	struct sqlscript sc;

	sqlscript_start(&sc, text, strlen(text), dialect);
	while (sqlscript_next(&sc, &st)) {
		buf_putc(&b, '|');
		buf_put(&b, st.s, st.len);
	}
	is_text(b.s, b.len, want, want[0] == '\0' ? "nothing" : want);
	buf_free(&b);
}

static const struct {
	enum sqlscript_dialect	 dialect;
	const char		*text, *want;
} cases[] = {
	{ SQLSCRIPT_PG, "", "" },
	{ SQLSCRIPT_PG, " -- a;\n/* b; */ ;;", "" },
	{ SQLSCRIPT_PG, "a; b;", "|a|b" },
	{ SQLSCRIPT_PG, "a /* x /* y; */ z; */ b; c",
	    "|a /* x /* y; */ z; */ b|c" },
	{ SQLSCRIPT_SQLITE, "a /* x /* y; */ z; */ b",
	    "|a /* x /* y; */ z|*/ b" },
	{ SQLSCRIPT_PG, "a 'x;y''z;' b; c", "|a 'x;y''z;' b|c" },
	{ SQLSCRIPT_PG, "a E'x\\';y' ; c", "|a E'x\\';y'|c" },
	{ SQLSCRIPT_PG, "a name'x\\'; c", "|a name'x\\'|c" },
	{ SQLSCRIPT_SQLITE, "a E'x\\'; c", "|a E'x\\'|c" },
	{ SQLSCRIPT_PG, "a \"x;\"\"y;\"; c", "|a \"x;\"\"y;\"|c" },
	{ SQLSCRIPT_SQLITE, "a `x;``y;` [b;'\"]; c", "|a `x;``y;` [b;'\"]|c" },
	{ SQLSCRIPT_PG, "a $$x; $b$ y;$$; c", "|a $$x; $b$ y;$$|c" },
	{ SQLSCRIPT_PG, "a $b$x; $$ y;$b$; c", "|a $b$x; $$ y;$b$|c" },
	{ SQLSCRIPT_PG, "a x$b$; c$b$", "|a x$b$|c$b$" },
	{ SQLSCRIPT_PG, "a $1; c", "|a $1|c" },
	{ SQLSCRIPT_SQLITE, "a $b$x; c$b$", "|a $b$x|c$b$" },
	{ SQLSCRIPT_PG, "CREATE RULE r AS ON INSERT TO t DO (a; b); c",
	    "|CREATE RULE r AS ON INSERT TO t DO (a; b)|c" },
	{ SQLSCRIPT_PG, "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT "
	    "CASE WHEN a THEN b END; SELECT 2; END; c",
	    "|CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT "
	    "CASE WHEN a THEN b END; SELECT 2; END|c" },
	{ SQLSCRIPT_PG, "BEGIN; a; END; b", "|BEGIN|a|END|b" },
	{ SQLSCRIPT_SQLITE, "CREATE TEMP TRIGGER t BEGIN SELECT CASE x WHEN 1 "
	    "THEN 2 END; SELECT 3; END; b",
	    "|CREATE TEMP TRIGGER t BEGIN SELECT CASE x WHEN 1 "
	    "THEN 2 END; SELECT 3; END|b" },
	{ SQLSCRIPT_SQLITE, "CREATE TABLE trigger_ (a); b",
	    "|CREATE TABLE trigger_ (a)|b" },
	{ SQLSCRIPT_PG, "a 'open; b", "|a 'open; b" },
	{ SQLSCRIPT_PG, "a /* open; b", "|a" },
	{ SQLSCRIPT_PG, "a $$ open; b", "|a $$ open; b" },
	{ SQLSCRIPT_PG, "a; -- end", "|a" },
};

/* What SQLite's shell takes for a whole statement is one here, too: over all
 * texts of some pieces. */
static void
agree(void)
{
	static const char *const pieces[] = {
		"CREATE TRIGGER", ";", "END", "x", "'a;'", "[b;]", "/*;*/",
		"-- ;\n", "\"", " "
	};
	const size_t n = sizeof(pieces) / sizeof(pieces[0]);
	struct sqlscript_statement st;
	struct buf b = { 0 };
	struct sqlscript sc;
	unsigned int i, k, x, bad = 0;
	int whole, ours;

	srand(1);
	for (i = 0; i < 20000; i++) {
		b.len = 0;
		for (k = 0; k < 7; k++) {
			x = (unsigned int)rand() % n;
			buf_puts(&b, pieces[x]);
			buf_putc(&b, ' ');
		}
		/* Complete: nothing is open at the end of the text, which a
		 * further word would then not belong to. */
		whole = sqlite3_complete(buf_z(&b));
		buf_puts(&b, " w;");
		sqlscript_start(&sc, b.s, b.len, SQLSCRIPT_SQLITE);
		st.len = 0;
		while (sqlscript_next(&sc, &st))
			continue;
		ours = st.len == 1 && st.s[0] == 'w';
		if (whole && !ours && bad++ == 0)
			printf("# %s\n", buf_z(&b));
	}
	ok(bad == 0, "where sqlite3_complete sees an end, there is one");
	buf_free(&b);
}

int
main(void)
{
	struct sqlscript_statement st;
	struct sqlscript sc;
	static const char text[] =
	    "\n-- x\n  Create /* y */ \"Index\" a.b (c);\n\nfoo";
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check(cases[i].text, cases[i].dialect, cases[i].want);
	sqlscript_start(&sc, text, sizeof(text) - 1, SQLSCRIPT_PG);
	ok(sqlscript_next(&sc, &st) && st.line == 3, "lines are counted");
	ok(sqlscript_begins(&st, "create index"),
	    "case and quotes do not count");
	ok(st.nwords == 4 && sqlscript_is(&st, 3, "b"),
	    "points are no words, and a parenthesis ends them");
	ok(!sqlscript_begins(&st, "create index a b c"), "nor do more words");
	ok(sqlscript_next(&sc, &st) && st.line == 5 &&
	    !sqlscript_next(&sc, &st), "the last needs no semicolon");
	ok(sqlscript_count("a;b;;c", 6, SQLSCRIPT_PG) == 3, "counted");
	agree();
	return (tap_done());
}
