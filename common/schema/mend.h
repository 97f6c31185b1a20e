/*
 * mend - the stage of a pipeline that would make a value fit, as a command
 *
 * What is written here can be pasted into a shell as it stands: one line of
 * ASCII, names and values of the data quoted for the program and again for the
 * shell.  Which stage it should be is for those to say who know what is wrong.
 */
#ifndef ROWPIPE_SCHEMA_MEND_H
#define ROWPIPE_SCHEMA_MEND_H

#include <stddef.h>

struct buf;
struct column;

/**
 * mend_shell(b, s, len):
 * Append the ${len} bytes at ${s} as one word of a POSIX shell, in single
 * quotes unless none are needed.  Bytes that are no printable ASCII stand as
 * they are, since the shell has no other way to write them: callers avoid
 * those.
 */
void mend_shell(struct buf *b, const char *s, size_t len);

/**
 * mend_string(b, s):
 * Append the NUL-terminated UTF-8 ${s} as a JSON string in ASCII.
 */
void mend_string(struct buf *b, const char *s);

/**
 * mend_path(b, name):
 * Append the jq path of the field ${name}: .status, ."odd name".
 */
void mend_path(struct buf *b, const char *name);

/**
 * mend_map(b, format, name, value):
 * Append a row-map command.  Its program is ${format}, in which each "@" is
 * the path of the field ${name} and "#" is ${value} (may be NULL).
 */
void mend_map(struct buf *b, const char *format, const char *name,
    const char *value);

/**
 * mend_label(b, c, wrong, label):
 * Append the command that turns the value ${wrong} of the enumeration ${c}
 * into its ${label} and leaves others that are labels as they are.
 */
void mend_label(struct buf *b, const struct column *c, const char *wrong,
    const char *label);

/**
 * mend_null(b, c):
 * Append the command that gives ${c} a value, or its default, where it is
 * null.
 */
void mend_null(struct buf *b, const struct column *c);

#endif
