#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "schema/sqlitedef.h"
#include "schema/sqltoken.h"

/* A statement as it is read, one token ahead. */
struct def {
	struct sqltoken_scan	 sc;
	struct sqltoken		 tok;
	struct table		*t;
	struct arena		*a;
	size_t			 checks_cap;
	size_t			 nrefs;		/* references seen */
	const char		*name;		/* of the constraint, or NULL */
};

static void
next(struct def *d)
{

	do
		sqltoken_next(&d->sc, &d->tok);
	while (d->tok.kind == SQLTOKEN_COMMENT);
}

static void
start(struct def *d, const char *sql, size_t len)
{

	d->sc.s = sql;
	d->sc.end = sql + len;
	next(d);
}

static int
at_end(const struct def *d)
{

	return (d->tok.kind == SQLTOKEN_END);
}

/* Take the keyword if it comes next. */
static int
take(struct def *d, const char *word)
{

	if (!sqltoken_is(&d->tok, word))
		return (0);
	next(d);
	return (1);
}

static const char *
take_name(struct def *d)
{
	struct buf b = { 0 };
	const char *name;

	if (d->tok.kind != SQLTOKEN_WORD && d->tok.kind != SQLTOKEN_NAME)
		return (NULL);
	sqltoken_name(&d->tok, &b);
	name = arena_dup(d->a, buf_z(&b), b.len);
	buf_free(&b);
	next(d);
	return (name);
}

/* Keep the code from ${from} up to ${to}. */
static const char *
keep_code(struct def *d, const char *from, const char *to)
{
	struct buf b = { 0 };
	const char *code;

	sqltoken_code(from, (size_t)(to - from), &b);
	code = arena_dup(d->a, buf_z(&b), b.len);
	buf_free(&b);
	return (code);
}

/* Skip what stands in parentheses, and return the code in them; NULL when
 * there are none. */
static const char *
take_parentheses(struct def *d)
{
	const char *from, *to;
	int depth = 0;

	if (d->tok.kind != SQLTOKEN_OPEN)
		return (NULL);
	from = d->sc.s;
	do {
		to = d->tok.from;
		if (d->tok.kind == SQLTOKEN_OPEN)
			depth++;
		else if (d->tok.kind == SQLTOKEN_CLOSE)
			depth--;
		if (depth > 0) {
			next(d);
			to = d->tok.from;
		}
	} while (depth > 0 && !at_end(d));
	if (depth > 0)
		return (NULL);
	next(d);
	return (keep_code(d, from, to));
}

/* Skip the rest of an item: to the next comma or the end of the list. */
static void
skip_item(struct def *d)
{

	while (!at_end(d) && d->tok.kind != SQLTOKEN_COMMA &&
	    d->tok.kind != SQLTOKEN_CLOSE)
		if (d->tok.kind != SQLTOKEN_OPEN ||
		    take_parentheses(d) == NULL)
			next(d);
}

static const char *
take_conflict(struct def *d)
{

	if (!sqltoken_is(&d->tok, "ON"))
		return (NULL);
	next(d);
	return (take(d, "CONFLICT") ? take_name(d) : NULL);
}

static void
add_check(struct def *d, const char *sql)
{
	struct table *t = d->t;
	struct table_check *v;

	if (sql == NULL)
		return;
	if (t->nchecks == d->checks_cap) {
		d->checks_cap = d->checks_cap * 2 + 8;
		v = arena_alloc(d->a, d->checks_cap * sizeof(*v));
		if (t->nchecks > 0)
			memcpy(v, t->checks, t->nchecks * sizeof(*v));
		t->checks = v;
	}
	t->checks[t->nchecks++] = (struct table_check){
		.name = d->name, .sql = sql
	};
}

/* A column by the name of the token, in whatever case of ASCII letters. */
static ptrdiff_t
find_column(const struct def *d, const char *name)
{
	size_t i, k;
	char x, y;

	for (i = 0; name != NULL && i < d->t->ncolumns; i++) {
		for (k = 0; name[k] != '\0'; k++) {
			x = name[k];
			y = d->t->columns[i].name[k];
			if (x != y && ((x | 0x20) != (y | 0x20) ||
			    (x | 0x20) < 'a' || (x | 0x20) > 'z'))
				break;
		}
		if (name[k] == '\0' && d->t->columns[i].name[k] == '\0')
			return ((ptrdiff_t)i);
	}
	return (-1);
}

/* The columns in parentheses, each perhaps with a collation and an order. */
static void
take_columns(struct def *d, struct column_list *list)
{
	ptrdiff_t column;

	list->n = 0;
	list->v = arena_alloc(d->a,
	    (d->t->ncolumns + 1) * sizeof(*list->v));
	if (d->tok.kind != SQLTOKEN_OPEN)
		return;
	do {
		next(d);
		column = find_column(d, take_name(d));
		if (column >= 0 && list->n < d->t->ncolumns)
			list->v[list->n++] = (size_t)column;
		skip_item(d);
	} while (d->tok.kind == SQLTOKEN_COMMA);
	if (d->tok.kind == SQLTOKEN_CLOSE)
		next(d);
}

static int
is_same_list(const struct column_list *a, const struct column_list *b)
{

	return (a->n == b->n && (a->n == 0 ||
	    memcmp(a->v, b->v, a->n * sizeof(*a->v)) == 0));
}

/* A unique key that was read gets its name where the model has it. */
static void
end_unique(struct def *d, const struct column_list *list)
{
	const char *conflict = take_conflict(d);
	struct table_key *key;
	size_t i;

	for (i = 0; i < d->t->nunique; i++) {
		key = &d->t->unique[i];
		if (key->is_index || !is_same_list(&key->columns, list))
			continue;
		if (d->name != NULL)
			key->name = d->name;
		key->on_conflict = conflict;
		return;
	}
}

static void
end_primary(struct def *d, struct column *c)
{
	struct table_key *key = &d->t->primary;

	if (!take(d, "ASC"))
		(void)take(d, "DESC");
	key->name = d->name;
	key->on_conflict = take_conflict(d);
	if (take(d, "AUTOINCREMENT") && c != NULL)
		c->autoincrement = 1;
}

/* What follows REFERENCES. */
static void
take_reference(struct def *d)
{
	struct table_ref none = { 0 }, *ref;

	ref = d->nrefs < d->t->nrefs ? &d->t->refs[d->nrefs] : &none;
	d->nrefs++;
	ref->name = d->name;
	(void)take_name(d);
	(void)take_parentheses(d);
	for (;;) {
		if (take(d, "ON")) {
			next(d);		/* DELETE, UPDATE */
			if (!take(d, "SET"))
				(void)take(d, "NO");
			next(d);		/* NULL, ACTION, CASCADE */
		} else if (take(d, "MATCH")) {
			next(d);		/* SQLite takes no notice */
		} else if (take(d, "DEFERRABLE")) {
			ref->deferrable = 1;
			if (take(d, "INITIALLY")) {
				ref->deferred =
				    sqltoken_is(&d->tok, "DEFERRED");
				next(d);
			}
		} else if (sqltoken_is(&d->tok, "NOT")) {
			next(d);
			if (!take(d, "DEFERRABLE")) {
				/* NOT NULL follows the reference. */
				(void)take(d, "NULL");
				continue;
			}
			if (take(d, "INITIALLY"))
				next(d);
		} else
			break;
	}
}

static int
begins_constraint(const struct sqltoken *tok)
{
	static const char *const words[] = {
		"CONSTRAINT", "PRIMARY", "NOT", "NULL", "UNIQUE", "CHECK",
		"DEFAULT", "COLLATE", "REFERENCES", "GENERATED", "AS"
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (sqltoken_is(tok, words[i]))
			return (1);
	return (0);
}

static void
take_default(struct def *d)
{

	if (take_parentheses(d) != NULL)
		return;
	if (d->tok.kind == SQLTOKEN_OTHER)	/* a sign */
		next(d);
	next(d);
	/* 1.5 and X'00' are two tokens or more. */
	while (d->tok.kind == SQLTOKEN_OTHER ||
	    ((d->tok.kind == SQLTOKEN_WORD || d->tok.kind == SQLTOKEN_NAME) &&
	    !begins_constraint(&d->tok)))
		next(d);
}

static void
take_generated(struct def *d, struct column *c)
{
	const char *sql = take_parentheses(d);

	if (c != NULL) {
		c->generated_sql = sql;
		c->is_virtual = !sqltoken_is(&d->tok, "STORED");
	}
	if (!take(d, "STORED"))
		(void)take(d, "VIRTUAL");
}

/* One constraint of a column; 0 when there is none. */
static int
take_constraint(struct def *d, ptrdiff_t column)
{
	struct column *c = column < 0 ? NULL : &d->t->columns[column];
	size_t place = (size_t)column;
	struct column_list list = { &place, column >= 0 };
	const char *text;

	d->name = NULL;
	while (take(d, "CONSTRAINT"))
		d->name = take_name(d);
	if (take(d, "PRIMARY")) {
		(void)take(d, "KEY");
		end_primary(d, c);
	} else if (take(d, "NOT")) {
		(void)take(d, "NULL");
		text = take_conflict(d);
		if (c != NULL)
			c->on_conflict = text;
	} else if (take(d, "NULL")) {
		(void)take_conflict(d);
	} else if (take(d, "UNIQUE")) {
		end_unique(d, &list);
	} else if (take(d, "CHECK")) {
		add_check(d, take_parentheses(d));
	} else if (take(d, "DEFAULT")) {
		take_default(d);
	} else if (take(d, "COLLATE")) {
		text = take_name(d);
		if (c != NULL)
			c->collation = text;
	} else if (take(d, "REFERENCES")) {
		take_reference(d);
	} else if (take(d, "GENERATED")) {
		(void)take(d, "ALWAYS");
		(void)take(d, "AS");
		take_generated(d, c);
	} else if (take(d, "AS")) {
		take_generated(d, c);
	} else
		return (0);
	return (1);
}

static void
take_column(struct def *d)
{
	ptrdiff_t column = find_column(d, take_name(d));

	while (!at_end(d) && !begins_constraint(&d->tok) &&
	    d->tok.kind != SQLTOKEN_COMMA && d->tok.kind != SQLTOKEN_CLOSE)
		if (take_parentheses(d) == NULL)
			next(d);
	while (take_constraint(d, column))
		continue;
	skip_item(d);
}

/* An item of the list that is a constraint of the table; 0 when it is not. */
static int
take_table_constraint(struct def *d)
{
	struct column_list list;

	d->name = NULL;
	while (take(d, "CONSTRAINT"))
		d->name = take_name(d);
	if (take(d, "PRIMARY")) {
		(void)take(d, "KEY");
		take_columns(d, &list);
		end_primary(d, NULL);
	} else if (take(d, "UNIQUE")) {
		take_columns(d, &list);
		end_unique(d, &list);
	} else if (take(d, "CHECK")) {
		add_check(d, take_parentheses(d));
	} else if (take(d, "FOREIGN")) {
		(void)take(d, "KEY");
		(void)take_parentheses(d);
		(void)take(d, "REFERENCES");
		take_reference(d);
	} else
		return (d->name != NULL);
	return (1);
}

/* Go behind the parenthesis that opens the list of columns. */
static int
find_list(struct def *d)
{

	while (!at_end(d) && d->tok.kind != SQLTOKEN_OPEN)
		next(d);
	return (d->tok.kind == SQLTOKEN_OPEN);
}

void
sqlitedef_table(const char *sql, size_t len, struct table *t, struct arena *a)
{
	struct def d = { .t = t, .a = a, .checks_cap = t->nchecks };

	start(&d, sql, len);
	if (!find_list(&d))
		return;
	do {
		next(&d);
		/* Constraints of the table may stand without commas. */
		if (take_table_constraint(&d))
			while (d.tok.kind == SQLTOKEN_WORD &&
			    take_table_constraint(&d))
				continue;
		else
			take_column(&d);
		skip_item(&d);
	} while (d.tok.kind == SQLTOKEN_COMMA);
}

/* One part of an index without COLLATE, ASC and DESC at its end, which the
 * pragmas tell. */
static const char *
take_part(struct def *d)
{
	const char *from = d->tok.from, *to = NULL;

	while (!at_end(d) && d->tok.kind != SQLTOKEN_COMMA &&
	    d->tok.kind != SQLTOKEN_CLOSE) {
		if (sqltoken_is(&d->tok, "ASC") ||
		    sqltoken_is(&d->tok, "DESC")) {
			to = to != NULL ? to : d->tok.from;
			next(d);
		} else if (sqltoken_is(&d->tok, "COLLATE")) {
			to = d->tok.from;
			next(d);
			next(d);
		} else {
			/* What stands in the middle belongs to it. */
			to = NULL;
			if (take_parentheses(d) == NULL)
				next(d);
		}
	}
	return (keep_code(d, from, to != NULL ? to : d->tok.from));
}

void
sqlitedef_index(const char *sql, size_t len, struct table_index *x,
    struct arena *a)
{
	struct def d = { .a = a };
	const char *part;
	size_t i = 0;

	start(&d, sql, len);
	if (!find_list(&d))
		return;
	do {
		next(&d);
		part = take_part(&d);
		if (i < x->nparts && x->parts[i].field == NULL)
			x->parts[i].sql = part;
		i++;
	} while (d.tok.kind == SQLTOKEN_COMMA);
	next(&d);
	if (sqltoken_is(&d.tok, "WHERE"))
		x->where = keep_code(&d, d.sc.s, d.sc.end);
}

const char *
sqlitedef_view(const char *sql, size_t len, struct arena *a)
{
	struct def d = { .a = a };

	for (start(&d, sql, len); !at_end(&d); ) {
		if (sqltoken_is(&d.tok, "AS"))
			return (keep_code(&d, d.sc.s, d.sc.end));
		if (take_parentheses(&d) == NULL)
			next(&d);
	}
	return (NULL);
}

/*
 * Labels.
 */
static int
take_this(struct def *d, const struct column *c)
{
	const char *name;

	if (d->tok.quote == '\'' || (name = take_name(d)) == NULL)
		return (0);
	return (strcmp(name, c->name) == 0);
}

static int
take_operator(struct def *d, char c)
{

	if (d->tok.kind != SQLTOKEN_OTHER || *d->tok.s != c)
		return (0);
	next(d);
	return (1);
}

struct labels {
	const char	**v;
	size_t		  n, cap;
};

static int
take_label(struct def *d, struct labels *labels)
{

	if (d->tok.kind != SQLTOKEN_NAME || d->tok.quote != '\'')
		return (0);
	labels->v = mem_grow(labels->v, &labels->cap, labels->n + 1,
	    sizeof(*labels->v));
	labels->v[labels->n++] = take_name(d);
	return (1);
}

/* x = 'a' OR x = 'b' ... */
static int
take_comparisons(struct def *d, const struct column *c, struct labels *labels)
{

	do {
		if (!take_this(d, c) || !take_operator(d, '='))
			return (0);
		(void)take_operator(d, '=');
		if (!take_label(d, labels))
			return (0);
	} while (take(d, "OR"));
	return (at_end(d));
}

/* x IN ('a', 'b', ...) */
static int
take_list(struct def *d, const struct column *c, struct labels *labels)
{

	if (!take_this(d, c) || !take(d, "IN") ||
	    d->tok.kind != SQLTOKEN_OPEN)
		return (0);
	do {
		next(d);
		if (!take_label(d, labels))
			return (0);
	} while (d->tok.kind == SQLTOKEN_COMMA);
	if (d->tok.kind != SQLTOKEN_CLOSE)
		return (0);
	next(d);
	return (at_end(d));
}

static int
has_twins(const struct labels *labels)
{
	size_t i, k;

	for (i = 1; i < labels->n; i++)
		for (k = 0; k < i; k++)
			if (strcmp(labels->v[i], labels->v[k]) == 0)
				return (1);
	return (0);
}

int
sqlitedef_labels(struct column *c, const char *sql, struct arena *a)
{
	struct labels labels = { NULL, 0, 0 };
	struct def d = { .a = a };
	int found;

	start(&d, sql, strlen(sql));
	found = take_comparisons(&d, c, &labels);
	if (!found) {
		labels.n = 0;
		start(&d, sql, strlen(sql));
		found = take_list(&d, c, &labels);
	}
	if (found && !has_twins(&labels)) {
		c->labels = arena_alloc(a, labels.n * sizeof(*c->labels));
		memcpy(c->labels, labels.v, labels.n * sizeof(*c->labels));
		c->nlabels = labels.n;
	} else
		found = 0;
	mem_free(labels.v);
	return (found);
}
