/*
 * row-map - run a jq program on each row
 *
 * Rows go through filter_run like those of every filter; what is not rows
 * (texts that span lines, raw lines, one big array) is read by texts.h.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/infile.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/quote.h"
#include "jq/jq.h"
#include "jq/texts.h"
#include "row/filter.h"
#include "row/input.h"
#include "row/output.h"
#include "row/row.h"

#define STACK		((size_t)256 << 20)	/* touched only when used */
#define STACK_LEAST	((size_t)4 << 20)
#define FILE_MAX	((size_t)1 << 30)	/* of --rawfile and kin */
#define FLUSH_SIZE	((size_t)1 << 20)	/* of one row's outputs */
#define NO_INDENT	UINT64_MAX		/* --indent was not given */

struct config {
	struct filter_opts	 run;
	struct opt_list		 arg, argjson, slurpfile, rawfile, dirs;
	const char		*from_file;
	uint64_t		 indent, memory;
	int			 positional;	/* 1: strings, 2: JSON */
	int			 null_input, slurp, raw_input, raw, join;
	int			 ascii, sort, compact, color, mono, tab, status;
	int			 stream, seq, multiline, nul;
};

static const struct opt opts[] = {
	OPT_PAIR(0, "arg", "NAME VALUE", "bind $NAME to a string",
	    struct config, arg),
	OPT_PAIR(0, "argjson", "NAME JSON", "bind $NAME to a JSON value",
	    struct config, argjson),
	OPT_SET(0, "args", "other operands are strings in $ARGS.positional",
	    struct config, positional, 1),
	OPT_FLAG('a', "ascii-output", "write all but ASCII as \\uXXXX",
	    struct config, ascii),
	OPT_FLAG('c', "compact-output", "one line a value (the default)",
	    struct config, compact),
	OPT_FLAG('C', "color-output", "colour what is written",
	    struct config, color),
	OPT_FLAG('e', "exit-status", "exit 1 when the last output is false or"
	    " null", struct config, status),
	OPT_STR('f', "from-file", "FILE", "read the program from FILE",
	    struct config, from_file),
	OPT_UINT(0, "indent", "N",
	    "indent by N columns; 0: no white space",
	    struct config, indent),
	OPT_FLAG('j', "join-output", "as -r, without newlines",
	    struct config, join),
	OPT_SET(0, "jsonargs", "other operands are JSON in $ARGS.positional",
	    struct config, positional, 2),
	OPT_MANY('L', "library-path", "DIR", "look for modules in DIR",
	    struct config, dirs),
	OPT_SIZE(0, "max-memory", "SIZE",
	    "most memory for a program's values (default 1G)",
	    struct config, memory),
	OPT_FLAG('M', "monochrome-output", "no colours (the default)",
	    struct config, mono),
	OPT_FLAG(0, "multiline", "read texts that may span lines",
	    struct config, multiline),
	OPT_FLAG('n', "null-input", "run once on null", struct config,
	    null_input),
	OPT_PAIR(0, "rawfile", "NAME FILE", "bind $NAME to the text of FILE",
	    struct config, rawfile),
	OPT_FLAG('R', "raw-input", "read lines as strings", struct config,
	    raw_input),
	OPT_FLAG('r', "raw-output", "write strings without quotes",
	    struct config, raw),
	OPT_FLAG(0, "raw-output0", "as -r, with NUL instead of newlines",
	    struct config, nul),
	OPT_FLAG(0, "seq", "read and write RS before each text",
	    struct config, seq),
	OPT_FLAG('s', "slurp", "read all texts into one array",
	    struct config, slurp),
	OPT_PAIR(0, "slurpfile", "NAME FILE",
	    "bind $NAME to the array of FILE's texts", struct config,
	    slurpfile),
	OPT_FLAG('S', "sort-keys", "write keys in order", struct config,
	    sort),
	OPT_FLAG(0, "stream", "read texts as events [path, leaf]",
	    struct config, stream),
	OPT_FLAG(0, "tab", "indent by tabs", struct config, tab),
	FILTER_OPTS(struct config, run)
};

static const struct opt_spec spec = OPT_SPEC("row-map", "PROGRAM [FILE ...]",
    "run a jq program on each row", opts);

struct map {
	const struct config	*cfg;
	struct jq		*jq;
	struct jq_host		 host;
	struct value_style	 style;
	int			 styled;
	struct json_reader	*reader;
	struct input		*in;		/* rows come from here ... */
	struct texts		*texts;		/* ... or here */
	struct output		*out;
	struct row		*row;		/* at hand */
	char			*const *files;
	const char		**dirs;		/* of -L, NULL-terminated */
	struct jq		*streamer;	/* for --stream: its program is
						   "tostream" ... */
	struct buf		 events;	/* ... and these its outputs */
	size_t			 event;
	struct buf		 scratch;
	int			 last;		/* was the last output true?
						   -1: there was none */
	uint64_t		 number;
	int			 failed;
	int			 status;
};

/*
 * Writing.
 */

static int
put_value(struct map *m, struct buf *b, struct value *v)
{
	struct value_heap *h = jq_heap(m->jq);
	const struct config *cfg = m->cfg;
	const char *s;
	size_t len;

	if (cfg->seq)
		buf_putc(b, '\036');
	if ((cfg->raw || cfg->join || cfg->nul) && value_is_string(v) &&
	    !cfg->ascii) {
		s = value_bytes(h, v, &len);
		if (cfg->nul && len > 0 && memchr(s, '\0', len) != NULL)
			return (-1);
		buf_put(b, s, len);
	} else if ((cfg->raw || cfg->join || cfg->nul) &&
	    value_is_string(v)) {
		/* Escaped, but without the quotes. */
		m->scratch.len = 0;
		value_put_style(h, &m->scratch, v, &m->style);
		buf_put(b, m->scratch.s + 1, m->scratch.len - 2);
	} else if (m->styled) {
		value_put_style(h, b, v, &m->style);
	} else {
		value_put(h, b, v);
	}
	return (0);
}

static int
emit(void *cookie, struct value *v, struct err *err)
{
	struct map *m = cookie;
	struct buf *b, line = { 0 };
	int rc;

	m->last = value_truth(v);
	if (m->cfg->join || m->cfg->nul) {
		rc = put_value(m, &line, v);
		if (rc != 0)
			(void)err_set(err, "a string with a NUL cannot be "
			    "written with --raw-output0");
		if (rc == 0 && m->cfg->nul)
			buf_putc(&line, '\0');
		if (rc == 0)
			rc = output_lines(m->out, line.s, line.len, 1, err);
		buf_free(&line);
		return (rc);
	}
	b = output_begin(m->out);
	(void)put_value(m, b, v);
	if (value_heap_deep(jq_heap(m->jq)))
		return (err_set(err, "output nested deeper than %d levels",
		    VALUE_DEPTH));
	if (output_commit(m->out, err) != 0)
		return (-1);
	/* A row that becomes very many is not held back until its end. */
	if (b->len > FLUSH_SIZE)
		return (output_flush(m->out, err));
	return (0);
}

/*
 * Running.
 */

/* The program stopped by itself: say what it asked for. */
static int
halted(struct map *m, struct err *err)
{
	const struct value *v = jq_halted(m->jq, &m->status);
	struct buf b = { 0 };
	struct value x;
	const char *s;
	size_t len;

	if (v != NULL && v->kind != VALUE_NULL) {
		x = *v;
		if (value_is_string(v)) {
			s = value_bytes(jq_heap(m->jq), &x, &len);
			buf_put(&b, s, len);
		} else {
			value_put(jq_heap(m->jq), &b, v);
			buf_putc(&b, '\n');
		}
		if (output_flush(m->out, err) != 0)
			return (-1);
		(void)io_write(STDERR_FILENO, b.s, b.len);
		buf_free(&b);
	}
	if (m->status == 0)
		return (1);
	/* What was written stays; the error is none of ours. */
	if (output_flush(m->out, err) != 0)
		return (-1);
	(void)err_set(err, "%s", "");
	return (err_status(err, m->status));
}

static int
run_row(struct map *m, const struct jq_row *row, struct err *err)
{
	int rc = jq_run(m->jq, row, emit, m, err);

	return (rc == 1 ? halted(m, err) : rc);
}

/* Check the text of one row; objects are taken apart as well. */
static int
read_row(struct map *m, const char *s, size_t len, struct jq_row *row,
    struct err *err)
{
	struct json_reader *r = m->reader;
	size_t i = 0;

	memset(row, 0, sizeof(*row));
	while (i < len && (s[i] == ' ' || s[i] == '\t'))
		i++;
	if (i == len || s[i] != '{')
		return (json_read_value(r, s, len, &row->v, err));
	if (json_read_object(r, s, len, err) != 0)
		return (-1);
	while (s[len - 1] != '}')
		len--;
	row->v.s = s + i;
	row->v.len = (uint32_t)(len - i);
	row->v.type = JSON_OBJECT;
	row->fields = r->fields;
	row->nfields = r->nfields;
	row->shape = r->shape;
	return (0);
}

static int
apply(struct row *line, struct output *out, void *cookie, struct err *err)
{
	struct map *m = cookie;
	struct jq_row row;

	m->out = out;
	m->row = line;
	if (read_row(m, line->s, line->len, &row, err) != 0)
		return (-1);
	/* For rejects: what is a row, and what is mere text. */
	line->fields = row.fields;
	line->nfields = row.nfields;
	line->shape = row.shape == 0 ? 1 : row.shape;
	row.number = ++m->number;
	return (run_row(m, &row, err));
}

static void
remember_input(struct input *in, void *cookie)
{

	((struct map *)cookie)->in = in;
}

/*
 * Reading what is not rows, and rows that the program asks for.
 */

static int
put_event(void *cookie, struct value *v, struct err *err)
{
	struct map *m = cookie;

	(void)err;
	value_put(jq_heap(m->streamer), &m->events, v);
	buf_putc(&m->events, '\n');
	return (0);
}

/* Turn a text into its events, a line each. */
static int
make_events(struct map *m, const char *s, size_t len, struct err *err)
{
	struct jq_row row = { .number = 1 };

	if (json_read_value(m->reader, s, len, &row.v, err) != 0)
		return (-1);
	m->events.len = m->event = 0;
	return (jq_run(m->streamer, &row, put_event, m, err));
}

/* The next row's line for a program that reads by itself. */
static int
next_line(struct map *m, const char **s, size_t *len, struct err *err)
{
	enum input_status st;

	if (m->in == NULL)
		return (0);
	st = input_next(m->in, &m->row, err);
	if (st == INPUT_END)
		return (0);
	*s = m->row->s;
	*len = m->row->len;
	return (st == INPUT_ROW ? 1 : -1);
}

/* The next text, or event of one: 1, 0 at the end, -1. */
static int
next_text(struct map *m, const char **s, size_t *len, struct err *err)
{
	const char *end;
	int rc;

	if (m->texts == NULL)
		return (next_line(m, s, len, err));
	while (m->event == m->events.len) {
		if (texts_waits(m->texts) && m->out != NULL &&
		    output_flush(m->out, err) != 0)
			return (-1);
		rc = texts_next(m->texts, s, len, err);
		if (rc != 1 || !m->cfg->stream)
			return (rc);
		if (make_events(m, *s, *len, err) != 0)
			return (-1);
	}
	*s = m->events.s + m->event;
	end = memchr(*s, '\n', m->events.len - m->event);
	*len = (size_t)(end - *s);
	m->event += *len + 1;
	return (1);
}

/*
 * What the program asks its surroundings.
 */

static int
host_input(void *cookie, struct value_heap *h, struct value *v,
    struct err *err)
{
	struct map *m = cookie;
	struct json_value j;
	const char *s;
	size_t len;
	int rc;

	if ((rc = next_text(m, &s, &len, err)) != 1)
		return (rc);
	m->number++;
	if (m->cfg->raw_input) {
		*v = value_str_lossy(h, s, len);
		return (1);
	}
	if (json_read_value(m->reader, s, len, &j, err) != 0)
		return (-1);
	*v = value_own(h, value_of_json(&j));
	return (1);
}

static void
host_say(void *cookie, const char *s, size_t len)
{

	(void)cookie;
	(void)io_write(STDERR_FILENO, s, len);
}

static const char *
host_file(void *cookie)
{
	const struct map *m = cookie;
	const char *name = m->texts != NULL ? texts_file(m->texts) :
	    m->row != NULL ? m->row->file : NULL;

	return (name != NULL && (strcmp(name, "-") == 0 ||
	    strcmp(name, "stdin") == 0) ? NULL : name);
}

static uint64_t
host_line(void *cookie)
{
	const struct map *m = cookie;

	return (m->texts != NULL ? texts_line(m->texts) :
	    m->row != NULL ? m->row->line : 0);
}

/*
 * Running on what is not rows.
 */

static char *
place(const struct map *m, char *dst, size_t size)
{
	const char *file = texts_file(m->texts);

	(void)snprintf(dst, size, "%s:%llu", file == NULL ? "stdin" : file,
	    (unsigned long long)texts_line(m->texts));
	return (dst);
}

/* Read everything into one value; its text lives as long as the process. */
static int
slurp(struct map *m, struct value *v, struct err *err)
{
	struct value_heap *h = jq_heap(m->jq);
	struct json_value j;
	struct buf b = { 0 };
	const char *s;
	size_t len;
	int rc;

	if (m->cfg->raw_input) {
		rc = texts_all(m->texts, &b, err);
		*v = value_str_lossy(h, b.s == NULL ? "" : b.s, b.len);
		buf_free(&b);
		return (rc);
	}
	*v = value_array(h, 0);
	while ((rc = next_text(m, &s, &len, err)) == 1) {
		s = mem_dup(s, len);
		if (json_read_value(m->reader, s, len, &j, err) != 0)
			return (-1);
		value_push(h, v, value_of_json(&j));
	}
	return (rc);
}

/* Run once on ${v}. */
static int
run_once(struct map *m, struct value v, struct err *err)
{
	int rc = jq_run_value(m->jq, v, 1, emit, m, err);

	return (rc == 1 ? halted(m, err) : rc);
}

/* Run on one text or line. */
static int
run_text(struct map *m, const char *s, size_t len, struct err *err)
{
	struct jq_row row = { .number = ++m->number };

	if (m->cfg->raw_input)
		return (run_once(m, value_str_lossy(jq_heap(m->jq), s, len),
		    err));
	if (read_row(m, s, len, &row, err) != 0)
		return (-1);
	row.number = m->number;
	return (run_row(m, &row, err));
}

/* All texts, one after the other. */
static int
run_texts(struct map *m, struct err *err)
{
	const uint64_t limit = m->cfg->run.reader.limit;
	const char *s;
	size_t len;
	int rc = 0;

	while (rc == 0 && m->number < limit) {
		if (output_mark(m->out, err) != 0)
			return (-1);
		if ((rc = next_text(m, &s, &len, err)) != 1)
			return (rc);
		rc = run_text(m, s, len, err);
		if (rc < 0) {
			m->failed = 1;
			output_rollback(m->out);
		}
	}
	return (rc);
}

static int
run_other(struct map *m, struct err *err)
{
	struct value v = value_null();

	if (m->cfg->slurp && !m->cfg->null_input &&
	    slurp(m, &v, err) != 0)
		return (-1);
	if (m->cfg->slurp || m->cfg->null_input)
		return (run_once(m, v, err));
	return (run_texts(m, err));
}

/* The main of all ways of reading but rows. */
static int
map_other(struct map *m)
{
	struct err err = ERR_INIT;
	char where[320];
	int rc;

	m->texts = texts_open(m->files, m->cfg->raw_input ? TEXTS_LINES :
	    TEXTS_JSON, m->cfg->run.reader.max_line);
	m->out = output_open(STDOUT_FILENO, "standard output");
	rc = run_other(m, &err);
	if (rc < 0) {
		output_rollback(m->out);
		if (err.msg[0] != '\0')
			diag_err(m->cfg->null_input || m->cfg->slurp ||
			    err.status == DIAG_FAIL ? NULL :
			    place(m, where, sizeof(where)), &err);
		output_abandon(m->out);
		texts_close(m->texts);
		return (err.status != 0 ? err.status : DIAG_BADINPUT);
	}
	if (output_close(m->out, &err) != 0) {
		diag_err(NULL, &err);
		return (DIAG_FAIL);
	}
	texts_close(m->texts);
	return (DIAG_OK);
}

static int
map_rows(struct map *m)
{
	const struct filter filter = {
		.apply = apply, .open = remember_input, .cookie = m,
		.raw = 1, .any = 1
	};

	return (filter_run(m->files, &filter, &m->cfg->run));
}

/*
 * Setting up.
 */

static struct value
parse_json(struct map *m, const char *what, const char *name, const char *s,
    size_t len)
{
	struct err err = ERR_INIT;
	struct json_value j;
	struct quote q;

	if (json_read_value(m->reader, s, len, &j, &err) != 0)
		opt_usage(&spec, "%s %s is no JSON: %s", what,
		    quote_z(&q, name), err.msg);
	return (value_of_json(&j));
}

static struct value
read_file(struct map *m, const char *path, int json)
{
	struct value_heap *h = jq_heap(m->jq);
	char *files[] = { mem_strdup(path), NULL };
	struct err err = ERR_INIT;
	struct buf b = { 0 };
	struct texts *t;
	struct value v;
	const char *s;
	size_t len;
	int rc;

	if (!json) {
		if (infile_read(path, FILE_MAX, &b, &err) != 0)
			diag_exit(&err, DIAG_FAIL);
		v = value_str_lossy(h, b.s == NULL ? "" : b.s, b.len);
		buf_free(&b);
		mem_free(files[0]);
		return (v);
	}
	v = value_array(h, 0);
	t = texts_open(files, TEXTS_JSON, FILE_MAX);
	while ((rc = texts_next(t, &s, &len, &err)) == 1)
		value_push(h, &v, parse_json(m, "text in file", path,
		    mem_dup(s, len), len));
	if (rc < 0)
		diag_exit(&err, DIAG_FAIL);
	texts_close(t);
	mem_free(files[0]);
	return (v);
}

static void
bind_named(struct map *m, struct value *named, const char *name,
    struct value v)
{

	value_set_z(jq_heap(m->jq), named, name, value_dup(v));
	jq_bind(m->jq, name, v);
}

/* $name for --arg and kin, and $ARGS. */
static void
bind_args(struct map *m)
{
	const struct config *cfg = m->cfg;
	struct value_heap *h = jq_heap(m->jq);
	struct value args = value_object(h, 2), named = value_object(h, 4);
	struct value positional = value_array(h, 0);
	const char *s;
	size_t i;

	for (i = 0; i < cfg->arg.n; i += 2)
		bind_named(m, &named, cfg->arg.v[i], value_str_lossy(h,
		    cfg->arg.v[i + 1], strlen(cfg->arg.v[i + 1])));
	for (i = 0; i < cfg->argjson.n; i += 2)
		bind_named(m, &named, cfg->argjson.v[i], parse_json(m,
		    "--argjson", cfg->argjson.v[i], cfg->argjson.v[i + 1],
		    strlen(cfg->argjson.v[i + 1])));
	for (i = 0; i < cfg->slurpfile.n; i += 2)
		bind_named(m, &named, cfg->slurpfile.v[i],
		    read_file(m, cfg->slurpfile.v[i + 1], 1));
	for (i = 0; i < cfg->rawfile.n; i += 2)
		bind_named(m, &named, cfg->rawfile.v[i],
		    read_file(m, cfg->rawfile.v[i + 1], 0));
	if (cfg->positional != 0)
		for (; (s = *m->files) != NULL; m->files++)
			value_push(h, &positional, cfg->positional == 1 ?
			    value_str_lossy(h, s, strlen(s)) :
			    parse_json(m, "argument", s, s, strlen(s)));
	value_set_z(h, &args, "positional", positional);
	value_set_z(h, &args, "named", named);
	jq_bind(m->jq, "ARGS", args);
	jq_bind(m->jq, "JQ_BUILD_CONFIGURATION",
	    value_str_z(h, "rowpipe " ROWPIPE_VERSION));
	jq_bind(m->jq, "__prog_name", value_str_z(h, "row-map"));
}

/* Where modules are looked for when no -L says so. */
static const char *const default_dirs[] = { "~/.jq", NULL };

static struct jq *
new_jq(struct map *m, const char *name, const char *text, size_t len,
    size_t stack)
{
	const struct config *cfg = m->cfg;
	struct jq_opts o = {
		.name = name, .text = text, .len = len,
		.dirs = default_dirs, .host = &m->host,
		.memory = (size_t)cfg->memory, .stack = stack
	};
	size_t i;

	if (cfg->dirs.n > 0 && m->dirs == NULL) {
		m->dirs = mem_array(cfg->dirs.n + 1, sizeof(*m->dirs));
		for (i = 0; i < cfg->dirs.n; i++)
			m->dirs[i] = cfg->dirs.v[i];
	}
	if (m->dirs != NULL)
		o.dirs = m->dirs;
	return (jq_new(&o));
}

static const char *const plain_colors[VALUE_COLORS] = {
	"0;90", "0;39", "0;39", "0;39", "0;32", "1;39", "1;39", "34;1"
};

static void
set_style(struct map *m)
{
	const struct config *cfg = m->cfg;

	if (cfg->indent > 7 && cfg->indent != NO_INDENT)
		opt_usage(&spec, "option --indent: at most 7 columns");
	m->style.sort = cfg->sort;
	m->style.ascii = cfg->ascii;
	m->style.indent = cfg->indent == NO_INDENT ? 0 : (int)cfg->indent;
	m->style.tab = cfg->tab;
	m->style.colors = cfg->color && !cfg->mono ? plain_colors : NULL;
	m->styled = cfg->sort || cfg->ascii || cfg->indent != NO_INDENT ||
	    cfg->tab ||
	    m->style.colors != NULL;
}

static void
take_program(struct map *m, struct buf *text, const char **name)
{
	struct err err = ERR_INIT;

	if (m->cfg->from_file != NULL) {
		*name = m->cfg->from_file;
		if (infile_read(*name, FILE_MAX, text, &err) != 0)
			diag_exit(&err, DIAG_USAGE);
		return;
	}
	if (*m->files == NULL)
		opt_usage(&spec, "no program given");
	*name = "program";
	buf_puts(text, *m->files++);
}

static void
compile_or_exit(struct jq *jq)
{
	struct err err = ERR_INIT;

	if (jq_compile(jq, &err) != 0)
		diag_exit(&err, DIAG_USAGE);
}

static int
reads_rows(const struct config *cfg)
{

	return (!cfg->null_input && !cfg->slurp && !cfg->raw_input &&
	    !cfg->stream && !cfg->seq && !cfg->multiline);
}

static int
map_main(struct map *m, size_t stack)
{
	const struct config *cfg = m->cfg;
	struct buf text = { 0 };
	const char *name;
	int status;

	m->host = (struct jq_host){ host_input, host_say, host_file,
	    host_line, m };
	m->reader = json_reader_new();
	if (!reads_rows(cfg) && (cfg->run.frame ||
	    cfg->run.reader.rejects != NULL ||
	    cfg->run.reader.require_frame || cfg->run.reader.stats != NULL))
		opt_usage(&spec, "--frame, --rejects, --require-frame and "
		    "--stats are for rows, one a line");
	take_program(m, &text, &name);
	m->jq = new_jq(m, name, text.s, text.len, stack);
	set_style(m);
	bind_args(m);
	compile_or_exit(m->jq);
	if (cfg->stream) {
		m->streamer = new_jq(m, "stream", "tostream", 8, stack);
		compile_or_exit(m->streamer);
	}
	m->last = -1;
	status = reads_rows(cfg) ? map_rows(m) : map_other(m);
	if (status == DIAG_OK && cfg->status && m->last != 1)
		status = DIAG_FINDINGS;
	jq_free(m->jq);
	jq_free(m->streamer);
	json_reader_free(m->reader);
	mem_free(m->dirs);
	buf_free(&m->events);
	buf_free(&m->scratch);
	buf_free(&text);
	return (status);
}

/*
 * Deep recursion is a program's right, so that it gets a stack of its own:
 * address space that costs nothing until it is used.
 */
struct job {
	struct map	*m;
	size_t		 stack;
	int		 status;
};

static void *
start(void *cookie)
{
	struct job *j = cookie;

	j->status = map_main(j->m, j->stack);
	return (NULL);
}

int
main(int argc, char *argv[])
{
	struct config cfg = {
		.run = FILTER_OPTS_INIT, .memory = (uint64_t)1 << 30,
		.indent = NO_INDENT
	};
	struct map m = { .cfg = &cfg };
	struct job job = { &m, STACK, DIAG_FAIL };
	pthread_attr_t attr;
	pthread_t thread;
	int rc;

	m.files = opt_parse(&spec, argc, argv, &cfg);
	do {
		(void)pthread_attr_init(&attr);
		(void)pthread_attr_setstacksize(&attr, job.stack);
		rc = pthread_create(&thread, &attr, start, &job);
		(void)pthread_attr_destroy(&attr);
	} while (rc != 0 && (job.stack /= 2) >= STACK_LEAST);
	if (rc != 0)
		diag_die(DIAG_FAIL, "could not start: %s", strerror(rc));
	(void)pthread_join(thread, NULL);
	return (job.status);
}
