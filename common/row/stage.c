#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/infile.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/quote.h"
#include "row/stage.h"

#define WAITING		".export"	/* within the directory */
#define LOCK		WAITING "/lock"
#define MANIFEST	"manifest-sha256.txt"
#define OLD_NAME	"manifest"	/* of the bag that was there, waiting */
#define OLD		WAITING "/" OLD_NAME
#define MANIFEST_MAX	((size_t)64 << 20)

struct stage {
	const char	*dir;
	int		 made;		/* the directory is ours */
	int		 half;		/* it holds no bag for the moment */
	int		 lock;		/* descriptor, or -1 */
};

/* The path of ${name} in the directory, of ${name2} in that when not NULL. */
static char *
join(const struct stage *st, const char *name, const char *name2)
{
	struct buf b = { 0 };
	char *path;

	buf_puts(&b, st->dir);
	buf_putc(&b, '/');
	buf_puts(&b, name);
	if (name2 != NULL) {
		buf_putc(&b, '/');
		buf_puts(&b, name2);
	}
	path = mem_strdup(buf_z(&b));
	buf_free(&b);
	return (path);
}

static int
exists(const struct stage *st, const char *name)
{
	char *path = join(st, name, NULL);
	struct stat sb;
	int rc = lstat(path, &sb) == 0;

	mem_free(path);
	return (rc);
}

static int
could_not(const char *what, const char *path, struct err *err)
{
	struct quote q;

	return (err_sys(err, "could not %s %s", what, quote_z(&q, path)));
}

/* Make a directory, which may be there already. */
static int
make_dir(const char *path, int *made, struct err *err)
{

	*made = mkdir(path, 0777) == 0;
	if (!*made && errno != EEXIST)
		return (could_not("make directory", path, err));
	return (0);
}

/* Remove a file, which may be gone already. */
static int
remove_file(const char *path, struct err *err)
{

	if (unlink(path) != 0 && errno != ENOENT)
		return (could_not("remove", path, err));
	return (0);
}

/* Is there nothing in the directory but what is ours to replace? */
static int
check_dir(const struct stage *st, int force, struct err *err)
{
	struct dirent *d;
	struct quote q;
	int others = 0;
	DIR *dp;

	if ((dp = opendir(st->dir)) == NULL)
		return (could_not("read directory", st->dir, err));
	while ((d = readdir(dp)) != NULL)
		others |= strcmp(d->d_name, ".") != 0 &&
		    strcmp(d->d_name, "..") != 0;
	(void)closedir(dp);
	if (force || !others || exists(st, "bagit.txt") ||
	    exists(st, WAITING))
		return (0);
	(void)err_set(err, "directory %s is neither empty nor an export",
	    quote_z(&q, st->dir));
	(void)err_hint(err, "name another, or --force to write there");
	return (err_status(err, DIAG_USAGE));
}

static int
take_lock(struct stage *st, struct err *err)
{
	struct flock fl = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char *path = join(st, LOCK, NULL);
	struct quote q;
	int rc = 0;

	st->lock = io_open(path, O_RDWR | O_CREAT, 0666);
	if (st->lock == -1) {
		rc = could_not("write file", path, err);
	} else if (fcntl(st->lock, F_SETLK, &fl) != 0) {
		(void)err_set(err, "another export to directory %s is under"
		    " way", quote_z(&q, st->dir));
		rc = err_status(err, DIAG_FAIL);
		(void)close(st->lock);
		st->lock = -1;
	}
	mem_free(path);
	return (rc);
}

/* Remove every file that waits; but what tells of an older bag's files stays
 * as long as they may be there. */
static void
empty(const struct stage *st)
{
	char *path = join(st, WAITING, NULL);
	struct dirent *d;
	DIR *dp = opendir(path);

	mem_free(path);
	while (dp != NULL && (d = readdir(dp)) != NULL) {
		if (strcmp(d->d_name, "lock") == 0 ||
		    (st->half && strcmp(d->d_name, OLD_NAME) == 0))
			continue;
		path = join(st, WAITING, d->d_name);
		(void)unlink(path);
		mem_free(path);
	}
	if (dp != NULL)
		(void)closedir(dp);
}

static int
prepare(struct stage *st, int force, struct err *err)
{
	char *path;
	int made, rc;

	if (make_dir(st->dir, &st->made, err) != 0 ||
	    check_dir(st, force, err) != 0)
		return (-1);
	path = join(st, WAITING, NULL);
	rc = make_dir(path, &made, err);
	mem_free(path);
	if (rc != 0 || take_lock(st, err) != 0)
		return (-1);
	/* Was an earlier run killed between two bags? */
	st->half = exists(st, OLD);
	empty(st);
	return (0);
}

struct stage *
stage_open(const char *dir, int force, struct err *err)
{
	struct stage *st = mem_alloc(sizeof(*st));

	st->dir = dir;
	st->lock = -1;
	if (prepare(st, force, err) == 0)
		return (st);
	stage_close(st);
	return (NULL);
}

void
stage_put_path(const struct stage *st, const char *name, struct buf *b)
{
	char *path = join(st, WAITING, name);

	buf_puts(b, path);
	mem_free(path);
}

/* Is it a name that an export gives to a payload file?  Nothing else is ever
 * removed, whatever an old manifest says. */
static int
is_ours(const char *s, size_t len)
{
	static const char end[] = ".ndjson";
	size_t i;

	if (len < sizeof(end) || s[0] == '.' ||
	    memcmp(s + len - (sizeof(end) - 1), end, sizeof(end) - 1) != 0)
		return (0);
	for (i = 0; i < len && s[i] != '/' && s[i] != '\0'; i++)
		continue;
	return (i == len);
}

static int
is_new(const char *s, size_t len, const char *const *names, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strlen(names[i]) == len && memcmp(names[i], s, len) == 0)
			return (1);
	return (0);
}

/* Remove the payload file that a line of the old manifest names, unless a new
 * one has its name. */
static int
remove_old(const struct stage *st, const char *line, size_t len,
    const char *const *names, size_t n, struct err *err)
{
	static const char data[] = "  data/";
	size_t skip = 64 + sizeof(data) - 1;
	char *name, *path;
	int rc;

	if (len <= skip || memcmp(line + 64, data, sizeof(data) - 1) != 0 ||
	    !is_ours(line + skip, len - skip) ||
	    is_new(line + skip, len - skip, names, n))
		return (0);
	name = mem_dup(line + skip, len - skip);
	path = join(st, "data", name);
	rc = remove_file(path, err);
	mem_free(path);
	mem_free(name);
	return (rc);
}

static int
remove_all_old(const struct stage *st, const struct buf *manifest,
    const char *const *names, size_t n, struct err *err)
{
	const char *s = manifest->s, *end, *lf;

	for (end = s + manifest->len; s < end; s = lf + 1) {
		if ((lf = memchr(s, '\n', (size_t)(end - s))) == NULL)
			lf = end;
		if (remove_old(st, s, (size_t)(lf - s), names, n, err) != 0)
			return (-1);
	}
	return (0);
}

/* The directory holds no bag from here on; the list of its files waits until
 * they are gone, however often that is broken off. */
static int
remove_manifests(const struct stage *st, struct err *err)
{
	static const char *const tags[] = {
		"bagit.txt", "tagmanifest-sha256.txt"
	};
	char *path, *old;
	size_t i;
	int rc = 0;

	for (i = 0; i < sizeof(tags) / sizeof(tags[0]) && rc == 0; i++) {
		path = join(st, tags[i], NULL);
		rc = remove_file(path, err);
		mem_free(path);
	}
	if (rc != 0 || !exists(st, MANIFEST))
		return (rc);
	path = join(st, MANIFEST, NULL);
	old = join(st, OLD, NULL);
	if ((rc = io_rename(path, old)) != 0)
		(void)could_not("move file", path, err);
	else
		(void)io_sync_dir(path);
	mem_free(path);
	mem_free(old);
	return (rc);
}

/* Append the list of a bag's files, if there is one. */
static int
read_manifest(const struct stage *st, const char *name, struct buf *manifest,
    struct err *err)
{
	char *path;
	int rc;

	if (!exists(st, name))
		return (0);
	path = join(st, name, NULL);
	rc = infile_read(path, MANIFEST_MAX, manifest, err);
	mem_free(path);
	return (rc);
}

static int
move_file(const struct stage *st, const char *name, struct err *err)
{
	char *from = join(st, WAITING, name), *to = join(st, "data", name);
	int rc = io_rename(from, to);

	if (rc != 0)
		(void)could_not("write file", to, err);
	mem_free(from);
	mem_free(to);
	return (rc);
}

static int
move_files(const struct stage *st, const char *const *names, size_t n,
    struct err *err)
{
	char *path = join(st, "data", NULL);
	int made, rc = make_dir(path, &made, err);
	size_t i;

	mem_free(path);
	for (i = 0; i < n && rc == 0; i++)
		rc = move_file(st, names[i], err);
	/* The directory of a file without name is the directory itself. */
	path = join(st, "data", "");
	(void)io_sync_dir(path);
	mem_free(path);
	return (rc);
}

int
stage_publish(struct stage *st, const char *const *names, size_t n,
    struct err *err)
{
	struct buf manifest = { 0 };
	int rc;

	st->half = 1;
	rc = read_manifest(st, OLD, &manifest, err);
	if (rc == 0)
		rc = read_manifest(st, MANIFEST, &manifest, err);
	if (rc == 0)
		rc = remove_manifests(st, err);
	if (rc == 0 && manifest.len > 0)
		rc = remove_all_old(st, &manifest, names, n, err);
	if (rc == 0)
		rc = move_files(st, names, n, err);
	buf_free(&manifest);
	return (rc);
}

void
stage_done(struct stage *st)
{

	st->half = 0;
}

void
stage_close(struct stage *st)
{
	char *path;

	if (st == NULL)
		return;
	if (st->lock != -1) {
		empty(st);
		path = join(st, LOCK, NULL);
		(void)unlink(path);
		mem_free(path);
		(void)close(st->lock);
	}
	if (st->lock != -1 && !st->half) {
		path = join(st, WAITING, NULL);
		(void)rmdir(path);
		mem_free(path);
	}
	if (st->made)
		(void)rmdir(st->dir);
	mem_free(st);
}
