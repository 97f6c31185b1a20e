/*
 * window_test - rows that are held for a second look
 */
#include "base/arena.h"
#include "base/err.h"
#include "json/json.h"
#include "row/row.h"
#include "row/window.h"
#include "tap.h"

/* Add the row ${text}, from memory that changes right afterwards. */
static int
add(struct window *w, struct json_reader *r, const char *text)
{
	struct err err = ERR_INIT;
	char line[128], file[] = "some file";
	struct row row = { .file = file };
	int room;

	row.len = strlen(text);
	memcpy(line, text, row.len);
	row.s = line;
	row.line = 7;
	if (json_read_object(r, row.s, row.len, &err) != 0)
		return (-1);
	row.fields = r->fields;
	row.nfields = r->nfields;
	row.shape = r->shape;
	room = window_add(w, &row);
	memset(line, '#', sizeof(line));
	memset(file, '#', sizeof(file) - 1);
	return (room);
}

int
main(void)
{
	struct json_reader *r = json_reader_new();
	struct window *w = window_new(3, 1000);
	const struct row *row;

	ok(add(w, r, "{\"a\":1,\"b\":\"x\"}") == 1, "there is room for a row");
	ok(add(w, r, "{}") == 1, "and for an empty one");
	ok(add(w, r, "{\"c\":[1,2]}") == 0, "until there are enough rows");
	row = window_next(w);
	is_text(row->s, row->len, "{\"a\":1,\"b\":\"x\"}",
	    "rows come back in their order");
	ok(row->nfields == 2 && json_string_is(&row->fields[1].key, "b", 1) &&
	    json_string_is(&row->fields[1].value, "x", 1) &&
	    row->fields[1].value.s > row->s &&
	    row->fields[1].value.s < row->s + row->len,
	    "with fields that point into them");
	ok(strcmp(row->file, "some file") == 0 && row->line == 7,
	    "and the place they came from");
	row = window_next(w);
	ok(row->nfields == 0, "an empty row too");
	row = window_next(w);
	ok(row->nfields == 1, "and the last one");
	ok(window_next(w) == NULL, "after which there is none");
	ok(window_next(w) == NULL, "and none again");
	window_free(w);
	w = window_new(100, 20);
	ok(add(w, r, "{\"a\":1}") == 1 &&
	    add(w, r, "{\"a\":\"0123456789\"}") == 0,
	    "or until there are enough bytes");
	window_free(w);
	window_free(NULL);
	json_reader_free(r);
	return (tap_done());
}
