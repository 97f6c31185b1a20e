/*
 * schemasum - the digest of all that a database says of its tables
 */
#ifndef ROWPIPE_DB_SCHEMASUM_H
#define ROWPIPE_DB_SCHEMASUM_H

struct buf;
struct engine;
struct err;

/**
 * schemasum_hex(e, hex, err):
 * Write the digest of the schemas of all tables and views of the database of
 * ${e}, by name, without those called rowpipe_*, to ${hex} of DIGEST_HEX + 1
 * bytes (digest.h).  On PostgreSQL a transaction must be open.  Return 0, or
 * -1 with ${err} filled.
 */
int schemasum_hex(struct engine *e, char *hex, struct err *err);

/**
 * schemasum_text(e, b, err):
 * As schemasum_hex, but append the schemas themselves, a JSON Schema a line
 * (table_put_schema), by name.
 */
int schemasum_text(struct engine *e, struct buf *b, struct err *err);

#endif
