/*
 * The block functions themselves, not EVP: a digest then needs no provider to
 * be found and, linked from the archive, no libcrypto.so to be mapped, which
 * would be a third of the start-up of a filter.  They choose the processor's
 * SHA instructions all the same.  OpenSSL 3 calls them deprecated, which is to
 * say that they stay as they were in 1.1.
 */
#define OPENSSL_API_COMPAT 0x10100000L
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include "base/diag.h"
#include "base/digest.h"
#include "base/mem.h"

struct digest {
	SHA256_CTX	 ctx;
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

void
digest_add(struct digest *d, const void *p, size_t n)
{

	check(SHA256_Update(&d->ctx, p, n));
}

void
digest_hex(const struct digest *d, char *hex)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char md[DIGEST_SIZE];
	SHA256_CTX copy = d->ctx;
	size_t i;

	check(SHA256_Final(md, &copy));
	for (i = 0; i < sizeof(md); i++) {
		hex[2 * i] = digits[md[i] >> 4];
		hex[2 * i + 1] = digits[md[i] & 15];
	}
	hex[DIGEST_HEX] = '\0';
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

	mem_free(d);
}
