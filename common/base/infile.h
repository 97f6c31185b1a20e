/*
 * infile - a small file, such as settings or a schema, read whole
 */
#ifndef ROWPIPE_BASE_INFILE_H
#define ROWPIPE_BASE_INFILE_H

#include <stddef.h>

struct buf;
struct err;

/**
 * infile_read(path, max, b, err):
 * Append all of the file ${path} ("-": standard input) to ${b}.  Return 0, or
 * -1 with ${err} filled when it cannot be read (DIAG_FAIL) or has more than
 * ${max} bytes (DIAG_BADINPUT).
 */
int infile_read(const char *path, size_t max, struct buf *b,
    struct err *err);

#endif
