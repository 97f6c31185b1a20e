#include <sys/file.h>

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/engine.h"
#include "db/pg.h"
#include "db/runlock.h"
#include "db/sqlite.h"

#define SUFFIX	"-rowpipe.lock"
#define LINKS_MAX 40

/* Advisory locks are of one database; the first number is "rowp". */
#define CLASS	"1919907696"
#define RUNNER	"1"		/* whoever runs migrations */
#define STEP	"2"		/* the connection that a step is run on */

/* Seconds that a server process may take to end when its client is gone. */
#define FAREWELL 5

/* One that only asks who holds a lock has it for a moment. */
#define GRACE 0.1

/* How often to look whether it is free. */
static const struct timespec pause_between = { 0, 200 * 1000 * 1000 };

struct runlock {
	struct engine	*e;		/* PostgreSQL: holds it */
	int		 fd;		/* SQLite: holds it; else -1 */
};

/*
 * PostgreSQL.
 */

/* Return 1 when the lock was had, 0 when somebody else has it. */
static int
try_pg(struct engine *e, const char *number, struct err *err)
{
	struct engine_result *r;
	struct buf b = { 0 };
	int rc;

	buf_printf(&b, "SELECT pg_catalog.pg_try_advisory_lock(" CLASS
	    ", %s)::integer", number);
	r = engine_query(e, buf_z(&b), NULL, 0, err);
	buf_free(&b);
	if (r == NULL)
		return (-1);
	rc = engine_get_int(r, 0, 0) != 0;
	engine_done(r);
	return (rc);
}

static int
holder_pg(struct engine *e, const char *number, struct buf *b,
    struct err *err)
{
	struct engine_result *r;
	struct buf sql = { 0 };
	char text[256];
	const char *s;
	int rc;

	buf_printf(&sql, "SELECT 'server process ' || l.pid ||"
	    " COALESCE(' of ' || a.usename, '') ||"
	    " COALESCE(' from ' || a.client_addr, '') || COALESCE(' since ' ||"
	    " pg_catalog.to_char(a.backend_start AT TIME ZONE 'UTC',"
	    " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), '')"
	    " FROM pg_catalog.pg_locks AS l"
	    " LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid"
	    " WHERE l.locktype = 'advisory' AND l.granted"
	    " AND l.database = (SELECT oid FROM pg_catalog.pg_database"
	    " WHERE datname = pg_catalog.current_database())"
	    " AND l.classid = " CLASS " AND l.objid = %s AND l.objsubid = 2",
	    number);
	r = engine_query(e, buf_z(&sql), NULL, 0, err);
	buf_free(&sql);
	if (r == NULL)
		return (-1);
	rc = engine_rows(r) > 0;
	if (rc && (s = engine_get(r, 0, 0)) != NULL)
		buf_puts(b, quote_plain(text, sizeof(text), s, strlen(s)));
	engine_done(r);
	return (rc);
}

/*
 * SQLite.
 */

/* Where a symbolic link leads: a database has one lock by whatever name it is
 * opened. */
static void
put_path(struct engine *e, struct buf *b)
{
	const char *slash, *path = sqlite_path(engine_sqlite(e));
	char to[1024];
	ssize_t n;
	int i;

	buf_puts(b, path);
	for (i = 0; i < LINKS_MAX; i++) {
		n = readlink(buf_z(b), to, sizeof(to));
		if (n <= 0 || n == (ssize_t)sizeof(to))
			break;
		slash = to[0] == '/' ? NULL : strrchr(b->s, '/');
		b->len = slash == NULL ? 0 : (size_t)(slash + 1 - b->s);
		buf_put(b, to, (size_t)n);
	}
	buf_puts(b, SUFFIX);
}

static int
open_lock(struct engine *e, int flags, struct err *err)
{
	struct buf path = { 0 };
	struct quote q;
	int fd;

	put_path(e, &path);
	if ((fd = io_open(buf_z(&path), flags, 0666)) == -1 &&
	    errno != ENOENT)
		(void)err_sys(err, "could not open the lock %s",
		    quote_z(&q, buf_z(&path)));
	buf_free(&path);
	return (fd);
}

static int
try_file(int fd, struct err *err)
{

	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EWOULDBLOCK)
			return (0);
		if (errno != EINTR)
			return (err_sys(err, "could not lock the database"));
	}
	return (1);
}

/* Who we are, for those who find the file locked. */
static void
sign(int fd)
{
	const struct passwd *pw = getpwuid(geteuid());
	time_t now = time(NULL);
	struct buf b = { 0 };
	char text[32];
	struct tm tm;

	(void)gmtime_r(&now, &tm);
	(void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	buf_printf(&b, "process %ld of %s since %s\n", (long)getpid(),
	    pw == NULL ? "somebody" : pw->pw_name, text);
	if (ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0)
		(void)io_write(fd, b.s, b.len);
	buf_free(&b);
}

static void
put_signature(int fd, struct buf *b)
{
	char raw[200], text[256];
	ssize_t n = io_read_at(fd, raw, sizeof(raw), 0);

	if (n > 0)
		buf_puts(b, quote_plain(text, sizeof(text), raw, (size_t)n -
		    (raw[n - 1] == '\n')));
}

static int
holder_file(struct engine *e, struct buf *b, struct err *err)
{
	int fd, rc;

	err->msg[0] = '\0';
	if ((fd = open_lock(e, O_RDONLY, err)) == -1)
		return (err->msg[0] == '\0' ? 0 : -1);
	if ((rc = try_file(fd, err)) == 0)
		put_signature(fd, b);
	(void)close(fd);
	return (rc == -1 ? -1 : !rc);
}

/*
 * Both.
 */

int
runlock_holder(struct engine *e, struct buf *b, struct err *err)
{

	return (engine_pg(e) != NULL ? holder_pg(e, RUNNER, b, err) :
	    holder_file(e, b, err));
}

static int
try_lock(struct runlock *l, const char *number, struct err *err)
{

	return (l->e != NULL ? try_pg(l->e, number, err) :
	    try_file(l->fd, err));
}

static int
put_holder(struct runlock *l, const char *number, struct buf *b,
    struct err *err)
{

	if (l->e != NULL)
		return (holder_pg(l->e, number, b, err));
	put_signature(l->fd, b);
	return (0);
}

static int
wait_for(struct runlock *l, const char *number, const char *place,
    uint64_t wait, struct err *err)
{
	double until = clock_seconds() + (wait == 0 ? GRACE : (double)wait);
	struct buf who = { 0 };
	int rc, said = 0;

	while ((rc = try_lock(l, number, err)) == 0) {
		who.len = 0;
		if ((rc = put_holder(l, number, &who, err)) == -1)
			break;
		if (clock_seconds() >= until) {
			(void)err_set(err, "somebody else runs migrations on "
			    "%s%s%s", place, who.len == 0 ? "" : ": ",
			    buf_z(&who));
			(void)err_hint(err, "--wait SECONDS waits for the end "
			    "of that");
			rc = err_status(err, DIAG_FAIL);
			break;
		}
		/* One that is about to end is not worth a word. */
		if (said++ == 1)
			diag_note("waiting for %s", who.len == 0 ?
			    "another runner" : buf_z(&who));
		(void)nanosleep(&pause_between, NULL);
	}
	buf_free(&who);
	return (rc == 1 ? 0 : -1);
}

struct runlock *
runlock_take(struct engine *e, uint64_t wait, struct err *err)
{
	struct runlock *l = mem_alloc(sizeof(*l));

	l->fd = -1;
	if (engine_pg(e) != NULL) {
		if ((l->e = engine_again(e, err)) == NULL)
			goto failed;
	} else if ((l->fd = open_lock(e, O_RDWR | O_CREAT, err)) == -1)
		goto failed;
	if (wait_for(l, RUNNER, engine_place(e), wait, err) != 0)
		goto failed;
	if (l->fd != -1)
		sign(l->fd);
	return (l);

failed:
	runlock_free(l);
	return (NULL);
}

int
runlock_step(struct engine *e, uint64_t wait, struct err *err)
{
	struct runlock l = { .e = e, .fd = -1 };

	if (engine_pg(e) == NULL)
		return (0);
	/* That of the step before may not have ended yet. */
	return (wait_for(&l, STEP, engine_place(e), wait < FAREWELL ?
	    FAREWELL : wait, err));
}

int
runlock_held(struct runlock *l, struct err *err)
{

	if (l->e == NULL || engine_exec(l->e, "SELECT 1", err) == 0)
		return (0);
	(void)err_prefix(err, "the lock of this runner is lost: ");
	return (err_status(err, DIAG_FAIL));
}

void
runlock_free(struct runlock *l)
{

	if (l == NULL)
		return;
	engine_close(l->e);
	if (l->fd != -1)
		(void)close(l->fd);
	mem_free(l);
}
