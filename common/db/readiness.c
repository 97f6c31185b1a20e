#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/near.h"
#include "base/quote.h"
#include "db/readiness.h"
#include "db/readiness_keys.h"
#include "db/target.h"
#include "json/json.h"
#include "row/row.h"
#include "schema/findings.h"
#include "schema/mend.h"
#include "schema/table.h"

#define BATCH		500	/* asked about at once */
#define REFUSED_MOST	2000	/* values of a column that the server has
				   refused; then it is asked no more */
#define PLANS		64	/* sets of fields that are remembered */
#define UNKNOWN_MOST	100	/* fields without column that are said */

/* How the fields of rows of one shape stand to the columns. */
struct plan {
	uint64_t	  shape;
	ptrdiff_t	 *column;	/* of each field; -1: none */
	struct finding	**unknown;	/* of each field without column */
	size_t		  cap_column, cap_unknown;
	struct finding	**missing;	/* of each column that must be given
					   and is not, else NULL */
	int		  blind;	/* checks cannot be tried */
};

/* Values that only the database can judge. */
struct asking {
	char		*value[BATCH];
	uint64_t	 row[BATCH];
	size_t		 n;
	uint64_t	 refused;
};

struct readiness {
	struct target		*target;
	const struct table	*table;
	struct findings		*fs;
	struct readiness_keys	*keys;
	struct plan		 plans[PLANS];
	size_t			 nunknown; /* fields without column */
	struct finding		*rest;	/* further ones */
	struct asking		**asking;	/* NULL until needed */
	struct err		*why;		/* BATCH of them */
	struct err		 said;		/* of the value at hand; it is
						   large, and cleared only by
						   who sets it */
	struct target_given	*given;
	const struct json_value	**values;	/* of the row at hand */
	char			*row_text[BATCH];
	uint64_t		 row_number[BATCH];
	size_t			 nrows;
	uint64_t		*bad;		/* rows refused in this batch */
	size_t			 nbad, bad_cap;
	struct arena		*a;
};

struct readiness *
readiness_new(struct target *target, struct findings *fs, uint64_t memory)
{
	struct readiness *r = mem_alloc(sizeof(*r));
	size_t n = target_table(target)->ncolumns, i;

	r->target = target;
	r->table = target_table(target);
	r->fs = fs;
	r->keys = readiness_keys_new(target, fs, memory);
	r->asking = mem_array(n, sizeof(struct asking *));
	r->why = mem_array(BATCH, sizeof(*r->why));
	r->given = mem_array(n, sizeof(*r->given));
	r->values = mem_array(n, sizeof(struct json_value *));
	for (i = 0; i < PLANS; i++)
		r->plans[i].missing = mem_array(n, sizeof(struct finding *));
	r->a = arena_new();
	return (r);
}

/*
 * Fields and columns.
 */

/* A fault of the rows can give each a field of its own. */
static struct finding *
further_fields(struct readiness *r, uint64_t number)
{
	int fresh;

	if (r->rest != NULL)
		return (r->rest);
	r->rest = findings_row(r->fs, FINDINGS_FAIL, "unknown", NULL, NULL,
	    number, &fresh);
	r->rest->rows--;
	findings_say(r->rest, "further fields, for which the target has no"
	    " column either");
	return (r->rest);
}

static struct finding *
unknown_field(struct readiness *r, const char *name, size_t len,
    uint64_t number)
{
	const char *field = arena_dup(r->a, name, len);
	struct buf b = { 0 }, mend = { 0 }, program = { 0 };
	struct finding *f;
	struct near near;
	struct quote q, q2;
	size_t i;
	int fresh;

	if (r->nunknown == UNKNOWN_MOST &&
	    findings_find(r->fs, "unknown", field) == NULL)
		return (further_fields(r, number));
	f = findings_row(r->fs, FINDINGS_FAIL, "unknown", field, NULL, number,
	    &fresh);
	f->rows--;
	if (!fresh)
		return (f);
	r->nunknown++;
	near_start(&near, field);
	for (i = 0; i < r->table->ncolumns; i++)
		near_offer(&near, r->table->columns[i].name);
	buf_printf(&b, "the target has no column %s", quote_z(&q, field));
	if (near_best(&near) != NULL) {
		buf_printf(&b, "; perhaps %s is meant",
		    quote_z(&q2, near_best(&near)));
		buf_puts(&program, "with_entries(if .key == ");
		mend_string(&program, field);
		buf_puts(&program, " then .key = ");
		mend_string(&program, near_best(&near));
		buf_puts(&program, " else . end)");
		buf_puts(&mend, "row-map ");
		mend_shell(&mend, program.s, program.len);
	} else
		mend_map(&mend, "del(@)", field, NULL);
	findings_say(f, buf_z(&b));
	findings_mend(f, buf_z(&mend));
	buf_free(&program);
	buf_free(&b);
	buf_free(&mend);
	return (f);
}

static struct finding *
missing_column(struct readiness *r, size_t column, uint64_t number)
{
	const struct column *c = &r->table->columns[column];
	struct buf mend = { 0 };
	struct finding *f;
	int fresh;

	f = findings_row(r->fs, FINDINGS_FAIL, "missing", c->name, NULL,
	    number, &fresh);
	f->rows--;
	if (!fresh)
		return (f);
	findings_say(f, "column is NOT NULL without default, and rows do not "
	    "have it");
	mend_null(&mend, c);
	findings_mend(f, buf_z(&mend));
	buf_free(&mend);
	return (f);
}

static struct plan *
find_plan(struct readiness *r, const struct row *row, uint64_t number)
{
	struct plan *p = &r->plans[row->shape % PLANS];
	const char *name;
	size_t i, len;

	if (p->shape == row->shape)
		return (p);
	p->shape = row->shape;
	p->blind = 0;
	p->column = mem_grow(p->column, &p->cap_column, row->nfields,
	    sizeof(*p->column));
	p->unknown = mem_grow(p->unknown, &p->cap_unknown, row->nfields,
	    sizeof(struct finding *));
	memset(r->values, 0, r->table->ncolumns * sizeof(*r->values));
	for (i = 0; i < row->nfields; i++) {
		name = json_string(&row->fields[i].key, r->a, &len);
		p->column[i] = target_column(r->target, name, len);
		p->unknown[i] = p->column[i] >= 0 ? NULL :
		    unknown_field(r, name, len, number);
		if (p->column[i] >= 0)
			r->values[p->column[i]] = &row->fields[i].value;
	}
	for (i = 0; i < r->table->ncolumns; i++) {
		p->missing[i] = NULL;
		if (r->values[i] != NULL)
			continue;
		if (target_blind(r->target, i))
			p->blind = 1;
		if (!target_fills(r->target, i))
			p->missing[i] = missing_column(r, i, number);
	}
	return (p);
}

/*
 * Findings about values.
 */

/* A message names its column first, which the finding does, too. */
static const char *
without_column(const char *message)
{
	const char *colon;

	if (strncmp(message, "column \"", 8) != 0)
		return (message);
	colon = strstr(message, "\": ");
	return (colon == NULL ? message : colon + 3);
}

static void
say_value(struct finding *f, const struct err *why, const char *s, size_t len)
{
	static const char tail[] = " would mend it";
	size_t n = strlen(why->hint);
	char hint[sizeof(why->hint)];

	findings_say(f, without_column(why->msg));
	findings_example(f, s, len);
	if (n < sizeof(tail) || strcmp(why->hint + n - sizeof(tail) + 1,
	    tail) != 0)
		return;
	memcpy(hint, why->hint, n);
	hint[n - sizeof(tail) + 1] = '\0';
	findings_mend(f, hint);
}

static void
bad_value(struct readiness *r, enum findings_level level, size_t column,
    const struct err *why, const char *s, size_t len, uint64_t number)
{
	const struct column *c = &r->table->columns[column];
	const char *detail = NULL;
	struct finding *f;
	struct quote q;
	int fresh;

	/* Each wrong label is a finding of its own: each has a right one. */
	if (strcmp(why->rule, "enum") == 0)
		detail = quote(&q, s, len);
	f = findings_row(r->fs, level, why->rule, c->name, detail, number,
	    &fresh);
	if (fresh)
		say_value(f, why, s, len);
}

/*
 * What is asked in batches.
 */

static int
is_bad(const struct readiness *r, uint64_t number)
{
	size_t i;

	for (i = 0; i < r->nbad; i++)
		if (r->bad[i] == number)
			return (1);
	return (0);
}

static void
add_bad(struct readiness *r, uint64_t number)
{

	if (is_bad(r, number))
		return;
	r->bad = mem_grow(r->bad, &r->bad_cap, r->nbad + 1, sizeof(*r->bad));
	r->bad[r->nbad++] = number;
}

static int
ask_column(struct readiness *r, size_t column, struct err *err)
{
	struct asking *q = r->asking[column];
	unsigned char refused[BATCH];
	const char *values[BATCH];
	size_t i;
	int rc = 0;

	if (q == NULL)
		return (0);
	for (i = 0; i < q->n; i++)
		values[i] = q->value[i];
	if (q->refused < REFUSED_MOST)
		rc = target_ask(r->target, column, values, q->n, refused,
		    r->why, err);
	else
		memset(refused, 0, sizeof(refused));
	for (i = 0; i < q->n; i++) {
		if (rc == 0 && refused[i]) {
			bad_value(r, FINDINGS_FAIL, column, &r->why[i],
			    values[i], strlen(values[i]), q->row[i]);
			add_bad(r, q->row[i]);
			q->refused++;
		}
		mem_free(q->value[i]);
	}
	q->n = 0;
	return (rc);
}

struct checking {
	struct readiness	*r;
	const char *const	*texts;
	const uint64_t		*numbers;
};

static void
row_broken(void *cookie, size_t i, const char *check, const char *why)
{
	const struct checking *c = cookie;
	struct finding *f;
	struct buf b = { 0 };
	int fresh;

	f = findings_row(c->r->fs, FINDINGS_FAIL, "check", NULL, check,
	    c->numbers[i], &fresh);
	if (!fresh)
		return;
	if (why != NULL)
		buf_printf(&b, "check %s: %s", check, why);
	else if (target_file(c->r->target) == NULL)
		buf_printf(&b, "row breaks the check %s", check);
	else
		buf_puts(&b, check);
	findings_say(f, buf_z(&b));
	findings_example(f, c->texts[i], strlen(c->texts[i]));
	buf_free(&b);
}

static int
check_rows(struct readiness *r, struct err *err)
{
	const char *texts[BATCH];
	uint64_t numbers[BATCH];
	struct checking c = { r, texts, numbers };
	size_t i, n = 0;
	int rc;

	for (i = 0; i < r->nrows; i++) {
		if (is_bad(r, r->row_number[i]))
			continue;
		numbers[n] = r->row_number[i];
		texts[n++] = r->row_text[i];
	}
	rc = target_check(r->target, texts, n, row_broken, &c, err);
	for (i = 0; i < r->nrows; i++)
		mem_free(r->row_text[i]);
	r->nrows = 0;
	return (rc);
}

/* Ask everything that waits: values first, which tell what rows are not worth
 * to be asked about. */
static int
flush(struct readiness *r, struct err *err)
{
	size_t i;

	for (i = 0; i < r->table->ncolumns; i++)
		if (ask_column(r, i, err) != 0)
			return (-1);
	if (check_rows(r, err) != 0)
		return (-1);
	r->nbad = 0;
	return (0);
}

/*
 * Rows.
 */

static int
ask_later(struct readiness *r, size_t column, const struct json_value *v,
    uint64_t number, struct err *err)
{
	struct asking *q = r->asking[column];

	if (q == NULL)
		q = r->asking[column] = mem_alloc(sizeof(*q));
	q->value[q->n] = mem_dup(v->s, v->len);
	q->row[q->n++] = number;
	return (q->n == BATCH ? flush(r, err) : 0);
}

/* Judge the value of a column.  Return 1 when it is refused, 0, or -1. */
static int
take_value(struct readiness *r, size_t column, const struct json_value *v,
    uint64_t number, struct err *err)
{
	struct target_given *g = &r->given[column];
	int64_t n;

	g->values++;
	if (v->type == JSON_NUMBER && json_int(v, &n) &&
	    (!g->has_max || n > g->max)) {
		g->max = n;
		g->has_max = 1;
	}
	if (r->table->columns[column].generated)
		return (0);
	switch (target_fit(r->target, column, v, r->a, &r->said)) {
	case TARGET_FITS:
		r->values[column] = v;
		return (0);
	case TARGET_UNSURE:
		r->values[column] = v;
		return (ask_later(r, column, v, number, err));
	case TARGET_CHANGES:
		r->values[column] = v;
		bad_value(r, FINDINGS_WARN, column, &r->said, v->s,
		    v->len, number);
		return (0);
	default:
		bad_value(r, FINDINGS_FAIL, column, &r->said, v->s,
		    v->len, number);
		return (1);
	}
}

static int
take_checks(struct readiness *r, const struct row *row, uint64_t number,
    struct err *err)
{

	if (!target_has_checks(r->target))
		return (0);
	r->row_text[r->nrows] = mem_dup(row->s, row->len);
	r->row_number[r->nrows++] = number;
	return (r->nrows == BATCH ? flush(r, err) : 0);
}

int
readiness_row(struct readiness *r, const struct row *row, uint64_t number,
    struct err *err)
{
	struct plan *p;
	int refused = 0, rest = 0, rc;
	size_t i;

	arena_reset(r->a);
	p = find_plan(r, row, number);
	memset(r->values, 0, r->table->ncolumns * sizeof(*r->values));
	for (i = 0; i < row->nfields; i++) {
		if (p->unknown[i] != NULL) {
			p->unknown[i]->rows += p->unknown[i] != r->rest ||
			    rest == 0;
			rest |= p->unknown[i] == r->rest;
			continue;
		}
		rc = take_value(r, (size_t)p->column[i],
		    &row->fields[i].value, number, err);
		if (rc < 0)
			return (-1);
		refused |= rc;
	}
	for (i = 0; i < r->table->ncolumns; i++) {
		if (p->missing[i] == NULL)
			continue;
		p->missing[i]->rows++;
		refused = 1;
	}
	if (!refused && !p->blind && take_checks(r, row, number, err) != 0)
		return (-1);
	return (readiness_keys_row(r->keys, r->values, number, r->a, err));
}

/*
 * The end.
 */

static void
say_clean(struct readiness *r, const char *check, const char *what)
{

	if (!findings_has(r->fs, check))
		(void)findings_add(r->fs, FINDINGS_OK, check, NULL, "%s",
		    what);
}

/* Has any value been found at fault? */
static int
has_value_findings(const struct findings *fs)
{
	static const char *const rules[] = {
		"enum", "maxLength", "range", "type", "uuid", "date", "time",
		"timestamp", "interval", "nul", "domain", "size", "loss"
	};
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (findings_has(fs, rules[i]))
			return (1);
	return (0);
}

static void
say_rest(struct readiness *r)
{

	say_clean(r, "unknown", "every field has a column");
	if (!findings_has(r->fs, "missing"))
		say_clean(r, "not-null", "no null where none may be");
	if (!has_value_findings(r->fs))
		(void)findings_add(r->fs, FINDINGS_OK, "values", NULL,
		    "every value fits its column");
	if (target_has_checks(r->target))
		say_clean(r, "check", "no row breaks a check");
	if (readiness_keys_count(r->keys, 0) > 0)
		say_clean(r, "foreign-key", "every parent is there");
	if (readiness_keys_count(r->keys, 1) > 0) {
		say_clean(r, "duplicate", "no two rows have the same key");
		say_clean(r, "conflict", "no key is in the target");
	}
	say_clean(r, "privileges", "nothing that a load needs is missing");
	say_clean(r, "triggers", "none that an insert would set off");
}

int
readiness_end(struct readiness *r, struct err *err)
{

	if (flush(r, err) != 0 || readiness_keys_end(r->keys, err) != 0 ||
	    target_facts(r->target, r->given, r->fs, err) != 0)
		return (-1);
	say_rest(r);
	return (0);
}

void
readiness_free(struct readiness *r)
{
	size_t i, j;

	if (r == NULL)
		return;
	for (i = 0; i < r->table->ncolumns; i++) {
		for (j = 0; r->asking[i] != NULL && j < r->asking[i]->n; j++)
			mem_free(r->asking[i]->value[j]);
		mem_free(r->asking[i]);
	}
	for (i = 0; i < r->nrows; i++)
		mem_free(r->row_text[i]);
	for (i = 0; i < PLANS; i++) {
		mem_free(r->plans[i].column);
		mem_free(r->plans[i].unknown);
		mem_free(r->plans[i].missing);
	}
	readiness_keys_free(r->keys);
	mem_free(r->asking);
	mem_free(r->bad);
	mem_free(r->why);
	mem_free(r->given);
	mem_free(r->values);
	arena_free(r->a);
	mem_free(r);
}
