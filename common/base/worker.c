#include <pthread.h>
#include <signal.h>
#include <stddef.h>

#include "base/mem.h"
#include "base/worker.h"

struct worker {
	void		(*work)(void *cookie, void *piece);
	void		*cookie;
	pthread_t	 thread;
	int		 threaded;
	pthread_mutex_t	 mutex;		/* guards what follows */
	pthread_cond_t	 change;
	void		*piece;		/* given and not waited for */
	int		 done;		/* with that piece */
	int		 over;		/* no more will come */
};

static void *
loop(void *arg)
{
	struct worker *w = arg;

	(void)pthread_mutex_lock(&w->mutex);
	for (;;) {
		while (!w->over && (w->piece == NULL || w->done))
			(void)pthread_cond_wait(&w->change, &w->mutex);
		if (w->piece == NULL || w->done)
			break;
		(void)pthread_mutex_unlock(&w->mutex);
		w->work(w->cookie, w->piece);
		(void)pthread_mutex_lock(&w->mutex);
		w->done = 1;
		(void)pthread_cond_broadcast(&w->change);
	}
	(void)pthread_mutex_unlock(&w->mutex);
	return (NULL);
}

struct worker *
worker_new(void (*work)(void *cookie, void *piece), void *cookie)
{
	struct worker *w = mem_alloc(sizeof(*w));
	sigset_t all, old;

	w->work = work;
	w->cookie = cookie;
	(void)pthread_mutex_init(&w->mutex, NULL);
	(void)pthread_cond_init(&w->change, NULL);
	/* Signals are the first thread's business. */
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &old);
	w->threaded = pthread_create(&w->thread, NULL, loop, w) == 0;
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	return (w);
}

void
worker_give(struct worker *w, void *piece)
{

	if (!w->threaded)
		w->work(w->cookie, piece);
	(void)pthread_mutex_lock(&w->mutex);
	w->piece = piece;
	w->done = !w->threaded;
	(void)pthread_cond_broadcast(&w->change);
	(void)pthread_mutex_unlock(&w->mutex);
}

void *
worker_wait(struct worker *w)
{
	void *piece;

	(void)pthread_mutex_lock(&w->mutex);
	while (w->piece != NULL && !w->done)
		(void)pthread_cond_wait(&w->change, &w->mutex);
	piece = w->piece;
	w->piece = NULL;
	(void)pthread_mutex_unlock(&w->mutex);
	return (piece);
}

void
worker_free(struct worker *w)
{

	if (w == NULL)
		return;
	(void)worker_wait(w);
	if (w->threaded) {
		(void)pthread_mutex_lock(&w->mutex);
		w->over = 1;
		(void)pthread_cond_broadcast(&w->change);
		(void)pthread_mutex_unlock(&w->mutex);
		(void)pthread_join(w->thread, NULL);
	}
	(void)pthread_cond_destroy(&w->change);
	(void)pthread_mutex_destroy(&w->mutex);
	mem_free(w);
}
