/*
 * opt - the option table: parsing, usage text, completion
 *
 * A program describes its options once, as an array of struct opt made with
 * the OPT_ macros below; each names the member of the program's config that
 * it fills.  Groups that several programs share (FILTER_OPTS, ...) are macros
 * of OPT_ entries in the module whose struct they fill.
 *
 *     struct config { const char *file; int lower; struct opt_list fields; };
 *     static const struct opt opts[] = {
 *         OPT_STR('o', "output", "FILE", "write to FILE", struct config, file),
 *         OPT_FLAG(0, "lower", "lower case instead", struct config, lower),
 *     };
 *     static const struct opt_spec spec = OPT_SPEC("name", "[FILE ...]",
 *         "what it does in one line", opts);
 *
 * Long options may follow operands, "--name=value" and "--name value" are the
 * same, "--" ends the options, a long option must be given whole.  -h/--help,
 * -V/--version, -q/--quiet and -v/--verbose are there in every program.
 *
 * A program whose first operand is a command lists them in its spec.  An option
 * that some of them name is refused with the others, and "--help" behind a
 * command shows what that one takes.
 *
 * Config is process-lifetime: strings are borrowed from argv.
 */
#ifndef ROWPIPE_BASE_OPT_H
#define ROWPIPE_BASE_OPT_H

#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

struct buf;
struct err;

enum opt_kind {
	OPT_KIND_FLAG,		/* int: set to ${value} */
	OPT_KIND_STR,		/* const char *: NULL when not given */
	OPT_KIND_OPTSTR,	/* const char *: "" when given without =value */
	OPT_KIND_LIST,		/* struct opt_list: every occurrence */
	OPT_KIND_PAIR,		/* struct opt_list: two words an occurrence */
	OPT_KIND_CSV,		/* struct opt_list: split at commas as well */
	OPT_KIND_UINT,		/* uint64_t: decimal, checked for range */
	OPT_KIND_SIZE,		/* uint64_t: bytes, with K, M, G (1024s) */
	OPT_KIND_DURATION,	/* uint64_t: milliseconds; see opt_duration */
	OPT_KIND_CHOICE,	/* int: index of the word in ${words} */
	OPT_KIND_OPTCHOICE	/* the same; ${value} when without =word */
};

struct opt {
	int		 letter;	/* short form, or 0 */
	const char	*name;		/* long form, without dashes */
	const char	*arg;		/* name of the argument, or NULL */
	const char	*help;		/* what it does, lower case, no stop */
	enum opt_kind	 kind;
	size_t		 offset;	/* of the member in the config */
	int		 value;		/* what OPT_FLAG stores */
	const char	*words;		/* "stop|reject" for OPT_CHOICE */
};

struct opt_list {
	const char	**v;
	size_t		  n;
};

/* What the first operand of a program with commands can be. */
struct opt_command {
	const char	*name;		/* "up" */
	const char	*operands;	/* what follows it: "NAME ...", "" */
	const char	*options;	/* long names of those that it takes,
					   "to dry-run", "" */
	const char	*brief;		/* what it does, one line */
};

struct opt_spec {
	const char		*name;		/* the program */
	const char		*operands;	/* "[FILE ...]" for usage */
	const char		*brief;		/* what it does, one line */
	const struct opt	*opts;
	size_t			 nopts;
	int			 leading;	/* options end at the first
						   operand: what follows has
						   options of its own */
	const struct opt_command *commands;	/* or NULL */
	size_t			 ncommands;
	const char		*example;	/* lines of shell that end
						   the help, or NULL */
};

#define OPT_SPEC(name_, operands_, brief_, opts_) { \
	.name = (name_), .operands = (operands_), .brief = (brief_), \
	.opts = (opts_), .nopts = sizeof(opts_) / sizeof((opts_)[0]) }

#define OPT_ENTRY_(l, n, a, h, k, off, val, w) { \
	.letter = (l), .name = (n), .arg = (a), .help = (h), .kind = (k), \
	.offset = (off), .value = (val), .words = (w) }

#define OPT_FLAG(l, n, h, type, member) \
	OPT_ENTRY_(l, n, NULL, h, OPT_KIND_FLAG, offsetof(type, member), 1, \
	    NULL)
#define OPT_SET(l, n, h, type, member, val) \
	OPT_ENTRY_(l, n, NULL, h, OPT_KIND_FLAG, offsetof(type, member), val, \
	    NULL)
#define OPT_STR(l, n, a, h, type, member) \
	OPT_ENTRY_(l, n, a, h, OPT_KIND_STR, offsetof(type, member), 0, NULL)
#define OPT_OPTSTR(l, n, a, h, type, member) \
	OPT_ENTRY_(l, n, a, h, OPT_KIND_OPTSTR, offsetof(type, member), 0, NULL)
#define OPT_MANY(l, n, a, h, type, member) \
	OPT_ENTRY_(l, n, a, h, OPT_KIND_LIST, offsetof(type, member), 0, NULL)
#define OPT_PAIR(l, n, a, h, type, member) \
	OPT_ENTRY_(l, n, a, h, OPT_KIND_PAIR, offsetof(type, member), 0, NULL)
#define OPT_CSV(l, n, a, h, type, member) \
	OPT_ENTRY_(l, n, a, h, OPT_KIND_CSV, offsetof(type, member), 0, NULL)
#define OPT_UINT(l, n, a, h, type, member) \
	OPT_ENTRY_(l, n, a, h, OPT_KIND_UINT, offsetof(type, member), 0, NULL)
#define OPT_SIZE(l, n, a, h, type, member) \
	OPT_ENTRY_(l, n, a, h, OPT_KIND_SIZE, offsetof(type, member), 0, NULL)
#define OPT_DURATION(l, n, a, h, type, member) \
	OPT_ENTRY_(l, n, a, h, OPT_KIND_DURATION, offsetof(type, member), 0, \
	    NULL)
#define OPT_CHOICE(l, n, w, h, type, member) \
	OPT_ENTRY_(l, n, w, h, OPT_KIND_CHOICE, offsetof(type, member), 0, w)
#define OPT_OPTCHOICE(l, n, w, h, type, member, val) \
	OPT_ENTRY_(l, n, w, h, OPT_KIND_OPTCHOICE, offsetof(type, member), \
	    val, w)

/**
 * opt_parse(spec, argc, argv, config):
 * Call diag_init, store the options of ${argv} in ${config}, which the caller
 * has filled with defaults, and return the operands, NULL-terminated and
 * borrowed from ${argv}, which is reordered.  Prints and exits for -h, -V and
 * wrong usage.
 */
char **opt_parse(const struct opt_spec *spec, int argc, char *argv[],
    void *config);

/**
 * opt_usage(spec, fmt, ...):
 * Say what is wrong with the command line, print the usage line and exit with
 * DIAG_USAGE.
 */
noreturn void opt_usage(const struct opt_spec *spec, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/**
 * opt_usage_err(spec, command, err):
 * As opt_usage, with what ${err} says, its hint included, and the usage line of
 * ${command} unless that is NULL.
 */
noreturn void opt_usage_err(const struct opt_spec *spec,
    const struct opt_command *command, const struct err *err);

/**
 * opt_help(spec, command):
 * Print the help of ${command} (NULL: of the program) and exit with DIAG_OK.
 */
noreturn void opt_help(const struct opt_spec *spec,
    const struct opt_command *command);

/**
 * opt_command(spec, name):
 * The command of that name, or NULL.
 */
const struct opt_command *opt_command(const struct opt_spec *spec,
    const char *name);

/**
 * opt_uint(s, out, err):
 * Parse all of ${s} as a decimal number into *${out}.  Return 0, or -1 with
 * ${err} filled.
 */
int opt_uint(const char *s, uint64_t *out, struct err *err);

/**
 * opt_size(s, out, err):
 * As opt_uint, with an optional suffix K, M or G (powers of 1024).
 */
int opt_size(const char *s, uint64_t *out, struct err *err);

/**
 * opt_duration(s, out, err):
 * Parse all of ${s} as a time, such as 90, 1.5s, 10m, 2h or 1d (seconds when
 * nothing is said), into *${out} milliseconds.  Return 0, or -1 with ${err}
 * filled.
 */
int opt_duration(const char *s, uint64_t *out, struct err *err);

/**
 * opt_put_word(b, words, i):
 * Append the ${i}th, from 0, of ${words}, "stop|reject", to ${b}.
 */
void opt_put_word(struct buf *b, const char *words, int i);

/**
 * opt_given(list, s):
 * Return non-zero when ${s} is in ${list}.
 */
int opt_given(const struct opt_list *list, const char *s);

#endif
