/*
 * schemasum - the digest of all that a database says of its schema
 */
#ifndef ROWPIPE_DB_SCHEMASUM_H
#define ROWPIPE_DB_SCHEMASUM_H

struct buf;
struct engine;
struct err;

/**
 * schemasum_hex(e, hex, err):
 * Write the digest of the schemas of all tables and views of the database of
 * ${e}, by name, without those called rowpipe_*, and of what there is beside
 * them, to ${hex} of DIGEST_HEX + 1 bytes (digest.h).  On PostgreSQL a
 * transaction must be open.  Return 0, or -1 with ${err} filled.
 */
int schemasum_hex(struct engine *e, char *hex, struct err *err);

/**
 * schemasum_text(e, b, err):
 * Append the schemas of tables and views themselves, a JSON Schema a line
 * (table_put_schema), by name.  Return 0, or -1 with ${err} filled.
 */
int schemasum_text(struct engine *e, struct buf *b, struct err *err);

/**
 * schemasum_others(e, b, err):
 * Append what there is beside tables and views as one JSON object (pgobjects.h;
 * on SQLite numbers that PRAGMAs keep).  Return 0, or -1 with ${err} filled.
 */
int schemasum_others(struct engine *e, struct buf *b, struct err *err);

#endif
