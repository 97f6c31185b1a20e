/*
 * node - a compiled program: what the evaluator walks
 *
 * Names are resolved: a variable is a slot of a frame so many levels up, a
 * call knows the function it calls.  Every node knows whether it has at most
 * one output; most do, and are then evaluated by plain calls.
 */
#ifndef ROWPIPE_JQ_NODE_H
#define ROWPIPE_JQ_NODE_H

#include <stddef.h>
#include <stdint.h>

#include "jq/parse.h"
#include "jq/value.h"

struct arena;
struct builtin;
struct func;

enum node_op {
	NODE_IDENTITY,
	NODE_CONST,		/* value */
	NODE_FIELD,		/* .[value], a string */
	NODE_INDEX,		/* list: key, term */
	NODE_SLICE,		/* list: from, to, term */
	NODE_ITERATE,		/* .[] */
	NODE_RECURSE,		/* .. */
	NODE_PIPE, NODE_COMMA,	/* a, b */
	NODE_ARRAY,		/* [a] */
	NODE_OBJECT,		/* list: key, value, key, value ... */
	NODE_STRING,		/* list: parts, the last one first */
	NODE_NEGATE,		/* list: term */
	NODE_BINARY,		/* list: right, left */
	NODE_AND, NODE_OR,	/* a, b */
	NODE_DEFAULT,		/* a // b */
	NODE_IF,		/* a, b, c */
	NODE_TRY,		/* a, b or NULL */
	NODE_REDUCE,		/* a; b; c; bind */
	NODE_FOREACH,		/* a; b; c; d; bind */
	NODE_AS,		/* a as bind | b */
	NODE_LABEL,		/* a; slot */
	NODE_BREAK,		/* depth, slot */
	NODE_VAR,		/* depth, slot */
	NODE_CALL,		/* func, depth, args */
	NODE_PARAM,		/* depth, slot */
	NODE_SCOPE,		/* func: a filter with a frame of its own */
	NODE_BUILTIN,		/* list: arguments, the last one first */
	NODE_UPDATE,		/* a |= b */
	NODE_ASSIGN,		/* a = b */
	NODE_OPASSIGN,		/* a op= b */
	/* Filters that take filters. */
	NODE_EMPTY, NODE_SELECT, NODE_RECURSE_BY, NODE_RANGE, NODE_LIMIT,
	NODE_SKIP, NODE_FIRST, NODE_LAST, NODE_NTH, NODE_UNTIL, NODE_WHILE,
	NODE_REPEAT, NODE_ISEMPTY, NODE_ANY, NODE_ALL, NODE_ADD, NODE_MAP,
	NODE_MAP_VALUES, NODE_PATH, NODE_DELETE, NODE_WALK, NODE_BY,
	NODE_WITH_ENTRIES, NODE_INPUT, NODE_INPUTS, NODE_TOSTREAM,
	NODE_FROMSTREAM, NODE_GETPATH
};

enum node_class {
	NODE_ONE,		/* at most one output */
	NODE_DEPENDS,		/* if the filters passed to the function have */
	NODE_MANY
};

/* Steps of "as PATTERN": take a value apart, bind what is found. */
struct bind_step {
	int		 from;		/* slot taken apart, -1: the source */
	struct node	*key;		/* NULL: the value itself */
	int		 slot;		/* where it goes */
};

struct bind {
	struct bind_step	*steps;
	size_t			 nsteps;
	int			*clear;	/* slots that become null first */
	size_t			 nclear;
	int			 many;	/* a key has many outputs */
	struct bind		*next;	/* after "?//" */
};

struct node {
	uint8_t		 op;		/* enum node_op */
	uint8_t		 cls;		/* enum node_class */
	uint8_t		 sub;		/* enum ast_op, or which of a family */
	uint8_t		 plain_keys;	/* object: constant, all different */
	uint8_t		 optional;	/* index or slice with "?" */
	uint8_t		 literal;	/* part of a string that no format is
					   applied to */
	int		 depth, slot;
	uint32_t	 pos;
	uint32_t	 n;
	struct node	*a, *b, *c, *d;
	struct node	**list;
	struct value	 value;
	struct func	*func;
	const struct builtin *builtin;
	struct bind	*bind;
	const char	*text;		/* of a format, or NULL */
	size_t		 text_len;
	uint64_t	 shape;		/* of the row whose field is at */
	ptrdiff_t	 place;
	int		 path_kind;	/* 0: not looked at; see assign.c */
};

struct func {
	const char	*name;
	size_t		 len;
	int		 nparams, nslots;
	int		 level;		/* of its frame */
	int		 frameless;	/* runs in its parent's frame */
	int		 nested;	/* inside a function that has filters as
					   parameters */
	enum node_class	 cls;
	struct node	*body;
	struct func	*all;		/* list of all functions */
};

/**
 * node_new(a, op, pos):
 * A node that lives in ${a}.
 */
struct node *node_new(struct arena *a, enum node_op op, size_t pos);

/**
 * node_classify(funcs):
 * Find the class of all nodes of all functions in the list ${funcs}.
 */
void node_classify(struct func *funcs);

#endif
