#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "db/target_engine.h"

/* Tokens of SQL, as far as they are needed here. */
enum token { TOKEN_END, TOKEN_WORD, TOKEN_NAME, TOKEN_STRING, TOKEN_SIGN };

struct reader {
	const char	*s;
	struct buf	 text;		/* of a word, name or string */
	char		 sign;
};

static const char *
skip_space(const char *s)
{
	const char *end;

	for (;;) {
		s += strspn(s, " \t\r\n\f");
		if (s[0] == '-' && s[1] == '-') {
			s += strcspn(s, "\n");
		} else if (s[0] == '/' && s[1] == '*') {
			end = strstr(s + 2, "*/");
			s = end == NULL ? s + strlen(s) : end + 2;
		} else
			return (s);
	}
}

/* What stands between quotes, which are doubled inside. */
static void
read_quoted(struct reader *r, char close)
{

	for (r->s++; *r->s != '\0'; r->s++) {
		if (*r->s == close && r->s[1] != close)
			break;
		if (*r->s == close)
			r->s++;
		buf_putc(&r->text, *r->s);
	}
	r->s += *r->s != '\0';
}

static int
is_word(char c)
{

	return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || (unsigned char)c >= 0x80);
}

static enum token
next(struct reader *r)
{
	size_t n;

	r->s = skip_space(r->s);
	r->text.len = 0;
	switch (*r->s) {
	case '\0':
		return (TOKEN_END);
	case '\'':
		read_quoted(r, '\'');
		return (TOKEN_STRING);
	case '"':
	case '`':
		read_quoted(r, *r->s);
		return (TOKEN_NAME);
	case '[':
		read_quoted(r, ']');
		return (TOKEN_NAME);
	default:
		break;
	}
	for (n = 0; is_word(r->s[n]); n++)
		continue;
	if (n == 0) {
		r->sign = *r->s++;
		return (TOKEN_SIGN);
	}
	buf_put(&r->text, r->s, n);
	r->s += n;
	return (TOKEN_WORD);
}

static int
takes_sign(struct reader *r, char sign)
{

	return (next(r) == TOKEN_SIGN && r->sign == sign);
}

static int
takes_word(struct reader *r, const char *word)
{

	return (next(r) == TOKEN_WORD &&
	    strcasecmp(buf_z(&r->text), word) == 0);
}

/* Read 'A', 'B', ... ) ): the labels and the ends of list and check. */
static const char **
read_list(struct reader *r, struct arena *a, size_t *n)
{
	const char **v = NULL, **kept = NULL;
	size_t cap = 0;

	*n = 0;
	while (next(r) == TOKEN_STRING) {
		v = mem_grow(v, &cap, *n + 1, sizeof(*v));
		v[(*n)++] = arena_dup(a, r->text.s == NULL ? "" : r->text.s,
		    r->text.len);
		if (next(r) != TOKEN_SIGN || r->sign != ',')
			break;
	}
	if (*n > 0 && r->sign == ')' && takes_sign(r, ')')) {
		kept = arena_alloc(a, *n * sizeof(*kept));
		memcpy(kept, v, *n * sizeof(*kept));
	}
	mem_free(v);
	return (kept);
}

const char **
target_labels(const char *sql, const char *column, struct arena *a,
    size_t *n)
{
	struct reader r = { .s = sql };
	const char **labels = NULL, *after;
	enum token t;

	while (labels == NULL && (t = next(&r)) != TOKEN_END) {
		if (t != TOKEN_WORD || strcasecmp(buf_z(&r.text),
		    "CHECK") != 0)
			continue;
		after = r.s;
		if (takes_sign(&r, '(') && ((t = next(&r)) == TOKEN_NAME ||
		    t == TOKEN_WORD) &&
		    strcasecmp(buf_z(&r.text), column) == 0 &&
		    takes_word(&r, "IN") && takes_sign(&r, '('))
			labels = read_list(&r, a, n);
		else
			r.s = after;
	}
	buf_free(&r.text);
	return (labels);
}
