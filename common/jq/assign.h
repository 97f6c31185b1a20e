/*
 * assign - changing values at paths: |=, =, += and kin, del
 */
#ifndef ROWPIPE_JQ_ASSIGN_H
#define ROWPIPE_JQ_ASSIGN_H

#include "jq/run.h"

/**
 * assign_one(r, n, env, in, out):
 * Evaluate NODE_UPDATE and NODE_DELETE, and NODE_ASSIGN and NODE_OPASSIGN
 * whose right side has one output.
 */
int assign_one(struct run *r, struct node *n, struct frame *env,
    struct value in, struct value *out);

/**
 * assign_eval(r, n, env, in, k):
 * The same for every output of the right side.
 */
int assign_eval(struct run *r, struct node *n, struct frame *env,
    struct value in, struct cont *k);

#endif
