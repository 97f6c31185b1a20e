#include <stdlib.h>
#include <string.h>

#include "schema/sqltype.h"

#define NAME_SIZE 64	/* no known name is as long */

/* Every known name, sorted by bytes for the search. */
static const struct known {
	const char	*name;
	enum column_type type;
} names[] = {
	{ "\"char\"", COLUMN_TEXT },
	{ "any", COLUMN_ANY },
	{ "array", COLUMN_ARRAY },
	{ "bigint", COLUMN_BIGINT },
	{ "bigserial", COLUMN_BIGINT },
	{ "bit", COLUMN_OTHER },
	{ "bit varying", COLUMN_OTHER },
	{ "bool", COLUMN_BOOLEAN },
	{ "boolean", COLUMN_BOOLEAN },
	{ "box", COLUMN_OTHER },
	{ "bpchar", COLUMN_TEXT },
	{ "bytea", COLUMN_BYTEA },
	{ "char", COLUMN_TEXT },
	{ "character", COLUMN_TEXT },
	{ "character varying", COLUMN_TEXT },
	{ "cid", COLUMN_OTHER },
	{ "cidr", COLUMN_OTHER },
	{ "circle", COLUMN_OTHER },
	{ "citext", COLUMN_TEXT },
	{ "date", COLUMN_DATE },
	{ "datemultirange", COLUMN_OTHER },
	{ "daterange", COLUMN_OTHER },
	{ "dec", COLUMN_NUMERIC },
	{ "decimal", COLUMN_NUMERIC },
	{ "double precision", COLUMN_DOUBLE },
	{ "enum", COLUMN_ENUM },
	{ "float", COLUMN_DOUBLE },
	{ "float4", COLUMN_REAL },
	{ "float8", COLUMN_DOUBLE },
	{ "hstore", COLUMN_JSON },
	{ "inet", COLUMN_OTHER },
	{ "int", COLUMN_INTEGER },
	{ "int2", COLUMN_SMALLINT },
	{ "int2vector", COLUMN_ARRAY },
	{ "int4", COLUMN_INTEGER },
	{ "int4multirange", COLUMN_OTHER },
	{ "int4range", COLUMN_OTHER },
	{ "int8", COLUMN_BIGINT },
	{ "int8multirange", COLUMN_OTHER },
	{ "int8range", COLUMN_OTHER },
	{ "integer", COLUMN_INTEGER },
	{ "interval", COLUMN_INTERVAL },
	{ "json", COLUMN_JSON },
	{ "jsonb", COLUMN_JSON },
	{ "jsonpath", COLUMN_OTHER },
	{ "line", COLUMN_OTHER },
	{ "lseg", COLUMN_OTHER },
	{ "macaddr", COLUMN_OTHER },
	{ "macaddr8", COLUMN_OTHER },
	{ "money", COLUMN_OTHER },
	{ "name", COLUMN_TEXT },
	{ "numeric", COLUMN_NUMERIC },
	{ "nummultirange", COLUMN_OTHER },
	{ "numrange", COLUMN_OTHER },
	{ "oid", COLUMN_OTHER },	/* a string in PostgreSQL's JSON */
	{ "oidvector", COLUMN_ARRAY },
	{ "other", COLUMN_OTHER },
	{ "path", COLUMN_OTHER },
	{ "pg_lsn", COLUMN_OTHER },
	{ "pg_snapshot", COLUMN_OTHER },
	{ "point", COLUMN_OTHER },
	{ "polygon", COLUMN_OTHER },
	{ "real", COLUMN_REAL },
	{ "record", COLUMN_COMPOSITE },
	{ "regclass", COLUMN_OTHER },
	{ "regproc", COLUMN_OTHER },
	{ "regtype", COLUMN_OTHER },
	{ "serial", COLUMN_INTEGER },
	{ "serial2", COLUMN_SMALLINT },
	{ "serial4", COLUMN_INTEGER },
	{ "serial8", COLUMN_BIGINT },
	{ "smallint", COLUMN_SMALLINT },
	{ "smallserial", COLUMN_SMALLINT },
	{ "text", COLUMN_TEXT },
	{ "tid", COLUMN_OTHER },
	{ "time", COLUMN_TIME },
	{ "time with time zone", COLUMN_TIMETZ },
	{ "time without time zone", COLUMN_TIME },
	{ "timestamp", COLUMN_TIMESTAMP },
	{ "timestamp with time zone", COLUMN_TIMESTAMPTZ },
	{ "timestamp without time zone", COLUMN_TIMESTAMP },
	{ "timestamptz", COLUMN_TIMESTAMPTZ },
	{ "timetz", COLUMN_TIMETZ },
	{ "tsmultirange", COLUMN_OTHER },
	{ "tsquery", COLUMN_OTHER },
	{ "tsrange", COLUMN_OTHER },
	{ "tstzmultirange", COLUMN_OTHER },
	{ "tstzrange", COLUMN_OTHER },
	{ "tsvector", COLUMN_OTHER },
	{ "txid_snapshot", COLUMN_OTHER },
	{ "uuid", COLUMN_UUID },
	{ "varbit", COLUMN_OTHER },
	{ "varchar", COLUMN_TEXT },
	{ "xid", COLUMN_OTHER },
	{ "xid8", COLUMN_OTHER },
	{ "xml", COLUMN_TEXT },
};

static int
compare_name(const void *key, const void *item)
{
	const struct known *k = item;

	return (strcmp(key, k->name));
}

static const struct known *
find_name(const char *name)
{

	return (bsearch(name, names, sizeof(names) / sizeof(names[0]),
	    sizeof(names[0]), compare_name));
}

/* Read an integer of at most nine digits; its end, or NULL. */
static const char *
read_number(const char *s, const char *end, int *out)
{
	const char *start;
	int n = 0, minus = 0;

	while (s < end && *s == ' ')
		s++;
	if (s < end && *s == '-') {
		minus = 1;
		s++;
	}
	for (start = s; s < end && *s >= '0' && *s <= '9'; s++) {
		if (s - start >= 9)
			return (NULL);
		n = n * 10 + (*s - '0');
	}
	if (s == start)
		return (NULL);
	while (s < end && *s == ' ')
		s++;
	*out = minus ? -n : n;
	return (s);
}

/* Read what stands in parentheses: one or two numbers.  Return how many. */
static int
read_arguments(const char *s, const char *end, int args[2])
{

	if ((s = read_number(s, end, &args[0])) == NULL)
		return (0);
	if (s == end)
		return (1);
	if (*s != ',' || (s = read_number(s + 1, end, &args[1])) == NULL ||
	    s != end)
		return (0);
	return (2);
}

/* The length of a name without the array bounds "[]", "[3]" that end it. */
static size_t
element_length(const char *s, size_t len)
{
	size_t n = len, i;

	while (n > 0 && s[n - 1] == ']') {
		i = n - 1;
		while (i > 0 && s[i - 1] >= '0' && s[i - 1] <= '9')
			i--;
		if (i == 0 || s[i - 1] != '[')
			break;
		n = i - 1;
	}
	return (n);
}

/*
 * Write the name in lower case, single-spaced and without what stands in
 * parentheses, which goes to args.  Return how many arguments there were, or
 * -1 when this cannot be a name that we know.
 */
static int
normalize(const char *s, size_t len, char *dst, int args[2])
{
	const char *end = s + len, *close;
	size_t used = 0;
	int n = 0;

	for (; s < end; s++) {
		if (*s == '(') {
			close = memchr(s, ')', (size_t)(end - s));
			if (close == NULL || n > 0)
				return (-1);
			n = read_arguments(s + 1, close, args);
			if (n == 0)
				return (-1);
			s = close;
			continue;
		}
		if (*s == ' ' && (used == 0 || dst[used - 1] == ' '))
			continue;
		if (used + 1 >= NAME_SIZE || *s == '\0')
			return (-1);
		dst[used++] = *s >= 'A' && *s <= 'Z' ?
		    (char)(*s - 'A' + 'a') : *s;
	}
	while (used > 0 && dst[used - 1] == ' ')
		used--;
	dst[used] = '\0';
	return (n);
}

/* The types of extensions are known in whatever schema they were put. */
static const struct known *
find_qualified(const char *name)
{
	const char *dot = strchr(name, '.');
	const struct known *k;

	if (dot == NULL)
		return (find_name(name));
	k = find_name(dot + 1);
	if (k == NULL || strncmp(name, "pg_catalog.", 11) == 0)
		return (k);
	return (strcmp(k->name, "citext") == 0 ||
	    strcmp(k->name, "hstore") == 0 ? k : NULL);
}

/* Interval may name its fields: "interval day to second(3)". */
static int
is_interval(const char *name)
{
	static const char *const words[] = {
		"year", "month", "day", "hour", "minute", "second", "to"
	};
	const size_t nwords = sizeof(words) / sizeof(words[0]);
	size_t i, n;

	if (strncmp(name, "interval ", 9) != 0)
		return (0);
	for (name += 9; *name != '\0'; name += n + (name[n] == ' ')) {
		n = strcspn(name, " ");
		for (i = 0; i < nwords; i++)
			if (strlen(words[i]) == n &&
			    strncmp(name, words[i], n) == 0)
				break;
		if (i == nwords)
			return (0);
	}
	return (1);
}

int
sqltype_read(struct sqltype *st, const char *s, size_t len)
{
	char name[NAME_SIZE] = "";
	const struct known *k;
	int args[2] = { -1, -1 };
	size_t element;
	int n;

	st->type = COLUMN_OTHER;
	st->known = 0;
	st->max_length = st->precision = st->scale = -1;
	st->element = 0;
	element = element_length(s, len);
	if (element < len) {
		(void)sqltype_read(st, s, element);
		st->type = COLUMN_ARRAY;
		st->max_length = st->precision = st->scale = -1;
		st->element = element;
		return (st->known);
	}
	if ((n = normalize(s, len, name, args)) < 0)
		return (0);
	if (is_interval(name)) {
		st->type = COLUMN_INTERVAL;
		return (st->known = 1);
	}
	if ((k = find_qualified(name)) == NULL)
		return (0);
	st->type = k->type;
	st->known = 1;
	if (k->type == COLUMN_NUMERIC && n > 0) {
		st->precision = args[0];
		st->scale = n > 1 ? args[1] : 0;
	} else if (k->type == COLUMN_TEXT && n == 1 && args[0] >= 0) {
		st->max_length = args[0];
	} else if (k->type == COLUMN_DOUBLE && n == 1 && args[0] <= 24) {
		st->type = COLUMN_REAL;		/* float(24) */
	} else if (strcmp(name, "character") == 0 ||
	    strcmp(name, "char") == 0) {
		st->max_length = 1;
	}
	return (1);
}

const char *
sqltype_name(enum column_type type)
{

	switch (type) {
	case COLUMN_SMALLINT:	return ("smallint");
	case COLUMN_INTEGER:	return ("integer");
	case COLUMN_BIGINT:	return ("bigint");
	case COLUMN_NUMERIC:	return ("numeric");
	case COLUMN_REAL:	return ("real");
	case COLUMN_DOUBLE:	return ("double precision");
	case COLUMN_BOOLEAN:	return ("boolean");
	case COLUMN_TEXT:	return ("text");
	case COLUMN_ENUM:	return ("enum");
	case COLUMN_UUID:	return ("uuid");
	case COLUMN_DATE:	return ("date");
	case COLUMN_TIME:	return ("time");
	case COLUMN_TIMETZ:	return ("timetz");
	case COLUMN_TIMESTAMP:	return ("timestamp");
	case COLUMN_TIMESTAMPTZ: return ("timestamptz");
	case COLUMN_INTERVAL:	return ("interval");
	case COLUMN_JSON:	return ("json");
	case COLUMN_BYTEA:	return ("bytea");
	case COLUMN_ARRAY:	return ("array");
	case COLUMN_COMPOSITE:	return ("record");
	case COLUMN_OTHER:	return ("other");
	case COLUMN_ANY:	break;
	}
	return ("any");
}
