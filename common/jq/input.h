/*
 * input - what input and inputs read
 */
#ifndef ROWPIPE_JQ_INPUT_H
#define ROWPIPE_JQ_INPUT_H

#include "jq/value.h"

struct run;

/**
 * input_value(r, out):
 * Store the host's next value, which lives on its own.  Return 1, 0 when
 * there is none left, or BUILTIN_FAIL.
 */
int input_value(struct run *r, struct value *out);

#endif
