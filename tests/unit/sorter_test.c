/*
 * sorter_test - the order of records, in memory and through files
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/sorter.h"
#include "tap.h"

static uint64_t
next_random(uint64_t *state)
{

	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (*state);
}

static void
add(struct sorter *s, const char *key, size_t len, const char *data)
{
	struct err err = ERR_INIT;

	if (sorter_add(s, key, len, data, strlen(data), &err) != 0)
		ok(0, "added: %s", err.msg);
}

/* All records as "key=data " in their order. */
static void
is_order(struct sorter *s, const char *want, const char *title)
{
	struct err err = ERR_INIT;
	struct sorter_record rec;
	struct buf b = { 0 };

	if (sorter_sort(s, &err) != 0)
		ok(0, "sorted: %s", err.msg);
	while (sorter_next(s, &rec, &err) > 0) {
		buf_put(&b, rec.key, rec.key_len);
		buf_putc(&b, '=');
		buf_put(&b, rec.data, rec.data_len);
		buf_putc(&b, ' ');
	}
	is_text(b.s == NULL ? "" : b.s, b.len, want, title);
	ok(sorter_next(s, &rec, &err) == 0, "and after the last there is none");
	buf_free(&b);
}

static void
test_small(void)
{
	struct sorter *s = sorter_new(0);

	is_order(s, "", "no records");
	sorter_clear(s);
	add(s, "b", 1, "1");
	add(s, "abcdefghi", 9, "2");
	add(s, "", 0, "3");
	add(s, "abcdefgh", 8, "4");
	add(s, "b", 1, "5");
	add(s, "\xff", 1, "6");
	add(s, "", 0, "");
	is_order(s, "=3 = abcdefgh=4 abcdefghi=2 b=1 b=5 \xff=6 ",
	    "bytes in order, a key before those it begins, equal ones stay");
	sorter_free(s);
}

/* Records with few different keys, whose data is their number. */
static void
test_many(size_t n, size_t memory, size_t size, size_t least_runs)
{
	struct sorter *s = sorter_new(memory);
	uint64_t state = 88172645463325252U, sum = 0, seen = 0, last, number;
	struct err err = ERR_INIT;
	struct sorter_record rec;
	char *filler = mem_alloc(size + sizeof(number)), key[9], last_key[9];
	size_t i, wrong = 0, most = 0;
	int rc;

	for (i = 0; i < n; i++) {
		snprintf(key, sizeof(key), "%08u",
		    (unsigned)(next_random(&state) % (n / 4 + 1)));
		number = i;
		memcpy(filler, &number, sizeof(number));
		if (sorter_add(s, key, 8, filler,
		    size + sizeof(number), &err) != 0)
			wrong++;
		sum += i;
		if (sorter_memory(s) > most)
			most = sorter_memory(s);
	}
	ok(sorter_runs(s) >= least_runs, "%zu records make %zu runs", n,
	    sorter_runs(s));
	ok(most <= memory, "within %zu bytes", memory);
	ok(sorter_count(s) == n && wrong == 0, "all are counted");
	wrong = sorter_sort(s, &err) != 0;
	memset(last_key, 0, sizeof(last_key));
	last = 0;
	for (i = 0; (rc = sorter_next(s, &rec, &err)) > 0; i++) {
		memcpy(&number, rec.data, sizeof(number));
		seen += number;
		rc = memcmp(last_key, rec.key, 8);
		wrong += rec.key_len != 8 || rc > 0 ||
		    rec.data_len != size + sizeof(number) ||
		    (rc == 0 && i > 0 && number <= last);
		last = number;
		memcpy(last_key, rec.key, 8);
	}
	ok(rc == 0 && i == n && seen == sum && wrong == 0,
	    "each comes back once, in order, equal ones as they were added");
	mem_free(filler);
	sorter_free(s);
}

/* One record that is larger than all of the memory. */
static void
test_large(void)
{
	const size_t size = 3 * SORTER_MEMORY_MIN;
	struct sorter *s = sorter_new(0);
	char *large = mem_alloc(size);
	struct err err = ERR_INIT;
	struct sorter_record rec;
	int i, good;

	memset(large, 'x', size);
	for (i = 0; i < 5; i++)
		good = sorter_add(s, i % 2 ? "a" : "b", 1, large,
		    size - (size_t)i, &err) == 0;
	good = good && sorter_sort(s, &err) == 0;
	for (i = 0; i < 5; i++)
		good = good && sorter_next(s, &rec, &err) == 1 &&
		    rec.data_len == size - (size_t)(i < 2 ? 2 * i + 1 :
		    2 * (i - 2)) &&
		    memcmp(rec.data, large, rec.data_len) == 0;
	ok(good, "records larger than the memory are sorted too");
	mem_free(large);
	sorter_free(s);
}

static void
test_trouble(void)
{
	struct sorter *s = sorter_new(0);
	struct err err = ERR_INIT;
	char data[4096] = { 0 };
	int i, rc = 0;

	setenv("TMPDIR", "/nowhere", 1);
	for (i = 0; i < 1000 && rc == 0; i++)
		rc = sorter_add(s, "k", 1, data, sizeof(data), &err);
	ok(rc != 0, "without a directory for files it fails");
	ok(strcmp(err.msg, "could not make a temporary file in \"/nowhere\":"
	    " No such file or directory") == 0, "and says so: %s", err.msg);
	ok(err.hint[0] != '\0', "with a hint");
	sorter_free(s);
	unsetenv("TMPDIR");
}

int
main(void)
{

	test_small();
	test_many(10, SORTER_MEMORY_MIN, 0, 0);
	test_many(1000, SORTER_MEMORY_MIN, 100, 0);
	test_many(100000, SORTER_MEMORY_MIN, 20, 2);
	/* More runs than are merged at a time. */
	test_many(50000, SORTER_MEMORY_MIN, 1000, 33);
	test_large();
	test_trouble();
	return (tap_done());
}
