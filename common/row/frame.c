#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/mem.h"
#include "row/frame.h"

#define FRAME_VERSION 1

/* Which frames are wanted of all programs of a pipeline. */
static const char variable[] = "ROWPIPE_FRAME";

enum frame_line
frame_kind(const struct json_field *fields, size_t nfields)
{

	if (nfields != 1)
		return (FRAME_ROW);
	if (json_string_is(&fields[0].key, "@stream", 7))
		return (FRAME_STREAM);
	if (json_string_is(&fields[0].key, "@end", 4))
		return (FRAME_END);
	return (FRAME_ROW);
}

struct digest *
frame_begin(const struct json_value *v, struct err *err)
{
	struct json_value version, digest;
	int64_t n;

	if (!json_get(v, "v", 1, &version) || !json_int(&version, &n)) {
		(void)err_set(err, "@stream line without a version");
		goto refuse;
	}
	if (n != FRAME_VERSION) {
		(void)err_set(err, "@stream line of version %" PRId64
		    ": only version %d is known", n, FRAME_VERSION);
		goto refuse;
	}
	if (!json_get(v, "digest", 6, &digest) ||
	    json_string_is(&digest, "sha256", 6))
		return (digest_new());
	if (json_string_is(&digest, "xxh128", 6))
		return (digest_new_xxh128());
	(void)err_set(err, "@stream line with a digest that is not known:"
	    " sha256 and xxh128 are");
refuse:
	(void)err_status(err, DIAG_BADINPUT);
	return (NULL);
}

char *
frame_table(const char *stream)
{
	struct json_value v;

	if (stream == NULL)
		return (NULL);
	v = (struct json_value){
		.s = stream, .len = (uint32_t)strlen(stream),
		.type = JSON_OBJECT
	};
	if (!json_get(&v, "@stream", 7, &v) ||
	    !json_get(&v, "table", 5, &v) || v.type != JSON_STRING ||
	    !v.plain)
		return (NULL);
	return (mem_dup(v.s + 1, v.len - 2));
}

/* What nearly always lies behind a frame that does not match. */
static int
changed(struct err *err)
{

	(void)err_hint(err, "a stage in between changed the rows; for filters"
	    " that know no frames (jq, grep) leave frames off and run the"
	    " pipeline with row-pipe");
	return (err_status(err, DIAG_INCOMPLETE));
}

int
frame_check_end(const struct json_value *v, uint64_t rows,
    const struct digest *d, struct err *err)
{
	const char *name = digest_name(d);
	char hex[DIGEST_HEX + 1];
	struct json_value n, sum;
	int64_t said;

	digest_hex(d, hex);
	if (!json_get(v, "rows", 4, &n) || !json_int(&n, &said) || said < 0 ||
	    !json_get(v, name, strlen(name), &sum) ||
	    sum.type != JSON_STRING) {
		(void)err_set(err, "@end line without row count and digest");
		return (err_status(err, DIAG_INCOMPLETE));
	}
	if ((uint64_t)said != rows) {
		(void)err_set(err, "the stream does not match its frame: @end"
		    " says %" PRId64 " rows, %" PRIu64 " came", said, rows);
		return (changed(err));
	}
	if (!json_string_is(&sum, hex, strlen(hex))) {
		(void)err_set(err, "the stream does not match its frame: the"
		    " digest of the rows is not what @end says");
		return (changed(err));
	}
	return (0);
}

/* What the environment wants, "1" or "xxh128", or NULL. */
static const char *
wanted(void)
{
	const char *env = getenv(variable);

	if (env != NULL && (strcmp(env, "1") == 0 ||
	    strcmp(env, "xxh128") == 0))
		return (env);
	return (NULL);
}

int
frame_wanted(int flag)
{

	return (flag || wanted() != NULL);
}

void
frame_want(int kept)
{

	(void)setenv(variable, kept ? "1" : "xxh128", 1);
}

void
frame_put_stream(struct buf *b, const char *source)
{
	const char *env = wanted();

	buf_puts(b, "{\"@stream\":{\"v\":1,\"source\":");
	json_put_z(b, source);
	if (env != NULL && env[0] == 'x')
		buf_puts(b, ",\"digest\":\"xxh128\"");
}

void
frame_put_end(struct buf *b, uint64_t rows, const struct digest *d)
{
	char hex[DIGEST_HEX + 1];

	digest_hex(d, hex);
	buf_printf(b, "{\"@end\":{\"rows\":%" PRIu64 ",\"%s\":\"%s\"}}",
	    rows, digest_name(d), hex);
}

int
frame_escape_needed(size_t nfields, const char *name, size_t len)
{

	return (nfields == 1 && len > 0 && name[0] == '@');
}

const char *
frame_unescape(const char *s, size_t len, const struct json_field *fields,
    size_t nfields, struct arena *a, size_t *newlen)
{
	const struct json_value *key;
	struct buf b = { 0 };
	const char *name, *copy;
	size_t n;

	if (nfields != 1)
		return (NULL);
	key = &fields[0].key;
	name = json_string(key, a, &n);
	if (n < 2 || name[0] != '@' || name[1] != '@')
		return (NULL);
	buf_put(&b, s, (size_t)(key->s - s));
	(void)json_put_string(&b, name + 1, n - 1, NULL);
	buf_put(&b, key->s + key->len, len - (size_t)(key->s - s) - key->len);
	copy = arena_dup(a, b.s, b.len);
	*newlen = b.len;
	buf_free(&b);
	return (copy);
}
