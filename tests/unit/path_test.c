/*
 * path - fields named on the command line, found in rows
 */
#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "row/path.h"
#include "row/row.h"
#include "tap.h"

static struct json_reader *reader;

static int
collect(const struct json_value *v, void *cookie, struct err *err)
{
	struct buf *b = cookie;

	if (v->type == JSON_TRUE)
		return (err_set(err, "true"));
	buf_put(b, v->s, v->len);
	buf_putc(b, ' ');
	return (0);
}

/* What ${path} leads to in ${line}, or the message and pointer of an error. */
static void
is_walked(const char *path, const char *line, const char *want)
{
	struct err err = ERR_INIT;
	struct path *p = path_new(path, &err);
	struct row row = { .s = line, .len = strlen(line) };
	struct buf b = { 0 };

	if (p == NULL ||
	    json_read_object(reader, line, row.len, &err) != 0)
		abort();
	row.fields = reader->fields;
	row.nfields = reader->nfields;
	row.shape = reader->shape;
	if (path_walk(p, &row, collect, &b, &err) != 0)
		buf_printf(&b, "%s at %s byte %zu", err.msg, err.path,
		    err.pos);
	if (!is_text(buf_z(&b), b.len, want, path))
		printf("# in %s\n", line);
	path_free(p);
	buf_free(&b);
}

static void
is_refused(const char *path, const char *want)
{
	struct err err = ERR_INIT;

	ok(path_new(path, &err) == NULL, "refuses %s", path);
	(void)is_text(err.msg, strlen(err.msg), want, path);
}

static void
test_walk(void)
{
	static const char deep[] =
	    "{\"a\":{\"b\":{\"c\":1},\"d.e\":2},\"a.b\":3,\"\":4,\"x/y~\":5}";

	is_walked("a.b.c", deep, "1 ");
	is_walked("a", deep, "{\"b\":{\"c\":1},\"d.e\":2} ");
	is_walked("/a/b", deep, "{\"c\":1} ");
	is_walked("/a/d.e", deep, "2 ");
	is_walked("/a.b", deep, "3 ");
	is_walked("/", deep, "4 ");
	is_walked("/x~1y~0", deep, "5 ");
	is_walked("b", deep, "");
	is_walked("a.x.y", deep, "");
	is_walked("a.b.c.d", deep,
	    "field \"a.b.c.d\" leads into a number, not an object"
	    " at /a/b/c byte 15");
	is_walked("a.b", "{\"a\":null}", "");
	is_walked("a", "{\"a\":null}", "");
	is_walked("a", "{\"a\":[1,[2,null,3],[]]}", "1 2 3 ");
	is_walked("a.b", "{\"a\":[{\"b\":1},null,[{\"b\":[2,3]}],{}]}",
	    "1 2 3 ");
	is_walked("/a~1/b", "{\"a/\":[0,{\"b\":[1,true]}]}",
	    "field \"/a~1/b\" leads into a number, not an object"
	    " at /a~1/0 byte 7");
	is_walked("a.b", "{\"a\":[{\"b\":[1,true]}]}",
	    "1 true at /a/0/b/1 byte 14");
	is_walked("\xc3\xa9", "{\"\\u00e9\":1}", "1 ");
}

static void
test_names(void)
{
	struct err err = ERR_INIT;
	struct path *a = path_new("a.b", &err), *b = path_new("/a/b", &err);
	struct path *c = path_new("a.b.c", &err);
	size_t len;

	ok(path_same(a, b) && !path_same(a, c),
	    "the same path can be spelt in two ways");
	(void)is_text(path_text(b), strlen(path_text(b)), "/a/b",
	    "the text of a path is as it was given");
	(void)path_key(a, 1, &len);
	(void)is_text(path_key(a, 1, &len), len, "b", "a path has keys");
	ok(path_key(a, 2, &len) == NULL, "and no more than it has");
	ok(!path_seen(a), "a path is not seen before the first row");
	path_free(a);
	path_free(b);
	path_free(c);
	path_free(NULL);
	is_refused("", "field \"\": a name is empty");
	is_refused("a..b", "field \"a..b\": a name is empty");
	is_refused("a.", "field \"a.\": a name is empty");
	is_refused("/a~b", "field \"/a~b\": \"~\" must be written ~0");
}

/* A field's place is looked up again when the rows change. */
static void
test_shapes(void)
{
	static const char *const lines[] = {
		"{\"a\":1,\"b\":2}", "{\"a\":3,\"b\":4}", "{\"b\":5,\"a\":6}",
		"{\"c\":7}", "{\"b\":8}", "{\"a\":9,\"b\":10}"
	};
	struct err err = ERR_INIT;
	struct path *p = path_new("b", &err);
	struct buf b = { 0 };
	struct row row = { 0 };
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		row.s = lines[i];
		row.len = strlen(lines[i]);
		if (json_read_object(reader, row.s, row.len, &err) != 0)
			abort();
		row.fields = reader->fields;
		row.nfields = reader->nfields;
		row.shape = reader->shape;
		(void)path_walk(p, &row, collect, &b, &err);
	}
	(void)is_text(b.s, b.len, "2 4 5 8 10 ",
	    "rows may have their fields in any order");
	ok(path_seen(p), "the path was seen");
	path_free(p);
	buf_free(&b);
}

int
main(void)
{

	reader = json_reader_new();
	test_walk();
	test_names();
	test_shapes();
	json_reader_free(reader);
	return (tap_done());
}
