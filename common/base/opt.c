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

int
opt_uint(const char *s, uint64_t *out, struct err *err)
{
	struct quote q;
	uint64_t n = 0;
	const char *p;

	for (p = s; *p >= '0' && *p <= '9'; p++) {
		if (n > (UINT64_MAX - (uint64_t)(*p - '0')) / 10)
			return (err_set(err, "number out of range: %s",
			    quote_z(&q, s)));
		n = n * 10 + (uint64_t)(*p - '0');
	}
	if (p == s || *p != '\0')
		return (err_set(err, "not a whole number: %s",
		    quote_z(&q, s)));
	*out = n;
	return (0);
}

int
opt_size(const char *s, uint64_t *out, struct err *err)
{
	size_t len = strlen(s);
	unsigned int shift = 0;
	struct quote q;
	char *digits;
	int rc;

	if (len > 0) {
		switch (s[len - 1]) {
		case 'k': case 'K': shift = 10; break;
		case 'm': case 'M': shift = 20; break;
		case 'g': case 'G': shift = 30; break;
		default: break;
		}
	}
	digits = mem_dup(s, shift == 0 ? len : len - 1);
	rc = opt_uint(digits, out, err);
	mem_free(digits);
	if (rc != 0)
		return (err_set(err, "not a size in bytes: %s",
		    quote_z(&q, s)));
	if (*out > UINT64_MAX >> shift)
		return (err_set(err, "size out of range: %s",
		    quote_z(&q, s)));
	*out <<= shift;
	return (0);
}

/* Thousandths of what stands at *${s}: "1.5" is 1500; what follows the third
 * digit is let go.  Move *${s} behind it; return -1 when it is no number. */
static int
thousandths(const char **s, uint64_t *out)
{
	const char *p = *s;
	uint64_t n = 0;
	int places = -1;

	for (; (*p >= '0' && *p <= '9') || (*p == '.' && places < 0); p++) {
		if (*p == '.')
			places = 0;
		else if (places >= 3)
			continue;
		else if (n > UINT64_MAX / 10000)
			return (-1);
		else {
			n = n * 10 + (uint64_t)(*p - '0');
			places += places >= 0;
		}
	}
	if (p == *s || p[-1] == '.')
		return (-1);
	for (places = places < 0 ? 0 : places; places < 3; places++)
		n *= 10;
	*s = p;
	*out = n;
	return (0);
}

int
opt_duration(const char *s, uint64_t *out, struct err *err)
{
	static const struct {
		char		unit;
		uint64_t	seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	uint64_t n, times = 1;
	const char *p = s;
	struct quote q;
	size_t i;

	if (thousandths(&p, &n) != 0)
		goto bad;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (*p == units[i].unit && p[1] == '\0') {
			times = units[i].seconds;
			p++;
		}
	if (*p != '\0' || n > UINT64_MAX / times)
		goto bad;
	*out = n * times;
	return (0);

bad:
	(void)err_set(err, "not a time: %s", quote_z(&q, s));
	return (err_hint(err, "times are written as in 90, 1.5s, 10m, 2h"));
}

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

noreturn void
opt_usage(const struct opt_spec *spec, const char *fmt, ...)
{
	char msg[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	diag_warn("%s", msg);
	(void)dprintf(STDERR_FILENO, "usage: %s [options]%s%s\n", spec->name,
	    spec->operands[0] == '\0' ? "" : " ", spec->operands);
	diag_hint("\"%s --help\" lists the options", spec->name);
	exit(DIAG_USAGE);
}

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
	if (width > 28) {
		buf_puts(b, "\n");
		width = 0;
	}
	buf_printf(b, "%*s%s\n", (int)(30 - width), "", o->help);
}

static noreturn void
print(struct buf *b)
{

	if (io_write(STDOUT_FILENO, b->s, b->len) != 0)
		diag_die(DIAG_FAIL, "could not write standard output: %s",
		    strerror(errno));
	exit(DIAG_OK);
}

static noreturn void
print_help(const struct opt_spec *spec)
{
	struct buf b = { 0 };
	size_t i;

	buf_printf(&b, "usage: %s [options]%s%s\n%s\n\n", spec->name,
	    spec->operands[0] == '\0' ? "" : " ", spec->operands, spec->brief);
	for (i = 0; i < spec->nopts; i++)
		help_line(&b, &spec->opts[i]);
	for (i = 0; i < NCOMMON; i++)
		if (common_opts[i].help != NULL)
			help_line(&b, &common_opts[i]);
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
			print_help(spec);
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
	diag_level(p.common.quiet ? -1 : p.common.verbose);
	return (operands);
}
