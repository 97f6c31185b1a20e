#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/quote.h"
#include "db/engine.h"
#include "db/migrate_session.h"
#include "db/schemasum.h"

/* Write that ${s} is in order as it is. */
static int
write_row(struct migrate_session *ms, const struct plan_step *s,
    enum history_action action, const char *schema, struct err *err)
{
	struct history_row row = {
		.name = s->name, .state = HISTORY_COMPLETED,
		.action = action, .kind = HISTORY_NOTHING,
		.hash = s->migration->hash, .schema_hash = schema, .ms = -1,
		.rows = -1, .status = -1
	};

	if (history_write(runner_history(ms->r), &row, err) != 0)
		return (-1);
	diag_note("%s: %s", s->name, action == HISTORY_ACCEPT ?
	    "its text is accepted as it is" : "taken as applied");
	return (0);
}

/* Do ${work} in one transaction that has a history to write in. */
static int
in_books(const struct migrate *m, char **argv, enum migrate_mode mode,
    int (*work)(struct migrate_session *, char **, const char *,
    struct err *), struct err *err)
{
	struct migrate_session ms;
	char schema[DIGEST_HEX + 1];
	int rc = -1;

	if (migrate_open(&ms, m, mode, err) != 0)
		goto done;
	if (engine_begin(runner_engine(ms.r), err) == 0 &&
	    history_make(runner_history(ms.r), err) == 0 &&
	    schemasum_hex(runner_engine(ms.r), schema, err) == 0 &&
	    work(&ms, argv, schema, err) == 0 &&
	    engine_commit(runner_engine(ms.r), err) == 0)
		rc = DIAG_OK;
	else if (err->status != DIAG_UNKNOWN)
		engine_rollback(runner_engine(ms.r));

done:
	migrate_close(&ms);
	return (rc);
}

static struct plan_step *
find(struct migrate_session *ms, const char *name, struct err *err)
{
	struct plan_step *s = plan_find(&ms->plan, name);
	struct quote q;

	if (s == NULL || (s->migration == NULL && s->why == NULL)) {
		(void)migrate_no_such(ms, name, err);
		return (NULL);
	}
	if (s->migration == NULL) {
		*err = *s->why;
		return (NULL);
	}
	if (!s->migration->elsewhere)
		return (s);
	(void)err_set(err, "migration %s is not for this engine",
	    quote_z(&q, name));
	(void)err_status(err, DIAG_USAGE);
	return (NULL);
}

/*
 * What was there before row-migrate, or was done by hand, is taken as applied.
 */

static int
baseline_names(struct migrate_session *ms, char **argv, const char *schema,
    struct err *err)
{
	struct plan_step *s;
	struct quote q;

	for (; *argv != NULL; argv++) {
		if ((s = find(ms, *argv, err)) == NULL)
			return (-1);
		if (s->applied) {
			(void)err_set(err, "migration %s is applied already",
			    quote_z(&q, *argv));
			return (err_status(err, DIAG_USAGE));
		}
		if (write_row(ms, s, HISTORY_BASELINE, schema, err) != 0)
			return (-1);
	}
	return (0);
}

static int
baseline_to(struct migrate_session *ms, char **argv, const char *schema,
    struct err *err)
{
	const struct plan_step *last, *s;

	(void)argv;
	if ((last = find(ms, ms->m->to, err)) == NULL)
		return (-1);
	for (s = ms->plan.v; s <= last; s++)
		if (plan_is_open(s) && write_row(ms, s, HISTORY_BASELINE,
		    schema, err) != 0)
			return (-1);
	return (0);
}

int
migrate_baseline(const struct migrate *m, char **argv, struct err *err)
{

	if ((m->to == NULL) == (argv[0] == NULL)) {
		(void)err_set(err, "say which migrations are there already: "
		    "baseline NAME ..., or baseline --to NAME for all up to "
		    "that one");
		return (err_status(err, DIAG_USAGE));
	}
	return (in_books(m, argv, MIGRATE_MAKE, m->to != NULL ? baseline_to :
	    baseline_names, err));
}

/*
 * A text that was changed after it was applied.
 */

static int
accept_names(struct migrate_session *ms, char **argv, const char *schema,
    struct err *err)
{
	struct plan_step *s;
	struct quote q;

	for (; *argv != NULL; argv++) {
		if ((s = find(ms, *argv, err)) == NULL)
			return (-1);
		if (!s->applied) {
			(void)err_set(err, "migration %s is not applied",
			    quote_z(&q, *argv));
			(void)err_hint(err, "its text can change as it likes "
			    "until then");
			return (err_status(err, DIAG_USAGE));
		}
		if (write_row(ms, s, HISTORY_ACCEPT, schema, err) != 0)
			return (-1);
	}
	return (0);
}

int
migrate_accept(const struct migrate *m, char **argv, struct err *err)
{

	if (argv[0] == NULL) {
		(void)err_set(err, "say whose text is right as it is: "
		    "accept NAME ...");
		return (err_status(err, DIAG_USAGE));
	}
	return (in_books(m, argv, MIGRATE_CHANGE, accept_names, err));
}

/*
 * Verify.
 */

static int
verify_all(struct migrate_session *ms, char **argv, struct err *err)
{
	const struct plan_step *s;
	size_t i, n = 0, bad = 0;

	for (i = 0; argv[i] != NULL; i++)
		if (find(ms, argv[i], err) == NULL)
			return (-1);
	for (i = 0; i < ms->plan.n; i++) {
		s = &ms->plan.v[i];
		if (!s->applied || s->migration == NULL ||
		    s->migration->file[MIGRATION_VERIFY] == NULL)
			continue;
		if (argv[0] != NULL) {
			char **name = argv;

			while (*name != NULL && strcmp(*name, s->name) != 0)
				name++;
			if (*name == NULL)
				continue;
		}
		n++;
		if (migrate_run(ms, s, MIGRATION_VERIFY, err) == 0)
			continue;
		diag_err(NULL, err);
		if (err->status == DIAG_UNKNOWN)
			return (DIAG_UNKNOWN);
		bad++;
	}
	diag_note("%zu verified, %zu failed, %s", n - bad, bad,
	    runner_place(ms->r));
	return (bad > 0 ? DIAG_FINDINGS : DIAG_OK);
}

int
migrate_verify(const struct migrate *m, char **argv, struct err *err)
{
	struct migrate_session ms;
	int rc = -1;

	if (migrate_open(&ms, m, MIGRATE_CHANGE, err) == 0)
		rc = verify_all(&ms, argv, err);
	migrate_close(&ms);
	return (rc);
}
