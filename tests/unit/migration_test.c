/* Folders of migrations and plans, against a history that is made up. */
#include <sys/stat.h>

#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "db/plan.h"
#include "tap.h"

static struct arena *a;
static char dir[] = "/tmp/rowpipe-test.XXXXXX";

static void
put(const char *name, const char *file, const char *text)
{
	struct buf b = { 0 };
	FILE *f;

	buf_printf(&b, "%s/%s", dir, name);
	(void)mkdir(buf_z(&b), 0700);
	buf_printf(&b, "/%s", file);
	if ((f = fopen(buf_z(&b), "w")) == NULL || fputs(text, f) == EOF ||
	    fclose(f) != 0)
		abort();
	buf_free(&b);
}

static void
wipe(void)
{
	struct buf b = { 0 };

	buf_printf(&b, "rm -rf %s/*", dir);
	if (system(buf_z(&b)) != 0)
		abort();
	buf_free(&b);
}

static void
check_hash(void)
{
	static const char *const same[] = {
		"a\nb\n", "a\r\nb\r\n", "a\rb\r", "a\nb", "a\r\nb"
	};
	char want[DIGEST_HEX + 1], got[DIGEST_HEX + 1];
	size_t i;

	migration_hash(same[0], strlen(same[0]), want);
	for (i = 1; i < sizeof(same) / sizeof(same[0]); i++) {
		migration_hash(same[i], strlen(same[i]), got);
		is_text(got, DIGEST_HEX, want, "ends of lines do not count");
	}
	migration_hash("a\n\nb\n", 5, got);
	ok(strcmp(got, want) != 0, "an empty line does");
}

static void
check_names(void)
{
	static const char *const bad[] = {
		"", ".a", "-a", "a/b", "a b", "\xc3\xa4", "a\n"
	};
	struct err err = ERR_INIT;
	size_t i;

	ok(migration_check_name("20260101_a-b.c", &err) == 0, "a good name");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(migration_check_name(bad[i], &err) != 0 &&
		    err.status == DIAG_BADINPUT, "no good name (%zu)", i);
}

static void
check_head(void)
{
	struct err err = ERR_INIT;
	struct migration *m;

	put("h", "up.sql", "\r\n/* Depends: a, b\r\n * description: it's: so\n"
	    " */\n-- depends: c\n--- transaction: no\nSELECT 1;\n"
	    "-- depends: d\n");
	put("h", "down.sql", "-- depends: z\n-- foreign_keys: off\n");
	m = migration_read(dir, "h", MIGRATION_PG, a, &err);
	ok(m != NULL, "a head is read");
	if (m == NULL)
		return;
	ok(m->depends.n == 3 && strcmp(m->depends.v[0], "a") == 0 &&
	    strcmp(m->depends.v[2], "c") == 0,
	    "up to the first statement, from all kinds of comments");
	ok(strcmp(m->description, "it's: so") == 0, "the text of a field");
	ok(m->file[MIGRATION_UP]->no_transaction &&
	    !m->file[MIGRATION_DOWN]->no_transaction &&
	    m->file[MIGRATION_DOWN]->no_foreign_keys,
	    "some hold for their file only");
	put("h", "up", "");
	ok(migration_read(dir, "h", MIGRATION_PG, a, &err) == NULL &&
	    strstr(err.msg, "two files for the same") != NULL,
	    "two files for the same are refused");
	put("h", "up.pg.sql", "SELECT 2;");
	ok((m = migration_read(dir, "h", MIGRATION_PG, a, &err)) != NULL &&
	    m->depends.n == 0, "one for the engine goes before both");
	put("e", "up.pg.sql", "-- target: pg\n");
	ok((m = migration_read(dir, "e", MIGRATION_SQLITE, a, &err)) != NULL &&
	    m->elsewhere && m->file[MIGRATION_UP] == NULL,
	    "one for the other engine");
	put("e", "up.pg.sql", "SELECT 1;");
	ok(migration_read(dir, "e", MIGRATION_SQLITE, a, &err) == NULL &&
	    strstr(err.hint, "target: pg") != NULL,
	    "that must be said");
	put("s", "up", "#!/bin/sh\n");
	ok(migration_read(dir, "s", MIGRATION_PG, a, &err) == NULL &&
	    strstr(err.msg, "cannot be executed") != NULL,
	    "a script that cannot be executed is refused");
	put("t", "up.sql", "-- transaction: maybe\n");
	ok(migration_read(dir, "t", MIGRATION_PG, a, &err) == NULL,
	    "a value that is none is refused");
}

/* The order of the plan, and "kind step" of each problem. */
static void
check_plan(struct history_row *rows, size_t n, const char *want,
    const char *title)
{
	const struct history_rows history = { rows, n };
	struct err err = ERR_INIT;
	struct buf b = { 0 };
	struct plan p;
	size_t i;

	if (plan_read(dir, MIGRATION_PG, &history, "row-migrate", &p,
	    a, &err) != 0)
		buf_puts(&b, err.msg);
	for (i = 0; i < p.n; i++)
		buf_printf(&b, "%s ", p.v[i].name);
	for (i = 0; i < p.nproblems; i++)
		buf_printf(&b, "%d:%s ", (int)p.problems[i].kind,
		    p.v[p.problems[i].step].name);
	is_text(b.s, b.len, want, title);
	buf_free(&b);
}

static void
check_plans(void)
{
	struct history_row done[] = {
		{ .name = "b", .state = HISTORY_COMPLETED, .applied = 1,
		    .hash = "other" },
		{ .name = "x", .state = HISTORY_COMPLETED, .applied = 2 },
	};
	struct history_row squash[] = {
		{ .name = "1", .state = HISTORY_COMPLETED, .applied = 1 },
		{ .name = "2", .state = HISTORY_ROLLED_BACK },
	};

	wipe();
	put("c", "up.sql", "-- depends: a\n");
	put("a", "up.sql", "-- depends: d\n");
	put("b", "up.sql", "");
	put("d", "up.sql", "");
	check_plan(NULL, 0, "b d a c ", "dependencies, then names");
	check_plan(done, 1, "b d a c 3:b ", "a text that changed");
	check_plan(done + 1, 1, "b d a c x 6:x ", "one that is gone");
	done[0].hash = NULL;
	put("a", "up.sql", "");
	check_plan(done, 1, "a b c d 4:a ", "out of order");
	put("d", "up.sql", "-- depends: d\n");
	check_plan(NULL, 0, "a b c d 2:d ", "one that depends on itself");
	put("d", "up.sql", "-- depends: c\n");
	put("c", "up.sql", "-- depends: b d\n");
	check_plan(NULL, 0, "a b c d 2:c ", "a circle");
	put("d", "up.sql", "-- depends: e\n");
	check_plan(NULL, 0, "a b d c 1:d ", "a dependency that is missing");
	put("d", "up.sql", "-- replaces: 1 2\n");
	put("c", "up.sql", "-- depends: 2\n");
	check_plan(NULL, 0, "a b d c ", "one that stands for another");
	check_plan(squash, 2, "1 2 a b d c 5:d ", "for half of them");
	squash[1].state = HISTORY_COMPLETED;
	check_plan(squash, 2, "1 2 a b d c ", "for all of them");
}

int
main(void)
{

	if (mkdtemp(dir) == NULL)
		return (1);
	a = arena_new();
	check_hash();
	check_names();
	check_head();
	check_plans();
	wipe();
	(void)rmdir(dir);
	arena_free(a);
	return (tap_done());
}
