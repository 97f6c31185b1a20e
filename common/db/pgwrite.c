#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/pg.h"
#include "db/pgundo.h"
#include "db/pgrefuse.h"
#include "db/pgwrite.h"

struct pgwrite {
	const struct pgwrite_opts	*opts;
	struct pg			*pg;
	struct pgundo			*undo;
	char				 xid[24];	/* "": none */
};

/* The user's settings come last, so that they count. */
static int
begin(struct pgwrite *w, struct err *err)
{
	struct quote q;
	size_t i;

	w->xid[0] = '\0';
	if (pg_begin_write(w->pg, err) != 0)
		return (-1);
	for (i = 0; i < w->opts->session.n; i++) {
		if (pg_session(w->pg, w->opts->session.v[i], err) == 0)
			continue;
		(void)err_prefix(err, "--session %s: ",
		    quote_z(&q, w->opts->session.v[i]));
		/* Class 42: the statement itself is wrong. */
		if (err->status != DIAG_USAGE &&
		    strncmp(pg_state(w->pg), "42", 2) == 0 &&
		    strcmp(pg_state(w->pg), "42501") != 0)
			(void)err_status(err, DIAG_USAGE);
		return (-1);
	}
	return (0);
}

struct pgwrite *
pgwrite_open(const struct pgwrite_opts *opts, struct err *err)
{
	struct pgwrite *w = mem_alloc(sizeof(*w));

	w->opts = opts;
	if ((w->pg = pg_open(opts->dbname, err)) == NULL ||
	    begin(w, err) != 0)
		goto failed;
	if (opts->undo_log != NULL && (w->undo = pgundo_new(w->pg,
	    opts->undo_log, opts->lasting, err)) == NULL)
		goto failed;
	return (w);

failed:
	pgwrite_close(w);
	return (NULL);
}

struct pgundo *
pgwrite_undo(const struct pgwrite *w)
{

	return (w->undo);
}

struct pg *
pgwrite_pg(const struct pgwrite *w)
{

	return (w->pg);
}

/* A row breaks a constraint that was deferred; which one, only its values
 * tell. */
static int
refuse_deferred(struct pgwrite *w, struct err *err)
{
	const struct pg_failure *f = pg_failure(w->pg);
	struct quote q;

	if (!pgrefuse_is_row(f))
		return (-1);
	(void)err_set(err, "%s (SQLSTATE %s)%s%s", f->text, f->state,
	    f->detail[0] != '\0' ? ": " : "", f->detail);
	if (f->table[0] != '\0')
		(void)err_prefix(err, "a deferred constraint of table %s is "
		    "broken: ", quote_z(&q, f->table));
	(void)err_hint(err, "--session \"SET CONSTRAINTS ALL IMMEDIATE\" "
	    "checks each batch, and finds the row");
	return (err_status(err, DIAG_BADINPUT));
}

int
pgwrite_check(struct pgwrite *w, struct err *err)
{
	struct pg_result *res;
	const char *xid;

	if (pg_exec(w->pg, "SET CONSTRAINTS ALL IMMEDIATE", err) != 0)
		return (refuse_deferred(w, err));
	res = pg_query(w->pg, "SELECT pg_catalog.txid_current_if_assigned()",
	    NULL, 0, err);
	if (res == NULL)
		return (-1);
	xid = pg_get(res, 0, 0);
	(void)snprintf(w->xid, sizeof(w->xid), "%s", xid == NULL ? "" : xid);
	pg_done(res);
	if (w->undo == NULL)
		return (0);
	if (pgundo_check(w->undo, err) != 0)
		return (-1);
	return (w->opts->dry_run ? 0 : pgundo_ready(w->undo, err));
}

int
pgwrite_commit(struct pgwrite *w, struct err *err)
{
	int rc;

	if (w->opts->dry_run)
		return (pg_exec(w->pg, "ROLLBACK", err));
	rc = pg_commit(w->pg, err);
	if (w->undo != NULL)
		pgundo_end(w->undo, rc, err->status);
	if (rc == 0)
		return (0);
	if (err->status != DIAG_UNKNOWN)
		return (-1);
	/* Nothing was written, so nothing can have been committed. */
	if (w->xid[0] == '\0')
		return (err_status(err, DIAG_FAIL));
	return (err_hint(err, "when the server is back, "
	    "\"SELECT txid_status(%s)\" says committed or aborted", w->xid));
}

int
pgwrite_step(struct pgwrite *w, struct err *err)
{

	if (pgwrite_check(w, err) != 0)
		return (-1);
	return (w->opts->dry_run ? 0 : pgwrite_commit(w, err));
}

int
pgwrite_next(struct pgwrite *w, struct err *err)
{

	if (begin(w, err) != 0)
		return (-1);
	return (w->undo == NULL ? 0 : pgundo_again(w->undo, err));
}

int
pgwrite_again(struct pgwrite *w, struct err *err)
{

	if (pg_in_transaction(w->pg) && pg_exec(w->pg, "ROLLBACK", err) != 0)
		return (-1);
	return (begin(w, err));
}

void
pgwrite_close(struct pgwrite *w)
{

	if (w == NULL)
		return;
	pg_close(w->pg);
	pgundo_free(w->undo);
	mem_free(w);
}
