/*
 * digest - SHA-256 (FIPS 180-4) of what passes, by libcrypto
 */
#ifndef ROWPIPE_BASE_DIGEST_H
#define ROWPIPE_BASE_DIGEST_H

#include <stddef.h>

#define DIGEST_HEX 64		/* hex digits of a digest, without NUL */
#define DIGEST_SIZE 32		/* bytes of a digest */

struct digest;

/**
 * digest_new():
 * Return a digest of no bytes; caller frees with digest_free.
 */
struct digest *digest_new(void);

/**
 * digest_add(d, p, n):
 * Take in ${n} more bytes.
 */
void digest_add(struct digest *d, const void *p, size_t n);

/**
 * digest_hex(d, hex):
 * Write the digest of all bytes so far as lower-case hex and a NUL to
 * ${hex}, which has DIGEST_HEX + 1 bytes.  More bytes may follow.
 */
void digest_hex(const struct digest *d, char *hex);

/**
 * digest_whole(d, p, n, md):
 * Write the digest of just the ${n} bytes at ${p} to ${md}, DIGEST_SIZE bytes,
 * with the help of ${d}, which is to be used for nothing else.
 */
void digest_whole(struct digest *d, const void *p, size_t n,
    unsigned char *md);

/**
 * digest_free(d):
 * Free ${d}; NULL is fine.
 */
void digest_free(struct digest *d);

#endif
