#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdint.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/quote.h"
#include "base/regex.h"

#define SLOTS		64		/* patterns kept */
#define PATTERN_MAX	((size_t)1 << 20)
#define MATCH_LIMIT	3000000		/* steps of one search */
#define DEPTH_LIMIT	200000
#define HEAP_LIMIT	(20 * 1024)	/* KiB */
#define STACK_MAX	((size_t)8 << 20)
#define DFA_WORK	4096

struct regex {
	pcre2_code		*code;
	pcre2_match_data	*data;
	pcre2_match_context	*context;	/* the cache's */
	char			*pattern;
	size_t			 len;
	unsigned		 flags;
	int			 compiled;	/* to machine code */
	size_t			 groups;
	const char		**names;	/* by group, or NULL */
};

struct regex_cache {
	struct regex		 slot[SLOTS];	/* pattern NULL: free */
	pcre2_compile_context	*compile;
	pcre2_match_context	*match;
	pcre2_jit_stack		*stack;
	pcre2_general_context	*memory;
};

int
regex_flags(const char *s, size_t len, unsigned *flags)
{
	unsigned f = 0;
	size_t i;

	for (i = 0; i < len; i++)
		switch (s[i]) {
		case 'g':
			f |= REGEX_GLOBAL;
			break;
		case 'i':
			f |= REGEX_ICASE;
			break;
		case 'x':
			f |= REGEX_EXTENDED;
			break;
		case 's':
			f |= REGEX_SINGLE;
			break;
		case 'n':
			f |= REGEX_NOTEMPTY;
			break;
		case 'm':
			f |= REGEX_DOTALL;
			break;
		case 'p':
			f |= REGEX_SINGLE | REGEX_DOTALL;
			break;
		case 'l':
			f |= REGEX_LONGEST;
			break;
		default:
			return (-1);
		}
	*flags = f;
	return (0);
}

static void *
pcre_alloc(size_t n, void *cookie)
{

	(void)cookie;
	return (mem_resize(NULL, n, 1));
}

static void
pcre_release(void *p, void *cookie)
{

	(void)cookie;
	mem_free(p);
}

struct regex_cache *
regex_cache_new(void)
{
	struct regex_cache *c = mem_alloc(sizeof(*c));

	c->memory = pcre2_general_context_create(pcre_alloc, pcre_release,
	    NULL);
	c->compile = pcre2_compile_context_create(c->memory);
	c->match = pcre2_match_context_create(c->memory);
	(void)pcre2_set_max_pattern_length(c->compile, PATTERN_MAX);
	(void)pcre2_set_match_limit(c->match, MATCH_LIMIT);
	(void)pcre2_set_depth_limit(c->match, DEPTH_LIMIT);
	(void)pcre2_set_heap_limit(c->match, HEAP_LIMIT);
	/* No stack is made where there is no compiler to need it. */
	c->stack = pcre2_jit_stack_create(64 << 10, STACK_MAX, c->memory);
	if (c->stack != NULL)
		pcre2_jit_stack_assign(c->match, NULL, c->stack);
	return (c);
}

static void
forget(struct regex *re)
{

	pcre2_match_data_free(re->data);
	pcre2_code_free(re->code);
	mem_free(re->pattern);
	mem_free(re->names);
	*re = (struct regex){ 0 };
}

void
regex_cache_free(struct regex_cache *c)
{
	size_t i;

	if (c == NULL)
		return;
	for (i = 0; i < SLOTS; i++)
		if (c->slot[i].pattern != NULL)
			forget(&c->slot[i]);
	if (c->stack != NULL)
		pcre2_jit_stack_free(c->stack);
	pcre2_match_context_free(c->match);
	pcre2_compile_context_free(c->compile);
	pcre2_general_context_free(c->memory);
	mem_free(c);
}

/* Index the names by group; entries are a 16-bit number and the name. */
static void
index_names(struct regex *re)
{
	uint32_t groups = 0, count = 0, size = 0, i;
	PCRE2_SPTR table = NULL;
	size_t group;

	(void)pcre2_pattern_info(re->code, PCRE2_INFO_CAPTURECOUNT, &groups);
	(void)pcre2_pattern_info(re->code, PCRE2_INFO_NAMECOUNT, &count);
	(void)pcre2_pattern_info(re->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
	(void)pcre2_pattern_info(re->code, PCRE2_INFO_NAMETABLE, &table);
	re->groups = groups;
	if (count == 0)
		return;
	re->names = mem_array(re->groups + 1, sizeof(*re->names));
	for (i = 0; i < count; i++, table += size) {
		group = (size_t)(table[0] << 8 | table[1]);
		if (group <= re->groups)
			re->names[group] = (const char *)table + 2;
	}
}

/*
 * What an ECMA-262 pattern means is spelled out by its translation.  PCRE2's
 * ways to find where a match may start cost matches up to 10.42: (?=a)a?a
 * finds none in "a", nor, compiled for the machine, does (a|)b*a.
 */
static uint32_t
compile_options(unsigned flags)
{
	uint32_t options = PCRE2_UTF | PCRE2_NO_UTF_CHECK |
	    PCRE2_NEVER_BACKSLASH_C;

	if ((flags & REGEX_ECMA) != 0)
		return (options | PCRE2_MATCH_UNSET_BACKREF |
		    PCRE2_NO_START_OPTIMIZE);
	options |= PCRE2_UCP | PCRE2_DUPNAMES;
	if ((flags & REGEX_ICASE) != 0)
		options |= PCRE2_CASELESS;
	if ((flags & REGEX_EXTENDED) != 0)
		options |= PCRE2_EXTENDED;
	if ((flags & REGEX_DOTALL) != 0)
		options |= PCRE2_DOTALL;
	return (options);
}

static int
compile(struct regex_cache *c, struct regex *re, const char *pattern,
    size_t len, unsigned flags, struct err *err)
{
	unsigned char text[200];
	char plain[200];
	struct quote q;
	PCRE2_SIZE at;
	int code;

	re->code = pcre2_compile((PCRE2_SPTR)pattern, len,
	    compile_options(flags), &code, &at, c->compile);
	if (re->code == NULL) {
		(void)pcre2_get_error_message(code, text, sizeof(text));
		return (err_at(err, (size_t)at,
		    "%s (at byte %zu) is not a valid regex: %s",
		    quote(&q, pattern, len), (size_t)at, quote_plain(plain,
		    sizeof(plain), (char *)text, strlen((char *)text))));
	}
	/* Without a compiler for this machine, the interpreter does it. */
	re->compiled = pcre2_jit_compile(re->code, PCRE2_JIT_COMPLETE) == 0;
	re->data = pcre2_match_data_create_from_pattern(re->code, c->memory);
	re->context = c->match;
	re->pattern = mem_dup(pattern, len);
	re->len = len;
	re->flags = flags;
	index_names(re);
	return (0);
}

static size_t
slot_of(const char *pattern, size_t len, unsigned flags)
{
	uint32_t h = flags;
	size_t i;

	for (i = 0; i < len; i++)
		h = (h ^ (unsigned char)pattern[i]) * 0x01000193u;
	return ((h ^ h >> 15) % SLOTS);
}

const struct regex *
regex_get(struct regex_cache *c, const char *pattern, size_t len,
    unsigned flags, struct err *err)
{
	struct regex *re;

	/* These are the caller's business and make no other pattern. */
	flags &= ~(unsigned)(REGEX_GLOBAL | REGEX_SINGLE);
	re = &c->slot[slot_of(pattern, len, flags)];
	if (re->pattern != NULL) {
		if (re->len == len && re->flags == flags &&
		    memcmp(re->pattern, pattern, len) == 0)
			return (re);
		forget(re);
	}
	if (compile(c, re, pattern, len, flags, err) != 0)
		return (NULL);
	return (re);
}

struct regex *
regex_new(struct regex_cache *c, const char *pattern, size_t len,
    unsigned flags, struct err *err)
{
	struct regex *re = mem_alloc(sizeof(*re));

	if (compile(c, re, pattern, len, flags, err) != 0) {
		mem_free(re);
		return (NULL);
	}
	return (re);
}

void
regex_free(struct regex *re)
{

	if (re == NULL)
		return;
	forget(re);
	mem_free(re);
}

size_t
regex_groups(const struct regex *re)
{

	return (re->groups);
}

const char *
regex_name(const struct regex *re, size_t i, size_t *len)
{

	if (re->names == NULL || re->names[i] == NULL)
		return (NULL);
	*len = strlen(re->names[i]);
	return (re->names[i]);
}

void
regex_start(struct regex_match *m, const struct regex *re, const char *s,
    size_t len)
{

	*m = (struct regex_match){ .re = re, .s = s == NULL ? "" : s,
	    .len = len };
}

static int
failed(int code, struct err *err)
{
	unsigned char text[200];
	char plain[200];

	switch (code) {
	case PCRE2_ERROR_MATCHLIMIT:
	case PCRE2_ERROR_DEPTHLIMIT:
	case PCRE2_ERROR_HEAPLIMIT:
	case PCRE2_ERROR_JIT_STACKLIMIT:
	case PCRE2_ERROR_DFA_WSSIZE:
		return (err_set(err,
		    "regex needs too many steps on this text"));
	default:
		(void)pcre2_get_error_message(code, text, sizeof(text));
		return (err_set(err, "regex failed: %s", quote_plain(plain,
		    sizeof(plain), (char *)text, strlen((char *)text))));
	}
}

/* As pcre2_match; machine code is called without the checks before it. */
static int
match(const struct regex *re, const char *s, size_t len, size_t at,
    uint32_t options)
{
	const PCRE2_SPTR text = (PCRE2_SPTR)(s == NULL ? "" : s);

	if (re->compiled)
		return (pcre2_jit_match(re->code, text, len, at, options,
		    re->data, re->context));
	return (pcre2_match(re->code, text, len, at,
	    options | PCRE2_NO_UTF_CHECK, re->data, re->context));
}

int
regex_test(const struct regex *re, const char *s, size_t len,
    struct err *err)
{
	const int rc = match(re, s, len, 0, 0);

	if (rc >= 0)
		return (1);
	return (rc == PCRE2_ERROR_NOMATCH ? 0 : failed(rc, err));
}

/*
 * Stretch the match just found to the longest one from the same place.  The
 * other algorithm knows how long that is, but not the groups; they are found
 * by matching once more what must then end there.
 */
static int
stretch(struct regex_match *m)
{
	const struct regex *re = m->re;
	const uint32_t options = PCRE2_NO_UTF_CHECK |
	    ((re->flags & REGEX_NOTEMPTY) != 0 ? PCRE2_NOTEMPTY : 0);
	size_t *v = pcre2_get_ovector_pointer(re->data);
	size_t start = v[0], end = v[1];
	int work[DFA_WORK], rc;

	rc = pcre2_dfa_match(re->code, (PCRE2_SPTR)m->s, m->len, start,
	    options | PCRE2_ANCHORED, re->data, re->context, work, DFA_WORK);
	/* Patterns it cannot do keep what was found. */
	if (rc >= 0)
		end = v[1];
	rc = pcre2_match(re->code, (PCRE2_SPTR)m->s, end, start,
	    options | PCRE2_ANCHORED | PCRE2_ENDANCHORED, re->data,
	    re->context);
	if (rc == PCRE2_ERROR_NOMATCH)
		rc = pcre2_match(re->code, (PCRE2_SPTR)m->s, m->len, start,
		    options, re->data, re->context);
	return (rc);
}

int
regex_next(struct regex_match *m, struct err *err)
{
	const struct regex *re = m->re;
	size_t *v;
	int rc;

	if (m->done)
		return (0);
	rc = match(re, m->s, m->len, m->at,
	    (re->flags & REGEX_NOTEMPTY) != 0 ? PCRE2_NOTEMPTY : 0);
	if (rc >= 0 && (re->flags & REGEX_LONGEST) != 0)
		rc = stretch(m);
	if (rc < 0) {
		m->done = 1;
		return (rc == PCRE2_ERROR_NOMATCH ? 0 : failed(rc, err));
	}
	v = pcre2_get_ovector_pointer(re->data);
	/* Old libraries let \K in a look-ahead begin a match after its end. */
	if (v[1] < v[0])
		v[0] = v[1];
	if (v[1] > m->at || v[1] > v[0])
		m->at = v[1];
	if (v[1] == v[0]) {
		if (m->at == m->len)
			m->done = 1;
		for (m->at++; m->at < m->len &&
		    ((unsigned char)m->s[m->at] & 0xc0) == 0x80; m->at++)
			;
	}
	return (1);
}

int
regex_span(const struct regex_match *m, size_t i, struct regex_span *span)
{
	const size_t *v = pcre2_get_ovector_pointer(m->re->data);

	*span = (struct regex_span){ 0 };
	if (i > m->re->groups || v[2 * i] == PCRE2_UNSET)
		return (0);
	span->start = v[2 * i];
	if (v[2 * i + 1] > v[2 * i])
		span->len = v[2 * i + 1] - v[2 * i];
	return (1);
}

static size_t
code_points(const char *s, size_t len)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++)
		n += ((unsigned char)s[i] & 0xc0) != 0x80;
	return (n);
}

void
regex_count(struct regex_match *m, struct regex_span *span)
{
	size_t to = span->start;

	/* Matches come in order, so that this counts every byte once. */
	if (to >= m->byte)
		m->code += code_points(m->s + m->byte, to - m->byte);
	else
		m->code -= code_points(m->s + to, m->byte - to);
	m->byte = to;
	span->offset = m->code;
	span->length = code_points(m->s + to, span->len);
}
