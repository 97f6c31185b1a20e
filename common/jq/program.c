#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/infile.h"
#include "base/mem.h"
#include "jq/jq.h"
#include "jq/program.h"

#define TEXT_MAX	((size_t)1 << 30)

struct program {
	struct jq	 *jq;
	struct buf	  text;
	const char	**dirs;		/* of -L, NULL-terminated */
};

/* Where modules are looked for when no -L says so. */
static const char *const default_dirs[] = { "~/.jq", NULL };

static int
read_text(struct program *p, const struct program_opts *opts,
    char **operands[], const char **name, struct err *err)
{

	if (opts->file != NULL) {
		*name = opts->file;
		return (infile_read(opts->file, TEXT_MAX, &p->text, err));
	}
	if (**operands == NULL) {
		(void)err_set(err, "no program given");
		return (err_status(err, DIAG_USAGE));
	}
	*name = "program";
	buf_puts(&p->text, *(*operands)++);
	return (0);
}

static void
take_dirs(struct program *p, const struct opt_list *dirs)
{
	size_t i;

	p->dirs = mem_array(dirs->n + 1, sizeof(*p->dirs));
	for (i = 0; i < dirs->n; i++)
		p->dirs[i] = dirs->v[i];
}

/* What the command line and we ourselves bind. */
static int
bind_all(struct program *p, const struct args_opts *args, char **operands[],
    struct err *err)
{
	struct value_heap *h = jq_heap(p->jq);

	if (args_bind(p->jq, args, *operands, err) != 0)
		return (-1);
	while (args->positional != ARGS_NONE && **operands != NULL)
		(*operands)++;
	jq_bind(p->jq, "JQ_BUILD_CONFIGURATION",
	    value_str_z(h, "rowpipe " ROWPIPE_VERSION));
	jq_bind(p->jq, "__prog_name", value_str_z(h, diag_name()));
	return (0);
}

struct program *
program_new(const struct program_opts *opts, char **operands[],
    const struct jq_host *host, size_t stack, struct err *err)
{
	struct program *p = mem_alloc(sizeof(*p));
	struct jq_opts o = {
		.host = host, .memory = (size_t)opts->memory, .stack = stack
	};

	if (read_text(p, opts, operands, &o.name, err) != 0) {
		program_free(p);
		return (NULL);
	}
	take_dirs(p, &opts->dirs);
	o.text = p->text.s;
	o.len = p->text.len;
	o.dirs = opts->dirs.n > 0 ? p->dirs : default_dirs;
	p->jq = jq_new(&o);
	if (bind_all(p, &opts->args, operands, err) != 0) {
		program_free(p);
		return (NULL);
	}
	return (p);
}

int
program_compile(struct program *p, struct err *err)
{

	return (jq_compile(p->jq, err));
}

struct jq *
program_jq(const struct program *p)
{

	return (p->jq);
}

void
program_free(struct program *p)
{

	if (p == NULL)
		return;
	jq_free(p->jq);
	mem_free(p->dirs);
	buf_free(&p->text);
	mem_free(p);
}
