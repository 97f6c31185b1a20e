/*
 * mention - where files of source code name something
 *
 * A mention is a whole word outside of comments: code, or a string, where SQL
 * stands in other languages (but not in SQL itself, where it is data).  What a
 * comment is goes by the file's name: two dashes in SQL and Lua, a number sign
 * in shells, Python, Ruby, Perl, YAML and files without a suffix, two slashes
 * and slash-star in the others.
 */
#ifndef ROWPIPE_BASE_MENTION_H
#define ROWPIPE_BASE_MENTION_H

#include <stddef.h>

struct err;

/* Is told of each line that has one; the lines from 1. */
typedef void mention_found(void *cookie, const char *path, size_t line);

/**
 * mention_text(path, text, len, word, found, cookie):
 * Look for ${word} in the text of the file called ${path}.
 */
void mention_text(const char *path, const char *text, size_t len,
    const char *word, mention_found *found, void *cookie);

/**
 * mention_find(path, word, found, cookie, err):
 * Look for ${word} in the file ${path} or, when it is a directory, in all
 * files below it, but for those whose names begin with a point, node_modules,
 * files of more than 4 MiB and those that are no text.  Return 0, or -1 with
 * ${err} filled.
 */
int mention_find(const char *path, const char *word, mention_found *found,
    void *cookie, struct err *err);

#endif
