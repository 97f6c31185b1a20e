/*
 * clock - time that only goes forward
 */
#ifndef ROWPIPE_BASE_CLOCK_H
#define ROWPIPE_BASE_CLOCK_H

/**
 * clock_seconds():
 * Return the seconds since some moment in the past, the same for all calls,
 * however the time of day is set.
 */
double clock_seconds(void);

#endif
