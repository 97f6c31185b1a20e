#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/quote.h"
#include "json/json.h"
#include "row/bag.h"

#define READ_SIZE	((size_t)256 << 10)
#define TAG_MAX		((size_t)256 << 20)	/* bytes of a tag file */
#define DEPTH_MAX	32	/* directories below data/, each open at once */
#define WRONG_SIZE	256

/* A file that a manifest names, or a tag file that has something wrong. */
struct item {
	const char	*path;
	const char	*sha256;	/* as the manifest has it, or NULL */
	const char	*wrong;		/* known before it is read, or NULL */
	int		 described;	/* by datapackage.json */
	int		 has_rows, has_bytes;
	uint64_t	 rows, bytes;	/* what datapackage.json says */
	const char	*hash;		/* likewise, or NULL */
};

struct items {
	struct item	*v;
	size_t		 n, cap;
};

/* What a file was found to be. */
struct facts {
	uint64_t	rows, bytes;
	char		sha256[DIGEST_HEX + 1];
};

struct verify {
	int		 fd;		/* of the bag's directory */
	const char	*dir;
	struct arena	*a;
	struct items	 payload;	/* sorted by path once read */
	struct items	 tags;		/* those that something is wrong with */
	struct items	 extra;		/* in data/, but in no manifest */
	uint64_t	 files, bytes;	/* of the payload, as it lies there */
	char		*block;		/* READ_SIZE bytes */
	void		(*say)(const char *, const char *, void *);
	void		*cookie;
	long		 nwrong;
	struct err	*err;
};

/* Report a file: good (NULL), or what is wrong with it. */
static void
report(struct verify *v, const char *path, const char *wrong)
{

	v->nwrong += wrong != NULL;
	v->say(path, wrong, v->cookie);
}

/* Format what is wrong into the arena. */
__attribute__((format(printf, 2, 3)))
static const char *
wrong_text(struct verify *v, const char *fmt, ...)
{
	char *s = arena_alloc(v->a, WRONG_SIZE);
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(s, WRONG_SIZE, fmt, ap);
	va_end(ap);
	return (s);
}

static struct item *
add_item(struct items *items, const char *path)
{
	struct item *item;

	items->v = mem_grow(items->v, &items->cap, items->n + 1,
	    sizeof(*items->v));
	item = &items->v[items->n++];
	memset(item, 0, sizeof(*item));
	item->path = path;
	return (item);
}

static int
compare_items(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	return (strcmp(x->path, y->path));
}

static struct item *
find_item(const struct items *items, const char *path)
{
	struct item key = { .path = path };

	return (items->n == 0 ? NULL : bsearch(&key, items->v, items->n,
	    sizeof(*items->v), compare_items));
}

/* Note what is wrong with a tag file, the first thing only. */
static void
blame_tag(struct verify *v, const char *name, const char *wrong)
{
	size_t i;

	for (i = 0; i < v->tags.n; i++)
		if (strcmp(v->tags.v[i].path, name) == 0)
			break;
	if (i == v->tags.n)
		(void)add_item(&v->tags, name);
	if (v->tags.v[i].wrong == NULL)
		v->tags.v[i].wrong = wrong;
}

/*
 * Open the file ${path} inside the bag, going down one directory at a time
 * and through no symbolic link.  Return the descriptor, or -1 and errno.
 */
static int
open_inside(struct verify *v, const char *path)
{
	const char *slash;
	int dir = v->fd, fd;
	char *name;

	while ((slash = strchr(path, '/')) != NULL) {
		name = mem_dup(path, (size_t)(slash - path));
		fd = io_open_at(dir, name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
		mem_free(name);
		if (dir != v->fd)
			(void)close(dir);
		if ((dir = fd) == -1)
			return (-1);
		path = slash + 1;
	}
	/* Without O_NONBLOCK a named pipe would be waited for. */
	fd = io_open_at(dir, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
	if (dir != v->fd)
		(void)close(dir);
	return (fd);
}

static const char missing[] = "is missing";

/* Say why a file could not be opened, or NULL for a failure of the system's. */
static const char *
open_failure(int error)
{

	switch (error) {
	case ENOENT:
		return (missing);
	case ELOOP:
		return ("is a symbolic link");
	case ENOTDIR:
		return ("leads through what is no directory");
	case ENAMETOOLONG:
		return ("has a name that is too long");
	case ENXIO:
		return ("is not a regular file");
	default:
		return (NULL);
	}
}

static int
fail(struct verify *v, const char *path)
{
	struct quote q;

	return (err_sys(v->err, "could not read %s", quote_z(&q, path)));
}

/*
 * Open a file and make sure that it is a regular one.  Return its descriptor,
 * or -1 with ${wrong} set, or with ${wrong} NULL and the error filled.
 */
static int
open_regular(struct verify *v, const char *path, const char **wrong)
{
	struct stat st;
	int fd;

	if ((fd = open_inside(v, path)) == -1) {
		if ((*wrong = open_failure(errno)) == NULL)
			(void)fail(v, path);
		return (-1);
	}
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return (fd);
	(void)close(fd);
	*wrong = "is not a regular file";
	return (-1);
}

static uint64_t
count_newlines(const char *s, size_t len)
{
	const char *end = s + len;
	uint64_t n = 0;

	while ((s = memchr(s, '\n', (size_t)(end - s))) != NULL) {
		s++;
		n++;
	}
	return (n);
}

/* Read the whole of ${fd}.  Return 0, or -1 and errno. */
static int
read_facts(struct verify *v, int fd, struct facts *facts)
{
	static const char frame[] = "{\"@stream\":";
	struct digest *d = digest_new();
	int framed = 0;
	char last = '\n';
	ssize_t n;

	memset(facts, 0, sizeof(*facts));
	while ((n = io_read(fd, v->block, READ_SIZE)) > 0) {
		if (facts->bytes == 0)
			framed = (size_t)n >= sizeof(frame) - 1 &&
			    memcmp(v->block, frame, sizeof(frame) - 1) == 0;
		digest_add(d, v->block, (size_t)n);
		facts->rows += count_newlines(v->block, (size_t)n);
		facts->bytes += (uint64_t)n;
		last = v->block[n - 1];
	}
	facts->rows += last != '\n';
	if (framed)			/* @stream and @end are no rows */
		facts->rows -= facts->rows < 2 ? facts->rows : 2;
	digest_hex(d, facts->sha256);
	digest_free(d);
	return (n < 0 ? -1 : 0);
}

/* Compare hex digits in either case. */
static int
same_hex(const char *a, const char *b)
{

	for (; *a != '\0' && *b != '\0'; a++, b++)
		if ((*a | 0x20) != (*b | 0x20))
			return (0);
	return (*a == *b);
}

static const char *
compare_facts(struct verify *v, const struct item *item,
    const struct facts *facts)
{

	if (item->sha256 != NULL && !same_hex(item->sha256, facts->sha256))
		return ("does not have the SHA-256 of the manifest");
	if (item->has_bytes && item->bytes != facts->bytes)
		return (wrong_text(v, "has %llu bytes, datapackage.json says "
		    "%llu", (unsigned long long)facts->bytes,
		    (unsigned long long)item->bytes));
	if (item->has_rows && item->rows != facts->rows)
		return (wrong_text(v, "has %llu rows, datapackage.json says "
		    "%llu", (unsigned long long)facts->rows,
		    (unsigned long long)item->rows));
	if (item->hash != NULL && !same_hex(item->hash, facts->sha256))
		return ("does not have the SHA-256 of datapackage.json");
	return (NULL);
}

/* Read one file and report it.  Return 0, or -1 with the error filled. */
static int
verify_item(struct verify *v, const struct item *item)
{
	const char *wrong = item->wrong;
	struct facts facts;
	int fd, rc;

	if (wrong == NULL) {
		if ((fd = open_regular(v, item->path, &wrong)) != -1) {
			rc = read_facts(v, fd, &facts);
			if (rc != 0)
				(void)fail(v, item->path);
			(void)close(fd);
			if (rc != 0)
				return (-1);
			wrong = compare_facts(v, item, &facts);
		} else if (wrong == NULL)
			return (-1);
	}
	report(v, item->path, wrong);
	return (0);
}

/*
 * Read a tag file into ${b}.  Return 1, 0 when there is none, or -1 with the
 * error filled.
 */
static int
read_tag(struct verify *v, const char *name, struct buf *b)
{
	const char *wrong = NULL;
	struct quote q;
	ssize_t n;
	int fd;

	b->len = 0;
	(void)buf_z(b);
	if ((fd = open_regular(v, name, &wrong)) == -1) {
		if (wrong == NULL)
			return (-1);
		if (wrong != missing)
			blame_tag(v, name, wrong);
		return (0);
	}
	while ((n = io_read(fd, buf_need(b, READ_SIZE), READ_SIZE)) > 0) {
		b->len += (size_t)n;
		if (b->len > TAG_MAX) {
			(void)close(fd);
			(void)err_set(v->err, "%s is larger than 256 MiB",
			    quote_z(&q, name));
			return (err_status(v->err, DIAG_BADINPUT));
		}
	}
	(void)close(fd);
	return (n < 0 ? fail(v, name) : 1);
}

/* Take the next line off *${s}, without its line end. */
static size_t
take_line(const char **s, const char *end, const char **line)
{
	const char *nl = memchr(*s, '\n', (size_t)(end - *s));
	size_t len;

	*line = *s;
	len = (size_t)((nl == NULL ? end : nl) - *s);
	*s = nl == NULL ? end : nl + 1;
	if (len > 0 && (*line)[len - 1] == '\r')
		len--;
	return (len);
}

static int
hex_digit(char c)
{

	if (c >= '0' && c <= '9')
		return (c - '0');
	c = (char)(c | 0x20);
	return (c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1);
}

/* Undo what a manifest does to CR, LF and "%" in a path. */
static char *
decode_path(struct verify *v, const char *s, size_t len)
{
	char *path = arena_alloc(v->a, len + 1);
	size_t i, used = 0;
	int c;

	for (i = 0; i < len; i++) {
		path[used] = s[i];
		if (s[i] == '%' && len - i > 2 && hex_digit(s[i + 1]) >= 0 &&
		    hex_digit(s[i + 2]) >= 0) {
			c = hex_digit(s[i + 1]) * 16 + hex_digit(s[i + 2]);
			if (c == '%' || c == '\r' || c == '\n') {
				path[used] = (char)c;
				i += 2;
			}
		}
		used++;
	}
	path[used] = '\0';
	return (path);
}

/* Does the path stay inside the directory that it starts from? */
static int
is_inside(const char *path)
{
	size_t n;

	for (;;) {
		n = strcspn(path, "/");
		if (n == 0 || (n == 1 && path[0] == '.') ||
		    (n == 2 && path[0] == '.' && path[1] == '.'))
			return (0);
		if (path[n] == '\0')
			return (1);
		path += n + 1;
	}
}

static int
is_payload(const char *path)
{

	return (strncmp(path, "data/", 5) == 0);
}

/* Read "digest  path".  Return 0, or -1 when the line is not that. */
static int
parse_line(struct verify *v, const char *line, size_t len,
    struct items *items, int payload)
{
	struct item *item;
	char *path;
	size_t n;

	for (n = 0; n < len && hex_digit(line[n]) >= 0; n++)
		;
	if (n != DIGEST_HEX || n == len || (line[n] != ' ' && line[n] != '\t'))
		return (-1);
	while (n < len && (line[n] == ' ' || line[n] == '\t'))
		n++;
	/* "sha256sum --binary" marks its lines. */
	if (n == DIGEST_HEX + 1 && n < len && line[n] == '*')
		n++;
	if (n == len || memchr(line + n, '\0', len - n) != NULL)
		return (-1);
	path = decode_path(v, line + n, len - n);
	item = add_item(items, path);
	item->sha256 = arena_dup(v->a, line, DIGEST_HEX);
	if (!is_inside(path))
		item->wrong = "leads out of the bag and was not read";
	else if (payload && !is_payload(path))
		item->wrong = "is in the payload's manifest but not in data/";
	else if (!payload && is_payload(path))
		item->wrong = "is in data/ but in the tag manifest";
	return (0);
}

/* A file that comes twice is wrong, and stays in the list once. */
static void
sort_items(struct items *items)
{
	size_t i, n = 0;

	if (items->n == 0)
		return;
	qsort(items->v, items->n, sizeof(*items->v), compare_items);
	for (i = 1; i < items->n; i++) {
		if (strcmp(items->v[n].path, items->v[i].path) == 0) {
			if (items->v[n].wrong == NULL)
				items->v[n].wrong =
				    "is in the manifest twice";
		} else
			items->v[++n] = items->v[i];
	}
	items->n = n + 1;
}

/*
 * Read a manifest.  Return 1, 0 when there is none, or -1 with the error
 * filled.
 */
static int
read_manifest(struct verify *v, const char *name, struct items *items,
    int payload)
{
	struct buf b = { 0 };
	const char *s, *line;
	size_t len, n = 0, bad = 0;
	int rc;

	if ((rc = read_tag(v, name, &b)) > 0)
		for (s = b.s; s < b.s + b.len; ) {
			len = take_line(&s, b.s + b.len, &line);
			n++;
			if (len > 0 && bad == 0 && parse_line(v, line, len,
			    items, payload) != 0)
				bad = n;
		}
	sort_items(items);
	if (bad != 0)
		blame_tag(v, name, wrong_text(v, "line %zu is not a SHA-256 "
		    "and a path", bad));
	buf_free(&b);
	return (rc);
}

/* Is the line "label: value"?  Point at the value then. */
static int
take_value(const char *line, size_t len, const char *label,
    const char **value, size_t *value_len)
{
	size_t n = strlen(label), i;

	if (len <= n || line[n] != ':')
		return (0);
	for (i = 0; i < n; i++)
		if ((line[i] | 0x20) != (label[i] | 0x20))
			return (0);
	for (i = n + 1; i < len && (line[i] == ' ' || line[i] == '\t'); i++)
		;
	*value = line + i;
	*value_len = len - i;
	return (1);
}

static int
is_text(const char *s, size_t len, const char *text)
{
	size_t i;

	for (i = 0; i < len && text[i] != '\0'; i++)
		if ((s[i] | 0x20) != (text[i] | 0x20))
			return (0);
	return (i == len && text[i] == '\0');
}

/* bagit.txt is what makes a directory a bag. */
static int
check_declaration(struct verify *v)
{
	struct buf b = { 0 };
	const char *s, *line, *value;
	struct quote q;
	size_t len, n;
	int rc;

	if ((rc = read_tag(v, "bagit.txt", &b)) == 0) {
		(void)err_set(v->err, "%s is no bag: it has no bagit.txt",
		    quote_z(&q, v->dir));
		rc = err_status(v->err, DIAG_BADINPUT);
	} else if (rc > 0) {
		s = b.s;
		len = take_line(&s, b.s + b.len, &line);
		if (!take_value(line, len, "BagIt-Version", &value, &n) ||
		    n < 3 || (value[0] != '0' && value[0] != '1') ||
		    value[1] != '.')
			blame_tag(v, "bagit.txt",
			    "does not declare a BagIt-Version that is known");
		len = take_line(&s, b.s + b.len, &line);
		if (!take_value(line, len, "Tag-File-Character-Encoding",
		    &value, &n) || !is_text(value, n, "UTF-8"))
			blame_tag(v, "bagit.txt",
			    "does not declare UTF-8 for tag files");
	}
	buf_free(&b);
	return (rc < 0 ? -1 : 0);
}

static int
parse_number(const char **s, const char *end, uint64_t *out)
{
	const char *start = *s;
	uint64_t n = 0;

	for (; *s < end && **s >= '0' && **s <= '9'; (*s)++) {
		if (n > (UINT64_MAX - 9) / 10)
			return (0);
		n = n * 10 + (uint64_t)(**s - '0');
	}
	*out = n;
	return (*s > start);
}

static int
is_oxum(const char *s, size_t len, uint64_t bytes, uint64_t files)
{
	const char *end = s + len;
	uint64_t b, f;

	return (parse_number(&s, end, &b) && s < end && *s++ == '.' &&
	    parse_number(&s, end, &f) && s == end && b == bytes && f == files);
}

/* Compare Payload-Oxum with what the walk through data/ has counted. */
static int
check_info(struct verify *v)
{
	struct buf b = { 0 };
	const char *s, *line, *value;
	size_t len, n;
	int rc;

	if ((rc = read_tag(v, "bag-info.txt", &b)) > 0)
		for (s = b.s; s < b.s + b.len; ) {
			len = take_line(&s, b.s + b.len, &line);
			if (take_value(line, len, "Payload-Oxum", &value,
			    &n) && !is_oxum(value, n, v->bytes, v->files))
				blame_tag(v, "bag-info.txt", wrong_text(v,
				    "has another Payload-Oxum than %llu.%llu, "
				    "which is what data/ holds",
				    (unsigned long long)v->bytes,
				    (unsigned long long)v->files));
		}
	buf_free(&b);
	return (rc < 0 ? -1 : 0);
}

static int
get_count(const struct json_value *obj, const char *key, uint64_t *out)
{
	struct json_value v;
	int64_t n;

	if (!json_get(obj, key, strlen(key), &v) || v.type != JSON_NUMBER ||
	    !json_int(&v, &n) || n < 0)
		return (0);
	*out = (uint64_t)n;
	return (1);
}

static const char *
get_text(struct verify *v, const struct json_value *obj, const char *key)
{
	struct json_value value;
	const char *s;
	size_t len;

	if (!json_get(obj, key, strlen(key), &value) ||
	    value.type != JSON_STRING)
		return (NULL);
	s = json_string(&value, v->a, &len);
	return (memchr(s, '\0', len) != NULL ? NULL :
	    arena_dup(v->a, s, len));
}

/* Keep what the package says of one file until that is read. */
static void
describe_item(struct verify *v, const struct json_value *resource)
{
	const char *path = get_text(v, resource, "path");
	const char *hash = get_text(v, resource, "hash");
	struct item *item;
	struct quote q;

	if (path == NULL)
		return;			/* data of another kind */
	if ((item = find_item(&v->payload, path)) == NULL) {
		blame_tag(v, "datapackage.json", wrong_text(v,
		    "names %s, which is in no manifest", quote_z(&q, path)));
		return;
	}
	item->has_bytes = get_count(resource, "bytes", &item->bytes);
	item->has_rows = get_count(resource, "x-rows", &item->rows);
	if (hash != NULL && strncmp(hash, "sha256:", 7) == 0)
		item->hash = hash + 7;
}

static int
read_package(struct verify *v)
{
	struct json_reader *r = json_reader_new();
	struct json_value doc, resources, resource;
	struct err err = ERR_INIT;
	struct buf b = { 0 };
	struct json_iter it;
	int rc;

	if ((rc = read_tag(v, "datapackage.json", &b)) > 0) {
		if (json_read_value(r, b.s, b.len, &doc, &err) != 0 ||
		    !json_get(&doc, "resources", 9, &resources) ||
		    resources.type != JSON_ARRAY) {
			blame_tag(v, "datapackage.json",
			    "is not a JSON object with resources");
		} else {
			json_iter_init(&it, &resources);
			while (json_next(&it, NULL, &resource))
				describe_item(v, &resource);
		}
	}
	buf_free(&b);
	json_reader_free(r);
	return (rc < 0 ? -1 : 0);
}

static int walk(struct verify *v, int fd, struct buf *path, int depth);

/* Look at one entry of a payload directory, whose path is ${path}. */
static int
walk_entry(struct verify *v, int dir, const char *name, struct buf *path,
    int depth)
{
	const char *full = buf_z(path), *wrong = NULL;
	struct stat st;
	int fd;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return (errno == ENOENT ? 0 : fail(v, full));
	if (S_ISREG(st.st_mode)) {
		v->files++;
		v->bytes += (uint64_t)st.st_size;
	} else if (!S_ISDIR(st.st_mode)) {
		wrong = "is not a regular file";
	} else if (depth == DEPTH_MAX) {
		wrong = "lies too deep";
	} else {
		fd = io_open_at(dir, name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
		return (fd == -1 ? fail(v, full) :
		    walk(v, fd, path, depth + 1));
	}
	if (find_item(&v->payload, full) == NULL)
		add_item(&v->extra, arena_dup(v->a, full, path->len))->wrong =
		    wrong != NULL ? wrong : "is in no manifest";
	return (0);
}

/* Count the payload in the directory ${fd}, which is closed, and gather what
 * no manifest names.  Return 0, or -1 with the error filled. */
static int
walk(struct verify *v, int fd, struct buf *path, int depth)
{
	size_t len = path->len;
	struct dirent *e;
	DIR *d;
	int rc = 0;

	if ((d = fdopendir(fd)) == NULL) {
		(void)close(fd);
		return (fail(v, buf_z(path)));
	}
	while (rc == 0 && (errno = 0, e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 ||
		    strcmp(e->d_name, "..") == 0)
			continue;
		buf_putc(path, '/');
		buf_puts(path, e->d_name);
		rc = walk_entry(v, dirfd(d), e->d_name, path, depth);
		path->len = len;
	}
	if (rc == 0 && errno != 0)
		rc = fail(v, buf_z(path));
	(void)closedir(d);
	return (rc);
}

static int
walk_payload(struct verify *v)
{
	struct buf path = { 0 };
	size_t i;
	int fd, rc;

	fd = io_open_at(v->fd, "data", O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	if (fd == -1) {
		if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
			return (fail(v, "data"));
		report(v, "data", "is no directory of the bag's");
		return (0);
	}
	buf_puts(&path, "data");
	rc = walk(v, fd, &path, 0);
	buf_free(&path);
	sort_items(&v->extra);
	for (i = 0; rc == 0 && i < v->extra.n; i++)
		report(v, v->extra.v[i].path, v->extra.v[i].wrong);
	return (rc);
}

static int
verify_payload(struct verify *v)
{
	struct quote q;
	size_t i;
	int rc;

	rc = read_manifest(v, "manifest-sha256.txt", &v->payload, 1);
	if (rc == 0) {
		(void)err_set(v->err,
		    "%s is no bag: it has no manifest-sha256.txt",
		    quote_z(&q, v->dir));
		return (err_status(v->err, DIAG_BADINPUT));
	}
	if (rc < 0 || read_package(v) != 0)
		return (-1);
	for (i = 0; i < v->payload.n; i++)
		if (verify_item(v, &v->payload.v[i]) != 0)
			return (-1);
	return (walk_payload(v));
}

/* What was found wrong before counts, else what the tag manifest says. */
static int
verify_tags(struct verify *v)
{
	struct items named = { 0 };
	struct item *item;
	size_t i;
	int rc;

	rc = read_manifest(v, "tagmanifest-sha256.txt", &named, 0);
	for (i = 0; rc >= 0 && i < v->tags.n; i++) {
		item = find_item(&named, v->tags.v[i].path);
		if (item == NULL)
			report(v, v->tags.v[i].path, v->tags.v[i].wrong);
		else if (item->wrong == NULL)
			item->wrong = v->tags.v[i].wrong;
	}
	for (i = 0; rc >= 0 && i < named.n; i++)
		if (verify_item(v, &named.v[i]) != 0)
			rc = -1;
	mem_free(named.v);
	return (rc < 0 ? -1 : 0);
}

long
bag_verify(const char *dir,
    void (*say)(const char *path, const char *wrong, void *cookie),
    void *cookie, struct err *err)
{
	struct verify v = { .dir = dir, .say = say, .cookie = cookie,
	    .err = err };
	struct quote q;
	int rc;

	if ((v.fd = io_open(dir, O_RDONLY | O_DIRECTORY, 0)) == -1)
		return (err_sys(err, "could not open bag %s",
		    quote_z(&q, dir)));
	v.a = arena_new();
	v.block = mem_alloc(READ_SIZE);
	rc = check_declaration(&v);
	if (rc == 0)
		rc = verify_payload(&v);
	if (rc == 0)
		rc = check_info(&v);
	if (rc == 0)
		rc = verify_tags(&v);
	mem_free(v.payload.v);
	mem_free(v.tags.v);
	mem_free(v.extra.v);
	mem_free(v.block);
	arena_free(v.a);
	(void)close(v.fd);
	return (rc != 0 ? -1 : v.nwrong);
}
