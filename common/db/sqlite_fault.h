/*
 * sqlite_fault - SQLite's own memory and files fail on request, for the tests
 */
#ifndef ROWPIPE_DB_SQLITE_FAULT_H
#define ROWPIPE_DB_SQLITE_FAULT_H

/**
 * sqlite_fault_install():
 * Let SQLite's memory and file operations ask base/fault.h first.  Calls after
 * the first do nothing, as do all in a build without -DROWPIPE_FAULTS.
 */
void sqlite_fault_install(void);

#endif
