#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/fault.h"
#include "base/mem.h"

static void
out_of_memory(void)
{

	diag_die(DIAG_FAIL, "out of memory");
}

static size_t
product(size_t n, size_t size)
{

	if (size != 0 && n > SIZE_MAX / size)
		out_of_memory();
	return (n * size);
}

void *
mem_alloc(size_t n)
{
	void *p;

	if (fault_hit(FAULT_ALLOC) < 0 || (p = calloc(1, n | 1)) == NULL) {
		out_of_memory();
		return (NULL);
	}
	return (p);
}

void *
mem_array(size_t n, size_t size)
{

	return (mem_alloc(product(n, size)));
}

void *
mem_resize(void *p, size_t n, size_t size)
{
	size_t bytes = product(n, size);
	void *q;

	if (fault_hit(FAULT_ALLOC) < 0 ||
	    (q = realloc(p, bytes | 1)) == NULL) {
		out_of_memory();
		return (NULL);
	}
	return (q);
}

void *
mem_grow(void *p, size_t *cap, size_t need, size_t size)
{
	size_t n = *cap;

	if (need <= n && p != NULL)
		return (p);
	n = n > SIZE_MAX / 2 ? SIZE_MAX : n * 2;
	if (n < need)
		n = need;
	if (n < 16)
		n = 16;
	p = mem_resize(p, n, size);
	*cap = n;
	return (p);
}

char *
mem_dup(const char *s, size_t len)
{
	char *p = mem_alloc(len + 1);

	if (len > 0)
		memcpy(p, s, len);
	return (p);
}

char *
mem_strdup(const char *s)
{

	return (mem_dup(s, strlen(s)));
}

void
mem_free(void *p)
{

	free(p);
}
