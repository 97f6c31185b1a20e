/*
 * args - what the command line binds for a program: --arg and its kin, $ARGS
 */
#ifndef ROWPIPE_JQ_ARGS_H
#define ROWPIPE_JQ_ARGS_H

#include "base/opt.h"

struct err;
struct jq;

enum args_positional { ARGS_NONE, ARGS_STRINGS, ARGS_JSON };

/* Names and values by turns, as OPT_PAIR has them; all borrowed. */
struct args_opts {
	struct opt_list	arg, argjson, slurpfile, rawfile;
	int		positional;	/* enum args_positional */
};

#define ARGS_OPTS(type, m) \
	OPT_PAIR(0, "arg", "NAME VALUE", "bind $NAME to a string", \
	    type, m.arg), \
	OPT_PAIR(0, "argjson", "NAME JSON", "bind $NAME to a JSON value", \
	    type, m.argjson), \
	OPT_SET(0, "args", "other operands are strings in $ARGS.positional", \
	    type, m.positional, ARGS_STRINGS), \
	OPT_SET(0, "jsonargs", "other operands are JSON in " \
	    "$ARGS.positional", type, m.positional, ARGS_JSON), \
	OPT_PAIR(0, "rawfile", "NAME FILE", "bind $NAME to the text of FILE", \
	    type, m.rawfile), \
	OPT_PAIR(0, "slurpfile", "NAME FILE", \
	    "bind $NAME to the array of FILE's texts", type, m.slurpfile)

/**
 * args_bind(jq, opts, operands, err):
 * Bind in ${jq} all that ${opts} says; ${operands} are the words that may be
 * positional.  The texts of JSON live as long as the process.  Return 0, or -1
 * with ${err} filled, status DIAG_USAGE where a text is no JSON.
 */
int args_bind(struct jq *jq, const struct args_opts *opts,
    char *const operands[], struct err *err);

#endif
