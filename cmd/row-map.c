/*
 * row-map - run a jq program on each row
 *
 * Rows go through filter_run like those of every filter; what is not rows
 * (texts that span lines, raw lines, one big array) is read by documents.h.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/infile.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/opt.h"
#include "jq/args.h"
#include "jq/documents.h"
#include "jq/jq.h"
#include "jq/printer.h"
#include "row/filter.h"
#include "row/input.h"
#include "row/output.h"
#include "row/row.h"

#define STACK		((size_t)256 << 20)	/* touched only when used */
#define STACK_LEAST	((size_t)4 << 20)
#define PROGRAM_MAX	((size_t)1 << 30)
#define FLUSH_SIZE	((size_t)1 << 20)	/* of one row's outputs */
#define NO_INDENT	UINT64_MAX		/* --indent was not given */

struct config {
	struct filter_opts	 run;
	struct args_opts	 args;
	struct opt_list		 dirs;
	const char		*from_file;
	uint64_t		 indent, memory;
	int			 null_input, slurp, raw_input, raw, join;
	int			 ascii, sort, compact, color, mono, tab, status;
	int			 stream, seq, multiline, nul;
};

static const struct opt opts[] = {
	ARGS_OPTS(struct config, args),
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
	struct printer		*printer;
	struct json_reader	*reader;
	struct input		*in;		/* rows come from here ... */
	struct documents	*docs;		/* ... or here */
	struct output		*out;
	struct row		*row;		/* at hand */
	char			*const *files;
	const char		**dirs;		/* of -L, NULL-terminated */
	struct jq		*streamer;	/* of --stream */
	int			 last;		/* was the last output true?
						   -1: there was none */
	uint64_t		 number;	/* of inputs, so far */
	int			 status;	/* that the program asked for */
};

/*
 * Writing.
 */

/* Outputs that no newline ends. */
static int
emit_unended(struct map *m, struct value *v, struct err *err)
{
	struct buf b = { 0 };
	int rc;

	rc = printer_put(m->printer, jq_heap(m->jq), v, &b, err);
	if (m->cfg->nul)
		buf_putc(&b, '\0');
	if (rc == 0)
		rc = output_lines(m->out, b.s, b.len, 1, err);
	buf_free(&b);
	return (rc);
}

static int
emit(void *cookie, struct value *v, struct err *err)
{
	struct map *m = cookie;
	struct buf *b;

	m->last = value_truth(v);
	if (m->cfg->join || m->cfg->nul)
		return (emit_unended(m, v, err));
	b = output_begin(m->out);
	if (printer_put(m->printer, jq_heap(m->jq), v, b, err) != 0 ||
	    output_commit(m->out, err) != 0)
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
 * What the program asks its surroundings.
 */

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

/* The next document: 1, 0 at the end, -1. */
static int
next_document(struct map *m, const char **s, size_t *len, struct err *err)
{

	if (documents_waits(m->docs) && output_flush(m->out, err) != 0)
		return (-1);
	return (documents_next(m->docs, s, len, err));
}

static int
host_input(void *cookie, struct value_heap *h, struct value *v,
    struct err *err)
{
	struct map *m = cookie;
	struct json_value j;
	const char *s;
	size_t len;
	int rc;

	rc = m->docs != NULL ? next_document(m, &s, &len, err) :
	    next_line(m, &s, &len, err);
	if (rc != 1)
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
	const char *name = m->docs != NULL ? documents_file(m->docs) :
	    m->row != NULL ? m->row->file : NULL;

	return (name != NULL && (strcmp(name, "-") == 0 ||
	    strcmp(name, "stdin") == 0) ? NULL : name);
}

static uint64_t
host_line(void *cookie)
{
	const struct map *m = cookie;

	return (m->docs != NULL ? documents_line(m->docs) :
	    m->row != NULL ? m->row->line : 0);
}

/*
 * Running on what is not rows.
 */

/* Run once on ${v}. */
static int
run_once(struct map *m, struct value v, struct err *err)
{
	int rc = jq_run_value(m->jq, v, 1, emit, m, err);

	return (rc == 1 ? halted(m, err) : rc);
}

static int
run_document(struct map *m, const char *s, size_t len, struct err *err)
{
	struct jq_row row;

	m->number++;
	if (m->cfg->raw_input)
		return (run_once(m, value_str_lossy(jq_heap(m->jq), s, len),
		    err));
	if (read_row(m, s, len, &row, err) != 0)
		return (-1);
	row.number = m->number;
	return (run_row(m, &row, err));
}

/* One after the other. */
static int
run_documents(struct map *m, struct err *err)
{
	const uint64_t limit = m->cfg->run.reader.limit;
	const char *s;
	size_t len;
	int rc = 0;

	while (rc == 0 && m->number < limit) {
		if (output_mark(m->out, err) != 0)
			return (-1);
		if ((rc = next_document(m, &s, &len, err)) != 1)
			return (rc);
		rc = run_document(m, s, len, err);
		if (rc < 0)
			output_rollback(m->out);
	}
	return (rc);
}

static int
run_other(struct map *m, struct err *err)
{
	struct value v = value_null();

	if (!m->cfg->slurp && !m->cfg->null_input)
		return (run_documents(m, err));
	if (m->cfg->slurp && !m->cfg->null_input &&
	    documents_all(m->docs, m->jq, &v, err) != 0)
		return (-1);
	return (run_once(m, v, err));
}

/* Say what went wrong, and where: in which document, when one was at hand. */
static void
say_failure(const struct map *m, const struct err *err)
{
	const char *file = documents_file(m->docs);
	char place[320];

	if (err->msg[0] == '\0')
		return;
	(void)snprintf(place, sizeof(place), "%s:%llu",
	    file == NULL ? "stdin" : file,
	    (unsigned long long)documents_line(m->docs));
	diag_err(m->cfg->null_input || m->cfg->slurp ||
	    err->status == DIAG_FAIL ? NULL : place, err);
}

/* The main of all ways of reading but rows. */
static int
map_other(struct map *m)
{
	const struct documents_opts how = {
		.lines = m->cfg->raw_input, .streamer = m->streamer,
		.max = m->cfg->run.reader.max_line
	};
	struct err err = ERR_INIT;
	int status = DIAG_OK;

	m->docs = documents_open(m->files, &how);
	m->out = output_open(STDOUT_FILENO, "standard output");
	if (run_other(m, &err) < 0) {
		output_rollback(m->out);
		say_failure(m, &err);
		output_abandon(m->out);
		status = err.status != 0 ? err.status : DIAG_BADINPUT;
	} else if (output_close(m->out, &err) != 0) {
		diag_err(NULL, &err);
		status = DIAG_FAIL;
	}
	documents_close(m->docs);
	return (status);
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

/* Where modules are looked for when no -L says so. */
static const char *const default_dirs[] = { "~/.jq", NULL };

static void
take_dirs(struct map *m)
{
	const struct opt_list *dirs = &m->cfg->dirs;
	size_t i;

	m->dirs = mem_array(dirs->n + 1, sizeof(*m->dirs));
	for (i = 0; i < dirs->n; i++)
		m->dirs[i] = dirs->v[i];
}

static struct jq *
new_jq(struct map *m, const char *name, const char *text, size_t len,
    size_t stack)
{
	const struct jq_opts o = {
		.name = name, .text = text, .len = len,
		.dirs = m->cfg->dirs.n > 0 ? m->dirs : default_dirs,
		.host = &m->host, .memory = (size_t)m->cfg->memory,
		.stack = stack
	};

	return (jq_new(&o));
}

static void
compile_or_exit(struct jq *jq)
{
	struct err err = ERR_INIT;

	if (jq_compile(jq, &err) != 0)
		diag_exit(&err, DIAG_USAGE);
}

static struct printer *
new_printer(const struct config *cfg)
{
	struct printer_opts o = {
		.raw = cfg->raw || cfg->join || cfg->nul, .nul = cfg->nul,
		.seq = cfg->seq,
		.style = {
			.sort = cfg->sort, .ascii = cfg->ascii,
			.indent = cfg->indent == NO_INDENT ? 0 :
			    (int)cfg->indent,
			.tab = cfg->tab,
			.colors = cfg->color && !cfg->mono ? printer_colors :
			    NULL
		}
	};

	o.styled = cfg->sort || cfg->ascii || cfg->indent != NO_INDENT ||
	    cfg->tab || o.style.colors != NULL;
	return (printer_new(&o));
}

static int
reads_rows(const struct config *cfg)
{

	return (!cfg->null_input && !cfg->slurp && !cfg->raw_input &&
	    !cfg->stream && !cfg->seq && !cfg->multiline);
}

static void
check_options(const struct config *cfg)
{
	const struct reader_opts *reader = &cfg->run.reader;

	if (cfg->indent > 7 && cfg->indent != NO_INDENT)
		opt_usage(&spec, "option --indent: at most 7 columns");
	if (!reads_rows(cfg) && (cfg->run.frame || reader->rejects != NULL ||
	    reader->require_frame || reader->stats != NULL))
		opt_usage(&spec, "--frame, --rejects, --require-frame and "
		    "--stats are for rows, one a line");
}

static void
take_program(struct map *m, struct buf *text, const char **name)
{
	struct err err = ERR_INIT;

	if (m->cfg->from_file != NULL) {
		*name = m->cfg->from_file;
		if (infile_read(*name, PROGRAM_MAX, text, &err) != 0)
			diag_exit(&err, DIAG_USAGE);
		return;
	}
	if (*m->files == NULL)
		opt_usage(&spec, "no program given");
	*name = "program";
	buf_puts(text, *m->files++);
}

/* What the command line and we ourselves bind. */
static void
bind_all(struct map *m)
{
	struct value_heap *h = jq_heap(m->jq);
	struct err err = ERR_INIT;

	if (args_bind(m->jq, &m->cfg->args, m->files, &err) != 0) {
		if (err.status == DIAG_USAGE)
			opt_usage(&spec, "%s", err.msg);
		diag_exit(&err, DIAG_FAIL);
	}
	while (m->cfg->args.positional != ARGS_NONE && *m->files != NULL)
		m->files++;
	jq_bind(m->jq, "JQ_BUILD_CONFIGURATION",
	    value_str_z(h, "rowpipe " ROWPIPE_VERSION));
	jq_bind(m->jq, "__prog_name", value_str_z(h, "row-map"));
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
	m->printer = new_printer(cfg);
	take_dirs(m);
	take_program(m, &text, &name);
	m->jq = new_jq(m, name, text.s, text.len, stack);
	bind_all(m);
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
	printer_free(m->printer);
	json_reader_free(m->reader);
	mem_free(m->dirs);
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
	check_options(&cfg);
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
