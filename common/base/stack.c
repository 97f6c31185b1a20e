#include <pthread.h>
#include <string.h>

#include "base/diag.h"
#include "base/err.h"
#include "base/stack.h"

struct call {
	stack_fn	*fn;
	size_t		 size;
	void		*cookie;
	int		 result;
};

static void *
start(void *cookie)
{
	struct call *c = cookie;

	c->result = c->fn(c->size, c->cookie);
	return (NULL);
}

int
stack_call(size_t most, size_t least, stack_fn *fn, void *cookie,
    int *result, struct err *err)
{
	struct call call = { .fn = fn, .size = most, .cookie = cookie };
	pthread_attr_t attr;
	pthread_t thread;
	int rc;

	do {
		(void)pthread_attr_init(&attr);
		(void)pthread_attr_setstacksize(&attr, call.size);
		rc = pthread_create(&thread, &attr, start, &call);
		(void)pthread_attr_destroy(&attr);
	} while (rc != 0 && (call.size /= 2) >= least);
	if (rc != 0) {
		(void)err_set(err, "could not start: %s", strerror(rc));
		return (err_status(err, DIAG_FAIL));
	}
	(void)pthread_join(thread, NULL);
	*result = call.result;
	return (0);
}
