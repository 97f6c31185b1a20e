#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/quote.h"
#include "base/utf8.h"
#include "jq/lex.h"
#include "jq/parse.h"

#define DEPTH_MAX	2000	/* nested expressions */

struct parser {
	struct lex		 l;
	struct arena		*a;
	struct ast_module	*m;
	struct err		*err;
	unsigned		 depth;
};

static struct ast *parse_pipe(struct parser *p);
static struct ast *parse_expression(struct parser *p);
static struct ast *parse_term(struct parser *p);
static struct ast *parse_postfix(struct parser *p);

/*
 * Messages.
 */

size_t
parse_line(const struct ast_module *m, size_t pos)
{
	size_t i, line = 1;

	for (i = 0; i < pos && i < m->len; i++)
		if (m->text[i] == '\n')
			line++;
	return (line);
}

int
parse_fail(const struct ast_module *m, size_t pos, struct err *err,
    const char *fmt, ...)
{
	size_t start = pos, col = 1, i;
	char msg[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	while (start > 0 && m->text[start - 1] != '\n')
		start--;
	for (i = start; i < pos; i++)
		if ((m->text[i] & 0xc0) != 0x80)
			col++;
	(void)err_set(err, "%s:%zu:%zu: %s", m->name, parse_line(m, pos), col,
	    msg);
	return (err_status(err, DIAG_USAGE));
}

static void *
unexpected(struct parser *p, const char *wanted)
{
	struct quote q;

	if (p->l.type == LEX_END)
		(void)parse_fail(p->m, p->l.pos, p->err,
		    "unexpected end where %s is expected", wanted);
	else
		(void)parse_fail(p->m, p->l.pos, p->err,
		    "unexpected %s where %s is expected",
		    quote(&q, p->l.text + p->l.pos, p->l.at - p->l.pos),
		    wanted);
	return (NULL);
}

static int
accept(struct parser *p, const char *word)
{

	if (!lex_is(&p->l, word))
		return (0);
	lex_next(&p->l);
	return (1);
}

static int
expect(struct parser *p, const char *word)
{
	char wanted[32];

	if (accept(p, word))
		return (1);
	(void)snprintf(wanted, sizeof(wanted), "'%s'", word);
	(void)unexpected(p, wanted);
	return (0);
}

static struct ast *
make(struct parser *p, enum ast_kind kind, size_t pos, struct ast *a,
    struct ast *b)
{
	struct ast *n = arena_alloc(p->a, sizeof(*n));

	memset(n, 0, sizeof(*n));
	n->kind = kind;
	n->pos = (uint32_t)pos;
	n->a = a;
	n->b = b;
	return (n);
}

static struct ast *
make_text(struct parser *p, enum ast_kind kind, size_t pos, const char *s,
    size_t len)
{
	struct ast *n = make(p, kind, pos, NULL, NULL);

	n->s = s;
	n->len = len;
	return (n);
}

/* Run ${f} one level deeper. */
static struct ast *
deeper(struct parser *p, struct ast *(*f)(struct parser *))
{
	struct ast *n;

	if (p->depth >= DEPTH_MAX) {
		(void)parse_fail(p->m, p->l.pos, p->err,
		    "nested too deeply: more than %d levels", DEPTH_MAX);
		return (NULL);
	}
	p->depth++;
	n = f(p);
	p->depth--;
	return (n);
}

/*
 * Strings.
 */

/* Read four hex digits at ${i}; return -1 when there are none. */
static int32_t
hex4(const struct parser *p, size_t i)
{
	int32_t code = 0;
	size_t k;
	char c;

	if (i + 4 > p->l.len)
		return (-1);
	for (k = 0; k < 4; k++) {
		c = p->l.text[i + k];
		if (c >= '0' && c <= '9')
			code = code * 16 + (c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			code = code * 16 + ((c | 0x20) - 'a' + 10);
		else
			return (-1);
	}
	return (code);
}

/* \uXXXX or a pair of them; half a pair becomes U+FFFD.  At the "u". */
static int
unicode_escape(struct parser *p, struct buf *b)
{
	size_t at = p->l.at;
	int32_t c = hex4(p, at + 1), low;

	if (c < 0)
		return (parse_fail(p->m, at - 1, p->err,
		    "\\u needs four hexadecimal digits"));
	p->l.at += 5;
	if (c >= 0xd800 && c < 0xdc00 && p->l.at + 1 < p->l.len &&
	    p->l.text[p->l.at] == '\\' && p->l.text[p->l.at + 1] == 'u' &&
	    (low = hex4(p, p->l.at + 2)) >= 0xdc00 && low < 0xe000) {
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		p->l.at += 6;
	} else if (c >= 0xd800 && c < 0xe000) {
		c = 0xfffd;
	}
	b->len += utf8_encode(buf_need(b, 4), (uint32_t)c);
	return (0);
}

static int
simple_escape(struct parser *p, struct buf *b)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *f;
	char c = p->l.at < p->l.len ? p->l.text[p->l.at] : '\0';

	if (c == 'u')
		return (unicode_escape(p, b));
	if (c == '\0' || (f = strchr(from, c)) == NULL)
		return (parse_fail(p->m, p->l.at - 1, p->err,
		    "unknown escape in a string"));
	buf_putc(b, to[f - from]);
	p->l.at++;
	return (0);
}

/*
 * The text of a string up to its closing quote or the "(" of an
 * interpolation.  Return that character, or -1.
 */
static int
string_text(struct parser *p, struct buf *b)
{
	size_t start = p->l.pos;
	char c;

	while (p->l.at < p->l.len) {
		c = p->l.text[p->l.at++];
		if (c == '"')
			return ('"');
		if (c != '\\') {
			buf_putc(b, c);
			continue;
		}
		if (p->l.at < p->l.len && p->l.text[p->l.at] == '(') {
			p->l.at++;
			return ('(');
		}
		if (simple_escape(p, b) != 0)
			return (-1);
	}
	return (parse_fail(p->m, start, p->err, "unterminated string"));
}

/* At the opening quote. */
static struct ast *
parse_string(struct parser *p, const struct ast *format)
{
	struct ast *n = make(p, AST_STRING, p->l.pos, NULL, NULL), *part;
	struct ast **tail = &n->a;
	struct buf b = { 0 };
	int c;

	if (format != NULL) {
		n->s = format->s;
		n->len = format->len;
	}
	for (;;) {
		b.len = 0;
		if ((c = string_text(p, &b)) < 0)
			goto fail;
		if (b.len > 0 || c == '"') {
			part = make_text(p, AST_TEXT, p->l.pos,
			    arena_dup(p->a, b.s == NULL ? "" : b.s, b.len),
			    b.len);
			*tail = part;
			tail = &part->next;
		}
		if (c == '"')
			break;
		lex_next(&p->l);
		if ((part = deeper(p, parse_pipe)) == NULL)
			goto fail;
		if (!lex_is(&p->l, ")")) {
			(void)unexpected(p, "')'");
			goto fail;
		}
		/* An interpolation is wrapped so that "next" is the list's. */
		part = make(p, AST_PIPE, part->pos, part, NULL);
		*tail = part;
		tail = &part->next;
	}
	buf_free(&b);
	lex_next(&p->l);
	return (n);
fail:
	buf_free(&b);
	return (NULL);
}

/*
 * Patterns.
 */

/*
 * The JSON type of a constant as messages name it, or NULL for what is none.
 */
static const char *
constant_type(const struct ast *n)
{
	const struct ast *m;

	switch (n->kind) {
	case AST_NUMBER:
		return ("number");
	case AST_STRING:
		for (m = n->a; m != NULL; m = m->next)
			if (m->kind != AST_TEXT)
				return (NULL);
		return ("string");
	case AST_CALL:
		if (n->a != NULL)
			return (NULL);
		if (n->len == 4 && memcmp(n->s, "null", 4) == 0)
			return ("null");
		return ((n->len == 4 && memcmp(n->s, "true", 4) == 0) ||
		    (n->len == 5 && memcmp(n->s, "false", 5) == 0) ?
		    "boolean" : NULL);
	case AST_NEGATE:
		return (constant_type(n->a));
	case AST_PIPE:
		return (n->b == NULL ? constant_type(n->a) : NULL);
	case AST_COMMA:
		return (constant_type(n->a) == NULL ? NULL :
		    constant_type(n->b));
	case AST_ARRAY:
		return (n->a == NULL || constant_type(n->a) != NULL ?
		    "array" : NULL);
	case AST_OBJECT:
		for (m = n->a; m != NULL; m = m->next)
			if ((m->a->kind != AST_TEXT &&
			    constant_type(m->a) == NULL) ||
			    constant_type(m->b) == NULL)
				return (NULL);
		return ("object");
	default:
		return (NULL);
	}
}

/* A key in parentheses, which may be a pattern's: constants are strings. */
static struct ast *
parse_key(struct parser *p)
{
	struct ast *n = deeper(p, parse_pipe);
	const char *type;

	if (n == NULL || !expect(p, ")"))
		return (NULL);
	type = n->kind == AST_COMMA ? NULL : constant_type(n);
	if (type == NULL || strcmp(type, "string") == 0)
		return (n);
	(void)parse_fail(p->m, n->pos, p->err,
	    "a key must be a string, not %s", type);
	return (NULL);
}

static struct ast *parse_pattern(struct parser *p);

static struct ast *
pattern_array(struct parser *p)
{
	struct ast *n = make(p, AST_BIND_ARRAY, p->l.pos, NULL, NULL), *e;
	struct ast **tail = &n->a;

	lex_next(&p->l);
	do {
		if ((e = deeper(p, parse_pattern)) == NULL)
			return (NULL);
		*tail = e;
		tail = &e->next;
	} while (accept(p, ","));
	return (expect(p, "]") ? n : NULL);
}

static struct ast *
pattern_member(struct parser *p)
{
	struct ast *m = make(p, AST_BIND_MEMBER, p->l.pos, NULL, NULL);

	if (p->l.type == LEX_VAR) {
		m->s = p->l.s;
		m->len = p->l.n;
		lex_next(&p->l);
		if (!accept(p, ":"))
			return (m);
		return ((m->b = deeper(p, parse_pattern)) == NULL ? NULL : m);
	}
	if (p->l.type == LEX_WORD) {
		m->a = make_text(p, AST_TEXT, p->l.pos, p->l.s, p->l.n);
		lex_next(&p->l);
	} else if (p->l.type == LEX_QUOTE) {
		m->a = parse_string(p, NULL);
	} else if (accept(p, "(")) {
		m->a = parse_key(p);
	} else {
		return (unexpected(p, "a key or variable"));
	}
	if (m->a == NULL || !expect(p, ":"))
		return (NULL);
	return ((m->b = deeper(p, parse_pattern)) == NULL ? NULL : m);
}

static struct ast *
pattern_object(struct parser *p)
{
	struct ast *n = make(p, AST_BIND_OBJECT, p->l.pos, NULL, NULL), *e;
	struct ast **tail = &n->a;

	lex_next(&p->l);
	do {
		if ((e = pattern_member(p)) == NULL)
			return (NULL);
		*tail = e;
		tail = &e->next;
	} while (accept(p, ","));
	return (expect(p, "}") ? n : NULL);
}

static struct ast *
parse_pattern(struct parser *p)
{
	struct ast *n;

	if (p->l.type == LEX_VAR) {
		n = make_text(p, AST_BIND, p->l.pos, p->l.s, p->l.n);
		lex_next(&p->l);
		return (n);
	}
	if (lex_is(&p->l, "["))
		return (pattern_array(p));
	if (lex_is(&p->l, "{"))
		return (pattern_object(p));
	return (unexpected(p, "a variable or pattern"));
}

static struct ast *
parse_patterns(struct parser *p)
{
	struct ast *first = NULL, **tail = &first, *n;

	do {
		if ((n = deeper(p, parse_pattern)) == NULL)
			return (NULL);
		*tail = n;
		tail = &n->next;
	} while (accept(p, "?//"));
	return (first);
}

/*
 * Terms.
 */

static struct ast *
parse_if(struct parser *p)
{
	struct ast *n = make(p, AST_IF, p->l.pos, NULL, NULL);

	lex_next(&p->l);
	if ((n->a = deeper(p, parse_pipe)) == NULL || !expect(p, "then") ||
	    (n->b = deeper(p, parse_pipe)) == NULL)
		return (NULL);
	if (lex_is(&p->l, "elif"))
		return ((n->c = deeper(p, parse_if)) == NULL ? NULL : n);
	if (accept(p, "else") && (n->c = deeper(p, parse_pipe)) == NULL)
		return (NULL);
	return (expect(p, "end") ? n : NULL);
}

/* reduce and foreach. */
static struct ast *
parse_fold(struct parser *p, enum ast_kind kind)
{
	struct ast *n = make(p, kind, p->l.pos, NULL, NULL);

	lex_next(&p->l);
	if ((n->a = deeper(p, parse_expression)) == NULL ||
	    !expect(p, "as") ||
	    (n->patterns = parse_patterns(p)) == NULL || !expect(p, "(") ||
	    (n->b = deeper(p, parse_pipe)) == NULL || !expect(p, ";") ||
	    (n->c = deeper(p, parse_pipe)) == NULL)
		return (NULL);
	if (kind == AST_FOREACH && accept(p, ";") &&
	    (n->d = deeper(p, parse_pipe)) == NULL)
		return (NULL);
	return (expect(p, ")") ? n : NULL);
}

/* The value of an object's member: no comma, but pipes. */
static struct ast *
member_value(struct parser *p)
{
	struct ast *n = parse_expression(p), *b;
	size_t pos;

	while (n != NULL && lex_is(&p->l, "|")) {
		pos = p->l.pos;
		lex_next(&p->l);
		if ((b = parse_expression(p)) == NULL)
			return (NULL);
		n = make(p, AST_PIPE, pos, n, b);
	}
	return (n);
}

static struct ast *
parse_member(struct parser *p)
{
	struct ast *m = make(p, AST_MEMBER, p->l.pos, NULL, NULL), *format;
	int alone = 1;		/* may stand without a value */

	if (p->l.type == LEX_VAR) {
		m->a = make_text(p, AST_TEXT, p->l.pos, p->l.s, p->l.n);
		m->b = make_text(p, AST_VAR, p->l.pos, p->l.s, p->l.n);
		lex_next(&p->l);
		if (m->b->len == 7 && memcmp(m->b->s, "__loc__", 7) == 0)
			m->b->kind = AST_LOC;
		if (lex_is(&p->l, ":")) {
			/* {$x: 1} takes the variable's value as the key. */
			m->a = m->b;
			m->b = NULL;
		}
	} else if (p->l.type == LEX_WORD) {
		m->a = make_text(p, AST_TEXT, p->l.pos, p->l.s, p->l.n);
		lex_next(&p->l);
	} else if (p->l.type == LEX_QUOTE) {
		m->a = parse_string(p, NULL);
	} else if (p->l.type == LEX_FORMAT) {
		format = make_text(p, AST_FORMAT, p->l.pos, p->l.s, p->l.n);
		lex_next(&p->l);
		m->a = p->l.type == LEX_QUOTE ? parse_string(p, format) :
		    unexpected(p, "a string");
	} else if (accept(p, "(")) {
		alone = 0;
		m->a = parse_key(p);
	} else {
		return (unexpected(p, "a key"));
	}
	if (m->a == NULL)
		return (NULL);
	if (alone && !lex_is(&p->l, ":")) {
		if (m->b == NULL)
			m->b = make(p, AST_INDEX, m->pos,
			    make(p, AST_IDENTITY, m->pos, NULL, NULL), m->a);
		return (m);
	}
	if (!expect(p, ":"))
		return (NULL);
	return ((m->b = deeper(p, member_value)) == NULL ? NULL : m);
}

static struct ast *
parse_object(struct parser *p)
{
	struct ast *n = make(p, AST_OBJECT, p->l.pos, NULL, NULL), *m;
	struct ast **tail = &n->a;

	lex_next(&p->l);
	while (!lex_is(&p->l, "}")) {
		if ((m = parse_member(p)) == NULL)
			return (NULL);
		*tail = m;
		tail = &m->next;
		if (!accept(p, ","))
			break;
	}
	return (expect(p, "}") ? n : NULL);
}

static struct ast *
parse_call(struct parser *p)
{
	struct ast *n = make_text(p, AST_CALL, p->l.pos, p->l.s, p->l.n), *e;
	struct ast **tail = &n->a;

	if (lex_keyword(p->l.s, p->l.n))
		return (unexpected(p, "an expression"));
	lex_next(&p->l);
	if (!accept(p, "("))
		return (n);
	do {
		if ((e = deeper(p, parse_pipe)) == NULL)
			return (NULL);
		e = make(p, AST_PIPE, e->pos, e, NULL);
		*tail = e;
		tail = &e->next;
	} while (accept(p, ";"));
	return (expect(p, ")") ? n : NULL);
}

static struct ast *
parse_label(struct parser *p, enum ast_kind kind)
{
	struct ast *n = make(p, kind, p->l.pos, NULL, NULL);

	lex_next(&p->l);
	if (p->l.type != LEX_VAR)
		return (unexpected(p, "a $label"));
	n->s = p->l.s;
	n->len = p->l.n;
	lex_next(&p->l);
	if (kind == AST_BREAK)
		return (n);
	if (!expect(p, "|") || (n->a = deeper(p, parse_pipe)) == NULL)
		return (NULL);
	return (n);
}

static struct ast *
parse_try(struct parser *p)
{
	struct ast *n = make(p, AST_TRY, p->l.pos, NULL, NULL);

	lex_next(&p->l);
	if ((n->a = deeper(p, parse_postfix)) == NULL)
		return (NULL);
	if (accept(p, "catch") && (n->b = deeper(p, parse_postfix)) == NULL)
		return (NULL);
	return (n);
}

static struct ast *
parse_word(struct parser *p)
{

	if (lex_is(&p->l, "if"))
		return (parse_if(p));
	if (lex_is(&p->l, "reduce"))
		return (parse_fold(p, AST_REDUCE));
	if (lex_is(&p->l, "foreach"))
		return (parse_fold(p, AST_FOREACH));
	if (lex_is(&p->l, "try"))
		return (parse_try(p));
	if (lex_is(&p->l, "label"))
		return (parse_label(p, AST_LABEL));
	if (lex_is(&p->l, "break"))
		return (parse_label(p, AST_BREAK));
	if (lex_is(&p->l, "def"))
		return (deeper(p, parse_pipe));
	return (parse_call(p));
}

static struct ast *
parse_dot(struct parser *p)
{
	struct ast *n = make(p, AST_IDENTITY, p->l.pos, NULL, NULL), *key;

	lex_next(&p->l);
	if (p->l.type != LEX_QUOTE)
		return (n);
	key = parse_string(p, NULL);
	return (key == NULL ? NULL : make(p, AST_INDEX, n->pos, n, key));
}

static struct ast *
parse_bracket(struct parser *p)
{
	struct ast *n = make(p, AST_ARRAY, p->l.pos, NULL, NULL);

	lex_next(&p->l);
	if (accept(p, "]"))
		return (n);
	if ((n->a = deeper(p, parse_pipe)) == NULL)
		return (NULL);
	return (expect(p, "]") ? n : NULL);
}

static struct ast *
parse_op(struct parser *p)
{
	struct ast *n;
	size_t pos = p->l.pos;

	if (lex_is(&p->l, "."))
		return (parse_dot(p));
	if (accept(p, ".."))
		return (make(p, AST_RECURSE, pos, NULL, NULL));
	if (lex_is(&p->l, "["))
		return (parse_bracket(p));
	if (lex_is(&p->l, "{"))
		return (parse_object(p));
	if (accept(p, "-")) {
		n = deeper(p, parse_postfix);
		return (n == NULL ? NULL :
		    make(p, AST_NEGATE, pos, n, NULL));
	}
	if (accept(p, "(")) {
		n = deeper(p, parse_pipe);
		if (n == NULL || !expect(p, ")"))
			return (NULL);
		/* Parentheses start a new list. */
		return (make(p, AST_PIPE, pos, n, NULL));
	}
	return (unexpected(p, "an expression"));
}

static struct ast *
parse_term(struct parser *p)
{
	struct ast *n, *text;
	size_t pos = p->l.pos;

	switch (p->l.type) {
	case LEX_NUMBER:
		n = make_text(p, AST_NUMBER, pos, p->l.s, p->l.n);
		lex_next(&p->l);
		return (n);
	case LEX_QUOTE:
		return (parse_string(p, NULL));
	case LEX_FORMAT:
		n = make_text(p, AST_FORMAT, pos, p->l.s, p->l.n);
		lex_next(&p->l);
		return (p->l.type == LEX_QUOTE ? parse_string(p, n) : n);
	case LEX_VAR:
		n = make_text(p, AST_VAR, pos, p->l.s, p->l.n);
		if (n->len == 7 && memcmp(n->s, "__loc__", 7) == 0)
			n->kind = AST_LOC;
		lex_next(&p->l);
		return (n);
	case LEX_FIELD:
		text = make_text(p, AST_TEXT, pos, p->l.s, p->l.n);
		lex_next(&p->l);
		return (make(p, AST_INDEX, pos,
		    make(p, AST_IDENTITY, pos, NULL, NULL), text));
	case LEX_WORD:
		return (parse_word(p));
	case LEX_OP:
		return (parse_op(p));
	default:
		return (unexpected(p, "an expression"));
	}
}

/* After the "[" of a[...]. */
static struct ast *
parse_subscript(struct parser *p, struct ast *t, size_t pos)
{
	struct ast *n;

	if (accept(p, "]"))
		return (make(p, AST_ITERATE, pos, t, NULL));
	n = make(p, AST_INDEX, pos, t, NULL);
	if (!lex_is(&p->l, ":") && (n->b = deeper(p, parse_pipe)) == NULL)
		return (NULL);
	if (accept(p, ":")) {
		n->kind = AST_SLICE;
		if ((!lex_is(&p->l, "]") || n->b == NULL) &&
		    (n->c = deeper(p, parse_pipe)) == NULL)
			return (NULL);
	}
	return (expect(p, "]") ? n : NULL);
}

/* After an index, "?" is about that step alone: in .a.b? not about .a. */
static struct ast *
optional(struct parser *p, struct ast *n, size_t pos)
{

	if ((n->kind == AST_INDEX || n->kind == AST_SLICE ||
	    n->kind == AST_ITERATE) && !n->optional) {
		n->optional = 1;
		return (n);
	}
	return (make(p, AST_TRY, pos, n, NULL));
}

static struct ast *
parse_postfix(struct parser *p)
{
	struct ast *n = parse_term(p), *key;
	size_t pos;

	while (n != NULL) {
		pos = p->l.pos;
		if (p->l.type == LEX_FIELD) {
			key = make_text(p, AST_TEXT, pos, p->l.s, p->l.n);
			lex_next(&p->l);
			n = make(p, AST_INDEX, pos, n, key);
		} else if (accept(p, "[")) {
			n = parse_subscript(p, n, pos);
		} else if (accept(p, ".")) {
			if (accept(p, "["))
				n = parse_subscript(p, n, pos);
			else if (p->l.type == LEX_QUOTE)
				n = (key = parse_string(p, NULL)) == NULL ?
				    NULL : make(p, AST_INDEX, pos, n, key);
			else
				n = unexpected(p, "a field or '['");
		} else if (accept(p, "?")) {
			n = optional(p, n, pos);
		} else if (lex_is(&p->l, "?//")) {
			/* Outside of patterns these are two operators. */
			p->l.at -= 2;
			lex_next(&p->l);
			n = optional(p, n, pos);
		} else {
			break;
		}
	}
	return (n);
}

/*
 * Binary operators, loosest first.  "//" groups to the right; assignments and
 * comparisons do not group at all.  An expression has no comma, no pipe and no
 * binding outside of parentheses.
 */
enum { LEFT, RIGHT, NONASSOC };

static const struct binary {
	const char	*s;
	int		 level, assoc;
	enum ast_kind	 kind;
	enum ast_op	 op;
} binaries[] = {
	{ "//", 1, RIGHT, AST_DEFAULT, OP_NONE },
	{ "=", 2, NONASSOC, AST_ASSIGN, OP_NONE },
	{ "|=", 2, NONASSOC, AST_ASSIGN, OP_UPDATE },
	{ "+=", 2, NONASSOC, AST_ASSIGN, OP_ADD },
	{ "-=", 2, NONASSOC, AST_ASSIGN, OP_SUB },
	{ "*=", 2, NONASSOC, AST_ASSIGN, OP_MUL },
	{ "/=", 2, NONASSOC, AST_ASSIGN, OP_DIV },
	{ "%=", 2, NONASSOC, AST_ASSIGN, OP_MOD },
	{ "//=", 2, NONASSOC, AST_ASSIGN, OP_DEFAULT },
	{ "or", 3, LEFT, AST_OR, OP_NONE },
	{ "and", 4, LEFT, AST_AND, OP_NONE },
	{ "==", 5, NONASSOC, AST_BINARY, OP_EQ },
	{ "!=", 5, NONASSOC, AST_BINARY, OP_NE },
	{ "<", 5, NONASSOC, AST_BINARY, OP_LT },
	{ "<=", 5, NONASSOC, AST_BINARY, OP_LE },
	{ ">", 5, NONASSOC, AST_BINARY, OP_GT },
	{ ">=", 5, NONASSOC, AST_BINARY, OP_GE },
	{ "+", 6, LEFT, AST_BINARY, OP_ADD },
	{ "-", 6, LEFT, AST_BINARY, OP_SUB },
	{ "*", 7, LEFT, AST_BINARY, OP_MUL },
	{ "/", 7, LEFT, AST_BINARY, OP_DIV },
	{ "%", 7, LEFT, AST_BINARY, OP_MOD },
};

static const struct binary *
binary_at(const struct lex *l)
{
	size_t i;

	for (i = 0; i < sizeof(binaries) / sizeof(binaries[0]); i++)
		if (lex_is(l, binaries[i].s))
			return (&binaries[i]);
	return (NULL);
}

static struct ast *
parse_binary(struct parser *p, int level)
{
	struct ast *n = parse_postfix(p), *right;
	const struct binary *o;
	int nonassoc = 0;
	size_t pos;

	while (n != NULL && (o = binary_at(&p->l)) != NULL &&
	    o->level >= level) {
		if (o->level == nonassoc)
			return (unexpected(p, "something that groups"));
		pos = p->l.pos;
		lex_next(&p->l);
		p->depth++;
		right = p->depth > DEPTH_MAX ? unexpected(p, "less nesting") :
		    parse_binary(p, o->assoc == RIGHT ? o->level :
		    o->level + 1);
		p->depth--;
		if (right == NULL)
			return (NULL);
		n = make(p, o->kind, pos, n, right);
		/* cppcheck-suppress nullPointerRedundantCheck */
		n->op = o->op;
		nonassoc = o->assoc == NONASSOC ? o->level : 0;
	}
	return (n);
}

static struct ast *
parse_expression(struct parser *p)
{

	return (parse_binary(p, 1));
}

/*
 * Definitions, bindings, commas and pipes.
 */

static int
parse_params(struct parser *p, struct ast_def *def)
{
	struct ast_param *list;

	do {
		if (p->l.type != LEX_WORD && p->l.type != LEX_VAR)
			return (unexpected(p, "a parameter") != NULL);
		list = arena_alloc(p->a, (size_t)(def->nparams + 1) *
		    sizeof(*list));
		if (def->nparams > 0)
			memcpy(list, def->params,
			    (size_t)def->nparams * sizeof(*list));
		list[def->nparams].s = p->l.s;
		list[def->nparams].len = p->l.n;
		list[def->nparams].is_value = p->l.type == LEX_VAR;
		def->params = list;
		def->nparams++;
		lex_next(&p->l);
	} while (accept(p, ";"));
	return (expect(p, ")"));
}

/* At "def". */
static struct ast_def *
parse_def(struct parser *p)
{
	struct ast_def *def = arena_alloc(p->a, sizeof(*def));

	memset(def, 0, sizeof(*def));
	def->pos = (uint32_t)p->l.pos;
	lex_next(&p->l);
	if (p->l.type != LEX_WORD)
		return (unexpected(p, "a name"));
	def->s = p->l.s;
	def->len = p->l.n;
	lex_next(&p->l);
	if (accept(p, "(") && !parse_params(p, def))
		return (NULL);
	if (!expect(p, ":") || (def->body = deeper(p, parse_pipe)) == NULL ||
	    !expect(p, ";"))
		return (NULL);
	return (def);
}

static struct ast *
parse_local_def(struct parser *p)
{
	struct ast *n = make(p, AST_DEF, p->l.pos, NULL, NULL);

	if ((n->def = parse_def(p)) == NULL ||
	    (n->a = deeper(p, parse_pipe)) == NULL)
		return (NULL);
	return (n);
}

/* What stands between commas; a definition and a binding reach as far as they
 * can. */
static struct ast *
parse_item(struct parser *p)
{
	struct ast *n, *as;

	if (lex_is(&p->l, "def"))
		return (parse_local_def(p));
	n = parse_expression(p);
	if (n == NULL || !lex_is(&p->l, "as"))
		return (n);
	as = make(p, AST_AS, p->l.pos, n, NULL);
	lex_next(&p->l);
	if ((as->patterns = parse_patterns(p)) == NULL || !expect(p, "|") ||
	    (as->b = deeper(p, parse_pipe)) == NULL)
		return (NULL);
	return (as);
}

static struct ast *
parse_comma(struct parser *p)
{
	struct ast *n = parse_item(p), *right;
	size_t pos;

	while (n != NULL && lex_is(&p->l, ",")) {
		pos = p->l.pos;
		lex_next(&p->l);
		if ((right = parse_item(p)) == NULL)
			return (NULL);
		n = make(p, AST_COMMA, pos, n, right);
	}
	return (n);
}

/* Pipes group to the right; long ones are no deep ones. */
static struct ast *
parse_pipe(struct parser *p)
{
	struct ast *first = NULL, **at = &first, *n;
	size_t pos;

	for (;;) {
		if ((*at = n = parse_comma(p)) == NULL)
			return (NULL);
		pos = p->l.pos;
		if (!accept(p, "|"))
			return (first);
		*at = make(p, AST_PIPE, pos, n, NULL);
		at = &(*at)->b;
	}
}

/*
 * Modules.
 */

/* A string without interpolation. */
static int
plain_string(struct parser *p, const char **s, size_t *len)
{
	struct ast *n;

	if (p->l.type != LEX_QUOTE)
		return (unexpected(p, "a string") != NULL);
	if ((n = parse_string(p, NULL)) == NULL)
		return (0);
	if (n->a->kind != AST_TEXT || n->a->next != NULL) {
		(void)parse_fail(p->m, n->pos, p->err,
		    "a module's path must be a constant string");
		return (0);
	}
	*s = n->a->s;
	*len = n->a->len;
	return (1);
}

static int
parse_meta(struct parser *p, struct ast **meta)
{

	const char *type;

	if (accept(p, ";"))
		return (1);
	if ((*meta = deeper(p, parse_postfix)) == NULL)
		return (0);
	type = constant_type(*meta);
	if (type != NULL && strcmp(type, "object") == 0)
		return (expect(p, ";"));
	(void)parse_fail(p->m, (*meta)->pos, p->err,
	    "a module's metadata must be a constant object");
	return (0);
}

static int
parse_import(struct parser *p, struct ast_import *im)
{
	int include = lex_is(&p->l, "include");

	im->pos = (uint32_t)p->l.pos;
	lex_next(&p->l);
	if (!plain_string(p, &im->path, &im->path_len))
		return (0);
	if (!include) {
		if (!expect(p, "as"))
			return (0);
		if (p->l.type != LEX_WORD && p->l.type != LEX_VAR)
			return (unexpected(p, "a name") != NULL);
		im->is_data = p->l.type == LEX_VAR;
		im->as = p->l.s;
		im->as_len = p->l.n;
		lex_next(&p->l);
	}
	return (parse_meta(p, &im->meta));
}

static int
parse_module(struct parser *p)
{
	struct ast_import **im = &p->m->imports;
	struct ast_def **def = &p->m->defs;

	if (accept(p, "module") && !parse_meta(p, &p->m->meta))
		return (0);
	while (lex_is(&p->l, "import") || lex_is(&p->l, "include")) {
		*im = arena_alloc(p->a, sizeof(**im));
		memset(*im, 0, sizeof(**im));
		if (!parse_import(p, *im))
			return (0);
		im = &(*im)->next;
	}
	while (lex_is(&p->l, "def")) {
		if ((*def = parse_def(p)) == NULL)
			return (0);
		def = &(*def)->next;
	}
	if (p->l.type != LEX_END &&
	    (p->m->body = deeper(p, parse_pipe)) == NULL)
		return (0);
	if (p->l.type != LEX_END)
		return (unexpected(p, "an operator or the end") != NULL);
	return (1);
}

struct ast_module *
parse(struct arena *a, const char *name, const char *text, size_t len,
    struct err *err)
{
	struct parser p = { .l = { .text = text, .len = len }, .a = a,
	    .err = err };
	size_t bad = utf8_check(text, len);

	p.m = arena_alloc(a, sizeof(*p.m));
	memset(p.m, 0, sizeof(*p.m));
	p.m->name = name;
	p.m->text = text;
	p.m->len = len;
	if (bad < len) {
		(void)parse_fail(p.m, bad, err, "the program is not UTF-8");
		return (NULL);
	}
	lex_next(&p.l);
	return (parse_module(&p) ? p.m : NULL);
}
