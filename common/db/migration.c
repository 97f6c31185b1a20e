#include <sys/stat.h>

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/infile.h"
#include "base/near.h"
#include "base/quote.h"
#include "db/migration.h"

#define TEXT_MAX ((size_t)64 << 20)
#define NAME_MAX_BYTES 200

static const char bom[] = "\xef\xbb\xbf";

static const char *const parts[] = { "up", "down", "verify" };
static const char *const engines[] = { "pg", "sqlite" };

/* What the head of a file said. */
struct head {
	const char	*target;
	int		 no_transaction, no_foreign_keys;
};

struct read {
	struct migration	*m;	/* what the head at hand is for */
	enum migration_engine	 engine;
	const char		*path;	/* of the migration */
	struct arena		*a;
};

const char *
migration_part_name(enum migration_part part)
{

	return (parts[part]);
}

int
migration_check_name(const char *name, struct err *err)
{
	struct quote q;
	size_t i;

	for (i = 0; name[i] != '\0'; i++)
		if (!isalnum((unsigned char)name[i]) &&
		    (i == 0 || strchr("_-.", name[i]) == NULL))
			break;
	if (i > 0 && name[i] == '\0' && i <= NAME_MAX_BYTES)
		return (0);
	(void)err_set(err, "%s cannot be the name of a migration",
	    quote_z(&q, name));
	(void)err_hint(err, "names have letters, digits, \"_\", \"-\" and "
	    "\".\", begin with a letter or digit, and are %d bytes at most",
	    NAME_MAX_BYTES);
	return (err_status(err, DIAG_BADINPUT));
}

/*
 * The digest.
 */

void
migration_hash(const char *text, size_t len, char *hex)
{
	struct digest *d = digest_new();
	const char *end = text + len, *p, *from = text;

	for (p = text; p < end; p++) {
		if (*p != '\r')
			continue;
		digest_add(d, from, (size_t)(p - from));
		if (p + 1 == end || p[1] != '\n')
			digest_add(d, "\n", 1);
		from = p + 1;
	}
	digest_add(d, from, (size_t)(end - from));
	if (len > 0 && end[-1] != '\n' && end[-1] != '\r')
		digest_add(d, "\n", 1);
	digest_hex(d, hex);
	digest_free(d);
}

/*
 * The comment at the head.
 */

static const char *
trim(const char *s, size_t len, struct arena *a)
{

	while (len > 0 && isspace((unsigned char)*s))
		s++, len--;
	while (len > 0 && isspace((unsigned char)s[len - 1]))
		len--;
	return (arena_dup(a, s, len));
}

static void
list_add(struct opt_list *list, const char *s, struct arena *a)
{
	const char **v;

	/* It is full when its length is a power of two. */
	if ((list->n & (list->n - 1)) == 0) {
		v = arena_alloc(a, (2 * list->n + 1) * sizeof(*v));
		if (list->n > 0)
			memcpy(v, list->v, list->n * sizeof(*v));
		list->v = v;
	}
	list->v[list->n++] = s;
}

/* Names between blanks and commas. */
static void
take_names(struct opt_list *list, const char *s, struct arena *a)
{
	size_t n;

	for (s += strspn(s, " \t,"); *s != '\0'; s += strspn(s, " \t,")) {
		n = strcspn(s, " \t,");
		list_add(list, arena_dup(a, s, n), a);
		s += n;
	}
}

static int
bad_value(const char *field, const char *value, const char *words,
    struct err *err)
{
	struct quote q;

	(void)err_set(err, "field \"%s\" is %s; it can be %s", field,
	    quote_z(&q, value), words);
	return (err_status(err, DIAG_BADINPUT));
}

/* Take a field of any file. */
static int
take_field(struct read *r, struct head *head, const char *field,
    const char *value, struct err *err)
{
	static const char *const known[] = {
		"depends", "description", "foreign_keys", "irreversible",
		"replaces", "target", "transaction"
	};
	struct near near;
	struct quote q;
	size_t i;

	if (strcmp(field, "depends") == 0)
		take_names(&r->m->depends, value, r->a);
	else if (strcmp(field, "replaces") == 0)
		take_names(&r->m->replaces, value, r->a);
	else if (strcmp(field, "description") == 0)
		r->m->description = value;
	else if (strcmp(field, "irreversible") == 0) {
		if (*value == '\0' || strcmp(value, "no") == 0)
			return (bad_value(field, value,
			    "the reason why it is so", err));
		r->m->irreversible = value;
	} else if (strcmp(field, "target") == 0) {
		if (strcmp(value, "pg") != 0 && strcmp(value, "sqlite") != 0)
			return (bad_value(field, value, "pg or sqlite", err));
		head->target = value;
	} else if (strcmp(field, "transaction") == 0) {
		if (strcmp(value, "no") != 0 && strcmp(value, "yes") != 0)
			return (bad_value(field, value, "yes or no", err));
		head->no_transaction = strcmp(value, "no") == 0;
	} else if (strcmp(field, "foreign_keys") == 0) {
		if (strcmp(value, "on") != 0 && strcmp(value, "off") != 0)
			return (bad_value(field, value, "on or off", err));
		head->no_foreign_keys = strcmp(value, "off") == 0;
	} else {
		/* Prose may have colons; a misspelt field must not pass. */
		near_start(&near, field);
		for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			near_offer(&near, known[i]);
		if (near_best(&near) == NULL)
			return (0);
		(void)err_set(err, "field %s is not known",
		    quote_z(&q, field));
		(void)err_hint(err, "did you mean \"%s\"?", near_best(&near));
		return (err_status(err, DIAG_BADINPUT));
	}
	return (0);
}

/* A line of the head without its marks; is it "field: value"? */
static int
take_line(struct read *r, struct head *head, const char *s, size_t len,
    struct err *err)
{
	const char *line = trim(s, len, r->a), *colon;
	size_t n = strspn(line, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ_-");
	char *field, *p;

	colon = line + n;
	if (n == 0 || *colon != ':')
		return (0);
	field = arena_dup(r->a, line, n);
	for (p = field; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return (take_field(r, head, field,
	    trim(colon + 1, strlen(colon + 1), r->a), err));
}

/* Where the comment of the line at ${s} begins, NULL when it has none and the
 * head is over.  *${inside} is kept between lines. */
static const char *
comment_of(const char *s, size_t len, int *inside)
{
	const char *end = s + len;

	while (s < end && (*s == ' ' || *s == '\t'))
		s++;
	if (!*inside && end - s >= 2 && s[0] == '/' && s[1] == '*') {
		*inside = 1;
		s += 2;
	} else if (!*inside) {
		if (s < end && *s == '#')
			return (s + strspn(s, "#!"));
		if (end - s >= 2 && s[0] == '-' && s[1] == '-')
			return (s + strspn(s, "-"));
		return (s == end ? s : NULL);
	}
	while (s < end && *s == '*' && (end - s < 2 || s[1] != '/'))
		s++;
	return (s);
}

static int
read_head(struct read *r, const struct migration_file *f, struct head *head,
    struct err *err)
{
	const char *s = f->text, *c, *star;
	size_t len, n;
	int inside = 0;

	memset(head, 0, sizeof(*head));
	for (; *s != '\0'; s += len + (s[len] != '\0')) {
		len = strcspn(s, "\r\n");
		if ((c = comment_of(s, len, &inside)) == NULL)
			break;
		n = (size_t)(s + len - c);
		star = inside ? strstr(c, "*/") : NULL;
		if (star != NULL && star < s + len) {
			n = (size_t)(star - c);
			inside = 0;
		}
		if (take_line(r, head, c, n, err) != 0)
			return (err_prefix(err, "%s: ", f->path));
	}
	return (0);
}

/*
 * Files.
 */

/* The path of ${part} with ${suffix} when there is such a file, or NULL. */
static char *
path_if(const struct read *r, enum migration_part part, const char *engine,
    const char *suffix)
{
	struct buf b = { 0 };
	struct stat st;
	char *path = NULL;

	buf_printf(&b, "%s/%s%s%s%s", r->path, parts[part],
	    engine == NULL ? "" : ".", engine == NULL ? "" : engine, suffix);
	if (lstat(buf_z(&b), &st) == 0)
		path = arena_dup(r->a, b.s, b.len);
	buf_free(&b);
	return (path);
}

/* As SQL or as a script, for ${engine} or, when that is NULL, for both. */
static int
find_one(const struct read *r, enum migration_part part, const char *engine,
    struct migration_file *f, struct err *err)
{
	char *sql = path_if(r, part, engine, ".sql");
	char *script = path_if(r, part, engine, "");
	struct quote q, w;

	if (sql != NULL && script != NULL) {
		(void)err_set(err, "there are two files for the same: %s "
		    "and %s", quote_z(&q, sql), quote_z(&w, script));
		return (err_status(err, DIAG_BADINPUT));
	}
	f->path = sql != NULL ? sql : script;
	f->is_sql = sql != NULL;
	return (0);
}

static int
check_file(const struct migration_file *f, struct err *err)
{
	struct quote q;
	struct stat st;

	if (stat(f->path, &st) != 0)
		return (err_sys(err, "could not read file %s",
		    quote_z(&q, f->path)));
	(void)quote_z(&q, f->path);
	if (!S_ISREG(st.st_mode)) {
		(void)err_set(err, "%s is no file", q.s);
		return (err_status(err, DIAG_BADINPUT));
	}
	if (!f->is_sql && access(f->path, X_OK) != 0) {
		(void)err_set(err, "script %s cannot be executed: %s", q.s,
		    strerror(errno));
		(void)err_hint(err, "chmod +x %s; SQL has a name that ends in "
		    "\".sql\"", q.s);
		return (err_status(err, DIAG_BADINPUT));
	}
	return (0);
}

/* Some editors put a mark before SQL, which is none of it. */
static int
check_text(struct migration_file *f, struct err *err)
{
	struct quote q;
	int marked = f->len >= sizeof(bom) - 1 &&
	    memcmp(f->text, bom, sizeof(bom) - 1) == 0;

	if (!f->is_sql)
		return (0);
	f->text += marked ? sizeof(bom) - 1 : 0;
	f->len -= marked ? sizeof(bom) - 1 : 0;
	if (memchr(f->text, '\0', f->len) == NULL)
		return (0);
	(void)err_set(err, "file %s has a NUL byte in it",
	    quote_z(&q, f->path));
	return (err_status(err, DIAG_BADINPUT));
}

static int
read_text(struct migration_file *f, struct arena *a, struct err *err)
{
	struct buf b = { 0 };
	int rc;

	if ((rc = infile_read(f->path, TEXT_MAX, &b, err)) == 0) {
		f->text = arena_dup(a, b.s == NULL ? "" : b.s, b.len);
		f->len = b.len;
		rc = check_text(f, err);
	}
	buf_free(&b);
	return (rc);
}

/* Read the file of ${part} for an engine into *${file}, NULL if there is
 * none. */
static int
read_file(const struct read *r, enum migration_part part,
    enum migration_engine engine, struct migration_file **file,
    struct err *err)
{
	struct migration_file f = { 0 };

	*file = NULL;
	if (find_one(r, part, engines[engine], &f, err) != 0 ||
	    (f.path == NULL && find_one(r, part, NULL, &f, err) != 0))
		return (-1);
	if (f.path == NULL)
		return (0);
	if (check_file(&f, err) != 0 || read_text(&f, r->a, err) != 0)
		return (-1);
	*file = arena_alloc(r->a, sizeof(f));
	**file = f;
	return (0);
}

/* A file that looks like one of those above and is none would be passed over
 * in silence. */
static int
check_name_of(const struct read *r, const char *name, struct err *err)
{
	static const char *const middles[] = { "", ".pg", ".sqlite" };
	size_t len = strlen(name), part = 0, i, n;
	struct quote q;

	while (part < MIGRATION_PARTS && (strncmp(name, parts[part],
	    strlen(parts[part])) != 0 || name[strlen(parts[part])] != '.'))
		part++;
	if (part == MIGRATION_PARTS || len < 4 ||
	    strcmp(name + len - 4, ".sql") != 0)
		return (0);
	n = strlen(parts[part]);
	for (i = 0; i < sizeof(middles) / sizeof(middles[0]); i++)
		if (len - 4 - n == strlen(middles[i]) && memcmp(name + n,
		    middles[i], strlen(middles[i])) == 0)
			return (0);
	(void)err_set(err, "%s/%s.*.sql: no engine is called %s", r->path,
	    parts[part], quote(&q, name + n + 1, len - 4 - n - 1));
	(void)err_hint(err, "%s.pg.sql and %s.sqlite.sql are for one engine, "
	    "%s.sql for both", parts[part], parts[part], parts[part]);
	return (err_status(err, DIAG_BADINPUT));
}

static int
check_names(const struct read *r, struct err *err)
{
	struct dirent *d;
	struct quote q;
	DIR *handle;
	int rc = 0;

	if ((handle = opendir(r->path)) == NULL)
		return (err_sys(err, "could not read directory %s",
		    quote_z(&q, r->path)));
	while (rc == 0 && (errno = 0, d = readdir(handle)) != NULL)
		rc = check_name_of(r, d->d_name, err);
	if (rc == 0 && errno != 0)
		rc = err_sys(err, "could not read directory %s",
		    quote_z(&q, r->path));
	(void)closedir(handle);
	return (rc);
}

/* There is no up for this engine: is it meant for the other one? */
static int
read_elsewhere(struct read *r, struct err *err)
{
	enum migration_engine other = r->engine == MIGRATION_PG ?
	    MIGRATION_SQLITE : MIGRATION_PG;
	struct migration_file *f;
	struct head head;
	struct quote q;

	if (read_file(r, MIGRATION_UP, other, &f, err) != 0)
		return (-1);
	if (f != NULL && read_head(r, f, &head, err) != 0)
		return (-1);
	if (f != NULL && head.target != NULL &&
	    strcmp(head.target, engines[other]) == 0) {
		r->m->elsewhere = 1;
		migration_hash(f->text, f->len, r->m->hash);
		return (0);
	}
	(void)err_set(err, "migration %s has no file \"up\"%s%s",
	    quote_z(&q, r->m->name), f == NULL ? "" : " for ",
	    f == NULL ? "" : engines[r->engine]);
	if (f == NULL)
		(void)err_hint(err, "it is up.sql, or an executable script "
		    "\"up\"");
	else
		(void)err_hint(err, "write up.%s.sql, or \"target: %s\" into "
		    "the comment at the head of %s", engines[r->engine],
		    engines[other], f->path);
	return (err_status(err, DIAG_BADINPUT));
}

static int
read_parts(struct read *r, struct err *err)
{
	struct migration *m = r->m;
	struct migration ignored = { 0 };
	enum migration_part part;
	struct migration_file *f;
	struct head head;
	int rc;

	if (read_file(r, MIGRATION_UP, r->engine, &m->file[MIGRATION_UP],
	    err) != 0)
		return (-1);
	if (m->file[MIGRATION_UP] == NULL)
		return (read_elsewhere(r, err));
	for (part = MIGRATION_UP; part <= MIGRATION_VERIFY; part++) {
		if (part != MIGRATION_UP &&
		    read_file(r, part, r->engine, &m->file[part], err) != 0)
			return (-1);
		if ((f = m->file[part]) == NULL)
			continue;
		/* What holds for the whole migration, its up says. */
		r->m = part == MIGRATION_UP ? m : &ignored;
		rc = read_head(r, f, &head, err);
		r->m = m;
		if (rc != 0)
			return (-1);
		f->no_transaction = head.no_transaction;
		f->no_foreign_keys = head.no_foreign_keys;
		if (part == MIGRATION_UP && head.target != NULL &&
		    strcmp(head.target, engines[r->engine]) != 0)
			m->elsewhere = 1;
	}
	f = m->file[MIGRATION_UP];
	migration_hash(f->text, f->len, m->hash);
	if (m->elsewhere)
		memset(m->file, 0, sizeof(m->file));
	return (0);
}

struct migration *
migration_read(const char *dir, const char *name,
    enum migration_engine engine, struct arena *a, struct err *err)
{
	struct migration *m;
	struct read r = { .engine = engine, .a = a };
	struct buf b = { 0 };

	if (migration_check_name(name, err) != 0)
		return (NULL);
	r.m = m = arena_alloc(a, sizeof(*m));
	memset(m, 0, sizeof(*m));
	m->name = arena_dup(a, name, strlen(name));
	buf_printf(&b, "%s/%s", dir, name);
	r.path = m->path = arena_dup(a, b.s, b.len);
	buf_free(&b);
	return (check_names(&r, err) == 0 && read_parts(&r, err) == 0 ? m :
	    NULL);
}

/*
 * The folder.
 */

static int
is_directory(const char *dir, const char *name)
{
	struct buf b = { 0 };
	struct stat st;
	int rc;

	buf_printf(&b, "%s/%s", dir, name);
	rc = stat(buf_z(&b), &st) == 0 && S_ISDIR(st.st_mode);
	buf_free(&b);
	return (rc);
}

static int
by_bytes(const void *x, const void *y)
{

	return (strcmp(*(const char *const *)x, *(const char *const *)y));
}

int
migration_list(const char *dir, struct opt_list *names, struct arena *a,
    struct err *err)
{
	struct dirent *d;
	struct quote q;
	DIR *handle;
	int reason;

	names->n = 0;
	if ((handle = opendir(dir)) == NULL) {
		reason = errno;
		(void)err_sys(err, "could not read directory %s",
		    quote_z(&q, dir));
		if (reason == ENOENT)
			(void)err_hint(err, "\"row-migrate new NAME\" makes "
			    "it; --dir names another one");
		return (-1);
	}
	while ((errno = 0, d = readdir(handle)) != NULL)
		if (d->d_name[0] != '.' && d->d_name[0] != '_' &&
		    is_directory(dir, d->d_name))
			list_add(names, arena_dup(a, d->d_name,
			    strlen(d->d_name)), a);
	if (errno != 0) {
		(void)err_sys(err, "could not read directory %s",
		    quote_z(&q, dir));
		(void)closedir(handle);
		return (-1);
	}
	(void)closedir(handle);
	if (names->n > 0)
		qsort(names->v, names->n, sizeof(*names->v), by_bytes);
	return (0);
}
