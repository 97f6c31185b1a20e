/*
 * recoder - rows in which the strings of some fields become others
 *
 * Each field (path.h) has a rule (recode.h); what is said here is said to all
 * of them.
 */
#ifndef ROWPIPE_ROW_RECODER_H
#define ROWPIPE_ROW_RECODER_H

#include <stddef.h>

#include "row/recode.h"

struct err;
struct path;
struct recoder;
struct row;

/**
 * recoder_new(to, ignore_case):
 * Return a recoder of no fields whose rules are recode_new(to, ignore_case);
 * caller frees with recoder_free.
 */
struct recoder *recoder_new(enum recode_case to, int ignore_case);

/**
 * recoder_fields(r, names, err):
 * Add the fields ${names}: a list "a,b.c", or one JSON pointer, commas and
 * all.  One that is there already is not added again.  This and what follows
 * returns 0, or -1 with ${err} filled.
 */
int recoder_fields(struct recoder *r, const char *names, struct err *err);

/**
 * recoder_map(r, map, err), recoder_map_json(r, s, len, err),
 * recoder_allow(r, label, err):
 * For each field, as those of recode.h; ${map} is "OLD=NEW".
 */
int recoder_map(struct recoder *r, const char *map, struct err *err);
int recoder_map_json(struct recoder *r, const char *s, size_t len,
    struct err *err);
int recoder_allow(struct recoder *r, const char *label, struct err *err);

/**
 * recoder_field(r, i), recoder_rule(r, i):
 * Field ${i}, from 0, or NULL when there are no more; its rule.
 */
const struct path *recoder_field(const struct recoder *r, size_t i);
struct recode *recoder_rule(struct recoder *r, size_t i);

/**
 * recoder_row(r, row, err):
 * Replace (row_replace) what the fields of ${row} have.  Null and absent are
 * left alone, anything else that is no string is an error (rule "type"), as is
 * a result that no label allows (rule "enum").
 */
int recoder_row(struct recoder *r, struct row *row, struct err *err);

/**
 * recoder_unseen(r, at):
 * Return the next field that no row had, more often a slip than meant, as it
 * was named; NULL when there is none left.  *${at} begins as 0.
 */
const char *recoder_unseen(const struct recoder *r, size_t *at);

/**
 * recoder_free(r):
 * Free ${r}; NULL is fine.
 */
void recoder_free(struct recoder *r);

#endif
