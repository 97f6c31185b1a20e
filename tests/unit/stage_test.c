#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "row/bag.h"
#include "row/stage.h"

#include "tap.h"

static struct err err;

static int
have(const char *path)
{

	return (access(path, F_OK) == 0);
}

static void
put_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0) {
		perror(path);
		exit(1);
	}
}

static void
stage_file(const struct stage *st, const char *name)
{
	struct buf b = { 0 };

	stage_put_path(st, name, &b);
	put_file(buf_z(&b), "{}\n");
	buf_free(&b);
}

/* Export these files as a whole bag, or break off before its manifests. */
static int
export(const char *const *names, size_t n, int whole)
{
	struct bag_entry e = { .path = "data/a.ndjson", .name = "a",
	    .rows = 1, .bytes = 3, .sha256 =
	    "ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356"
	};
	struct stage *st = stage_open("dir", 0, &err);
	size_t i;
	int rc;

	if (st == NULL)
		return (-1);
	for (i = 0; i < n; i++)
		stage_file(st, names[i]);
	rc = stage_publish(st, names, n, &err);
	if (rc == 0 && whole && (rc = bag_write("dir", "", &e, 1, &err)) == 0)
		stage_done(st);
	stage_close(st);
	return (rc);
}

static void
say(const char *path, const char *wrong, void *cookie)
{

	(void)cookie;
	if (wrong != NULL)
		printf("# %s: %s\n", path, wrong);
}

static void
test_first(void)
{
	static const char *const names[] = { "a.ndjson" };
	struct stage *st = stage_open("dir", 0, &err);

	ok(st != NULL && have("dir/.export"), "a missing directory is made");
	stage_file(st, "a.ndjson");
	stage_close(st);
	ok(!have("dir"), "and goes away when nothing was published");
	ok(export(names, 1, 1) == 0, "an export is published");
	ok(!have("dir/.export"), "nothing is left waiting");
	ok(bag_verify("dir", say, NULL, &err) == 0, "it is a good bag");
}

static void
test_again(void)
{
	static const char *const names[] = { "a.ndjson" };
	static const char *const two[] = { "a.ndjson", "b.ndjson" };
	struct stage *st = stage_open("dir", 0, &err);

	ok(st != NULL, "a bag may be replaced");
	stage_file(st, "a.ndjson");
	ok(bag_verify("dir", say, NULL, &err) == 0,
	    "and stays good until it is");
	stage_close(st);
	ok(bag_verify("dir", say, NULL, &err) == 0,
	    "also when the new one breaks off");
	ok(export(two, 2, 0) == 0 && have("dir/data/b.ndjson"),
	    "a run ends before its manifests");
	ok(bag_verify("dir", say, NULL, &err) == -1,
	    "then what is there is no bag");
	put_file("dir/manifest-sha256.txt", "ca3d163bab055381827226140568f3bef7"
	    "eaac187cebd76878e0b63e9e442356  data/b.ndjson\n"
	    "ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356"
	    "  data/../keep.ndjson\n");
	put_file("dir/keep.ndjson", "mine\n");
	ok(export(names, 1, 1) == 0, "the next run may replace it");
	ok(!have("dir/data/b.ndjson"), "a file of the old bag is removed");
	ok(have("dir/keep.ndjson"),
	    "a file that a manifest names outside of data/ is not");
	ok(bag_verify("dir", say, NULL, &err) == 0, "and all is good again");
}

static void
test_refusals(void)
{
	struct stage *st;

	(void)mkdir("other", 0777);
	put_file("other/thesis.txt", "");
	ok(stage_open("other", 0, &err) == NULL,
	    "a directory with something else in it is refused");
	(void)is_text(err.msg, strlen(err.msg), "directory \"other\" is"
	    " neither empty nor an export", "and it is said why");
	st = stage_open("other", 1, &err);
	ok(st != NULL, "unless forced");
	stage_close(st);
	ok(have("other/thesis.txt") && !have("other/.export"),
	    "and what was there stays");
	put_file("file", "");
	ok(stage_open("file", 0, &err) == NULL, "a file is no directory");
	ok(stage_open("no/where", 0, &err) == NULL,
	    "a directory whose parent is missing cannot be made");
}

int
main(void)
{
	char dir[] = "/tmp/rowpipe-stage.XXXXXX";

	if (mkdtemp(dir) == NULL || chdir(dir) != 0) {
		perror(dir);
		return (1);
	}
	test_first();
	test_again();
	test_refusals();
	if (chdir("/") == 0) {
		char cmd[64];

		(void)snprintf(cmd, sizeof(cmd), "rm -rf %s", dir);
		(void)!system(cmd);
	}
	return (tap_done());
}
