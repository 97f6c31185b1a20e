/*
 * stack - a call on a stack of its own, larger than the one that there is
 *
 * For recursion whose depth is the user's right: a stack is address space, and
 * costs nothing until it is used.
 */
#ifndef ROWPIPE_BASE_STACK_H
#define ROWPIPE_BASE_STACK_H

#include <stddef.h>

struct err;

/* What is called: with the bytes of stack that it has. */
typedef int stack_fn(size_t size, void *cookie);

/**
 * stack_call(most, least, fn, cookie, result, err):
 * Call ${fn} with ${cookie} on a stack of ${most} bytes, or half of that and
 * so on down to ${least} where the system gives no more, and store what it
 * returns in *${result}.  Return 0, or -1 with ${err} filled (DIAG_FAIL) when
 * there was no stack and ${fn} was not called.
 */
int stack_call(size_t most, size_t least, stack_fn *fn, void *cookie,
    int *result, struct err *err);

#endif
