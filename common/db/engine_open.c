#include "db/engine.h"
#include "db/target.h"

struct engine *
engine_open(const char *conn, enum engine_mode mode, uint64_t busy,
    struct err *err)
{
	struct engine *e;

	if (conn == NULL || !target_is_sqlite(conn)) {
		if ((e = engine_open_pg(conn, mode, err)) == NULL &&
		    conn != NULL)
			target_explain(conn, err);
		return (e);
	}
	return (engine_open_sqlite(conn, mode, busy, err));
}
