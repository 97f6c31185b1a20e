#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/err.h"
#include "schema/reading.h"

int
reading_refuse(struct reading *rd, const struct json_value *v,
    const char *fmt, ...)
{
	char msg[sizeof(rd->err->msg)];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	if (v != NULL)
		(void)err_at(rd->err, (size_t)(v->s - rd->text), "%s", msg);
	else
		(void)err_set(rd->err, "%s", msg);
	return (err_status(rd->err, DIAG_BADINPUT));
}

int
reading_get(struct reading *rd, const struct json_value *obj, const char *key,
    enum json_type type, struct json_value *v)
{

	if (!json_get(obj, key, strlen(key), v))
		return (0);
	if (v->type != type)
		return (reading_refuse(rd, v, "\"%s\" is not %s %s", key,
		    type == JSON_ARRAY || type == JSON_OBJECT ? "an" : "a",
		    json_type_name(type)));
	return (1);
}

const char *
reading_string(struct reading *rd, const struct json_value *v, const char *what)
{
	const char *s;
	size_t len;

	if (v->type != JSON_STRING) {
		(void)reading_refuse(rd, v, "%s is not a string", what);
		return (NULL);
	}
	s = json_string(v, rd->a, &len);
	if (memchr(s, '\0', len) != NULL) {
		(void)reading_refuse(rd, v, "%s holds a NUL character", what);
		return (NULL);
	}
	return (arena_dup(rd->a, s, len));
}

int
reading_get_string(struct reading *rd, const struct json_value *obj,
    const char *key, const char **out)
{
	struct json_value v;
	int rc;

	if ((rc = reading_get(rd, obj, key, JSON_STRING, &v)) <= 0)
		return (rc);
	return ((*out = reading_string(rd, &v, key)) == NULL ? -1 : 1);
}

int
reading_get_flag(struct reading *rd, const struct json_value *obj,
    const char *key, int *out)
{
	struct json_value v;

	if (!json_get(obj, key, strlen(key), &v))
		return (0);
	if (v.type != JSON_TRUE && v.type != JSON_FALSE)
		return (reading_refuse(rd, &v, "\"%s\" is not true or false",
		    key));
	*out = v.type == JSON_TRUE;
	return (1);
}

int
reading_get_int(struct reading *rd, const struct json_value *obj,
    const char *key, int64_t min, int64_t max, int64_t *out)
{
	struct json_value v;
	int64_t n;

	if (!json_get(obj, key, strlen(key), &v))
		return (0);
	if (v.type != JSON_NUMBER || !json_int(&v, &n) || n < min || n > max)
		return (reading_refuse(rd, &v,
		    "\"%s\" is not a whole number in range", key));
	*out = n;
	return (1);
}

int
reading_each(struct reading *rd, const struct json_value *v, const char *what,
    int (*each)(struct reading *, const struct json_value *, void *),
    void *cookie)
{
	struct json_iter it;
	struct json_value item;

	if (v->type == JSON_STRING)
		return (each(rd, v, cookie));
	if (v->type != JSON_ARRAY)
		return (reading_refuse(rd, v, "\"%s\" is not an array", what));
	json_iter_init(&it, v);
	while (json_next(&it, NULL, &item))
		if (each(rd, &item, cookie) != 0)
			return (-1);
	return (0);
}

size_t
reading_count(const struct json_value *v)
{
	struct json_iter it;
	struct json_value item;
	size_t n = 0;

	if (v->type != JSON_ARRAY && v->type != JSON_OBJECT)
		return (1);
	json_iter_init(&it, v);
	while (json_next(&it, NULL, &item))
		n++;
	return (n);
}
