#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "db/schemas.h"
#include "row/output.h"
#include "schema/table.h"

int
schemas_run(schemas_read *read, void *cookie, enum listing_form form)
{
	struct arena *a = arena_new();
	struct table_set set = { 0 };
	struct err err = ERR_INIT;
	struct buf b = { 0 };
	int rc;

	if ((rc = read(cookie, &set, a, &err)) == 0) {
		(void)table_set_order(&set, a);
		listing_put_set(&set, form, &b);
		rc = output_all(&b, &err);
	}
	buf_free(&b);
	arena_free(a);
	return (rc == 0 ? DIAG_OK : diag_failed(NULL, &err, DIAG_FAIL));
}
