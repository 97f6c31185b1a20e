/*
 * compile - from a syntax tree to nodes with every name resolved
 */
#ifndef ROWPIPE_JQ_COMPILE_H
#define ROWPIPE_JQ_COMPILE_H

#include <stddef.h>

#include "jq/value.h"

struct arena;
struct ast_module;
struct err;
struct func;
struct node;

/* A variable that the command line binds. */
struct compile_var {
	const char	*name;
	struct value	 value;
};

struct compile_opts {
	struct value_heap	*heap;
	const char *const	*dirs;		/* of -L, NULL-terminated */
	const char		*origin;	/* directory of -f's file, or
						   NULL */
	const struct compile_var *vars;
	size_t			 nvars;
};

/* What the run needs to know about a program. */
struct compiled {
	struct func	*main;		/* the program as a function */
	int		 uses_input;	/* input or inputs occur */
};

/**
 * compile(a, name, text, len, opts, out, err):
 * Compile a program; all of it lives in ${a} and opts->heap.  Return 0, or -1
 * with ${err} filled.
 */
int compile(struct arena *a, const char *name, const char *text, size_t len,
    const struct compile_opts *opts, struct compiled *out, struct err *err);

/**
 * compile_native_names(h, a):
 * Append the names, as name/arity, of the functions that the compiler knows
 * itself to the array *${a}.
 */
void compile_native_names(struct value_heap *h, struct value *a);

#endif
