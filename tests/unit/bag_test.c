/* Bags: names, what is written, and what verifying finds. */
#define _XOPEN_SOURCE 700

#include <sys/stat.h>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/digest.h"
#include "base/err.h"
#include "row/bag.h"
#include "tap.h"

static char dir[] = "/tmp/rowpipe-bag-test.XXXXXX";
static struct buf said;

/* Run a shell command in the bag; 0 when it succeeds. */
__attribute__((format(printf, 1, 2)))
static int
sh(const char *fmt, ...)
{
	struct buf b = { 0 };
	char cmd[2000];
	va_list ap;
	int rc;

	va_start(ap, fmt);
	(void)vsnprintf(cmd, sizeof(cmd), fmt, ap);
	va_end(ap);
	buf_printf(&b, "cd %s && { %s; } >/dev/null 2>&1", dir, cmd);
	rc = system(buf_z(&b));
	buf_free(&b);
	return (rc);
}

static void
put_file(const char *name, const char *content)
{
	char path[200];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	if ((f = fopen(path, "w")) == NULL) {
		printf("Bail out! %s\n", path);
		exit(1);
	}
	(void)fputs(content, f);
	(void)fclose(f);
}

static void
hash_of(const char *content, char *hex)
{
	struct digest *d = digest_new();

	digest_add(d, content, strlen(content));
	digest_hex(d, hex);
	digest_free(d);
}

static void
name_is(const char *schema, const char *table, const char *want)
{
	struct buf b = { 0 };

	bag_file_name(&b, schema, table);
	is_text(b.s, b.len, want, want);
	buf_free(&b);
}

static void
test_names(void)
{
	struct buf b = { 0 }, c = { 0 };
	char longest[300];

	name_is(NULL, "clients", "clients.ndjson");
	name_is("public", "clients", "clients.ndjson");
	name_is("app", "Clients_2-x", "app.Clients_2-x.ndjson");
	name_is(NULL, "a.b", "a=2Eb.ndjson");
	name_is("..", "../x", "=2E=2E.=2E=2E=2Fx.ndjson");
	name_is(NULL, "100% =\n\xc3\xa4", "100=25=20=3D=0A=C3=A4.ndjson");
	memset(longest, '/', sizeof(longest));
	longest[299] = '\0';
	bag_file_name(&b, NULL, longest);
	longest[298] = '\0';
	bag_file_name(&c, NULL, longest);
	ok(b.len < 255 && c.len == b.len && memcmp(b.s, c.s, b.len) != 0,
	    "a name too long is cut, and different names stay different");
	buf_free(&b);
	buf_free(&c);
}

#define CLIENTS	"{\"id\":1}\n{\"id\":2}\n"
#define EMPTY	""
#define FRAMED	"{\"@stream\":{}}\n{\"id\":1}\n{\"@end\":{}}\n"

/* A bag of three tables with a good export. */
static void
fill(void)
{
	struct bag_entry entries[3] = {
		{ .path = "data/clients.ndjson", .name = "clients",
		    .rows = 2, .bytes = strlen(CLIENTS),
		    .table_schema = "{\"fields\":[]}",
		    .json_schema = "{\"title\":\"clients\"}" },
		{ .path = "data/app.a=20b.ndjson", .name = "app.a b" },
		{ .path = "data/50%\n.ndjson", .name = "odd", .rows = 1,
		    .bytes = strlen(FRAMED) },
	};
	struct err err = ERR_INIT;

	if (sh("rm -rf * && mkdir data") != 0)
		exit(1);
	put_file("data/clients.ndjson", CLIENTS);
	put_file("data/app.a=20b.ndjson", EMPTY);
	put_file("data/50%\n.ndjson", FRAMED);
	hash_of(CLIENTS, entries[0].sha256);
	hash_of(EMPTY, entries[1].sha256);
	hash_of(FRAMED, entries[2].sha256);
	if (bag_write(dir, "Source-Organization: us", entries, 3, &err) != 0) {
		printf("Bail out! %s\n", err.msg);
		exit(1);
	}
}

static void
say(const char *path, const char *wrong, void *cookie)
{

	(void)cookie;
	if (wrong != NULL)
		buf_printf(&said, "%s%s %s", said.len > 0 ? "; " : "", path,
		    wrong);
}

static void
verify_is(long want, const char *says, const char *title)
{
	struct err err = ERR_INIT;
	long n;

	said.len = 0;
	n = bag_verify(dir, say, NULL, &err);
	ok(n == want, "%s: %ld wrong", title, want);
	if (n == -1)
		buf_puts(&said, err.msg);
	is_text(said.s == NULL ? "" : said.s, said.len, says, title);
}

/* Break a good bag with a command, and see what is found. */
#define BREAK(command, n, says, title) do { \
	fill(); \
	if (sh("%s", command) != 0) \
		printf("Bail out! %s\n", command); \
	verify_is(n, says, title); \
} while (0)

static void
test_written(void)
{

	fill();
	verify_is(0, "", "a bag just written is good");
	/* sha256sum does not know the RFC's "%25". */
	ok(sh("grep -v 50 manifest-sha256.txt | sha256sum -c --strict -") == 0,
	    "its manifest passes sha256sum -c");
	ok(sh("sha256sum -c --strict tagmanifest-sha256.txt") == 0,
	    "so does its tag manifest");
	ok(sh("grep -q 'data/50%%25%%0A.ndjson$' manifest-sha256.txt") == 0,
	    "percent and newline are encoded as RFC 8493 has it");
	ok(sh("jq -e '.resources[0] | .name == \"clients\" and "
	    ".path == \"data/clients.ndjson\" and .bytes == 18 and "
	    ".[\"x-rows\"] == 2 and .schema == {\"fields\":[]} and "
	    "(.hash | startswith(\"sha256:\"))' datapackage.json") == 0,
	    "datapackage.json describes each table");
	ok(sh("[ \"$(cat schema.ndjson)\" = '{\"title\":\"clients\"}' ]") == 0,
	    "schema.ndjson has the schemas");
	ok(sh("grep -qx 'Payload-Oxum: 54.3' bag-info.txt && "
	    "grep -qx 'Source-Organization: us' bag-info.txt && "
	    "grep -qE '^Bagging-Date: 20[0-9-]{8}$' bag-info.txt") == 0,
	    "bag-info.txt has the bag's and the caller's lines");
	ok(sh("[ -z \"$(ls | grep -vE '^(bag(it|-info).txt|data|"
	    "(tag)?manifest-sha256.txt|datapackage.json|schema.ndjson)$')\" ]")
	    == 0, "nothing else is left in the directory");
}

static void
test_damage(void)
{

	BREAK("printf x >>data/clients.ndjson", 2,
	    "data/clients.ndjson does not have the SHA-256 of the manifest; "
	    "bag-info.txt has another Payload-Oxum than 55.3, which is what "
	    "data/ holds", "a byte more");
	BREAK("printf '{\"id\":1}\\n{\"id\":3}\\n' >data/clients.ndjson", 1,
	    "data/clients.ndjson does not have the SHA-256 of the manifest",
	    "a byte changed");
	BREAK("rm data/clients.ndjson", 2,
	    "data/clients.ndjson is missing; bag-info.txt has another "
	    "Payload-Oxum than 36.2, which is what data/ holds",
	    "a file missing");
	BREAK("touch data/extra; mkdir -p data/d/e; touch data/d/e/f; "
	    "rm bag-info.txt", 3,
	    "data/d/e/f is in no manifest; data/extra is in no manifest; "
	    "bag-info.txt is missing", "files that nobody named");
	BREAK("rm tagmanifest-sha256.txt bag-info.txt datapackage.json", 0, "",
	    "optional files may be left out");
	BREAK("echo x >>schema.ndjson", 1,
	    "schema.ndjson does not have the SHA-256 of the manifest",
	    "a tag file changed");
	BREAK("sed -i 's/x-rows\":2/x-rows\":3/' datapackage.json; "
	    "rm tagmanifest-sha256.txt", 1,
	    "data/clients.ndjson has 2 rows, datapackage.json says 3",
	    "another number of rows");
	BREAK("sed -i 's/\"bytes\":18/\"bytes\":19/' datapackage.json; "
	    "rm tagmanifest-sha256.txt", 1,
	    "data/clients.ndjson has 18 bytes, datapackage.json says 19",
	    "another number of bytes");
	BREAK("sed -i 's/data.clients/data\\/client/' datapackage.json; "
	    "rm tagmanifest-sha256.txt", 1,
	    "datapackage.json names \"data/client.ndjson\", which is in no "
	    "manifest", "a package that describes what is not there");
	BREAK("echo '{' >datapackage.json; rm tagmanifest-sha256.txt", 1,
	    "datapackage.json is not a JSON object with resources",
	    "a package that is no JSON");
	BREAK("echo junk >>manifest-sha256.txt; rm tagmanifest-sha256.txt", 1,
	    "manifest-sha256.txt line 4 is not a SHA-256 and a path",
	    "a manifest with junk in it");
	BREAK("head -n 1 manifest-sha256.txt >>manifest-sha256.txt; "
	    "rm tagmanifest-sha256.txt", 1,
	    "data/clients.ndjson is in the manifest twice",
	    "a file listed twice");
	BREAK("printf 'BagIt-Version: 9\\n' >bagit.txt", 1,
	    "bagit.txt does not declare a BagIt-Version that is known",
	    "a version from the future");
	BREAK("sed -i 's/$/\\r/; s/  / */' manifest-sha256.txt; "
	    "rm tagmanifest-sha256.txt", 0, "",
	    "CRLF and sha256sum's binary mark are understood");
}

/* A line with the hash of nothing, for a path of the attacker's. */
#define NOTHING	"e3b0c44298fc1c149afbf4c8996fb924" \
		"27ae41e4649b934ca495991b7852b855"
#define LINE(path) "printf '%s  %s\\n' " NOTHING " '" path \
	"' >>manifest-sha256.txt; rm tagmanifest-sha256.txt"

static void
attack(const char *command, long n, const char *says, const char *title)
{

	fill();
	if (sh("%s", command) != 0)
		printf("Bail out! %s\n", command);
	verify_is(n, says, title);
}

static void
test_attacks(void)
{
	static const char out[] = " leads out of the bag and was not read";
	char says[300];

	(void)snprintf(says, sizeof(says), "data/../../x%s", out);
	attack(LINE("data/../../x"), 1, says, "a path that climbs out");
	(void)snprintf(says, sizeof(says), "/dev/null%s", out);
	attack(LINE("/dev/null"), 1, says, "an absolute path");
	(void)snprintf(says, sizeof(says), "data//x%s", out);
	attack(LINE("data//x"), 1, says, "an empty part of a path");
	attack(LINE("bagit.txt"), 1,
	    "bagit.txt is in the payload's manifest but not in data/",
	    "a tag file among the payload");
	attack("ln -s /dev/null data/link; " LINE("data/link"), 1,
	    "data/link is a symbolic link", "a symbolic link");
	attack("rm -f bag-info.txt; ln -s /usr data/usr; "
	    LINE("data/usr/x"), 2,
	    "data/usr/x leads through what is no directory; "
	    "data/usr is not a regular file", "a symbolic link on the way");
	attack("mkfifo data/pipe; " LINE("data/pipe"), 1,
	    "data/pipe is not a regular file",
	    "a named pipe is not waited for");
	attack("mkdir data/dir; " LINE("data/dir"), 1,
	    "data/dir is not a regular file", "a directory");
	attack("mv data other; ln -s other data; rm -f bag-info.txt "
	    "tagmanifest-sha256.txt", 4,
	    "data/50%\n.ndjson leads through what is no directory; "
	    "data/app.a=20b.ndjson leads through what is no directory; "
	    "data/clients.ndjson leads through what is no directory; "
	    "data is no directory of the bag's", "data/ as a symbolic link");
	attack("d=data; for i in $(seq 40); do d=$d/x; done; mkdir -p $d; "
	    "touch $d/y", 1,
	    "data/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x"
	    "/x/x/x lies too deep", "directories without end");
	(void)snprintf(says, sizeof(says),
	    "\"%s\" is no bag: it has no manifest-sha256.txt", dir);
	attack("rm manifest-sha256.txt; ln -s /etc/passwd manifest-sha256.txt",
	    -1, says, "a manifest that is a symbolic link");
}

static void
test_no_bag(void)
{
	struct err err = ERR_INIT;
	char want[200];

	if (sh("rm -rf *") != 0)
		exit(1);
	(void)snprintf(want, sizeof(want),
	    "\"%s\" is no bag: it has no bagit.txt", dir);
	verify_is(-1, want, "an empty directory is no bag");
	put_file("bagit.txt", "BagIt-Version: 1.0\n");
	(void)snprintf(want, sizeof(want),
	    "\"%s\" is no bag: it has no manifest-sha256.txt", dir);
	verify_is(-1, want, "nor is one without a manifest");
	ok(bag_verify("/nonexistent", say, NULL, &err) == -1 &&
	    err.status == DIAG_FAIL, "a missing directory is an I/O failure");
	ok(bag_write("/nonexistent", NULL, NULL, 0, &err) == -1 &&
	    err.status == DIAG_FAIL, "and cannot be written to");
}

int
main(void)
{

	diag_init("bag_test");
	if (mkdtemp(dir) == NULL)
		return (4);
	test_names();
	test_written();
	test_damage();
	test_attacks();
	test_no_bag();
	buf_free(&said);
	(void)sh("rm -rf %s", dir);
	return (tap_done());
}
