#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "base/seen.h"
#include "base/sorter.h"
#include "base/spool.h"
#include "json/json.h"
#include "row/files.h"
#include "row/held.h"
#include "row/input.h"
#include "row/key.h"
#include "row/keyset.h"
#include "row/row.h"

#define MEMORY_LEAST	((size_t)4 << 20)

struct keyset_rule {
	struct key	*key;
	struct key	*parent;	/* references; NULL: unique */
	char		*path;		/* where the parents are; NULL: here */
};

/* What stands behind a key that is sorted: those that the others need come
 * first. */
enum role { ROLE_HAVE, ROLE_ASK };

struct keyset {
	size_t			 memory;
	struct keyset_rule	*rules;
	size_t			 n, cap;
	int			 nulls;		/* are compared */
	struct files		 files;		/* that the rows are of */
	struct buf		 b;		/* a key */

	struct seen		*seen;		/* NULL when there are too
						   many keys */
	struct sorter		*sorter;	/* keys: where, and which row */
	struct held		*held;		/* rows from then on */
	int			 ended;
	struct json_reader	*reader;	/* of rows that were held */
};

struct keyset *
keyset_new(uint64_t memory)
{
	struct keyset *ks = mem_alloc(sizeof(*ks));

	ks->memory = memory > SIZE_MAX / 2 ? SIZE_MAX / 2 : (size_t)memory;
	if (ks->memory < MEMORY_LEAST)
		ks->memory = MEMORY_LEAST;
	ks->seen = seen_new();
	return (ks);
}

static struct keyset_rule *
add_rule(struct keyset *ks, struct key *key)
{
	struct keyset_rule *rule;

	ks->rules = mem_grow(ks->rules, &ks->cap, ks->n + 1,
	    sizeof(*ks->rules));
	rule = &ks->rules[ks->n++];
	*rule = (struct keyset_rule){ .key = key };
	return (rule);
}

void
keyset_unique(struct keyset *ks, struct key *key)
{

	(void)add_rule(ks, key);
}

void
keyset_nulls(struct keyset *ks)
{

	ks->nulls = 1;
}

const char *
keyset_unseen(const struct keyset *ks, size_t *at)
{
	size_t i, j, n = 0;

	for (i = 0; i < ks->n; i++)
		for (j = 0; j < key_size(ks->rules[i].key); j++)
			if (n++ >= *at && !key_seen(ks->rules[i].key, j)) {
				*at = n;
				return (key_name(ks->rules[i].key, j));
			}
	return (NULL);
}

/*
 * Keys.  Those of all rules are in one table, or in one order, since each
 * begins with the number of its rule.
 */

/* Let ks->b be the key of ${row} under ${key}; return 0 when it has none. */
static int
make_key(struct keyset *ks, size_t rule, struct key *key,
    const struct row *row)
{

	ks->b.len = 0;
	ks->b.len += spool_put_count(buf_need(&ks->b, SPOOL_COUNT_MAX), rule);
	return (key_put(key, row, &ks->b) == 0 || ks->nulls);
}

/* Where a row is, as one number: mostly that of its line. */
#define WHERE_FILE	44		/* bits below that are the line */

static uint64_t
where(struct keyset *ks, const struct row *row)
{

	return ((uint64_t)files_number(&ks->files, row->file) << WHERE_FILE |
	    row->line);
}

/* Sort a key of the row that is ${at}. */
static int
sort_key(struct keyset *ks, const char *key, size_t len, enum role role,
    uint64_t at, struct err *err)
{
	char data[2 * SPOOL_COUNT_MAX];
	size_t n;

	n = spool_put_count(data, at);
	n += spool_put_count(data + n, held_count(ks->held));
	if (key != ks->b.s) {
		ks->b.len = 0;
		buf_put(&ks->b, key, len);
	}
	buf_putc(&ks->b, (char)role);
	return (sorter_add(ks->sorter, ks->b.s, ks->b.len, data, n, err));
}

/* From now on keys are sorted, and rows held. */
static int
begin_sorting(struct keyset *ks, struct err *err)
{
	size_t at = 0, len;
	const char *key;
	uint64_t number;
	int rc = 0;

	/* Half of the memory was that of the table, which is still there. */
	ks->sorter = sorter_new(ks->memory / 2);
	ks->held = held_new(ks->memory / 16);
	seen_end(ks->seen);
	while (rc == 0 && seen_next(ks->seen, &at, &key, &len, &number))
		rc = sort_key(ks, key, len, ROLE_HAVE, number, err);
	seen_free(ks->seen);
	ks->seen = NULL;
	return (rc);
}

/* The key ks->b is one that rows may refer to. */
static int
have_key(struct keyset *ks, struct err *err)
{
	uint64_t unused;

	if (ks->seen != NULL) {
		(void)seen_add(ks->seen, ks->b.s, ks->b.len, 0, &unused);
		if (seen_size(ks->seen, 0) <= ks->memory / 2)
			return (0);
		return (begin_sorting(ks, err));
	}
	return (sort_key(ks, ks->b.s, ks->b.len, ROLE_HAVE, 0, err));
}

/*
 * The rows that are referred to.
 */

static int
read_parents(struct keyset *ks, size_t number, uint64_t max_line,
    struct err *err)
{
	const struct keyset_rule *rule = &ks->rules[number];
	char *const files[] = { rule->path, NULL };
	const struct input_opts opts = {
		.max_line = max_line, .limit = UINT64_MAX
	};
	struct input *in = input_open(files, &opts);
	enum input_status st;
	char place[320];
	struct row *row;
	int rc = 0;

	while (rc == 0 && (st = input_next(in, &row, err)) != INPUT_END) {
		if (st != INPUT_ROW) {
			rc = err_prefix(err, "%s: ", input_place(in, err,
			    place, sizeof(place)));
			break;
		}
		if (make_key(ks, number, rule->parent, row))
			rc = have_key(ks, err);
	}
	input_close(in);
	return (rc);
}

int
keyset_references(struct keyset *ks, struct key *key, const char *path,
    struct key *parent, uint64_t max_line, struct err *err)
{
	struct keyset_rule *rule = add_rule(ks, key);

	rule->parent = parent;
	if (path != NULL) {
		rule->path = mem_strdup(path);
		return (read_parents(ks, ks->n - 1, max_line, err));
	}
	/* What comes later may be referred to as well. */
	return (ks->seen != NULL ? begin_sorting(ks, err) : 0);
}

static int
not_understood(const char *text, struct err *err)
{
	struct quote q;

	(void)err_set(err, "%s is not of the form FIELDS=FILE:FIELDS",
	    quote_z(&q, text));
	(void)err_hint(err, "for example client_id=clients.ndjson:id");
	return (err_status(err, DIAG_USAGE));
}

/* The first ${c} outside of quotes, or NULL. */
static const char *
find_unquoted(const char *s, char c)
{
	int quoted = 0;

	for (; *s != '\0'; s++) {
		if (*s == '"')
			quoted = !quoted;
		else if (*s == c && !quoted)
			return (s);
	}
	return (NULL);
}

/* Make the keys that "FIELDS=FILE:FIELDS" names; ${path} is a copy of FILE. */
static int
take_apart(const char *text, struct key **key, char **path,
    struct key **parent, struct err *err)
{
	const char *eq = find_unquoted(text, '='), *colon, *next;
	struct quote q;
	char *fields;

	colon = eq == NULL ? NULL : find_unquoted(eq + 1, ':');
	/* The last one: a file name may have some. */
	while (colon != NULL && (next = find_unquoted(colon + 1, ':')) != NULL)
		colon = next;
	if (colon == NULL || colon == eq + 1) {
		(void)not_understood(text, err);
		return (-1);
	}
	fields = mem_dup(text, (size_t)(eq - text));
	*key = key_new(fields, err);
	mem_free(fields);
	if (*key == NULL || (*parent = key_new(colon + 1, err)) == NULL)
		return (-1);
	if (key_size(*key) != key_size(*parent)) {
		(void)err_set(err, "%s has not as many fields on both sides",
		    quote_z(&q, text));
		(void)err_status(err, DIAG_USAGE);
		return (-1);
	}
	*path = mem_dup(eq + 1, (size_t)(colon - eq - 1));
	return (0);
}

int
keyset_parse(struct keyset *ks, const char *text, uint64_t max_line,
    struct err *err)
{
	struct key *key = NULL, *parent = NULL;
	char *path = NULL;
	int rc = take_apart(text, &key, &path, &parent, err);

	if (rc == 0 && strcmp(path, "-") == 0) {
		(void)err_set(err, "the rows that are referred to cannot come"
		    " from standard input");
		(void)err_hint(err, "name a file, or a process substitution");
		rc = err_status(err, DIAG_USAGE);
	}
	if (rc == 0) {
		rc = keyset_references(ks, key, path, parent, max_line, err);
	} else {
		key_free(key);
		key_free(parent);
	}
	mem_free(path);
	return (rc);
}

/*
 * What is wrong with a row.
 */

/* Append the values of the key, as they stand in ${row}. */
static void
put_values(const struct key *key, const struct row *row, struct buf *b)
{
	const struct json_value *v;
	const char *name;
	ptrdiff_t at;
	size_t i;

	for (i = 0; i < key_size(key); i++) {
		name = key_name(key, i);
		if ((at = row_find(row, name, strlen(name))) < 0)
			continue;
		v = &row->fields[at].value;
		if (b->len > 0)
			buf_puts(b, ", ");
		buf_put(b, v->s, v->len);
	}
}

static void
put_pointer(const struct key *key, struct buf *b)
{

	if (key_size(key) == 1)
		json_put_step(b, key_name(key, 0), strlen(key_name(key, 0)));
}

static void
set_not_unique(const struct keyset *ks, const char *names, const char *values,
    const struct row *row, uint64_t other, struct err *err)
{
	const uint64_t line = other & (((uint64_t)1 << WHERE_FILE) - 1);
	const char *file = ks->files.v[other >> WHERE_FILE];
	struct quote q;

	if (strcmp(file, row->file) == 0)
		(void)err_set(err, "%s is not unique: line %" PRIu64
		    " has the same value %s", names, line, values);
	else
		(void)err_set(err, "%s is not unique: line %" PRIu64
		    " of file %s has the same value %s", names, line,
		    quote_z(&q, file), values);
}

/* Say that ${row} breaks ${rule}; where the row is that has its key already
 * says ${other}.  Always KEYSET_BAD. */
static enum keyset_verdict
bad(const struct keyset *ks, const struct keyset_rule *rule,
    const struct row *row, uint64_t other, struct err *err)
{
	struct buf names = { 0 }, values = { 0 }, pointer = { 0 };
	struct quote q, q2, q3;

	key_put_names(rule->key, &names);
	put_values(rule->key, row, &values);
	put_pointer(rule->key, &pointer);
	(void)quote(&q, names.s, names.len);
	(void)quote(&q2, values.s, values.len);
	if (rule->parent == NULL)
		set_not_unique(ks, q.s, q2.s, row, other, err);
	else if (rule->path != NULL)
		(void)err_set(err, "%s references no row of file %s: %s",
		    q.s, quote_z(&q3, rule->path), q2.s);
	else
		(void)err_set(err, "%s references no row of this stream: %s",
		    q.s, q2.s);
	(void)err_rule(err, rule->parent == NULL ? "unique" : "references",
	    buf_z(&pointer));
	(void)err_status(err, DIAG_BADINPUT);
	buf_free(&names);
	buf_free(&values);
	buf_free(&pointer);
	return (KEYSET_BAD);
}

/*
 * Judging with all keys in memory.
 */

static enum keyset_verdict
judge(struct keyset *ks, const struct row *row, struct err *err)
{
	enum keyset_verdict verdict = KEYSET_GOOD;
	const struct keyset_rule *rule;
	const uint64_t here = where(ks, row);
	uint64_t other = 0;
	size_t i;
	int good;

	for (i = 0; i < ks->n; i++) {
		rule = &ks->rules[i];
		if (!make_key(ks, i, rule->key, row))
			continue;
		good = rule->parent == NULL ?
		    seen_add(ks->seen, ks->b.s, ks->b.len, here, &other) :
		    seen_find(ks->seen, ks->b.s, ks->b.len, &other);
		if (!good && verdict == KEYSET_GOOD)
			verdict = bad(ks, rule, row, other, err);
	}
	if (seen_size(ks->seen, 0) > ks->memory / 2 &&
	    begin_sorting(ks, err) != 0)
		return (KEYSET_FAIL);
	return (verdict);
}

/*
 * Judging at the end.
 */

static enum keyset_verdict
hold(struct keyset *ks, const struct row *row, struct err *err)
{
	const uint64_t here = where(ks, row);
	const struct keyset_rule *rule;
	size_t i;
	int rc = 0;

	for (i = 0; i < ks->n && rc == 0; i++) {
		rule = &ks->rules[i];
		if (make_key(ks, i, rule->key, row))
			rc = sort_key(ks, ks->b.s, ks->b.len, ROLE_ASK, here,
			    err);
		if (rc == 0 && rule->parent != NULL && rule->path == NULL &&
		    make_key(ks, i, rule->parent, row))
			rc = sort_key(ks, ks->b.s, ks->b.len, ROLE_HAVE, here,
			    err);
	}
	if (rc == 0)
		rc = held_add(ks->held, row, err);
	return (rc == 0 ? KEYSET_HELD : KEYSET_FAIL);
}

enum keyset_verdict
keyset_row(struct keyset *ks, const struct row *row, struct err *err)
{

	return (ks->seen != NULL ? judge(ks, row, err) : hold(ks, row, err));
}

/* A group of equal keys: is there one that the others may not have, or need? */
struct group {
	int		have;
	uint64_t	at;		/* where the row is that has it */
};

/* The row ${number}, which is ${at}, asks under ${rule}. */
static int
answer(struct keyset *ks, uint64_t rule, uint64_t at, uint64_t number,
    struct group *group, struct err *err)
{
	char why[2 * SPOOL_COUNT_MAX];
	size_t len;

	if (ks->rules[rule].parent == NULL && !group->have) {
		*group = (struct group){ 1, at };
		return (0);
	}
	if (ks->rules[rule].parent != NULL && group->have)
		return (0);
	len = spool_put_count(why, rule);
	len += spool_put_count(why + len, group->at);
	return (held_refuse(ks->held, number, why, len, err));
}

/* Look at a key; those that are equal come one after another. */
static int
answer_key(struct keyset *ks, const struct sorter_record *rec,
    struct group *group, struct err *err)
{
	const size_t len = rec->key_len - 1;
	uint64_t rule, at, number;
	size_t n;

	if (ks->b.len != len || memcmp(ks->b.s, rec->key, len) != 0) {
		ks->b.len = 0;
		buf_put(&ks->b, rec->key, len);
		*group = (struct group){ 0 };
	}
	(void)spool_get_count(rec->key, len, &rule);
	n = spool_get_count(rec->data, rec->data_len, &at);
	(void)spool_get_count(rec->data + n, rec->data_len - n, &number);
	if (rec->key[len] == ROLE_ASK)
		return (answer(ks, rule, at, number, group, err));
	if (!group->have)
		*group = (struct group){ 1, at };
	return (0);
}

static int
answer_all(struct keyset *ks, struct err *err)
{
	struct group group = { 0 };
	struct sorter_record rec;
	int rc;

	ks->b.len = 0;
	while ((rc = sorter_next(ks->sorter, &rec, err)) > 0)
		if (answer_key(ks, &rec, &group, err) != 0)
			return (-1);
	return (rc);
}

static int
end_sorting(struct keyset *ks, struct err *err)
{

	ks->ended = 1;
	if (sorter_sort(ks->sorter, err) != 0 || answer_all(ks, err) != 0 ||
	    held_end(ks->held, err) != 0)
		return (-1);
	sorter_free(ks->sorter);
	ks->sorter = NULL;
	ks->reader = json_reader_new();
	return (0);
}

/* Say why a row that was held is refused. */
static enum input_status
say_bad(struct keyset *ks, struct row *row, const char *why, size_t len,
    struct err *err)
{
	uint64_t rule, other;
	size_t n;

	n = spool_get_count(why, len, &rule);
	(void)spool_get_count(why + n, len - n, &other);
	/* It was read before; a value is quoted from it. */
	if (json_read_object(ks->reader, row->s, row->len, err) == 0) {
		row->fields = ks->reader->fields;
		row->nfields = ks->reader->nfields;
	}
	(void)bad(ks, &ks->rules[rule], row, other, err);
	row->fields = NULL;
	row->nfields = 0;
	return (INPUT_BAD);
}

enum input_status
keyset_next(struct keyset *ks, struct row **row, struct err *err)
{
	const char *why;
	size_t len;

	if (ks->held == NULL)
		return (INPUT_END);
	if (!ks->ended && end_sorting(ks, err) != 0)
		return (INPUT_FAIL);
	switch (held_next(ks->held, row, &why, &len, err)) {
	case HELD_KEPT:
		return (INPUT_ROW);
	case HELD_REFUSED:
		return (say_bad(ks, *row, why, len, err));
	case HELD_END:
		return (INPUT_END);
	case HELD_FAIL:
	default:
		return (INPUT_FAIL);
	}
}

void
keyset_free(struct keyset *ks)
{
	size_t i;

	if (ks == NULL)
		return;
	for (i = 0; i < ks->n; i++) {
		key_free(ks->rules[i].key);
		key_free(ks->rules[i].parent);
		mem_free(ks->rules[i].path);
	}
	mem_free(ks->rules);
	files_free(&ks->files);
	buf_free(&ks->b);
	seen_free(ks->seen);
	sorter_free(ks->sorter);
	held_free(ks->held);
	json_reader_free(ks->reader);
	mem_free(ks);
}
