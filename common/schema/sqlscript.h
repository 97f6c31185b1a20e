/*
 * sqlscript - a file of SQL taken apart into its statements
 *
 * By the rules of PostgreSQL's psql (quotes, dollar quotes, nested comments,
 * parentheses, bodies of functions between BEGIN ATOMIC and END) or of SQLite's
 * shell (whose triggers end in "; END;").  Whether a statement is right is for
 * the database to say.
 */
#ifndef ROWPIPE_SCHEMA_SQLSCRIPT_H
#define ROWPIPE_SCHEMA_SQLSCRIPT_H

#include <stddef.h>

enum sqlscript_dialect { SQLSCRIPT_PG, SQLSCRIPT_SQLITE };

#define SQLSCRIPT_WORDS 8

struct sqlscript_word {
	const char	*s;
	size_t		 len;
};

/* Borrowed from the text. */
struct sqlscript_statement {
	const char		*s;	/* without comments before it and the
					   semicolon after it */
	size_t			 len;
	size_t			 line;	/* from 1 */
	/* What it begins with, up to the first that is neither word nor point;
	 * names without the quotes around them. */
	struct sqlscript_word	 words[SQLSCRIPT_WORDS];
	size_t			 nwords;
	int			 backslash;	/* there is one outside of
						   quotes: no SQL has that */
};

struct sqlscript {
	const char		*s, *end;
	size_t			 line;
	enum sqlscript_dialect	 dialect;
};

/**
 * sqlscript_start(sc, text, len, dialect):
 * Start at the first of the ${len} bytes at ${text}.
 */
void sqlscript_start(struct sqlscript *sc, const char *text, size_t len,
    enum sqlscript_dialect dialect);

/**
 * sqlscript_next(sc, st):
 * Store the next statement in ${st}; those that are empty are passed over.
 * Return 1, or 0 when none is left.
 */
int sqlscript_next(struct sqlscript *sc, struct sqlscript_statement *st);

/**
 * sqlscript_is(st, i, word):
 * Return non-zero when the word ${i} of what the statement begins with is
 * ${word}, in whatever case.
 */
int sqlscript_is(const struct sqlscript_statement *st, size_t i,
    const char *word);

/**
 * sqlscript_begins(st, words):
 * Return non-zero when the statement begins with ${words}, separated by single
 * blanks, in whatever case.
 */
int sqlscript_begins(const struct sqlscript_statement *st, const char *words);

/**
 * sqlscript_count(text, len, dialect):
 * How many statements there are.
 */
size_t sqlscript_count(const char *text, size_t len,
    enum sqlscript_dialect dialect);

#endif
