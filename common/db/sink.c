#include <string.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "db/sink.h"
#include "json/json.h"
#include "row/filter.h"
#include "row/gate.h"
#include "row/input.h"
#include "row/progress.h"
#include "row/rejects.h"
#include "row/row.h"
#include "row/stats.h"
#include "row/trail.h"
#include "row/window.h"
#include "schema/name.h"

/* How much is held for a look before the first row is stored. */
#define WINDOW_ROWS	1000
#define WINDOW_BYTES	((size_t)4 << 20)

struct sink_run {
	const struct reader_opts	*opts;
	struct rejects			*rejects;
	double				 start;
	uint64_t			 rejected;
	int				 committed; /* with the row at hand */
	struct gate			*gate;
	int				 held;	/* and let through, to commit */
	uint64_t			 rejects_kept;	/* bytes, before ... */
	uint64_t			 rejects_bytes;	/* ... and at the end */
	int				 draining;	/* the window */
};

/* One table at work. */
struct load {
	struct sink		*sink;
	struct sink_table	*table;
	const struct sink_ops	*ops;
	void			*cookie;
	struct input		*in;
	struct progress		*progress;
	uint64_t		 size;	/* bytes to read, or 0 */
	struct err		 err;	/* what went wrong last */
};

/*
 * Operands.
 */

static struct sink_table *
find_table(struct sink *sink, const char *name, size_t len)
{
	struct sink_table *t;
	size_t i;

	for (i = 0; i < sink->ntables; i++) {
		t = &sink->tables[i];
		if (t->len == len && memcmp(t->name, name, len) == 0)
			return (t);
	}
	sink->tables = mem_resize(sink->tables, sink->ntables + 1,
	    sizeof(*sink->tables));
	t = &sink->tables[sink->ntables++];
	memset(t, 0, sizeof(*t));
	t->name = name;
	t->len = len;
	t->files = mem_array(1, sizeof(*t->files));
	return (t);
}

static void
add_file(struct sink_table *t, char *file)
{

	t->files = mem_resize(t->files, t->nfiles + 2, sizeof(*t->files));
	t->files[t->nfiles++] = file;
	t->files[t->nfiles] = NULL;
}

static int
take_operand(struct sink *sink, char *operand, int only, int *standard,
    struct err *err)
{
	size_t len = name_end(operand);
	struct sink_table *t;
	struct quote q;

	if (operand[len] == '\0' && !only)
		return (err_set(err, "no file is named for table %s: of "
		    "several tables each is written as TABLE=FILE",
		    quote_z(&q, operand)));
	if (len == 0)
		return (err_set(err, "no table is named in %s",
		    quote_z(&q, operand)));
	t = find_table(sink, operand, len);
	if (operand[len] == '\0')
		return (0);
	if (operand[len + 1] == '\0')
		return (err_set(err, "no file is named in %s",
		    quote_z(&q, operand)));
	if (strcmp(operand + len + 1, "-") == 0 && (*standard)++ > 0)
		return (err_set(err, "standard input is named twice"));
	add_file(t, operand + len + 1);
	return (0);
}

static void
free_sink(struct sink *sink)
{
	size_t i;

	for (i = 0; i < sink->ntables; i++) {
		buf_free(&sink->tables[i].more);
		trail_free(sink->tables[i].trail);
		mem_free(sink->tables[i].resume);
		mem_free(sink->tables[i].files);
	}
	mem_free(sink->tables);
	gate_close(sink->run->gate);
	mem_free(sink->run);
	mem_free(sink);
}

struct sink *
sink_open(char *const operands[], const struct reader_opts *opts,
    struct err *err)
{
	struct sink *sink = mem_alloc(sizeof(*sink));
	int standard = 0;
	size_t i;

	sink->run = mem_alloc(sizeof(*sink->run));
	sink->run->opts = opts;
	sink->run->start = clock_seconds();
	if ((sink->run->gate = gate_open(err)) == NULL)
		goto failed;
	for (i = 0; operands[i] != NULL; i++) {
		if (take_operand(sink, operands[i], operands[1] == NULL,
		    &standard, err) != 0)
			goto usage;
	}
	if (sink->ntables == 0) {
		(void)err_set(err, "no table named");
		goto usage;
	}
	sink->run->rejects = rejects_open(opts->rejects, opts->max_rejects,
	    err);
	if (sink->run->rejects != NULL)
		return (sink);
	goto failed;

usage:
	(void)err_status(err, DIAG_USAGE);
failed:
	free_sink(sink);
	return (NULL);
}

/*
 * Rows.
 */

int
sink_refuse(struct sink *sink, struct sink_table *table,
    const struct row *row, const struct err *why)
{
	struct err err = ERR_INIT;
	char place[320];

	table->ledger.rejected++;
	if (!reader_rejects(sink->run->opts)) {
		diag_err(row_place(row, why, place, sizeof(place)), why);
		return (DIAG_BADINPUT);
	}
	if (rejects_add(sink->run->rejects, row, why, &err) == 0)
		return (DIAG_OK);
	return (diag_failed(NULL, &err, DIAG_FAIL));
}

/* A row was refused for the reason l->err.  This and what follows return
 * DIAG_OK to go on, else the exit status. */
static int
refuse(struct load *l, const struct row *row)
{

	return (sink_refuse(l->sink, l->table, row, &l->err));
}

void
sink_settle(struct sink_table *table, enum sink_stored stored, uint64_t n)
{
	struct ledger *books = &table->ledger;

	switch (stored) {
	case SINK_CREATED:
		books->created += n;
		break;
	case SINK_UPDATED:
		books->updated += n;
		break;
	case SINK_UNCHANGED:
		books->unchanged += n;
		break;
	case SINK_REMOVED:
		books->removed += n;
		break;
	default:
		books->skipped += n;
		break;
	}
}

void
sink_committed(struct sink *sink)
{

	sink->run->committed = 1;
}

/* Remember what the books said when a commit made it last. */
static void
keep_books(struct sink *sink)
{
	size_t i;

	for (i = 0; i < sink->ntables; i++)
		sink->tables[i].kept = sink->tables[i].ledger;
	sink->run->committed = 0;
}

void
sink_committed_before(struct sink *sink)
{

	keep_books(sink);
}

static int
stored(struct load *l, enum sink_stored how, uint64_t n)
{

	sink_settle(l->table, how, n);
	if (l->sink->run->committed)
		keep_books(l->sink);
	return (DIAG_OK);
}

static int
store(struct load *l, const struct row *row)
{
	enum sink_stored done = l->ops->store(row, l->cookie, &l->err);
	char place[320];

	if (done < SINK_REFUSED)
		return (stored(l, done, 1));
	if (done == SINK_PENDING)
		return (stored(l, SINK_CREATED, 0));
	if (done == SINK_REFUSED)
		return (refuse(l, row));
	return (diag_failed(row_place(row, &l->err, place, sizeof(place)),
	    &l->err, DIAG_FAIL));
}

static int
flush(struct load *l)
{

	if (l->ops->flush == NULL || l->ops->flush(l->cookie, &l->err) == 0)
		return (DIAG_OK);
	return (diag_failed(NULL, &l->err, DIAG_FAIL));
}

/* Let ${take} have the row, which is on the trail after that. */
static int
follow(struct load *l, const struct row *row, int (*take)(struct load *l,
    const struct row *row, void *cookie), void *cookie)
{
	struct trail *t = l->table->trail;
	int status;

	if (t == NULL)
		return (take(l, row, cookie));
	trail_enter(t, row);
	status = take(l, row, cookie);
	trail_leave(t);
	return (status);
}

static int
take_refuse(struct load *l, const struct row *row, void *cookie)
{

	(void)cookie;
	return (refuse(l, row));
}

/* The input cannot go on, for the reason l->err. */
static int
input_failed(const struct load *l)
{
	char place[320];

	return (diag_failed(input_place(l->in, &l->err, place, sizeof(place)),
	    &l->err, DIAG_BADINPUT));
}

/* Read one row.  ${take} gets it; *${end} says that there was none left. */
static int
read_row(struct load *l, int (*take)(struct load *l, const struct row *row,
    void *cookie), void *cookie, int *end)
{
	struct row *row;

	switch (input_next(l->in, &row, &l->err)) {
	case INPUT_ROW:
		l->table->ledger.in++;
		return (follow(l, row, take, cookie));
	case INPUT_BAD:
		l->table->ledger.in++;
		return (follow(l, row, take_refuse, NULL));
	case INPUT_END:
		*end = 1;
		return (DIAG_OK);
	default:
		return (input_failed(l));
	}
}

static int
take_store(struct load *l, const struct row *row, void *cookie)
{

	(void)cookie;
	return (store(l, row));
}

struct look {
	struct window	*w;
	int		 room;
};

static int
take_look(struct load *l, const struct row *row, void *cookie)
{
	struct look *look = cookie;

	l->ops->look(row, l->cookie);
	look->room = window_add(look->w, row);
	return (DIAG_OK);
}

/* Show the first rows to the program, then store them. */
static int
look_first(struct load *l, int *end)
{
	struct look look = { window_new(WINDOW_ROWS, WINDOW_BYTES), 1 };
	const struct row *row;
	int status = DIAG_OK;

	while (status == DIAG_OK && look.room && !*end)
		status = read_row(l, take_look, &look, end);
	if (status == DIAG_OK && l->ops->ready(l->cookie, &l->err) != 0)
		status = diag_failed(NULL, &l->err, DIAG_FAIL);
	l->sink->run->draining = 1;
	while ((row = window_next(look.w)) != NULL) {
		if (status == DIAG_OK)
			status = store(l, row);
	}
	l->sink->run->draining = 0;
	window_free(look.w);
	return (status);
}

/*
 * Going on.
 */

void
sink_resume(struct sink *sink, struct sink_table *table,
    const char *const *key, size_t n, const struct sink_resume *from)
{

	if (from->rejects > sink->run->rejects_kept)
		sink->run->rejects_kept = from->rejects;
	table->trail = trail_new(key, n, from->start);
	if (from->last_key != NULL)
		trail_after(table->trail, from->last_key);
	table->resume = mem_alloc(sizeof(*table->resume));
	*table->resume = *from;
	table->resume->last_key = NULL;
}

int
sink_resume_rejects(struct sink *sink, struct err *err)
{
	const struct reader_opts *opts = sink->run->opts;
	struct err ignored = ERR_INIT;

	rejects_abandon(sink->run->rejects);
	sink->run->rejects = rejects_resume(opts->rejects, opts->max_rejects,
	    sink->run->rejects_kept, err);
	if (sink->run->rejects != NULL)
		return (0);
	/* The file stays as it is. */
	sink->run->rejects = rejects_open(NULL, opts->max_rejects, &ignored);
	return (-1);
}

void
sink_key(struct sink_table *table, const char *const *key, size_t n)
{

	trail_key(table->trail, key, n);
}

void
sink_mark(const struct sink_table *table, int with, struct trail_mark *m)
{

	trail_mark(table->trail, with, m);
}

int
sink_may_mark(const struct sink *sink)
{

	return (!sink->run->draining);
}

int
sink_rejects_sync(struct sink *sink, uint64_t *bytes, struct err *err)
{

	if (sink->run->rejects != NULL)
		return (rejects_sync(sink->run->rejects, bytes, err));
	*bytes = sink->run->rejects_bytes;
	return (0);
}

static int
not_the_same(struct load *l, const char *how)
{

	(void)err_set(&l->err, "this is not the stream that the run was begun "
	    "with: %s", how);
	(void)err_hint(&l->err, "give the same rows again, or another --resume "
	    "for a new run");
	return (input_failed(l));
}

/* The next line, which was loaded by an earlier run; *${end}: there is none. */
static int
skip_line(struct load *l, int *end)
{
	struct row *row;

	switch (input_next(l->in, &row, &l->err)) {
	case INPUT_ROW:
	case INPUT_BAD:
		trail_enter(l->table->trail, row);
		trail_leave(l->table->trail);
		return (DIAG_OK);
	case INPUT_END:
		*end = 1;
		return (DIAG_OK);
	default:
		return (input_failed(l));
	}
}

/* Pass over what is loaded and make sure that it is what it was. */
static int
skip_loaded(struct load *l, int *end)
{
	const struct sink_resume *from = l->table->resume;
	struct trail_mark m;
	int status = DIAG_OK;

	if (from == NULL || !from->skip)
		return (DIAG_OK);
	while (status == DIAG_OK && !*end &&
	    trail_lines(l->table->trail) < from->lines) {
		status = skip_line(l, end);
		progress_at(l->progress, input_rows(l->in),
		    input_bytes(l->in), l->size);
	}
	if (status != DIAG_OK)
		return (status);
	trail_mark(l->table->trail, 0, &m);
	if (m.lines < from->lines)
		return (not_the_same(l, "it ends before the place where the "
		    "run broke off"));
	if (strcmp(m.xxh128, from->xxh128) != 0)
		return (not_the_same(l, "rows that are loaded have changed"));
	if (!from->exact || *end)
		return (DIAG_OK);
	status = skip_line(l, end);
	if (status == DIAG_OK && !*end)
		return (not_the_same(l, "the run is complete, and there are "
		    "more rows"));
	return (status);
}

/* The run ends here: what was read and is neither stored nor refused will not
 * be. */
static void
give_up_rest(struct ledger *books)
{

	books->rolled_back = books->in - books->created - books->updated -
	    books->unchanged - books->skipped - books->removed -
	    books->rejected;
}

int
sink_load(struct sink *sink, struct sink_table *table,
    const struct sink_ops *ops, void *cookie)
{
	const struct reader_opts *opts = sink->run->opts;
	const struct input_opts how = {
		.max_line = opts->max_line, .limit = opts->limit,
		.require_frame = opts->require_frame, .sink = 1
	};
	struct load l = {
		.sink = sink, .table = table, .ops = ops, .cookie = cookie
	};
	int status = DIAG_OK, end = 0;
	char name[128];

	l.in = input_open(table->files, &how);
	l.size = input_size(l.in);
	l.progress = progress_new((enum progress_mode)opts->progress,
	    quote_plain(name, sizeof(name), table->name, table->len));
	status = skip_loaded(&l, &end);
	if (status == DIAG_OK && ops->look != NULL)
		status = look_first(&l, &end);
	while (status == DIAG_OK && !end) {
		status = read_row(&l, take_store, NULL, &end);
		progress_at(l.progress, input_rows(l.in), input_bytes(l.in),
		    l.size);
	}
	if (status == DIAG_OK)
		status = flush(&l);
	if (status != DIAG_OK)
		give_up_rest(&table->ledger);
	table->ledger.bytes += input_bytes(l.in);
	progress_free(l.progress);
	input_close(l.in);
	return (status);
}

/*
 * The end.
 */

int
sink_end(struct sink *sink, int status)
{
	struct err err = ERR_INIT;
	size_t i;

	sink->run->rejected = rejects_count(sink->run->rejects);
	if (rejects_sync(sink->run->rejects, &sink->run->rejects_bytes,
	    &err) != 0)
		rejects_abandon(sink->run->rejects);
	else if (rejects_close(sink->run->rejects, &err) == 0)
		err.msg[0] = '\0';
	if (err.msg[0] != '\0') {
		diag_err(NULL, &err);
		if (status == DIAG_OK)
			status = err.status;
	}
	sink->run->rejects = NULL;
	for (i = 0; i < sink->ntables; i++) {
		if (ledger_balance(&sink->tables[i].ledger, &err) == 0)
			continue;
		diag_err(NULL, &err);
		if (status == DIAG_OK)
			status = err.status;
	}
	if (status == DIAG_OK && sink->run->rejected > 0)
		status = DIAG_FINDINGS;
	return (status);
}

static void
add_up(struct ledger *sum, const struct ledger *l)
{

	sum->in += l->in;
	sum->created += l->created;
	sum->updated += l->updated;
	sum->unchanged += l->unchanged;
	sum->skipped += l->skipped;
	sum->removed += l->removed;
	sum->rejected += l->rejected;
	sum->rolled_back += l->rolled_back;
	sum->bytes += l->bytes;
}

static void
put_table(const struct sink_table *t, const char *name, struct buf *b)
{

	buf_puts(b, "{\"table\":");
	json_put_z(b, name);
	buf_putc(b, ',');
	ledger_put_json(&t->ledger, b);
	if (t->more.len > 0) {
		buf_putc(b, ',');
		buf_put(b, t->more.s, t->more.len);
	}
	buf_putc(b, '}');
}

/* Append what became of the rows of each table, under the names of the
 * command line. */
static void
put_tables(const struct sink *sink, struct buf *b)
{
	struct buf name = { 0 };
	size_t i;

	buf_puts(b, "\"tables\":[");
	for (i = 0; i < sink->ntables; i++) {
		name.len = 0;
		buf_put(&name, sink->tables[i].name, sink->tables[i].len);
		if (i > 0)
			buf_putc(b, ',');
		put_table(&sink->tables[i], buf_z(&name), b);
	}
	buf_putc(b, ']');
	buf_free(&name);
}

int
sink_gated(const struct sink *sink)
{

	return (gate_kept(sink->run->gate));
}

int
sink_hold(struct sink *sink, int dry_run, struct err *err)
{
	struct ledger sum = { 0 };
	struct buf more = { 0 };
	size_t i;
	int rc;

	for (i = 0; i < sink->ntables; i++)
		add_up(&sum, &sink->tables[i].ledger);
	buf_printf(&more, "\"dry_run\":%s,", dry_run ? "true" : "false");
	ledger_put_json(&sum, &more);
	buf_putc(&more, ',');
	put_tables(sink, &more);
	rc = gate_hold(sink->run->gate, &more, err);
	sink->run->held = rc == 0 && !dry_run;
	buf_free(&more);
	return (rc);
}

/* Nothing since the last commit is in the database. */
static void
roll_back(struct sink_table *t)
{
	struct ledger *l = &t->ledger;

	l->created = t->kept.created;
	l->updated = t->kept.updated;
	l->unchanged = t->kept.unchanged;
	l->skipped = t->kept.skipped;
	l->removed = t->kept.removed;
	l->rolled_back = l->in - l->rejected - l->created - l->updated -
	    l->unchanged - l->skipped - l->removed;
}

int
sink_close(struct sink *sink, int status)
{
	struct ledger sum = { 0 };
	struct buf more = { 0 }, name = { 0 };
	struct sink_table *t;
	size_t i;

	if (sink->run->held && status <= DIAG_FINDINGS)
		gate_committed(sink->run->gate);
	for (i = 0; i < sink->ntables; i++) {
		t = &sink->tables[i];
		if (status > DIAG_FINDINGS && status != DIAG_UNKNOWN)
			roll_back(t);
		add_up(&sum, &t->ledger);
		name.len = 0;
		buf_put(&name, t->name, t->len);
		ledger_say_sink(&t->ledger, buf_z(&name));
	}
	put_tables(sink, &more);
	status = stats_end(sink->run->opts->stats, status, sink->run->start,
	    &sum, &more);
	buf_free(&more);
	buf_free(&name);
	free_sink(sink);
	return (status);
}
