#include <inttypes.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/err.h"
#include "base/quote.h"
#include "db/revert.h"
#include "db/sqlite_fk.h"
#include "db/sqlite_replay.h"
#include "db/sqlite_revert.h"
#include "db/sqlite_target.h"

static enum revert_done
change(void *cookie, const struct change *c, int forward, int force,
    struct err *err)
{

	return (sqlite_replay_change(cookie, c, forward, force, err));
}

static int
mark(void *cookie, struct err *err)
{

	return (sqlite_replay_mark(cookie, err));
}

static int
back(void *cookie, struct err *err)
{

	return (sqlite_replay_back(cookie, err));
}

static int
check_keys(struct sqlite_fk *fk, struct err *err)
{
	int64_t n = sqlite_fk_check(fk, err);

	if (n <= 0)
		return ((int)n);
	(void)err_set(err, "%" PRId64 " row%s would be without the row "
	    "referred to", n, n == 1 ? "" : "s");
	(void)err_hint(err, "undo what was loaded later first, or let --force "
	    "leave them so");
	(void)err_status(err, DIAG_BADINPUT);
	return (1);
}

/* Everything but COMMIT; *${broken} says that foreign keys are. */
static int
undo_all(struct sqlite *db, struct revert *r, int force, int *broken,
    struct err *err)
{
	static const struct revert_ops ops = { change, mark, back };
	struct sqlite_replay *replay = NULL;
	struct sqlite_fk *fk;
	const char *const *tables;
	size_t n;
	int rc = -1;

	tables = revert_tables(r, &n);
	if ((fk = sqlite_fk_new(db, tables, n, err)) != NULL &&
	    (replay = sqlite_replay_new(db, err)) != NULL &&
	    revert_run(r, &ops, replay, force, err) == 0 &&
	    sqlite_replay_end(replay, err) == 0)
		rc = check_keys(fk, err);
	if (rc > 0) {
		*broken = 1;
		rc = force ? 0 : -1;
	}
	sqlite_replay_free(replay);
	sqlite_fk_free(fk);
	return (rc);
}

int
sqlite_revert_run(const char *path, const char *log,
    const struct sqlite_target_opts *opts, int force)
{
	struct sqlite_target_opts how = *opts;
	struct sqlite_target *target = NULL;
	struct revert *r;
	struct err err = ERR_INIT;
	struct quote q;
	int rc = -1, broken = 0;

	how.bare = 1;
	how.create = 0;
	if ((r = revert_open(log, "sqlite", &err)) != NULL &&
	    (target = sqlite_target_open(path, &how, &err)) != NULL &&
	    undo_all(sqlite_target_db(target), r, force, &broken,
	    &err) == 0) {
		rc = sqlite_target_close(target, &err);
		target = NULL;
	}
	sqlite_target_abandon(target);
	if (rc == 0) {
		rc = revert_say(r, opts->dry_run);
		if (broken)
			rc = DIAG_FINDINGS;
	} else {
		rc = diag_failed(NULL, &err, DIAG_FAIL);
		if (rc != DIAG_UNKNOWN)
			diag_note("nothing was committed to %s",
			    quote_z(&q, path));
	}
	revert_close(r);
	return (rc);
}
