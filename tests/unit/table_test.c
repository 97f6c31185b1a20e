/* The table model: reading JSON Schema, ordering, writing it back. */
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "json/json.h"
#include "schema/table.h"
#include "tap.h"

static struct arena *a;

static struct table *
read_z(const char *s, struct err *err)
{

	return (table_read(s, strlen(s), a, err));
}

/* A schema with one property "c" must be refused with this in the message. */
static void
refused(const char *schema, const char *part)
{
	struct err err = ERR_INIT;
	struct table *t = read_z(schema, &err);

	ok(t == NULL && strstr(err.msg, part) != NULL &&
	    err.status == DIAG_BADINPUT, "refuses: %s", part);
	if (t == NULL && strstr(err.msg, part) == NULL)
		printf("#  got: %s\n", err.msg);
}

/* The column that a property alone makes. */
static void
property(const char *schema, enum column_type type, int not_null)
{
	struct err err = ERR_INIT;
	struct buf b = { 0 };
	struct table *t;

	buf_printf(&b, "{\"title\":\"t\",\"properties\":{\"c\":%s},"
	    "\"required\":[\"c\"]}", schema);
	t = table_read(b.s, b.len, a, &err);
	ok(t != NULL && t->ncolumns == 1 && t->columns[0].type == type &&
	    t->columns[0].not_null == not_null, "%s is type %d, %s", schema,
	    (int)type, not_null ? "NOT NULL" : "nullable");
	if (t == NULL)
		printf("#  got: %s\n", err.msg);
	else if (t->columns[0].type != type)
		printf("#  got: type %d\n", (int)t->columns[0].type);
	buf_free(&b);
}

static void
test_types(void)
{

	property("{\"type\":\"integer\"}", COLUMN_BIGINT, 1);
	property("{\"type\":\"integer\",\"minimum\":-32768,"
	    "\"maximum\":32767}", COLUMN_SMALLINT, 1);
	property("{\"type\":\"integer\",\"minimum\":-2147483648,"
	    "\"maximum\":2147483647}", COLUMN_INTEGER, 1);
	property("{\"type\":\"integer\",\"minimum\":0,\"maximum\":100}",
	    COLUMN_BIGINT, 1);
	property("{\"type\":[\"number\",\"null\"]}", COLUMN_NUMERIC, 0);
	property("{\"type\":\"boolean\"}", COLUMN_BOOLEAN, 1);
	property("{\"type\":\"string\"}", COLUMN_TEXT, 1);
	property("{\"type\":\"string\",\"format\":\"email\"}", COLUMN_TEXT, 1);
	property("{\"type\":\"string\",\"format\":\"uuid\"}", COLUMN_UUID, 1);
	property("{\"format\":\"date\"}", COLUMN_DATE, 0);
	property("{\"type\":\"string\",\"format\":\"date-time\"}",
	    COLUMN_TIMESTAMPTZ, 1);
	property("{\"type\":\"string\",\"format\":\"time\"}", COLUMN_TIMETZ, 1);
	property("{\"type\":\"string\",\"format\":\"duration\"}",
	    COLUMN_INTERVAL, 1);
	property("{\"type\":\"string\",\"enum\":[\"a\",\"b\"]}",
	    COLUMN_ENUM, 1);
	property("{\"enum\":[\"a\",null]}", COLUMN_ENUM, 0);
	property("{\"enum\":[1,2]}", COLUMN_ANY, 0);
	property("{\"type\":\"array\"}", COLUMN_ARRAY, 1);
	property("{\"type\":\"object\"}", COLUMN_JSON, 1);
	property("{\"type\":[\"integer\",\"string\"]}", COLUMN_ANY, 1);
	property("{}", COLUMN_ANY, 0);
	property("true", COLUMN_ANY, 0);
	property("{\"x-columnType\":\"jsonb\"}", COLUMN_JSON, 0);
	property("{\"x-columnType\":\"TIMESTAMP(3) WITH TIME ZONE\"}",
	    COLUMN_TIMESTAMPTZ, 0);
	property("{\"x-columnType\":\"oid\"}", COLUMN_OTHER, 0);
	property("{\"type\":\"string\",\"x-columnType\":\"ltree\"}",
	    COLUMN_TEXT, 1);
	property("{\"type\":\"string\",\"x-columnType\":\"ltree\","
	    "\"x-baseType\":\"other\"}", COLUMN_OTHER, 1);
	property("{\"type\":\"integer\",\"x-columnType\":\"posint\","
	    "\"x-baseType\":\"smallint\"}", COLUMN_SMALLINT, 1);
	property("{\"type\":\"string\",\"unevaluatedThing\":{\"x\":[1]},"
	    "\"$comment\":\"harmless\"}", COLUMN_TEXT, 1);
}

#define PROPERTY(p) "{\"title\":\"t\",\"properties\":{\"c\":" p "}}"
#define TABLE(rest) "{\"title\":\"t\",\"properties\":{\"c\":{}}," rest "}"

static void
test_refusals(void)
{

	refused("{", "");
	refused("[]", "is an object");
	refused("{\"type\":\"array\",\"properties\":{}}",
	    "is not of an object");
	refused("{\"title\":\"t\"}", "has no properties");
	refused("{\"title\":1,\"properties\":{}}", "\"title\" is not a string");
	refused("{\"title\":\"a\\u0000b\",\"properties\":{}}",
	    "holds a NUL character");
	refused("{\"properties\":{\"c\":{},\"c\":{}}}",
	    "property \"c\" comes twice");
	refused("{\"properties\":{\"c\":false}}", "is no schema");
	refused(PROPERTY("{\"type\":\"strin\"}"), "is no JSON Schema type");
	refused(PROPERTY("{\"type\":[]}"), "allows nothing");
	refused(PROPERTY("{\"type\":\"integer\",\"format\":\"uuid\"}"),
	    "is for strings");
	refused(PROPERTY("{\"type\":\"integer\",\"x-columnType\":\"text\"}"),
	    "contradicts column type \"text\"");
	refused(PROPERTY("{\"format\":\"uuid\",\"x-columnType\":\"date\"}"),
	    "contradicts column type \"date\"");
	refused(PROPERTY("{\"x-columnType\":\"d\",\"x-baseType\":\"d\"}"),
	    "is no known type");
	refused(PROPERTY("{\"type\":\"integer\",\"default\":\"x\"}"),
	    "\"default\" contradicts");
	refused(PROPERTY("{\"maxLength\":-1}"), "not a whole number in range");
	refused(PROPERTY("{\"maxLength\":1.5}"), "not a whole number in range");
	refused(PROPERTY("{\"readOnly\":1}"), "is not true or false");
	refused(PROPERTY("{\"x-identity\":\"x\"}"), "x-identity");
	refused(PROPERTY("{\"type\":\"string\",\"enum\":[\"a\",\"a\"]}"),
	    "label \"a\" comes twice");
	refused(TABLE("\"required\":[\"d\"]"), "names \"d\", which is no");
	refused(TABLE("\"required\":\"c\""), "is not an array");
	refused(TABLE("\"sqlPrimaryKey\":[\"d\"]"), "names \"d\", which is no");
	refused(TABLE("\"sqlPrimaryKey\":[\"c\",\"c\"]"),
	    "names \"c\" twice");
	refused(TABLE("\"sqlPrimaryKey\":[]"), "names no property");
	refused(TABLE("\"x-uniqueKeys\":[{}]"), "has no fields");
	refused(TABLE("\"x-uniqueKeys\":[[\"x\"]]"), "which is no property");
	refused(TABLE("\"x-foreignKeys\":[{\"fields\":[\"c\"]}]"),
	    "a foreign key is no object");
	refused(TABLE("\"x-foreignKeys\":[{\"fields\":[\"c\"],"
	    "\"reference\":{\"resource\":\"u\",\"fields\":[\"a\",\"b\"]}}]"),
	    "more fields");
	refused(TABLE("\"x-foreignKeys\":[{\"fields\":[\"c\"],"
	    "\"reference\":{\"resource\":\"u\",\"fields\":[]}}]"),
	    "fewer fields");
	refused(TABLE("\"x-foreignKeys\":[{\"fields\":[\"c\"],"
	    "\"onDelete\":\"CASCADE; DROP TABLE x\","
	    "\"reference\":{\"resource\":\"u\",\"fields\":[\"a\"]}}]"),
	    "no action of SQL");
	refused(TABLE("\"x-checks\":[{\"name\":\"x\"}]"), "has no \"sql\"");
}

/* Every kind of thing, as table_put_schema writes it. */
static const char whole[] =
"{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\","
"\"title\":\"odd \\\"name\\\"\\n\",\"type\":\"object\",\"properties\":{"
"\"id\":{\"type\":\"integer\",\"minimum\":-9223372036854775808,"
"\"maximum\":9223372036854775807,\"x-columnType\":\"bigint\","
"\"x-identity\":\"by default\"},"
"\"small\":{\"type\":[\"integer\",\"null\"],\"minimum\":-32768,"
"\"maximum\":32767,\"x-columnType\":\"smallint\"},"
"\"status\":{\"type\":[\"string\",\"null\"],\"enum\":[\"A\",\"B\",null],"
"\"x-columnType\":\"client_status\",\"x-default\":\"'A'::client_status\"},"
"\"price\":{\"type\":[\"number\",\"string\"],"
"\"pattern\":\"^(NaN|-?Infinity)$\",\"sqlPrecision\":3,\"sqlScale\":-1,"
"\"default\":0,\"x-columnType\":\"numeric(3,-1)\",\"x-default\":\"0\"},"
"\"lat\":{\"type\":[\"number\",\"string\",\"null\"],"
"\"pattern\":\"^(NaN|-?Infinity)$\",\"x-columnType\":\"double precision\"},"
"\"uid\":{\"type\":\"string\",\"format\":\"uuid\",\"x-columnType\":\"uuid\","
"\"x-comment\":\"who\"},"
"\"at\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time\","
"\"x-columnType\":\"timestamp with time zone\"},"
"\"local\":{\"type\":[\"string\",\"null\"],"
"\"x-columnType\":\"timestamp without time zone\"},"
"\"name\":{\"type\":[\"string\",\"null\"],\"maxLength\":20,"
"\"x-columnType\":\"character varying(20)\"},"
"\"doc\":{\"x-columnType\":\"jsonb\",\"x-notNull\":true},"
"\"tags\":{\"type\":[\"array\",\"null\"],\"items\":{"
"\"type\":[\"string\",\"array\",\"null\"]},\"x-columnType\":\"text[]\"},"
"\"spots\":{\"type\":[\"array\",\"null\"],\"items\":{},"
"\"x-columnType\":\"spot[]\",\"x-baseType\":\"array\"},"
"\"raw\":{\"type\":[\"string\",\"null\"],"
"\"pattern\":\"^\\\\\\\\x([0-9a-f]{2})*$\",\"x-columnType\":\"bytea\"},"
"\"home\":{\"type\":[\"object\",\"null\"],\"x-columnType\":\"address\","
"\"x-baseType\":\"record\"},"
"\"ip\":{\"type\":[\"string\",\"null\"],\"x-columnType\":\"inet\"},"
"\"path\":{\"type\":[\"string\",\"null\"],\"x-columnType\":\"ltree\","
"\"x-baseType\":\"other\"},"
"\"full\":{\"type\":[\"string\",\"null\"],\"readOnly\":true,"
"\"x-columnType\":\"text\"},"
"\"what\":{}},"
"\"required\":[\"uid\",\"doc\"],\"additionalProperties\":false,"
"\"sqlObjectOwner\":\"app\",\"sqlPrimaryKey\":[\"id\"],"
"\"x-uniqueKeys\":[{\"name\":\"k\",\"fields\":[\"uid\",\"name\"]}],"
"\"x-foreignKeys\":[{\"name\":\"f\",\"fields\":[\"uid\"],\"reference\":{"
"\"schema\":\"auth\",\"resource\":\"users\",\"fields\":[\"id\"]},"
"\"onDelete\":\"SET NULL\",\"onUpdate\":\"CASCADE\",\"deferrable\":true,"
"\"deferred\":true}],"
"\"x-checks\":[{\"name\":\"c\",\"sql\":\"(price > (0)::numeric)\"}],"
"\"x-cycles\":[\"app.a\",\"app.b\"],\"x-comment\":\"all of it\"}";

static void
test_round_trip(void)
{
	struct err err = ERR_INIT;
	struct buf b = { 0 };
	struct table *t = read_z(whole, &err);

	ok(t != NULL, "reads what it writes");
	if (t == NULL) {
		printf("# %s\n", err.msg);
		return;
	}
	table_put_schema(t, &b);
	is_text(b.s, b.len, whole, "writes what it has read, byte for byte");
	ok(t->columns[0].not_null && t->columns[9].not_null &&
	    !t->columns[1].not_null, "not null without being required");
	ok(t->columns[3].precision == 3 && t->columns[3].scale == -1,
	    "a negative scale is a scale");
	ok(t->columns[17].type == COLUMN_ANY && t->columns[17].sql_type ==
	    NULL, "a column that says nothing is of any type");
	ok(table_find_column(t, "uid", 3) == 5 &&
	    table_find_column(t, "ui", 2) == -1, "finds columns by name");
	buf_free(&b);
}

static void
test_hand_written(void)
{
	static const char doc[] = "{\"type\":\"object\",\"properties\":{"
	    "\"a\":{\"type\":\"string\"},\"b\":{\"type\":\"string\","
	    "\"default\":\"x\"},\"c\":{\"type\":\"string\"}},"
	    "\"required\":[\"a\"],\"sqlPrimaryKey\":\"a\","
	    "\"sqlUnique\":[[\"b\",\"c\"],[\"c\"]],\"description\":\"d\","
	    "\"x-foreignKeys\":[{\"fields\":\"b\",\"onDelete\":\"set null\","
	    "\"reference\":{\"fields\":\"a\"}}],\"x-checks\":[\"a > b\"]}";
	struct err err = ERR_INIT;
	struct table *t = read_z(doc, &err);
	struct table_set set = { &t, 1 };

	ok(t != NULL, "reads a schema written by hand");
	if (t == NULL) {
		printf("# %s\n", err.msg);
		return;
	}
	ok(t->columns[0].not_null && t->columns[1].not_null &&
	    !t->columns[2].not_null,
	    "what is neither required nor filled in may be null");
	ok(t->primary_key.n == 1 && t->primary_key.v[0] == 0,
	    "takes one key column as a string");
	ok(t->nunique == 2 && t->unique[0].columns.n == 2 &&
	    t->unique[0].columns.v[1] == 2, "takes sqlUnique");
	ok(t->nrefs == 1 && strcmp(t->refs[0].table, "") == 0 &&
	    strcmp(t->refs[0].on_delete, "SET NULL") == 0,
	    "a reference to no resource is to the table itself");
	ok(strcmp(t->comment, "d") == 0, "a description is a comment");
	ok(table_set_find(&set, "anything") == t,
	    "a nameless table alone is found by every name");
}

static struct table *
add(struct table_set *set, const char *schema, const char *name,
    const char *to)
{
	struct table *t = arena_alloc(a, sizeof(*t));
	const char *p;
	size_t i;

	memset(t, 0, sizeof(*t));
	t->schema = schema;
	t->name = name;
	t->refs = arena_alloc(a, strlen(to) * sizeof(*t->refs) + 1);
	memset(t->refs, 0, strlen(to) * sizeof(*t->refs));
	for (p = to, i = 0; *p != '\0'; p++, i++)
		t->refs[i].table = arena_dup(a, p, 1);
	t->nrefs = i;
	set->v[set->n++] = t;
	return (t);
}

/* Order tables "x:refs ..." of one letter each; expect names in order. */
static void
ordered(const char *tables, size_t cycles, const char *want)
{
	struct table_set set = { arena_alloc(a, 400), 0 };
	struct buf b = { 0 };
	char spec[100], *s, *colon;
	size_t i, n;

	(void)snprintf(spec, sizeof(spec), "%s", tables);
	for (s = strtok(spec, " "); s != NULL; s = strtok(NULL, " ")) {
		colon = strchr(s, ':');
		*colon = '\0';
		(void)add(&set, NULL, arena_dup(a, s, 1),
		    arena_dup(a, colon + 1, strlen(colon + 1)));
	}
	n = table_set_order(&set, a);
	for (i = 0; i < set.n; i++)
		buf_printf(&b, "%s%s", set.v[i]->name,
		    set.v[i]->ncycle > 0 ? "*" : "");
	is_text(b.s, b.len, want, tables);
	ok(n == cycles, "%s: %zu tables in circles", tables, cycles);
	buf_free(&b);
}

static void
test_order(void)
{
	struct table_set set = { arena_alloc(a, 400), 0 };
	struct table *t;
	size_t i;

	ordered("a: b: c:", 0, "abc");
	ordered("a:b b:c c:", 0, "cba");
	ordered("a: b:dc c: d:", 0, "adcb");
	ordered("a:a b:", 0, "ab");
	ordered("a:x b:", 0, "ab");
	ordered("a:b b:a c:a", 2, "a*b*c");
	ordered("c:a b:a a:b", 2, "b*a*c");
	ordered("a:b b:c c:a d:e e:d f:ad", 5, "a*b*c*d*e*f");
	ordered("z:a a:b b:ac c:", 2, "ca*b*z");

	t = add(&set, "app", "clients", "");
	(void)add(&set, "old", "clients", "");
	(void)add(&set, NULL, "users", "");
	ok(table_set_find(&set, "app.clients") == t &&
	    table_set_find(&set, "clients") == NULL &&
	    table_set_find(&set, "users") == set.v[2] &&
	    table_set_find(&set, "public.users") == set.v[2] &&
	    table_set_find(&set, "app.users") == NULL,
	    "finds a table by name, with its schema when that is needed");

	set.v = arena_alloc(a, 2000 * sizeof(struct table *));
	set.n = 0;
	for (i = 0; i < 2000; i++) {
		char name[20];
		struct table *u;

		(void)snprintf(name, sizeof(name), "t%zu", i);
		u = add(&set, NULL, arena_dup(a, name, strlen(name)), "x");
		(void)snprintf(name, sizeof(name), "t%zu", i + 1);
		u->refs[0].table = arena_dup(a, name, strlen(name));
	}
	ok(table_set_order(&set, a) == 0 &&
	    strcmp(set.v[0]->name, "t1999") == 0 &&
	    strcmp(set.v[1999]->name, "t0") == 0,
	    "orders a long chain of references");
}

static const char *
temp_file(const char *content)
{
	static char path[] = "/tmp/rowpipe-table-test.XXXXXX";
	int fd;

	memcpy(path + sizeof(path) - 7, "XXXXXX", 6);
	if ((fd = mkstemp(path)) == -1 ||
	    write(fd, content, strlen(content)) != (ssize_t)strlen(content))
		exit(4);
	(void)close(fd);
	return (path);
}

static void
test_file(void)
{
	static const char two[] = "\n{\"title\":\"a\",\"properties\":{}}\r\n"
	    " \n{\"title\":\"b\",\"properties\":{}}";
	struct err err = ERR_INIT;
	struct table_set set = { 0 };
	const char *path;
	char want[200];

	path = temp_file(two);
	ok(table_set_read(path, &set, a, &err) == 0 && set.n == 2 &&
	    strcmp(set.v[1]->name, "b") == 0, "reads a table a line");
	unlink(path);
	path = temp_file("{\n \"title\": \"c\",\n \"properties\": {}\n}\n");
	ok(table_set_read(path, &set, a, &err) == 0 && set.n == 3 &&
	    strcmp(set.v[2]->name, "c") == 0 &&
	    strcmp(set.v[0]->name, "a") == 0,
	    "reads a document of several lines, and adds to the set");
	unlink(path);
	path = temp_file("{\"title\":\"d\",\"properties\":{}}\n"
	    "{\"title\":\"a\",\"properties\":{}}\n");
	(void)snprintf(want, sizeof(want),
	    "%s:2: table \"a\" is given twice", path);
	ok(table_set_read(path, &set, a, &err) == -1 && set.n == 3 &&
	    err.status == DIAG_BADINPUT, "refuses a table given twice");
	is_text(err.msg, strlen(err.msg), want, "  and says where");
	unlink(path);
	path = temp_file("{\"title\":\"d\",\"properties\":{}}\n"
	    "{\"title\":1}\n");
	(void)snprintf(want, sizeof(want),
	    "%s:2: \"title\" is not a string", path);
	(void)table_set_read(path, &set, a, &err);
	is_text(err.msg, strlen(err.msg), want, "names the line of an error");
	unlink(path);
	path = temp_file("{\n\"title\":\"d\",\n\"properties\":\n{\"c\":\n"
	    "{\"type\":\"x\"}}}\n");
	(void)snprintf(want, sizeof(want),
	    "%s:5: \"x\" is no JSON Schema type", path);
	(void)table_set_read(path, &set, a, &err);
	is_text(err.msg, strlen(err.msg), want,
	    "names the line within a document");
	unlink(path);
	path = temp_file("");
	ok(table_set_read(path, &set, a, &err) == -1 &&
	    err.status == DIAG_BADINPUT, "refuses an empty file");
	unlink(path);
	ok(table_set_read("/nonexistent/x", &set, a, &err) == -1 &&
	    err.status == DIAG_FAIL, "a missing file is an I/O failure");
}

static void
test_frictionless(void)
{
	static const char want[] = "{\"fieldsMatch\":\"equal\","
	    "\"missingValues\":[],\"fields\":["
	    "{\"name\":\"id\",\"type\":\"string\",\"format\":\"uuid\","
	    "\"constraints\":{\"required\":true}},"
	    "{\"name\":\"boss\",\"type\":\"string\",\"format\":\"uuid\","
	    "\"constraints\":{}},"
	    "{\"name\":\"s\",\"type\":\"string\",\"description\":\"state\","
	    "\"constraints\":{\"enum\":[\"a\"]}}],"
	    "\"primaryKey\":[\"id\"],\"uniqueKeys\":[[\"s\",\"boss\"],[\"s\"]],"
	    "\"foreignKeys\":[{\"fields\":[\"boss\"],\"reference\":{"
	    "\"fields\":[\"id\"]}},{\"fields\":[\"s\"],\"reference\":{"
	    "\"resource\":\"app.u\",\"fields\":[\"x\"]}}]}";
	static const char doc[] = "{\"title\":\"t\",\"properties\":{"
	    "\"id\":{\"type\":\"string\",\"format\":\"uuid\"},"
	    "\"boss\":{\"type\":[\"string\",\"null\"],\"format\":\"uuid\"},"
	    "\"s\":{\"enum\":[\"a\",null],\"description\":\"state\"}},"
	    "\"required\":[\"id\"],\"sqlPrimaryKey\":\"id\","
	    "\"x-uniqueKeys\":[[\"s\",\"boss\"],[\"s\"]],\"x-foreignKeys\":["
	    "{\"fields\":[\"boss\"],\"reference\":{\"resource\":\"t\","
	    "\"fields\":[\"id\"]}},{\"fields\":[\"s\"],\"reference\":{"
	    "\"resource\":\"u\",\"schema\":\"app\",\"fields\":[\"x\"]}}]}";
	struct err err = ERR_INIT;
	struct table *t = read_z(doc, &err);
	struct buf b = { 0 };

	ok(t != NULL, "reads keys and references");
	if (t == NULL)
		return;
	table_put_frictionless(t, &b);
	is_text(b.s, b.len, want, "writes a Frictionless Table Schema");
	buf_free(&b);
}

int
main(void)
{

	diag_init("table_test");
	a = arena_new();
	test_types();
	test_refusals();
	test_round_trip();
	test_hand_written();
	test_order();
	test_file();
	test_frictionless();
	arena_free(a);
	return (tap_done());
}
