/*
 * parse - from the text of a program to its syntax tree
 */
#ifndef ROWPIPE_JQ_PARSE_H
#define ROWPIPE_JQ_PARSE_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct err;

enum ast_kind {
	AST_IDENTITY,		/* . */
	AST_RECURSE,		/* .. */
	AST_NUMBER,		/* s */
	AST_STRING,		/* list of AST_TEXT and expressions in a;
				   s: name of the @format, or NULL */
	AST_TEXT,		/* s: bytes of a string */
	AST_FORMAT,		/* s: @name */
	AST_INDEX,		/* a[b] */
	AST_SLICE,		/* a[b:c]; b or c may be NULL */
	AST_ITERATE,		/* a[] */
	AST_ARRAY,		/* [a]; a may be NULL */
	AST_OBJECT,		/* list of AST_MEMBER in a */
	AST_MEMBER,		/* a: b */
	AST_NEGATE,		/* -a */
	AST_PIPE,		/* a | b */
	AST_COMMA,		/* a, b */
	AST_BINARY,		/* a op b */
	AST_AND, AST_OR,	/* a and b */
	AST_DEFAULT,		/* a // b */
	AST_ASSIGN,		/* a op b: = |= += -= *= /= %= //= */
	AST_IF,			/* if a then b else c end; c may be NULL */
	AST_TRY,		/* try a catch b; b may be NULL */
	AST_REDUCE,		/* reduce a as PATTERNS (b; c) */
	AST_FOREACH,		/* foreach a as PATTERNS (b; c; d); d or NULL */
	AST_AS,			/* a as PATTERNS | b */
	AST_LABEL,		/* label $s | a */
	AST_BREAK,		/* break $s */
	AST_VAR,		/* $s */
	AST_LOC,		/* $__loc__ */
	AST_CALL,		/* s(list a) */
	AST_DEF,		/* def ...; a */

	/* Patterns. */
	AST_BIND,		/* $s */
	AST_BIND_ARRAY,		/* list of patterns in a */
	AST_BIND_OBJECT,	/* list of AST_BIND_MEMBER in a */
	AST_BIND_MEMBER		/* a: b; a is an expression, or NULL; s: the
				   variable that takes the value, or NULL */
};

enum ast_op {
	OP_NONE, OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MOD, OP_EQ, OP_NE, OP_LT,
	OP_LE, OP_GT, OP_GE, OP_UPDATE, OP_DEFAULT
};

struct ast {
	enum ast_kind	 kind;
	enum ast_op	 op;
	uint32_t	 pos;		/* offset in the program's text */
	int		 optional;	/* an index, slice or [] with "?" */
	const char	*s;
	size_t		 len;
	struct ast	*a, *b, *c, *d;
	struct ast	*patterns;	/* alternatives, joined by next */
	struct ast	*next;		/* in a list */
	struct ast_def	*def;		/* of AST_DEF */
};

struct ast_param {
	const char	*s;
	size_t		 len;
	int		 is_value;	/* $name */
};

struct ast_def {
	const char		*s;
	size_t			 len;
	struct ast_param	*params;
	int			 nparams;
	struct ast		*body;
	uint32_t		 pos;
	struct ast_def		*next;
};

/* import "path" as name; include "path"; */
struct ast_import {
	const char		*path, *as;	/* as: NULL for include */
	size_t			 path_len, as_len;
	int			 is_data;	/* as $name */
	struct ast		*meta;		/* or NULL */
	uint32_t		 pos;
	struct ast_import	*next;
};

struct ast_module {
	const char		*name;		/* for messages */
	const char		*text;
	size_t			 len;
	struct ast		*meta;		/* of "module", or NULL */
	struct ast_import	*imports;
	struct ast_def		*defs;		/* at top level, in order */
	struct ast		*body;		/* NULL: there is none */
};

/**
 * parse(a, name, text, len, err):
 * Parse a program or module.  The tree lives in ${a} and points into ${text}
 * and ${name}.  Return NULL and fill ${err}, which names the place as
 * name:line:column, when it is none.
 */
struct ast_module *parse(struct arena *a, const char *name, const char *text,
    size_t len, struct err *err);

/**
 * parse_fail(m, pos, err, fmt, ...):
 * Fill ${err} for something wrong at ${pos} of the module ${m}; return -1.
 */
int parse_fail(const struct ast_module *m, size_t pos, struct err *err,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/**
 * parse_line(m, pos):
 * The line, from 1, that ${pos} is on.
 */
size_t parse_line(const struct ast_module *m, size_t pos);

#endif
