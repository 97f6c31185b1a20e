/*
 * validator_test - verdicts of the JSON Schemas in tests/schema
 *
 *	keyword NAME	what the cases that follow are counted under
 *	drafts 7 2020	the drafts that they are for (both at first)
 *	schema JSON	the schema of the values that follow
 *	+ JSON		a valid value
 *	- JSON		an invalid value
 *	= RULE PATH	the first thing wrong with it; "#" is the value itself
 *	! PATH JSON	a schema that does not compile, and where
 *
 * A schema that does not say its draft gets a $schema for each.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/infile.h"
#include "json/json.h"
#include "schema/validator.h"
#include "tap.h"

#define DIR_NAME	"tests/schema"
#define KEYWORDS_MAX	128

/* How many cases a keyword has, and how many of them came out wrong. */
struct tally {
	char	name[64];
	int	cases, wrong;
};

struct bench {
	struct tally		 tally[KEYWORDS_MAX];
	size_t			 n;
	struct tally		*at;		/* of the keyword at hand */
	int			 draft[2];	/* 7 and 2020 are wanted */
	struct validator	*v[2];
	struct json_reader	*r;
	char			 file[512];
	int			 line;
	struct err		 why;		/* of the value judged last */
	char			 value[4096];
};

static const char *const schema_of[2] = {
	"http://json-schema.org/draft-07/schema#",
	"https://json-schema.org/draft/2020-12/schema"
};

static void
judge(struct bench *b, int good, const char *what, const char *text)
{

	b->at->cases++;
	if (good)
		return;
	b->at->wrong++;
	printf("# %s:%d: %s: %s\n", b->file, b->line, what, text);
}

static void
take_keyword(struct bench *b, const char *name)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		if (strcmp(b->tally[i].name, name) == 0)
			break;
	if (i == b->n && b->n < KEYWORDS_MAX)
		(void)snprintf(b->tally[b->n++].name,
		    sizeof(b->tally[0].name), "%s", name);
	b->at = &b->tally[i < KEYWORDS_MAX ? i : 0];
}

static struct validator *
compile(const char *text, int draft, struct err *err)
{
	const struct validator_opts opts = { .dir = NULL };
	struct validator *v;
	struct buf s = { 0 };

	if (*text == '{' && strstr(text, "{\"$schema\"") != text)
		buf_printf(&s, "{\"$schema\":\"%s\"%s%s", schema_of[draft],
		    text[1] == '}' ? "" : ",", text + 1);
	else
		buf_puts(&s, text);
	v = validator_new("test", s.s, s.len, &opts, err);
	buf_free(&s);
	return (v);
}

static void
take_schema(struct bench *b, const char *text)
{
	struct err err = ERR_INIT;
	int i;

	for (i = 0; i < 2; i++) {
		validator_free(b->v[i]);
		b->v[i] = NULL;
		if (b->draft[i] && (b->v[i] = compile(text, i, &err)) == NULL)
			judge(b, 0, "does not compile", err.msg);
	}
}

static void
take_bad_schema(struct bench *b, char *text)
{
	char *json = strchr(text, ' ');
	struct validator *v;
	struct err err;
	int i;

	*json++ = '\0';
	for (i = 0; i < 2; i++) {
		if (!b->draft[i])
			continue;
		v = compile(json, i, &err);
		judge(b, v == NULL, "compiles", json);
		if (v == NULL)
			judge(b, strcmp(err.path[0] == '\0' ? "#" : err.path,
			    text) == 0, err.msg, json);
		validator_free(v);
	}
}

/* The verdict, which must be the same by way of the members read. */
static int
verdict(struct bench *b, struct validator *v, const char *s)
{
	const size_t len = strlen(s);
	struct err err = ERR_INIT;
	struct json_value value;
	int rc, again;

	if (json_read_value(b->r, s, len, &value, &err) != 0)
		return (-1);
	rc = again = (int)validator_check(v, &value, NULL, 0, &err);
	if (value.type == JSON_OBJECT &&
	    json_read_object(b->r, s, len, &err) == 0)
		again = (int)validator_check(v, &value, b->r->fields,
		    b->r->nfields, &err);
	if (rc == VALIDATOR_INVALID) {
		(void)validator_explain(v, &value, NULL, 0, s, &b->why);
		if (b->why.rule[0] == '\0')
			return (-1);
	}
	return (rc == again ? rc : -1);
}

static void
take_value(struct bench *b, const char *text, int valid)
{
	int i, got;

	(void)snprintf(b->value, sizeof(b->value), "%s", text);
	for (i = 0; i < 2; i++) {
		if (b->v[i] == NULL)
			continue;
		got = verdict(b, b->v[i], text);
		judge(b, got == (valid ? VALIDATOR_VALID : VALIDATOR_INVALID),
		    valid ? "must be valid" : "must be invalid", text);
	}
}

static void
take_reason(struct bench *b, const char *text)
{
	const char *path = b->why.path;
	char got[512];

	(void)snprintf(got, sizeof(got), "%s %s", b->why.rule,
	    path[0] == '\0' ? "#" : path);
	judge(b, strcmp(got, text) == 0, got, b->value);
}

static void
take_line(struct bench *b, char *s)
{

	if (strncmp(s, "keyword ", 8) == 0)
		take_keyword(b, s + 8);
	else if (strncmp(s, "drafts ", 7) == 0) {
		b->draft[0] = strchr(s, '7') != NULL;
		b->draft[1] = strstr(s, "2020") != NULL;
	} else if (strncmp(s, "schema ", 7) == 0)
		take_schema(b, s + 7);
	else if (*s == '+' || *s == '-')
		take_value(b, s + 2, *s == '+');
	else if (*s == '=')
		take_reason(b, s + 2);
	else if (*s == '!')
		take_bad_schema(b, s + 2);
	else if (*s != '\0' && *s != '#')
		judge(b, 0, "no such line", s);
}

static void
take_file(struct bench *b, const char *name)
{
	struct err err = ERR_INIT;
	struct buf text = { 0 };
	char *s, *lf;

	(void)snprintf(b->file, sizeof(b->file), "%s/%s", DIR_NAME, name);
	if (infile_read(b->file, (size_t)1 << 20, &text, &err) != 0) {
		ok(0, "%s is read", b->file);
		return;
	}
	b->draft[0] = b->draft[1] = 1;
	b->line = 0;
	for (s = buf_z(&text); *s != '\0'; s = lf + 1) {
		b->line++;
		if ((lf = strchr(s, '\n')) == NULL)
			break;
		*lf = '\0';
		take_line(b, s);
	}
	buf_free(&text);
}

/* Every file of the directory, in the order of their names. */
static void
take_files(struct bench *b)
{
	struct dirent **list;
	int n, i;

	if ((n = scandir(DIR_NAME, &list, NULL, alphasort)) < 0) {
		ok(0, "%s is read", DIR_NAME);
		return;
	}
	for (i = 0; i < n; i++) {
		if (list[i]->d_name[0] != '.')
			take_file(b, list[i]->d_name);
		free(list[i]);
	}
	free(list);
}

int
main(void)
{
	static struct bench b;
	int cases = 0;
	size_t i;

	b.r = json_reader_new();
	take_keyword(&b, "?");
	take_files(&b);
	for (i = 1; i < b.n; i++) {
		ok(b.tally[i].wrong == 0 && b.tally[i].cases > 0,
		    "%s: %d verdicts", b.tally[i].name, b.tally[i].cases);
		cases += b.tally[i].cases;
	}
	ok(cases > 500 && b.tally[0].cases == 0,
	    "%d verdicts on %zu keywords", cases, b.n - 1);
	validator_free(b.v[0]);
	validator_free(b.v[1]);
	json_reader_free(b.r);
	return (tap_done());
}
