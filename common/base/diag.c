#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/err.h"
#include "base/fault.h"

static const char *progname = "rowpipe";
static int level;
static void (*before)(void);

/* A closed descriptor 0 becomes one that cannot be read, 1 and 2 ones that
 * cannot be written, so that no file or socket ever takes their number. */
static void
fill_descriptors(void)
{
	int fd, got;

	for (fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) != -1)
			continue;
		got = open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
		if (got != -1 && got != fd)
			(void)close(got);
	}
}

/* A planted bug: all is well that ends. */
static void
end_well(void)
{

	_exit(0);
}

void
diag_init(const char *name)
{

	progname = name;
	if (!fault_planted("descriptors"))
		fill_descriptors();
	if (fault_planted("status"))
		(void)atexit(end_well);
	if (fault_planted("locale"))
		(void)setlocale(LC_ALL, "");
	/* A file that may not grow is a write that fails, not a death. */
	(void)signal(SIGXFSZ, SIG_IGN);
}

const char *
diag_name(void)
{

	return (progname);
}

void
diag_before(void (*fn)(void))
{

	before = fn;
}

void
diag_level(int n)
{

	level = n;
}

int
diag_verbose(void)
{

	return (level > 0);
}

int
diag_quiet(void)
{

	return (level < 0);
}

static void say(const char *head, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* One write per line, so that the stages of a pipeline do not interleave. */
static void
say(const char *head, const char *fmt, va_list ap)
{
	char line[4096];
	int n, m;

	n = snprintf(line, sizeof(line), "%s: ", head);
	m = vsnprintf(line + n, sizeof(line) - (size_t)n - 1, fmt, ap);
	if (m < 0)
		return;
	n += m;
	if ((size_t)n > sizeof(line) - 2)
		n = (int)sizeof(line) - 2;
	line[n++] = '\n';
	if (before != NULL)
		before();
	(void)!write(STDERR_FILENO, line, (size_t)n);
}

void
diag_note(const char *fmt, ...)
{
	va_list ap;

	if (level < 0)
		return;
	va_start(ap, fmt);
	say(progname, fmt, ap);
	va_end(ap);
}

void
diag_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(progname, fmt, ap);
	va_end(ap);
}

void
diag_hint(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("hint", fmt, ap);
	va_end(ap);
}

void
diag_err(const char *place, const struct err *err)
{

	if (place != NULL)
		diag_warn("%s: %s", place, err->msg);
	else
		diag_warn("%s", err->msg);
	if (err->hint[0] != '\0')
		diag_hint("%s", err->hint);
}

int
diag_failed(const char *place, const struct err *err, enum diag_status status)
{

	if (err->msg[0] != '\0')
		diag_err(place, err);
	return (err->status != 0 ? err->status : (int)status);
}

noreturn void
diag_exit(const struct err *err, enum diag_status status)
{

	exit(diag_failed(NULL, err, status));
}

noreturn void
diag_die(enum diag_status status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(progname, fmt, ap);
	va_end(ap);
	exit((int)status);
}
