#include "db/engine.h"
#include "db/target.h"

struct engine *
engine_open(const char *conn, enum engine_mode mode, uint64_t busy,
    struct err *err)
{

	if (conn == NULL || !target_is_sqlite(conn))
		return (engine_open_pg(conn, mode, err));
	return (engine_open_sqlite(conn, mode, busy, err));
}
