#include "base/buf.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/outfile.h"
#include "json/json.h"
#include "row/ledger.h"
#include "row/stats.h"

int
stats_write(const char *path, int status, double seconds,
    const struct ledger *ledger, const struct buf *more, struct err *err)
{
	struct buf b = { 0 };
	struct outfile *f;
	int rc = -1;

	if (path == NULL)
		return (0);
	buf_puts(&b, "{\"program\":");
	json_put_z(&b, diag_name());
	buf_puts(&b, ",\"version\":");
	json_put_z(&b, ROWPIPE_VERSION);
	buf_printf(&b, ",\"status\":%d,\"seconds\":%.3f,", status, seconds);
	ledger_put_json(ledger, &b);
	if (more != NULL && more->len > 0) {
		buf_putc(&b, ',');
		buf_put(&b, more->s, more->len);
	}
	buf_puts(&b, "}\n");
	if ((f = outfile_open(path, err)) != NULL) {
		if ((rc = outfile_write(f, b.s, b.len, err)) == 0)
			rc = outfile_commit(f, err);
		else
			outfile_abort(f);
	}
	buf_free(&b);
	return (rc);
}

int
stats_end(const char *path, int status, double start,
    const struct ledger *ledger, const struct buf *more)
{
	struct err err = ERR_INIT;
	int failed;

	if (stats_write(path, status, clock_seconds() - start, ledger, more,
	    &err) == 0)
		return (status);
	failed = diag_failed(NULL, &err, DIAG_FAIL);
	return (status > DIAG_FINDINGS ? status : failed);
}
