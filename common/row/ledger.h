/*
 * ledger - what became of every row, and the line that says so
 *
 * For a sink, rows in = created + updated + unchanged + skipped + rejected
 * (+ removed, where that is what a row asks for),
 * and + rolled_back after a run that failed;
 * for a filter, rows in = passed + dropped + rejected.  ledger_end checks it.
 */
#ifndef ROWPIPE_ROW_LEDGER_H
#define ROWPIPE_ROW_LEDGER_H

#include <stdint.h>

struct buf;
struct err;

struct ledger {
	uint64_t	in;		/* rows read, bad ones too */
	uint64_t	created, updated, unchanged, skipped;	/* sinks */
	uint64_t	removed;	/* by sinks that are told to */
	uint64_t	rejected;
	uint64_t	rolled_back;	/* read, not kept: the run failed */
	uint64_t	out;		/* filters and sources: rows written */
	uint64_t	bytes;		/* of rows written or read */
};

/**
 * ledger_balance(l, err):
 * Return 0 when a sink's books balance, else -1 with ${err} filled.
 */
int ledger_balance(const struct ledger *l, struct err *err);

/**
 * ledger_say_sink(l, what), ledger_say_filter(l), ledger_say_report(l),
 * ledger_say_source(l, what):
 * Print the summary line unless -q was given; ${what} is the table:
 * "clients: 7 in, 6 created, 1 updated, 0 unchanged, 0 skipped, 0 rejected".
 * Of a report only the rows that it is about are counted.
 */
void ledger_say_sink(const struct ledger *l, const char *what);
void ledger_say_filter(const struct ledger *l);
void ledger_say_report(const struct ledger *l);
void ledger_say_source(const struct ledger *l, const char *what);

/**
 * ledger_put_json(l, b):
 * Append the counts as members of a JSON object, without braces:
 * "in":7,"out":7,"created":0,...,"rejected":0,"bytes":3990.
 */
void ledger_put_json(const struct ledger *l, struct buf *b);

#endif
