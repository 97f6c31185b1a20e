#include <stddef.h>

#include "base/buf.h"
#include "db/rehearsal_paths.h"
#include "jq/probe.h"
#include "schema/findings.h"
#include "schema/mend.h"

static const char *
value_for(enum json_type type)
{

	switch (type) {
	case JSON_NUMBER:
		return ("0");
	case JSON_FALSE:
	case JSON_TRUE:
		return ("false");
	case JSON_ARRAY:
		return ("[]");
	case JSON_OBJECT:
		return ("{}");
	default:
		return ("\"\"");
	}
}

static void
say_null_path(struct findings *fs, const struct probe_path *p,
    enum json_type type)
{
	struct buf program = { 0 }, mend = { 0 };
	struct finding *fi;

	fi = findings_add(fs, FINDINGS_WARN, "path", p->text,
	    "the program reads this path, which is null or not there");
	fi->rows = p->rows[JSON_NULL];
	fi->first = p->first[JSON_NULL];
	buf_printf(&program, "(%s | select(. == null)) |= %s", p->text,
	    value_for(type));
	buf_puts(&mend, "row-map ");
	mend_shell(&mend, program.s, program.len);
	findings_mend(fi, buf_z(&mend));
	buf_free(&program);
	buf_free(&mend);
}

void
rehearsal_paths(const struct probe *probe, struct findings *fs)
{
	const struct probe_path *p;
	struct buf types = { 0 };
	enum json_type most;
	size_t i, n;

	for (i = 0; (p = probe_path(probe, i)) != NULL; i++) {
		types.len = 0;
		n = probe_types(p, &most, &types);
		if (n > 1)
			(void)findings_add(fs, FINDINGS_WARN, "path-type",
			    p->text, "values of several types: %s",
			    buf_z(&types));
		/* That a column may be null, the target is held against. */
		if (p->depth > 1 && !p->guarded && p->rows[JSON_NULL] > 0)
			say_null_path(fs, p, most);
	}
	if (i > 0 && !findings_has(fs, "path") &&
	    !findings_has(fs, "path-type"))
		(void)findings_add(fs, FINDINGS_OK, "path", NULL,
		    "%zu path%s that the program reads hold%s what they seem "
		    "to", i, i == 1 ? "" : "s", i == 1 ? "s" : "");
	buf_free(&types);
}
