/*
 * bag - an export on disk that can be checked: a BagIt bag (RFC 8493)
 *
 *     DIR/bagit.txt  bag-info.txt  manifest-sha256.txt  tagmanifest-sha256.txt
 *     DIR/data/NAME.ndjson         the payload
 *     DIR/datapackage.json         rows, bytes, hash, schema per table
 *     DIR/schema.ndjson            one JSON Schema per table and line
 *
 * manifest-sha256.txt also passes "sha256sum -c" inside DIR.  The names of
 * resources in datapackage.json are the tables', so that foreign keys name
 * what they reference; "x-rows" is a resource's row count.
 */
#ifndef ROWPIPE_ROW_BAG_H
#define ROWPIPE_ROW_BAG_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;

struct bag_entry {
	const char	*path;		/* "data/clients.ndjson" */
	const char	*name;		/* "clients", "app.clients": as
					   table_put_name has it */
	uint64_t	 rows, bytes;
	char		 sha256[65];
	const char	*table_schema;	/* Frictionless, JSON text, or NULL */
	const char	*json_schema;	/* JSON text, or NULL */
};

/**
 * bag_file_name(b, schema, table):
 * Append the file name (without directory) that a table's rows get: the one
 * encoding of table names as file names.  ASCII letters, digits, "_" and "-"
 * stand for themselves, every other byte is "=" and two hex digits; schema and
 * table are joined with "." and schema is left out when it is NULL or
 * "public".  ".ndjson" ends it.  A name too long for a file system is cut and
 * ends in "~" and a digest of the whole.
 *
 * It is "=" and not "%" because a manifest must write "%" as "%25" (RFC 8493,
 * section 2.1.3), which "sha256sum -c" does not know.
 */
void bag_file_name(struct buf *b, const char *schema, const char *table);

/**
 * bag_write(dir, info, entries, n, err):
 * Write every file of the bag but the payload, which is in place, each
 * atomically and the manifests last.  ${info} is the text of bag-info.txt
 * lines beyond those the bag itself knows (Bagging-Date, Payload-Oxum,
 * Bag-Software-Agent).  Return 0, or -1 with ${err} filled.
 */
int bag_write(const char *dir, const char *info,
    const struct bag_entry *entries, size_t n, struct err *err);

/**
 * bag_verify(dir, say, cookie, err):
 * Check the bag: bagit.txt, every file of both manifests, Payload-Oxum, no
 * payload file that no manifest names, the rows and bytes of datapackage.json.
 * Without the optional files (tag manifest, bag-info.txt, datapackage.json)
 * there is less to check.  Nothing outside ${dir} is read, whatever the
 * manifests say: a path that leads out of it, and a symbolic link, is wrong.
 * ${say} is called once per file with its path, which is data, and NULL when
 * good, else what is wrong, which is ASCII; both borrowed for the call.
 * Return how many were wrong, or -1 with ${err} filled when ${dir} is no bag
 * or could not be read.
 */
long bag_verify(const char *dir,
    void (*say)(const char *path, const char *wrong, void *cookie),
    void *cookie, struct err *err);

#endif
