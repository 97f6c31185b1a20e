#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/infile.h"
#include "base/quote.h"
#include "jq/module.h"
#include "jq/splitter.h"
#include "jq/texts.h"

#define MODULE_MAX	((size_t)64 << 20)	/* bytes of a module's file */

int
module_read(struct arena *a, const char *path, struct module_file *f,
    struct err *err)
{
	struct buf b = { 0 };

	if (infile_read(path, MODULE_MAX, &b, err) != 0) {
		buf_free(&b);
		return (-1);
	}
	f->path = arena_dup(a, path, strlen(path));
	f->text = arena_dup(a, b.s == NULL ? "" : b.s, b.len);
	f->len = b.len;
	buf_free(&b);
	return (0);
}

static int
exists(const char *path)
{

	return (access(path, R_OK) == 0);
}

/* DIR/NAME.EXT or DIR/NAME/LAST.EXT; 1 when it is there. */
static int
try_dir(struct arena *a, const char *origin, const char *dir,
    const char *name, size_t len, const char *ext, const char **path)
{
	const char *last = name + len, *home = getenv("HOME");
	struct buf b = { 0 };
	int found = 1;

	while (last > name && last[-1] != '/')
		last--;
	if (dir[0] == '~' && (dir[1] == '/' || dir[1] == '\0') &&
	    home != NULL) {
		buf_puts(&b, home);
		dir++;
	} else if (dir[0] != '/' && origin != NULL) {
		buf_puts(&b, origin);
		buf_putc(&b, '/');
	}
	buf_puts(&b, dir);
	buf_putc(&b, '/');
	buf_put(&b, name, len);
	len = b.len;
	buf_printf(&b, ".%s", ext);
	if (!exists(buf_z(&b))) {
		b.len = len;
		buf_printf(&b, "/%s.%s", last, ext);
		found = exists(buf_z(&b));
	}
	*path = arena_dup(a, b.s, b.len);
	buf_free(&b);
	return (found);
}

int
module_find(struct arena *a, const char *const *dirs, const char *origin,
    const char *search, const char *name, size_t len, const char *ext,
    struct module_file *f, struct err *err)
{
	const char *path, *z = arena_dup(a, name, len);
	struct quote q;

	if (search != NULL && try_dir(a, origin, search, z, len, ext, &path))
		return (module_read(a, path, f, err));
	for (; dirs != NULL && *dirs != NULL; dirs++)
		if (try_dir(a, NULL, *dirs, z, len, ext, &path))
			return (module_read(a, path, f, err));
	(void)err_set(err, "module %s not found", quote(&q, name, len));
	return (err_hint(err, "-L names the directory of NAME.%s", ext));
}

int
module_values(struct value_heap *h, const struct module_file *f,
    struct value *out, struct err *err)
{
	struct json_reader *reader = json_reader_new();
	struct buf line = { 0 };
	struct json_value v;
	const char *text;
	size_t len, at = 0;
	int rc;

	*out = value_array(h, 1);
	while ((rc = splitter_text(f->text, f->len, &at, 1, &text,
	    &len)) == 1) {
		/* What is written as it stands must fit on a line. */
		line.len = 0;
		texts_compact(&line, text, len);
		rc = json_read_value(reader, line.s, line.len, &v, err);
		if (rc != 0)
			break;
		value_push(h, out, value_own(h, value_of_json(&v)));
	}
	buf_free(&line);
	json_reader_free(reader);
	if (rc < 0) {
		value_free(h, *out);
		return (-1);
	}
	return (0);
}
