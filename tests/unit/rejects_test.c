/*
 * rejects, ledger, stats - what is kept of a run
 */
#include <sys/stat.h>

#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/infile.h"
#include "row/ledger.h"
#include "row/rejects.h"
#include "row/row.h"
#include "row/stats.h"
#include "tap.h"

static char dir[] = "/tmp/rowpipe-unit.XXXXXX";
static char path[64];

static void
is_file(const char *want, const char *title)
{
	struct err err = ERR_INIT;
	struct buf b = { 0 };

	if (infile_read(path, 1 << 20, &b, &err) != 0)
		buf_puts(&b, err.msg);
	(void)is_text(b.s == NULL ? "" : b.s, b.len, want, title);
	buf_free(&b);
	(void)unlink(path);
}

static void
test_rejects(void)
{
	const struct row good = { .s = "{\"a\": 1}", .len = 8, .shape = 1,
	    .file = "f\xc3\xa9", .line = 3, .offset = 40 };
	const struct row bad = { .s = "{\xff\0\"\n", .len = 5, .file = "-",
	    .line = 4, .offset = 50 };
	struct err why = ERR_INIT, err = ERR_INIT;
	struct rejects *r = rejects_open(path, 1, &err);
	struct stat st;

	(void)err_set(&why, "field \"a\" is no good");
	(void)err_hint(&why, "do better");
	(void)err_rule(&why, "enum", "/a");
	ok(rejects_add(r, &good, &why, &err) == 0, "one reject is taken");
	(void)err_set(&why, "no row");
	ok(rejects_add(r, &bad, &why, &err) == -1 &&
	    err.status == DIAG_BADINPUT, "one too many is told");
	(void)is_text(err.msg, strlen(err.msg),
	    "more than 1 rows rejected (--max-rejects)", "and how many");
	ok(rejects_count(r) == 2, "rejects are counted");
	ok(stat(path, &st) == -1, "the file is not there before the end");
	ok(rejects_close(r, &err) == 0, "closes");
	is_file("{\"row\":{\"a\": 1},\"why\":[{\"rule\":\"enum\","
	    "\"path\":\"/a\""
	    ",\"message\":\"field \\\"a\\\" is no good\",\"hint\":"
	    "\"do better\"}],\"at\":{\"file\":\"f\xc3\xa9\",\"line\":3,"
	    "\"offset\":40}}\n"
	    "{\"text\":\"{\xef\xbf\xbd\\u0000\\\"\\n\",\"why\":[{\"rule\":"
	    "\"json\",\"message\":\"no row\"}],\"at\":{\"file\":\"-\","
	    "\"line\":4,\"offset\":50}}\n", "all of them are kept");

	r = rejects_open(path, UINT64_MAX, &err);
	ok(rejects_close(r, &err) == 0, "none may be rejected");
	is_file("", "the file is there then as well");
	r = rejects_open(NULL, 0, &err);
	ok(rejects_close(r, &err) == 0 && rejects_close(NULL, &err) == 0,
	    "no file is needed");
	ok(rejects_open("/no/such/dir/x", 0, &err) == NULL &&
	    err.status == DIAG_FAIL, "a file that cannot be made is told");
}

static void
test_ledger(void)
{
	struct ledger l = { .in = 21, .created = 1, .updated = 2,
	    .unchanged = 3, .skipped = 4, .rejected = 11, .bytes = 99 };
	struct err err = ERR_INIT;
	struct buf more = { 0 };

	ok(ledger_balance(&l, &err) == 0, "books that balance do");
	ok(stats_write(NULL, 0, 1, &l, NULL, &err) == 0,
	    "statistics need not be written");
	buf_puts(&more, "\"tables\":{}");
	ok(stats_write(path, 1, 1.5, &l, &more, &err) == 0, "but can be");
	is_file("{\"program\":\"rejects_test\",\"version\":\"" ROWPIPE_VERSION
	    "\",\"status\":1,\"seconds\":1.500,\"in\":21,\"out\":0,"
	    "\"created\":1,\"updated\":2,\"unchanged\":3,\"skipped\":4,"
	    "\"rejected\":11,\"rolled_back\":0,\"bytes\":99,\"tables\":{}}\n",
	    "as an object");
	l.in = 22;
	ok(ledger_balance(&l, &err) == -1, "books that do not are told");
	(void)is_text(err.msg, strlen(err.msg), "the books do not balance:"
	    " 22 rows in, but 21 accounted for", "with what is missing");
	buf_free(&more);
}

int
main(void)
{

	diag_init("rejects_test");
	if (mkdtemp(dir) == NULL)
		abort();
	(void)snprintf(path, sizeof(path), "%s/file", dir);
	test_rejects();
	test_ledger();
	(void)rmdir(dir);
	return (tap_done());
}
