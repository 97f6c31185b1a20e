#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/opt.h"
#include "base/outfile.h"
#include "base/quote.h"
#include "db/engine.h"
#include "db/migrate_session.h"
#include "db/sqlite.h"

/* "app.db.before-2026-11-21T17:05:00.123Z" */
#define INFIX	".before-"
#define STAMP	24

/* Is there anything worth a copy? */
static int
is_empty(struct engine *e, struct err *err)
{
	struct engine_result *r;
	int rc;

	r = engine_query(e, "SELECT 1 FROM main.sqlite_schema LIMIT 1", NULL,
	    0, err);
	if (r == NULL)
		return (-1);
	rc = engine_rows(r) == 0;
	engine_done(r);
	return (rc);
}

static int
by_bytes(const void *x, const void *y)
{

	return (strcmp(*(char *const *)x, *(char *const *)y));
}

/* The directory of ${path}, and in *${base} where the name in it begins. */
static char *
split(const char *path, const char **base, struct arena *a)
{
	const char *slash = strrchr(path, '/');

	*base = slash == NULL ? path : slash + 1;
	if (slash == NULL)
		return (arena_dup(a, ".", 1));
	return (arena_dup(a, path, slash == path ? 1 :
	    (size_t)(slash - path)));
}

/* Remove all but the newest; that one cannot be removed does no harm. */
static void
thin_out(const char *path, uint64_t keep, struct arena *a)
{
	struct buf b = { 0 };
	const char *base, *dir = split(path, &base, a);
	size_t len = strlen(base), n = 0, i;
	struct dirent *d;
	char *names[1000];
	DIR *handle;

	if ((handle = opendir(dir)) == NULL)
		return;
	while ((d = readdir(handle)) != NULL &&
	    n < sizeof(names) / sizeof(names[0]))
		if (strncmp(d->d_name, base, len) == 0 &&
		    strncmp(d->d_name + len, INFIX, strlen(INFIX)) == 0 &&
		    strlen(d->d_name + len) == strlen(INFIX) + STAMP &&
		    strspn(d->d_name + len + strlen(INFIX),
		    "0123456789-:.TZ") == STAMP)
			names[n++] = arena_dup(a, d->d_name,
			    strlen(d->d_name));
	(void)closedir(handle);
	qsort(names, n, sizeof(names[0]), by_bytes);
	for (i = 0; i + keep < n; i++) {
		b.len = 0;
		buf_printf(&b, "%s/%s", dir, names[i]);
		(void)unlink(buf_z(&b));
	}
	buf_free(&b);
}

/* Who may not read the database may not read its copy.  Whose it is only root
 * can say. */
static int
protect(const char *copy, const char *db, struct err *err)
{
	struct quote q;
	struct stat st;

	if (stat(db, &st) != 0)
		return (err_sys(err, "could not read file %s",
		    quote_z(&q, db)));
	(void)!chown(copy, st.st_uid, st.st_gid);
	if (chmod(copy, st.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO)) != 0)
		return (err_sys(err, "could not change the mode of %s",
		    quote_z(&q, copy)));
	return (0);
}

static int
copy(struct sqlite *db, const char *to, struct err *err)
{
	struct outfile *f = outfile_create(to, err);
	struct quote q;

	if (f == NULL)
		return (-1);
	if (protect(outfile_temp(f), sqlite_path(db), err) != 0 ||
	    sqlite_backup(db, outfile_temp(f), err) != 0) {
		outfile_abort(f);
		return (err_prefix(err, "no backup could be made, and "
		    "nothing was run: "));
	}
	if (outfile_commit(f, err) != 0)
		return (-1);
	diag_note("backup in %s", quote_z(&q, to));
	return (0);
}

int
migrate_backup(struct migrate_session *ms, struct err *err)
{
	struct engine *e = runner_engine(ms->r);
	struct buf path = { 0 };
	const char *db;
	int rc;

	if (engine_sqlite(e) == NULL || ms->m->keep == 0)
		return (0);
	if ((rc = is_empty(e, err)) != 0)
		return (rc == 1 ? 0 : -1);
	db = sqlite_path(engine_sqlite(e));
	buf_printf(&path, "%s%s", db, INFIX);
	history_put_now(&path);
	if ((rc = copy(engine_sqlite(e), buf_z(&path), err)) == 0)
		thin_out(db, ms->m->keep, ms->a);
	buf_free(&path);
	return (rc);
}
