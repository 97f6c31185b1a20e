/*
 * Without arguments: tables.  With "calc": a calculator for the oracle test,
 * which reads lines "OPERATION NUMBER [NUMBER]" and prints each result.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/decimal.h"
#include "base/err.h"
#include "base/mem.h"

#include "tap.h"

static struct decimal
parse(const char *s)
{
	struct decimal d;

	if (strcmp(s, "nan") == 0)
		return (decimal_double(NAN));
	if (strstr(s, "inf") != NULL)
		return (decimal_double(s[0] == '-' ? -INFINITY : INFINITY));
	decimal_parse(&d, s, strlen(s));
	return (d);
}

/* Append the result of one operation as text, or its error. */
static void
calculate(struct buf *b, const char *op, const char *s, const char *t)
{
	struct decimal x = parse(s), y = parse(t), z = decimal_int(0);
	struct err err = ERR_INIT;
	int64_t n;
	int rc = 0;

	if (strcmp(op, "+") == 0)
		rc = decimal_add(&z, &x, &y, &err);
	else if (strcmp(op, "-") == 0)
		rc = decimal_sub(&z, &x, &y, &err);
	else if (strcmp(op, "*") == 0)
		rc = decimal_mul(&z, &x, &y, &err);
	else if (strcmp(op, "/") == 0)
		rc = decimal_div(&z, &x, &y, &err);
	else if (strcmp(op, "%") == 0)
		rc = decimal_mod(&z, &x, &y, &err);
	else if (strcmp(op, "<=>") == 0)
		z = decimal_int(decimal_compare(&x, &y));
	else if (strcmp(op, "hash") == 0)
		z = decimal_int(decimal_hash(&x) == decimal_hash(&y));
	else if (strcmp(op, "neg") == 0)
		decimal_neg(&z, &x);
	else if (strcmp(op, "abs") == 0)
		decimal_abs(&z, &x);
	else if (strcmp(op, "text") == 0)
		z = decimal_copy(&x);
	else if (strcmp(op, "double") == 0)
		z = decimal_double(decimal_to_double(&x));
	else if (strcmp(op, "clamp") == 0)
		z = decimal_int(decimal_clamp(&x));
	else if (strcmp(op, "int") == 0)
		z = decimal_to_int(&x, &n) ? decimal_int(n) :
		    decimal_double(NAN);
	else if (strncmp(op, "round", 5) == 0)
		rc = decimal_round(&z, &x, (int)decimal_clamp(&y),
		    (enum decimal_rounding)(op[5] - '0'), &err);
	else
		rc = err_set(&err, "no operation %s", op);
	if (rc == 0)
		decimal_write(b, &z);
	else
		buf_printf(b, "error: %s", err.msg);
	decimal_free(&x);
	decimal_free(&y);
	decimal_free(&z);
}

static int
calculator(void)
{
	char *line = NULL, *op, *s, *t, *save;
	struct buf b = { 0 };
	size_t cap = 0;

	while (getline(&line, &cap, stdin) > 0) {
		op = strtok_r(line, " \n", &save);
		s = strtok_r(NULL, " \n", &save);
		t = strtok_r(NULL, " \n", &save);
		b.len = 0;
		calculate(&b, op, s, t == NULL ? "0" : t);
		(void)puts(buf_z(&b));
	}
	free(line);
	buf_free(&b);
	return (ferror(stdin) || fflush(stdout) != 0);
}

static const struct {
	const char	*op, *a, *b, *want;
} table[] = {
	{ "+", "0.1", "0.2", "0.3" },
	{ "-", "1773942167980555584", "1773942159695413449", "8285142135" },
	{ "*", "19.99", "1.2", "23.988" },
	{ "*", "1.5", "2", "3" },
	{ "+", "9223372036854775807", "1", "9223372036854775808" },
	{ "-", "-9223372036854775808", "1", "-9223372036854775809" },
	{ "*", "-9223372036854775808", "-1", "9223372036854775808" },
	{ "*", "18446744073709551616", "18446744073709551616",
	    "340282366920938463463374607431768211456" },
	{ "+", "1e30", "1", "1000000000000000000000000000001" },
	{ "+", "0", "1e-400", "1e-400" },
	{ "+", "1e400000", "1", "error: number is out of range: more than "
	    "100000 digits or an exponent beyond 1000000" },
	{ "*", "1e600000", "1e600000", "error: number is out of range: more "
	    "than 100000 digits or an exponent beyond 1000000" },
	{ "/", "1", "3", "0.33333333333333333" },
	{ "/", "2", "3", "0.66666666666666667" },
	{ "/", "7", "3", "2.3333333333333333" },
	{ "/", "10", "4", "2.5" },
	{ "/", "-1", "8", "-0.125" },
	{ "/", "1", "1073741824", "9.31322574615478515625e-10" },
	{ "/", "1", "0", "error: division by zero" },
	{ "/", "1", "0.0", "error: division by zero" },
	{ "/", "0", "5e9", "0" },
	{ "/", "29999999999999999999", "10000000000000000001",
	    "2.9999999999999999996" },
	{ "/", "1", "inf", "0" },
	{ "/", "inf", "-2", "-1.7976931348623157e+308" },
	{ "/", "inf", "inf", "null" },
	{ "-", "inf", "inf", "null" },
	{ "*", "0", "inf", "null" },
	{ "%", "5", "-2", "1" },
	{ "%", "-5", "2", "-1" },
	{ "%", "5.9", "2.9", "1" },
	{ "%", "5", "0.5", "error: division by zero" },
	{ "%", "1e50", "7", "2" },
	{ "%", "5", "inf", "5" },
	{ "%", "-inf", "inf", "-1" },
	{ "%", "inf", "10", "7" },
	{ "%", "nan", "1", "null" },
	{ "%", "-9223372036854775808", "-1", "0" },
	{ "<=>", "1.0", "1", "0" },
	{ "<=>", "10e-1", "1", "0" },
	{ "<=>", "-1", "1e-900", "-1" },
	{ "<=>", "1e999999999999", "9e99999999", "1" },
	{ "<=>", "1e1000000000", "1e999999999", "1" },
	{ "<=>", "1e-1000000000", "0", "1" },
	{ "<=>", "9007199254740993", "9007199254740992", "1" },
	{ "<=>", "nan", "nan", "-1" },
	{ "<=>", "nan", "-inf", "-1" },
	{ "<=>", "inf", "1e400", "1" },
	{ "hash", "1.0", "1", "1" },
	{ "hash", "10e-1", "1", "1" },
	{ "hash", "100000000000000000000000", "1e23", "1" },
	{ "hash", "9223372036854775807", "9223372036854775807.000", "1" },
	{ "hash", "0", "0e50", "1" },
	{ "hash", "1", "-1", "0" },
	{ "hash", "1", "10", "0" },
	{ "text", "1.10", "", "1.1" },
	{ "text", "100", "", "100" },
	{ "text", "1e2", "", "100" },
	{ "text", "1e-5", "", "1e-05" },
	{ "text", "0.0001", "", "0.0001" },
	{ "text", "0.00012345", "", "0.00012345" },
	{ "text", "1E400", "", "1e+400" },
	{ "text", "123456e15", "", "123456000000000000000" },
	{ "text", "-0", "", "0" },
	{ "text", "-0.5", "", "-0.5" },
	{ "double", "0.1", "", "0.1" },
	{ "double", "1773942167980555584", "", "1773942167980555500" },
	{ "double", "1e23", "", "100000000000000000000000" },
	{ "double", "5e-324", "", "5e-324" },
	{ "double", "2.2250738585072014e-308", "",
	    "2.2250738585072014e-308" },
	{ "double", "1.7976931348623157e308", "",
	    "1.7976931348623157e+308" },
	{ "double", "1e309", "", "1.7976931348623157e+308" },
	{ "clamp", "-3.9", "", "-3" },
	{ "clamp", "1e30", "", "9223372036854775807" },
	{ "clamp", "-1e30", "", "-9223372036854775808" },
	{ "clamp", "1e-30", "", "0" },
	{ "clamp", "nan", "", "0" },
	{ "int", "2.50e1", "", "25" },
	{ "int", "2.5", "", "null" },
	{ "int", "-9223372036854775808", "", "-9223372036854775808" },
	{ "int", "9223372036854775808", "", "null" },
	{ "neg", "-9223372036854775808", "", "9223372036854775808" },
	{ "abs", "-1e50", "", "1e+50" },
	{ "round0", "-2.5", "0", "-2" },
	{ "round1", "2.1", "0", "3" },
	{ "round2", "-2.1", "0", "-3" },
	{ "round3", "1e-500", "0", "1" },
	{ "round4", "2.5", "0", "3" },
	{ "round4", "-2.5", "0", "-3" },
	{ "round5", "2.5", "0", "2" },
	{ "round6", "2.345", "2", "2.34" },
	{ "round4", "2.345", "2", "2.35" },
	{ "round4", "1250", "-2", "1300" },
	{ "round4", "0.49999999999999999999", "0", "0" },
};

static void
test_table(void)
{
	struct buf b = { 0 };
	char title[200];
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		b.len = 0;
		calculate(&b, table[i].op, table[i].a, table[i].b);
		(void)snprintf(title, sizeof(title), "%s %s %s is %s",
		    table[i].a, table[i].op, table[i].b, table[i].want);
		(void)is_text(b.s, b.len, table[i].want, title);
	}
	buf_free(&b);
}

static void
test_forms(void)
{
	static const struct {
		const char *s;
		int json, number;
	} form[] = {
		{ "0", 1, 1 }, { "-0.5e+3", 1, 1 }, { "01", 0, 1 },
		{ "+1", 0, 1 }, { ".5", 0, 1 }, { "5.", 0, 1 }, { ".", 0, 0 },
		{ "", 0, 0 }, { "-", 0, 0 }, { "1e", 0, 0 }, { "1e+", 0, 0 },
		{ "1 ", 0, 0 }, { " 1", 0, 0 }, { "0x1", 0, 0 },
		{ "nan", 0, 0 }, { "1.5.2", 0, 0 }, { "--1", 0, 0 },
	};
	size_t i, n;

	for (i = 0; i < sizeof(form) / sizeof(form[0]); i++) {
		n = strlen(form[i].s);
		ok(!decimal_is_json(form[i].s, n) == !form[i].json &&
		    !decimal_is_number(form[i].s, n) == !form[i].number,
		    "\"%s\" is %sJSON and %sa number", form[i].s,
		    form[i].json ? "" : "not ", form[i].number ? "" : "not ");
	}
}

static void
test_fixed(void)
{
	static const struct {
		const char *s, *want;
		int scale;
	} fixed[] = {
		{ "1.1", "1.10", 2 }, { "3", "3.00", 2 }, { "0", "0.0", 1 },
		{ "1e3", "1000", 0 }, { "-0.05", "-0.0500", 4 },
		{ "12.345", "12.345", 2 }, { "1e-7", "0.0000001", 0 },
	};
	struct buf b = { 0 };
	struct decimal d;
	size_t i;

	for (i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		d = parse(fixed[i].s);
		b.len = 0;
		decimal_write_fixed(&b, &d, fixed[i].scale);
		(void)is_text(b.s, b.len, fixed[i].want, fixed[i].want);
		decimal_free(&d);
	}
	buf_free(&b);
}

/* A number of ten million digits is no reason to wait. */
static void
test_long(void)
{
	const size_t n = 10000000;
	struct decimal a, b, sum;
	struct err err = ERR_INIT;
	char *s = mem_alloc(n + 1);
	double start = clock_seconds();

	memset(s, '7', n);
	decimal_parse(&a, s, n);
	s[n - 1] = '8';
	decimal_parse(&b, s, n);
	ok(decimal_compare(&a, &b) < 0, "ten million digits compare exactly");
	ok(decimal_hash(&a) != decimal_hash(&b), "and are hashed");
	ok(isinf(decimal_to_double(&a)), "and are infinite as a double");
	ok(decimal_add(&sum, &a, &b, &err) != 0, "but do not add up");
	ok(clock_seconds() - start < 2, "within two seconds");
	decimal_free(&a);
	decimal_free(&b);
	memset(s, '0', n);
	s[0] = '5';
	decimal_parse(&a, s, n);
	b = parse("5e9999999");
	ok(decimal_compare(&a, &b) == 0, "zeros at the end are no digits");
	ok(decimal_hash(&a) == decimal_hash(&b), "for the hash neither");
	decimal_free(&a);
	mem_free(s);
}

int
main(int argc, char *argv[])
{

	if (argc > 1 && strcmp(argv[1], "calc") == 0)
		return (calculator());
	test_table();
	test_forms();
	test_fixed();
	test_long();
	return (tap_done());
}
