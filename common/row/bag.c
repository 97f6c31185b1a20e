#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/outfile.h"
#include "json/json.h"
#include "row/bag.h"

#define NAME_LONGEST	200	/* bytes of a file name before its digest */
#define DIGEST_KEPT	16	/* hex digits in a name that was cut */

static int
is_plain(char c)
{

	return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || c == '-');
}

static void
put_encoded(struct buf *b, const char *name)
{

	for (; *name != '\0'; name++) {
		if (is_plain(*name))
			buf_putc(b, *name);
		else
			buf_printf(b, "=%02X", (unsigned int)(unsigned char)
			    *name);
	}
}

/* Cut what was appended since ${start}; a digest keeps it unique. */
static void
cut_name(struct buf *b, size_t start)
{
	struct digest *d = digest_new();
	char hex[DIGEST_HEX + 1];

	digest_add(d, b->s + start, b->len - start);
	digest_hex(d, hex);
	digest_free(d);
	b->len = start + NAME_LONGEST;
	buf_putc(b, '~');
	buf_put(b, hex, DIGEST_KEPT);
}

void
bag_file_name(struct buf *b, const char *schema, const char *table)
{
	size_t start = b->len;

	if (schema != NULL && strcmp(schema, "public") != 0) {
		put_encoded(b, schema);
		buf_putc(b, '.');
	}
	put_encoded(b, table);
	if (b->len - start > NAME_LONGEST)
		cut_name(b, start);
	buf_puts(b, ".ndjson");
}

/* A bag being written: tag files are added to the tag manifest as they
 * are. */
struct writing {
	const char	*dir;
	struct buf	 tags;		/* tagmanifest-sha256.txt */
	struct buf	 path;
	struct err	*err;
};

/* Append a path as a manifest has it. */
static void
put_manifest_path(struct buf *b, const char *path)
{

	for (; *path != '\0'; path++) {
		if (*path == '%' || *path == '\r' || *path == '\n')
			buf_printf(b, "%%%02X", (unsigned int)*path);
		else
			buf_putc(b, *path);
	}
}

static void
put_manifest_line(struct buf *b, const char *sha256, const char *path)
{

	buf_puts(b, sha256);
	buf_puts(b, "  ");
	put_manifest_path(b, path);
	buf_putc(b, '\n');
}

static int
write_file(struct writing *w, const char *name, const struct buf *content)
{
	struct outfile *f;

	w->path.len = 0;
	buf_puts(&w->path, w->dir);
	buf_putc(&w->path, '/');
	buf_puts(&w->path, name);
	if ((f = outfile_open(buf_z(&w->path), w->err)) == NULL)
		return (-1);
	if (outfile_write(f, content->s, content->len, w->err) != 0) {
		outfile_abort(f);
		return (-1);
	}
	return (outfile_commit(f, w->err));
}

/* Write a file that the tag manifest names. */
static int
write_tag(struct writing *w, const char *name, const struct buf *content)
{
	struct digest *d = digest_new();
	char hex[DIGEST_HEX + 1];

	digest_add(d, content->s, content->len);
	digest_hex(d, hex);
	digest_free(d);
	put_manifest_line(&w->tags, hex, name);
	return (write_file(w, name, content));
}

static void
put_declaration(struct buf *b)
{

	buf_puts(b, "BagIt-Version: 1.0\n"
	    "Tag-File-Character-Encoding: UTF-8\n");
}

static void
put_info(struct buf *b, const char *info, const struct bag_entry *entries,
    size_t n, const struct tm *now)
{
	uint64_t bytes = 0;
	char date[32];
	size_t i;

	for (i = 0; i < n; i++)
		bytes += entries[i].bytes;
	(void)strftime(date, sizeof(date), "%Y-%m-%d", now);
	buf_printf(b, "Bag-Software-Agent: rowpipe %s\n", ROWPIPE_VERSION);
	buf_printf(b, "Bagging-Date: %s\n", date);
	buf_printf(b, "Payload-Oxum: %llu.%zu\n", (unsigned long long)bytes,
	    n);
	if (info != NULL && *info != '\0') {
		buf_puts(b, info);
		if (b->s[b->len - 1] != '\n')
			buf_putc(b, '\n');
	}
}

static void
put_resource(struct buf *b, const struct bag_entry *e)
{

	buf_puts(b, "{\"name\":");
	json_put_z(b, e->name);
	buf_puts(b, ",\"type\":\"table\",\"path\":");
	json_put_z(b, e->path);
	buf_puts(b, ",\"format\":\"ndjson\","
	    "\"mediatype\":\"application/x-ndjson\",\"encoding\":\"utf-8\"");
	buf_printf(b, ",\"bytes\":%llu", (unsigned long long)e->bytes);
	buf_printf(b, ",\"hash\":\"sha256:%s\"", e->sha256);
	buf_printf(b, ",\"x-rows\":%llu", (unsigned long long)e->rows);
	if (e->table_schema != NULL) {
		buf_puts(b, ",\"schema\":");
		buf_puts(b, e->table_schema);
	}
	buf_putc(b, '}');
}

/* One resource a line, for people and for diff. */
static void
put_package(struct buf *b, const struct bag_entry *entries, size_t n,
    const struct tm *now)
{
	char created[32];
	size_t i;

	(void)strftime(created, sizeof(created), "%Y-%m-%dT%H:%M:%SZ", now);
	buf_puts(b, "{\"$schema\":"
	    "\"https://datapackage.org/profiles/2.0/datapackage.json\",\n");
	buf_printf(b, "\"created\":\"%s\",\n\"resources\":[", created);
	for (i = 0; i < n; i++) {
		buf_puts(b, i > 0 ? ",\n" : "\n");
		put_resource(b, &entries[i]);
	}
	buf_puts(b, "\n]}\n");
}

static void
put_schemas(struct buf *b, const struct bag_entry *entries, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (entries[i].json_schema != NULL) {
			buf_puts(b, entries[i].json_schema);
			buf_putc(b, '\n');
		}
}

static int
write_all(struct writing *w, const char *info,
    const struct bag_entry *entries, size_t n, struct buf *b)
{
	time_t clock = time(NULL);
	struct tm now = { 0 };
	size_t i;

	(void)gmtime_r(&clock, &now);
	put_package(b, entries, n, &now);
	if (write_tag(w, "datapackage.json", b) != 0)
		return (-1);
	b->len = 0;
	put_schemas(b, entries, n);
	if (b->len > 0 && write_tag(w, "schema.ndjson", b) != 0)
		return (-1);
	b->len = 0;
	put_declaration(b);
	if (write_tag(w, "bagit.txt", b) != 0)
		return (-1);
	b->len = 0;
	put_info(b, info, entries, n, &now);
	if (write_tag(w, "bag-info.txt", b) != 0)
		return (-1);
	b->len = 0;
	for (i = 0; i < n; i++)
		put_manifest_line(b, entries[i].sha256, entries[i].path);
	if (write_tag(w, "manifest-sha256.txt", b) != 0)
		return (-1);
	return (write_file(w, "tagmanifest-sha256.txt", &w->tags));
}

int
bag_write(const char *dir, const char *info, const struct bag_entry *entries,
    size_t n, struct err *err)
{
	struct writing w = { .dir = dir, .err = err };
	struct buf b = { 0 };
	int rc;

	rc = write_all(&w, info, entries, n, &b);
	buf_free(&b);
	buf_free(&w.tags);
	buf_free(&w.path);
	return (rc);
}
