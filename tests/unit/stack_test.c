#include <stdint.h>

#include "base/diag.h"
#include "base/err.h"
#include "base/stack.h"

#include "tap.h"

#define MIB	((size_t)1 << 20)
#define DEPTH	(20 << 10)	/* more than eight MiB have room for */

struct job {
	size_t	size;
	int	calls;
};

/* Return ${depth}, by way of as many frames of a KiB. */
static int
sink(int depth)
{
	volatile char frame[1024];

	frame[0] = frame[1023] = (char)depth;
	return (depth == 0 ? 0 : sink(depth - 1) + 1 + (frame[0] -
	    frame[1023]));
}

static int
work(size_t size, void *cookie)
{
	struct job *job = cookie;

	job->size = size;
	job->calls++;
	return (sink(size < 64 * MIB ? 0 : DEPTH));
}

int
main(void)
{
	struct job job = { 0, 0 };
	struct err err = ERR_INIT;
	int result = -1;

	ok(stack_call(64 * MIB, 4 * MIB, work, &job, &result, &err) == 0 &&
	    job.calls == 1 && job.size == 64 * MIB,
	    "a function is called with the stack that was asked for");
	ok(result == DEPTH, "it has that stack, and its result comes back");
	job.calls = 0;
	ok(stack_call(SIZE_MAX / 4, 4 * MIB, work, &job, &result, &err) != 0 ||
	    (job.calls == 1 && job.size < SIZE_MAX / 4),
	    "more than there is becomes less");
	job.calls = 0;
	ok(stack_call(SIZE_MAX / 2, SIZE_MAX / 4, work, &job, &result,
	    &err) == -1 && job.calls == 0 && err.status == DIAG_FAIL,
	    "without a stack nothing is called, and the error says so");
	return (tap_done());
}
