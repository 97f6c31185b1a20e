/*
 * finding - what is wrong with a value, in words
 */
#ifndef ROWPIPE_SCHEMA_FINDING_H
#define ROWPIPE_SCHEMA_FINDING_H

#include "schema/check.h"

/**
 * finding_keyword(f):
 * Return the name of the keyword that is broken.  Of a schema that is false it
 * is the one that has it.
 */
const char *finding_keyword(const struct finding *f);

/**
 * finding_say(f, text, err):
 * Fill ${err} with message, hint, rule, path and the place of the value in
 * the ${text} that it is in.
 */
void finding_say(const struct finding *f, const char *text,
    struct err *err);

#endif
