/*
 * gatekeeper - row-pipe's side of the gate (gate.h is the sink's)
 *
 * It reads what the sink says, without waiting for it, and gives leave to
 * commit once.  As long as it has not, shutting the gate makes the sink roll
 * back.
 */
#ifndef ROWPIPE_ROW_GATEKEEPER_H
#define ROWPIPE_ROW_GATEKEEPER_H

#include "row/ledger.h"

struct err;
struct gatekeeper;

enum gatekeeper_state {
	GATEKEEPER_WAITING,	/* the sink has said nothing */
	GATEKEEPER_READY,	/* all is stored and checked */
	GATEKEEPER_OPEN,	/* it was told to commit */
	GATEKEEPER_COMMITTED	/* and did */
};

/**
 * gatekeeper_open(err):
 * Make a gate.  Return NULL with ${err} filled on failure; caller frees with
 * gatekeeper_close.
 */
struct gatekeeper *gatekeeper_open(struct err *err);

/**
 * gatekeeper_sink(k):
 * The descriptor that is for the sink, close-on-exec here; the lowest that was
 * free, since a shell names but one digit.
 */
int gatekeeper_sink(const struct gatekeeper *k);

/**
 * gatekeeper_hand_over(k):
 * The sink has its descriptor: close it here.
 */
void gatekeeper_hand_over(struct gatekeeper *k);

/**
 * gatekeeper_fd(k):
 * The descriptor to poll for POLLIN, -1 when the sink has nothing more to say.
 */
int gatekeeper_fd(const struct gatekeeper *k);

/**
 * gatekeeper_read(k, err):
 * Take in what the sink says.  Return 0, or -1 with ${err} filled when that is
 * not the protocol; the gate is shut then.
 */
int gatekeeper_read(struct gatekeeper *k, struct err *err);

/**
 * gatekeeper_state(k):
 * How far things are.
 */
enum gatekeeper_state gatekeeper_state(const struct gatekeeper *k);

/**
 * gatekeeper_counts(k):
 * The counts that came with "ready", borrowed; NULL as long as there are none.
 */
const struct ledger *gatekeeper_counts(const struct gatekeeper *k);

/**
 * gatekeeper_dry_run(k):
 * Return non-zero when the sink is going to roll back, as it was asked to.
 */
int gatekeeper_dry_run(const struct gatekeeper *k);

/**
 * gatekeeper_commit(k, err):
 * Tell the sink, which is ready, to commit.  Return 0, or -1 with ${err}
 * filled when it did not hear that.
 */
int gatekeeper_commit(struct gatekeeper *k, struct err *err);

/**
 * gatekeeper_shut(k):
 * There will be no leave to commit, unless it was given already.
 */
void gatekeeper_shut(struct gatekeeper *k);

/**
 * gatekeeper_close(k):
 * Free ${k}; NULL is fine.
 */
void gatekeeper_close(struct gatekeeper *k);

#endif
