/*
 * sum - checksum files, ours and those of others
 */
#include "base/buf.h"
#include "base/err.h"
#include "row/sum.h"
#include "tap.h"

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
#define LOWER_B \
	"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static void
finds(const char *text, const char *name, const char *want, const char *title)
{
	struct err err = ERR_INIT;
	struct sum sum;
	int rc = sum_find(text, strlen(text), SUM_BYTES, name, &sum, &err);

	if (rc == 0)
		(void)is_text(sum.sha256, strlen(sum.sha256), want, title);
	else
		(void)is_text(err.msg, strlen(err.msg), want, title);
}

static void
round_trip(const char *name)
{
	struct sum in = { .sha256 = A, .counted = 1, .rows = 7,
	    .bytes = UINT64_MAX }, out;
	struct err err = ERR_INIT;
	struct buf b = { 0 };

	sum_put(&b, &in, SUM_BYTES, "other");
	in.rows = 8;
	sum_put(&b, &in, SUM_BYTES, name);
	ok(sum_find(b.s, b.len, SUM_BYTES, name, &out, &err) == 0 &&
	    out.counted && out.rows == 8 && out.bytes == UINT64_MAX &&
	    strcmp(out.sha256, A) == 0, "an entry is found again");
	buf_free(&b);
}

int
main(void)
{
	struct sum sum = { .sha256 = A, .counted = 1, .rows = 7, .bytes = 9 };
	struct buf b = { 0 };

	sum_put(&b, &sum, SUM_BYTES, "a file");
	sum.counted = 0;
	sum_put(&b, &sum, SUM_BYTES, "-");
	sum_put(&b, &sum, SUM_BYTES, "a\\b\nc");
	(void)is_text(b.s, b.len, "# rows: 7, bytes: 9\n" A "  a file\n"
	    A "  -\n" "\\" A "  a\\\\b\\nc\n", "writes as sha256sum does");
	buf_free(&b);
	round_trip("-");
	round_trip("x y");
	round_trip("\\odd\nname\r");

	finds(A "  x\n", "y", A, "a single entry may have any name");
	finds(A "  x", "x", A, "the last line may lack its newline");
	finds(A "  x\n" B " *y\r\n", "y", LOWER_B, "names choose an entry");
	finds("SHA256 (x) = " A "\nSHA256 (y) = " B "\n", "y", LOWER_B,
	    "BSD's form is read");
	finds("\\SHA256 (a\\nb) = " A "\n" B "  y\n", "a\nb", A,
	    "names may be escaped in it");
	finds("# hello\n\n" A "  x\n", "x", A, "comments are skipped");
	finds(A "  x\n" A "  y\n", "z",
	    "2 checksums in it, none for \"z\"", "which one must be clear");
	finds("", "z", "no checksum in it", "one is needed");
	finds("# rows: 99999999999999999999, bytes: 1\n" A "  x\n", "x", A,
	    "a comment that is not ours is skipped");
	finds("# \n", "z", "no checksum in it", "a comment is none");
	finds(A "  x\n" A "  \n", "z", "line 2 is no SHA-256 checksum",
	    "a name is needed");
	finds("d41d8cd98f00b204e9800998ecf8427e  x\n", "x",
	    "line 1 is no SHA-256 checksum", "MD5 is refused");
	finds("g" A "  x\n", "x", "line 1 is no SHA-256 checksum",
	    "hex digits are needed");
	return (tap_done());
}
