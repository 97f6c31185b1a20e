/*
 * json_check - the careful reading of a JSON text, which explains what is wrong
 *
 * The reader's fast path says only yes or no.  This one goes byte by byte,
 * finds the first byte at fault and says what is wrong with it in words that
 * help; it also indexes the members of a top-level object, so that it can
 * stand in for the fast path and tests can compare the two.
 */
#ifndef ROWPIPE_JSON_JSON_CHECK_H
#define ROWPIPE_JSON_JSON_CHECK_H

#include <stddef.h>

#include "json/json.h"

struct err;

/* A list of members that grows and stays; { 0 } is an empty one. */
struct json_members {
	struct json_field	*v;
	size_t			 n, cap;
};

/**
 * json_check(s, len, root, members, err):
 * Check that the ${len} bytes at ${s} are exactly one JSON value and store its
 * slice in *${root}.  With ${members} (else NULL) the value must be an object
 * and its members are listed there, repeated keys and all; ${root} is not
 * looked at then.  Return 0, or -1 with ${err} filled: pos is the
 * offending byte (${len} when the text ends too early), status DIAG_BADINPUT.
 */
int json_check(const char *s, size_t len, struct json_value *root,
    struct json_members *members, struct err *err);

/**
 * json_members_add(m):
 * Return a place for one more member at the end of ${m}, borrowed until the
 * next one is added.
 */
struct json_field *json_members_add(struct json_members *m);

#endif
