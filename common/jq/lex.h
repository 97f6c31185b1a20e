/*
 * lex - the words of a program
 */
#ifndef ROWPIPE_JQ_LEX_H
#define ROWPIPE_JQ_LEX_H

#include <stddef.h>

enum lex_type {
	LEX_END, LEX_BAD,
	LEX_WORD,		/* name, perhaps with :: in it; keywords too */
	LEX_FIELD,		/* .name; s is the name */
	LEX_VAR,		/* $name; s is the name */
	LEX_FORMAT,		/* @name; s includes the @ */
	LEX_NUMBER,
	LEX_QUOTE,		/* the quote that starts a string */
	LEX_OP			/* s is the operator */
};

struct lex {
	const char	*text;
	size_t		 len, at;	/* where the next token is looked for */
	enum lex_type	 type;
	const char	*s;		/* of the token at hand */
	size_t		 n;
	size_t		 pos;		/* where it starts */
	size_t		 end;		/* where the one before it ended */
};

/**
 * lex_next(l):
 * Go to the next token.
 */
void lex_next(struct lex *l);

/**
 * lex_is(l, word):
 * Is the token at hand the operator or word ${word}?
 */
int lex_is(const struct lex *l, const char *word);

/**
 * lex_keyword(s, n):
 * Is that word reserved?
 */
int lex_keyword(const char *s, size_t n);

#endif
