/*
 * sorter - records put in the order of their keys, however many there are
 *
 * A record is a key and the data that goes with it, both bytes.  Keys compare
 * as memcmp has it (a key comes before those that begin with it); records
 * with equal keys stay in the order in which they were added.
 *
 *     while (...) sorter_add(s, key, klen, data, dlen, &err);
 *     sorter_sort(s, &err);
 *     while ((rc = sorter_next(s, &rec, &err)) > 0) ...
 *
 * Memory is bounded: what is beyond it is written to temporary files as
 * sorted runs, which are merged, in several passes when they are many (Knuth,
 * The Art of Computer Programming, volume 3, section 5.4).  There are never
 * more than two files open, whatever the number of runs.
 */
#ifndef ROWPIPE_BASE_SORTER_H
#define ROWPIPE_BASE_SORTER_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct sorter;

#define SORTER_MEMORY_MIN ((size_t)1 << 20)

struct sorter_record {
	const char	*key;
	size_t		 key_len;
	const char	*data;
	size_t		 data_len;
};

/**
 * sorter_new(memory):
 * Return a sorter that uses up to ${memory} bytes, SORTER_MEMORY_MIN at least
 * (and more only for a single record that is larger); caller frees with
 * sorter_free.
 */
struct sorter *sorter_new(size_t memory);

/**
 * sorter_add(s, key, key_len, data, data_len, err):
 * Add a record, copied.  Return 0, or -1 with ${err} filled (status
 * DIAG_FAIL) when a temporary file could not be written.
 */
int sorter_add(struct sorter *s, const void *key, size_t key_len,
    const void *data, size_t data_len, struct err *err);

/**
 * sorter_count(s), sorter_memory(s), sorter_runs(s):
 * How many records were added, bytes of memory they take now, runs that were
 * written to a file (0: all is in memory).
 */
uint64_t sorter_count(const struct sorter *s);
size_t sorter_memory(const struct sorter *s);
size_t sorter_runs(const struct sorter *s);

/**
 * sorter_sort(s, err):
 * All records were added: put them in order.  Return 0, or -1 with ${err}
 * filled.
 */
int sorter_sort(struct sorter *s, struct err *err);

/**
 * sorter_next(s, rec, err):
 * Store the next record in order in *${rec}; its bytes are borrowed until the
 * next call.  Return 1, 0 after the last, or -1 with ${err} filled.
 */
int sorter_next(struct sorter *s, struct sorter_record *rec,
    struct err *err);

/**
 * sorter_clear(s):
 * Forget all records: ${s} is as new, and keeps its memory.
 */
void sorter_clear(struct sorter *s);

/**
 * sorter_free(s):
 * Free ${s}; NULL is fine.
 */
void sorter_free(struct sorter *s);

#endif
