#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/decimal.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/quote.h"
#include "base/sorter.h"
#include "db/readiness_keys.h"
#include "db/target.h"
#include "json/json.h"
#include "row/key.h"
#include "schema/ddl.h"
#include "schema/findings.h"
#include "schema/mend.h"
#include "schema/table.h"

#define BATCH		500	/* keys that are asked for at once */
#define KNOWN		8192	/* keys of parents that are remembered */

/* In a sorter's data, before the row's number: a row's own key, or one more
 * than the place of the reference that asks whether there is such a row. */
#define MARK_KEY	0
#define MARKS		255

/* A key that waits for its answer. */
struct waiting {
	char		*text;		/* JSON array */
	char		*key;		/* as in the sorter, for references to
					   this table */
	size_t		 len;
	uint64_t	 row;
};

struct key_check {
	struct target_lookup	 l;
	int			 unique;	/* else a foreign key */
	struct key_check	*own;		/* foreign key to this table:
						   the key that it means */
	struct sorter		*sorter;	/* of unique ones */
	struct buf		 label;		/* "a, b" */
	struct waiting		 wait[BATCH];
	size_t			 nwait;
	uint64_t		*known;		/* hashes of parents found */
	int			 denied;	/* cannot be asked */
	unsigned char		 mark;		/* of own */

	/* The group of equal keys at hand: rows that refer to it. */
	uint64_t		 asking, first;
	struct buf		 example;
};

struct readiness_keys {
	struct target		*target;
	struct findings		*fs;
	struct key_check	**checks;
	size_t			 n;
	struct buf		 bytes, text, data;	/* of the key at hand */
};

/*
 * The keys of the table.
 */

static struct key_check *
add_check(struct readiness_keys *k, const struct column_list *columns)
{
	const struct table *t = target_table(k->target);
	struct key_check *c = mem_alloc(sizeof(*c));
	char name[160];
	size_t i;

	k->checks[k->n++] = c;
	c->l.n = columns->n;
	c->l.columns = columns->v;
	for (i = 0; i < columns->n; i++)
		buf_printf(&c->label, "%s%s", i == 0 ? "" : ", ",
		    quote_plain(name, sizeof(name),
		    t->columns[columns->v[i]].name,
		    strlen(t->columns[columns->v[i]].name)));
	return (c);
}

static void
add_unique(struct readiness_keys *k, const struct column_list *columns)
{
	const struct table *t = target_table(k->target);
	struct key_check *c;
	size_t i;

	if (columns->n == 0)
		return;
	c = add_check(k, columns);
	c->unique = 1;
	c->l.table = t->name;
	c->l.fields = mem_array(columns->n, sizeof(*c->l.fields));
	for (i = 0; i < columns->n; i++)
		c->l.fields[i] = t->columns[columns->v[i]].name;
}

/* The unique key of this table that a reference to it means, or NULL. */
static struct key_check *
own_key(const struct readiness_keys *k, const struct table_ref *ref)
{
	const struct table *t = target_table(k->target);
	size_t i, j;

	if (strcmp(ref->table, t->name) != 0 || (ref->table_schema != NULL &&
	    t->schema != NULL && strcmp(ref->table_schema, t->schema) != 0))
		return (NULL);
	for (i = 0; i < k->n; i++) {
		if (!k->checks[i]->unique ||
		    k->checks[i]->l.n != ref->columns.n)
			continue;
		for (j = 0; j < ref->columns.n; j++)
			if (strcasecmp(k->checks[i]->l.fields[j],
			    ref->fields[j]) != 0)
				break;
		if (j == ref->columns.n)
			return (k->checks[i]);
	}
	return (NULL);
}

static void
add_reference(struct readiness_keys *k, const struct table_ref *ref)
{
	struct key_check *own = own_key(k, ref), *c;
	size_t i;

	for (i = 0; i < ref->columns.n; i++)
		if (ref->fields == NULL || ref->fields[i] == NULL)
			return;
	c = add_check(k, &ref->columns);
	c->own = k->n < MARKS ? own : NULL;
	c->mark = (unsigned char)k->n;
	c->l.schema = ref->table_schema;
	c->l.table = ref->table;
	c->l.fields = mem_array(ref->columns.n, sizeof(*c->l.fields));
	memcpy(c->l.fields, ref->fields, ref->columns.n *
	    sizeof(*c->l.fields));
	c->known = mem_array(KNOWN, sizeof(*c->known));
}

struct readiness_keys *
readiness_keys_new(struct target *target, struct findings *fs,
    uint64_t memory)
{
	const struct table *t = target_table(target);
	struct readiness_keys *k = mem_alloc(sizeof(*k));
	size_t i, unique;

	k->target = target;
	k->fs = fs;
	k->checks = mem_array(1 + t->nunique + t->nrefs,
	    sizeof(struct key_check *));
	add_unique(k, &t->primary_key);
	for (i = 0; i < t->nunique; i++)
		add_unique(k, &t->unique[i].columns);
	unique = k->n;
	for (i = 0; i < unique; i++)
		k->checks[i]->sorter = sorter_new((size_t)memory / unique);
	for (i = 0; i < t->nrefs; i++)
		add_reference(k, &t->refs[i]);
	return (k);
}

size_t
readiness_keys_count(const struct readiness_keys *k, int unique)
{
	size_t i, n = 0;

	for (i = 0; i < k->n; i++)
		n += !k->checks[i]->unique == !unique;
	return (n);
}

/*
 * Keys as bytes that are the same when the column holds the same.
 */

static int
is_number(enum column_type type)
{

	return (type == COLUMN_SMALLINT || type == COLUMN_INTEGER ||
	    type == COLUMN_BIGINT || type == COLUMN_NUMERIC ||
	    type == COLUMN_REAL || type == COLUMN_DOUBLE);
}

static void
put_uuid(struct buf *b, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (s[i] != '-' && s[i] != '{' && s[i] != '}')
			buf_putc(b, s[i] >= 'A' && s[i] <= 'F' ?
			    (char)(s[i] | 0x20) : s[i]);
}

static void
put_component(struct buf *b, const struct column *c,
    const struct json_value *v, struct arena *a)
{
	struct json_value number = *v;
	const char *s = v->s;
	size_t len = v->len, at = b->len;

	if (v->type == JSON_STRING)
		s = json_string(v, a, &len);
	if (is_number(c->type)) {
		while (len > 0 && *s == ' ') {
			s++;
			len--;
		}
		number.s = s;
		number.len = (uint32_t)len;
		number.type = JSON_NUMBER;
		number.plain = 0;
		if (decimal_is_json(s, len)) {
			key_put_value(&number, b);
			return;
		}
	}
	if (c->type == COLUMN_ANY) {
		key_put_value(v, b);
		return;
	}
	if (c->type == COLUMN_UUID)
		put_uuid(b, s, len);
	else
		buf_put(b, s, len);
	/* Where one ends and the next begins. */
	buf_printf(b, "\n%zu\n", b->len - at);
}

static void
put_bytes(struct buf *b, const struct readiness_keys *k,
    const struct key_check *c, const struct json_value *const *values,
    struct arena *a)
{
	const struct table *t = target_table(k->target);
	size_t i;

	for (i = 0; i < c->l.n; i++)
		put_component(b, &t->columns[c->l.columns[i]],
		    values[c->l.columns[i]], a);
}

static void
put_text(struct buf *b, const struct key_check *c,
    const struct json_value *const *values)
{
	size_t i;

	for (i = 0; i < c->l.n; i++) {
		buf_putc(b, i == 0 ? '[' : ',');
		buf_put(b, values[c->l.columns[i]]->s,
		    values[c->l.columns[i]]->len);
	}
	buf_putc(b, ']');
}

/* A name as SQL has it, in quotes only where it needs them. */
static void
put_name(struct buf *b, const char *name)
{

	if (name[strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789")] ==
	    '\0' && (name[0] < '0' || name[0] > '9'))
		buf_puts(b, name);
	else
		ddl_quote(b, name);
}

/*
 * Findings.  An example is a single value, or the array of them.
 */

static void
set_example(struct finding *f, const char *text, size_t n)
{
	size_t len = strlen(text);

	if (n == 1 && len > 2)
		findings_example(f, text + 1, len - 2);
	else
		findings_example(f, text, len);
}

/* The columns of the parents as a dump names them: table, --columns. */
static void
put_parent(struct buf *b, const struct table *t,
    const struct target_lookup *l, const char *columns)
{
	const char *schema = l->schema != NULL ? l->schema : t->schema;
	struct buf name = { 0 };

	if (schema != NULL) {
		put_name(&name, schema);
		buf_putc(&name, '.');
	}
	put_name(&name, l->table);
	mend_shell(b, buf_z(&name), name.len);
	buf_puts(b, " --columns ");
	mend_shell(b, columns, strlen(columns));
	buf_free(&name);
}

static void
say_orphan(struct readiness_keys *k, struct key_check *c, uint64_t row,
    uint64_t count, const char *text)
{
	struct buf message = { 0 }, mend = { 0 }, key = { 0 };
	char table[160], field[160];
	struct finding *f;
	size_t i;
	int fresh;

	f = findings_row(k->fs, FINDINGS_FAIL, "foreign-key",
	    buf_z(&c->label), c->l.table, row, &fresh);
	f->rows += count - 1;
	if (!fresh)
		return;
	(void)quote_plain(table, sizeof(table), c->l.table,
	    strlen(c->l.table));
	for (i = 0; i < c->l.n; i++)
		buf_printf(&key, "%s%s", i == 0 ? "" : ",",
		    quote_plain(field, sizeof(field), c->l.fields[i],
		    strlen(c->l.fields[i])));
	buf_printf(&message, "no row of %s has this key (%s)%s", table,
	    buf_z(&key), c->own != NULL ? ", nor is it among the rows" : "");
	findings_say(f, buf_z(&message));
	set_example(f, text, c->l.n);
	/* The parents that there are, as rows, tell the orphans apart. */
	buf_puts(&mend, "{ ");
	target_put_source(k->target, &mend);
	put_parent(&mend, target_table(k->target), &c->l, buf_z(&key));
	buf_puts(&mend, " > parents.ndjson && ");
	message.len = 0;
	for (i = 0; i < c->l.n; i++)
		buf_printf(&message, "%s%s", i == 0 ? "" : ",",
		    target_table(k->target)->columns[c->l.columns[i]].name);
	buf_printf(&message, "=parents.ndjson:%s", buf_z(&key));
	buf_puts(&mend, "row-validate --references ");
	mend_shell(&mend, message.s, message.len);
	buf_puts(&mend, " --rejects orphans.ndjson; }");
	findings_mend(f, buf_z(&mend));
	buf_free(&message);
	buf_free(&mend);
	buf_free(&key);
}

static void
say_conflict(struct readiness_keys *k, struct key_check *c, uint64_t row,
    const char *text)
{
	const char *file = target_file(k->target);
	const char *label = target_label(k->target);
	struct buf b = { 0 };
	struct finding *f;
	int fresh;

	f = findings_row(k->fs, FINDINGS_FAIL, "conflict", buf_z(&c->label),
	    NULL, row, &fresh);
	if (!fresh)
		return;
	findings_say(f, "the target has a row with this key");
	set_example(f, text, c->l.n);
	buf_printf(&b, "%s --on-conflict skip ", file != NULL ?
	    "sqlite-load" : "pg-load");
	if (file != NULL) {
		mend_shell(&b, file, strlen(file));
		buf_putc(&b, ' ');
	}
	mend_shell(&b, label, strlen(label));
	findings_mend(f, buf_z(&b));
	buf_free(&b);
}

static void
say_duplicate(struct readiness_keys *k, struct key_check *c, uint64_t first,
    uint64_t row, const char *text, size_t len)
{
	struct buf b = { 0 }, key = { 0 };
	struct finding *f;
	int fresh;
	size_t i;

	f = findings_row(k->fs, FINDINGS_FAIL, "duplicate", buf_z(&c->label),
	    NULL, row, &fresh);
	if (!fresh)
		return;
	buf_printf(&b, "row %" PRIu64 " has the same key", first);
	findings_say(f, buf_z(&b));
	b.len = 0;
	buf_put(&b, text, len);
	set_example(f, buf_z(&b), c->l.n);
	for (i = 0; i < c->l.n; i++)
		buf_printf(&key, "%s%s", i == 0 ? "" : ",", c->l.fields[i]);
	b.len = 0;
	buf_puts(&b, "row-validate --unique ");
	mend_shell(&b, buf_z(&key), key.len);
	buf_puts(&b, " --rejects duplicates.ndjson");
	findings_mend(f, buf_z(&b));
	buf_free(&b);
	buf_free(&key);
}

/*
 * Rows.
 */

static int
add_record(struct readiness_keys *k, struct sorter *s, const char *key,
    size_t len, unsigned char mark, uint64_t row, const char *text,
    struct err *err)
{
	struct buf *b = &k->data;

	b->len = 0;
	buf_putc(b, (char)mark);
	buf_put(b, (const char *)&row, sizeof(row));
	buf_puts(b, text);
	return (sorter_add(s, key, len, b->s, b->len, err));
}

/* The answers have come. */
static int
settle(struct readiness_keys *k, struct key_check *c,
    const unsigned char *found, struct err *err)
{
	struct waiting *w;
	struct hash h;
	size_t i;

	for (i = 0; i < c->nwait; i++) {
		w = &c->wait[i];
		h = hash_bytes(w->text, strlen(w->text), 0);
		if (c->unique && found[i] == 1)
			say_conflict(k, c, w->row, w->text);
		else if (!c->unique && found[i] != 0)
			c->known[h.a % KNOWN] = h.b;
		else if (!c->unique && c->own == NULL)
			say_orphan(k, c, w->row, 1, w->text);
		else if (!c->unique && add_record(k, c->own->sorter, w->key,
		    w->len, c->mark, w->row, w->text, err) != 0)
			return (-1);
	}
	return (0);
}

static void
forget(struct key_check *c)
{
	size_t i;

	for (i = 0; i < c->nwait; i++) {
		mem_free(c->wait[i].text);
		mem_free(c->wait[i].key);
	}
	c->nwait = 0;
}

static int
flush(struct readiness_keys *k, struct key_check *c, struct err *err)
{
	unsigned char found[BATCH];
	const char *texts[BATCH];
	struct err why = ERR_INIT;
	size_t i;
	int rc;

	for (i = 0; i < c->nwait; i++)
		texts[i] = c->wait[i].text;
	rc = target_find(k->target, &c->l, texts, c->nwait, found, &why);
	if (rc < 0)
		*err = why;
	else if (rc == 0)
		rc = settle(k, c, found, err);
	if (rc > 0 && !c->denied) {
		c->denied = 1;
		(void)findings_add(k->fs, FINDINGS_WARN, c->unique ?
		    "conflict" : "foreign-key", buf_z(&c->label),
		    "keys of %s could not be looked for: %s", c->l.table,
		    why.msg);
	}
	forget(c);
	return (rc < 0 ? -1 : 0);
}

static int
take_key(struct readiness_keys *k, struct key_check *c,
    const struct json_value *const *values, uint64_t number, struct arena *a,
    struct err *err)
{
	struct hash h;

	k->text.len = k->bytes.len = 0;
	put_text(&k->text, c, values);
	h = hash_bytes(k->text.s, k->text.len, 0);
	put_bytes(&k->bytes, k, c, values, a);
	if (c->unique && add_record(k, c->sorter, k->bytes.s, k->bytes.len,
	    MARK_KEY, number, buf_z(&k->text), err) != 0)
		return (-1);
	if (c->denied || (!c->unique && c->known[h.a % KNOWN] == h.b))
		return (0);
	c->wait[c->nwait++] = (struct waiting){
		mem_dup(k->text.s, k->text.len), c->own != NULL ?
		    mem_dup(k->bytes.s, k->bytes.len) : NULL,
		k->bytes.len, number
	};
	return (c->nwait == BATCH ? flush(k, c, err) : 0);
}

int
readiness_keys_row(struct readiness_keys *k,
    const struct json_value *const *values, uint64_t number, struct arena *a,
    struct err *err)
{
	struct key_check *c;
	size_t i, j;

	for (i = 0; i < k->n; i++) {
		c = k->checks[i];
		/* A key with a null in it is no key, as in SQL. */
		for (j = 0; j < c->l.n; j++)
			if (values[c->l.columns[j]] == NULL ||
			    values[c->l.columns[j]]->type == JSON_NULL)
				break;
		if (j == c->l.n && take_key(k, c, values, number, a,
		    err) != 0)
			return (-1);
	}
	return (0);
}

int
readiness_keys_flush(struct readiness_keys *k, struct err *err)
{
	size_t i;

	for (i = 0; i < k->n; i++)
		if (k->checks[i]->nwait > 0 &&
		    flush(k, k->checks[i], err) != 0)
			return (-1);
	return (0);
}

/*
 * Rows against each other.
 */

/* The key at hand while its records pass. */
struct group {
	struct buf	key;
	int		begun, present;
	uint64_t	first;		/* row that has it */
};

/* All records with the key have passed: was it only asked for? */
static void
end_group(struct readiness_keys *k, struct group *g)
{
	struct key_check *c;
	size_t i;

	for (i = 0; i < k->n; i++) {
		c = k->checks[i];
		if (c->asking > 0 && !g->present)
			say_orphan(k, c, c->first, c->asking,
			    buf_z(&c->example));
		c->asking = 0;
	}
	g->begun = g->present = 0;
}

static void
take_record(struct readiness_keys *k, struct key_check *c, struct group *g,
    const struct sorter_record *rec)
{
	const char *text = rec->data + 1 + sizeof(uint64_t);
	const size_t len = rec->data_len - 1 - sizeof(uint64_t);
	const unsigned char mark = (unsigned char)rec->data[0];
	struct key_check *asks;
	uint64_t row;

	memcpy(&row, rec->data + 1, sizeof(row));
	if (!g->begun || g->key.len != rec->key_len ||
	    memcmp(g->key.s, rec->key, rec->key_len) != 0) {
		end_group(k, g);
		g->key.len = 0;
		buf_put(&g->key, rec->key, rec->key_len);
		g->begun = 1;
	}
	if (mark == MARK_KEY && !g->present) {
		g->present = 1;
		g->first = row;
	} else if (mark == MARK_KEY) {
		say_duplicate(k, c, g->first, row, text, len);
	} else {
		asks = k->checks[mark - 1];
		if (asks->asking++ > 0)
			return;
		asks->first = row;
		asks->example.len = 0;
		buf_put(&asks->example, text, len);
	}
}

static int
compare_rows(struct readiness_keys *k, struct key_check *c, struct err *err)
{
	struct sorter_record rec;
	struct group g = { .begun = 0 };
	int rc;

	if (sorter_sort(c->sorter, err) != 0)
		return (-1);
	while ((rc = sorter_next(c->sorter, &rec, err)) > 0)
		take_record(k, c, &g, &rec);
	end_group(k, &g);
	buf_free(&g.key);
	return (rc);
}

int
readiness_keys_end(struct readiness_keys *k, struct err *err)
{
	size_t i;

	if (readiness_keys_flush(k, err) != 0)
		return (-1);
	for (i = 0; i < k->n; i++)
		if (k->checks[i]->unique &&
		    compare_rows(k, k->checks[i], err) != 0)
			return (-1);
	return (0);
}

void
readiness_keys_free(struct readiness_keys *k)
{
	struct key_check *c;
	size_t i;

	if (k == NULL)
		return;
	for (i = 0; i < k->n; i++) {
		c = k->checks[i];
		forget(c);
		buf_free(&c->example);
		sorter_free(c->sorter);
		buf_free(&c->label);
		mem_free(c->l.fields);
		mem_free(c->known);
		mem_free(c);
	}
	mem_free(k->checks);
	buf_free(&k->bytes);
	buf_free(&k->text);
	buf_free(&k->data);
	mem_free(k);
}
