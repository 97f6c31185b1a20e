/*
 * json_walk - the fast reading of a JSON text, which says only yes or no
 *
 * Goes over the items that a scan finds (scan.h), checks what the scan could
 * not, and lists the members of a top-level object.  Memory does not depend
 * on the text's length, only the list on the number of members.
 */
#ifndef ROWPIPE_JSON_JSON_WALK_H
#define ROWPIPE_JSON_JSON_WALK_H

#include <stddef.h>
#include <stdint.h>

#include "json/json.h"
#include "json/json_check.h"

struct json_walk;
struct scan_engine;

#define JSON_KNOWN_KEY_SLACK 16

/* A key that is expected: its bytes from quote to colon. */
struct json_known_key {
	const char	*s;
	uint32_t	 len;
	uint8_t		 plain;
	uint64_t	 head[2], mask[2];	/* first bytes; where they are
						   fewer, a mask of those */
};

/**
 * json_known_key_set(k, s, key):
 * Let ${k} be the ${key} of an object, written with a colon to ${s}, which must
 * live as long as ${k} and have room for JSON_KNOWN_KEY_SLACK bytes behind it;
 * the next key may overwrite those.
 */
void json_known_key_set(struct json_known_key *k, char *s,
    const struct json_value *key);

/**
 * json_walk_new():
 * Return a walk; caller frees with json_walk_free.
 */
struct json_walk *json_walk_new(void);

/**
 * json_walk_text(w, engine, s, len, members, known, nknown):
 * Return non-zero when the ${len} bytes at ${s}, scanned by ${engine}, are
 * exactly one JSON array or object.  With ${members} (else NULL) it must be an
 * object, whose members are listed there, repeated keys and all.  The
 * ${nknown} ${known} keys are those that the object is likely to have; 2 is
 * returned when it has exactly these, written the same, in this order.
 */
int json_walk_text(struct json_walk *w, const struct scan_engine *engine,
    const char *s, size_t len, struct json_members *members,
    const struct json_known_key *known, size_t nknown);

/**
 * json_walk_free(w):
 * Free ${w}; NULL is fine.
 */
void json_walk_free(struct json_walk *w);

#endif
