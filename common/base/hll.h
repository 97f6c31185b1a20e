/*
 * hll - about how many different values there were, in fixed memory
 *
 * HyperLogLog: P. Flajolet, E. Fusy, O. Gandouet, F. Meunier, "HyperLogLog:
 * the analysis of a near-optimal cardinality estimation algorithm", AofA
 * 2007.  Hashes have 64 bits, so that large counts need no correction (S.
 * Heule, M. Nunkesser, A. Hall, "HyperLogLog in practice", EDBT 2013), and
 * the estimate is the one without bias tables of O. Ertl, "New cardinality
 * estimation algorithms for HyperLogLog sketches", arXiv:1702.01284,
 * algorithm 6.
 *
 * The relative standard error is 1.04 divided by the square root of the
 * number of registers: two estimates in three are within it, 997 in 1,000
 * within three times as much.
 */
#ifndef ROWPIPE_BASE_HLL_H
#define ROWPIPE_BASE_HLL_H

#include <stddef.h>
#include <stdint.h>

#define HLL_PRECISION_MIN 4
#define HLL_PRECISION_MAX 18

struct hll;

/**
 * hll_new(precision):
 * Return a sketch of no values with 2^${precision} registers of a byte; 14
 * has a standard error of 0.81 percent.  Caller frees with hll_free.
 */
struct hll *hll_new(int precision);

/**
 * hll_add(h, hash):
 * Take in a value by its ${hash}, all 64 bits of which must be as good as
 * random.
 */
void hll_add(struct hll *h, uint64_t hash);

/**
 * hll_count(h):
 * The estimate.
 */
uint64_t hll_count(const struct hll *h);

/**
 * hll_error(precision):
 * The relative standard error: 0.008125 for 14.
 */
double hll_error(int precision);

/**
 * hll_size(precision):
 * Bytes of memory that a sketch takes.
 */
size_t hll_size(int precision);

/**
 * hll_free(h):
 * Free ${h}; NULL is fine.
 */
void hll_free(struct hll *h);

#endif
