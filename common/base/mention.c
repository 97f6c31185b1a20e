#include <sys/stat.h>

#include <dirent.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/infile.h"
#include "base/mention.h"
#include "base/quote.h"

#define SIZE_MAX_FILE ((size_t)4 << 20)
#define DEPTH_MAX 64

static int
is_word(char c)
{

	return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || (unsigned char)c >= 0x80);
}

/* What begins a comment that ends with its line. */
static const char *
comment_of(const char *path)
{
	static const struct {
		const char *suffix, *begins;
	} kinds[] = {
		{ ".sql", "--" }, { ".lua", "--" }, { ".sh", "#" },
		{ ".py", "#" }, { ".rb", "#" }, { ".pl", "#" },
		{ ".yml", "#" }, { ".yaml", "#" }, { ".toml", "#" }
	};
	const char *base = strrchr(path, '/'), *dot;
	size_t i;

	dot = strrchr(base == NULL ? path : base, '.');
	if (dot == NULL)
		return ("#");
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcasecmp(dot, kinds[i].suffix) == 0)
			return (kinds[i].begins);
	return ("//");
}

/* A text, and where in it we are. */
struct scan {
	const char	*s, *end;
	const char	*comment;
	int		 blocks;	/* between slash-star and star-slash */
	char		 quote;		/* that a string ends with, or 0 */
	size_t		 line;
};

static int
at(const struct scan *sc, const char *what)
{
	size_t n = strlen(what);

	return ((size_t)(sc->end - sc->s) >= n &&
	    memcmp(sc->s, what, n) == 0);
}

/* A number sign that is part of a word begins no comment ("$#", "a#b"). */
static int
begins_comment(const struct scan *sc, const char *text)
{

	return (sc->quote == '\0' && at(sc, sc->comment) &&
	    (*sc->comment != '#' || sc->s == text ||
	    strchr(" \t\n;(", sc->s[-1]) != NULL));
}

static void
skip_block(struct scan *sc)
{

	for (sc->s += 2; sc->s < sc->end && !at(sc, "*/"); sc->s++)
		sc->line += *sc->s == '\n';
	sc->s += sc->s < sc->end ? 2 : 0;
}

/* Take one character that is no part of a word. */
static void
step(struct scan *sc)
{
	char c = *sc->s++;

	if (c == '\n')
		sc->line++;
	else if (c == '\\' && sc->s < sc->end && *sc->s != '\n')
		sc->s++;
	else if (sc->quote != '\0')
		sc->quote = c == sc->quote ? '\0' : sc->quote;
	else if (c == '"' || c == '\'' || c == '`')
		sc->quote = c;
	/* Only what can go on over lines does: an apostrophe in a text of
	 * another kind must not hide the rest. */
	if (c == '\n' && sc->quote == '\'' && sc->blocks)
		sc->quote = '\0';
}

void
mention_text(const char *path, const char *text, size_t len,
    const char *word, mention_found *found, void *cookie)
{
	struct scan sc = {
		.s = text, .end = text + len, .comment = comment_of(path),
		.line = 1
	};
	size_t last = 0, n = strlen(word);
	int is_sql = *sc.comment == '-';
	const char *from;

	sc.blocks = *sc.comment != '#';
	while (sc.s < sc.end) {
		if (begins_comment(&sc, text)) {
			while (sc.s < sc.end && *sc.s != '\n')
				sc.s++;
		} else if (sc.blocks && sc.quote == '\0' && at(&sc, "/*"))
			skip_block(&sc);
		else if (is_word(*sc.s)) {
			for (from = sc.s; sc.s < sc.end && is_word(*sc.s);
			    sc.s++)
				continue;
			if ((size_t)(sc.s - from) == n && sc.line != last &&
			    !(is_sql && sc.quote == '\'') &&
			    strncasecmp(from, word, n) == 0)
				found(cookie, path, last = sc.line);
		} else
			step(&sc);
	}
}

static int
look_at(const char *path, const char *word, mention_found *found,
    void *cookie, struct err *err)
{
	struct buf b = { 0 };
	int rc;

	rc = infile_read(path, SIZE_MAX_FILE, &b, err);
	if (rc == 0 && b.len > 0 && memchr(b.s, '\0', b.len) == NULL)
		mention_text(path, b.s, b.len, word, found, cookie);
	buf_free(&b);
	return (rc);
}

static int walk(const char *path, const char *word, mention_found *found,
    void *cookie, int depth, struct err *err);

static int
look_below(const char *path, const char *word, mention_found *found,
    void *cookie, int depth, struct err *err)
{
	struct buf below = { 0 };
	struct dirent **v;
	struct quote q;
	int n, i, rc = 0;

	if ((n = scandir(path, &v, NULL, alphasort)) == -1)
		return (err_sys(err, "could not read directory %s",
		    quote_z(&q, path)));
	for (i = 0; i < n; i++) {
		if (rc == 0 && v[i]->d_name[0] != '.' &&
		    strcmp(v[i]->d_name, "node_modules") != 0) {
			below.len = 0;
			buf_printf(&below, "%s/%s", path, v[i]->d_name);
			rc = walk(buf_z(&below), word, found, cookie,
			    depth + 1, err);
		}
		free(v[i]);
	}
	free(v);
	buf_free(&below);
	return (rc);
}

static int
walk(const char *path, const char *word, mention_found *found, void *cookie,
    int depth, struct err *err)
{
	struct stat st;
	struct quote q;

	/* A link inside a directory may lead anywhere, also back. */
	if ((depth == 0 ? stat(path, &st) : lstat(path, &st)) == -1)
		return (err_sys(err, "could not read %s",
		    quote_z(&q, path)));
	if (S_ISDIR(st.st_mode))
		return (depth == DEPTH_MAX ? 0 : look_below(path, word, found,
		    cookie, depth, err));
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size > SIZE_MAX_FILE)
		return (0);
	return (look_at(path, word, found, cookie, err));
}

int
mention_find(const char *path, const char *word, mention_found *found,
    void *cookie, struct err *err)
{

	return (walk(path, word, found, cookie, 0, err));
}
