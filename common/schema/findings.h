/*
 * findings - what a look at rows and their target has found, as a report
 *
 * A finding is a check that came out some way, for a column or for the whole
 * table.  What many rows have in common is one finding, with their number and
 * the first as example.  Each is one line of ASCII,
 *
 *     [FAIL] status: enum: 3 rows: "active" is none of the labels "ACTIVE",
 *     "CLOSED"; row 2; mend: enum-upcase -f status ...
 *
 * (not broken, as it is here), or one JSON object.
 */
#ifndef ROWPIPE_SCHEMA_FINDINGS_H
#define ROWPIPE_SCHEMA_FINDINGS_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct findings;

enum findings_level { FINDINGS_OK, FINDINGS_WARN, FINDINGS_FAIL };

#define FINDINGS_DETAILS 20	/* findings of one check on one column; what
				   comes after is counted as one more */

struct finding {
	enum findings_level	 level;
	const char		*check;		/* "enum", "foreign-key" */
	const char		*subject;	/* NULL: the table */
	char			*message;	/* one line of ASCII */
	char			*example;	/* JSON text, or NULL */
	char			*mend;		/* shell command, or NULL */
	uint64_t		 rows;		/* 0: not about rows */
	uint64_t		 first;		/* the first of them, from 1 */
};

/**
 * findings_new():
 * Return a report without findings; caller frees with findings_free.
 */
struct findings *findings_new(void);

/**
 * findings_find(fs, check, subject):
 * Return the first finding of ${check} about ${subject}, or NULL.
 */
struct finding *findings_find(const struct findings *fs, const char *check,
    const char *subject);

/**
 * findings_row(fs, level, check, subject, detail, row, fresh):
 * Count ${row} for the finding of ${check} on ${subject} (may be NULL) that is
 * about ${detail} (may be NULL), which is made if there is none, all copied.
 * Return it, and in *${fresh} whether it is new: then message, example and
 * mend are to be set with findings_say.
 */
struct finding *findings_row(struct findings *fs, enum findings_level level,
    const char *check, const char *subject, const char *detail, uint64_t row,
    int *fresh);

/**
 * findings_add(fs, level, check, subject, fmt, ...):
 * Add a finding that is not about rows, with its message, and return it.
 */
struct finding *findings_add(struct findings *fs, enum findings_level level,
    const char *check, const char *subject, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/**
 * findings_say(f, message), findings_example(f, s, len), findings_mend(f, cmd):
 * Set the message, the example (${len} bytes of JSON), the command, copied;
 * NULL leaves it as it is.
 */
void findings_say(struct finding *f, const char *message);
void findings_example(struct finding *f, const char *s, size_t len);
void findings_mend(struct finding *f, const char *command);

/**
 * findings_has(fs, check):
 * Return non-zero when there is a finding of ${check} that is not OK.
 */
int findings_has(const struct findings *fs, const char *check);

/**
 * findings_count(fs, level):
 * How many findings of that level there are.
 */
size_t findings_count(const struct findings *fs, enum findings_level level);

/**
 * findings_next(fs, i):
 * Return the ${i}th finding (from 0), in the order in which they were made,
 * or NULL.
 */
const struct finding *findings_next(const struct findings *fs, size_t i);

/**
 * findings_put(f, b), findings_put_json(f, b):
 * Append ${f} as a line, as an object; without LF.
 */
void findings_put(const struct finding *f, struct buf *b);
void findings_put_json(const struct finding *f, struct buf *b);

/**
 * findings_free(fs):
 * Free ${fs}; NULL is fine.
 */
void findings_free(struct findings *fs);

#endif
