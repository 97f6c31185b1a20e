#include <stdint.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/quote.h"

int
opt_uint(const char *s, uint64_t *out, struct err *err)
{
	struct quote q;
	uint64_t n = 0;
	const char *p;

	for (p = s; *p >= '0' && *p <= '9'; p++) {
		if (n > (UINT64_MAX - (uint64_t)(*p - '0')) / 10)
			return (err_set(err, "number out of range: %s",
			    quote_z(&q, s)));
		n = n * 10 + (uint64_t)(*p - '0');
	}
	if (p == s || *p != '\0')
		return (err_set(err, "not a whole number: %s",
		    quote_z(&q, s)));
	*out = n;
	return (0);
}

int
opt_size(const char *s, uint64_t *out, struct err *err)
{
	size_t len = strlen(s);
	unsigned int shift = 0;
	struct quote q;
	char *digits;
	int rc;

	if (len > 0) {
		switch (s[len - 1]) {
		case 'k': case 'K': shift = 10; break;
		case 'm': case 'M': shift = 20; break;
		case 'g': case 'G': shift = 30; break;
		default: break;
		}
	}
	digits = mem_dup(s, shift == 0 ? len : len - 1);
	rc = opt_uint(digits, out, err);
	mem_free(digits);
	if (rc != 0)
		return (err_set(err, "not a size in bytes: %s",
		    quote_z(&q, s)));
	if (*out > UINT64_MAX >> shift)
		return (err_set(err, "size out of range: %s",
		    quote_z(&q, s)));
	*out <<= shift;
	return (0);
}

/* Thousandths of what stands at *${s}: "1.5" is 1500; what follows the third
 * digit is let go.  Move *${s} behind it; return -1 when it is no number. */
static int
thousandths(const char **s, uint64_t *out)
{
	const char *p = *s;
	uint64_t n = 0;
	int places = -1;

	for (; (*p >= '0' && *p <= '9') || (*p == '.' && places < 0); p++) {
		if (*p == '.')
			places = 0;
		else if (places >= 3)
			continue;
		else if (n > UINT64_MAX / 10000)
			return (-1);
		else {
			n = n * 10 + (uint64_t)(*p - '0');
			places += places >= 0;
		}
	}
	if (p == *s || p[-1] == '.')
		return (-1);
	for (places = places < 0 ? 0 : places; places < 3; places++)
		n *= 10;
	*s = p;
	*out = n;
	return (0);
}

int
opt_duration(const char *s, uint64_t *out, struct err *err)
{
	static const struct {
		char		unit;
		uint64_t	seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	uint64_t n, times = 1;
	const char *p = s;
	struct quote q;
	size_t i;

	if (thousandths(&p, &n) != 0)
		goto bad;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (*p == units[i].unit && p[1] == '\0') {
			times = units[i].seconds;
			p++;
		}
	if (*p != '\0' || n > UINT64_MAX / times)
		goto bad;
	*out = n * times;
	return (0);

bad:
	(void)err_set(err, "not a time: %s", quote_z(&q, s));
	return (err_hint(err, "times are written as in 90, 1.5s, 10m, 2h"));
}
