#include <sys/wait.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/process.h"
#include "base/quote.h"
#include "db/engine.h"
#include "db/pg.h"
#include "db/scratch.h"
#include "db/sqlite.h"

#define DENIED	"42501"		/* a privilege is missing */
#define IN_USE	"55006"		/* others are connected to the template */

struct scratch {
	struct buf	 from;		/* PostgreSQL: names the original */
	struct buf	 conn;		/* names the copy */
	struct buf	 dir;		/* SQLite: all of the copy is in it */
	char		 name[64];	/* PostgreSQL: the database */
	int		 empty;		/* nothing is copied into it */
	int		 fd;		/* its end tells the watchman */
	pid_t		 watchman;
};

/*
 * Dropping, in the watchman.
 */

static int
remove_files(const char *dir)
{
	struct buf path = { 0 };
	struct dirent *d;
	DIR *handle;

	if ((handle = opendir(dir)) == NULL)
		return (errno == ENOENT ? 0 : -1);
	while ((d = readdir(handle)) != NULL) {
		if (strcmp(d->d_name, ".") == 0 ||
		    strcmp(d->d_name, "..") == 0)
			continue;
		path.len = 0;
		buf_printf(&path, "%s/%s", dir, d->d_name);
		(void)unlink(buf_z(&path));
	}
	(void)closedir(handle);
	buf_free(&path);
	return (rmdir(dir));
}

static int
drop_database(struct scratch *s)
{
	struct err err = ERR_INIT;
	struct buf sql = { 0 };
	struct engine *e;
	int rc = -1;

	buf_printf(&sql, "DROP DATABASE IF EXISTS %s WITH (FORCE)", s->name);
	if ((e = engine_open(buf_z(&s->from), ENGINE_WRITE, 0, &err)) != NULL)
		rc = engine_exec(e, buf_z(&sql), &err);
	if (rc != 0)
		diag_err(NULL, &err);
	engine_close(e);
	buf_free(&sql);
	return (rc);
}

static void
watch(struct scratch *s, int fd)
{
	static const int numbers[] = { SIGHUP, SIGINT, SIGTERM, SIGPIPE };
	size_t i;
	char c;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		(void)signal(numbers[i], SIG_IGN);
	while (io_read(fd, &c, 1) > 0)
		continue;
	_exit((s->name[0] != '\0' ? drop_database(s) :
	    remove_files(buf_z(&s->dir))) == 0 ? 0 : 1);
}

static int
start_watchman(struct scratch *s, struct err *err)
{
	int fds[2];

	if (pipe(fds) == -1)
		return (err_sys(err, "could not make a pipe"));
	(void)fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(fds[1], F_SETFD, FD_CLOEXEC);
	if ((s->watchman = process_fork(0)) == 0) {
		(void)close(fds[1]);
		watch(s, fds[0]);
	}
	(void)close(fds[0]);
	s->fd = fds[1];
	if (s->watchman == -1)
		return (err_sys(err, "could not start a process"));
	return (0);
}

/*
 * Copying.
 */

static int
copy_sqlite(struct scratch *s, struct sqlite *db, struct err *err)
{
	const char *tmp = getenv("TMPDIR"), *base;
	struct quote q;
	int fd;

	buf_printf(&s->dir, "%s/rowpipe-trial.XXXXXX",
	    tmp == NULL || *tmp == '\0' ? "/tmp" : tmp);
	if (mkdtemp(buf_z(&s->dir)) == NULL)
		return (err_sys(err, "could not make directory %s",
		    quote_z(&q, buf_z(&s->dir))));
	if (start_watchman(s, err) != 0)
		return (-1);
	base = strrchr(sqlite_path(db), '/');
	base = base == NULL ? sqlite_path(db) : base + 1;
	buf_printf(&s->conn, "sqlite:%s/%s", buf_z(&s->dir), base);
	fd = io_open(buf_z(&s->conn) + strlen("sqlite:"),
	    O_WRONLY | O_CREAT | O_EXCL, 0600);
	if (fd == -1)
		return (err_sys(err, "could not make %s",
		    quote_z(&q, buf_z(&s->conn))));
	(void)close(fd);
	return (s->empty ? 0 : sqlite_backup(db, buf_z(&s->conn) +
	    strlen("sqlite:"), err));
}

static void
set_variable(void *cookie, const char *name, const char *value)
{

	(void)cookie;
	if (setenv(name, value, 1) != 0)
		diag_die(DIAG_FAIL, "out of memory");
}

/* Make an empty database like that of ${e}. */
static int
create_empty(struct scratch *s, struct engine *e, struct err *err)
{
	struct engine_result *r;
	struct buf sql = { 0 };
	int rc = -1;

	r = engine_query(e, "SELECT pg_catalog.format('CREATE DATABASE %I"
	    " TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L',"
	    " $1::text, pg_catalog.pg_encoding_to_char(encoding), datcollate,"
	    " datctype) FROM pg_catalog.pg_database"
	    " WHERE datname = pg_catalog.current_database()",
	    (const char *const []){ s->name }, 1, err);
	if (r != NULL) {
		buf_puts(&sql, engine_get(r, 0, 0));
		rc = engine_exec(e, buf_z(&sql), err);
	}
	engine_done(r);
	buf_free(&sql);
	return (rc);
}

/* A dump that breaks off must not look like a whole one. */
static char dump[] = "{ pg_dump -d \"$1\" || echo 'SELECT 1/0;'; } |"
    " psql -X -q -v ON_ERROR_STOP=1 -d \"$2\" >/dev/null";

static int
pour(struct scratch *s, struct err *err)
{
	char sh[] = "sh", c[] = "-c";
	char *argv[] = {
		sh, c, dump, sh, buf_z(&s->from), buf_z(&s->conn), NULL
	};
	struct process p = {
		.argv = argv, .in = -1, .out = -1, .keep = -1,
		.name = "ROWPIPE_GATE"
	};
	int status;
	pid_t pid;

	if ((pid = process_start(&p, err)) == -1)
		return (-1);
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return (err_sys(err, "could not wait for pg_dump"));
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return (0);
	(void)err_set(err, "pg_dump into a scratch database failed");
	(void)err_hint(err, "when nobody else is connected, the database is "
	    "copied by the server itself");
	return (err_status(err, DIAG_FAIL));
}

static int
copy_pg(struct scratch *s, struct engine *e, struct err *err)
{
	struct pg *pg = engine_pg(e);
	struct buf sql = { 0 };
	struct timespec now;
	int rc;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)snprintf(s->name, sizeof(s->name), "rowpipe_trial_%ld_%ld",
	    (long)getpid(), now.tv_nsec);
	/* A password is not in the text. */
	pg_environment(pg, set_variable, NULL);
	pg_put_conninfo(pg, &s->from);
	pg_put_conninfo(pg, &s->conn);
	buf_printf(&s->conn, " dbname='%s'", s->name);
	if (start_watchman(s, err) != 0)
		return (-1);
	if (s->empty)
		return (create_empty(s, e, err));
	buf_printf(&sql, "CREATE DATABASE %s TEMPLATE ", s->name);
	pg_quote(&sql, getenv("PGDATABASE"));
	rc = engine_exec(e, buf_z(&sql), err);
	buf_free(&sql);
	if (rc == 0 || strcmp(pg_state(pg), IN_USE) != 0)
		return (rc);
	return (create_empty(s, e, err) == 0 && pour(s, err) == 0 ? 0 : -1);
}

static struct scratch *
make(struct engine *e, int empty, struct err *err)
{
	struct scratch *s = mem_alloc(sizeof(*s));
	struct err ignored = ERR_INIT;

	s->fd = -1;
	s->empty = empty;
	if ((engine_sqlite(e) != NULL ? copy_sqlite(s, engine_sqlite(e), err) :
	    copy_pg(s, e, err)) == 0) {
		(void)buf_z(&s->conn);
		return (s);
	}
	(void)scratch_close(s, &ignored);
	(void)err_prefix(err, "the database could not be copied: ");
	if (engine_pg(e) != NULL &&
	    strcmp(pg_state(engine_pg(e)), DENIED) == 0)
		(void)err_hint(err, "ALTER ROLE ... CREATEDB lets this role "
		    "make the copy, in which alone anything is run");
	return (NULL);
}

struct scratch *
scratch_new(struct engine *e, struct err *err)
{

	return (make(e, 0, err));
}

struct scratch *
scratch_empty(struct engine *e, struct err *err)
{

	return (make(e, 1, err));
}

const char *
scratch_conn(const struct scratch *s)
{

	return (s->conn.s);
}

int
scratch_close(struct scratch *s, struct err *err)
{
	struct quote q;
	int status = 0, rc = 0;

	if (s == NULL)
		return (0);
	if (s->fd != -1)
		(void)close(s->fd);
	while (s->watchman > 0 && waitpid(s->watchman, &status, 0) == -1)
		if (errno != EINTR)
			break;
	if (status != 0)
		rc = err_set(err, "the copy %s could not be dropped",
		    quote_z(&q, s->name[0] != '\0' ? s->name :
		    buf_z(&s->dir)));
	buf_free(&s->from);
	buf_free(&s->conn);
	buf_free(&s->dir);
	mem_free(s);
	return (rc);
}
