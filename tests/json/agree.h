/*
 * agree - do all ways of reading a JSON text say the same?
 *
 * The careful reader is the measure: every engine of the fast one must take
 * and refuse the same texts and list the same members, and what json.h hands
 * out must walk and unescape consistently.  For unit tests and the fuzzer.
 */
#ifndef ROWPIPE_TESTS_AGREE_H
#define ROWPIPE_TESTS_AGREE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/utf8.h"
#include "json/json.h"
#include "json/json_check.h"
#include "json/json_walk.h"
#include "json/scan.h"

#define AGREE_WALK_MAX 65536	/* longer values are not walked inside */

struct agree {
	struct json_reader	*reader;
	struct json_walk	*walk;
	struct json_members	 careful, fast;
	struct arena		*arena;
	struct buf		 text, again;
};

static const char *const agree_engines[] = { "portable", "sse2", "avx2" };
#define AGREE_ENGINES (sizeof(agree_engines) / sizeof(agree_engines[0]))

__attribute__((unused))
static void
agree_init(struct agree *a)
{

	memset(a, 0, sizeof(*a));
	a->reader = json_reader_new();
	a->walk = json_walk_new();
	a->arena = arena_new();
}

__attribute__((unused))
static void
agree_free(struct agree *a)
{

	json_reader_free(a->reader);
	json_walk_free(a->walk);
	free(a->careful.v);
	free(a->fast.v);
	arena_free(a->arena);
	buf_free(&a->text);
	buf_free(&a->again);
}

static int
agree_value(const struct json_value *x, const struct json_value *y)
{

	return (x->s == y->s && x->len == y->len && x->type == y->type &&
	    x->plain == y->plain);
}

static int
agree_members(const struct json_field *x, size_t nx,
    const struct json_field *y, size_t ny)
{
	size_t i;

	if (nx != ny)
		return (0);
	for (i = 0; i < nx; i++)
		if (!agree_value(&x[i].key, &y[i].key) ||
		    !agree_value(&x[i].value, &y[i].value))
			return (0);
	return (1);
}

/* A string unescaped, written and read again stands for the same bytes. */
static const char *
agree_string(struct agree *a, const struct json_value *v)
{
	struct err err = ERR_INIT;
	struct json_value back;
	const char *s, *t;
	size_t len, tlen;

	s = json_string(v, a->arena, &len);
	if (utf8_check(s, len) != len)
		return ("json_string gives invalid UTF-8");
	if (!json_string_is(v, s, len) || json_string_is(v, s, len + 1) ||
	    (len > 0 && json_string_is(v, s, len - 1)))
		return ("json_string_is differs from json_string");
	a->text.len = 0;
	if (json_put_string(&a->text, s, len, &err) != 0 ||
	    json_check(a->text.s, a->text.len, &back, NULL, &err) != 0)
		return ("json_put_string writes what cannot be read");
	t = json_string(&back, a->arena, &tlen);
	if (tlen != len || memcmp(s, t, len) != 0)
		return ("json_put_string writes another string");
	return (NULL);
}

/* What json_next gives are values as the careful reader sees them. */
static const char *
agree_inside(struct agree *a, const struct json_value *v)
{
	struct err err = ERR_INIT;
	struct json_value key, item, alone;
	const char *end = v->s + 1, *wrong;
	struct json_iter it;

	if (v->type == JSON_STRING)
		return (agree_string(a, v));
	if ((v->type != JSON_ARRAY && v->type != JSON_OBJECT) ||
	    v->len > AGREE_WALK_MAX)
		return (NULL);
	json_iter_init(&it, v);
	while (json_next(&it, &key, &item)) {
		if (v->type == JSON_OBJECT && (key.s < end ||
		    key.type != JSON_STRING ||
		    json_check(key.s, key.len, &alone, NULL, &err) != 0 ||
		    !agree_value(&key, &alone) || item.s < key.s + key.len))
			return ("json_next gives a wrong key");
		if (item.s < end ||
		    json_check(item.s, item.len, &alone, NULL, &err) != 0 ||
		    !agree_value(&item, &alone))
			return ("json_next gives a wrong value");
		end = item.s + item.len;
		if ((wrong = agree_inside(a, &item)) != NULL)
			return (wrong);
	}
	return (end < v->s + v->len ? NULL : "json_next goes too far");
}

/* Objects: careful, each engine alone, and the reader with and without the
 * keys known. */
static const char *
agree_object(struct agree *a, const char *s, size_t len)
{
	struct err err = ERR_INIT, first = ERR_INIT, got;
	const int good = json_check(s, len, NULL, &a->careful, &err) == 0;
	const char *wrong;
	int unique = good, known, rc;
	size_t e, i;

	for (e = 0; e < AGREE_ENGINES; e++) {
		if (json_reader_engine(agree_engines[e]) != 0)
			continue;
		rc = json_walk_text(a->walk, scan_engine(agree_engines[e]), s,
		    len, &a->fast, NULL, 0);
		if ((rc != 0) != good)
			return ("an engine and the careful reader differ");
		if (good && !agree_members(a->careful.v, a->careful.n,
		    a->fast.v, a->fast.n))
			return ("an engine lists other members");
		for (known = 0; known < 2; known++) {
			got = (struct err)ERR_INIT;
			rc = json_read_object(a->reader, s, len, &got);
			if (e == 0 && known == 0) {
				unique = rc == 0;
				first = got;
			}
			if ((rc == 0) != unique || got.pos != first.pos ||
			    strcmp(got.msg, first.msg) != 0 ||
			    got.status != first.status)
				return ("json_read_object is of two minds");
			if (rc == 0 && !agree_members(a->careful.v,
			    a->careful.n, a->reader->fields,
			    a->reader->nfields))
				return ("json_read_object lists others");
		}
	}
	if (!good && (strcmp(err.msg, first.msg) != 0 ||
	    err.pos != first.pos || err.pos > len ||
	    err.status != DIAG_BADINPUT))
		return ("the message is not the careful reader's");
	if (unique && !good)
		return ("json_read_object takes what is bad");
	for (i = 0; i < a->careful.n && good; i++)
		if ((wrong = agree_inside(a, &a->careful.v[i].value)) != NULL ||
		    (wrong = agree_string(a, &a->careful.v[i].key)) != NULL)
			return (wrong);
	return (NULL);
}

static const char *
agree_any(struct agree *a, const char *s, size_t len)
{
	struct err err = ERR_INIT, got;
	struct json_value want, v;
	const int good = json_check(s, len, &want, NULL, &err) == 0;
	int rc, nested;
	size_t e;

	nested = good && (want.type == JSON_ARRAY || want.type == JSON_OBJECT);
	for (e = 0; e < AGREE_ENGINES; e++) {
		if (json_reader_engine(agree_engines[e]) != 0)
			continue;
		rc = json_walk_text(a->walk, scan_engine(agree_engines[e]), s,
		    len, NULL, NULL, 0);
		if ((rc != 0) != nested)
			return ("an engine and the careful reader differ");
		got = (struct err)ERR_INIT;
		rc = json_read_value(a->reader, s, len, &v, &got);
		if ((rc == 0) != good || (good && !agree_value(&v, &want)))
			return ("json_read_value differs");
		if (!good && (got.pos != err.pos || got.pos > len ||
		    strcmp(got.msg, err.msg) != 0))
			return ("json_read_value finds another fault");
	}
	return (good ? agree_inside(a, &want) : NULL);
}

/**
 * agree(a, s, len):
 * Read the ${len} bytes at ${s} in all ways; return NULL when they agree, else
 * what does not.
 */
__attribute__((unused))
static const char *
agree(struct agree *a, const char *s, size_t len)
{
	const char *wrong;

	if ((wrong = agree_object(a, s, len)) == NULL)
		wrong = agree_any(a, s, len);
	arena_reset(a->arena);
	(void)json_reader_engine(NULL);
	return (wrong);
}

#endif
