/*
 * worker - a thread that does one piece of work after the other
 *
 * For a program that prepares the next piece while the last is being done.
 * Between worker_give and worker_wait the piece belongs to the thread.
 */
#ifndef ROWPIPE_BASE_WORKER_H
#define ROWPIPE_BASE_WORKER_H

struct worker;

/**
 * worker_new(work, cookie):
 * Return a worker that calls ${work} with ${cookie} (borrowed) and each piece
 * that it is given.  Where there can be no thread, worker_give does the work
 * itself.  Caller frees with worker_free.
 */
struct worker *worker_new(void (*work)(void *cookie, void *piece),
    void *cookie);

/**
 * worker_give(w, piece):
 * Let ${piece}, which is not NULL, be done.  The one before must have been
 * waited for.
 */
void worker_give(struct worker *w, void *piece);

/**
 * worker_wait(w):
 * Wait until the piece that was given last is done, and return it; NULL when
 * there is none that was not waited for.
 */
void *worker_wait(struct worker *w);

/**
 * worker_free(w):
 * Wait for what is being done, end the thread and free ${w}; NULL is fine.
 */
void worker_free(struct worker *w);

#endif
