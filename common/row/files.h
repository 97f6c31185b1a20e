/*
 * files - the names of the files that rows came from, as small numbers
 */
#ifndef ROWPIPE_ROW_FILES_H
#define ROWPIPE_ROW_FILES_H

#include <stddef.h>

/* { 0 } has no names. */
struct files {
	char	**v;
	size_t	  n, cap;
};

/**
 * files_number(f, name):
 * The number of the file ${name}, copied, from 0: that of the last file when
 * it is the same name, else a new one.
 */
size_t files_number(struct files *f, const char *name);

/**
 * files_free(f):
 * Free what ${f} holds and leave it empty.
 */
void files_free(struct files *f);

#endif
