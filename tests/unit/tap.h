/*
 * tap - the few calls that unit tests print TAP with
 */
#ifndef ROWPIPE_TESTS_TAP_H
#define ROWPIPE_TESTS_TAP_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int tap_n, tap_bad;

/* One test: passes when ${good}; the title states behaviour. */
__attribute__((format(printf, 2, 3), unused))
static int
ok(int good, const char *fmt, ...)
{
	va_list ap;

	tap_n++;
	tap_bad += !good;
	printf("%s %d - ", good ? "ok" : "not ok", tap_n);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	return (good);
}

/* The ${glen} bytes at ${got} are the string ${want}. */
__attribute__((unused))
static int
is_text(const char *got, size_t glen, const char *want, const char *title)
{
	int good = glen == strlen(want) &&
	    (glen == 0 || memcmp(got, want, glen) == 0);

	ok(good, "%s", title);
	if (!good)
		printf("#  got: %.*s\n# want: %s\n", (int)glen, got, want);
	return (good);
}

/* The last line of main: return tap_done(). */
__attribute__((unused))
static int
tap_done(void)
{

	printf("1..%d\n", tap_n);
	return (tap_bad != 0);
}

#endif
