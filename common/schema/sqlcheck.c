#include <string.h>

#include "base/buf.h"
#include "schema/sqlcheck.h"
#include "schema/sqltype.h"

#define DEPTH_MAX	50	/* levels of parentheses */
#define DOUBLE_DIGITS	15	/* decimals of so many stay apart as doubles */
#define TERMS_MAX	400	/* comparisons; SQLite nests them, to a bound */

/* What an operand is, as far as comparing goes. */
enum class {
	CLASS_INTEGER, CLASS_NUMERIC, CLASS_REAL, CLASS_DOUBLE,
	CLASS_TEXT, CLASS_LABEL, CLASS_BOOLEAN, CLASS_OTHER
};

struct operand {
	enum class	class;
	int		constant;
	int		fraction;	/* a number with a point */
	int		digits;		/* most digits it can have; 0: any */
	size_t		at, len;	/* its text in the output */
};

struct parse {
	const char		*s;
	const struct table	*t;
	enum ddl_numeric	 numeric;
	struct buf		*b;
	int			 depth;
	int			 terms;
	int			 negated;	/* below a NOT */
};

/* A place to come back to when a guess was wrong. */
struct mark {
	const char	*s;
	size_t		 len;
};

static struct mark
here(const struct parse *p)
{
	struct mark m = { p->s, p->b->len };

	return (m);
}

static int
go_back(struct parse *p, struct mark m)
{

	p->s = m.s;
	p->b->len = m.len;
	return (0);
}

static int
is_letter(char c)
{

	return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	    (unsigned char)c >= 0x80);
}

static int
is_digit(char c)
{

	return (c >= '0' && c <= '9');
}

static void
skip_space(struct parse *p)
{

	p->s += strspn(p->s, " \t\r\n");
}

/* Take ${text} if it comes next. */
static int
take(struct parse *p, const char *text)
{
	size_t len = strlen(text);

	skip_space(p);
	if (strncmp(p->s, text, len) != 0 ||
	    (is_letter(text[len - 1]) && (is_letter(p->s[len]) ||
	    is_digit(p->s[len]))))
		return (0);
	p->s += len;
	return (1);
}

/* Take an identifier, quoted or not, into ${name}. */
static int
take_name(struct parse *p, struct buf *name)
{
	const char *s;

	skip_space(p);
	name->len = 0;
	s = p->s;
	if (*s == '"') {
		for (s++; *s != '\0'; s++) {
			if (*s == '"' && *++s != '"')
				break;
			buf_putc(name, *s);
		}
		if (s[-1] != '"')
			return (0);
	} else {
		while (is_letter(*s) || (s > p->s && (is_digit(*s) ||
		    *s == '$')))
			buf_putc(name, *s++);
		if (name->len == 0)
			return (0);
	}
	p->s = s;
	return (1);
}

static enum class
column_class(const struct column *c)
{
	struct sqltype st = { .known = 0 };

	if (c->sql_type != NULL)
		(void)sqltype_read(&st, c->sql_type, strlen(c->sql_type));
	switch (c->type) {
	case COLUMN_SMALLINT:
	case COLUMN_INTEGER:
	case COLUMN_BIGINT:
		return (CLASS_INTEGER);
	case COLUMN_NUMERIC:
		return (CLASS_NUMERIC);
	case COLUMN_REAL:
		return (CLASS_REAL);
	case COLUMN_DOUBLE:
		return (CLASS_DOUBLE);
	case COLUMN_BOOLEAN:
		return (CLASS_BOOLEAN);
	case COLUMN_ENUM:
		return (CLASS_LABEL);
	case COLUMN_TEXT:
		/* Of the texts, these compare byte by byte; not citext, nor
		 * char(n), whose blanks do not count, nor domains over them. */
		if (c->sql_type == NULL || strcmp(c->sql_type, "text") == 0 ||
		    strncmp(c->sql_type, "character varying", 17) == 0 ||
		    strncmp(c->sql_type, "varchar", 7) == 0)
			return (CLASS_TEXT);
		return (CLASS_OTHER);
	default:
		return (CLASS_OTHER);
	}
}

static int
parse_column(struct parse *p, struct operand *o)
{
	struct mark m = here(p);
	struct buf name = { 0 };
	const struct column *c;
	ptrdiff_t i = -1;

	if (take_name(p, &name))
		i = table_find_column(p->t, buf_z(&name), name.len);
	buf_free(&name);
	if (i < 0)
		return (go_back(p, m));
	c = &p->t->columns[i];
	o->class = column_class(c);
	if (o->class == CLASS_NUMERIC && p->numeric == DDL_NUMERIC_TEXT)
		o->class = CLASS_OTHER;
	/* A scale beyond the precision, or below 0, adds zeros. */
	if (o->class == CLASS_NUMERIC && c->scale >= 0 &&
	    c->precision >= c->scale)
		o->digits = c->precision;
	ddl_quote(p->b, c->name);
	return (1);
}

/* Append a number; of how many digits, and whether it has a point. */
static int
parse_number(struct parse *p, struct operand *o)
{
	const char *s, *start;

	skip_space(p);
	start = s = p->s;
	if (*s == '-')
		s++;
	if (!is_digit(*s))
		return (0);
	for (; is_digit(*s) || (*s == '.' && !o->fraction); s++) {
		if (*s == '.')
			o->fraction = 1;
		else
			o->digits++;
	}
	if (is_letter(*s) || *s == '.')
		return (0);
	buf_put(p->b, start, (size_t)(s - start));
	p->s = s;
	o->class = o->fraction ? CLASS_NUMERIC : CLASS_INTEGER;
	o->constant = 1;
	return (1);
}

/* Append a string as it stands; a number in quotes is cast to be one. */
static int
parse_string(struct parse *p, struct operand *o)
{
	const char *s, *start;

	skip_space(p);
	if (*p->s != '\'')
		return (0);
	start = s = p->s;
	for (s++; *s != '\0'; s++)
		if (*s == '\'' && *++s != '\'')
			break;
	if (s[-1] != '\'' || s == start + 1)
		return (0);
	buf_put(p->b, start, (size_t)(s - start));
	p->s = s;
	o->class = CLASS_TEXT;
	o->constant = 1;
	return (1);
}

static int
parse_boolean(struct parse *p, struct operand *o)
{

	if (take(p, "true"))
		buf_putc(p->b, '1');
	else if (take(p, "false"))
		buf_putc(p->b, '0');
	else
		return (0);
	o->class = CLASS_BOOLEAN;
	o->constant = 1;
	return (1);
}

/* Make the string constant that was appended the number that it holds. */
static int
unquote_number(struct parse *p, struct operand *o, size_t at)
{
	struct buf text = { 0 };
	struct parse inner = *p;
	int rc;

	buf_put(&text, p->b->s + at + 1, p->b->len - at - 2);
	inner.s = buf_z(&text);
	p->b->len = at;
	memset(o, 0, sizeof(*o));
	rc = parse_number(&inner, o) && *inner.s == '\0';
	buf_free(&text);
	return (rc);
}

/* Does a cast to ${to} leave what the operand compares as alone? */
static int
apply_cast(struct parse *p, struct operand *o, const struct sqltype *to,
    size_t at)
{
	int numeric = to->type == COLUMN_NUMERIC && to->precision < 0;
	int integer = to->type == COLUMN_SMALLINT ||
	    to->type == COLUMN_INTEGER || to->type == COLUMN_BIGINT;

	if (o->constant && o->class == CLASS_TEXT &&
	    (numeric || integer || to->type == COLUMN_DOUBLE) &&
	    !unquote_number(p, o, at))
		return (0);
	switch (o->class) {
	case CLASS_INTEGER:
		return (numeric || to->type == COLUMN_DOUBLE ||
		    to->type == COLUMN_BIGINT || (o->constant && integer));
	case CLASS_NUMERIC:
		return (o->constant && (numeric ||
		    to->type == COLUMN_DOUBLE));
	case CLASS_TEXT:
		if (o->constant && !to->known) {
			o->class = CLASS_LABEL;	/* 'open'::status */
			return (1);
		}
		return (to->type == COLUMN_TEXT && to->max_length < 0);
	case CLASS_LABEL:
		if (to->type != COLUMN_TEXT || to->max_length >= 0)
			return (0);
		o->class = CLASS_TEXT;
		return (1);
	case CLASS_OTHER:
		return (1);	/* only asked whether it is null */
	default:
		return (0);
	}
}

/* Take the name of a type; its bytes. */
static size_t
type_length(const char *s)
{
	const char *start = s, *end;

	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '(') {
			end = strchr(s + 1, *s == '"' ? '"' : ')');
			if (end == NULL)
				break;
			s = end;
		} else if (s[0] == '[' && s[1] == ']')
			s++;
		else if (!is_letter(*s) && !is_digit(*s) &&
		    strchr(". $", *s) == NULL)
			break;
		/* Words go on only in a type of several words. */
		if (*s == ' ' && strncmp(s, " varying", 8) != 0 &&
		    strncmp(s, " precision", 10) != 0)
			break;
	}
	return ((size_t)(s - start));
}

static int
parse_casts(struct parse *p, struct operand *o, size_t at)
{
	struct sqltype st;
	size_t len;

	while (take(p, "::")) {
		len = type_length(p->s);
		(void)sqltype_read(&st, p->s, len);
		if (len == 0 || !apply_cast(p, o, &st, at))
			return (0);
		p->s += len;
	}
	return (1);
}

static int parse_operand(struct parse *p, struct operand *o);

/* The functions that both sides have, of one text. */
static int
parse_function(struct parse *p, struct operand *o)
{
	static const struct {
		const char	*name, *sqlite;
		enum class	 class;
	} functions[] = {
		{ "length", "length", CLASS_INTEGER },
		{ "char_length", "length", CLASS_INTEGER },
		{ "character_length", "length", CLASS_INTEGER },
		{ "btrim", "trim", CLASS_TEXT }
	};
	struct mark m = here(p);
	struct operand arg;
	size_t i;

	for (i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		if (!take(p, functions[i].name) || !take(p, "(")) {
			(void)go_back(p, m);
			continue;
		}
		buf_printf(p->b, "%s(", functions[i].sqlite);
		if (!parse_operand(p, &arg) || arg.class != CLASS_TEXT ||
		    !take(p, ")"))
			return (go_back(p, m));
		buf_putc(p->b, ')');
		o->class = functions[i].class;
		return (1);
	}
	return (go_back(p, m));
}

static int
parse_bare_operand(struct parse *p, struct operand *o)
{

	if (take(p, "(")) {
		if (p->depth == DEPTH_MAX)
			return (0);
		p->depth++;
		if (!parse_operand(p, o) || !take(p, ")"))
			return (0);
		p->depth--;
		return (1);
	}
	return (parse_number(p, o) || parse_string(p, o) ||
	    parse_boolean(p, o) || parse_function(p, o) ||
	    parse_column(p, o));
}

static int
parse_operand(struct parse *p, struct operand *o)
{
	struct mark m = here(p);
	int depth = p->depth;

	memset(o, 0, sizeof(*o));
	if (parse_bare_operand(p, o) && parse_casts(p, o, m.len)) {
		o->at = m.len;
		o->len = p->b->len - m.len;
		return (1);
	}
	p->depth = depth;
	return (go_back(p, m));
}

static int
is_number(const struct operand *o)
{

	return (o->class == CLASS_INTEGER || o->class == CLASS_NUMERIC ||
	    o->class == CLASS_REAL || o->class == CLASS_DOUBLE);
}

/*
 * Numbers.  PostgreSQL compares numerics exactly and SQLite as doubles, which
 * is the same where both are short enough to stay apart; where one is not,
 * "at least" and "at most" still hold for all that held before.
 */
static int
same_for_numbers(const struct parse *p, const struct operand *x,
    const struct operand *y, const char *op)
{
	int strict = p->negated ||
	    (strcmp(op, ">=") != 0 && strcmp(op, "<=") != 0);

	if (x->constant && y->constant)
		return (0);
	if (x->constant)
		return (same_for_numbers(p, y, x, op));
	if (y->constant && y->digits > DOUBLE_DIGITS)
		return (0);
	switch (x->class) {
	case CLASS_INTEGER:
		return (y->constant || y->class == CLASS_INTEGER);
	case CLASS_DOUBLE:
		return (y->constant || y->class == CLASS_DOUBLE);
	case CLASS_REAL:
		return (y->constant && !y->fraction);
	default:
		if (!y->constant && (y->class != CLASS_NUMERIC ||
		    y->digits == 0 || y->digits > DOUBLE_DIGITS))
			return (0);
		return (!strict ||
		    (x->digits > 0 && x->digits <= DOUBLE_DIGITS));
	}
}

/* Does "x op y" say the same on both sides? */
static int
is_same(const struct parse *p, const struct operand *x,
    const struct operand *y, const char *op)
{
	int equality = strcmp(op, "=") == 0 || strcmp(op, "<>") == 0;

	if (is_number(x) && is_number(y))
		return (same_for_numbers(p, x, y, op));
	if (!equality || (x->constant && y->constant))
		return (0);
	if (x->class == CLASS_BOOLEAN || x->class == CLASS_TEXT)
		return (x->class == y->class);
	/* A label is a constant of a name that is not known, or a column;
	 * a bare string beside it would not have been left uncast. */
	return (x->class == CLASS_LABEL && y->class == CLASS_LABEL);
}

static const char *
take_operator(struct parse *p)
{
	static const char *const operators[] = {
		"<=", ">=", "<>", "=", "<", ">"
	};
	struct mark m = here(p);
	size_t i;

	for (i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
		if (take(p, operators[i]))
			break;
	/* Nor may it be the beginning of a longer one. */
	if (i < sizeof(operators) / sizeof(operators[0]) && *p->s == ' ')
		return (operators[i]);
	(void)go_back(p, m);
	return (NULL);
}

/* Skip the casts of an array, which say what its elements are cast to. */
static void
skip_array_casts(struct parse *p)
{

	while (take(p, "::"))
		p->s += type_length(p->s);
}

/*
 * The list of "x = ANY (ARRAY[...])" or "x <> ALL (...)", as comparisons with
 * each value; the operand ${x} stands at the end of the output.
 */
static int
parse_list(struct parse *p, const struct operand *x, const char *op)
{
	const char *word = strcmp(op, "=") == 0 ? "ANY" : "ALL";
	struct buf name = { 0 };
	struct operand y;
	size_t open = 0, n = 0;

	if (!take(p, word))
		return (0);
	while (take(p, "("))
		open++;
	if (open == 0 || !take(p, "ARRAY["))
		return (0);
	buf_put(&name, p->b->s + x->at, x->len);
	p->b->len = x->at;
	buf_putc(p->b, '(');
	do {
		if (n++ > 0)
			buf_puts(p->b, *op == '=' ? " OR " : " AND ");
		buf_put(p->b, name.s, name.len);
		buf_printf(p->b, " %s ", op);
		if (++p->terms > TERMS_MAX || !parse_operand(p, &y) ||
		    !y.constant || !is_same(p, x, &y, op)) {
			buf_free(&name);
			return (0);
		}
	} while (take(p, ","));
	buf_free(&name);
	buf_putc(p->b, ')');
	if (!take(p, "]"))
		return (0);
	skip_array_casts(p);
	for (; open > 0; open--) {
		if (!take(p, ")"))
			return (0);
		skip_array_casts(p);
	}
	return (1);
}

static int
parse_comparison(struct parse *p)
{
	struct operand x, y;
	const char *op;

	if (++p->terms > TERMS_MAX || !parse_operand(p, &x))
		return (0);
	if (take(p, "IS NOT NULL")) {
		buf_puts(p->b, " IS NOT NULL");
		return (1);
	}
	if (take(p, "IS NULL")) {
		buf_puts(p->b, " IS NULL");
		return (1);
	}
	if ((op = take_operator(p)) == NULL)
		return (x.class == CLASS_BOOLEAN && !x.constant);
	skip_space(p);
	if (strncmp(p->s, "ANY", 3) == 0 || strncmp(p->s, "ALL", 3) == 0)
		return ((*op == '=' || strcmp(op, "<>") == 0) &&
		    parse_list(p, &x, op));
	buf_printf(p->b, " %s ", op);
	return (parse_operand(p, &y) && is_same(p, &x, &y, op));
}

static int parse_or(struct parse *p);

static int
parse_condition(struct parse *p)
{
	struct mark m = here(p);
	int depth = p->depth;

	if (p->depth == DEPTH_MAX)
		return (0);
	if (take(p, "NOT")) {
		p->depth++;
		p->negated++;
		buf_puts(p->b, "NOT ");
		if (!parse_condition(p))
			return (0);
		p->negated--;
		p->depth = depth;
		return (1);
	}
	if (parse_comparison(p))
		return (1);
	(void)go_back(p, m);
	p->depth = depth;
	if (!take(p, "("))
		return (0);
	p->depth++;
	buf_putc(p->b, '(');
	if (!parse_or(p) || !take(p, ")"))
		return (0);
	buf_putc(p->b, ')');
	p->depth = depth;
	return (1);
}

static int
parse_and(struct parse *p)
{

	while (parse_condition(p)) {
		if (!take(p, "AND"))
			return (1);
		buf_puts(p->b, " AND ");
	}
	return (0);
}

static int
parse_or(struct parse *p)
{

	while (parse_and(p)) {
		if (!take(p, "OR"))
			return (1);
		buf_puts(p->b, " OR ");
	}
	return (0);
}

/* Is all that was appended since ${at} inside one pair of parentheses? */
static int
is_enclosed(const struct buf *b, size_t at)
{
	size_t i, depth = 0;
	char quote = '\0';

	for (i = at; i < b->len; i++) {
		if (quote != '\0')
			quote = b->s[i] == quote ? '\0' : quote;
		else if (b->s[i] == '"' || b->s[i] == '\'')
			quote = b->s[i];
		else if (b->s[i] == '(')
			depth++;
		else if (b->s[i] == ')')
			depth--;
		if (depth == 0)
			return (i > at && i + 1 == b->len);
	}
	return (0);
}

static void
strip_parentheses(struct buf *b, size_t at)
{

	while (is_enclosed(b, at)) {
		b->len -= 2;
		memmove(b->s + at, b->s + at + 1, b->len - at);
	}
}

int
sqlcheck_sqlite(const char *sql, const struct table *t,
    enum ddl_numeric numeric, struct buf *b)
{
	struct parse p = { .s = sql, .t = t, .numeric = numeric, .b = b };
	struct mark m = here(&p);

	(void)take(&p, "CHECK");
	if (parse_or(&p)) {
		skip_space(&p);
		if (*p.s == '\0') {
			strip_parentheses(b, m.len);
			return (1);
		}
	}
	return (go_back(&p, m));
}
