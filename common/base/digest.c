#include <openssl/evp.h>

#include "base/diag.h"
#include "base/digest.h"
#include "base/mem.h"

struct digest {
	EVP_MD_CTX	*ctx;
};

static void
check(int ok)
{

	if (!ok)
		diag_die(DIAG_FAIL, "SHA-256 is not available in libcrypto");
}

struct digest *
digest_new(void)
{
	struct digest *d = mem_alloc(sizeof(*d));

	d->ctx = EVP_MD_CTX_new();
	check(d->ctx != NULL);
	check(EVP_DigestInit_ex(d->ctx, EVP_sha256(), NULL));
	return (d);
}

void
digest_add(struct digest *d, const void *p, size_t n)
{

	check(EVP_DigestUpdate(d->ctx, p, n));
}

void
digest_hex(const struct digest *d, char *hex)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char md[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *copy = EVP_MD_CTX_new();
	unsigned int i, n = 0;

	check(copy != NULL && EVP_MD_CTX_copy_ex(copy, d->ctx) &&
	    EVP_DigestFinal_ex(copy, md, &n) && n == DIGEST_HEX / 2);
	EVP_MD_CTX_free(copy);
	for (i = 0; i < n; i++) {
		hex[2 * i] = digits[md[i] >> 4];
		hex[2 * i + 1] = digits[md[i] & 15];
	}
	hex[DIGEST_HEX] = '\0';
}

void
digest_whole(struct digest *d, const void *p, size_t n, unsigned char *md)
{
	unsigned int len = 0;

	check(EVP_DigestInit_ex(d->ctx, NULL, NULL) &&
	    EVP_DigestUpdate(d->ctx, p, n) &&
	    EVP_DigestFinal_ex(d->ctx, md, &len) && len == DIGEST_SIZE);
}

void
digest_free(struct digest *d)
{

	if (d == NULL)
		return;
	EVP_MD_CTX_free(d->ctx);
	mem_free(d);
}
