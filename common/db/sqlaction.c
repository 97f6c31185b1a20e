#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "db/sqlaction.h"
#include "schema/sqlscript.h"
#include "schema/sqltoken.h"

/* A statement's tokens, comments left out. */
struct tokens {
	struct sqltoken	*v;
	size_t		 n, i;
	struct arena	*a;
	struct sqlaction *out;
	size_t		 nout;
};

static void
read_tokens(const char *s, size_t len, struct tokens *t)
{
	struct sqltoken_scan sc = { .s = s, .end = s + len };
	struct sqltoken tok;

	/* There cannot be more tokens than bytes. */
	t->v = arena_alloc(t->a, (len + 1) * sizeof(*t->v));
	do {
		sqltoken_next(&sc, &tok);
		if (tok.kind != SQLTOKEN_COMMENT)
			t->v[t->n++] = tok;
	} while (tok.kind != SQLTOKEN_END);
	t->n--;
}

/* The token ${ahead} of the one at hand; the last one for ever after. */
static const struct sqltoken *
peek(const struct tokens *t, size_t ahead)
{

	return (&t->v[t->i + ahead < t->n ? t->i + ahead : t->n]);
}

static int
take(struct tokens *t, const char *word)
{

	if (!sqltoken_is(peek(t, 0), word))
		return (0);
	t->i++;
	return (1);
}

static int
is_name(const struct sqltoken *tok)
{

	return (tok->kind == SQLTOKEN_WORD || (tok->kind == SQLTOKEN_NAME &&
	    tok->quote != '\''));
}

static const char *
name_of(const struct tokens *t, const struct sqltoken *tok)
{
	struct buf b = { 0 };
	const char *s;

	sqltoken_name(tok, &b);
	s = arena_dup(t->a, b.len > 0 ? b.s : "", b.len);
	buf_free(&b);
	return (s);
}

static const char *
take_name(struct tokens *t)
{

	if (!is_name(peek(t, 0)))
		return (NULL);
	return (name_of(t, &t->v[t->i++]));
}

/* A table's name, perhaps behind that of its schema. */
static int
take_table(struct tokens *t, struct sqlaction *x)
{
	const char *from = peek(t, 0)->from, *end;

	if ((x->table = take_name(t)) == NULL)
		return (0);
	while (*peek(t, 0)->from == '.' && is_name(peek(t, 1))) {
		t->i++;
		x->table = take_name(t);
	}
	end = peek(t, 0)->from;
	while (end > from && strchr(" \t\r\n", end[-1]) != NULL)
		end--;
	x->table_sql = arena_dup(t->a, from, (size_t)(end - from));
	return (1);
}

static void
skip_if_exists(struct tokens *t)
{

	if (take(t, "if")) {
		(void)take(t, "not");
		(void)take(t, "exists");
	}
}

static void
put(struct tokens *t, const struct sqlaction *x)
{

	t->out[t->nout++] = *x;
}

/* Where the action at hand ends: at a comma, or with the statement. */
static size_t
find_end(const struct tokens *t)
{
	int depth = 0;
	size_t i;

	for (i = t->i; i < t->n; i++) {
		if (depth == 0 && t->v[i].kind == SQLTOKEN_COMMA)
			break;
		depth += (t->v[i].kind == SQLTOKEN_OPEN) -
		    (t->v[i].kind == SQLTOKEN_CLOSE);
	}
	return (i);
}

/* Has the definition ${word}, outside of parentheses, perhaps followed by
 * ${next}? */
static int
says(const struct tokens *t, size_t end, const char *word, const char *next)
{
	int depth = 0;
	size_t i;

	for (i = t->i; i < end; i++) {
		depth += (t->v[i].kind == SQLTOKEN_OPEN) -
		    (t->v[i].kind == SQLTOKEN_CLOSE);
		if (depth == 0 && sqltoken_is(&t->v[i], word) &&
		    (next == NULL || (i + 1 < end &&
		    sqltoken_is(&t->v[i + 1], next))))
			return (1);
	}
	return (0);
}

static int
is_constraint(const struct tokens *t)
{
	static const char *const words[] = {
		"constraint", "primary", "unique", "check", "foreign",
		"exclude"
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (sqltoken_is(peek(t, 0), words[i]))
			return (1);
	return (0);
}

/* A key that is added builds an index, unless there is one. */
static void
read_constraint(struct tokens *t, size_t end, struct sqlaction x)
{

	if (take(t, "constraint"))
		x.column = take_name(t);
	if (says(t, end, "using", "index") || (!take(t, "unique") &&
	    !take(t, "primary")))
		return;
	x.kind = SQLACTION_INDEX;
	x.constraint = 1;
	put(t, &x);
}

static void
read_add(struct tokens *t, size_t end, struct sqlaction x)
{

	if (!take(t, "column") && is_constraint(t)) {
		read_constraint(t, end, x);
		return;
	}
	skip_if_exists(t);
	if ((x.column = take_name(t)) == NULL)
		return;
	x.kind = SQLACTION_ADD;
	x.needs_value = says(t, end, "not", "null") &&
	    !says(t, end, "default", NULL) &&
	    !says(t, end, "generated", NULL) && !says(t, end, "as", NULL) &&
	    !says(t, end, "serial", NULL) && !says(t, end, "bigserial", NULL) &&
	    !says(t, end, "smallserial", NULL);
	put(t, &x);
}

static void
read_type(struct tokens *t, size_t end, struct sqlaction x)
{
	const char *from;

	(void)take(t, "column");
	if ((x.column = take_name(t)) == NULL)
		return;
	if (take(t, "set") && !take(t, "data"))
		return;
	if (!take(t, "type"))
		return;
	x.kind = SQLACTION_TYPE;
	from = peek(t, 0)->from;
	if (!says(t, end, "using", NULL) && !says(t, end, "collate", NULL))
		x.type = arena_dup(t->a, from, (size_t)(t->v[end].from -
		    from));
	put(t, &x);
}

static void
read_alter(struct tokens *t, const struct sqlaction *table)
{
	struct sqlaction x;
	size_t end;

	for (; t->i < t->n; t->i = end + 1) {
		x = *table;
		end = find_end(t);
		if (take(t, "add"))
			read_add(t, end, x);
		else if (take(t, "alter"))
			read_type(t, end, x);
		else if (take(t, "drop") || take(t, "rename")) {
			x.kind = sqltoken_is(&t->v[t->i - 1], "drop") ?
			    SQLACTION_DROP : SQLACTION_RENAME;
			if (!take(t, "column") && (is_constraint(t) ||
			    sqltoken_is(peek(t, 0), "to")))
				continue;
			skip_if_exists(t);
			if ((x.column = take_name(t)) != NULL)
				put(t, &x);
		}
	}
}

static void
read_index(struct tokens *t)
{
	struct sqlaction x = { .kind = SQLACTION_INDEX };

	x.concurrently = take(t, "concurrently");
	skip_if_exists(t);
	if (!sqltoken_is(peek(t, 0), "on"))
		x.column = take_name(t);
	if (*peek(t, 0)->from == '.') {
		t->i++;
		x.column = take_name(t);
	}
	if (!take(t, "on"))
		return;
	(void)take(t, "only");
	if (take_table(t, &x))
		put(t, &x);
}

static void
read_create(struct tokens *t)
{
	static const char *const before[] = {
		"global", "local", "temporary", "temp", "unlogged", "foreign",
		"unique"
	};
	struct sqlaction x = { .kind = SQLACTION_TABLE };
	size_t i;

	for (i = 0; i < sizeof(before) / sizeof(before[0]); i++)
		(void)take(t, before[i]);
	if (take(t, "index"))
		read_index(t);
	else if (take(t, "table")) {
		skip_if_exists(t);
		if (take_table(t, &x))
			put(t, &x);
	}
}

size_t
sqlaction_read(const struct sqlscript_statement *st, struct sqlaction **v,
    struct arena *a)
{
	struct tokens t = { .a = a };
	struct sqlaction x = { 0 };

	*v = NULL;
	if (!sqlscript_is(st, 0, "alter") && !sqlscript_is(st, 0, "create"))
		return (0);
	read_tokens(st->s, st->len, &t);
	t.out = arena_alloc(a, (t.n + 1) * sizeof(*t.out));
	if (take(&t, "create"))
		read_create(&t);
	else if (take(&t, "alter") && take(&t, "table")) {
		skip_if_exists(&t);
		(void)take(&t, "only");
		if (take_table(&t, &x))
			read_alter(&t, &x);
	}
	*v = t.out;
	return (t.nout);
}

int
sqlaction_names(const char *s, size_t len, const char *name)
{
	struct sqltoken_scan sc = { .s = s, .end = s + len };
	struct sqltoken tok;

	do {
		sqltoken_next(&sc, &tok);
		if (is_name(&tok) && tok.len == strlen(name) &&
		    strncasecmp(tok.s, name, tok.len) == 0)
			return (1);
	} while (tok.kind != SQLTOKEN_END);
	return (0);
}
