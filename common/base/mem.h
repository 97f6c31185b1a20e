/*
 * mem - memory that is there or ends the program
 *
 * Running out of memory is reported and ends the program with DIAG_FAIL; a
 * sink's open transaction is rolled back by that.  Sizes are checked for
 * overflow.
 */
#ifndef ROWPIPE_BASE_MEM_H
#define ROWPIPE_BASE_MEM_H

#include <stddef.h>

/**
 * mem_alloc(n):
 * Return ${n} bytes of zeroed memory (never NULL); caller frees with mem_free.
 */
void *mem_alloc(size_t n);

/**
 * mem_array(n, size):
 * As mem_alloc, for ${n} items of ${size} bytes.
 */
void *mem_array(size_t n, size_t size);

/**
 * mem_resize(p, n, size):
 * Return the memory ${p} (may be NULL) resized to ${n} items of ${size}
 * bytes; new bytes are not cleared.
 */
void *mem_resize(void *p, size_t n, size_t size);

/**
 * mem_grow(p, cap, need, size):
 * Return ${p} resized so that it holds at least ${need} items of ${size}
 * bytes, doubling *${cap}, the number of items it holds; ${p} itself when it
 * is large enough already.
 */
void *mem_grow(void *p, size_t *cap, size_t need, size_t size);

/**
 * mem_dup(s, len), mem_strdup(s):
 * Return a NUL-terminated copy; caller frees with mem_free.
 */
char *mem_dup(const char *s, size_t len);
char *mem_strdup(const char *s);

/**
 * mem_free(p):
 * Free memory of this module; NULL is fine.
 */
void mem_free(void *p);

#endif
