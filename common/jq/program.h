/*
 * program - the program that a command line names, and what it binds
 */
#ifndef ROWPIPE_JQ_PROGRAM_H
#define ROWPIPE_JQ_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "base/opt.h"
#include "jq/args.h"

struct err;
struct jq;
struct jq_host;
struct program;

struct program_opts {
	struct args_opts	 args;
	const char		*file;		/* -f; NULL: an operand */
	struct opt_list		 dirs;		/* -L */
	uint64_t		 memory;	/* --max-memory */
};
#define PROGRAM_OPTS_INIT { .memory = (uint64_t)1 << 30 }

/**
 * program_new(opts, operands, host, stack, err):
 * Read the program, from ${opts}' file or the first of *${operands}, and bind
 * what ${opts} and the operands say; move *${operands} behind all that was
 * used.  ${host} and ${stack} are as in struct jq_opts.  All is borrowed.
 * Return NULL with ${err} filled, status DIAG_USAGE when the command line is
 * wrong.  Caller frees with program_free.
 */
struct program *program_new(const struct program_opts *opts,
    char **operands[], const struct jq_host *host, size_t stack,
    struct err *err);

/**
 * program_compile(p, err):
 * As jq_compile.
 */
int program_compile(struct program *p, struct err *err);

/**
 * program_jq(p):
 * The instance that runs it; borrowed.
 */
struct jq *program_jq(const struct program *p);

/**
 * program_free(p):
 * Free ${p}; NULL is fine.
 */
void program_free(struct program *p);

#endif
