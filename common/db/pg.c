#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/pg.h"
#include "json/json.h"

#define VERSION_MIN	120000
#define COPY_PIECE	((size_t)64 << 10)	/* of what is sent */
#define TIMEOUT		"15"	/* seconds to wait for a connection */

struct pg {
	PGconn		*conn;
	char		*conninfo;	/* or NULL */
	char		*place;
	char		*piece;		/* of a COPY, libpq's memory */
	struct pg_failure failure;	/* the last */
	void		(*heard)(void *, const char *, const char *);
	void		*cookie;	/* of heard, which may be NULL */
};

/* Settings that say how values are written; @stream tells them. */
static const struct setting {
	const char	*name, *value;
} settings[] = {
	{ "TimeZone", "UTC" },
	{ "DateStyle", "ISO" },
	{ "IntervalStyle", "iso_8601" },
	{ "bytea_output", "hex" },
	{ "extra_float_digits", "1" },
	{ "lc_monetary", "C" },
	{ "client_encoding", "UTF8" },
};

/*
 * Settings for the sake of the run: rows in the same order each time, an end
 * only when all is done, texts of arrays and XML read as they are written, and
 * an end soon when we are gone.  The last is known
 * to work on Linux; where it does not, to set it is an error.
 */
static const char other_settings[] =
    "pg_catalog.set_config('synchronize_seqscans', 'off', true),"
    " pg_catalog.set_config('quote_all_identifiers', 'off', true),"
    " pg_catalog.set_config('array_nulls', 'on', true),"
    " pg_catalog.set_config('xmloption', 'content', true),"
    " pg_catalog.set_config('statement_timeout', '0', true),"
    " pg_catalog.set_config('idle_in_transaction_session_timeout', '0',"
    " true),"
    " CASE WHEN pg_catalog.current_setting('server_version_num')::integer >="
    " 170000 THEN pg_catalog.set_config('transaction_timeout', '0', true)"
    " END,"
    " CASE WHEN pg_catalog.current_setting('server_version_num')::integer >="
    " 140000 AND pg_catalog.version() LIKE '%linux%' THEN"
    " pg_catalog.set_config('client_connection_check_interval', '10s', true)"
    " END";

/* Append what libpq or the server has to say, as one line. */
static void
put_text(struct buf *b, const char *s)
{
	char line[768];

	buf_puts(b, quote_plain(line, sizeof(line), s, strlen(s)));
}

/* The same for libpq's own trouble, without its lines of advice, which are
 * indented: we give our own. */
static void
put_trouble(struct buf *b, const PGconn *conn)
{
	const char *s = PQerrorMessage(conn);
	struct buf text = { 0 };
	size_t len;

	for (; *s != '\0'; s += len + (s[len] == '\n')) {
		len = strcspn(s, "\n");
		if (*s != '\t')
			buf_put(&text, s, len + (s[len] == '\n'));
	}
	put_text(b, buf_z(&text));
	buf_free(&text);
}

/* Copy a field of an error; a name as it is, a text as one line. */
static void
take_field(char *dst, size_t size, const PGresult *res, int code, int is_name)
{
	const char *s = PQresultErrorField(res, code);

	if (s == NULL)
		s = "";
	if (is_name)
		(void)snprintf(dst, size, "%s", s);
	else
		(void)quote_plain(dst, size, s, strlen(s));
}

/* What the data were at that a COPY was stopped by: the context says "COPY t,
 * line 12, column c: ..." on its last line, with what that called above it. */
static void
take_context(struct pg_failure *f, const char *s)
{
	static const char column[] = ", column ";
	const char *last, *line;
	char *end;

	f->line = 0;
	f->at[0] = '\0';
	f->inside = s != NULL;
	if (s == NULL)
		return;
	last = strrchr(s, '\n');
	last = last == NULL ? s : last + 1;
	/* The table's name may hold a comma, and so may the value shown. */
	if (strncmp(last, "COPY ", 5) != 0 ||
	    (line = strstr(last, ", line ")) == NULL)
		return;
	f->line = strtoull(line + 7, &end, 10);
	if (strncmp(end, column, strlen(column)) == 0)
		(void)snprintf(f->at, sizeof(f->at), "%s",
		    end + strlen(column));
}

static void
take_failure(struct pg_failure *f, const PGresult *res)
{

	take_field(f->state, sizeof(f->state), res, PG_DIAG_SQLSTATE, 1);
	take_field(f->constraint, sizeof(f->constraint), res,
	    PG_DIAG_CONSTRAINT_NAME, 1);
	take_field(f->column, sizeof(f->column), res, PG_DIAG_COLUMN_NAME, 1);
	take_field(f->schema, sizeof(f->schema), res, PG_DIAG_SCHEMA_NAME, 1);
	take_field(f->table, sizeof(f->table), res, PG_DIAG_TABLE_NAME, 1);
	take_field(f->text, sizeof(f->text), res, PG_DIAG_MESSAGE_PRIMARY, 0);
	take_field(f->detail, sizeof(f->detail), res, PG_DIAG_MESSAGE_DETAIL,
	    0);
	take_field(f->hint, sizeof(f->hint), res, PG_DIAG_MESSAGE_HINT, 0);
	take_context(f, PQresultErrorField(res, PG_DIAG_CONTEXT));
}

/* Fill ${err} from a failed result, or from the connection's own trouble. */
static int
fail(struct pg *pg, const PGresult *res, struct err *err)
{
	const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	const char *hint = PQresultErrorField(res, PG_DIAG_MESSAGE_HINT);
	struct buf b = { 0 };
	char line[512];

	take_failure(&pg->failure, res);
	if (hint == NULL)
		hint = PQresultErrorField(res, PG_DIAG_MESSAGE_DETAIL);
	if (!pg_alive(pg))
		buf_printf(&b, "lost the connection to %s: ", pg->place);
	if (text != NULL)
		put_text(&b, text);
	else
		put_trouble(&b, pg->conn);
	if (state != NULL)
		buf_printf(&b, " (SQLSTATE %s)", state);
	(void)err_set(err, "%s", buf_z(&b));
	buf_free(&b);
	if (hint != NULL)
		(void)err_hint(err, "%s", quote_plain(line, sizeof(line),
		    hint, strlen(hint)));
	return (err_status(err, DIAG_FAIL));
}

/*
 * Connection strings.
 */

static int
is_plain_name(const char *s)
{

	return (strchr(s, '=') == NULL && strstr(s, "://") == NULL);
}

/* Does the parsed string give a value for that keyword? */
static int
gives(const PQconninfoOption *o, const char *keyword)
{

	for (; o != NULL && o->keyword != NULL; o++)
		if (strcmp(o->keyword, keyword) == 0)
			return (o->val != NULL && o->val[0] != '\0');
	return (0);
}

/* Hide an argument that holds a password, and say that this came late. */
static void
hide_password(const char *arg)
{
	/* Arguments are writable (C11, 5.1.2.2.1), whatever the option table
	 * promises not to do with them. */
	union {
		const char	*read;
		char		*write;
	} both = { .read = arg };
	PQconninfoOption *o;

	if (arg == NULL || is_plain_name(arg))
		return;
	/* What cannot be read may still hold a secret. */
	o = PQconninfoParse(arg, NULL);
	if (o == NULL || gives(o, "password") || gives(o, "sslpassword")) {
		if (o != NULL) {
			diag_warn("the password on the command line could be"
			    " seen by other users of this machine");
			diag_hint("put it into ~/.pgpass or the environment"
			    " variable PGPASSWORD");
		}
		memset(both.write, 'x', strlen(arg));
	}
	PQconninfoFree(o);
}

/* Refuse a connection string that libpq cannot read, without its words: they
 * may hold a password.  Store whether it says how long to wait. */
static int
check_conninfo(const char *s, int *patience, struct err *err)
{
	PQconninfoOption *o;

	*patience = getenv("PGCONNECT_TIMEOUT") != NULL ||
	    getenv("PGSERVICE") != NULL;
	if (s == NULL || is_plain_name(s))
		return (0);
	if ((o = PQconninfoParse(s, NULL)) == NULL) {
		(void)err_set(err, "the connection string cannot be read");
		(void)err_hint(err, "write it as \"host=... dbname=...\" or"
		    " postgresql://host/dbname");
		return (err_status(err, DIAG_USAGE));
	}
	*patience |= gives(o, "connect_timeout") || gives(o, "service");
	PQconninfoFree(o);
	return (0);
}

static char *
describe_place(PGconn *conn)
{
	const char *host = PQhost(conn), *db = PQdb(conn);
	struct buf b = { 0 };
	struct quote q;
	char *place;

	buf_printf(&b, "database %s on ", quote_z(&q, db == NULL ? "" : db));
	put_text(&b, host == NULL || host[0] == '\0' ? "localhost" : host);
	buf_printf(&b, ":%s", PQport(conn));
	place = mem_strdup(buf_z(&b));
	buf_free(&b);
	return (place);
}

/* What would help against a connection that was refused. */
static void
hint_connection(const struct pg *pg, struct err *err)
{
	const char *text = PQerrorMessage(pg->conn);

	if (PQconnectionNeedsPassword(pg->conn))
		(void)err_hint(err, "put the password into ~/.pgpass or the"
		    " environment variable PGPASSWORD");
	else if (PQconnectionUsedPassword(pg->conn) ||
	    strstr(text, "authentication failed") != NULL)
		(void)err_hint(err, "check user and password: -d, PGUSER,"
		    " ~/.pgpass or PGPASSWORD");
	else if (strstr(text, "does not exist") != NULL)
		(void)err_hint(err, "check the names in -d, PGDATABASE and"
		    " PGUSER; \"psql -l\" lists databases");
	else
		(void)err_hint(err, "check that the server runs and that -d,"
		    " PGHOST and PGPORT name it");
}

/* Notices have no place among our lines unless they warn. */
static void
notice(void *cookie, const PGresult *res)
{
	const char *level =
	    PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);
	const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	const struct pg *pg = cookie;
	char line[512];

	if (text == NULL || level == NULL)
		return;
	(void)quote_plain(line, sizeof(line), text, strlen(text));
	if (strcmp(level, "WARNING") == 0 || diag_verbose())
		diag_note("server: %s", line);
	if (pg->heard != NULL)
		pg->heard(pg->cookie, level, line);
}

void
pg_on_notice(struct pg *pg, void (*heard)(void *, const char *, const char *),
    void *cookie)
{

	pg->heard = heard;
	pg->cookie = cookie;
}

/* Keywords and values for libpq; later ones win. */
struct words {
	const char	*key[8], *value[8];
	size_t		 n;
};

static void
add_word(struct words *w, const char *key, const char *value)
{

	w->key[w->n] = key;
	w->value[w->n++] = value;
	w->key[w->n] = w->value[w->n] = NULL;
}

static struct pg *
connect_to(struct words *w, const char *conninfo, struct err *err)
{
	struct pg *pg;
	struct buf b = { 0 };
	int patience;

	if (check_conninfo(conninfo, &patience, err) != 0)
		return (NULL);
	if (!patience)
		add_word(w, "connect_timeout", TIMEOUT);
	add_word(w, "client_encoding", "UTF8");
	add_word(w, "fallback_application_name", diag_name());
	pg = mem_alloc(sizeof(*pg));
	if (conninfo != NULL)
		pg->conninfo = mem_strdup(conninfo);
	if ((pg->conn = PQconnectdbParams(w->key, w->value, 1)) == NULL)
		diag_die(DIAG_FAIL, "out of memory");
	pg->place = describe_place(pg->conn);
	if (!pg_alive(pg)) {
		buf_puts(&b, "could not connect: ");
		put_trouble(&b, pg->conn);
		(void)err_set(err, "%s", buf_z(&b));
		buf_free(&b);
		hint_connection(pg, err);
	} else if (pg_version(pg) < VERSION_MIN) {
		(void)err_set(err, "%s: the server's version %d is older than"
		    " %d", pg->place, pg_version(pg) / 10000,
		    VERSION_MIN / 10000);
	} else {
		(void)PQsetNoticeReceiver(pg->conn, notice, pg);
		return (pg);
	}
	(void)err_status(err, DIAG_FAIL);
	pg_close(pg);
	return (NULL);
}

struct pg *
pg_open(const char *arg, struct err *err)
{
	char *conninfo = arg == NULL ? NULL : mem_strdup(arg);
	struct words w = { .n = 0 };
	struct pg *pg;

	hide_password(arg);
	if (conninfo != NULL)
		add_word(&w, "dbname", conninfo);
	pg = connect_to(&w, conninfo, err);
	mem_free(conninfo);
	return (pg);
}

struct pg *
pg_again(const struct pg *pg, struct err *err)
{
	struct words w = { .n = 0 };

	/* Of several hosts, the one that answered. */
	if (pg->conninfo != NULL)
		add_word(&w, "dbname", pg->conninfo);
	add_word(&w, "host", PQhost(pg->conn));
	add_word(&w, "hostaddr", PQhostaddr(pg->conn));
	add_word(&w, "port", PQport(pg->conn));
	return (connect_to(&w, pg->conninfo, err));
}

void
pg_close(struct pg *pg)
{

	if (pg == NULL)
		return;
	PQfreemem(pg->piece);
	PQfinish(pg->conn);
	mem_free(pg->conninfo);
	mem_free(pg->place);
	mem_free(pg);
}

const char *
pg_place(const struct pg *pg)
{

	return (pg->place);
}

/* A secret, or what each program says of itself. */
static int
is_private(const PQconninfoOption *o)
{

	return (strstr(o->keyword, "password") != NULL ||
	    strstr(o->keyword, "application_name") != NULL);
}

void
pg_environment(const struct pg *pg, void (*set)(void *, const char *,
    const char *), void *cookie)
{
	PQconninfoOption *all = PQconninfo(pg->conn), *o;

	if (all == NULL)
		diag_die(DIAG_FAIL, "out of memory");
	for (o = all; o->keyword != NULL; o++)
		if (o->envvar != NULL && o->val != NULL && *o->val != '\0')
			set(cookie, o->envvar, o->val);
	PQconninfoFree(all);
}

void
pg_put_conninfo(const struct pg *pg, struct buf *b)
{
	PQconninfoOption *all = PQconninfo(pg->conn), *o;
	const char *p, *gap = "";

	if (all == NULL)
		diag_die(DIAG_FAIL, "out of memory");
	for (o = all; o->keyword != NULL; o++) {
		if (o->val == NULL || *o->val == '\0' || is_private(o) ||
		    (o->compiled != NULL && strcmp(o->val, o->compiled) == 0 &&
		    strcmp(o->keyword, "port") != 0))
			continue;
		buf_printf(b, "%s%s='", gap, o->keyword);
		for (p = o->val; *p != '\0'; p++) {
			if (*p == '\'' || *p == '\\')
				buf_putc(b, '\\');
			buf_putc(b, *p);
		}
		buf_putc(b, '\'');
		gap = " ";
	}
	PQconninfoFree(all);
}

int
pg_in_transaction(const struct pg *pg)
{

	return (PQtransactionStatus(pg->conn) != PQTRANS_IDLE);
}

int
pg_aborted(const struct pg *pg)
{

	return (PQtransactionStatus(pg->conn) == PQTRANS_INERROR ||
	    !pg_alive(pg));
}

int
pg_version(const struct pg *pg)
{

	return (PQserverVersion(pg->conn));
}

const char *
pg_state(const struct pg *pg)
{

	return (pg->failure.state);
}

const struct pg_failure *
pg_failure(const struct pg *pg)
{

	return (&pg->failure);
}

int
pg_alive(const struct pg *pg)
{

	return (PQstatus(pg->conn) == CONNECTION_OK);
}

/*
 * Statements.
 */

static PGresult *
check_result(struct pg *pg, PGresult *res, struct err *err)
{

	switch (PQresultStatus(res)) {
	case PGRES_COMMAND_OK:
	case PGRES_EMPTY_QUERY:
	case PGRES_TUPLES_OK:
	case PGRES_COPY_OUT:
	case PGRES_COPY_IN:
		return (res);
	default:
		(void)fail(pg, res, err);
		PQclear(res);
		return (NULL);
	}
}

struct pg_result *
pg_query(struct pg *pg, const char *sql, const char *const *params, size_t n,
    struct err *err)
{

	return (check_result(pg, PQexecParams(pg->conn, sql, (int)n, NULL,
	    params, NULL, NULL, 0), err));
}

int
pg_exec(struct pg *pg, const char *sql, struct err *err)
{
	PGresult *res = pg_query(pg, sql, NULL, 0, err);

	PQclear(res);
	return (res == NULL ? -1 : 0);
}

/* Fill ${err} with what the user's statement must not do. */
static int
refuse_session(const char *what, struct err *err)
{

	(void)err_set(err, "%s", what);
	return (err_status(err, DIAG_USAGE));
}

int
pg_session(struct pg *pg, const char *sql, struct err *err)
{
	const char *was = PQparameterStatus(pg->conn, "client_encoding");
	char *encoding = mem_strdup(was == NULL ? "" : was);
	PGresult *res = PQexecParams(pg->conn, sql, 0, NULL, NULL, NULL, NULL,
	    0);
	int rc = 0;

	switch (PQresultStatus(res)) {
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
		break;
	case PGRES_EMPTY_QUERY:
		rc = refuse_session("it is empty", err);
		break;
	case PGRES_COPY_IN:
	case PGRES_COPY_OUT:
		rc = refuse_session("COPY has no place here", err);
		break;
	default:
		rc = fail(pg, res, err);
	}
	/* With AND CHAIN it begins another, without our settings. */
	if (rc == 0 && (PQtransactionStatus(pg->conn) != PQTRANS_INTRANS ||
	    strcmp(PQcmdStatus(res), "COMMIT") == 0 ||
	    strcmp(PQcmdStatus(res), "ROLLBACK") == 0))
		rc = refuse_session("it ends the transaction, which is the "
		    "program's", err);
	was = PQparameterStatus(pg->conn, "client_encoding");
	if (rc == 0 && strcmp(was == NULL ? "" : was, encoding) != 0)
		rc = refuse_session("rows are UTF-8, so client_encoding must "
		    "stay as it is", err);
	mem_free(encoding);
	PQclear(res);
	return (rc);
}

struct pg_result *
pg_describe(struct pg *pg, const char *sql, struct err *err)
{
	PGresult *res;

	res = check_result(pg, PQprepare(pg->conn, "", sql, 0, NULL), err);
	if (res == NULL)
		return (NULL);
	PQclear(res);
	return (check_result(pg, PQdescribePrepared(pg->conn, ""), err));
}

size_t
pg_rows(const struct pg_result *res)
{

	return ((size_t)PQntuples(res));
}

size_t
pg_fields(const struct pg_result *res)
{

	return ((size_t)PQnfields(res));
}

const char *
pg_field_name(const struct pg_result *res, size_t i)
{

	return (PQfname(res, (int)i));
}

uint32_t
pg_field_type(const struct pg_result *res, size_t i)
{

	return (PQftype(res, (int)i));
}

int
pg_field_mod(const struct pg_result *res, size_t i)
{

	return (PQfmod(res, (int)i));
}

const char *
pg_get(const struct pg_result *res, size_t row, size_t i)
{

	return (PQgetisnull(res, (int)row, (int)i) ? NULL :
	    PQgetvalue(res, (int)row, (int)i));
}

int64_t
pg_get_int(const struct pg_result *res, size_t row, size_t i)
{
	const char *s = pg_get(res, row, i);

	return (s == NULL ? 0 : strtoll(s, NULL, 10));
}

int
pg_get_bool(const struct pg_result *res, size_t row, size_t i)
{
	const char *s = pg_get(res, row, i);

	return (s != NULL && s[0] == 't');
}

uint64_t
pg_affected(const struct pg_result *res)
{
	/* libpq's own argument is not const, for no reason. */
	union {
		const PGresult	*read;
		PGresult	*write;
	} both = { .read = res };

	return (strtoull(PQcmdTuples(both.write), NULL, 10));
}

void
pg_done(struct pg_result *res)
{

	PQclear(res);
}

/*
 * Transactions.
 */

static int
join_snapshot(struct pg *pg, const char *snapshot, struct err *err)
{
	char *literal = PQescapeLiteral(pg->conn, snapshot, strlen(snapshot));
	struct buf b = { 0 };
	int rc;

	if (literal == NULL)
		return (fail(pg, NULL, err));
	buf_printf(&b, "SET TRANSACTION SNAPSHOT %s", literal);
	PQfreemem(literal);
	rc = pg_exec(pg, buf_z(&b), err);
	buf_free(&b);
	return (rc);
}

/* A database of encoding SQL_ASCII takes any bytes for text, and would refuse
 * to send those that are not UTF-8 without telling where they are. */
static int
checks_text(const struct pg *pg)
{
	const char *s = PQparameterStatus(pg->conn, "server_encoding");

	return (s == NULL || strcmp(s, "SQL_ASCII") != 0);
}

/* For this transaction only: behind a pooler the session is not ours. */
static int
set_all(struct pg *pg, struct err *err)
{
	struct buf b = { 0 };
	size_t i;
	int rc;

	buf_puts(&b, "SELECT ");
	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		buf_printf(&b, "pg_catalog.set_config('%s', '%s', true), ",
		    settings[i].name, settings[i].value);
	if (!checks_text(pg))
		buf_puts(&b, "pg_catalog.set_config('client_encoding',"
		    " 'SQL_ASCII', true), ");
	buf_puts(&b, other_settings);
	rc = pg_exec(pg, buf_z(&b), err);
	buf_free(&b);
	return (rc);
}

int
pg_begin(struct pg *pg, const char *snapshot, struct err *err)
{

	if (pg_exec(pg, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
	    err) != 0)
		return (-1);
	if (snapshot != NULL && join_snapshot(pg, snapshot, err) != 0)
		return (-1);
	return (set_all(pg, err));
}

int
pg_begin_write(struct pg *pg, struct err *err)
{

	if (pg_exec(pg, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
	    err) != 0)
		return (-1);
	return (set_all(pg, err));
}

/* The COMMIT may have reached the server, its answer has not reached us. */
static int
unknown_outcome(struct pg *pg, struct err *err)
{

	(void)fail(pg, NULL, err);
	(void)err_prefix(err, "whether the rows are committed is not known: ");
	return (err_status(err, DIAG_UNKNOWN));
}

int
pg_commit(struct pg *pg, struct err *err)
{
	PGresult *res;
	int rc = -1;

	if (!pg_alive(pg))
		return (fail(pg, NULL, err));
	/* Not PQexec: it would not tell an answer that came before the
	 * connection broke from one that did not. */
	if (!PQsendQueryParams(pg->conn, "COMMIT", 0, NULL, NULL, NULL, NULL,
	    0))
		return (unknown_outcome(pg, err));
	if ((res = PQgetResult(pg->conn)) == NULL)
		return (unknown_outcome(pg, err));
	if (PQresultStatus(res) == PGRES_COMMAND_OK) {
		if (strcmp(PQcmdStatus(res), "COMMIT") == 0)
			rc = 0;
		else {
			(void)err_set(err, "the server has rolled the "
			    "transaction back");
			(void)err_status(err, DIAG_FAIL);
		}
	} else if (PQresultErrorField(res, PG_DIAG_SQLSTATE) == NULL)
		(void)unknown_outcome(pg, err);
	else
		(void)fail(pg, res, err);
	PQclear(res);
	while (pg_alive(pg) && (res = PQgetResult(pg->conn)) != NULL)
		PQclear(res);
	return (rc);
}

int
pg_export(struct pg *pg, struct buf *b, struct err *err)
{
	struct pg_result *res;

	res = pg_query(pg, "SELECT pg_catalog.pg_export_snapshot()", NULL, 0,
	    err);
	if (res == NULL)
		return (-1);
	buf_puts(b, pg_get(res, 0, 0));
	pg_done(res);
	return (0);
}

void
pg_put_settings(struct buf *b)
{
	size_t i;

	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		buf_putc(b, i == 0 ? '{' : ',');
		json_put_z(b, settings[i].name);
		buf_putc(b, ':');
		json_put_z(b, settings[i].value);
	}
	buf_putc(b, '}');
}

/*
 * COPY.
 */

int
pg_copy(struct pg *pg, const char *sql, struct err *err)
{
	PGresult *res = pg_query(pg, sql, NULL, 0, err);
	ExecStatusType st = PQresultStatus(res);

	PQclear(res);
	if (res == NULL)
		return (-1);
	if (st == PGRES_COPY_OUT)
		return (0);
	(void)err_set(err, "%s did not answer with COPY data", pg->place);
	return (err_status(err, DIAG_FAIL));
}

/* The data has ended; the result that follows says whether it was all. */
static enum pg_copy
end_copy(struct pg *pg, struct err *err)
{
	PGresult *res;
	int rc = -1;

	if ((res = PQgetResult(pg->conn)) == NULL) {
		(void)fail(pg, NULL, err);
		return (PG_COPY_FAIL);
	}
	if (PQresultStatus(res) == PGRES_COMMAND_OK && pg_alive(pg))
		rc = 0;
	else
		(void)fail(pg, res, err);
	do {
		PQclear(res);
	} while (pg_alive(pg) && (res = PQgetResult(pg->conn)) != NULL);
	return (rc == 0 ? PG_COPY_END : PG_COPY_FAIL);
}

/* Return 1 when more has come, 0 when time is up, -1 when none will come. */
static int
await_input(struct pg *pg, int ms)
{
	struct pollfd p = { .fd = PQsocket(pg->conn), .events = POLLIN };
	int n;

	do {
		n = poll(&p, 1, ms);
	} while (n == -1 && errno == EINTR);
	if (n == 0)
		return (0);
	return (n > 0 && PQconsumeInput(pg->conn) ? 1 : -1);
}

enum pg_copy
pg_copy_next(struct pg *pg, int ms, const char **s, size_t *len,
    struct err *err)
{
	int n;

	PQfreemem(pg->piece);
	pg->piece = NULL;
	while ((n = PQgetCopyData(pg->conn, &pg->piece, 1)) == 0) {
		if ((n = await_input(pg, ms)) == 0)
			return (PG_COPY_WAIT);
		if (n < 0) {
			(void)fail(pg, NULL, err);
			return (PG_COPY_FAIL);
		}
	}
	if (n < 0)
		return (end_copy(pg, err));
	*s = pg->piece;
	*len = (size_t)n;
	return (PG_COPY_DATA);
}

int
pg_copy_in(struct pg *pg, const char *sql, struct err *err)
{
	PGresult *res = pg_query(pg, sql, NULL, 0, err);
	ExecStatusType st = PQresultStatus(res);

	PQclear(res);
	if (res == NULL)
		return (-1);
	if (st == PGRES_COPY_IN)
		return (0);
	(void)err_set(err, "%s did not ask for COPY data", pg->place);
	return (err_status(err, DIAG_FAIL));
}

int
pg_copy_put(struct pg *pg, const char *s, size_t len, struct err *err)
{
	size_t n;

	for (; len > 0; s += n, len -= n) {
		n = len < COPY_PIECE ? len : COPY_PIECE;
		if (PQputCopyData(pg->conn, s, (int)n) != 1)
			return (fail(pg, NULL, err));
	}
	return (0);
}

int
pg_copy_done(struct pg *pg, uint64_t *rows, struct err *err)
{
	PGresult *res;
	int rc;

	if (PQputCopyEnd(pg->conn, NULL) != 1)
		return (fail(pg, NULL, err));
	if ((res = PQgetResult(pg->conn)) == NULL)
		return (fail(pg, NULL, err));
	if ((res = check_result(pg, res, err)) != NULL)
		*rows = pg_affected(res);
	PQclear(res);
	rc = res == NULL ? -1 : 0;
	while (pg_alive(pg) && (res = PQgetResult(pg->conn)) != NULL)
		PQclear(res);
	return (rc);
}

void
pg_cancel(struct pg *pg)
{
	PGcancel *cancel = PQgetCancel(pg->conn);
	char why[256];

	if (cancel != NULL)
		(void)PQcancel(cancel, why, sizeof(why));
	PQfreeCancel(cancel);
}

void
pg_quote(struct buf *b, const char *name)
{

	buf_putc(b, '"');
	for (; *name != '\0'; name++) {
		if (*name == '"')
			buf_putc(b, '"');
		buf_putc(b, *name);
	}
	buf_putc(b, '"');
}
