/*
 * pipeline_private - what the files of pipeline share
 */
#ifndef ROWPIPE_ROW_PIPELINE_PRIVATE_H
#define ROWPIPE_ROW_PIPELINE_PRIVATE_H

#include <sys/types.h>

#include "base/err.h"
#include "row/gatekeeper.h"
#include "row/pipeline.h"

struct gate;
struct group;
struct tap;

enum pipeline_life {
	PIPELINE_UNBORN, PIPELINE_ALIVE, PIPELINE_DEAD
};

struct pipeline_stage {
	char			**argv;		/* in the words */
	char			  name[48];	/* of the program */
	pid_t			  pid;
	enum pipeline_life	  life;
	int			  wait;		/* as waitpid(2) has it */
	int			  put_down;	/* we ended it */
	double			  begin, end;
	struct tap		 *tap;		/* of what it writes */
};

/* A status that is no failure. */
struct pipeline_accept {
	size_t	stage;		/* from 1; 0: any but the last */
	int	status;		/* 0: death by SIGPIPE */
};

struct pipeline {
	const struct pipeline_opts	*opts;
	struct pipeline_stage		*stages;
	size_t				 n, alive;
	struct pipeline_accept		*accept;
	size_t				 naccept;

	struct group			*group;
	struct gatekeeper		*keeper;
	struct gate			*outer;	/* when this is a stage of
						   another row-pipe */
	int				 signals; /* to poll, or -1 */

	double				 begin, end;
	int				 doomed; /* COMMIT will not be */
	struct err			 why;	/* with a status, unless a
						   stage is why */
	double				 term, kill;	/* when; 0: not */

	int				 terminal;	/* the stages have it */
	int				 interrupted;	/* there: signal */
};

/**
 * pipeline_start(p, err):
 * Make gate, group and pipes, and start the stages.  Return 0, or -1 with
 * ${err} filled; some of them may run then.  Without gate, group and signals to
 * wait for, end the process.
 */
int pipeline_start(struct pipeline *p, struct err *err);

/**
 * pipeline_last(p):
 * The last stage.
 */
struct pipeline_stage *pipeline_last(const struct pipeline *p);

/**
 * pipeline_good(p, s):
 * Return non-zero when stage ${s} has ended, and not with a failure.
 */
int pipeline_good(const struct pipeline *p, const struct pipeline_stage *s);

/**
 * pipeline_culprit(p):
 * The first stage that failed for no reason that lies with another, or NULL.
 */
const struct pipeline_stage *pipeline_culprit(const struct pipeline *p);

/**
 * pipeline_reader(p, s):
 * Of stage ${s}, not the last, which was ended by SIGPIPE: the stage after it
 * that began to read no more.
 */
const struct pipeline_stage *pipeline_reader(const struct pipeline *p,
    const struct pipeline_stage *s);

/**
 * pipeline_bolted(p):
 * Return non-zero when the last stage said that it was ready and ended well
 * without being told to commit.
 */
int pipeline_bolted(const struct pipeline *p);

/**
 * pipeline_status(p):
 * The exit status of a pipeline that has ended.
 */
int pipeline_status(const struct pipeline *p);

/**
 * pipeline_piped(s), pipeline_killed(s):
 * Return non-zero when stage ${s} was ended by SIGPIPE, or ended well before
 * the next one left what it had written, and the number of the signal that
 * ended it; a shell's 128 + N counts as well.
 */
int pipeline_piped(const struct pipeline_stage *s);
int pipeline_killed(const struct pipeline_stage *s);

#endif
