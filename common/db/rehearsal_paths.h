/*
 * rehearsal_paths - what a program reads of its rows, as findings
 */
#ifndef ROWPIPE_DB_REHEARSAL_PATHS_H
#define ROWPIPE_DB_REHEARSAL_PATHS_H

struct findings;
struct probe;

/**
 * rehearsal_paths(p, fs):
 * All rows have passed ${p}: add to ${fs} which paths hold values of several
 * types, or lead to nothing where the program does not expect it; or that none
 * does.
 */
void rehearsal_paths(const struct probe *p, struct findings *fs);

#endif
