#include <string.h>

#include "base/buf.h"
#include "schema/sqltoken.h"

static int
is_word(char c)
{

	return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || c == '$' ||
	    (unsigned char)c >= 0x80);
}

/* Scan to the ${quote} that ends what was opened just before. */
static void
scan_quoted(struct sqltoken_scan *sc, struct sqltoken *tok, char quote)
{

	tok->kind = SQLTOKEN_NAME;
	tok->quote = quote == ']' ? '\0' : quote;
	tok->s = sc->s;
	for (; sc->s < sc->end; sc->s++) {
		if (*sc->s != quote)
			continue;
		if (quote == ']' || sc->s + 1 == sc->end || sc->s[1] != quote)
			break;
		sc->s++;
	}
	tok->len = (size_t)(sc->s - tok->s);
	if (sc->s < sc->end)
		sc->s++;
}

static void
scan_line_comment(struct sqltoken_scan *sc, struct sqltoken *tok)
{
	const char *nl;

	sc->s += 2;
	nl = memchr(sc->s, '\n', (size_t)(sc->end - sc->s));
	tok->kind = SQLTOKEN_COMMENT;
	tok->s = sc->s;
	sc->s = nl == NULL ? sc->end : nl;
	tok->len = (size_t)(sc->s - tok->s);
}

static void
skip_block_comment(struct sqltoken_scan *sc)
{

	for (sc->s += 2; sc->s < sc->end; sc->s++) {
		if (*sc->s == '\n')
			sc->new_line = 1;
		if (*sc->s == '*' && sc->end - sc->s > 1 && sc->s[1] == '/') {
			sc->s += 2;
			return;
		}
	}
}

/* Skip white space and block comments, which say nothing here. */
static void
skip_blank(struct sqltoken_scan *sc)
{

	for (sc->new_line = 0; sc->s < sc->end; ) {
		if (*sc->s == '\n')
			sc->new_line = 1;
		if (*sc->s != '\0' && strchr(" \t\r\n\f", *sc->s) != NULL)
			sc->s++;
		else if (*sc->s == '/' && sc->end - sc->s > 1 &&
		    sc->s[1] == '*')
			skip_block_comment(sc);
		else
			break;
	}
}

void
sqltoken_next(struct sqltoken_scan *sc, struct sqltoken *tok)
{
	char c;

	skip_blank(sc);
	tok->from = sc->s;
	tok->kind = SQLTOKEN_END;
	tok->s = sc->s;
	tok->len = 1;
	tok->quote = '\0';
	if (sc->s == sc->end)
		return;
	c = *sc->s;
	if (c == '-' && sc->end - sc->s > 1 && sc->s[1] == '-') {
		scan_line_comment(sc, tok);
		return;
	}
	if (is_word(c)) {
		tok->kind = SQLTOKEN_WORD;
		while (sc->s < sc->end && is_word(*sc->s))
			sc->s++;
		tok->len = (size_t)(sc->s - tok->s);
		return;
	}
	sc->s++;
	if (c == '"' || c == '`' || c == '\'' || c == '[')
		scan_quoted(sc, tok, c == '[' ? ']' : c);
	else
		tok->kind = c == '(' ? SQLTOKEN_OPEN :
		    c == ')' ? SQLTOKEN_CLOSE :
		    c == ',' ? SQLTOKEN_COMMA : SQLTOKEN_OTHER;
}

int
sqltoken_is(const struct sqltoken *tok, const char *word)
{
	size_t i;

	if (tok->kind != SQLTOKEN_WORD || tok->len != strlen(word))
		return (0);
	for (i = 0; i < tok->len; i++)
		if ((tok->s[i] | 0x20) != (word[i] | 0x20))
			return (0);
	return (1);
}

void
sqltoken_name(const struct sqltoken *tok, struct buf *b)
{
	size_t i;

	for (i = 0; i < tok->len; i++) {
		buf_putc(b, tok->s[i]);
		if (tok->quote != '\0' && tok->s[i] == tok->quote)
			i++;
	}
}

void
sqltoken_code(const char *s, size_t len, struct buf *b)
{
	struct sqltoken_scan sc = { s, s + len, 0 };
	const char *end = s;
	size_t at = b->len;
	struct sqltoken tok;

	for (sqltoken_next(&sc, &tok); tok.kind != SQLTOKEN_END;
	    sqltoken_next(&sc, &tok)) {
		if (tok.kind == SQLTOKEN_COMMENT)
			continue;
		if (tok.from != end && b->len > at)
			buf_putc(b, ' ');
		buf_put(b, tok.from, (size_t)(sc.s - tok.from));
		end = sc.s;
	}
}
