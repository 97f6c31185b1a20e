/*
 * sqltoken - the tokens of SQL, as SQLite takes a text apart
 *
 * Just enough to know where names, parentheses and comments are.  Quotes and
 * comments are those of SQLite's tokenizer; block comments do not nest.
 */
#ifndef ROWPIPE_SCHEMA_SQLTOKEN_H
#define ROWPIPE_SCHEMA_SQLTOKEN_H

#include <stddef.h>

struct arena;
struct buf;

enum sqltoken_kind {
	SQLTOKEN_END,
	SQLTOKEN_WORD,		/* a name, a keyword, a number */
	SQLTOKEN_NAME,		/* anything in quotes: '', "", ``, [] */
	SQLTOKEN_OPEN, SQLTOKEN_CLOSE, SQLTOKEN_COMMA,
	SQLTOKEN_COMMENT,	/* to the end of its line */
	SQLTOKEN_OTHER
};

struct sqltoken {
	enum sqltoken_kind	 kind;
	const char		*s;	/* without quotes and comment marks */
	size_t			 len;
	char			 quote;	/* NAME: doubled inside it, or 0 */
	const char		*from;	/* where it begins, quotes included */
};

/* A text, and how far it was read; new_line: the last token began a line. */
struct sqltoken_scan {
	const char	*s, *end;
	int		 new_line;
};

/**
 * sqltoken_next(sc, tok):
 * Store the next token, which is borrowed from the text, in ${tok}.  Block
 * comments are skipped as white space is.
 */
void sqltoken_next(struct sqltoken_scan *sc, struct sqltoken *tok);

/**
 * sqltoken_is(tok, word):
 * Return non-zero when the token is the word ${word}, in whatever case, without
 * quotes.
 */
int sqltoken_is(const struct sqltoken *tok, const char *word);

/**
 * sqltoken_name(tok, b):
 * Append what a WORD or NAME stands for: without quotes, doubled ones undone.
 */
void sqltoken_name(const struct sqltoken *tok, struct buf *b);

/**
 * sqltoken_code(s, len, b):
 * Append the text without its comments, and without white space at its ends;
 * a comment inside becomes a blank.
 */
void sqltoken_code(const char *s, size_t len, struct buf *b);

#endif
