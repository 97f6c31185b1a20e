/*
 * The block functions themselves, not EVP: a digest then needs no provider to
 * be found and, linked from the archive, no libcrypto.so to be mapped, which
 * would be a third of the start-up of a filter.  They choose the processor's
 * SHA instructions all the same.  OpenSSL 3 calls them deprecated, which is to
 * say that they stay as they were in 1.1.
 */
#define OPENSSL_API_COMPAT 0x10100000L
#define OPENSSL_SUPPRESS_DEPRECATED
#include <string.h>

#include <openssl/sha.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/diag.h"
#include "base/digest.h"
#include "base/mem.h"

struct digest {
	SHA256_CTX	 ctx;
	XXH3_state_t	*xxh;		/* this instead, or NULL */
};

static void
check(int ok)
{

	if (!ok)
		diag_die(DIAG_FAIL, "libcrypto failed to compute SHA-256");
}

struct digest *
digest_new(void)
{
	struct digest *d = mem_alloc(sizeof(*d));

	check(SHA256_Init(&d->ctx));
	return (d);
}

struct digest *
digest_new_xxh128(void)
{
	struct digest *d = mem_alloc(sizeof(*d));

	d->xxh = XXH3_createState();
	if (d->xxh == NULL)
		diag_die(DIAG_FAIL, "out of memory");
	(void)XXH3_128bits_reset(d->xxh);
	return (d);
}

const char *
digest_name(const struct digest *d)
{

	return (d->xxh != NULL ? "xxh128" : "sha256");
}

void
digest_add(struct digest *d, const void *p, size_t n)
{

	if (d->xxh != NULL)
		(void)XXH3_128bits_update(d->xxh, p, n);
	else
		check(SHA256_Update(&d->ctx, p, n));
}

static size_t
finish(const struct digest *d, unsigned char *md)
{
	XXH128_canonical_t canonical;
	SHA256_CTX copy;

	if (d->xxh != NULL) {
		XXH128_canonicalFromHash(&canonical,
		    XXH3_128bits_digest(d->xxh));
		memcpy(md, canonical.digest, sizeof(canonical.digest));
		return (sizeof(canonical.digest));
	}
	copy = d->ctx;
	check(SHA256_Final(md, &copy));
	return (DIGEST_SIZE);
}

void
digest_hex(const struct digest *d, char *hex)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char md[DIGEST_SIZE];
	size_t i, n = finish(d, md);

	for (i = 0; i < n; i++) {
		hex[2 * i] = digits[md[i] >> 4];
		hex[2 * i + 1] = digits[md[i] & 15];
	}
	hex[2 * n] = '\0';
}

void
digest_whole(struct digest *d, const void *p, size_t n, unsigned char *md)
{

	check(SHA256_Init(&d->ctx) && SHA256_Update(&d->ctx, p, n) &&
	    SHA256_Final(md, &d->ctx));
}

void
digest_free(struct digest *d)
{

	if (d != NULL)
		(void)XXH3_freeState(d->xxh);
	mem_free(d);
}
