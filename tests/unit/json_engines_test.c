/* The engines against the careful reader, on rows and on damaged rows. */
#include "../json/agree.h"
#include "tap.h"

#define MUTATIONS 20000
#define ALIGNMENTS 64

static const char *const rows[] = {
	"{\"id\":1,\"uid\":\"4f2c5c1e-7a3b-4f0e-9d41-0123456789ab\",\"n\":"
	    "-12.50e+3,\"ok\":true,\"no\":false,\"nil\":null}",
	"{\"t\":\"M\xc3\xbcller \\\"\\u00e9\\ud83d\\ude00\\n\xe2\x82\xac "
	    "\xf0\x9f\x98\x80 tail\",\"j\":{\"a\": [1, {\"b\": \"]}\\\\\"}, "
	    "[]], \"c\": {}},\"l\":[\"x\",\"y\"]}",
	" { \"a\" : 1 , \"b\" : [ 1 , 2 , \"3\" ] ,\t\"c\" : \"\" }\r\n",
	"[[[[1,2],[3]],{\"a\":[{\"b\":{}}]}],\"0123456789012345678901234567"
	    "890123456789012345678901234567890123456789\"]",
	"{\"\":\"\\\\\\\\\\\\\\\\\\\\\\\\\\\"\\\\\",\"\\\\\":\"\\\"\"}"
};
#define NROWS (sizeof(rows) / sizeof(rows[0]))

static struct agree state;
static uint64_t seed = 20;

static size_t
below(size_t n)
{

	seed = seed * 6364136223846793005U + 1442695040888963407U;
	return ((size_t)(seed >> 33) % n);
}

/* Report the first text that is read in two ways; 1 when there is none. */
static int
fine(const char *s, size_t len)
{
	const char *wrong = agree(&state, s, len);

	if (wrong == NULL)
		return (1);
	printf("# %s:\n# ", wrong);
	for (; len > 0; len--, s++)
		printf(*s >= ' ' && *s <= '~' ? "%c" : "\\x%02x",
		    (unsigned char)*s);
	printf("\n");
	return (0);
}

/* ${text} in memory of exactly its size, and at every alignment. */
static void
aligned(void)
{
	size_t i, shift, len;
	char *p;
	int good = 1;

	for (i = 0; i < NROWS && good; i++) {
		len = strlen(rows[i]);
		for (shift = 0; shift < ALIGNMENTS && good; shift++) {
			if ((p = malloc(shift + len)) == NULL)
				abort();
			memcpy(p + shift, rows[i], len);
			good = fine(p + shift, len);
			free(p);
		}
	}
	ok(good, "rows are read the same at every alignment");
}

/* Every prefix is read and (but for white space) refused. */
static void
cut_off(void)
{
	size_t i, len;
	char *p;
	int good = 1;

	for (i = 0; i < NROWS; i++)
		for (len = 0; len <= strlen(rows[i]) && good; len++) {
			if ((p = malloc(len + 1)) == NULL)
				abort();
			memcpy(p + 1, rows[i], len);
			good = fine(p + 1, len);
			free(p);
		}
	ok(good, "rows cut off anywhere are read the same");
}

/* Every byte in every place. */
static void
replaced(void)
{
	unsigned int c;
	size_t i, at, len;
	int good = 1;
	char *p;

	for (i = 0; i < NROWS; i++) {
		len = strlen(rows[i]);
		if ((p = malloc(len)) == NULL)
			abort();
		for (at = 0; at < len; at++) {
			memcpy(p, rows[i], len);
			for (c = 0; c < 256 && good; c++) {
				p[at] = (char)c;
				good = fine(p, len);
			}
		}
		free(p);
	}
	ok(good, "rows with any byte in any place are read the same");
}

/* Strings of all lengths and with trouble at all places of them. */
static void
places(void)
{
	static const char *const bits[] = {
		"", "\"", "\\", "\\\"", "\\\\", "\t", "\xc3\xa9", "\xc3",
		"\x80", "\xe2\x82\xac", "\xed\xa0\x80", "\xf4\x90\x80\x80",
		"\xf0\x9f\x98\x80", "\\ud83d\\ude00", "\\ud83d", "\\ude00",
		"\\u12", "\x7f", "{", "}"
	};
	const size_t nbits = sizeof(bits) / sizeof(bits[0]);
	struct buf b = { 0 };
	size_t i, at, len;
	int good = 1;

	for (len = 0; len <= 200 && good; len++)
		for (i = 0; i < nbits && good; i++) {
			at = below(len + 1);
			b.len = 0;
			buf_puts(&b, "{\"k\":\"");
			memset(buf_need(&b, len), 'x', len);
			b.len += at;
			buf_puts(&b, bits[i]);
			memset(buf_need(&b, len), 'y', len);
			b.len += len - at;
			buf_puts(&b, below(2) ? "\"}" :
			    "\",\"l\":\"\xc3\xa9\"}");
			good = fine(b.s, b.len);
		}
	ok(good, "strings of 0 to 200 bytes with trouble in them");
	buf_free(&b);
}

static void
mutate(struct buf *b)
{
	static const char bytes[] = "\"\\{}[],:0123456789.eE+-tfn \t\n\r\x01"
	    "\x80\xc3\xed\xa0\xf4u/";
	size_t n = below(4), at;

	for (; n > 0 && b->len > 0; n--) {
		at = below(b->len);
		switch (below(4)) {
		case 0:
			b->s[at] = bytes[below(sizeof(bytes))];
			break;
		case 1:
			memmove(b->s + at, b->s + at + 1, b->len - at - 1);
			b->len--;
			break;
		case 2:
			(void)buf_need(b, 1);
			memmove(b->s + at + 1, b->s + at, b->len - at);
			b->s[at] = bytes[below(sizeof(bytes))];
			b->len++;
			break;
		default:
			b->s[at] = (char)below(256);
			break;
		}
	}
}

static void
damaged(void)
{
	struct buf b = { 0 };
	unsigned int i;
	int good = 1;
	char *p;

	for (i = 0; i < MUTATIONS && good; i++) {
		b.len = 0;
		buf_puts(&b, rows[below(NROWS)]);
		mutate(&b);
		if ((p = malloc(b.len + 1)) == NULL)
			abort();
		memcpy(p + 1, b.s, b.len);
		good = fine(p + 1, b.len);
		free(p);
	}
	ok(good, "%d damaged rows are read the same", MUTATIONS);
	buf_free(&b);
}

/* Texts of several windows, with trouble near their edges. */
static void
windows(void)
{
	static const char *const bits[] = {
		"\\\"", "\\\\", "\xe2\x82\xac", "\\ud83d\\ude00", "\",\"",
		"\xc3\xa9\",\"\xc3\xa9", "\t", "\xff", "\\ud83d", "\\q"
	};
	const size_t nbits = sizeof(bits) / sizeof(bits[0]);
	struct buf b = { 0 };
	size_t i, edge, at;
	int good = 1;

	for (edge = SCAN_WINDOW; edge <= 2 * SCAN_WINDOW && good;
	    edge += SCAN_WINDOW)
		for (i = 0; i < nbits; i++)
			for (at = edge - 16; at < edge + 4 && good; at++) {
				b.len = 0;
				buf_puts(&b, "{\"k\":[\"");
				while (b.len < at)
					buf_putc(&b, 'x');
				buf_puts(&b, bits[i]);
				buf_puts(&b, "\",1234567,\"z\"],\"l\":12,"
				    "\"m\":\"\\n\"}");
				good = fine(b.s, b.len);
			}
	ok(good, "strings across the edges of windows");
	for (at = 4060; at < 4140 && good; at++) {
		b.len = 0;
		buf_puts(&b, "{\"k\":[\"\xc3\xa9\"");
		while (b.len < at)
			buf_puts(&b, ",1");
		buf_puts(&b, "],\"l\":-12345678901234567890123456789.5,"
		    "\"m\":\"\xc3\xa9\"}");
		good = fine(b.s, b.len);
	}
	ok(good, "numbers across the edges of windows");
	for (at = SCAN_WINDOW - 80; at < SCAN_WINDOW + 80 && good; at++) {
		b.len = 0;
		buf_puts(&b, "{\"k\":\"\\n");
		while (b.len < at)
			buf_putc(&b, 'x');
		buf_puts(&b, "\",\"l\":\"y\",\"m\\t\":1}");
		good = fine(b.s, b.len);
	}
	ok(good, "strings with an escape some way back");
	buf_free(&b);
}

int
main(void)
{

	diag_init("json_engines_test");
	agree_init(&state);
	aligned();
	cut_off();
	replaced();
	places();
	windows();
	damaged();
	agree_free(&state);
	return (tap_done());
}
