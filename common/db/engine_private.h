/*
 * engine_private - what the two kinds of engine have in common
 */
#ifndef ROWPIPE_DB_ENGINE_PRIVATE_H
#define ROWPIPE_DB_ENGINE_PRIVATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "db/engine.h"

struct engine_ops {
	int	(*begin)(struct engine *e, struct err *err);
	int	(*commit)(struct engine *e, struct err *err);
	void	(*rollback)(struct engine *e);
	int	(*query)(struct engine *e, const char *sql,
		    const char *const *params, size_t n,
		    struct engine_result *r, struct err *err);
	void	(*close)(struct engine *e);	/* the connection */
	struct engine *(*again)(const struct engine *e, struct err *err);
};

struct engine {
	const struct engine_ops	*ops;
	struct pg		*pg;		/* one of the two */
	struct sqlite		*db;
	enum engine_mode	 mode;
	int			 borrowed;	/* the connection */
	uint64_t		 busy;		/* SQLite */
	struct buf		 place;
};

struct engine_result {
	struct arena	 *a;
	const char	**cells;	/* row by row */
	size_t		  ncells, cap, columns;
	uint64_t	  affected;
};

/**
 * engine_keep(r, s):
 * Add a cell, a copy of ${s} or NULL, to the result.
 */
void engine_keep(struct engine_result *r, const char *s);

#endif
