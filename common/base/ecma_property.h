/*
 * ecma_property - the names that \p{...} takes in ECMA-262
 *
 * Names and aliases are those of tables 66 to 69 of the standard and, for
 * scripts, of Unicode's PropertyValueAliases.txt; as there, case and
 * underscores matter.
 */
#ifndef ROWPIPE_BASE_ECMA_PROPERTY_H
#define ROWPIPE_BASE_ECMA_PROPERTY_H

#include <stddef.h>

struct buf;

/**
 * ecma_property(s, len, out):
 * Append to ${out}, unless that is NULL, what PCRE2 writes between the braces
 * for the ${len} bytes at ${s}.  Return 0, or -1 when they name nothing.
 */
int ecma_property(const char *s, size_t len, struct buf *out);

#endif
