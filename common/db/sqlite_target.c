#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/fault.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/outfile.h"
#include "base/quote.h"
#include "db/sqlite.h"
#include "db/sqlite_target.h"
#include "db/sqlite_undo.h"

struct sqlite_target {
	const char				*path;
	const struct sqlite_target_opts		*opts;
	struct sqlite				*db;
	struct outfile				*made;	/* a new file, not yet
							   in place */
	int					 fresh;	/* new, in place, and
							   nothing in it */
	char					*backup;
	struct sqlite_undo			*undo;
	int					 ready;	/* undo is durable */
};

/* The name of a backup that was asked for without one. */
static char *
backup_name(const struct sqlite_target *t)
{
	time_t now = time(NULL);
	struct buf b = { 0 };
	char stamp[32];
	struct stat st;
	struct tm tm;
	char *name;
	int n;

	(void)gmtime_r(&now, &tm);
	(void)strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &tm);
	for (n = 1; n < 100; n++) {
		b.len = 0;
		buf_printf(&b, "%s.%s", t->path, stamp);
		if (n > 1)
			buf_printf(&b, "-%d", n);
		buf_puts(&b, ".bak");
		if (lstat(buf_z(&b), &st) != 0)
			break;
	}
	name = mem_strdup(buf_z(&b));
	buf_free(&b);
	return (name);
}

static int
make_backup(struct sqlite_target *t, struct err *err)
{
	struct outfile *f;

	t->backup = t->opts->backup[0] == '\0' ? backup_name(t) :
	    mem_strdup(t->opts->backup);
	if ((f = outfile_create(t->backup, err)) == NULL)
		return (-1);
	if (sqlite_backup(t->db, outfile_temp(f), err) != 0) {
		outfile_abort(f);
		return (-1);
	}
	return (outfile_commit(f, err));
}

/* There is no file: make one, where ${path} then says. */
static int
make_file(struct sqlite_target *t, const char **path, struct err *err)
{
	struct quote q;
	int fd;

	if (!t->opts->create) {
		(void)err_set(err, "database %s does not exist",
		    quote_z(&q, t->path));
		if (!t->opts->bare)
			(void)err_hint(err, "--create makes it");
		return (err_status(err, DIAG_FAIL));
	}
	if (!t->opts->stepwise || t->opts->dry_run) {
		if ((t->made = outfile_create(t->path, err)) == NULL)
			return (-1);
		*path = outfile_temp(t->made);
		return (0);
	}
	fd = io_open(t->path, O_RDWR | O_CREAT | O_EXCL, 0666);
	if (fd == -1)
		return (err_sys(err, "could not create database %s",
		    quote_z(&q, t->path)));
	(void)close(fd);
	t->fresh = 1;
	return (0);
}

struct sqlite_target *
sqlite_target_open(const char *path, const struct sqlite_target_opts *opts,
    struct err *err)
{
	struct sqlite_target *t = mem_alloc(sizeof(*t));
	struct sqlite_opts how = {
		.name = path, .busy = opts->busy, .sync = opts->sync,
		.bare = opts->bare
	};
	const char *file = path;
	struct stat st;
	int there;

	t->path = path;
	t->opts = opts;
	there = stat(path, &st) == 0 || errno != ENOENT;
	if (!there && make_file(t, &file, err) != 0)
		goto failed;
	how.mode = t->made != NULL ? SQLITE_MODE_NEW : SQLITE_MODE_WRITE;
	if ((t->db = sqlite_open(file, &how, err)) == NULL)
		goto failed;
	if (sqlite_begin(t->db, err) != 0)
		goto failed;
	if (there && opts->backup != NULL && !opts->dry_run &&
	    make_backup(t, err) != 0)
		goto failed;
	if (opts->undo_log != NULL && (t->undo = sqlite_undo_new(t->db,
	    opts->undo_log, err)) == NULL)
		goto failed;
	return (t);

failed:
	sqlite_target_abandon(t);
	return (NULL);
}

struct sqlite *
sqlite_target_db(const struct sqlite_target *t)
{

	return (t->db);
}

const char *
sqlite_target_backup(const struct sqlite_target *t)
{

	return (t->backup);
}

int
sqlite_target_ready(struct sqlite_target *t, struct err *err)
{

	if (t->undo == NULL || t->opts->dry_run || t->ready)
		return (0);
	if (sqlite_undo_sync(t->undo, err) != 0)
		return (-1);
	t->ready = 1;
	return (0);
}

/* Commit, after the undo log says what. */
static int
commit(struct sqlite_target *t, struct err *err)
{

	if (sqlite_target_ready(t, err) != 0)
		return (-1);
	t->ready = 0;
	if (sqlite_commit(t->db, err) == 0)
		return (0);
	if (t->undo != NULL && err->status == DIAG_UNKNOWN)
		sqlite_undo_unknown(t->undo);
	return (-1);
}

int
sqlite_target_step(struct sqlite_target *t, struct err *err)
{

	if (t->opts->dry_run)
		return (0);
	if (commit(t, err) != 0)
		return (-1);
	if (t->undo != NULL)
		sqlite_undo_committed(t->undo);
	t->fresh = 0;
	return (0);
}

int
sqlite_target_next(struct sqlite_target *t, struct err *err)
{

	return (sqlite_begin(t->db, err));
}

static void
close_database(struct sqlite_target *t)
{

	if (t->undo != NULL)
		sqlite_undo_detach(t->undo);
	sqlite_close(t->db);
	t->db = NULL;
}

int
sqlite_target_close(struct sqlite_target *t, struct err *err)
{
	struct outfile *made = t->made;
	int rc = 0;

	if (t->opts->dry_run) {
		sqlite_target_abandon(t);
		return (0);
	}
	if (commit(t, err) != 0) {
		sqlite_target_abandon(t);
		return (-1);
	}
	t->made = NULL;
	t->fresh = 0;
	/* SQLite's locks must be gone before the descriptor is closed. */
	close_database(t);
	if (made != NULL)
		rc = outfile_commit(made, err);
	if (rc == 0 && t->undo != NULL)
		sqlite_undo_committed(t->undo);
	sqlite_target_abandon(t);
	return (rc);
}

void
sqlite_target_abandon(struct sqlite_target *t)
{

	struct err ignored = ERR_INIT;

	if (t == NULL)
		return;
	if (t->db != NULL && fault_planted("rollback"))
		(void)sqlite_commit(t->db, &ignored);
	close_database(t);
	sqlite_undo_free(t->undo);
	outfile_abort(t->made);
	if (t->fresh)
		(void)unlink(t->path);
	mem_free(t->backup);
	mem_free(t);
}
