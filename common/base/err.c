#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/err.h"

static void set(struct err *err, size_t pos, const char *fmt, va_list ap)
    __attribute__((format(printf, 3, 0)));

static void
set(struct err *err, size_t pos, const char *fmt, va_list ap)
{

	(void)vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	err->hint[0] = err->path[0] = err->rule[0] = '\0';
	err->pos = pos;
	err->status = 0;
	err->more = NULL;
	err->nmore = 0;
}

int
err_set(struct err *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set(err, ERR_NOPOS, fmt, ap);
	va_end(ap);
	return (-1);
}

int
err_at(struct err *err, size_t pos, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set(err, pos, fmt, ap);
	va_end(ap);
	return (-1);
}

int
err_sys(struct err *err, const char *fmt, ...)
{
	int saved = errno;
	va_list ap;
	size_t len;

	va_start(ap, fmt);
	set(err, ERR_NOPOS, fmt, ap);
	va_end(ap);
	len = strlen(err->msg);
	(void)snprintf(err->msg + len, sizeof(err->msg) - len, ": %s",
	    strerror(saved));
	err->status = DIAG_FAIL;
	return (-1);
}

int
err_hint(struct err *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(err->hint, sizeof(err->hint), fmt, ap);
	va_end(ap);
	return (-1);
}

int
err_prefix(struct err *err, const char *fmt, ...)
{
	char text[sizeof(err->msg)];
	size_t n, rest;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	n = strlen(text);
	rest = sizeof(err->msg) - n;
	memmove(err->msg + n, err->msg, rest - 1);
	memcpy(err->msg, text, n);
	err->msg[sizeof(err->msg) - 1] = '\0';
	return (-1);
}

int
err_rule(struct err *err, const char *rule, const char *path)
{

	(void)snprintf(err->rule, sizeof(err->rule), "%s", rule);
	(void)snprintf(err->path, sizeof(err->path), "%s",
	    path == NULL ? "" : path);
	return (-1);
}
