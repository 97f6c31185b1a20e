/*
 * keyset_test - unique and references, in memory and sorted
 */
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "json/json.h"
#include "row/input.h"
#include "row/key.h"
#include "row/keyset.h"
#include "row/row.h"
#include "tap.h"

static struct json_reader *reader;

static struct row
read_row(const char *text, uint64_t line)
{
	static char file[] = "rows";
	struct row row = { .s = text, .len = strlen(text), .file = file,
	    .line = line };
	struct err err = ERR_INIT;

	if (json_read_object(reader, text, row.len, &err) != 0)
		ok(0, "%s: %s", text, err.msg);
	row.fields = reader->fields;
	row.nfields = reader->nfields;
	row.shape = reader->shape;
	return (row);
}

static void
write_parents(char *path, unsigned n)
{
	FILE *f = fdopen(mkstemp(path), "w");
	unsigned i;

	for (i = 0; f != NULL && i < n; i++)
		fprintf(f, "{\"key\":\"%u\",\"k2\":%u.0}\n", i, i % 3);
	if (f == NULL || fclose(f) != 0)
		ok(0, "could not write %s", path);
}

/* Rows with few values, judged by arrays that need no cleverness. */
struct model {
	unsigned	ids, mails, parents;
	uint64_t	*id, *mail;		/* line that has it, or 0 */
};

static int
expect(struct model *m, unsigned id, unsigned mail, unsigned ref,
    uint64_t line, char *why, size_t size)
{
	int bad = 0;

	why[0] = '\0';
	if (m->id[id] != 0) {
		bad = 1;
		snprintf(why, size, "\"id\" is not unique: line %ju has the"
		    " same value \"%u\"", (uintmax_t)m->id[id], id);
	} else
		m->id[id] = line;
	/* A null is not compared. */
	if (mail != 0 && m->mail[mail] != 0) {
		if (!bad)
			snprintf(why, size, "\"mail,x\" is not unique: line"
			    " %ju has the same value \"\\\"m%u\\\", 1.0\"",
			    (uintmax_t)m->mail[mail], mail);
		bad = 1;
	} else if (mail != 0)
		m->mail[mail] = line;
	if (ref != 0 && ref >= m->parents) {
		if (!bad)
			snprintf(why, size, "\"ref\" references");
		bad = 1;
	}
	return (bad);
}

static void
test_rows(unsigned n, uint64_t memory, int all_kept)
{
	struct keyset *ks = keyset_new(memory);
	char path[] = "/tmp/keyset_test.XXXXXX", text[200], why[200];
	struct model m = { n / 2 + 1, n / 3 + 1, n / 8 + 1, NULL, NULL };
	int *bad = mem_array(n + 1, sizeof(*bad)), held = 0, wrong = 0;
	struct err err = ERR_INIT;
	enum keyset_verdict verdict = KEYSET_GOOD;
	enum input_status st;
	struct row row, *r;
	struct buf spec = { 0 };
	unsigned i, id, mail, ref;

	m.id = mem_array(m.ids, sizeof(*m.id));
	m.mail = mem_array(m.mails, sizeof(*m.mail));
	write_parents(path, m.parents);
	keyset_unique(ks, key_new("id", &err));
	keyset_unique(ks, key_new("mail,x", &err));
	buf_printf(&spec, "ref=%s:key", path);
	ok(keyset_parse(ks, buf_z(&spec), 0, &err) == 0, "rows are read: %s",
	    err.msg);
	srand(n);
	for (i = 0; i < n; i++) {
		id = (unsigned)rand() % m.ids;
		mail = (unsigned)rand() % m.mails;
		ref = (unsigned)rand() % (m.parents + m.parents / 8 + 2);
		snprintf(text, sizeof(text), mail == 0 ?
		    "{\"id\":%u,\"n\":%u,\"x\":1,\"ref\":\"%u\"}" :
		    ref == 0 ? "{\"id\":%u,\"mail\":\"m%u\",\"x\":1.0}" :
		    "{\"id\":%u,\"mail\":\"m%u\",\"x\":1.0,\"ref\":\"%u\"}",
		    id, mail, ref);
		bad[i] = expect(&m, id, mail, ref, i + 1, why, sizeof(why));
		row = read_row(text, i + 1);
		verdict = keyset_row(ks, &row, &err);
		held += verdict == KEYSET_HELD;
		if (verdict == KEYSET_FAIL)
			ok(0, "%s", err.msg);
		if (verdict == KEYSET_HELD)
			continue;
		if ((verdict == KEYSET_BAD) != bad[i] || (bad[i] &&
		    strncmp(why, err.msg, strlen(why)) != 0)) {
			printf("# %s: %s, not %s\n", text, err.msg, why);
			wrong++;
		}
	}
	ok(all_kept ? held == 0 : held > (int)n / 10 && held < (int)n,
	    "%d of %u rows are held", held, n);
	for (i = n - (unsigned)held; (st = keyset_next(ks, &r, &err)) !=
	    INPUT_END && st != INPUT_FAIL; i++)
		wrong += i >= n || (st == INPUT_BAD) != bad[i] ||
		    r->line != i + 1 || strncmp(r->s, "{\"id\":", 6) != 0 ||
		    (st == INPUT_BAD && err.path[0] != '/' &&
		    strncmp(err.msg, "\"mail,x\"", 8) != 0);
	ok(st == INPUT_END && i == n && wrong == 0,
	    "each row is judged right (%d are not)", wrong);
	unlink(path);
	buf_free(&spec);
	mem_free(m.id);
	mem_free(m.mail);
	mem_free(bad);
	keyset_free(ks);
}

/* A tree: parents may come after their children. */
static void
test_self(void)
{
	static const char *const rows[] = {
		"{\"id\":1,\"up\":3}", "{\"id\":2,\"up\":7}",
		"{\"id\":3,\"up\":null}", "{\"id\":4}", "{\"id\":5,\"up\":5.0}"
	};
	static const int bad[] = { 0, 1, 0, 0, 0 };
	struct keyset *ks = keyset_new(0);
	struct err err = ERR_INIT;
	enum input_status st;
	struct row row, *r;
	int i, good;

	good = keyset_references(ks, key_new("up", &err), NULL,
	    key_new("id", &err), 0, &err) == 0;
	for (i = 0; i < 5; i++) {
		row = read_row(rows[i], (uint64_t)i + 1);
		good = good && keyset_row(ks, &row, &err) == KEYSET_HELD;
	}
	for (i = 0; (st = keyset_next(ks, &r, &err)) != INPUT_END; i++)
		good = good && i < 5 && (st == INPUT_BAD) == bad[i];
	ok(good && i == 5, "rows refer to rows before and after them");
	is_text(err.msg, strlen(err.msg),
	    "\"up\" references no row of this stream: \"7\"", "or to none");
	keyset_free(ks);
}

static void
test_words(void)
{
	static const struct {
		const char *text, *msg;
	} wrong[] = {
		{ "a", "\"a\" is not of the form FIELDS=FILE:FIELDS" },
		{ "a=b", "\"a=b\" is not of the form FIELDS=FILE:FIELDS" },
		{ "a=:b", "\"a=:b\" is not of the form FIELDS=FILE:FIELDS" },
		{ "=f:b", "a field name is missing in \"\"" },
		{ "a=f:", "a field name is missing in \"\"" },
		{ "a,b=f:c",
		    "\"a,b=f:c\" has not as many fields on both sides" },
		{ "a=-:b", "the rows that are referred to cannot come from"
		    " standard input" },
		{ "a=/no/file:b", "stdin" },
	};
	struct keyset *ks = keyset_new(0);
	struct err err = ERR_INIT;
	size_t i;

	for (i = 0; i + 1 < sizeof(wrong) / sizeof(wrong[0]); i++) {
		ok(keyset_parse(ks, wrong[i].text, 0, &err) == -1,
		    "%s is refused", wrong[i].text);
		is_text(err.msg, strlen(err.msg), wrong[i].msg, "with a word");
	}
	ok(keyset_parse(ks, "a=/no/file:b", 0, &err) == -1 &&
	    strstr(err.msg, "/no/file") != NULL, "a missing file: %s",
	    err.msg);
	keyset_free(ks);
}

int
main(void)
{

	reader = json_reader_new();
	test_rows(1000, 0, 1);
	test_rows(200000, 0, 0);
	test_self();
	test_words();
	json_reader_free(reader);
	return (tap_done());
}
