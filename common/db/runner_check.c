#include <string.h>

#include "base/diag.h"
#include "base/err.h"
#include "base/quote.h"
#include "db/runner_private.h"
#include "schema/sqlscript.h"
#include "schema/sqltoken.h"

/* Statements that have no place in a transaction, or would end it. */
static const struct {
	const char	*words;
	const char	*why;
} misplaced[] = {
	{ "begin", "the transaction is row-migrate's" },
	{ "start transaction", "the transaction is row-migrate's" },
	{ "commit", "the transaction is row-migrate's" },
	{ "end", "the transaction is row-migrate's" },
	{ "abort", "the transaction is row-migrate's" },
	{ "prepare transaction", "the transaction is row-migrate's" },
	{ "vacuum", "it cannot run inside a transaction" },
};

static int
refuse(const struct sqlscript_statement *st, const char *why, struct err *err)
{
	struct quote q;

	(void)err_set(err, "statement %s has no place here: %s",
	    quote(&q, st->s, st->len), why);
	(void)err_hint(err, "leave it out; or write \"transaction: no\" into "
	    "the comment at the head of the file, which then runs outside a "
	    "transaction, and can be left half done");
	return (err_status(err, DIAG_BADINPUT));
}

/* PRAGMA foreign_keys = OFF does nothing, silently, where it would be wanted
 * most. */
static int
refuse_pragma(const struct sqlscript_statement *st, struct err *err)
{
	struct quote q;

	(void)err_set(err, "%s does nothing inside a transaction, and SQLite "
	    "does not say so: foreign keys would still be enforced, and "
	    "DROP TABLE would still fire ON DELETE CASCADE", quote(&q, st->s,
	    st->len));
	(void)err_hint(err, "\"row-migrate rebuild TABLE\" writes the SQL for "
	    "a table that must be made anew; or write \"foreign_keys: off\" "
	    "into the comment at the head of the file");
	return (err_status(err, DIAG_BADINPUT));
}

static int
is_concurrent(const struct sqlscript_statement *st)
{
	size_t i;

	if (!sqlscript_begins(st, "create index") &&
	    !sqlscript_begins(st, "create unique index") &&
	    !sqlscript_begins(st, "drop index") &&
	    !sqlscript_begins(st, "reindex"))
		return (0);
	for (i = 1; i <= 3; i++)
		if (sqlscript_is(st, i, "concurrently"))
			return (1);
	return (0);
}

static int
has(const struct sqlscript_statement *st, char c)
{

	return (memchr(st->s, c, st->len) != NULL);
}

static int
check_sqlite(const struct sqlscript_statement *st, struct err *err)
{

	/* PRAGMA foreign_keys, or main.foreign_keys; to ask is harmless. */
	if (sqlscript_begins(st, "pragma") && (sqlscript_is(st, 1,
	    "foreign_keys") || sqlscript_is(st, 2, "foreign_keys")) &&
	    (has(st, '=') || has(st, '(')))
		return (refuse_pragma(st, err));
	return (0);
}

/* COPY between the table and the client, which has nothing to say here. */
static int
copies_here(const struct sqlscript_statement *st)
{
	struct sqltoken_scan sc = { st->s, st->s + st->len, 0 };
	struct sqltoken tok;

	if (!sqlscript_begins(st, "copy"))
		return (0);
	do {
		sqltoken_next(&sc, &tok);
		if (sqltoken_is(&tok, "stdin") || sqltoken_is(&tok, "stdout"))
			return (1);
	} while (tok.kind != SQLTOKEN_END);
	return (0);
}

/* What no server understands, in a transaction or not. */
static int
check_client(const struct sqlscript_statement *st, struct err *err)
{

	if (st->backslash) {
		(void)err_set(err, "psql's own commands are no SQL");
		(void)err_hint(err, "write it as SQL, or a script that calls "
		    "psql -v ON_ERROR_STOP=1");
		return (err_status(err, DIAG_BADINPUT));
	}
	if (copies_here(st)) {
		(void)err_set(err, "COPY has no input or output here");
		(void)err_hint(err, "write INSERT, or a script with pg-load");
		return (err_status(err, DIAG_BADINPUT));
	}
	return (0);
}

static int
check_pg(const struct sqlscript_statement *st, struct err *err)
{

	return (is_concurrent(st) ? refuse(st, "CONCURRENTLY cannot run "
	    "inside a transaction", err) : 0);
}

static int
check_statement(const struct sqlscript_statement *st,
    enum migration_engine engine, struct err *err)
{
	size_t i;

	for (i = 0; i < sizeof(misplaced) / sizeof(misplaced[0]); i++)
		if (sqlscript_begins(st, misplaced[i].words))
			return (refuse(st, misplaced[i].why, err));
	/* ROLLBACK TO a savepoint is no end of a transaction. */
	if (sqlscript_begins(st, "rollback") && !sqlscript_is(st, 1, "to") &&
	    !sqlscript_is(st, 2, "to"))
		return (refuse(st, "the transaction is row-migrate's", err));
	return (engine == MIGRATION_PG ? check_pg(st, err) :
	    check_sqlite(st, err));
}

/* What some editors do to a script's first line leads to words of the system
 * that nobody understands. */
static int
check_script(const struct migration_file *f, struct err *err)
{
	static const char bom[] = "\xef\xbb\xbf";
	int marked = strncmp(f->text, bom, strlen(bom)) == 0;
	struct quote q;

	(void)quote_z(&q, f->path);
	if (marked)
		(void)err_set(err, "script %s begins with a byte order mark, "
		    "and the system looks for \"#!\" there", q.s);
	else if (strncmp(f->text, "#!", 2) == 0 &&
	    f->text[strcspn(f->text, "\r\n")] == '\r')
		(void)err_set(err, "the first line of script %s ends with CR "
		    "LF, and CR would be taken for a part of the "
		    "interpreter's name", q.s);
	else
		return (0);
	(void)err_hint(err, marked ? "LC_ALL=C sed -i '1s/^...//' %s" :
	    "sed -i 's/\\r$//' %s", q.s);
	return (err_status(err, DIAG_BADINPUT));
}

int
runner_check_file(const struct migration_file *f, enum migration_engine engine,
    struct err *err)
{
	struct sqlscript_statement st;
	struct sqlscript sc;

	if (f == NULL)
		return (0);
	if (!f->is_sql)
		return (check_script(f, err));
	sqlscript_start(&sc, f->text, f->len, engine == MIGRATION_PG ?
	    SQLSCRIPT_PG : SQLSCRIPT_SQLITE);
	while (sqlscript_next(&sc, &st))
		if ((engine == MIGRATION_PG && check_client(&st, err) != 0) ||
		    (!f->no_transaction &&
		    check_statement(&st, engine, err) != 0))
			return (err_prefix(err, "%s:%zu: ", f->path,
			    st.line));
	return (0);
}

int
runner_check(const struct migration *m, enum migration_engine engine,
    struct err *err)
{
	enum migration_part part;

	for (part = MIGRATION_UP; part <= MIGRATION_VERIFY; part++)
		if (runner_check_file(m->file[part], engine, err) != 0)
			return (-1);
	return (0);
}
