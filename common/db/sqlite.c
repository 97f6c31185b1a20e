#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Debian's library has it; its header asks. */
#define SQLITE_ENABLE_PREUPDATE_HOOK
#include <sqlite3.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/sqlite.h"
#include "db/sqlite_fault.h"
#include "json/json.h"

/* STRICT tables, pragma_table_list, SQLITE_OPEN_EXRESCODE. */
#define OLDEST 3037000

#define PAGE_BYTES 16384

/* Pages held for writing; the rest of a load needs a few MiB beside them. */
#define WRITE_CACHE_KIB 65536

struct valid;

struct sqlite {
	sqlite3			*db;
	const char		*path;
	const char		*name;	/* for messages */
	enum sqlite_mode	 mode;
	int			 open;	/* a transaction is */
	struct valid		*valid;	/* freed by SQLite */
	int			 bare;
	const struct sqlite_watch *watch;
	void			*watcher;
};

struct sqlite_stmt {
	sqlite3_stmt	*stmt;
	struct sqlite	*db;
	int		 bound;	/* of a sqlite_bind_* that failed */
};

/*
 * Failures.
 */

/* SQLite's own words for what happened last on the connection. */
static const char *
reason(const struct sqlite *db, char *dst, size_t size)
{
	const char *s = sqlite3_errmsg(db->db);

	return (quote_plain(dst, size, s, strlen(s)));
}

/* SQLite says that it may not write the database ${q}. */
static void
fail_readonly(const struct sqlite *db, const struct quote *q,
    const char *text, struct err *err)
{

	if (db->mode == SQLITE_MODE_READ) {
		(void)err_set(err, "database %s was left in the midst of a "
		    "change, which must be rolled back before it can be read",
		    q->s);
		(void)err_hint(err, "a program that may write it does so, as "
		    "in: sqlite3 %s .tables", q->s);
	} else {
		(void)err_set(err, "cannot write database %s: %s", q->s, text);
		(void)err_hint(err, "the file and its directory, where SQLite "
		    "keeps a journal, must be writable");
	}
}

/* Fill ${err} for the result code ${rc}, after which nothing can go on. */
static int
fail(const struct sqlite *db, int rc, struct err *err)
{
	char text[512], os[128] = "";
	struct quote q;
	int number = sqlite3_system_errno(db->db);

	(void)reason(db, text, sizeof(text));
	(void)quote_z(&q, db->name);
	if (number != 0)
		(void)snprintf(os, sizeof(os), " (%s)", strerror(number));
	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		(void)err_set(err, "could not lock database %s: %s", q.s,
		    text);
		(void)err_hint(err, "another program is using it; "
		    "--busy-timeout says how many seconds to wait for it");
		break;
	case SQLITE_NOTADB:
		(void)err_set(err, "file %s is not a SQLite database", q.s);
		break;
	case SQLITE_CORRUPT:
		(void)err_set(err, "database %s is damaged: %s", q.s, text);
		(void)err_hint(err, "the command .recover of the sqlite3 "
		    "shell may save its content");
		break;
	case SQLITE_CANTOPEN:
		(void)err_set(err, "could not open database %s or the journal "
		    "beside it%s", q.s, os);
		if (db->mode == SQLITE_MODE_WRITE)
			(void)err_hint(err, "SQLite keeps its journal in the "
			    "same directory, which must be writable");
		break;
	case SQLITE_READONLY:
	case SQLITE_PERM:
		fail_readonly(db, &q, text, err);
		break;
	case SQLITE_FULL:
	case SQLITE_IOERR:
		(void)err_set(err, "could not %s database %s: %s%s",
		    db->mode == SQLITE_MODE_READ ? "read" : "write", q.s,
		    text, os);
		break;
	default:
		(void)err_set(err, "database %s: %s", q.s, text);
		break;
	}
	return (err_status(err, DIAG_FAIL));
}

/* One word for the rejects. */
static const char *
rule_of(int rc)
{

	switch (rc) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
		return ("unique");
	case SQLITE_CONSTRAINT_NOTNULL:
		return ("not-null");
	case SQLITE_CONSTRAINT_CHECK:
		return ("check");
	case SQLITE_CONSTRAINT_FOREIGNKEY:
		return ("foreign-key");
	case SQLITE_CONSTRAINT_DATATYPE:
	case SQLITE_MISMATCH:
		return ("type");
	case SQLITE_CONSTRAINT_TRIGGER:
		return ("trigger");
	case SQLITE_TOOBIG:
		return ("size");
	default:
		return ("constraint");
	}
}

/*
 * Opening and closing.
 */

/* The one integer (or text "ok") that a pragma answers; -1 when it fails. */
static int
pragma_int(struct sqlite *db, const char *sql, int64_t *value,
    struct err *err)
{
	struct sqlite_stmt *stmt;
	int rc = -1;

	if ((stmt = sqlite_prepare(db, sql, strlen(sql), err)) == NULL)
		return (-1);
	switch (sqlite_step(stmt, err)) {
	case SQLITE_STEP_ROW:
		*value = sqlite_column_int(stmt, 0);
		rc = 0;
		break;
	case SQLITE_STEP_DONE:
		*value = 0;
		rc = 0;
		break;
	default:
		break;
	}
	sqlite_finalize(stmt);
	return (rc);
}

/* Rows go in as they once were, those of virtual tables' own tables too. */
static int
set_bare(struct sqlite *db, struct err *err)
{

	db->bare = 1;
	(void)sqlite3_db_config(db->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0,
	    NULL);
	(void)sqlite3_db_config(db->db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
	return (sqlite_exec(db, "PRAGMA ignore_check_constraints=ON", err));
}

static int
set_for_writing(struct sqlite *db, const struct sqlite_opts *opts,
    struct err *err)
{
	char sql[256];
	int64_t pages, enforced;

	if (pragma_int(db, "PRAGMA page_count", &pages, err) != 0)
		return (-1);
	/* The page size first: SQLite counts the cache in pages of the size
	 * that they have when it is told. */
	(void)snprintf(sql, sizeof(sql), "PRAGMA page_size=%d", PAGE_BYTES);
	if (pages == 0 && sqlite_exec(db, sql, err) != 0)
		return (-1);
	(void)snprintf(sql, sizeof(sql), "PRAGMA foreign_keys=%d;"
	    "PRAGMA cache_size=-%d;PRAGMA synchronous=%d;", !opts->bare,
	    WRITE_CACHE_KIB, opts->sync);
	if (sqlite_exec(db, sql, err) != 0)
		return (-1);
	if (db->mode == SQLITE_MODE_NEW && sqlite_exec(db,
	    "PRAGMA journal_mode=MEMORY;PRAGMA locking_mode=EXCLUSIVE",
	    err) != 0)
		return (-1);
	if (opts->bare)
		return (set_bare(db, err));
	if (pragma_int(db, "PRAGMA foreign_keys", &enforced, err) != 0)
		return (-1);
	if (!enforced) {
		(void)err_set(err, "this build of SQLite does not enforce "
		    "foreign keys");
		return (err_status(err, DIAG_FAIL));
	}
	return (0);
}

/* SQLite would find words of the path special, and a reason for each failure
 * of open(2) the same. */
static int
check_path(const char *path, struct err *err)
{
	struct stat st;
	struct quote q;

	if (stat(path, &st) != 0)
		return (err_sys(err, "could not open database %s",
		    quote_z(&q, path)));
	if (!S_ISREG(st.st_mode)) {
		(void)err_set(err, "cannot open database %s: it is no file",
		    quote_z(&q, path));
		return (err_status(err, DIAG_FAIL));
	}
	return (0);
}

static int
library_ready(struct err *err)
{

	if (sqlite3_libversion_number() < OLDEST) {
		(void)err_set(err, "SQLite %s is too old; 3.37 or later is "
		    "needed", sqlite3_libversion());
		return (err_status(err, DIAG_FAIL));
	}
	/* One thread, and nobody who asks how much memory SQLite has: only
	 * the first call, before SQLite has started, has any effect. */
	(void)sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	sqlite_fault_install();
	return (0);
}

/*
 * CHECK (json_valid(...)), which our own tables have for every JSON column,
 * is a third of the cost of a load as SQLite does it, and our reader has
 * several times its speed.  What it refuses, being stricter, SQLite's own
 * function decides; what is bound as a slice of a row that it has read needs
 * no second look.
 */
#define KNOWN_MAX 32

struct valid {
	struct json_reader	*reader;
	sqlite3			*plain;	/* where json_valid is SQLite's */
	sqlite3_stmt		*stmt;
	struct {
		const char	*s;
		size_t		 len;
	}			 known[KNOWN_MAX]; /* by sqlite_bind_json */
	size_t			 nknown;
};

static void
valid_free(void *p)
{
	struct valid *v = p;

	json_reader_free(v->reader);
	(void)sqlite3_finalize(v->stmt);
	(void)sqlite3_close(v->plain);
	mem_free(v);
}

static int
valid_plain(struct valid *v, sqlite3_value *value)
{
	int rc;

	if (v->stmt == NULL &&
	    (sqlite3_open_v2(":memory:", &v->plain, SQLITE_OPEN_READWRITE,
	    NULL) != SQLITE_OK || sqlite3_prepare_v2(v->plain,
	    "SELECT json_valid(?)", -1, &v->stmt, NULL) != SQLITE_OK))
		diag_die(DIAG_FAIL, "out of memory");
	(void)sqlite3_bind_value(v->stmt, 1, value);
	rc = sqlite3_step(v->stmt) == SQLITE_ROW &&
	    sqlite3_column_int(v->stmt, 0) != 0;
	(void)sqlite3_reset(v->stmt);
	return (rc);
}

static int
valid_known(const struct valid *v, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < v->nknown; i++)
		if (v->known[i].s == s && v->known[i].len == len)
			return (1);
	return (0);
}

static void
valid_call(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	struct valid *v = sqlite3_user_data(ctx);
	struct err err = ERR_INIT;
	struct json_value value;
	int rc = 0, text = sqlite3_value_type(argv[0]) == SQLITE_TEXT;
	const char *s = NULL;
	size_t len = 0;

	(void)argc;
	if (text) {
		/* In this order: the first may convert, and the second does
		 * not copy to have a NUL at the end, as text would. */
		len = (size_t)sqlite3_value_bytes(argv[0]);
		s = sqlite3_value_blob(argv[0]);
	}
	if (s != NULL)
		rc = valid_known(v, s, len) ||
		    json_read_value(v->reader, s, len, &value, &err) == 0;
	sqlite3_result_int(ctx, rc || valid_plain(v, argv[0]));
}

static int
valid_install(struct sqlite *db, struct err *err)
{
	struct valid *v = mem_alloc(sizeof(*v));
	int rc;

	v->reader = json_reader_new();
	db->valid = v;
	rc = sqlite3_create_function_v2(db->db, "json_valid", 1,
	    SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, v,
	    valid_call, NULL, NULL, valid_free);
	return (rc == SQLITE_OK ? 0 : fail(db, rc, err));
}

/* Open the file itself, whatever its name looks like. */
static int
open_file(struct sqlite *db, struct err *err)
{
	struct buf name = { 0 };
	int rc;

	if (db->path[0] == ':' || strncmp(db->path, "file:", 5) == 0)
		buf_puts(&name, "./");
	buf_puts(&name, db->path);
	rc = sqlite3_open_v2(buf_z(&name), &db->db, SQLITE_OPEN_EXRESCODE |
	    (db->mode == SQLITE_MODE_READ ? SQLITE_OPEN_READONLY :
	    SQLITE_OPEN_READWRITE), NULL);
	buf_free(&name);
	if (db->db == NULL)
		diag_die(DIAG_FAIL, "out of memory");
	if (rc != SQLITE_OK)
		return (fail(db, rc, err));
	return (db->mode == SQLITE_MODE_READ ? 0 : valid_install(db, err));
}

struct sqlite *
sqlite_open(const char *path, const struct sqlite_opts *opts,
    struct err *err)
{
	struct sqlite *db;
	uint64_t wait = opts->busy;
	struct quote q;
	int64_t n;

	if (library_ready(err) != 0 || check_path(path, err) != 0)
		return (NULL);
	db = mem_alloc(sizeof(*db));
	db->path = path;
	db->name = opts->name != NULL ? opts->name : path;
	db->mode = opts->mode;
	if (open_file(db, err) != 0)
		goto failed;
	if (wait > 1000000)
		wait = 1000000;
	(void)sqlite3_busy_timeout(db->db, (int)(wait * 1000));
	(void)sqlite3_db_config(db->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	/* The first look into the file: only now is it known to be one. */
	if (pragma_int(db, "SELECT count(*) FROM sqlite_schema", &n, err) != 0)
		goto failed;
	if (opts->mode == SQLITE_MODE_READ) {
		if (sqlite_exec(db, "PRAGMA query_only=ON", err) != 0)
			goto failed;
	} else if (sqlite3_db_readonly(db->db, "main") != 0) {
		(void)err_set(err, "cannot write database %s: the file is "
		    "not writable", quote_z(&q, path));
		(void)err_status(err, DIAG_FAIL);
		goto failed;
	} else if (set_for_writing(db, opts, err) != 0)
		goto failed;
	return (db);

failed:
	sqlite_close(db);
	return (NULL);
}

void
sqlite_close(struct sqlite *db)
{

	if (db == NULL)
		return;
	(void)sqlite3_close_v2(db->db);
	mem_free(db);
}

const char *
sqlite_database(const struct sqlite *db)
{

	return (db->name);
}

const char *
sqlite_path(const struct sqlite *db)
{

	return (db->path);
}

/* Tell who watches that a statement has ended. */
static int
tell_done(struct sqlite *db, int kept, struct err *err)
{

	return (db->watch == NULL ? 0 :
	    db->watch->done(db->watcher, kept, err));
}

int
sqlite_exec(struct sqlite *db, const char *sql, struct err *err)
{
	int rc = sqlite3_exec(db->db, sql, NULL, NULL, NULL);

	return (rc == SQLITE_OK ? tell_done(db, 1, err) : fail(db, rc, err));
}

/*
 * Watching.
 */

static void
on_change(void *cookie, sqlite3 *handle, int op, const char *database,
    const char *table, sqlite3_int64 before, sqlite3_int64 after)
{
	struct sqlite *db = cookie;

	(void)handle;
	if (strcmp(database, "main") != 0)
		return;
	db->watch->change(db->watcher, op == SQLITE_INSERT ?
	    SQLITE_CHANGE_INSERT : op == SQLITE_UPDATE ?
	    SQLITE_CHANGE_UPDATE : SQLITE_CHANGE_DELETE, table, before,
	    after);
}

void
sqlite_watch(struct sqlite *db, const struct sqlite_watch *watch,
    void *cookie)
{

	db->watch = watch;
	db->watcher = cookie;
	(void)sqlite3_preupdate_hook(db->db, watch == NULL ? NULL : on_change,
	    db);
}

int
sqlite_enforces(const struct sqlite *db)
{

	return (!db->bare);
}

/*
 * Transactions.
 */

int
sqlite_begin(struct sqlite *db, struct err *err)
{

	if (sqlite_exec(db, db->mode == SQLITE_MODE_READ ? "BEGIN" :
	    "BEGIN IMMEDIATE; PRAGMA defer_foreign_keys=ON", err) != 0)
		return (-1);
	db->open = 1;
	return (0);
}

int
sqlite_commit(struct sqlite *db, struct err *err)
{
	int rc = sqlite3_exec(db->db, "COMMIT", NULL, NULL, NULL);

	if (rc == SQLITE_OK) {
		db->open = 0;
		return (0);
	}
	(void)fail(db, rc, err);
	if (rc == SQLITE_CONSTRAINT_FOREIGNKEY)
		(void)err_status(err, DIAG_BADINPUT);
	/* The journal's removal is what commits: when that, or making it
	 * durable, or what comes after it, went wrong, only the file system
	 * knows. */
	if (rc == SQLITE_IOERR_DELETE || rc == SQLITE_IOERR_DIR_FSYNC ||
	    rc == SQLITE_IOERR_DIR_CLOSE || rc == SQLITE_IOERR_UNLOCK ||
	    rc == SQLITE_IOERR_RDLOCK) {
		(void)err_hint(err, "whether the rows are there, the next "
		    "program that opens the database will see");
		(void)err_status(err, DIAG_UNKNOWN);
	}
	sqlite_rollback(db);
	return (-1);
}

void
sqlite_rollback(struct sqlite *db)
{

	if (sqlite3_get_autocommit(db->db) == 0)
		(void)sqlite3_exec(db->db, "ROLLBACK", NULL, NULL, NULL);
	db->open = 0;
}

int
sqlite_in_transaction(const struct sqlite *db)
{

	return (sqlite3_get_autocommit(db->db) == 0);
}

int
sqlite_fk_pending(struct sqlite *db)
{
	int now = 1, high = 0;

	(void)sqlite3_db_status(db->db, SQLITE_DBSTATUS_DEFERRED_FKS, &now,
	    &high, 0);
	return (now != 0);
}

int64_t
sqlite_changes(struct sqlite *db)
{

	return (sqlite3_changes(db->db));
}

/*
 * Backup.
 */

static int
copy_pages(struct sqlite *to, struct sqlite *from, struct err *err)
{
	sqlite3_backup *b;
	int rc;

	if ((b = sqlite3_backup_init(to->db, "main", from->db, "main")) ==
	    NULL)
		return (fail(to, sqlite3_errcode(to->db), err));
	(void)sqlite3_backup_step(b, -1);
	rc = sqlite3_backup_finish(b);
	return (rc == SQLITE_OK ? 0 : fail(to, rc, err));
}

static int
check_integrity(struct sqlite *db, struct err *err)
{
	static const char sql[] = "PRAGMA integrity_check(1)";
	struct sqlite_stmt *stmt;
	enum sqlite_step step;
	struct quote q;
	char text[256];
	const char *s;
	int rc = -1;

	if ((stmt = sqlite_prepare(db, sql, sizeof(sql) - 1, err)) == NULL)
		return (-1);
	step = sqlite_step(stmt, err);
	if (step == SQLITE_STEP_ROW || step == SQLITE_STEP_DONE) {
		s = step == SQLITE_STEP_DONE ? NULL : sqlite_column_z(stmt, 0);
		if (s != NULL && strcmp(s, "ok") == 0)
			rc = 0;
		else {
			(void)err_set(err, "backup %s fails SQLite's "
			    "integrity check: %s", quote_z(&q, db->path),
			    s == NULL ? "no answer" : quote_plain(text,
			    sizeof(text), s, strlen(s)));
			(void)err_status(err, DIAG_FAIL);
		}
	}
	sqlite_finalize(stmt);
	return (rc);
}

int
sqlite_backup(struct sqlite *db, const char *path, struct err *err)
{
	struct sqlite_opts opts = { .mode = SQLITE_MODE_READ, .busy = 5 };
	struct sqlite *from = NULL, *to = NULL;
	int rc = -1;

	/* A connection that has begun to write cannot be the source. */
	if ((from = sqlite_open(db->path, &opts, err)) == NULL)
		goto done;
	opts.mode = SQLITE_MODE_NEW;
	if ((to = sqlite_open(path, &opts, err)) == NULL)
		goto done;
	if (copy_pages(to, from, err) == 0)
		rc = check_integrity(to, err);

done:
	sqlite_close(to);
	sqlite_close(from);
	return (rc);
}

/*
 * Statements.
 */

/* Whether nothing but white space, comments and semicolons is left. */
static int
nothing_left(struct sqlite *db, const char *s, const char *end)
{
	sqlite3_stmt *more = NULL;

	while (s < end && more == NULL) {
		if (sqlite3_prepare_v2(db->db, s, (int)(end - s), &more, &s) !=
		    SQLITE_OK)
			return (0);
	}
	(void)sqlite3_finalize(more);
	return (more == NULL);
}

struct sqlite_stmt *
sqlite_prepare(struct sqlite *db, const char *sql, size_t len,
    struct err *err)
{
	struct sqlite_stmt *stmt;
	sqlite3_stmt *s = NULL;
	const char *tail;
	int rc;

	if (len > INT32_MAX) {
		(void)err_set(err, "SQL of %zu bytes is too long", len);
		(void)err_status(err, DIAG_USAGE);
		return (NULL);
	}
	rc = sqlite3_prepare_v3(db->db, sql, (int)len,
	    SQLITE_PREPARE_PERSISTENT, &s, &tail);
	if (rc != SQLITE_OK) {
		(void)fail(db, rc, err);
		return (NULL);
	}
	if (s == NULL || !nothing_left(db, tail, sql + len)) {
		(void)sqlite3_finalize(s);
		(void)err_set(err, "SQL is %s", s == NULL ? "empty" :
		    "more than one statement");
		(void)err_status(err, DIAG_USAGE);
		return (NULL);
	}
	stmt = mem_alloc(sizeof(*stmt));
	stmt->stmt = s;
	stmt->db = db;
	return (stmt);
}

void
sqlite_finalize(struct sqlite_stmt *stmt)
{

	if (stmt == NULL)
		return;
	(void)sqlite3_finalize(stmt->stmt);
	mem_free(stmt);
}

int
sqlite_readonly(const struct sqlite_stmt *stmt)
{

	return (sqlite3_stmt_readonly(stmt->stmt));
}

/* Bindings that fail are remembered until the step.  A statement need not have
 * every parameter. */
static void
keep(struct sqlite_stmt *stmt, int rc)
{

	if (rc != SQLITE_OK && rc != SQLITE_RANGE)
		stmt->bound = rc;
}

void
sqlite_bind_null(struct sqlite_stmt *stmt, int i)
{

	keep(stmt, sqlite3_bind_null(stmt->stmt, i));
}

void
sqlite_bind_int(struct sqlite_stmt *stmt, int i, int64_t v)
{

	keep(stmt, sqlite3_bind_int64(stmt->stmt, i, v));
}

void
sqlite_bind_real(struct sqlite_stmt *stmt, int i, double v)
{

	keep(stmt, sqlite3_bind_double(stmt->stmt, i, v));
}

void
sqlite_bind_text(struct sqlite_stmt *stmt, int i, const char *s, size_t len)
{

	keep(stmt, sqlite3_bind_text64(stmt->stmt, i, s, len,
	    SQLITE_STATIC, SQLITE_UTF8));
}

void
sqlite_bind_json(struct sqlite_stmt *stmt, int i, const char *s, size_t len)
{
	struct valid *v = stmt->db->valid;

	sqlite_bind_text(stmt, i, s, len);
	if (v == NULL || v->nknown == KNOWN_MAX)
		return;
	v->known[v->nknown].s = s;
	v->known[v->nknown++].len = len;
}

void
sqlite_bind_blob(struct sqlite_stmt *stmt, int i, const void *p, size_t len)
{

	/* A null pointer would bind NULL. */
	keep(stmt, sqlite3_bind_blob64(stmt->stmt, i, len == 0 ? "" : p,
	    len, SQLITE_STATIC));
}

void
sqlite_bind_z(struct sqlite_stmt *stmt, int i, const char *s)
{

	if (s == NULL)
		sqlite_bind_null(stmt, i);
	else
		sqlite_bind_text(stmt, i, s, strlen(s));
}

struct sqlite_stmt *
sqlite_ask(struct sqlite *db, const char *sql, const char *name,
    struct err *err)
{
	struct sqlite_stmt *stmt = sqlite_prepare(db, sql, strlen(sql), err);

	if (stmt != NULL)
		sqlite_bind_z(stmt, 1, name);
	return (stmt);
}

void
sqlite_bind_value(struct sqlite_stmt *stmt, int i,
    const struct sqlite_value *v)
{

	switch (v->type) {
	case SQLITE_TYPE_INTEGER:
		sqlite_bind_int(stmt, i, v->integer);
		break;
	case SQLITE_TYPE_REAL:
		sqlite_bind_real(stmt, i, v->real);
		break;
	case SQLITE_TYPE_TEXT:
		sqlite_bind_text(stmt, i, v->s, v->len);
		break;
	case SQLITE_TYPE_BLOB:
		sqlite_bind_blob(stmt, i, v->s, v->len);
		break;
	default:
		sqlite_bind_null(stmt, i);
		break;
	}
}

/* The statement broke a rule of the table; make sure that this is all. */
static enum sqlite_step
refused(struct sqlite *db, int rc, struct err *err)
{
	char text[512];

	(void)err_set(err, "%s", reason(db, text, sizeof(text)));
	(void)err_rule(err, rule_of(rc), NULL);
	if (db->open && sqlite3_get_autocommit(db->db) != 0) {
		(void)err_hint(err, "INSERT OR ROLLBACK, or a trigger with "
		    "RAISE(ROLLBACK), ended the whole transaction");
		(void)err_status(err, DIAG_FAIL);
		return (SQLITE_STEP_FAIL);
	}
	if (sqlite3_changes(db->db) != 0) {
		(void)err_hint(err, "a trigger with RAISE(FAIL) refused the "
		    "row and kept it all the same; use RAISE(ABORT)");
		(void)err_status(err, DIAG_FAIL);
		return (SQLITE_STEP_FAIL);
	}
	(void)err_status(err, DIAG_BADINPUT);
	return (SQLITE_STEP_REFUSED);
}

enum sqlite_step
sqlite_step(struct sqlite_stmt *stmt, struct err *err)
{
	enum sqlite_step step;
	int rc = stmt->bound;

	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt->stmt);
	if (rc == SQLITE_ROW)
		return (SQLITE_STEP_ROW);
	if (rc == SQLITE_DONE)
		step = SQLITE_STEP_DONE;
	else if (stmt->bound == SQLITE_TOOBIG) {
		(void)err_set(err, "value is larger than SQLite can hold");
		(void)err_rule(err, "size", NULL);
		(void)err_status(err, DIAG_BADINPUT);
		step = SQLITE_STEP_REFUSED;
	} else if ((rc & 0xff) == SQLITE_CONSTRAINT ||
	    (rc & 0xff) == SQLITE_MISMATCH || (rc & 0xff) == SQLITE_TOOBIG)
		step = refused(stmt->db, rc, err);
	else {
		(void)fail(stmt->db, rc, err);
		step = SQLITE_STEP_FAIL;
	}
	if (step != SQLITE_STEP_FAIL &&
	    !sqlite3_stmt_readonly(stmt->stmt) &&
	    tell_done(stmt->db, step == SQLITE_STEP_DONE, err) != 0)
		step = SQLITE_STEP_FAIL;
	sqlite_reset(stmt);
	return (step);
}

void
sqlite_reset(struct sqlite_stmt *stmt)
{

	(void)sqlite3_reset(stmt->stmt);
	stmt->bound = SQLITE_OK;
	if (stmt->db->valid != NULL)
		stmt->db->valid->nknown = 0;
}

size_t
sqlite_columns(const struct sqlite_stmt *stmt)
{

	return ((size_t)sqlite3_column_count(stmt->stmt));
}

/* For want of memory SQLite gives nothing instead of a value that it has to
 * convert, and tells only whoever asks for the next row. */
static const char *
whole(const void *value, size_t len)
{

	if (value == NULL && len > 0)
		diag_die(DIAG_FAIL, "out of memory");
	return (value == NULL ? "" : value);
}

const char *
sqlite_column_name(const struct sqlite_stmt *stmt, size_t i)
{

	return (whole(sqlite3_column_name(stmt->stmt, (int)i), 1));
}

const char *
sqlite_column_origin(const struct sqlite_stmt *stmt, size_t i,
    const char **table)
{

	*table = sqlite3_column_table_name(stmt->stmt, (int)i);
	return (sqlite3_column_origin_name(stmt->stmt, (int)i));
}

void
sqlite_column(const struct sqlite_stmt *stmt, size_t i,
    struct sqlite_value *v)
{
	sqlite3_stmt *s = stmt->stmt;
	int c = (int)i;

	switch (sqlite3_column_type(s, c)) {
	case SQLITE_INTEGER:
		v->type = SQLITE_TYPE_INTEGER;
		v->integer = sqlite3_column_int64(s, c);
		break;
	case SQLITE_FLOAT:
		v->type = SQLITE_TYPE_REAL;
		v->real = sqlite3_column_double(s, c);
		break;
	case SQLITE_TEXT:
		v->type = SQLITE_TYPE_TEXT;
		v->s = whole(sqlite3_column_text(s, c), 1);
		v->len = (size_t)sqlite3_column_bytes(s, c);
		break;
	case SQLITE_BLOB:
		v->type = SQLITE_TYPE_BLOB;
		v->s = sqlite3_column_blob(s, c);
		v->len = (size_t)sqlite3_column_bytes(s, c);
		v->s = whole(v->s, v->len);
		break;
	default:
		v->type = SQLITE_TYPE_NULL;
		break;
	}
}

void
sqlite_watch_value(struct sqlite *db, int after, size_t column,
    struct sqlite_value *v)
{
	sqlite3_value *value = NULL;
	int rc;

	memset(v, 0, sizeof(*v));
	if (after)
		rc = sqlite3_preupdate_new(db->db, (int)column, &value);
	else
		rc = sqlite3_preupdate_old(db->db, (int)column, &value);
	if (rc == SQLITE_NOMEM)
		diag_die(DIAG_FAIL, "out of memory");
	switch (value == NULL ? SQLITE_NULL : sqlite3_value_type(value)) {
	case SQLITE_INTEGER:
		v->type = SQLITE_TYPE_INTEGER;
		v->integer = sqlite3_value_int64(value);
		break;
	case SQLITE_FLOAT:
		v->type = SQLITE_TYPE_REAL;
		v->real = sqlite3_value_double(value);
		break;
	case SQLITE_TEXT:
		v->type = SQLITE_TYPE_TEXT;
		v->s = whole(sqlite3_value_text(value), 1);
		v->len = (size_t)sqlite3_value_bytes(value);
		break;
	case SQLITE_BLOB:
		v->type = SQLITE_TYPE_BLOB;
		v->s = sqlite3_value_blob(value);
		v->len = (size_t)sqlite3_value_bytes(value);
		v->s = whole(v->s, v->len);
		break;
	default:
		v->type = SQLITE_TYPE_NULL;
		break;
	}
}

int64_t
sqlite_column_int(const struct sqlite_stmt *stmt, size_t i)
{

	return (sqlite3_column_int64(stmt->stmt, (int)i));
}

const char *
sqlite_column_z(const struct sqlite_stmt *stmt, size_t i)
{

	if (sqlite3_column_type(stmt->stmt, (int)i) == SQLITE_NULL)
		return (NULL);
	return (whole(sqlite3_column_text(stmt->stmt, (int)i), 1));
}
