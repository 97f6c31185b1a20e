#include <sys/stat.h>

#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/quote.h"
#include "db/target.h"
#include "db/target_engine.h"
#include "schema/mend.h"

static const char scheme[] = "sqlite:";

int
target_is_sqlite(const char *conn)
{
	struct stat st;

	return (strncmp(conn, scheme, sizeof(scheme) - 1) == 0 ||
	    (stat(conn, &st) == 0 && S_ISREG(st.st_mode)));
}

void
target_explain(const char *conn, struct err *err)
{
	struct quote q;

	if (strchr(conn, '=') == NULL && strstr(conn, "://") == NULL &&
	    strpbrk(conn, "./") != NULL)
		(void)err_hint(err, "there is no file %s, so it was taken for"
		    " a PostgreSQL database; \"sqlite:\" before it says that a"
		    " file is meant", quote_z(&q, conn));
}

struct target *
target_open(const char *conn, const char *table, struct err *err)
{

	struct target *t;

	if (!target_is_sqlite(conn)) {
		if ((t = target_pg_open(conn, table, err)) == NULL &&
		    err->status != DIAG_FINDINGS)
			target_explain(conn, err);
		return (t);
	}
	if (strncmp(conn, scheme, sizeof(scheme) - 1) == 0)
		conn += sizeof(scheme) - 1;
	return (target_sqlite_open(conn, table, err));
}

const char *
target_file(const struct target *t)
{

	return (t->file);
}

int
target_blind(const struct target *t, size_t column)
{

	return (t->blind != NULL && t->blind[column]);
}

/* libpq's string, unless pg_open has made it illegible. */
static void
put_conn(const struct target *t, struct buf *b)
{

	if (t->conn[strspn(t->conn, "x")] == '\0')
		return;
	buf_puts(b, "-d ");
	mend_shell(b, t->conn, strlen(t->conn));
	buf_putc(b, ' ');
}

void
target_put_source(const struct target *t, struct buf *b)
{

	if (t->file != NULL) {
		buf_puts(b, "sqlite-dump-json ");
		mend_shell(b, t->file, strlen(t->file));
		buf_putc(b, ' ');
	} else {
		buf_puts(b, "pg-dump-json ");
		put_conn(t, b);
	}
}

void
target_put_psql(const struct target *t, struct buf *b)
{

	buf_puts(b, "psql ");
	put_conn(t, b);
}

const struct table *
target_table(const struct target *t)
{

	return (t->table);
}

const char *
target_label(const struct target *t)
{

	return (t->label);
}

const char *
target_place(const struct target *t)
{

	return (t->place);
}

ptrdiff_t
target_column(const struct target *t, const char *name, size_t len)
{

	return (t->engine->column(t, name, len));
}

int
target_fills(const struct target *t, size_t column)
{
	const struct column *c = &t->table->columns[column];

	return (!c->not_null || c->default_sql != NULL ||
	    c->identity != NULL || c->generated);
}

enum target_verdict
target_fit(struct target *t, size_t column, const struct json_value *v,
    struct arena *a, struct err *err)
{

	return (t->engine->fit(t, column, v, a, err));
}

int
target_ask(struct target *t, size_t column, const char *const *values,
    size_t n, unsigned char *refused, struct err *why, struct err *err)
{

	return (n == 0 ? 0 : t->engine->ask(t, column, values, n, refused,
	    why, err));
}

int
target_find(struct target *t, const struct target_lookup *l,
    const char *const *keys, size_t n, unsigned char *found, struct err *err)
{

	return (n == 0 ? 0 : t->engine->find(t, l, keys, n, found, err));
}

int
target_has_checks(const struct target *t)
{

	return (t->has_checks);
}

int
target_check(struct target *t, const char *const *rows, size_t n,
    target_broken *broken, void *cookie, struct err *err)
{

	return (n == 0 ? 0 : t->engine->check(t, rows, n, broken, cookie,
	    err));
}

int
target_facts(struct target *t, const struct target_given *given,
    struct findings *fs, struct err *err)
{

	return (t->engine->facts(t, given, fs, err));
}

void
target_close(struct target *t)
{

	if (t != NULL)
		t->engine->close(t);
}
