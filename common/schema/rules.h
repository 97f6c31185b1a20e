/*
 * rules - what a JSON Schema became: the form in which rows are checked
 *
 * Every schema is one struct rules, sorted by the type of value that a rule
 * is about, with keys, numbers and patterns ready for use.  All of it lives in
 * the validator's arena.
 */
#ifndef ROWPIPE_SCHEMA_RULES_H
#define ROWPIPE_SCHEMA_RULES_H

#include <stddef.h>
#include <stdint.h>

#include "json/json.h"
#include "json/json_number.h"
#include "schema/dialect.h"

struct docnode;
struct regex;
struct resource;
struct rules;

/* Sets of types; bit n is enum json_type n. */
#define TYPES_ALL	0x7f
#define TYPES_BOOLEAN	(1 << JSON_FALSE | 1 << JSON_TRUE)

/* A limit on a number. */
struct bound {
	int			 given;
	int			 is_small;	/* small holds it exactly */
	int64_t			 small;
	struct json_number	 number;
	const struct json_value	*v;		/* as written */
};

struct number_rules {
	struct bound	minimum, maximum, above, below, multiple;
};

struct string_rules {
	uint64_t		 min, max;	/* code points */
	const struct regex	*pattern;	/* or NULL */
	const struct docnode	*pattern_text;
	int			 format;	/* or -1 */
	const struct docnode	*format_name;
};

/* Values of "enum" or "const". */
struct value_set {
	const struct docnode	*node;		/* whose values they are */
	const struct docnode	**v;
	size_t			 n;
	int			 all_strings;
	const struct docnode	**table;	/* by hash: translate_hash for
						   strings only, else
						   json_equal_hash; NULL when
						   they are few */
	uint32_t		 mask;
};

struct array_rules {
	uint64_t	 min, max;
	struct rules	**prefix;
	size_t		 nprefix;
	struct rules	*rest;			/* or NULL */
	enum keyword	 rest_keyword;
	struct rules	*contains;		/* or NULL */
	uint64_t	 min_contains, max_contains;
	int		 unique;
	int		 contains_marks;	/* matches are evaluated */
};

/* A key that a rule names. */
struct property {
	const char		 *raw;		/* as it mostly is written,
						   quotes and all */
	uint32_t		  raw_len;
	int			  required;
	int			  track;	/* bit that says it was there,
						   or -1 */
	const char		 *key;
	size_t			  key_len;
	struct rules		**rules;	/* for its value */
	size_t			  nrules;
	int			  declared;	/* in properties or matched by
						   a pattern */
	struct property		 *next;		/* which came after it last */
};

struct pattern_property {
	const struct regex	*regex;
	struct rules		*rules;
};

/* With the property ${track}, others or a schema are required. */
struct dependent {
	int			  track;
	const char		 *key;
	enum keyword		  keyword;
	struct property		**required;
	size_t			  nrequired;
	struct rules		 *rules;	/* or NULL */
};

struct object_rules {
	uint64_t		 min, max;
	struct property		*property;
	size_t			 nproperties;
	struct property		**table;	/* by hash of the key */
	uint32_t		 mask;
	struct property		*first;		/* which came first last */
	size_t			 ntracked;
	uint64_t		 required;	/* bits of those tracked, ... */
	int			 required_more;	/* ... and there are more */
	struct pattern_property	*pattern;
	size_t			 npatterns;
	struct rules		*additional;	/* or NULL */
	struct rules		*names;		/* or NULL */
	struct dependent	*dependent;
	size_t			 ndependents;
	int			 looks;		/* members must be looked at */
};

/* A rule on the same value by way of other schemas. */
struct applied {
	enum keyword	 keyword;	/* REF, DYNAMIC_REF, ALL_OF, ANY_OF,
					   ONE_OF, NOT, IF */
	struct rules	**rules;	/* of "if": if, then, else; the latter
					   two may be NULL */
	size_t		 n;
	const char	*anchor;	/* DYNAMIC_REF: to be looked for in the
					   dynamic scope, or NULL */
};

struct rules {
	int			 never;		/* nothing is valid */
	int			 always;	/* everything is */
	int			 plain;		/* nothing is applied */
	unsigned		 types;		/* allowed */
	int			 integer;	/* numbers only without
						   fraction */
	const struct value_set	*values, *constant;
	struct number_rules	*number;
	struct string_rules	*string;
	struct array_rules	*array;
	struct object_rules	*object;
	struct applied		*applied;
	size_t			 napplied;
	struct rules		*unevaluated_items, *unevaluated_properties;
	struct docnode		*node;		/* the schema */
	const struct resource	*resource;
	unsigned		 mark;		/* see translate_circle.c */
};

#endif
