/*
 * name - names of tables and columns, as people write them
 *
 * A name is written as in SQL: clients, app.clients, "Odd Name".  Double
 * quotes keep case and odd characters, "" inside them is one quote.  A text
 * that no SQL reader would take for a name (Odd Name, x; --) is not an error:
 * it is a name of one part, just as it stands, which will hardly exist.
 */
#ifndef ROWPIPE_SCHEMA_NAME_H
#define ROWPIPE_SCHEMA_NAME_H

#include <stddef.h>

#include "base/opt.h"

struct arena;

#define NAME_PARTS 3

struct name {
	size_t		 n;			/* 1 to NAME_PARTS */
	const char	*part[NAME_PARTS];	/* schema first, column last */
};

/* What is done to a part without quotes. */
enum name_case {
	NAME_KEEP,		/* SQLite, where case does not matter */
	NAME_LOWER		/* PostgreSQL: ASCII to lower case */
};

/**
 * name_read(s, len, fold, name, a):
 * Take the ${len} bytes at ${s} apart into ${name}, whose parts live in the
 * arena ${a}.
 */
void name_read(const char *s, size_t len, enum name_case fold,
    struct name *name, struct arena *a);

/**
 * name_list(list, fold, names, a):
 * Take the option values in ${list} apart at commas outside of double quotes,
 * and store the last part of each name that is written there in ${names},
 * living in the arena ${a}.
 */
void name_list(const struct opt_list *list, enum name_case fold,
    struct opt_list *names, struct arena *a);

/**
 * name_end(s):
 * Return how many bytes of the operand ${s} are a name before the first "="
 * that is not inside double quotes: clients="user_id = 42", t=rows.ndjson.
 * It is strlen(s) when there is none.
 */
size_t name_end(const char *s);

#endif
