/*
 * recode - the rule by which one field's strings become others
 *
 * In this order: a value that is mapped becomes what it is mapped to; with
 * recode_ignore_case, a value that is a label but for its case becomes that
 * label; any other gets its case changed.  The result must be a label when
 * there are any.  Results are remembered: such fields have few values.
 */
#ifndef ROWPIPE_ROW_RECODE_H
#define ROWPIPE_ROW_RECODE_H

#include <stddef.h>

#include "json/json.h"

struct arena;
struct err;
struct recode;

enum recode_case { RECODE_UPPER, RECODE_LOWER };

/**
 * recode_new(to, ignore_case):
 * Return a rule that changes case to ${to}; with ${ignore_case} map and
 * labels match values in any case.  Caller frees with recode_free.
 */
struct recode *recode_new(enum recode_case to, int ignore_case);

/**
 * recode_map(r, from, fromlen, to, tolen, err):
 * Let values that are the ${fromlen} bytes at ${from} become the ${tolen}
 * bytes at ${to}, both copied.  Return 0, or -1 with ${err} filled when they
 * are not UTF-8 or ${from} is mapped to something else already.
 */
int recode_map(struct recode *r, const char *from, size_t fromlen,
    const char *to, size_t tolen, struct err *err);

/**
 * recode_map_json(to, s, len, err):
 * Map what the ${len} bytes of JSON at ${s} say in ${to}: objects whose members
 * map their name to a string, either one, laid out as it likes, or one on
 * each line.  Return 0, or -1 with ${err} filled; its message names the line.
 */
int recode_map_json(struct recode *to, const char *s, size_t len,
    struct err *err);

/**
 * recode_allow(r, label, len, err):
 * Let the ${len} bytes at ${label}, copied, be a legal result; the first call
 * makes all others illegal.  Return 0, or -1 with ${err} filled when they are
 * not UTF-8.
 */
int recode_allow(struct recode *r, const char *label, size_t len,
    struct err *err);

/**
 * recode_value(r, v, a, len, err):
 * Return the JSON string, *${len} bytes that live in the arena ${a} or as
 * long as ${r}, that the string ${v} becomes; v->s itself when it stays as it
 * is.  Return NULL with ${err} filled (rule "enum", the nearest label as
 * hint) when the result is no label.
 */
const char *recode_value(struct recode *r, const struct json_value *v,
    struct arena *a, size_t *len, struct err *err);

/**
 * recode_free(r):
 * Free ${r}; NULL is fine.
 */
void recode_free(struct recode *r);

#endif
