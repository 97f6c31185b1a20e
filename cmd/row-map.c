/*
 * row-map - run a jq program on each row
 *
 * Rows go through filter_run like those of every filter; what is not rows
 * (texts that span lines, raw lines, one big array) is read by documents.h.
 */
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/opt.h"
#include "base/stack.h"
#include "jq/documents.h"
#include "jq/inputs.h"
#include "jq/jq.h"
#include "jq/printer.h"
#include "jq/program.h"
#include "row/filter.h"
#include "row/input.h"
#include "row/output.h"
#include "row/row.h"

#define STACK		((size_t)256 << 20)	/* touched only when used */
#define STACK_LEAST	((size_t)4 << 20)
#define FLUSH_SIZE	((size_t)1 << 20)	/* of one row's outputs */

struct config {
	struct filter_opts	 run;
	struct program_opts	 program;
	struct printer_opts	 printer;
	struct documents_opts	 documents;
	int			 status, compact;
};

static const struct opt opts[] = {
	ARGS_OPTS(struct config, program.args),
	OPT_FLAG('a', "ascii-output", "write all but ASCII as \\uXXXX",
	    struct config, printer.ascii),
	OPT_FLAG('c', "compact-output", "one line a value (the default)",
	    struct config, compact),
	OPT_FLAG('C', "color-output", "colour what is written",
	    struct config, printer.color),
	OPT_FLAG('e', "exit-status", "exit 1 when the last output is false or"
	    " null", struct config, status),
	OPT_STR('f', "from-file", "FILE", "read the program from FILE",
	    struct config, program.file),
	OPT_UINT(0, "indent", "N", "indent by N columns; 0: no white space",
	    struct config, printer.indent),
	OPT_FLAG('j', "join-output", "as -r, without newlines",
	    struct config, printer.join),
	OPT_MANY('L', "library-path", "DIR", "look for modules in DIR",
	    struct config, program.dirs),
	OPT_SIZE(0, "max-memory", "SIZE", "most memory for a program's values"
	    " (default 1G)", struct config, program.memory),
	OPT_FLAG('M', "monochrome-output", "no colours (the default)",
	    struct config, printer.mono),
	OPT_FLAG(0, "multiline", "read texts that may span lines",
	    struct config, documents.multiline),
	OPT_FLAG('n', "null-input", "run once on null", struct config,
	    documents.null),
	OPT_FLAG('R', "raw-input", "read lines as strings", struct config,
	    documents.lines),
	OPT_FLAG('r', "raw-output", "write strings without quotes",
	    struct config, printer.raw),
	OPT_FLAG(0, "raw-output0", "as -r, with NUL instead of newlines",
	    struct config, printer.nul),
	OPT_FLAG(0, "seq", "read and write RS before each text",
	    struct config, printer.seq),
	OPT_FLAG('s', "slurp", "read all texts into one array",
	    struct config, documents.slurp),
	OPT_FLAG('S', "sort-keys", "write keys in order", struct config,
	    printer.sort),
	OPT_FLAG(0, "stream", "read texts as events [path, leaf]",
	    struct config, documents.events),
	OPT_FLAG(0, "tab", "indent by tabs", struct config, printer.tab),
	FILTER_OPTS(struct config, run)
};

static const struct opt_spec spec = OPT_SPEC("row-map", "PROGRAM [FILE ...]",
    "run a jq program on each row", opts);

struct map {
	const struct config	*cfg;
	char			**files;
	struct jq		*jq;
	struct inputs		*inputs;
	struct printer		*printer;
	struct input		*rows;		/* where they come from */
	struct output		*out;
	int			 last;		/* output's truth; -1: none */
};

static int
emit(void *cookie, struct value *v, struct err *err)
{
	struct map *m = cookie;
	struct buf *b = output_begin(m->out);
	int rc;

	m->last = value_truth(v);
	if (printer_put(m->printer, jq_heap(m->jq), v, b, err) != 0)
		return (-1);
	rc = printer_lines(m->printer) ? output_commit(m->out, err) :
	    output_commit_unended(m->out, err);
	/* A row that becomes very many is not held back until its end. */
	if (rc == 0 && b->len > FLUSH_SIZE)
		rc = output_flush(m->out, err);
	return (rc);
}

/* The program stopped by itself: what was written stays, and the error, if
 * that is what it asked for, is none of ours. */
static int
halted(struct map *m, struct err *err)
{
	int status;

	if (output_flush(m->out, err) != 0)
		return (-1);
	if ((status = jq_say_halted(m->jq)) == 0)
		return (1);
	(void)err_set(err, "%s", "");
	return (err_status(err, status));
}

static struct inputs_text
text_of(const struct row *row)
{

	return ((struct inputs_text){ row->s, row->len, row->file,
	    row->line, NULL });
}

static int
apply(struct row *line, struct output *out, void *cookie, struct err *err)
{
	const struct inputs_text text = text_of(line);
	struct map *m = cookie;
	struct jq_row row;
	int rc;

	m->out = out;
	if (inputs_row(m->inputs, &text, &row, err) != 0)
		return (-1);
	/* For rejects: what is a row, and what is mere text. */
	line->fields = row.fields;
	line->nfields = row.nfields;
	line->shape = row.shape == 0 ? 1 : row.shape;
	rc = jq_run(m->jq, &row, emit, m, err);
	return (rc == 1 ? halted(m, err) : rc);
}

/* The next row for a program that reads by itself. */
static int
next_row(void *cookie, struct inputs_text *text, struct err *err)
{
	struct map *m = cookie;
	enum input_status st;
	struct row *row;

	if ((st = input_next(m->rows, &row, err)) == INPUT_END)
		return (0);
	*text = text_of(row);
	return (st == INPUT_ROW ? 1 : -1);
}

static void
take_rows(struct input *in, void *cookie)
{
	struct map *m = cookie;

	m->rows = in;
	inputs_from(m->inputs, next_row, m);
}

static int
begin_document(void *cookie, struct err *err)
{

	return (output_mark(((struct map *)cookie)->out, err));
}

static int
before_wait(void *cookie, struct err *err)
{

	return (output_flush(((struct map *)cookie)->out, err));
}

static int
map_documents(struct map *m, size_t stack)
{
	const struct config *cfg = m->cfg;
	const struct documents_run run = {
		.jq = m->jq, .inputs = m->inputs,
		.limit = cfg->run.reader.limit, .begin = begin_document,
		.wait = before_wait, .emit = emit, .cookie = m
	};
	struct documents *docs = documents_open(m->files, &cfg->documents,
	    cfg->run.reader.max_line, cfg->program.memory, stack);
	struct err err = ERR_INIT;
	int rc, status = DIAG_OK;
	char place[320];

	m->out = output_open(STDOUT_FILENO, "standard output");
	if ((rc = documents_run(docs, &run, &err)) == 1)
		rc = halted(m, &err);
	if (rc < 0) {
		output_rollback(m->out);
		status = diag_failed(err.status == DIAG_FAIL ? NULL :
		    documents_place(docs, &err, place, sizeof(place)), &err,
		    DIAG_BADINPUT);
		output_abandon(m->out);
	} else if (output_close(m->out, &err) != 0)
		status = diag_failed(NULL, &err, DIAG_FAIL);
	documents_close(docs);
	return (status);
}

static int
reads_rows(const struct config *cfg)
{

	return (!documents_wanted(&cfg->documents) && !cfg->printer.seq);
}

static void
check_options(const struct config *cfg)
{
	const struct reader_opts *reader = &cfg->run.reader;

	if (cfg->printer.indent > PRINTER_INDENT_MAX &&
	    cfg->printer.indent != PRINTER_INDENT_NONE)
		opt_usage(&spec, "option --indent: at most %d columns",
		    PRINTER_INDENT_MAX);
	if (!reads_rows(cfg) && (cfg->run.frame || reader->rejects != NULL ||
	    reader->require_frame || reader->stats != NULL))
		opt_usage(&spec, "--frame, --rejects, --require-frame and "
		    "--stats are for rows, one a line");
}

static struct program *
open_program(struct map *m, size_t stack)
{
	struct err err = ERR_INIT;
	struct program *p;

	p = program_new(&m->cfg->program, &m->files, inputs_host(m->inputs),
	    stack, &err);
	if (p == NULL && err.status == DIAG_USAGE)
		opt_usage_err(&spec, NULL, &err);
	if (p == NULL)
		diag_exit(&err, DIAG_FAIL);
	if (program_compile(p, &err) != 0)
		diag_exit(&err, DIAG_USAGE);
	return (p);
}

static int
map_main(size_t stack, void *cookie)
{
	struct map *m = cookie;
	const struct config *cfg = m->cfg;
	const struct filter rows = {
		.apply = apply, .open = take_rows, .cookie = m,
		.raw = 1, .any = 1
	};
	struct program *program;
	int status;

	m->inputs = inputs_new(cfg->documents.lines);
	m->printer = printer_new(&cfg->printer);
	program = open_program(m, stack);
	m->jq = program_jq(program);
	status = reads_rows(cfg) ? filter_run(m->files, &rows, &cfg->run) :
	    map_documents(m, stack);
	if (status == DIAG_OK && cfg->status && m->last != 1)
		status = DIAG_FINDINGS;
	program_free(program);
	printer_free(m->printer);
	inputs_free(m->inputs);
	return (status);
}

int
main(int argc, char *argv[])
{
	struct config cfg = {
		.run = FILTER_OPTS_INIT, .program = PROGRAM_OPTS_INIT,
		.printer = PRINTER_OPTS_INIT
	};
	struct map m = { .cfg = &cfg, .last = -1 };
	struct err err = ERR_INIT;
	int status;

	m.files = opt_parse(&spec, argc, argv, &cfg);
	check_options(&cfg);
	/* Deep recursion is a program's right. */
	if (stack_call(STACK, STACK_LEAST, map_main, &m, &status, &err) != 0)
		diag_exit(&err, DIAG_FAIL);
	return (status);
}
