#define _XOPEN_SOURCE 700	/* realpath */

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "schema/uri.h"

struct piece {
	const char	*s;		/* NULL: not there */
	size_t		 len;
};

struct parts {
	struct piece	scheme, authority, path, query, fragment;
};

static size_t
until(const char *s, size_t len, const char *stops)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (s[i] == '\0' || strchr(stops, s[i]) != NULL)
			break;
	return (i);
}

/* RFC 3986, appendix B. */
static void
take_apart(struct parts *p, const char *s, size_t len)
{
	size_t n;

	memset(p, 0, sizeof(*p));
	n = until(s, len, ":/?#");
	if (n > 0 && n < len && s[n] == ':') {
		p->scheme = (struct piece){ s, n };
		s += n + 1;
		len -= n + 1;
	}
	if (len >= 2 && s[0] == '/' && s[1] == '/') {
		n = until(s + 2, len - 2, "/?#");
		p->authority = (struct piece){ s + 2, n };
		s += n + 2;
		len -= n + 2;
	}
	n = until(s, len, "?#");
	p->path = (struct piece){ s, n };
	s += n;
	len -= n;
	if (len > 0 && *s == '?') {
		n = until(s + 1, len - 1, "#");
		p->query = (struct piece){ s + 1, n };
		s += n + 1;
		len -= n + 1;
	}
	if (len > 0)
		p->fragment = (struct piece){ s + 1, len - 1 };
}

/* Section 5.2.4: append ${path} to ${b} without "." and "..". */
static void
put_path(struct buf *b, const char *path, size_t len)
{
	const size_t start = b->len;
	size_t n;

	while (len > 0) {
		n = *path == '/';
		n += until(path + n, len - n, "/");
		if ((n == 2 && memcmp(path, "/.", 2) == 0) ||
		    (n == 1 && *path == '.'))
			/* Of a last "." the slash stays. */
			n == len && *path == '/' ? buf_putc(b, '/') : (void)0;
		else if ((n == 3 && memcmp(path, "/..", 3) == 0) ||
		    (n == 2 && memcmp(path, "..", 2) == 0)) {
			while (b->len > start && b->s[b->len - 1] != '/')
				b->len--;
			if (b->len > start && *path == '/')
				b->len--;
			if (n == len && *path == '/')
				buf_putc(b, '/');
		} else
			buf_put(b, path, n);
		path += n;
		len -= n;
	}
}

/* Section 5.2.3. */
static void
put_merged(struct buf *b, const struct parts *base, const struct piece *path)
{
	struct buf merged = { 0 };
	size_t n = base->path.len;

	if (base->authority.s != NULL && n == 0)
		buf_putc(&merged, '/');
	while (n > 0 && base->path.s[n - 1] != '/')
		n--;
	buf_put(&merged, base->path.s, n);
	buf_put(&merged, path->s, path->len);
	put_path(b, merged.s, merged.len);
	buf_free(&merged);
}

static int
hex(char c)
{

	if (c >= '0' && c <= '9')
		return (c - '0');
	if (c >= 'a' && c <= 'f')
		return (c - 'a' + 10);
	return (c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1);
}

static const char *
decode(const char *s, size_t len, size_t *out, struct arena *a)
{
	char *d = arena_alloc(a, len + 1);
	size_t i, n = 0;
	int high, low;

	for (i = 0; i < len; i++) {
		high = low = -1;
		if (s[i] == '%' && len - i > 2) {
			high = hex(s[i + 1]);
			low = hex(s[i + 2]);
		}
		if (high >= 0 && low >= 0) {
			d[n++] = (char)(high * 16 + low);
			i += 2;
		} else
			d[n++] = s[i];
	}
	d[n] = '\0';
	*out = n;
	return (d);
}

static void
put_prefixed(struct buf *b, const char *prefix, const struct piece *p,
    const char *suffix)
{

	if (p->s == NULL)
		return;
	buf_puts(b, prefix);
	buf_put(b, p->s, p->len);
	buf_puts(b, suffix);
}

/* Section 5.2.2. */
const char *
uri_resolve(const char *base, const char *ref, size_t len,
    const char **fragment, size_t *flen, struct arena *a)
{
	struct parts b, r, t;
	struct buf out = { 0 };
	const char *uri;
	int merge = 0;

	take_apart(&b, base, strlen(base));
	take_apart(&r, ref, len);
	*fragment = NULL;
	*flen = 0;
	if (r.fragment.s != NULL)
		*fragment = decode(r.fragment.s, r.fragment.len, flen, a);
	t = r;
	if (r.scheme.s == NULL) {
		t.scheme = b.scheme;
		if (r.authority.s == NULL) {
			t.authority = b.authority;
			merge = r.path.len > 0 && r.path.s[0] != '/';
			if (r.path.len == 0) {
				t.path = b.path;
				if (r.query.s == NULL)
					t.query = b.query;
			}
		}
	}
	put_prefixed(&out, "", &t.scheme, ":");
	put_prefixed(&out, "//", &t.authority, "");
	if (merge)
		put_merged(&out, &b, &t.path);
	else if (t.path.len > 0 && t.path.s[0] == '/')
		put_path(&out, t.path.s, t.path.len);
	else
		buf_put(&out, t.path.s, t.path.len);
	put_prefixed(&out, "?", &t.query, "");
	uri = arena_dup(a, out.s, out.len);
	buf_free(&out);
	return (uri);
}

const char *
uri_of_file(const char *path, struct arena *a)
{
	static const char digits[] = "0123456789ABCDEF";
	char *real = realpath(path, NULL);
	struct buf b = { 0 };
	const unsigned char *p;
	const char *uri;

	buf_puts(&b, "file://");
	p = (const unsigned char *)(real != NULL ? real : "/dev/stdin");
	for (; *p != '\0'; p++) {
		if (*p <= ' ' || *p >= 0x7f || strchr("%?#\"<>\\^`{|}",
		    *p) != NULL) {
			buf_putc(&b, '%');
			buf_putc(&b, digits[*p >> 4]);
			buf_putc(&b, digits[*p & 15]);
		} else
			buf_putc(&b, (char)*p);
	}
	free(real);
	uri = arena_dup(a, b.s, b.len);
	buf_free(&b);
	return (uri);
}

const char *
uri_path(const char *uri, struct arena *a)
{
	struct parts p;
	size_t len;

	take_apart(&p, uri, strlen(uri));
	return (decode(p.path.s, p.path.len, &len, a));
}

const char *
uri_host(const char *uri, struct arena *a)
{
	struct parts p;

	take_apart(&p, uri, strlen(uri));
	return (p.authority.s == NULL ? "" :
	    arena_dup(a, p.authority.s, p.authority.len));
}

int
uri_is_reference(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((unsigned char)s[i] <= ' ' || s[i] == 0x7f ||
		    strchr("\"<>\\^`{|}", s[i]) != NULL)
			return (0);
	return (1);
}
