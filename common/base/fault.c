#include "base/fault.h"

#ifdef ROWPIPE_FAULTS

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const kinds[FAULT_KINDS] = {
	"alloc", "read", "write", "open", "sync", "rename"
};

static const struct {
	const char	*name;
	int		 value;
} errnos[] = {
	{ "EIO", EIO }, { "ENOSPC", ENOSPC }, { "EINTR", EINTR },
	{ "EAGAIN", EAGAIN }, { "EPIPE", EPIPE }, { "EMFILE", EMFILE },
	{ "EACCES", EACCES },
};

/* The plan is read once; this module exists in test builds only. */
static struct {
	int		ready, kind, value, on, count, most;
	unsigned long	nth, seen[FAULT_KINDS], all;
} plan;

static void
report(void)
{
	int i;

	for (i = 0; i < FAULT_KINDS; i++)
		(void)fprintf(stderr, "fault: %s %lu\n", kinds[i],
		    plan.seen[i]);
	(void)fprintf(stderr, "fault: any %lu\n", plan.all);
}

/* What "short" has after it: nothing is one byte, and so is what is none. */
static int
most_bytes(const char *s)
{
	char *end;
	long n = strtol(s, &end, 10);

	return (end == s || *end != '\0' || n < 1 || n > INT_MAX ? 1 :
	    (int)n);
}

static void
read_plan(void)
{
	const char *s = getenv("ROWPIPE_FAULT");
	char spec[64], *word, *save;
	size_t i;

	plan.ready = 1;
	plan.kind = -1;
	plan.value = EIO;
	if (s == NULL)
		return;
	if (strcmp(s, "count") == 0) {
		plan.count = 1;
		(void)atexit(report);
		return;
	}
	(void)snprintf(spec, sizeof(spec), "%s", s);
	if ((word = strtok_r(spec, ":", &save)) == NULL)
		return;
	plan.kind = FAULT_KINDS;
	for (i = 0; i < FAULT_KINDS; i++)
		if (strcmp(word, kinds[i]) == 0)
			plan.kind = (int)i;
	if ((word = strtok_r(NULL, ":", &save)) != NULL)
		plan.nth = strtoul(word, NULL, 10);
	while ((word = strtok_r(NULL, ":", &save)) != NULL) {
		if (strcmp(word, "on") == 0)
			plan.on = 1;
		if (strncmp(word, "short", 5) == 0) {
			plan.value = 0;
			plan.most = most_bytes(word + 5);
		}
		for (i = 0; i < sizeof(errnos) / sizeof(errnos[0]); i++)
			if (strcmp(word, errnos[i].name) == 0)
				plan.value = errnos[i].value;
	}
}

int
fault_hit(enum fault_kind kind)
{
	unsigned long n;

	if (!plan.ready)
		read_plan();
	plan.seen[kind]++;
	plan.all++;
	if (plan.kind == FAULT_KINDS)
		n = plan.all;
	else if (plan.kind == (int)kind)
		n = plan.seen[kind];
	else
		return (0);
	if (n != plan.nth && !(plan.on && n > plan.nth))
		return (0);
	if (plan.value == 0)
		return (kind == FAULT_READ || kind == FAULT_WRITE ?
		    plan.most : 0);
	errno = plan.value;
	return (-1);
}

int
fault_planted(const char *bug)
{
	const char *s = getenv("ROWPIPE_PLANT");
	size_t len = strlen(bug), n;

	for (; s != NULL && *s != '\0'; s += n + (s[n] == ',')) {
		n = strcspn(s, ",");
		if (n == len && memcmp(s, bug, n) == 0)
			return (1);
	}
	return (0);
}

#endif

/* ISO C wants something in every translation unit. */
typedef int fault_translation_unit;
