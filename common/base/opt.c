#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/quote.h"

#ifndef ROWPIPE_VERSION
#define ROWPIPE_VERSION "unversioned"
#endif

#define INDENT 30		/* of what an option does, in the help */
#define WIDTH 80		/* of its lines */

/* What every program takes; these fill opt.c's own struct. */
struct common {
	int	help, version, quiet, verbose, table;
};

static const struct opt common_opts[] = {
	OPT_FLAG('h', "help", "show this help and exit", struct common, help),
	OPT_FLAG('q', "quiet", "say nothing but errors", struct common, quiet),
	OPT_FLAG('v', "verbose", "say more", struct common, verbose),
	OPT_FLAG('V', "version", "show the version and exit", struct common,
	    version),
	OPT_FLAG(0, "option-table", NULL, struct common, table),
};
#define NCOMMON (sizeof(common_opts) / sizeof(common_opts[0]))

void
opt_put_word(struct buf *b, const char *words, int i)
{

	while (i-- > 0)
		words = strchr(words, '|') + 1;
	buf_put(b, words, strcspn(words, "|"));
}

int
opt_given(const struct opt_list *list, const char *s)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		if (strcmp(list->v[i], s) == 0)
			return (1);
	return (0);
}

/*
 * Commands.
 */

const struct opt_command *
opt_command(const struct opt_spec *spec, const char *name)
{
	size_t i;

	for (i = 0; name != NULL && i < spec->ncommands; i++)
		if (strcmp(spec->commands[i].name, name) == 0)
			return (&spec->commands[i]);
	return (NULL);
}

/* Does ${command} (NULL: any of them) name the option ${name}? */
static int
names(const struct opt_spec *spec, const struct opt_command *command,
    const char *name)
{
	const char *s;
	size_t i, n;

	for (i = 0; i < spec->ncommands; i++) {
		if (command != NULL && command != &spec->commands[i])
			continue;
		for (s = spec->commands[i].options; *s != '\0';
		    s += n + (s[n] == ' ')) {
			n = strcspn(s, " ");
			if (strlen(name) == n && memcmp(s, name, n) == 0)
				return (1);
		}
	}
	return (0);
}

/*
 * Wrong usage.
 */

static void
put_usage(const struct opt_spec *spec, const struct opt_command *command,
    struct buf *b)
{
	const char *operands = command != NULL ? command->operands :
	    spec->operands;

	buf_printf(b, "usage: %s [options]%s%s%s%s\n", spec->name,
	    command == NULL ? "" : " ", command == NULL ? "" : command->name,
	    operands[0] == '\0' ? "" : " ", operands);
}

static noreturn void
say_usage(const struct opt_spec *spec, const struct opt_command *command,
    const char *msg, const char *hint)
{
	struct buf b = { 0 };

	diag_warn("%s", msg);
	if (hint[0] != '\0')
		diag_hint("%s", hint);
	put_usage(spec, command, &b);
	(void)!write(STDERR_FILENO, b.s, b.len);
	diag_hint("\"%s%s%s --help\" lists the options%s", spec->name,
	    command == NULL ? "" : " ", command == NULL ? "" : command->name,
	    command == NULL && spec->ncommands > 0 ? " and commands" : "");
	buf_free(&b);
	exit(DIAG_USAGE);
}

noreturn void
opt_usage(const struct opt_spec *spec, const char *fmt, ...)
{
	char msg[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	say_usage(spec, NULL, msg, "");
}

noreturn void
opt_usage_err(const struct opt_spec *spec, const struct opt_command *command,
    const struct err *err)
{

	say_usage(spec, command, err->msg, err->hint);
}

/*
 * Help.
 */

/* Is the next word this option's argument? */
static int
takes_arg(const struct opt *o)
{

	/* cppcheck-suppress [nullPointerRedundantCheck, ctunullpointer] */
	return (o->kind != OPT_KIND_FLAG && o->kind != OPT_KIND_OPTSTR &&
	    o->kind != OPT_KIND_OPTCHOICE);
}

static void
help_line(struct buf *b, const struct opt *o)
{
	size_t start = b->len, width;

	buf_puts(b, "  ");
	if (o->letter != 0)
		buf_printf(b, "-%c, ", o->letter);
	else
		buf_puts(b, "    ");
	buf_printf(b, "--%s", o->name);
	if (o->arg != NULL)
		buf_printf(b, takes_arg(o) ? " %s" : "[=%s]", o->arg);
	width = b->len - start;
	if (width > INDENT - 2) {
		buf_puts(b, "\n");
		width = 0;
	}
	buf_printf(b, "%*s%s\n", (int)(INDENT - width), "", o->help);
}

static noreturn void
print(struct buf *b)
{

	if (io_write(STDOUT_FILENO, b->s, b->len) != 0)
		diag_die(DIAG_FAIL, "could not write standard output: %s",
		    strerror(errno));
	exit(DIAG_OK);
}

/* The options that a command takes, as in "[--to NAME] [--dry-run]", in lines
 * that begin where what it does is told. */
static void
command_options(struct buf *b, const struct opt_spec *spec,
    const struct opt_command *command)
{
	const struct opt *o;
	size_t width = WIDTH, n;

	for (o = spec->opts; o < spec->opts + spec->nopts; o++) {
		if (!names(spec, command, o->name))
			continue;
		n = strlen(o->name) + strlen(" [--]") +
		    (o->arg == NULL ? 0 : strlen(o->arg) + 1);
		if (width + n >= WIDTH) {
			buf_printf(b, "%s%*s", width == WIDTH ? "" : "\n",
			    INDENT - 1, "");
			width = INDENT - 1;
		}
		buf_printf(b, " [--%s%s%s]", o->name,
		    o->arg == NULL ? "" : " ", o->arg == NULL ? "" : o->arg);
		width += n;
	}
	if (width != WIDTH)
		buf_putc(b, '\n');
}

static void
put_commands(struct buf *b, const struct opt_spec *spec)
{
	const struct opt_command *c;
	size_t width;

	for (c = spec->commands; c < spec->commands + spec->ncommands; c++) {
		width = strlen(c->name) + strlen(c->operands) + 3;
		buf_printf(b, "  %s %s%*s%s\n", c->name, c->operands,
		    (int)(INDENT - width), "", c->brief);
		command_options(b, spec, c);
	}
	buf_puts(b, "\nOptions that more than one command takes, and what "
	    "those above mean:\n");
}

noreturn void
opt_help(const struct opt_spec *spec, const struct opt_command *command)
{
	struct buf b = { 0 };
	size_t i;

	put_usage(spec, command, &b);
	buf_printf(&b, "%s\n\n", command != NULL ? command->brief :
	    spec->brief);
	if (command == NULL && spec->ncommands > 0)
		put_commands(&b, spec);
	for (i = 0; i < spec->nopts; i++)
		if (command == NULL ||
		    names(spec, command, spec->opts[i].name) ||
		    !names(spec, NULL, spec->opts[i].name))
			help_line(&b, &spec->opts[i]);
	for (i = 0; i < NCOMMON; i++)
		if (common_opts[i].help != NULL)
			help_line(&b, &common_opts[i]);
	if (command == NULL && spec->example != NULL)
		buf_printf(&b, "\n%s", spec->example);
	buf_printf(&b, "\n\"man %s\" has the details and examples.\n",
	    spec->name);
	print(&b);
}

/* One line per option for the completion script and the tests: letter, name,
 * argument ("[=ARGUMENT]" when it may be left out), words, help; tab-separated,
 * "-" for none. */
static noreturn void
print_table(const struct opt_spec *spec)
{
	const struct opt *o;
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < spec->nopts + NCOMMON; i++) {
		o = i < spec->nopts ? &spec->opts[i] :
		    &common_opts[i - spec->nopts];
		if (o->help == NULL)
			continue;
		buf_printf(&b, "%c\t%s\t", o->letter != 0 ? o->letter : '-',
		    o->name);
		buf_printf(&b, o->arg == NULL || takes_arg(o) ? "%s" : "[=%s]",
		    o->arg != NULL ? o->arg : "-");
		buf_printf(&b, "\t%s\t%s\n",
		    o->words != NULL ? o->words : "-", o->help);
	}
	print(&b);
}

/* Lists live here, as long as the process. */
static struct arena *lists;

static void
list_add(struct opt_list *list, const char *s)
{
	const char **v;

	/* A list is full when its length is a power of two. */
	if ((list->n & (list->n - 1)) == 0) {
		v = arena_alloc(lists, (2 * list->n + 1) * sizeof(*v));
		if (list->n > 0)
			memcpy(v, list->v, list->n * sizeof(*v));
		list->v = v;
	}
	list->v[list->n++] = s;
}

static void
list_add_csv(struct opt_list *list, const char *s)
{
	const char *comma;

	for (; (comma = strchr(s, ',')) != NULL; s = comma + 1)
		list_add(list, arena_dup(lists, s, (size_t)(comma - s)));
	list_add(list, s);
}

/* The place of ${s} in "one|two|three", or -1. */
static int
word_index(const char *words, const char *s)
{
	size_t len = strlen(s), n;
	int i;

	for (i = 0;; i++) {
		n = strcspn(words, "|");
		if (n == len && memcmp(words, s, n) == 0)
			return (i);
		if (words[n] == '\0')
			return (-1);
		words += n + 1;
	}
}

static void
store(const struct opt_spec *spec, const struct opt *o, char *base,
    const char *arg)
{
	void *at = base + o->offset;
	struct err err = ERR_INIT;
	struct quote q;
	int i;

	switch (o->kind) {
	case OPT_KIND_FLAG:
		*(int *)at = o->value;
		break;
	case OPT_KIND_STR:
		*(const char **)at = arg;
		break;
	case OPT_KIND_OPTSTR:
		*(const char **)at = arg == NULL ? "" : arg;
		break;
	case OPT_KIND_LIST: case OPT_KIND_PAIR:
		list_add(at, arg);
		break;
	case OPT_KIND_CSV:
		list_add_csv(at, arg);
		break;
	case OPT_KIND_UINT:
		if (opt_uint(arg, at, &err) != 0)
			opt_usage(spec, "option --%s: %s", o->name, err.msg);
		break;
	case OPT_KIND_SIZE:
		if (opt_size(arg, at, &err) != 0)
			opt_usage(spec, "option --%s: %s", o->name, err.msg);
		break;
	case OPT_KIND_DURATION:
		if (opt_duration(arg, at, &err) != 0)
			opt_usage(spec, "option --%s: %s", o->name, err.msg);
		break;
	case OPT_KIND_OPTCHOICE:
		if (arg == NULL) {
			*(int *)at = o->value;
			break;
		}
		/* FALLTHROUGH */
	case OPT_KIND_CHOICE:
		if ((i = word_index(o->words, arg)) == -1)
			opt_usage(spec, "option --%s: %s is none of %s",
			    o->name, quote_z(&q, arg), o->words);
		*(int *)at = i;
		break;
	}
}

static const struct opt *
find(const struct opt *opts, size_t n, int letter, const char *name,
    size_t len)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (name == NULL ? opts[i].letter == letter :
		    strlen(opts[i].name) == len &&
		    memcmp(opts[i].name, name, len) == 0)
			return (&opts[i]);
	}
	return (NULL);
}

struct parser {
	const struct opt_spec	*spec;
	char			*config;	/* the program's */
	struct common		 common;
	char			**next;		/* the words not yet read */
	struct opt_list		  given;	/* names of the program's own */
};

/* Find an option among the program's own and the common ones. */
static const struct opt *
lookup(const struct parser *p, int letter, const char *name, size_t len,
    int *is_common)
{
	const struct opt *o;

	o = find(p->spec->opts, p->spec->nopts, letter, name, len);
	*is_common = o == NULL;
	if (o == NULL)
		o = find(common_opts, NCOMMON, letter, name, len);
	return (o);
}

static void
long_option(struct parser *p, const char *word)
{
	size_t len = strcspn(word, "=");
	const char *arg = word[len] == '=' ? word + len + 1 : NULL;
	const struct opt *o;
	struct quote q;
	int is_common;

	o = lookup(p, 0, word, len, &is_common);
	if (o == NULL)
		opt_usage(p->spec, "unknown option %s",
		    quote(&q, word - 2, len + 2));
	if (o->kind == OPT_KIND_FLAG && arg != NULL)
		opt_usage(p->spec, "option --%s takes no argument", o->name);
	if (takes_arg(o) && arg == NULL && (arg = *p->next++) == NULL)
		opt_usage(p->spec, "option --%s needs an argument: %s",
		    o->name, o->arg);
	if (!is_common)
		list_add(&p->given, o->name);
	store(p->spec, o, is_common ? (char *)&p->common : p->config, arg);
	if (o->kind != OPT_KIND_PAIR)
		return;
	if ((arg = *p->next++) == NULL)
		opt_usage(p->spec, "option --%s needs two arguments: %s",
		    o->name, o->arg);
	store(p->spec, o, p->config, arg);
}

static void
short_options(struct parser *p, const char *s)
{
	const struct opt *o;
	const char *arg;
	struct quote q;
	int is_common;

	for (; *s != '\0'; s++) {
		o = lookup(p, *s, NULL, 0, &is_common);
		if (o == NULL)
			opt_usage(p->spec, "unknown option -%s",
			    *s > ' ' && *s <= '~' ?
			    (char []){ *s, '\0' } : quote(&q, s, 1));
		arg = NULL;
		if (!is_common)
			list_add(&p->given, o->name);
		if (takes_arg(o)) {
			arg = s[1] != '\0' ? s + 1 : *p->next++;
			if (arg == NULL)
				opt_usage(p->spec,
				    "option -%c needs an argument: %s",
				    o->letter, o->arg);
		}
		store(p->spec, o, is_common ? (char *)&p->common : p->config,
		    arg);
		if (arg != NULL)
			return;
	}
}

/* The command that help is wanted for: the operand before, or the word behind
 * the option. */
static const struct opt_command *
help_for(const struct parser *p, char **operands, char **out)
{

	return (opt_command(p->spec, out > operands ? *operands : *p->next));
}

/* An option that only other commands take would be ignored in silence. */
static void
check_given(const struct parser *p, const char *operand)
{
	const struct opt_command *c = opt_command(p->spec, operand);
	struct err err = ERR_INIT;
	size_t i;

	for (i = 0; c != NULL && i < p->given.n; i++) {
		if (names(p->spec, c, p->given.v[i]) ||
		    !names(p->spec, NULL, p->given.v[i]))
			continue;
		(void)err_set(&err, "%s takes no option --%s", c->name,
		    p->given.v[i]);
		opt_usage_err(p->spec, c, &err);
	}
}

char **
opt_parse(const struct opt_spec *spec, int argc, char *argv[], void *config)
{
	struct parser p = { .spec = spec, .config = config };
	char *word, **operands = argv, **out = argv;

	diag_init(spec->name);
	if (lists == NULL)
		lists = arena_new();
	p.next = argc > 0 ? argv + 1 : argv;
	while ((word = *p.next) != NULL) {
		p.next++;
		if (word[0] != '-' || word[1] == '\0') {
			*out++ = word;
			if (spec->leading)
				break;
		} else if (strcmp(word, "--") == 0)
			break;
		else if (word[1] == '-')
			long_option(&p, word + 2);
		else
			short_options(&p, word + 1);
		if (p.common.help)
			opt_help(spec, help_for(&p, operands, out));
		if (p.common.version) {
			struct buf b = { 0 };

			buf_printf(&b, "%s (rowpipe) %s\n", spec->name,
			    ROWPIPE_VERSION);
			print(&b);
		}
		if (p.common.table)
			print_table(spec);
	}
	while (*p.next != NULL)
		*out++ = *p.next++;
	*out = NULL;
	check_given(&p, *operands);
	diag_level(p.common.quiet ? -1 : p.common.verbose);
	return (operands);
}
