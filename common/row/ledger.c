#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/quote.h"
#include "row/ledger.h"

int
ledger_balance(const struct ledger *l, struct err *err)
{
	uint64_t sum = l->created + l->updated + l->unchanged + l->skipped +
	    l->removed + l->rejected + l->rolled_back;

	if (sum == l->in)
		return (0);
	(void)err_set(err, "the books do not balance: %" PRIu64 " rows in, but"
	    " %" PRIu64 " accounted for", l->in, sum);
	return (err_status(err, DIAG_FAIL));
}

void
ledger_say_sink(const struct ledger *l, const char *what)
{
	char name[256], back[64] = "", removed[64] = "";

	if (l->rolled_back > 0)
		(void)snprintf(back, sizeof(back), ", %" PRIu64
		    " rolled back", l->rolled_back);
	if (l->removed > 0)
		(void)snprintf(removed, sizeof(removed), " %" PRIu64
		    " removed,", l->removed);
	diag_note("%s: %" PRIu64 " in, %" PRIu64 " created, %" PRIu64
	    " updated,%s %" PRIu64 " unchanged, %" PRIu64 " skipped, %" PRIu64
	    " rejected%s", quote_plain(name, sizeof(name), what, strlen(what)),
	    l->in, l->created, l->updated, removed, l->unchanged, l->skipped,
	    l->rejected, back);
}

void
ledger_say_filter(const struct ledger *l)
{

	diag_note("%" PRIu64 " in, %" PRIu64 " out, %" PRIu64 " rejected",
	    l->in, l->out, l->rejected);
}

void
ledger_say_report(const struct ledger *l)
{

	diag_note("%" PRIu64 " in, %" PRIu64 " rejected", l->in, l->rejected);
}

void
ledger_say_source(const struct ledger *l, const char *what)
{
	char name[256];

	diag_note("%s: %" PRIu64 " out", quote_plain(name, sizeof(name), what,
	    strlen(what)), l->out);
}

void
ledger_put_json(const struct ledger *l, struct buf *b)
{

	buf_printf(b, "\"in\":%" PRIu64 ",\"out\":%" PRIu64 ",\"created\":%"
	    PRIu64 ",\"updated\":%" PRIu64 ",\"unchanged\":%" PRIu64
	    ",\"skipped\":%" PRIu64 ",\"rejected\":%" PRIu64
	    ",\"rolled_back\":%" PRIu64 ",\"bytes\":%" PRIu64, l->in, l->out,
	    l->created,
	    l->updated, l->unchanged, l->skipped, l->rejected,
	    l->rolled_back, l->bytes);
	if (l->removed > 0)
		buf_printf(b, ",\"removed\":%" PRIu64, l->removed);
}
