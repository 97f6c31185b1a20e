#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/infile.h"
#include "base/mem.h"
#include "base/quote.h"
#include "jq/args.h"
#include "jq/jq.h"
#include "jq/texts.h"

#define FILE_MAX	((size_t)1 << 30)

struct args {
	struct jq		*jq;
	struct value_heap	*h;
	struct json_reader	*reader;
	struct value		 named;
	struct err		*err;
};

/* The ${len} bytes at ${s}, which stay where they are. */
static int
read_json(struct args *a, const char *what, const char *name, const char *s,
    size_t len, struct value *v)
{
	struct buf line = { 0 };
	struct json_value j;
	struct quote q;
	int rc;

	if (memchr(s, '\n', len) == NULL && memchr(s, '\r', len) == NULL) {
		rc = json_read_value(a->reader, s, len, &j, a->err);
		if (rc == 0)
			*v = value_of_json(&j);
	} else {
		/* What is written as it stands must fit on a line. */
		texts_compact(&line, s, len);
		rc = json_read_value(a->reader, line.s, line.len, &j, a->err);
		if (rc == 0)
			*v = value_own(a->h, value_of_json(&j));
		buf_free(&line);
	}
	if (rc == 0)
		return (0);
	(void)err_prefix(a->err, "%s %s is no JSON: ", what,
	    quote_z(&q, name));
	a->err->pos = ERR_NOPOS;
	return (err_status(a->err, DIAG_USAGE));
}

static struct value
string(struct args *a, const char *s)
{

	return (value_str_lossy(a->h, s, strlen(s)));
}

static void
bind(struct args *a, const char *name, struct value v)
{

	value_set_z(a->h, &a->named, name, value_dup(v));
	jq_bind(a->jq, name, v);
}

static int
bind_string(struct args *a, const char *name, const char *s)
{

	bind(a, name, string(a, s));
	return (0);
}

static int
bind_json(struct args *a, const char *name, const char *s)
{
	struct value v;

	if (read_json(a, "--argjson", name, s, strlen(s), &v) != 0)
		return (-1);
	bind(a, name, v);
	return (0);
}

/* The array of the texts in the file ${path}. */
static int
bind_texts(struct args *a, const char *name, const char *path)
{
	char *files[] = { mem_strdup(path), NULL };
	struct texts *t = texts_open(files, TEXTS_JSON, FILE_MAX);
	struct value all = value_array(a->h, 0), v;
	const char *s;
	size_t len;
	int rc;

	while ((rc = texts_next(t, &s, &len, a->err)) == 1) {
		rc = read_json(a, "text in file", path, s, len, &v);
		if (rc != 0)
			break;
		/* The text goes when the next one comes. */
		value_push(a->h, &all, value_own(a->h, v));
	}
	texts_close(t);
	mem_free(files[0]);
	if (rc == 0)
		bind(a, name, all);
	return (rc);
}

static int
bind_text(struct args *a, const char *name, const char *path)
{
	struct buf b = { 0 };
	int rc;

	rc = infile_read(path, FILE_MAX, &b, a->err);
	if (rc == 0)
		bind(a, name, value_str_lossy(a->h, b.s == NULL ? "" : b.s,
		    b.len));
	buf_free(&b);
	return (rc);
}

static int
bind_pairs(struct args *a, const struct opt_list *pairs,
    int (*one)(struct args *a, const char *name, const char *value))
{
	size_t i;

	for (i = 0; i < pairs->n; i += 2)
		if (one(a, pairs->v[i], pairs->v[i + 1]) != 0)
			return (-1);
	return (0);
}

/* $ARGS */
static int
bind_all(struct args *a, int positional, char *const operands[])
{
	struct value all = value_object(a->h, 2), rest = value_array(a->h, 0);
	struct value v;

	for (; positional != ARGS_NONE && *operands != NULL; operands++) {
		if (positional == ARGS_STRINGS)
			v = string(a, *operands);
		else if (read_json(a, "argument", *operands, *operands,
		    strlen(*operands), &v) != 0)
			return (-1);
		value_push(a->h, &rest, v);
	}
	value_set_z(a->h, &all, "positional", rest);
	value_set_z(a->h, &all, "named", a->named);
	jq_bind(a->jq, "ARGS", all);
	return (0);
}

int
args_bind(struct jq *jq, const struct args_opts *opts,
    char *const operands[], struct err *err)
{
	struct args a = {
		.jq = jq, .h = jq_heap(jq), .reader = json_reader_new(),
		.named = value_object(jq_heap(jq), 4), .err = err
	};
	int rc = -1;

	if (bind_pairs(&a, &opts->arg, bind_string) == 0 &&
	    bind_pairs(&a, &opts->argjson, bind_json) == 0 &&
	    bind_pairs(&a, &opts->slurpfile, bind_texts) == 0 &&
	    bind_pairs(&a, &opts->rawfile, bind_text) == 0)
		rc = bind_all(&a, opts->positional, operands);
	json_reader_free(a.reader);
	return (rc);
}
