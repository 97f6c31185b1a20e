#include <string.h>
#include <strings.h>

#include "schema/sqlscript.h"

enum kind { END, WORD, NAME, SEMICOLON, OPEN, CLOSE, POINT, OTHER };

struct token {
	enum kind	 kind;
	const char	*from;		/* where it begins, quotes included */
	const char	*s;		/* a word or name */
	size_t		 len;
	size_t		 line;
};

static int
is_word_start(char c)
{

	return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    c == '_' || (unsigned char)c >= 0x80);
}

static int
is_word(char c)
{

	return (is_word_start(c) || (c >= '0' && c <= '9') || c == '$');
}

static int
at(const struct sqlscript *sc, const char *what)
{
	size_t n = strlen(what);

	return ((size_t)(sc->end - sc->s) >= n && memcmp(sc->s, what, n) == 0);
}

/* Move on to ${to}, counting lines. */
static void
move(struct sqlscript *sc, const char *to)
{

	for (; sc->s < to; sc->s++)
		if (*sc->s == '\n')
			sc->line++;
}

static void
skip_block(struct sqlscript *sc)
{
	size_t depth = 0;

	do {
		if (at(sc, "/*") && (depth == 0 ||
		    sc->dialect == SQLSCRIPT_PG)) {
			depth++;
			sc->s += 2;
		} else if (at(sc, "*/")) {
			depth--;
			sc->s += 2;
		} else
			move(sc, sc->s + 1);
	} while (depth > 0 && sc->s < sc->end);
}

static void
skip_blank(struct sqlscript *sc)
{
	const char *nl;

	while (sc->s < sc->end) {
		if (memchr(" \t\r\n\f\v", *sc->s, 6) != NULL)
			move(sc, sc->s + 1);
		else if (at(sc, "--")) {
			nl = memchr(sc->s, '\n', (size_t)(sc->end - sc->s));
			sc->s = nl == NULL ? sc->end : nl;
		} else if (at(sc, "/*"))
			skip_block(sc);
		else
			break;
	}
}

/* Behind the ${quote} that ends what is open; doubled it stands for itself, and
 * so does what follows a backslash if ${escapes}. */
static void
skip_quoted(struct sqlscript *sc, char quote, int escapes)
{
	const char *p = sc->s;

	for (; p < sc->end; p++) {
		if (escapes && *p == '\\' && p + 1 < sc->end)
			p++;
		else if (*p == quote) {
			if (quote == ']' || p + 1 == sc->end || p[1] != quote)
				break;
			p++;
		}
	}
	move(sc, p < sc->end ? p + 1 : p);
}

/* Skip $tag$...$tag$ and return 1, or 0 when here is none. */
static int
skip_dollar(struct sqlscript *sc)
{
	const char *p = sc->s + 1, *q;
	size_t n;

	if (p < sc->end && *p >= '0' && *p <= '9')
		return (0);
	while (p < sc->end && *p != '$' && is_word(*p))
		p++;
	if (p == sc->end || *p != '$')
		return (0);
	n = (size_t)(p + 1 - sc->s);
	for (q = p + 1; q < sc->end; q++)
		if (*q == '$' && (size_t)(sc->end - q) >= n &&
		    memcmp(q, sc->s, n) == 0)
			break;
	move(sc, q < sc->end ? q + n : q);
	return (1);
}

static void
word(struct sqlscript *sc, struct token *t)
{

	t->kind = WORD;
	while (sc->s < sc->end && is_word(*sc->s))
		sc->s++;
	t->len = (size_t)(sc->s - t->s);
	/* E'...' has escapes; B, X, N and U& have none that matter. */
	if (sc->dialect == SQLSCRIPT_PG && t->len == 1 &&
	    (*t->s == 'e' || *t->s == 'E') && sc->s < sc->end &&
	    *sc->s == '\'') {
		t->kind = OTHER;
		sc->s++;
		skip_quoted(sc, '\'', 1);
	}
}

static void
quoted(struct sqlscript *sc, struct token *t, char c)
{

	t->kind = c == '\'' ? OTHER : NAME;
	t->s = sc->s;
	skip_quoted(sc, c == '[' ? ']' : c, 0);
	t->len = (size_t)(sc->s - t->s);
	if (t->len > 0 && sc->s[-1] == (c == '[' ? ']' : c))
		t->len--;
}

static void
next(struct sqlscript *sc, struct token *t)
{
	int sqlite = sc->dialect == SQLSCRIPT_SQLITE;
	char c;

	skip_blank(sc);
	t->from = t->s = sc->s;
	t->line = sc->line;
	t->len = 0;
	t->kind = END;
	if (sc->s == sc->end)
		return;
	c = *sc->s;
	if (is_word(c) && c != '$') {
		word(sc, t);
		return;
	}
	t->kind = OTHER;
	if (!sqlite && c == '$' && skip_dollar(sc))
		return;
	sc->s++;
	if (c == '\'' || c == '"' || (sqlite && (c == '`' || c == '[')))
		quoted(sc, t, c);
	else if (c == ';' || c == '(' || c == ')' || c == '.')
		t->kind = c == ';' ? SEMICOLON : c == '(' ? OPEN :
		    c == ')' ? CLOSE : POINT;
}

static int
token_is(const struct token *t, const char *s)
{

	return (t->kind == WORD && t->len == strlen(s) &&
	    strncasecmp(t->s, s, t->len) == 0);
}

/* How far a statement has come that may have semicolons inside. */
struct body {
	size_t	parens, begins;		/* PostgreSQL */
	int	is_trigger;		/* SQLite */
	int	semicolon, end;		/* just before: ";", "; END" */
};

/* Does the statement end before the token ${t}? */
static int
ends(const struct sqlscript *sc, const struct sqlscript_statement *st,
    struct body *b, const struct token *t)
{
	int routine;

	if (t->kind == END)
		return (1);
	if (sc->dialect == SQLSCRIPT_SQLITE) {
		b->is_trigger |= sqlscript_begins(st, "create trigger") ||
		    sqlscript_begins(st, "create temp trigger") ||
		    sqlscript_begins(st, "create temporary trigger");
		if (t->kind == SEMICOLON && (!b->is_trigger || b->end))
			return (1);
		b->end = b->semicolon && token_is(t, "end");
		b->semicolon = t->kind == SEMICOLON;
		return (0);
	}
	if (t->kind == OPEN)
		b->parens++;
	else if (t->kind == CLOSE && b->parens > 0)
		b->parens--;
	routine = sqlscript_begins(st, "create function") ||
	    sqlscript_begins(st, "create procedure") ||
	    sqlscript_begins(st, "create or replace function") ||
	    sqlscript_begins(st, "create or replace procedure");
	if (routine && b->parens == 0) {
		if (token_is(t, "begin") ||
		    (b->begins > 0 && token_is(t, "case")))
			b->begins++;
		else if (b->begins > 0 && token_is(t, "end"))
			b->begins--;
	}
	return (t->kind == SEMICOLON && b->parens == 0 && b->begins == 0);
}

/* Keep what the statement begins with. */
static void
keep_word(struct sqlscript_statement *st, const struct token *t, int *over)
{

	if (t->kind == POINT)
		return;
	*over |= (t->kind != WORD && t->kind != NAME) ||
	    st->nwords == SQLSCRIPT_WORDS;
	if (*over)
		return;
	st->words[st->nwords].s = t->s;
	st->words[st->nwords++].len = t->len;
}

void
sqlscript_start(struct sqlscript *sc, const char *text, size_t len,
    enum sqlscript_dialect dialect)
{

	sc->s = text;
	sc->end = text + len;
	sc->line = 1;
	sc->dialect = dialect;
}

int
sqlscript_next(struct sqlscript *sc, struct sqlscript_statement *st)
{
	struct body body = { 0 };
	const char *end;
	struct token t;
	int over = 0;

	do {
		next(sc, &t);
	} while (t.kind == SEMICOLON);
	if (t.kind == END)
		return (0);
	st->s = t.from;
	st->line = t.line;
	st->nwords = 0;
	st->backslash = 0;
	for (end = t.from; !ends(sc, st, &body, &t); next(sc, &t)) {
		keep_word(st, &t, &over);
		st->backslash |= *t.from == '\\';
		end = sc->s;
	}
	st->len = (size_t)(end - st->s);
	return (1);
}

int
sqlscript_is(const struct sqlscript_statement *st, size_t i, const char *w)
{

	return (i < st->nwords && st->words[i].len == strlen(w) &&
	    strncasecmp(st->words[i].s, w, st->words[i].len) == 0);
}

int
sqlscript_begins(const struct sqlscript_statement *st, const char *words)
{
	size_t i, n;

	for (i = 0; *words != '\0'; i++) {
		n = strcspn(words, " ");
		if (i >= st->nwords || st->words[i].len != n ||
		    strncasecmp(st->words[i].s, words, n) != 0)
			return (0);
		words += n + (words[n] == ' ');
	}
	return (1);
}

size_t
sqlscript_count(const char *text, size_t len, enum sqlscript_dialect dialect)
{
	struct sqlscript_statement st;
	struct sqlscript sc;
	size_t n;

	sqlscript_start(&sc, text, len, dialect);
	for (n = 0; sqlscript_next(&sc, &st); n++)
		continue;
	return (n);
}
