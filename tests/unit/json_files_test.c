/*
 * The texts in tests/json: accept/ holds JSON, reject/ what is none.  Names
 * that begin with "row-" are about rows, which are objects with no key twice.
 *
 * json_files_test rewrite FILE: the text in FILE, taken apart with json_next
 * and json_string and put together again (for tests/json/oracle.t).
 */
#include <dirent.h>

#include "base/infile.h"

#include "../json/agree.h"
#include "tap.h"

static struct agree state;

static void
load(struct buf *b, const char *path)
{
	struct err err = ERR_INIT;

	b->len = 0;
	if (infile_read(path, SIZE_MAX / 2, b, &err) != 0)
		diag_exit(&err, DIAG_FAIL);
}

/* Read ${b} from memory of exactly its size, as a row or as a value. */
static int
is_read(const struct buf *b, int row, struct err *err, const char **wrong)
{
	struct json_value v;
	char *exact;
	int good;

	if ((exact = malloc(b->len + 1)) == NULL)
		abort();
	memcpy(exact + 1, b->s, b->len);
	if (row)
		good = json_read_object(state.reader, exact + 1, b->len,
		    err) == 0;
	else
		good = json_read_value(state.reader, exact + 1, b->len, &v,
		    err) == 0;
	*wrong = agree(&state, exact + 1, b->len);
	free(exact);
	return (good);
}

static void
try_file(const char *path, const char *name, int want)
{
	struct err err = ERR_INIT;
	struct buf b = { 0 }, inside = { 0 };
	const char *wrong;
	const int row = strncmp(name, "row-", 4) == 0;
	int got;

	load(&b, path);
	got = is_read(&b, row, &err, &wrong);
	ok(got == want && wrong == NULL, "%s %s: %s",
	    want ? "takes" : "refuses", name, wrong != NULL ? wrong :
	    got ? "taken" : err.msg);

	/* In an array, what is refused may be right: [1,5]. */
	buf_putc(&inside, '[');
	buf_put(&inside, b.s, b.len);
	buf_putc(&inside, ']');
	got = is_read(&inside, 0, &err, &wrong);
	if (wrong != NULL || (want && !got && strstr(name, "deep") == NULL))
		ok(0, "%s in an array: %s", name,
		    wrong != NULL ? wrong : err.msg);
	buf_free(&b);
	buf_free(&inside);
}

static void
try_dir(const char *dir, int want)
{
	char path[512];
	struct dirent *d;
	DIR *dp = opendir(dir);
	int n = 0;

	while (dp != NULL && (d = readdir(dp)) != NULL) {
		if (d->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", dir, d->d_name);
		try_file(path, d->d_name, want);
		n++;
	}
	if (dp != NULL)
		(void)closedir(dp);
	ok(n > 100, "%s has its texts", dir);
}

static void
rewrite(const struct json_value *v, struct buf *b)
{
	struct json_value key, item;
	struct json_iter it;
	const char *s;
	size_t len;
	int n = 0;

	if (v->type == JSON_STRING) {
		s = json_string(v, state.arena, &len);
		(void)json_put_string(b, s, len, NULL);
		return;
	}
	if (v->type != JSON_ARRAY && v->type != JSON_OBJECT) {
		buf_put(b, v->s, v->len);
		return;
	}
	buf_putc(b, *v->s);
	json_iter_init(&it, v);
	while (json_next(&it, &key, &item)) {
		if (n++ > 0)
			buf_putc(b, ',');
		if (v->type == JSON_OBJECT) {
			rewrite(&key, b);
			buf_putc(b, ':');
		}
		rewrite(&item, b);
	}
	buf_putc(b, v->s[v->len - 1]);
}

static int
rewrite_file(const char *path)
{
	struct err err = ERR_INIT;
	struct buf in = { 0 }, out = { 0 };
	struct json_value v;

	load(&in, path);
	if (json_read_value(state.reader, in.s, in.len, &v, &err) != 0)
		diag_exit(&err, DIAG_BADINPUT);
	rewrite(&v, &out);
	(void)fwrite(out.s, 1, out.len, stdout);
	buf_free(&in);
	buf_free(&out);
	return (fflush(stdout) != 0);
}

int
main(int argc, char *argv[])
{
	int rc;

	diag_init("json_files_test");
	agree_init(&state);
	if (argc == 3 && strcmp(argv[1], "rewrite") == 0)
		rc = rewrite_file(argv[2]);
	else {
		try_dir("tests/json/accept", 1);
		try_dir("tests/json/reject", 0);
		rc = tap_done();
	}
	agree_free(&state);
	return (rc);
}
