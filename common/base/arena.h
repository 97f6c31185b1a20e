/*
 * arena - memory that is given back all at once
 *
 * Every row has one; row_next resets it.  Memory lives until arena_reset or
 * arena_free; the arena keeps up to 1 MiB across a reset and gives the rest
 * back.
 */
#ifndef ROWPIPE_BASE_ARENA_H
#define ROWPIPE_BASE_ARENA_H

#include <stddef.h>

struct arena;

/**
 * arena_new():
 * Return an empty arena; caller frees with arena_free.
 */
struct arena *arena_new(void);

/**
 * arena_alloc(a, n):
 * Return ${n} bytes, not cleared, aligned for any type.
 */
void *arena_alloc(struct arena *a, size_t n);

/**
 * arena_dup(a, s, len):
 * Return a NUL-terminated copy of ${len} bytes that lives in ${a}.
 */
char *arena_dup(struct arena *a, const char *s, size_t len);

/**
 * arena_reset(a):
 * Forget everything that lives in ${a}.
 */
void arena_reset(struct arena *a);

/**
 * arena_free(a):
 * Free ${a} and everything in it; NULL is fine.
 */
void arena_free(struct arena *a);

#endif
