#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/quote.h"
#include "schema/ddl.h"
#include "schema/sqltoken.h"
#include "schema/tabledef.h"

/* Words that a table constraint begins with, and those that end the type of
 * a column (https://sqlite.org/lang_createtable.html). */
static const char *const constraints[] = {
	"constraint", "primary", "unique", "check", "foreign"
};
static const char *const column_constraints[] = {
	"constraint", "primary", "unique", "check", "references", "not",
	"null", "default", "collate", "generated", "as"
};

#define COUNT(words) (sizeof(words) / sizeof((words)[0]))

static int
is_one_of(const struct sqltoken *tok, const char *const *words, size_t n)
{

	while (n-- > 0)
		if (sqltoken_is(tok, words[n]))
			return (1);
	return (0);
}

static const char *
copy_name(const struct sqltoken *tok, struct arena *a)
{
	struct buf b = { 0 };
	const char *s;

	sqltoken_name(tok, &b);
	s = arena_dup(a, b.s, b.len);
	buf_free(&b);
	return (s);
}

/* The next token that is no comment. */
static void
next_code(struct sqltoken_scan *sc, struct sqltoken *tok)
{

	do
		sqltoken_next(sc, tok);
	while (tok->kind == SQLTOKEN_COMMENT);
}

/* A comment belongs to the part before it. */
static void
add_comment(struct tabledef_part *p, const struct sqltoken *tok,
    const char *end)
{

	if (p->comment == NULL)
		p->comment = tok->from;
	p->comment_len = (size_t)(end - p->comment);
}

/* Where the first part of which nothing is known yet ends, and what is known
 * of it: the token that ends it, a comma or the last parenthesis. */
static void
read_part(struct sqltoken_scan *sc, struct sqltoken *tok,
    struct tabledef *d, struct tabledef_part *p, struct arena *a)
{
	int depth = 0, was_as = 0;

	memset(p, 0, sizeof(*p));
	if (tok->kind == SQLTOKEN_COMMENT)
		next_code(sc, tok);
	p->s = tok->from;
	if ((tok->kind == SQLTOKEN_WORD || tok->kind == SQLTOKEN_NAME) &&
	    !is_one_of(tok, constraints, COUNT(constraints))) {
		p->name = copy_name(tok, a);
		p->after_name = (size_t)(sc->s - p->s);
	}
	for (; tok->kind != SQLTOKEN_END; sqltoken_next(sc, tok)) {
		if (tok->kind == SQLTOKEN_COMMENT) {
			add_comment(p, tok, sc->s);
			continue;
		}
		if (depth == 0 && (tok->kind == SQLTOKEN_COMMA ||
		    tok->kind == SQLTOKEN_CLOSE))
			return;
		if (depth == 0 && was_as && tok->kind == SQLTOKEN_OPEN)
			p->generated = 1;
		depth += (tok->kind == SQLTOKEN_OPEN) -
		    (tok->kind == SQLTOKEN_CLOSE);
		was_as = sqltoken_is(tok, "as");
		d->autoincrement |= sqltoken_is(tok, "autoincrement");
		p->len = (size_t)(sc->s - p->s);
		/* What stands in the middle is the part's own. */
		p->comment = NULL;
	}
}

static struct tabledef_part *
new_part(struct tabledef *d, struct arena *a)
{
	struct tabledef_part *v;

	v = arena_alloc(a, (d->n + 1) * sizeof(*v));
	if (d->n > 0)
		memcpy(v, d->v, d->n * sizeof(*v));
	d->v = v;
	return (&v[d->n++]);
}

static void
read_options(struct sqltoken_scan *sc, struct tabledef *d)
{
	struct sqltoken tok;
	const char *end = sc->s;

	d->options = sc->s;
	for (next_code(sc, &tok); tok.kind != SQLTOKEN_END &&
	    *tok.from != ';'; next_code(sc, &tok)) {
		end = sc->s;
		d->without_rowid |= sqltoken_is(&tok, "without");
	}
	d->noptions = (size_t)(end - d->options);
}

/* Read up to the opening parenthesis. */
static int
read_head(struct sqltoken_scan *sc, struct tabledef *d, struct arena *a)
{
	struct sqltoken tok;

	next_code(sc, &tok);
	if (!sqltoken_is(&tok, "create"))
		return (-1);
	next_code(sc, &tok);
	if (!sqltoken_is(&tok, "table"))
		return (-1);
	next_code(sc, &tok);
	if (sqltoken_is(&tok, "if")) {
		next_code(sc, &tok);
		next_code(sc, &tok);
		next_code(sc, &tok);
	}
	for (;;) {
		if (tok.kind != SQLTOKEN_WORD && tok.kind != SQLTOKEN_NAME)
			return (-1);
		d->name = copy_name(&tok, a);
		next_code(sc, &tok);
		if (tok.kind == SQLTOKEN_OPEN)
			return (0);
		if (*tok.from != '.')
			return (-1);
		next_code(sc, &tok);
	}
}

int
tabledef_read(const char *sql, size_t len, struct tabledef *d,
    struct arena *a, struct err *err)
{
	struct sqltoken_scan sc = { .s = sql, .end = sql + len };
	struct sqltoken tok;
	struct tabledef_part *p;
	struct quote q;

	memset(d, 0, sizeof(*d));
	if (read_head(&sc, d, a) != 0)
		goto bad;
	do {
		sqltoken_next(&sc, &tok);
		/* What stands behind a comma, in the same line. */
		while (tok.kind == SQLTOKEN_COMMENT) {
			if (d->n > 0 && !sc.new_line)
				add_comment(&d->v[d->n - 1], &tok, sc.s);
			sqltoken_next(&sc, &tok);
		}
		p = new_part(d, a);
		read_part(&sc, &tok, d, p, a);
		if (p->len == 0)
			goto bad;
	} while (tok.kind == SQLTOKEN_COMMA);
	if (tok.kind != SQLTOKEN_CLOSE)
		goto bad;
	read_options(&sc, d);
	for (next_code(&sc, &tok); tok.kind != SQLTOKEN_END;
	    next_code(&sc, &tok))
		if (*tok.from != ';')
			goto bad;
	return (0);

bad:
	(void)err_set(err, "not one CREATE TABLE with its columns in "
	    "parentheses: %s", quote(&q, sql, len));
	return (err_status(err, DIAG_BADINPUT));
}

struct tabledef_part *
tabledef_find(const struct tabledef *d, const char *name)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		if (d->v[i].name != NULL &&
		    strcasecmp(d->v[i].name, name) == 0)
			return (&d->v[i]);
	return (NULL);
}

void
tabledef_drop(struct tabledef *d, struct tabledef_part *part)
{
	size_t i = (size_t)(part - d->v);

	d->n--;
	memmove(part, part + 1, (d->n - i) * sizeof(*part));
}

/* Is that a type: words, and perhaps something in parentheses? */
static int
is_type(const char *type)
{
	struct sqltoken_scan sc = { .s = type, .end = type + strlen(type) };
	struct sqltoken tok;
	int depth = 0, words = 0;

	for (sqltoken_next(&sc, &tok); tok.kind != SQLTOKEN_END;
	    sqltoken_next(&sc, &tok)) {
		if (tok.kind == SQLTOKEN_WORD && depth == 0) {
			if (is_one_of(&tok, column_constraints,
			    COUNT(column_constraints)))
				return (0);
			words++;
		} else if (tok.kind == SQLTOKEN_OPEN && depth == 0)
			depth = 1;
		else if (tok.kind == SQLTOKEN_CLOSE && depth == 1)
			depth = 2;
		else if (depth != 1 || (tok.kind != SQLTOKEN_WORD &&
		    tok.kind != SQLTOKEN_COMMA))
			return (0);
	}
	return (words > 0 && depth != 1);
}

int
tabledef_retype(struct tabledef_part *part, const char *type,
    struct arena *a, struct err *err)
{
	struct sqltoken_scan sc = {
		.s = part->s + part->after_name, .end = part->s + part->len
	};
	struct sqltoken tok;
	struct buf b = { 0 };
	struct quote q;
	int depth = 0;

	if (!is_type(type)) {
		(void)err_set(err, "%s is no type of a column",
		    quote_z(&q, type));
		return (err_status(err, DIAG_USAGE));
	}
	for (sqltoken_next(&sc, &tok); tok.kind != SQLTOKEN_END;
	    sqltoken_next(&sc, &tok)) {
		if (depth == 0 && is_one_of(&tok, column_constraints,
		    COUNT(column_constraints)))
			break;
		depth += (tok.kind == SQLTOKEN_OPEN) -
		    (tok.kind == SQLTOKEN_CLOSE);
	}
	buf_put(&b, part->s, part->after_name);
	buf_printf(&b, " %s", type);
	if (tok.kind != SQLTOKEN_END) {
		buf_putc(&b, ' ');
		buf_put(&b, tok.from, (size_t)(part->s + part->len -
		    tok.from));
	}
	part->s = arena_dup(a, b.s, b.len);
	part->len = b.len;
	/* It told of the type that was. */
	part->comment = NULL;
	buf_free(&b);
	return (0);
}

int
tabledef_add(struct tabledef *d, const char *text, struct arena *a,
    struct err *err)
{
	struct buf b = { 0 };
	struct tabledef one;
	struct quote q;
	const char *s;
	size_t i;

	buf_printf(&b, "CREATE TABLE t (%s\n)", text);
	s = arena_dup(a, b.s, b.len);
	if (tabledef_read(s, b.len, &one, a, err) != 0 || one.n != 1 ||
	    one.v[0].name == NULL || one.noptions > 0) {
		buf_free(&b);
		(void)err_set(err, "%s is not the definition of one column",
		    quote_z(&q, text));
		return (err_status(err, DIAG_USAGE));
	}
	buf_free(&b);
	(void)new_part(d, a);
	/* Columns stand before table constraints. */
	for (i = d->n - 1; i > 0 && d->v[i - 1].name == NULL; i--)
		d->v[i] = d->v[i - 1];
	d->v[i] = one.v[0];
	return (0);
}

void
tabledef_put(const struct tabledef *d, const char *name, struct buf *b)
{
	const struct tabledef_part *p;

	buf_puts(b, "CREATE TABLE ");
	ddl_quote(b, name);
	buf_puts(b, " (");
	for (p = d->v; p < d->v + d->n; p++) {
		buf_puts(b, "\n\t");
		buf_put(b, p->s, p->len);
		if (p + 1 < d->v + d->n)
			buf_putc(b, ',');
		if (p->comment != NULL) {
			buf_putc(b, ' ');
			buf_put(b, p->comment, p->comment_len);
		}
	}
	buf_puts(b, "\n)");
	buf_put(b, d->options, d->noptions);
}
