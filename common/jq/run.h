/*
 * run - a compiled program at work
 *
 * Private to the jq layer; jq.h is what programs include.
 */
#ifndef ROWPIPE_JQ_RUN_H
#define ROWPIPE_JQ_RUN_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "jq/builtin.h"
#include "jq/node.h"
#include "jq/value.h"

struct frame;
struct jq_host;
struct json_reader;
struct regex_cache;

/* About where the stack ends now.  The address of a variable would not do: a
 * sanitizer may keep it elsewhere. */
#define RUN_STACK()	((uintptr_t)__builtin_frame_address(0))
#define RUN_INTERRUPTED	UINTPTR_MAX	/* a stack that always is too low */

/* Why evaluation does not go on. */
enum unwind {
	UNWIND_NONE,
	UNWIND_ERROR,		/* run->error; "try" catches it */
	UNWIND_BREAK,		/* to the label run->label */
	UNWIND_FATAL,		/* run->error; nothing catches it */
	UNWIND_HALT		/* halt, halt_error: run->error, status */
};

struct run {
	struct value_heap	*heap;
	struct buf		 scratch;
	enum unwind		 unwind;
	struct value		 error;
	int64_t			 label, labels;
	volatile uintptr_t	 stack_low;	/* the stack ends here */
	const char		*row;		/* text of the row at hand */
	const struct json_field	*fields;	/* its members, if an object */
	size_t			 nfields;
	uint64_t		 shape;
	const struct jq_host	*host;
	int			 halt_status;
	int			 fatal_status;	/* of inputs that cannot be
						   read; else 0 */
	int			 own_inputs;	/* rows outlive their text */
	uint64_t		 row_number;
	struct regex_cache	*regex;
	struct json_reader	*reader;	/* for fromjson */
	const char *const	*dirs;		/* of -L */
};

/**
 * run_fatal(r, fmt, ...):
 * As run_error, for what no "try" shall catch.
 */
int run_fatal(struct run *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/**
 * run_check(r):
 * Return 0, or fail when limits of memory or depth were passed.
 */
int run_check(struct run *r);

/**
 * run_iterate_error(r, v), run_path_error(r, v):
 * Raise the errors "Cannot iterate over ..." and "Invalid path expression
 * with result ..."; ${v} is borrowed.
 */
int run_iterate_error(struct run *r, const struct value *v);
int run_path_error(struct run *r, const struct value *v);

/**
 * run_input(r, out):
 * Store the host's next value, which lives on its own.  Return 1, 0 when
 * there is none left, or BUILTIN_FAIL.
 */
int run_input(struct run *r, struct value *out);

/**
 * run_catch(r):
 * Return the error that "try" caught.
 */
struct value run_catch(struct run *r);

/*
 * Evaluation.  A filter gets ${in}, which is taken over.  With at most one
 * output, eval_one stores it and returns 1, or returns 0 when there is none
 * and -1 when it unwinds.  In general outputs are handed, one by one, to a
 * continuation, whose -1 is passed on.
 *
 * While ${path} is an array, the path of ${in} is tracked; VALUE_FALSE says
 * that it is tracked but that ${in} is on no path; VALUE_NONE that nobody
 * wants to know.
 */
struct cont {
	int	(*fn)(struct run *r, struct cont *k, struct value v,
		    struct value path);
};

int eval(struct run *r, struct node *n, struct frame *env, struct value in,
    struct value path, struct cont *k);
int eval_one(struct run *r, struct node *n, struct frame *env,
    struct value in, struct value *out);

/**
 * eval_is_one(n, env):
 * May eval_one be used?
 */
int eval_is_one(const struct node *n, const struct frame *env);

/**
 * eval_first(r, n, env, in, out):
 * As eval_one for any filter: its first output.
 */
int eval_first(struct run *r, struct node *n, struct frame *env,
    struct value in, struct value *out);

/**
 * eval_fold(r, n, env, in, path, k):
 * As eval for reduce and foreach.
 */
int eval_fold(struct run *r, struct node *n, struct frame *env,
    struct value in, struct value path, struct cont *k);

/**
 * eval_frame(r, f):
 * A frame for the function ${f} of the top level; freed by eval_frame_free.
 */
struct frame *eval_frame(struct run *r, const struct func *f);
void eval_frame_free(struct run *r, struct frame *env);

#endif
