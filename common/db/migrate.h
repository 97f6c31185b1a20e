/*
 * migrate - the commands of row-migrate
 *
 * Each takes the program's options and what follows its own name on the
 * command line, prints what it found or did, and returns an exit status, or
 * -1 with ${err} filled.  cmd/row-migrate.c has the table of them.
 */
#ifndef ROWPIPE_DB_MIGRATE_H
#define ROWPIPE_DB_MIGRATE_H

#include <stdint.h>

#include "base/opt.h"

struct err;

#define MIGRATE_NO_STEPS UINT64_MAX

struct migrate {
	const char	*conn;		/* -d */
	const char	*dir;		/* --dir, "migrations" */
	uint64_t	 wait;		/* --wait: seconds for another runner */
	uint64_t	 busy;		/* --busy-timeout */
	uint64_t	 keep;		/* --keep-backups */
	const char	*to;		/* --to, or NULL */
	uint64_t	 steps;		/* --steps; MIGRATE_NO_STEPS: not
					   given */
	int		 dry_run;
	int		 json;
	int		 allow_out_of_order;
	int		 progress;	/* enum progress_mode */
	const char	*notify;	/* --notify, or NULL */

	/* Of test, squash, lint and rebuild. */
	int		 full_workflow, rollback;
	struct opt_list	 references;	/* --references DIR */
	struct opt_list	 drop, rename, type, add;	/* of columns */
	int		 kill_at;	/* enum runner_point: of a trial */
	int		 silent;	/* a trial: scripts are not heard */
};

/**
 * migrate_new(m, argv, err), ...:
 * The commands; see row-migrate(1).
 */
int migrate_new(const struct migrate *m, char **argv, struct err *err);
int migrate_status(const struct migrate *m, char **argv, struct err *err);
int migrate_up(const struct migrate *m, char **argv, struct err *err);
int migrate_down(const struct migrate *m, char **argv, struct err *err);
int migrate_resume(const struct migrate *m, char **argv, struct err *err);
int migrate_verify(const struct migrate *m, char **argv, struct err *err);
int migrate_baseline(const struct migrate *m, char **argv, struct err *err);
int migrate_accept(const struct migrate *m, char **argv, struct err *err);
int migrate_rebuild(const struct migrate *m, char **argv, struct err *err);
int migrate_test(const struct migrate *m, char **argv, struct err *err);
int migrate_lint(const struct migrate *m, char **argv, struct err *err);
int migrate_squash(const struct migrate *m, char **argv, struct err *err);
int migrate_log(const struct migrate *m, char **argv, struct err *err);

#endif
