/*
 * err - what went wrong, carried from where it was found to where it is said
 *
 * Library code fills a struct err and returns -1 (or NULL); the program prints
 * it once, where the place (file, line, column) is known.  A message is one
 * line of ASCII: data quoted into it goes through quote() first (quote.h).
 */
#ifndef ROWPIPE_BASE_ERR_H
#define ROWPIPE_BASE_ERR_H

#include <stddef.h>

#define ERR_NOPOS ((size_t)-1)

struct err {
	char	msg[1024];	/* what is wrong, no full stop, no newline */
	char	hint[1024];	/* what to do about it, or "" */
	char	path[256];	/* JSON pointer of the value at fault, or "" */
	char	rule[32];	/* one word for rejects ("enum"), or "" */
	size_t	pos;		/* offending byte of the text, or ERR_NOPOS */
	int	status;		/* enum diag_status it deserves, 0: not said */
	const struct err *more;	/* further reasons to reject the same row */
	size_t	nmore;
};

#define ERR_INIT { .pos = ERR_NOPOS }

/**
 * err_set(err, fmt, ...):
 * Replace the content of ${err} with a message and return -1.  Clears all the
 * rest; set that afterwards.
 */
int err_set(struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/**
 * err_at(err, pos, fmt, ...):
 * As err_set, for the byte at offset ${pos} of the text being read.
 */
int err_at(struct err *err, size_t pos, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/**
 * err_sys(err, fmt, ...):
 * As err_set, followed by ": " and strerror(errno), with status DIAG_FAIL.
 */
int err_sys(struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/**
 * err_hint(err, fmt, ...):
 * Add the hint line to ${err}, which err_set has filled, and return -1.
 */
int err_hint(struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/**
 * err_status(err, status):
 * Say which exit status (enum diag_status) the failure deserves; return -1,
 * which whoever compiles or analyzes a caller can see here.
 */
static inline int
err_status(struct err *err, int status)
{

	err->status = status;
	return (-1);
}

/**
 * err_prefix(err, fmt, ...):
 * Put text before the message in ${err}, all else left as it is; return -1.
 */
int err_prefix(struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/**
 * err_rule(err, rule, path):
 * Say for the rejects which rule was broken (one word) and at which JSON
 * pointer (NULL: the row itself); return -1.
 */
int err_rule(struct err *err, const char *rule, const char *path);

#endif
