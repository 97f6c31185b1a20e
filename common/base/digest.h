/*
 * digest - SHA-256 (FIPS 180-4) of what passes, by libcrypto, or XXH128
 *
 * XXH128 (xxHash) finds what happens by accident as surely as SHA-256 does, at
 * the speed of memory.  It is no proof against anyone who means harm.
 */
#ifndef ROWPIPE_BASE_DIGEST_H
#define ROWPIPE_BASE_DIGEST_H

#include <stddef.h>

#define DIGEST_HEX 64		/* hex digits of SHA-256, without NUL */
#define DIGEST_HEX_XXH128 32	/* the same of XXH128 */
#define DIGEST_SIZE 32		/* bytes of SHA-256 */

struct digest;

/**
 * digest_new():
 * Return a SHA-256 of no bytes; caller frees with digest_free.
 */
struct digest *digest_new(void);

/**
 * digest_new_xxh128():
 * The same for XXH128.
 */
struct digest *digest_new_xxh128(void);

/**
 * digest_name(d):
 * Return "sha256" or "xxh128".
 */
const char *digest_name(const struct digest *d);

/**
 * digest_add(d, p, n):
 * Take in ${n} more bytes.
 */
void digest_add(struct digest *d, const void *p, size_t n);

/**
 * digest_hex(d, hex):
 * Write the digest of all bytes so far as lower-case hex, as sha256sum(1) and
 * xxh128sum(1) write it, and a NUL to ${hex}, which has DIGEST_HEX + 1 bytes,
 * or DIGEST_HEX_XXH128 + 1 where those do.  More bytes may follow.
 */
void digest_hex(const struct digest *d, char *hex);

/**
 * digest_whole(d, p, n, md):
 * Write the SHA-256 of just the ${n} bytes at ${p} to ${md}, DIGEST_SIZE bytes,
 * with the help of ${d}, of digest_new, which is to be used for nothing else.
 */
void digest_whole(struct digest *d, const void *p, size_t n,
    unsigned char *md);

/**
 * digest_free(d):
 * Free ${d}; NULL is fine.
 */
void digest_free(struct digest *d);

#endif
