#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/infile.h"
#include "base/mem.h"
#include "base/quote.h"
#include "schema/schemadir.h"
#include "schema/uri.h"

#define FILE_MAX	((size_t)64 << 20)
#define FILES_MAX	((size_t)100000)
#define DEPTH_MAX	32

struct file {
	char			*path;		/* below the directory */
	struct docnode		*root;		/* NULL: no JSON */
	const char		*own;		/* its URI */
	int			 by_id;		/* which its $id says */
};

struct schemadir {
	const char	*path;
	const char	*uri;
	struct arena	*a;
	struct file	*file;
	size_t		 n, cap;
	int		 listed;
};

struct schemadir *
schemadir_new(const char *path, struct arena *a)
{
	struct schemadir *dir = mem_alloc(sizeof(*dir));

	dir->path = path;
	dir->a = a;
	return (dir);
}

static const char *
full_path(const struct schemadir *dir, const char *path, struct buf *b)
{

	b->len = 0;
	buf_printf(b, "%s/%s", dir->path, path);
	return (buf_z(b));
}

/*
 * Listing.
 */

static int
is_json_name(const char *name)
{
	const size_t n = strlen(name);

	return (n > 5 && strcmp(name + n - 5, ".json") == 0);
}

static int list(struct schemadir *dir, const char *below, int depth,
    struct err *err);

static int
list_entry(struct schemadir *dir, const char *path, int depth,
    struct err *err)
{
	struct buf b = { 0 };
	struct stat st;
	int rc;

	rc = stat(full_path(dir, path, &b), &st);
	buf_free(&b);
	/* What has just gone away, or leads nowhere, is not there. */
	if (rc != 0)
		return (0);
	if (S_ISDIR(st.st_mode))
		return (depth < DEPTH_MAX ? list(dir, path, depth + 1, err) :
		    0);
	if (!S_ISREG(st.st_mode) || !is_json_name(path))
		return (0);
	if (dir->n == FILES_MAX)
		return (err_set(err, "more than %zu files in the directory of"
		    " --schema-dir", FILES_MAX));
	dir->file = mem_grow(dir->file, &dir->cap, dir->n + 1,
	    sizeof(*dir->file));
	dir->file[dir->n++] = (struct file){ .path = mem_strdup(path) };
	return (0);
}

static int
list(struct schemadir *dir, const char *below, int depth, struct err *err)
{
	const struct dirent *d;
	struct buf b = { 0 };
	struct quote q;
	int rc = 0;
	DIR *dp;

	if ((dp = opendir(full_path(dir, below, &b))) == NULL) {
		(void)err_sys(err, "could not read the directory %s",
		    quote_z(&q, buf_z(&b)));
		buf_free(&b);
		return (-1);
	}
	while (rc == 0 && (d = readdir(dp)) != NULL) {
		if (d->d_name[0] == '.')
			continue;
		b.len = 0;
		if (below[0] != '\0')
			buf_printf(&b, "%s/", below);
		buf_puts(&b, d->d_name);
		rc = list_entry(dir, buf_z(&b), depth, err);
	}
	(void)closedir(dp);
	buf_free(&b);
	return (rc);
}

static int
by_path(const void *a, const void *b)
{

	return (strcmp(((const struct file *)a)->path,
	    ((const struct file *)b)->path));
}

/*
 * Reading.
 */

static struct docnode *
read_document(struct schemadir *dir, const char *path, struct err *err)
{
	struct buf name = { 0 }, b = { 0 };
	struct docnode *root = NULL;
	const char *file, *text;

	file = full_path(dir, path, &name);
	if (infile_read(file, FILE_MAX, &b, err) == 0) {
		file = arena_dup(dir->a, file, name.len);
		text = arena_dup(dir->a, b.s, b.len);
		root = document_read(file, text, b.len, dir->a, err);
	}
	buf_free(&name);
	buf_free(&b);
	return (root);
}

static void
take_id(struct schemadir *dir, struct file *f)
{
	const struct docnode *id;
	const char *fragment;
	struct buf b = { 0 };
	size_t len;

	f->own = uri_of_file(full_path(dir, f->path, &b), dir->a);
	buf_free(&b);
	id = f->root == NULL ? NULL : document_get(f->root, "$id");
	if (id == NULL || id->v.type != JSON_STRING)
		return;
	f->own = uri_resolve(f->own, id->text, id->len, &fragment, &len,
	    dir->a);
	f->by_id = 1;
}

static int
read_all(struct schemadir *dir, struct err *err)
{
	struct err why;
	struct quote q;
	size_t i;

	if (dir->listed)
		return (0);
	dir->listed = 1;
	dir->uri = uri_of_file(dir->path, dir->a);
	if (list(dir, "", 0, err) != 0)
		return (-1);
	qsort(dir->file, dir->n, sizeof(*dir->file), by_path);
	for (i = 0; i < dir->n; i++) {
		dir->file[i].root = read_document(dir, dir->file[i].path,
		    &why);
		if (dir->file[i].root == NULL && diag_verbose())
			diag_note("%s is passed over: %s",
			    quote_z(&q, dir->file[i].path), why.msg);
		take_id(dir, &dir->file[i]);
	}
	return (0);
}

/*
 * Finding.
 */

static struct file *
find_path(struct schemadir *dir, const char *path)
{
	struct file *f;
	size_t i;

	while (*path == '/')
		path++;
	for (i = 0; i < dir->n; i++) {
		f = &dir->file[i];
		if (strcmp(f->path, path) == 0 ||
		    (strncmp(f->path, path, strlen(path)) == 0 &&
		    strcmp(f->path + strlen(path), ".json") == 0))
			return (f);
	}
	return (NULL);
}

/* The file that ${uri} means by its path. */
static struct file *
find_by_path(struct schemadir *dir, const char *uri)
{
	const char *path = uri_path(uri, dir->a);
	const char *host = uri_host(uri, dir->a);
	const size_t n = strlen(dir->uri);
	struct file *f;
	struct buf b = { 0 };

	if (strncmp(uri, dir->uri, n) == 0 && uri[n] == '/' &&
	    (f = find_path(dir, uri_path(uri + n, dir->a))) != NULL)
		return (f);
	if (host[0] != '\0') {
		buf_printf(&b, "%s%s", host, path);
		f = find_path(dir, buf_z(&b));
		buf_free(&b);
		if (f != NULL)
			return (f);
	}
	for (; path != NULL && *path != '\0'; path = strchr(path + 1, '/'))
		if ((f = find_path(dir, path)) != NULL)
			return (f);
	return (NULL);
}

int
schemadir_find(struct schemadir *dir, const char *uri, struct docnode **root,
    const char **own, struct err *err)
{
	struct file *f = NULL;
	size_t i;

	if (read_all(dir, err) != 0)
		return (-1);
	for (i = 0; i < dir->n && f == NULL; i++)
		if (dir->file[i].by_id && strcmp(dir->file[i].own, uri) == 0)
			f = &dir->file[i];
	if (f == NULL && (f = find_by_path(dir, uri)) == NULL)
		return (0);
	if (f->root == NULL && (f->root = read_document(dir, f->path,
	    err)) == NULL)
		return (-1);
	*root = f->root;
	*own = uri;
	return (1);
}

int
schemadir_get(struct schemadir *dir, size_t i, struct docnode **root,
    const char **own)
{

	if (i >= dir->n)
		return (0);
	*root = dir->file[i].root;
	*own = dir->file[i].own;
	return (1);
}

void
schemadir_free(struct schemadir *dir)
{
	size_t i;

	if (dir == NULL)
		return;
	for (i = 0; i < dir->n; i++)
		mem_free(dir->file[i].path);
	mem_free(dir->file);
	mem_free(dir);
}
