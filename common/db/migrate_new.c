#include <sys/stat.h>

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/outfile.h"
#include "base/quote.h"
#include "db/migrate.h"
#include "db/migration.h"

static const char up_text[] =
"-- description: say in a line what this migration does\n"
"-- depends:\n"
"--\n"
"-- This SQL runs in one transaction with the row of history that says so:\n"
"-- when a statement fails, nothing is left of it.  Other fields that can\n"
"-- stand up here:\n"
"--\n"
"-- * irreversible: WHY - there is no way back, and no down.sql\n"
"-- * target: sqlite - only for SQLite; or: pg\n"
"-- * transaction: no - for what cannot run in one, such as CREATE INDEX\n"
"--   CONCURRENTLY\n"
"-- * foreign_keys: off - SQLite checks them at the end instead\n"
"--\n"
"-- up.pg.sql and up.sqlite.sql, side by side, serve both engines.  For rows\n"
"-- write a script instead, \"up\" without \".sql\" and executable:\n"
"--\n"
"--   #!/bin/sh\n"
"--   # (here stand the same fields)\n"
"--   set -eu\n"
"--   row-pipe pg-dump-json -d \"$ROWPIPE_TARGET\" users \\| \\\n"
"--       row-map '.email |= ascii_downcase' \\| \\\n"
"--       pg-load -d \"$ROWPIPE_TARGET\" users --on-conflict update\n"
"\n"
"-- CREATE TABLE example (id integer PRIMARY KEY, name text NOT NULL);\n";

static const char down_text[] =
"-- Takes back what up.sql did, in one transaction.\n"
"\n"
"-- DROP TABLE example;\n";

static const char verify_text[] =
"-- Runs after up.sql, before it is committed, and with \"row-migrate\n"
"-- verify\".  Each row that a SELECT returns must begin with something true;\n"
"-- what it changes is taken back.\n"
"\n"
"-- SELECT count(*) = 0 FROM example WHERE name = '';\n";

static int
make_directory(const char *path, int may_be, struct err *err)
{
	struct quote q;

	if (mkdir(path, 0777) == 0 || (may_be && errno == EEXIST))
		return (0);
	return (err_sys(err, "could not make directory %s",
	    quote_z(&q, path)));
}

static int
write_file(const char *dir, const char *name, const char *text,
    struct err *err)
{
	struct buf path = { 0 };
	struct outfile *f;
	int rc = -1;

	buf_printf(&path, "%s/%s", dir, name);
	if ((f = outfile_create(buf_z(&path), err)) != NULL) {
		if (outfile_write(f, text, strlen(text), err) == 0)
			rc = outfile_commit(f, err);
		else
			outfile_abort(f);
	}
	buf_free(&path);
	return (rc);
}

/* Names begin with the day, unless they do already. */
static void
put_name(const char *name, struct buf *b)
{
	time_t now = time(NULL);
	char day[16];
	struct tm tm;

	if (strspn(name, "0123456789") < 4) {
		(void)gmtime_r(&now, &tm);
		(void)strftime(day, sizeof(day), "%Y%m%d_", &tm);
		buf_puts(b, day);
	}
	buf_puts(b, name);
}

static const struct {
	const char	*name, *text;
} files[] = {
	{ "down.sql", down_text }, { "verify.sql", verify_text },
	{ "up.sql", up_text }
};
#define NFILES (sizeof(files) / sizeof(files[0]))

/* All of the directory, or nothing. */
static int
make_files(const char *dir, struct err *err)
{
	struct buf path = { 0 };
	size_t i, k;

	for (i = 0; i < NFILES; i++)
		if (write_file(dir, files[i].name, files[i].text, err) != 0)
			break;
	for (k = 0; i < NFILES && k < NFILES; k++) {
		path.len = 0;
		buf_printf(&path, "%s/%s", dir, files[k].name);
		(void)unlink(buf_z(&path));
	}
	buf_free(&path);
	if (i == NFILES)
		return (0);
	(void)rmdir(dir);
	return (-1);
}

int
migrate_new(const struct migrate *m, char **argv, struct err *err)
{
	struct buf name = { 0 }, path = { 0 };
	struct quote q;
	int rc = -1;

	if (argv[0] == NULL || argv[1] != NULL) {
		(void)err_set(err, "new takes one operand, the name");
		return (err_status(err, DIAG_USAGE));
	}
	put_name(argv[0], &name);
	buf_printf(&path, "%s/%s", m->dir, buf_z(&name));
	if (migration_check_name(argv[0], err) != 0 ||
	    migration_check_name(buf_z(&name), err) != 0)
		(void)err_status(err, DIAG_USAGE);
	else if (make_directory(m->dir, 1, err) == 0 &&
	    make_directory(buf_z(&path), 0, err) == 0 &&
	    make_files(buf_z(&path), err) == 0) {
		diag_note("made %s with up.sql, down.sql and verify.sql",
		    quote_z(&q, buf_z(&path)));
		rc = DIAG_OK;
	}
	buf_free(&name);
	buf_free(&path);
	return (rc);
}
