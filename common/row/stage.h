/*
 * stage - where an export waits until it is whole
 *
 * Payload files gather in DIR/.export/ and move to DIR/data/ together, with no
 * manifest in place meanwhile: what was in DIR before, an older bag perhaps,
 * stays as it is until then, and whatever breaks off never looks whole.  What
 * an interrupted run left there is removed by the next.
 */
#ifndef ROWPIPE_ROW_STAGE_H
#define ROWPIPE_ROW_STAGE_H

#include <stddef.h>

struct buf;
struct err;
struct stage;

/**
 * stage_open(dir, force, err):
 * Prepare the directory ${dir} (borrowed), made when it is missing, for a new
 * bag.  It must be empty, or hold a bag or what an interrupted run left, or
 * ${force} must be set; files that are not the old bag's stay in any case.
 * Return NULL with ${err} filled otherwise, or when another process is at it.
 * Caller frees with stage_close.
 */
struct stage *stage_open(const char *dir, int force, struct err *err);

/**
 * stage_put_path(st, name, b):
 * Append the path under which the payload file data/${name} is written.
 */
void stage_put_path(const struct stage *st, const char *name, struct buf *b);

/**
 * stage_publish(st, names, n, err):
 * Take the manifests of the bag that was there away, move the ${n} payload
 * files ${names} into place and remove those that the old bag had beyond
 * them.  The new manifests (bag_write) come next, and then stage_done.  Return
 * 0, or -1 with ${err} filled.
 */
int stage_publish(struct stage *st, const char *const *names, size_t n,
    struct err *err);

/**
 * stage_done(st):
 * The new manifests are in place.
 */
void stage_done(struct stage *st);

/**
 * stage_close(st):
 * Remove what is still waiting and free ${st}; NULL is fine.  The directory
 * goes away too if stage_open made it and nothing is in it.  Between
 * stage_publish and stage_done, DIR/.export/ stays: it tells the next run that
 * what is there may be replaced.
 */
void stage_close(struct stage *st);

#endif
