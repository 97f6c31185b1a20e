/*
 * keyed - the rows of a file in the order of their keys
 *
 * They are sorted in bounded memory and temporary files (base/sorter.h), or
 * stand in that order already, which is checked.  Without a key a row's
 * canonical form is its key.
 */
#ifndef ROWPIPE_ROW_KEYED_H
#define ROWPIPE_ROW_KEYED_H

#include <stddef.h>
#include <stdint.h>

struct canonical;
struct err;
struct key;
struct keyed;

struct keyed_opts {
	struct key		*key;		/* or NULL; borrowed, as is */
	struct canonical	*canonical;
	int			 sorted;	/* they are, by the key */
	int			 require_frame;
	uint64_t		 max_line;
	size_t			 memory;	/* to sort in */
};

struct keyed_row {
	const char	*key;		/* as key_put has it */
	size_t		 key_len;
	const char	*s;		/* the line */
	size_t		 len;
	uint64_t	 line;		/* its number in the file */
};

/**
 * keyed_open(path, opts):
 * Return the rows of the file ${path} ("-": standard input), borrowed; nothing
 * is opened yet.  Caller frees with keyed_close.
 */
struct keyed *keyed_open(char *path, const struct keyed_opts *opts);

/**
 * keyed_sort(k, err):
 * Read and sort the rows, unless they are sorted.  Return 0, or -1 with ${err}
 * filled, its message beginning with the place; status as input_next has it.
 */
int keyed_sort(struct keyed *k, struct err *err);

/**
 * keyed_next(k, row, err):
 * Store the next row in ${row}, borrowed until the next call.  Return 1, 0
 * after the last, or -1 with ${err} filled: also when rows are not sorted.
 */
int keyed_next(struct keyed *k, struct keyed_row *row, struct err *err);

/**
 * keyed_whole(k):
 * Return non-zero when the rows cannot have ended too early unnoticed: they
 * come in a frame, or from a regular file.  Known after the first keyed_next.
 */
int keyed_whole(const struct keyed *k);

/**
 * keyed_name(k), keyed_rows(k), keyed_bytes(k):
 * What messages call the file; how many rows and bytes were read.
 */
const char *keyed_name(const struct keyed *k);
uint64_t keyed_rows(const struct keyed *k);
uint64_t keyed_bytes(const struct keyed *k);

/**
 * keyed_close(k):
 * Free ${k}; NULL is fine.
 */
void keyed_close(struct keyed *k);

#endif
