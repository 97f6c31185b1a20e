/*
 * profile_node - what is known of one path; within profile*.c only
 */
#ifndef ROWPIPE_ROW_PROFILE_NODE_H
#define ROWPIPE_ROW_PROFILE_NODE_H

#include <stddef.h>
#include <stdint.h>

#include "base/decimal.h"
#include "json/json.h"
#include "row/labels.h"
#include "row/looks.h"
#include "row/profile.h"

struct arena;
struct distinct;

/* The beginning of a string. */
struct profile_text {
	uint8_t		len;
	uint8_t		cut;		/* the string goes on */
	char		s[PROFILE_TEXT];
};

struct profile_sample {
	uint64_t		hash;	/* those of the least hashes are kept */
	uint8_t			type;	/* enum json_type */
	struct profile_text	text;
};

/* A number as it was written. */
struct profile_number {
	struct decimal	 value;
	char		*text;		/* NULL: none yet */
	size_t		 len, cap;
};

enum profile_kind {
	PROFILE_ROOT, PROFILE_FIELD, PROFILE_ITEM,
	PROFILE_OTHER			/* all that had no room */
};

struct profile_node {
	enum profile_kind	 kind;
	struct profile_node	*parent, *children, *last, *next;
	struct profile_node	*items;	/* the child of kind PROFILE_ITEM */
	char			*key;	/* PROFILE_FIELD: as it is spelt */
	size_t			 key_len;
	char			*name;	/* what that stands for */
	size_t			 name_len;
	uint64_t		 id;
	int			 depth;

	uint64_t		 seen_in; /* the object that had it last */
	uint64_t		 present; /* objects that have it; elements */
	uint64_t		 types[JSON_OBJECT + 1];
	uint64_t		 deep;	/* values not looked into */

	uint64_t		 integers;
	uint64_t		 long_numbers;	/* not in the range */
	struct profile_number	 min, max;

	uint64_t		 min_length, max_length; /* in characters */
	struct profile_text	 first, greatest;	/* of all strings */
	struct looks_tally	*looks;
	struct labels		*labels;
	int			 no_labels;	/* there were too many */

	uint64_t		 min_items, max_items;	/* of arrays */
	struct distinct		*distinct;
	struct profile_sample	*samples;
	size_t			 nsamples;
};

struct profile {
	struct profile_opts	 opts;
	int			 precision;	/* of estimates */
	size_t			 reserve;	/* bytes a node may take */
	struct profile_node	*root, *other;
	struct profile_node	**nodes;	/* all but these two */
	size_t			 n, cap;
	struct profile_node	**table;	/* fields by parent and name */
	size_t			 size;		/* a power of two */
	size_t			 hashes;	/* bytes of exact counts */
	uint64_t		 serial;	/* of the object at hand */

	struct profile_node	**top;		/* by place in the row ... */
	size_t			 ntop, top_cap;
	uint64_t		 shape;		/* ... of this shape */
	struct json_reader	*reader;	/* for JSON in strings */
	struct buf		*scratch;
};

/**
 * profile_value_reserve(opts):
 * Most bytes that the values of a path take, without exact counts.
 */
size_t profile_value_reserve(const struct profile_opts *opts);

/**
 * profile_value_add(p, n, v, a):
 * Count the value ${v} under ${n}; ${a} is used for its string.
 */
void profile_value_add(struct profile *p, struct profile_node *n,
    const struct json_value *v, struct arena *a);

/**
 * profile_value_free(n):
 * Free what the values of ${n} took.
 */
void profile_value_free(struct profile_node *n);

/**
 * profile_next(n):
 * The node after ${n}, NULL after the last: children follow their parent.
 */
const struct profile_node *profile_next(const struct profile_node *n);

/**
 * profile_put_path(n, b):
 * Append the path of ${n}.
 */
void profile_put_path(const struct profile_node *n, struct buf *b);

/**
 * profile_put_text(t, b):
 * Append ${t} as a JSON string, with "..." where it was cut.
 */
void profile_put_text(const struct profile_text *t, struct buf *b);

/**
 * profile_put_samples(n, between, b):
 * Append the samples of ${n} as JSON with ${between} between them.
 */
void profile_put_samples(const struct profile_node *n, const char *between,
    struct buf *b);

/**
 * profile_of(n):
 * How many objects could have had the field, or how many arrays the element.
 */
uint64_t profile_of(const struct profile_node *n);

/**
 * profile_values(n):
 * How many values there were, null among them.
 */
uint64_t profile_values(const struct profile_node *n);

/**
 * profile_strings_like(n, kind):
 * As looks_most, for the strings under ${n}.
 */
uint64_t profile_strings_like(const struct profile_node *n,
    enum looks *kind);

/**
 * profile_labels(n, count):
 * The labels of ${n}, *${count} of them and borrowed from it, when its strings
 * could be an enumeration: few, each seen twice on average, none of a kind
 * that has other values; else NULL.
 */
const struct label *profile_labels(const struct profile_node *n,
    size_t *count);

#endif
