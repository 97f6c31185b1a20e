/*
 * breaches - which rules rows have broken, how often, and where first
 */
#ifndef ROWPIPE_ROW_BREACHES_H
#define ROWPIPE_ROW_BREACHES_H

struct breaches;
struct buf;
struct err;
struct row;

/**
 * breaches_new():
 * Return counts of nothing; caller frees with breaches_free.
 */
struct breaches *breaches_new(void);

/**
 * breaches_add(b, row, why):
 * Count that ${row} has broken the rule of ${why}, and those of what it has as
 * more.
 */
void breaches_add(struct breaches *b, const struct row *row,
    const struct err *why);

/**
 * breaches_say(b):
 * Print a line for each rule, unless -q was given.
 */
void breaches_say(const struct breaches *b);

/**
 * breaches_put(b, buf):
 * Append "rules":{RULE:N,...}, a member of an object, to ${buf}.
 */
void breaches_put(const struct breaches *b, struct buf *buf);

/**
 * breaches_free(b):
 * Free ${b}; NULL is fine.
 */
void breaches_free(struct breaches *b);

#endif
