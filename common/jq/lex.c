#include <string.h>

#include "jq/lex.h"

static int
is_digit(char c)
{

	return (c >= '0' && c <= '9');
}

static int
is_word(char c)
{

	return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_');
}

int
lex_keyword(const char *s, size_t n)
{
	static const char *const words[] = {
		"__loc__", "and", "as", "break", "catch", "def", "elif",
		"else", "end", "foreach", "if", "import", "include", "label",
		"module", "or", "reduce", "then", "try"
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i]) == n && memcmp(words[i], s, n) == 0)
			return (1);
	return (0);
}

/*
 * A comment ends with its line, unless an odd number of backslashes stands
 * before the line's end (which may be CR LF).
 */
static void
skip_comment(struct lex *l)
{
	size_t slashes = 0;
	char c;

	while (l->at < l->len) {
		c = l->text[l->at];
		if (c == '\r' && l->at + 1 < l->len &&
		    l->text[l->at + 1] == '\n') {
			l->at++;
			continue;
		}
		if (c == '\n' && slashes % 2 == 0)
			return;
		slashes = c == '\\' ? slashes + 1 : 0;
		l->at++;
	}
}

static void
skip_space(struct lex *l)
{

	while (l->at < l->len) {
		switch (l->text[l->at]) {
		case ' ': case '\t': case '\r': case '\n':
			l->at++;
			break;
		case '#':
			skip_comment(l);
			break;
		default:
			return;
		}
	}
}

/* Names may be joined by "::", as in lib::f. */
static size_t
word_end(const struct lex *l, size_t i)
{

	for (;;) {
		while (i < l->len && (is_word(l->text[i]) ||
		    is_digit(l->text[i])))
			i++;
		if (i + 2 < l->len && l->text[i] == ':' &&
		    l->text[i + 1] == ':' && is_word(l->text[i + 2]))
			i += 2;
		else
			return (i);
	}
}

static size_t
field_end(const struct lex *l, size_t i)
{

	while (i < l->len && (is_word(l->text[i]) || is_digit(l->text[i])))
		i++;
	return (i);
}

static size_t
number_end(const struct lex *l, size_t i)
{
	size_t e;

	while (i < l->len && is_digit(l->text[i]))
		i++;
	if (i < l->len && l->text[i] == '.')
		for (i++; i < l->len && is_digit(l->text[i]); i++)
			;
	if (i < l->len && (l->text[i] == 'e' || l->text[i] == 'E')) {
		e = i + 1;
		if (e < l->len && (l->text[e] == '+' || l->text[e] == '-'))
			e++;
		if (e < l->len && is_digit(l->text[e]))
			for (i = e; i < l->len && is_digit(l->text[i]); i++)
				;
	}
	return (i);
}

static size_t
op_length(const char *s, size_t n)
{
	static const char *const ops[] = {
		"?//", "//=", "!=", "==", "<=", ">=", "|=", "+=", "-=", "*=",
		"/=", "%=", "//", ".."
	};
	size_t i, k;

	for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		k = strlen(ops[i]);
		if (k <= n && memcmp(ops[i], s, k) == 0)
			return (k);
	}
	return (strchr(".[]{}()|,:;=<>+-*/%?", *s) != NULL && *s != '\0');
}

static void
token(struct lex *l, enum lex_type type, size_t start, size_t end)
{

	l->type = type;
	l->s = l->text + start;
	l->n = end - start;
	l->at = end;
}

void
lex_next(struct lex *l)
{
	const char *s;
	size_t i, n;

	l->end = l->at;
	skip_space(l);
	i = l->pos = l->at;
	s = l->text + i;
	n = l->len - i;
	if (n == 0)
		token(l, LEX_END, i, i);
	else if (*s == '"')
		token(l, LEX_QUOTE, i, i + 1);
	else if (is_word(*s))
		token(l, LEX_WORD, i, word_end(l, i));
	else if (*s == '.' && n > 1 && is_word(s[1]))
		token(l, LEX_FIELD, i + 1, field_end(l, i + 1));
	else if (is_digit(*s) || (*s == '.' && n > 1 && is_digit(s[1])))
		token(l, LEX_NUMBER, i, number_end(l, i));
	else if (*s == '$' && n > 1 && is_word(s[1]))
		token(l, LEX_VAR, i + 1, word_end(l, i + 1));
	else if (*s == '@' && n > 1 && (is_word(s[1]) || is_digit(s[1])))
		token(l, LEX_FORMAT, i, field_end(l, i + 1));
	else if ((n = op_length(s, n)) > 0)
		token(l, LEX_OP, i, i + n);
	else
		token(l, LEX_BAD, i, i + 1);
}

int
lex_is(const struct lex *l, const char *word)
{

	return ((l->type == LEX_OP || l->type == LEX_WORD) &&
	    strlen(word) == l->n && memcmp(word, l->s, l->n) == 0);
}
