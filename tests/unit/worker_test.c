#include <stddef.h>

#include "base/worker.h"

#include "tap.h"

struct sum {
	int	calls;
	long	total;
};

static void
add(void *cookie, void *piece)
{
	struct sum *s = cookie;
	long *n = piece;

	s->calls++;
	s->total += *n;
	*n = -*n;
}

int
main(void)
{
	struct sum s = { 0, 0 };
	struct worker *w = worker_new(add, &s);
	long n[2] = { 0, 0 };
	int i, wrong = 0;

	ok(worker_wait(w) == NULL, "nothing was given, nothing is waited for");
	for (i = 1; i <= 10000; i++) {
		n[i % 2] = i;
		worker_give(w, &n[i % 2]);
		/* The other one is ours meanwhile. */
		n[(i + 1) % 2] = 0;
		if (worker_wait(w) != &n[i % 2] || n[i % 2] != -i)
			wrong++;
	}
	ok(wrong == 0, "each piece comes back when it is done");
	ok(worker_wait(w) == NULL, "a piece is waited for once");
	n[0] = 7;
	worker_give(w, &n[0]);
	worker_free(w);
	ok(n[0] == -7, "what was given is done before the end");
	ok(s.calls == 10001, "each piece is done once");
	ok(s.total == 10000L * 10001 / 2 + 7, "in full");
	worker_free(NULL);
	return (tap_done());
}
