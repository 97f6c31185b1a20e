/*
 * migration - one migration as it lies on disk
 *
 * A migration is a directory with the file "up" and, unless it cannot be taken
 * back, "down", and perhaps "verify".  Each is SQL or a script:
 *
 *     up.sqlite.sql, up.pg.sql	SQL for one engine
 *     up.sql			SQL for both
 *     up.sqlite, up.pg, up	an executable, for one engine or for both
 *
 * What is for one engine goes before what is for both.  The comment at the
 * head of a file, lines that begin with "--" or "#" or stand between slashes
 * and stars, has fields:
 *
 *     depends: NAME ...	migrations that must be there before (up)
 *     replaces: NAME ...	migrations that it stands for (up; see squash)
 *     description: TEXT	(up)
 *     irreversible: WHY	there is no down (up)
 *     target: sqlite|pg	for that engine only (up)
 *     transaction: no		not in a transaction (each SQL file)
 *     foreign_keys: off	SQLite enforces none while it runs; all are
 *				checked before COMMIT (each SQL file)
 */
#ifndef ROWPIPE_DB_MIGRATION_H
#define ROWPIPE_DB_MIGRATION_H

#include <stddef.h>

#include "base/digest.h"
#include "base/opt.h"

struct arena;
struct err;

enum migration_engine { MIGRATION_PG, MIGRATION_SQLITE };
#define MIGRATION_ENGINE_WORDS "pg|sqlite"

enum migration_part { MIGRATION_UP, MIGRATION_DOWN, MIGRATION_VERIFY };
#define MIGRATION_PARTS 3

struct migration_file {
	const char	*path;		/* "migrations/NAME/up.sql" */
	const char	*text;		/* as it is read: NUL-terminated */
	size_t		 len;
	int		 is_sql;	/* else an executable */
	int		 no_transaction;
	int		 no_foreign_keys;
};

struct migration {
	const char		*name;	/* the directory's own name */
	const char		*path;	/* with what leads to it */
	const char		*description;	/* or NULL */
	const char		*irreversible;	/* why, or NULL */
	struct opt_list		 depends, replaces;
	/* For the engine it was read for; NULL: there is none. */
	struct migration_file	*file[MIGRATION_PARTS];
	int			 elsewhere;	/* only for the other engine;
						   no files then */
	char			 hash[DIGEST_HEX + 1];	/* of up's text with
						   LF at the end of lines */
};

/**
 * migration_read(dir, name, engine, a, err):
 * Read the migration ${name} in the directory ${dir} as ${engine} would run
 * it.  All of it lives in ${a}.  Return NULL with ${err} filled when it cannot
 * be read (DIAG_FAIL) or is not whole: no up for the engine, two files for the
 * same part, a script that cannot be executed, a field that is nearly one of
 * those above (DIAG_BADINPUT).
 */
struct migration *migration_read(const char *dir, const char *name,
    enum migration_engine engine, struct arena *a, struct err *err);

/**
 * migration_list(dir, names, a, err):
 * Store the names of the directories in ${dir}, sorted by their bytes, without
 * those that begin with "." or "_", in ${names}, living in ${a}.  Return 0, or
 * -1 with ${err} filled.
 */
int migration_list(const char *dir, struct opt_list *names, struct arena *a,
    struct err *err);

/**
 * migration_check_name(name, err):
 * Return 0 when ${name} can be that of a migration: letters, digits, "_", "-"
 * and ".", beginning with a letter or digit, at most 200 bytes; -1 with ${err}
 * filled.
 */
int migration_check_name(const char *name, struct err *err);

/**
 * migration_hash(text, len, hex):
 * Write the digest of a text to ${hex} of DIGEST_HEX + 1 bytes, CR LF and CR
 * being as good as LF, and a last line without it as good as one with it.
 */
void migration_hash(const char *text, size_t len, char *hex);

/**
 * migration_part_name(part):
 * "up", "down", "verify".
 */
const char *migration_part_name(enum migration_part part);

#endif
