/*
 * builtin - functions of the language that are written in C
 *
 * A builtin gets its input as v[0] and its arguments, already evaluated, as
 * v[1] and so on; for arguments with several outputs it is called once for
 * each combination.  The values stay the caller's, which frees them when the
 * builtin returns; a builtin that wants to keep or change one in place takes
 * it out with value_take.
 *
 *     static int
 *     f_ascii(struct run *r, struct value *v, struct value *out)
 *     {
 *             if (!value_is_number(&v[0]))
 *                     return (run_type_error(r, &v[0], "cannot be ..."));
 *             ...
 *             *out = value_str(run_heap(r), s, len);
 *             return (BUILTIN_VALUE);
 *     }
 *
 *     const struct builtin builtin_text[] = {
 *             { "ascii", 0, f_ascii, 0 },
 *             { NULL, 0, NULL, 0 }
 *     };
 *
 * A module's table is named in builtin_tables (builtin.c).
 */
#ifndef ROWPIPE_JQ_BUILTIN_H
#define ROWPIPE_JQ_BUILTIN_H

#include <stddef.h>

#include "jq/value.h"

struct regex_cache;
struct run;

#define BUILTIN_ARGS	6	/* most arguments of a C function */

enum builtin_result {
	BUILTIN_FAIL = -1,	/* run_error was called */
	BUILTIN_EMPTY = 0,	/* no output */
	BUILTIN_VALUE = 1	/* one output, in *out */
};

typedef int builtin_fn(struct run *r, struct value *v, struct value *out);

#define BUILTIN_PURE	1	/* depends on nothing but its input: may be
				   computed when the program is compiled */

struct builtin {
	const char	*name;
	int		 nargs;
	builtin_fn	*fn;
	unsigned	 flags;
};

/* Functions written in the language: "def name(args): body;" */
struct builtin_def {
	const char	*name;
	int		 nargs;
	const char	*text;
};

extern const struct builtin *const builtin_tables[];
extern const struct builtin_def *const builtin_defs[];

/**
 * builtin_find(name, len, nargs):
 * The C function of that name and number of arguments, or NULL.
 */
const struct builtin *builtin_find(const char *name, size_t len, int nargs);
const struct builtin_def *builtin_find_def(const char *name, size_t len,
    int nargs);

/*
 * What a builtin may ask of the run it is called in.
 */

/**
 * run_heap(r):
 * The heap that values live in.
 */
struct value_heap *run_heap(struct run *r);

/**
 * run_buf(r):
 * A buffer for scratch work, emptied; borrowed until the next call.
 */
struct buf *run_buf(struct run *r);

/**
 * run_regex(r):
 * The run's compiled regular expressions (regex.h).
 */
struct regex_cache *run_regex(struct run *r);

/**
 * run_row_number(r):
 * Which row of the input the program runs on, from 1.
 */
uint64_t run_row_number(const struct run *r);

/**
 * run_error(r, fmt, ...):
 * Raise an error that "try" can catch, with this message (data in it need not
 * be quoted).  Returns BUILTIN_FAIL.
 */
int run_error(struct run *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/**
 * run_error_value(r, v):
 * Raise the error ${v}, any value.
 */
int run_error_value(struct run *r, struct value v);

/**
 * run_type_error(r, v, what), run_type_error2(r, a, b, what),
 * run_key_error(r, v):
 * Raise an error about values (borrowed), worded as "TYPE (VALUE) ${what}",
 * "TYPE (VALUE) and TYPE (VALUE) ${what}" and "Cannot use TYPE (VALUE) as
 * object key", values shortened.
 */
int run_key_error(struct run *r, const struct value *v);
int run_type_error(struct run *r, const struct value *v, const char *what);
int run_type_error2(struct run *r, const struct value *a,
    const struct value *b, const char *what);

#endif
