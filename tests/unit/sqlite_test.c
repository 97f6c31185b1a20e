/*
 * sqlite_test - connections, statements, transactions and the catalog
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/err.h"
#include "db/sqlite.h"
#include "db/sqlite_table.h"
#include "tap.h"

static const struct sqlite_opts reading = { .mode = SQLITE_MODE_READ };
static const struct sqlite_opts writing = {
	.mode = SQLITE_MODE_WRITE, .sync = SQLITE_SYNCHRONOUS_FULL
};

static int64_t
number(struct sqlite *db, const char *sql)
{
	struct err err = ERR_INIT;
	struct sqlite_stmt *stmt = sqlite_prepare(db, sql, strlen(sql), &err);
	int64_t n = -1;

	if (stmt != NULL && sqlite_step(stmt, &err) == SQLITE_STEP_ROW)
		n = sqlite_column_int(stmt, 0);
	sqlite_finalize(stmt);
	return (n);
}

static void
test_open(void)
{
	struct err err = ERR_INIT;
	struct sqlite *db;

	ok(sqlite_open("none", &writing, &err) == NULL &&
	    err.status == DIAG_FAIL && access("none", F_OK) != 0,
	    "a file that is not there is neither opened nor made");
	ok((db = sqlite_open("app.db", &writing, &err)) != NULL,
	    "an empty file is an empty database");
	ok(number(db, "PRAGMA page_size") == 16384 &&
	    number(db, "PRAGMA foreign_keys") == 1 &&
	    number(db, "PRAGMA synchronous") == 2,
	    "one for writing has the settings of a load");
	ok(number(db, "PRAGMA cache_size") == -65536,
	    "and a cache of 64 MiB");
	sqlite_close(db);
	db = sqlite_open("app.db", &reading, &err);
	ok(db != NULL && sqlite_exec(db, "CREATE TABLE t (a)", &err) == -1 &&
	    err.status == DIAG_FAIL, "one for reading cannot be written");
	sqlite_close(db);
	sqlite_close(NULL);
}

static void
test_prepare(struct sqlite *db)
{
	static const struct {
		const char	*sql;
		int		 good;
	} cases[] = {
		{ "SELECT 1", 1 }, { "SELECT 1;", 1 },
		{ "SELECT 1; /* and no more */ ;; -- x", 1 },
		{ "SELECT 1; SELECT 2", 0 }, { "SELECT 1; rubbish", 0 },
		{ "", 0 }, { " ;", 0 }, { "-- x", 0 }, { "SELEC", 0 },
	};
	struct err err = ERR_INIT;
	struct sqlite_stmt *stmt;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		stmt = sqlite_prepare(db, cases[i].sql, strlen(cases[i].sql),
		    &err);
		ok((stmt != NULL) == cases[i].good, "%s one statement: %s",
		    cases[i].good ? "is" : "is not", cases[i].sql);
		sqlite_finalize(stmt);
	}
}

static void
test_values(struct sqlite *db)
{
	static const char sql[] = "SELECT ?1, ?2, ?3, ?4, ?5";
	struct err err = ERR_INIT;
	struct sqlite_stmt *stmt;
	struct sqlite_value v;

	stmt = sqlite_prepare(db, sql, sizeof(sql) - 1, &err);
	sqlite_bind_int(stmt, 1, INT64_MIN);
	sqlite_bind_real(stmt, 2, 0.1);
	sqlite_bind_text(stmt, 3, "a\0b!", 3);
	sqlite_bind_blob(stmt, 4, NULL, 0);
	sqlite_bind_null(stmt, 5);
	sqlite_bind_int(stmt, 6, 1);
	ok(sqlite_step(stmt, &err) == SQLITE_STEP_ROW,
	    "a parameter that is not there does no harm");
	sqlite_column(stmt, 0, &v);
	ok(v.type == SQLITE_TYPE_INTEGER && v.integer == INT64_MIN,
	    "an integer comes back");
	sqlite_column(stmt, 1, &v);
	ok(v.type == SQLITE_TYPE_REAL && v.real >= 0.1 && v.real <= 0.1,
	    "a real comes back");
	sqlite_column(stmt, 2, &v);
	ok(v.type == SQLITE_TYPE_TEXT && v.len == 3 &&
	    memcmp(v.s, "a\0b", 3) == 0, "text comes back with its NUL");
	sqlite_column(stmt, 3, &v);
	ok(v.type == SQLITE_TYPE_BLOB && v.len == 0,
	    "an empty blob is no null");
	sqlite_column(stmt, 4, &v);
	ok(v.type == SQLITE_TYPE_NULL, "null is null");
	ok(sqlite_step(stmt, &err) == SQLITE_STEP_DONE, "and that is all");
	sqlite_finalize(stmt);
}

static void
test_refusal(struct sqlite *db)
{
	static const char sql[] = "INSERT INTO t (id, v) VALUES (?1, ?2)";
	struct err err = ERR_INIT;
	struct sqlite_stmt *stmt;

	(void)sqlite_exec(db, "CREATE TABLE t (id INTEGER PRIMARY KEY,"
	    " v TEXT NOT NULL CHECK (v <> 'no'), up REFERENCES t)", &err);
	ok(sqlite_begin(db, &err) == 0, "a transaction begins");
	stmt = sqlite_prepare(db, sql, sizeof(sql) - 1, &err);
	sqlite_bind_int(stmt, 1, 1);
	sqlite_bind_z(stmt, 2, "yes");
	ok(sqlite_step(stmt, &err) == SQLITE_STEP_DONE &&
	    sqlite_changes(db) == 1, "a row is inserted");
	ok(sqlite_step(stmt, &err) == SQLITE_STEP_REFUSED &&
	    strcmp(err.rule, "unique") == 0 && err.status == DIAG_BADINPUT,
	    "a second one with its key is refused");
	sqlite_bind_int(stmt, 1, 2);
	sqlite_bind_null(stmt, 2);
	ok(sqlite_step(stmt, &err) == SQLITE_STEP_REFUSED &&
	    strcmp(err.rule, "not-null") == 0, "so is null");
	sqlite_bind_z(stmt, 2, "no");
	ok(sqlite_step(stmt, &err) == SQLITE_STEP_REFUSED &&
	    strcmp(err.rule, "check") == 0, "and what a check refuses");
	sqlite_bind_z(stmt, 1, "x");
	ok(sqlite_step(stmt, &err) == SQLITE_STEP_REFUSED &&
	    strcmp(err.rule, "type") == 0, "and another type");
	sqlite_finalize(stmt);
	ok(!sqlite_fk_pending(db) && sqlite_exec(db,
	    "UPDATE t SET up = 9", &err) == 0 && sqlite_fk_pending(db),
	    "a broken foreign key may wait");
	ok(sqlite_commit(db, &err) == -1 && err.status == DIAG_BADINPUT &&
	    number(db, "SELECT count(*) FROM t") == 0,
	    "but not beyond the commit, which rolls back");
}

static void
test_table(struct sqlite *db)
{
	struct err err = ERR_INIT;
	struct arena *a = arena_new();
	struct sqlite_table *t;
	const struct table *m;

	(void)sqlite_exec(db, "CREATE TABLE \"Odd\" (\n"
	    "  \"a\" TEXT, -- jsonb\n"
	    "  \"b\" INTEGER, -- boolean\n"
	    "  \"r\" REAL NOT NULL DEFAULT 1.5,\n"
	    "  \"x\" ANY,\n  \"y\" BLOB,\n"
	    "  \"g\" INTEGER AS (b + 1),\n"
	    "  PRIMARY KEY (b, a), UNIQUE (r, x),\n"
	    "  FOREIGN KEY (b) REFERENCES t ON DELETE CASCADE\n"
	    ") STRICT, WITHOUT ROWID;"
	    "CREATE TABLE plain (id INTEGER PRIMARY KEY, rowid, n INT,"
	    " v VARCHAR(9), f FLOATING, d DATETIME, u, _rowid_);"
	    "CREATE UNIQUE INDEX some ON plain (n) WHERE n > 0;"
	    "CREATE TABLE noalias (id INTEGER PRIMARY KEY DESC);"
	    "CREATE VIEW look AS SELECT * FROM plain", &err);
	ok(sqlite_table_exists(db, "odd", &err) == 1 &&
	    sqlite_table_exists(db, "none", &err) == 0,
	    "tables exist whatever the case of their name");
	t = sqlite_table_read(db, "ODD", a, &err);
	ok(t != NULL, "a table is read");
	if (t == NULL)
		return;
	ok(strcmp(t->model->name, "Odd") == 0 && t->strict &&
	    t->without_rowid && t->kind == SQLITE_KIND_TABLE &&
	    t->rowid == -1 && sqlite_table_rowid(t) == NULL,
	    "with its name and kind");
	m = t->model;
	ok(m->ncolumns == 6 && m->columns[0].type == COLUMN_JSON &&
	    m->columns[1].type == COLUMN_BOOLEAN &&
	    m->columns[2].type == COLUMN_ANY,
	    "with the types that are recorded");
	ok(m->columns[2].not_null &&
	    strcmp(m->columns[2].default_sql, "1.5") == 0 &&
	    m->columns[5].generated && !m->columns[0].generated,
	    "with constraints, defaults and what is computed");
	ok(m->primary_key.n == 2 && m->primary_key.v[0] == 1 &&
	    m->primary_key.v[1] == 0 && m->nunique == 1 &&
	    m->unique[0].columns.n == 2 && m->unique[0].columns.v[1] == 3,
	    "with its keys");
	ok(m->nrefs == 1 && strcmp(m->refs[0].table, "t") == 0 &&
	    strcmp(m->refs[0].fields[0], "id") == 0 &&
	    strcmp(m->refs[0].on_delete, "CASCADE") == 0,
	    "with its references, to primary keys that are not named too");
	ok(t->columns[3].affinity == SQLITE_AFFINITY_NONE &&
	    !t->columns[3].blob && t->columns[4].blob,
	    "ANY and BLOB are told apart");
	t = sqlite_table_read(db, "plain", a, &err);
	ok(t->rowid == 0 && strcmp(sqlite_table_rowid(t), "oid") == 0 &&
	    t->model->nunique == 0, "the rowid has a name that is free");
	ok(t->columns[2].affinity == SQLITE_AFFINITY_INTEGER &&
	    t->columns[3].affinity == SQLITE_AFFINITY_TEXT &&
	    t->columns[4].affinity == SQLITE_AFFINITY_REAL &&
	    t->columns[5].affinity == SQLITE_AFFINITY_NUMERIC &&
	    t->columns[6].affinity == SQLITE_AFFINITY_NONE,
	    "affinities are SQLite's");
	ok(sqlite_table_column(t, "ROWID", 5) == 1 &&
	    sqlite_table_column(t, "rowi", 4) == -1,
	    "columns are found whatever their case");
	t = sqlite_table_read(db, "noalias", a, &err);
	ok(t->rowid == -1, "a key that sorts down is not the rowid");
	t = sqlite_table_read(db, "look", a, &err);
	ok(t->kind == SQLITE_KIND_VIEW, "a view is one");
	ok(sqlite_table_read(db, "none", a, &err) == NULL &&
	    err.status == DIAG_FAIL, "a table that is not there is not read");
	arena_free(a);
}

static void
test_backup(struct sqlite *db)
{
	struct err err = ERR_INIT;
	struct sqlite *copy;

	(void)sqlite_exec(db, "INSERT INTO t (id, v) VALUES (1, 'old')", &err);
	(void)sqlite_begin(db, &err);
	(void)sqlite_exec(db, "INSERT INTO t (id, v) VALUES (2, 'new')", &err);
	ok(sqlite_backup(db, "copy.db", &err) == 0,
	    "a backup is made in the midst of a transaction");
	sqlite_rollback(db);
	copy = sqlite_open("copy.db", &reading, &err);
	ok(number(copy, "SELECT count(*) FROM t") == 1,
	    "and holds what was there before it");
	sqlite_close(copy);
}

int
main(void)
{
	char dir[] = "/tmp/sqlite_test.XXXXXX";
	struct err err = ERR_INIT;
	struct sqlite *db;

	if (mkdtemp(dir) == NULL || chdir(dir) != 0)
		return (1);
	(void)fclose(fopen("app.db", "w"));
	(void)fclose(fopen("copy.db", "w"));
	test_open();
	db = sqlite_open("app.db", &writing, &err);
	test_prepare(db);
	test_values(db);
	test_refusal(db);
	test_table(db);
	test_backup(db);
	sqlite_close(db);
	ok(unlink("app.db") == 0 && unlink("copy.db") == 0 &&
	    chdir("/") == 0 && rmdir(dir) == 0, "no journal is left");
	return (tap_done());
}
