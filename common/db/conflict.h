/*
 * conflict - what happens to a row whose key is in the table
 */
#ifndef ROWPIPE_DB_CONFLICT_H
#define ROWPIPE_DB_CONFLICT_H

enum conflict {			/* order of CONFLICT_WORDS */
	CONFLICT_ERROR,		/* it is refused */
	CONFLICT_SKIP,		/* it is left out */
	CONFLICT_UPDATE,	/* the columns that it gives are updated */
	CONFLICT_REPLACE	/* the others get their defaults as well */
};
#define CONFLICT_WORDS "error|skip|update|replace"

#endif
