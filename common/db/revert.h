/*
 * revert - an undo log (undo.h) read backwards, each change undone
 *
 * The log is read once from front to back, to know that all of it is one, and
 * then from its end.  Changes that no "commit" follows belong to a transaction
 * that was perhaps never committed: they are undone when every row is as they
 * left it, left out when every row is as it was before them, and else refused.
 */
#ifndef ROWPIPE_DB_REVERT_H
#define ROWPIPE_DB_REVERT_H

#include <stddef.h>
#include <stdint.h>

struct change;
struct err;
struct revert;

enum revert_done {
	REVERT_DONE,		/* the row is now as it shall be */
	REVERT_REFUSED,		/* it is not what the log says: err says what;
				   with force it was made so all the same, if
				   that was possible */
	REVERT_FAIL		/* cannot go on */
};

struct revert_ops {
	/* Undo ${c}, or with ${forward} do it again. */
	enum revert_done (*change)(void *cookie, const struct change *c,
	    int forward, int force, struct err *err);
	/* Remember this point of the transaction; go back to it. */
	int (*mark)(void *cookie, struct err *err);
	int (*back)(void *cookie, struct err *err);
};

/**
 * revert_open(path, engine, err):
 * Read through the log ${path}, a regular file (borrowed), of an ${engine} as
 * in undo_open.  Return NULL with ${err} filled (status DIAG_BADINPUT when it
 * is no such log); caller frees with revert_close.
 */
struct revert *revert_open(const char *path, const char *engine,
    struct err *err);

/**
 * revert_tables(r, n):
 * The names of the tables that the log is about, and how many, in *${n};
 * borrowed from ${r}.
 */
const char *const *revert_tables(const struct revert *r, size_t *n);

/**
 * revert_run(r, ops, cookie, force, err):
 * Undo the changes, the last first, within the transaction that is open, and
 * say which are refused (the first few of them).  Return 0, or -1 with ${err}
 * filled when some were and there is no ${force} (status DIAG_BADINPUT), or
 * for another reason: then roll back.
 */
int revert_run(struct revert *r, const struct revert_ops *ops, void *cookie,
    int force, struct err *err);

/**
 * revert_say(r, dry_run):
 * After COMMIT, or after ROLLBACK of a dry run: say how many changes were
 * undone.  Return the exit status, which is DIAG_FINDINGS when rows were not as
 * the log says.
 */
int revert_say(const struct revert *r, int dry_run);

/**
 * revert_close(r):
 * Free ${r}; NULL is fine.
 */
void revert_close(struct revert *r);

#endif
