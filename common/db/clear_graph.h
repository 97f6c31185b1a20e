/*
 * clear_graph - the tables that a deletion concerns, and their foreign keys
 *
 * The tables that are named, and all others from which a chain of references
 * with ON DELETE CASCADE, and one of any kind at its end, leads to them.
 */
#ifndef ROWPIPE_DB_CLEAR_GRAPH_H
#define ROWPIPE_DB_CLEAR_GRAPH_H

#include <stddef.h>

struct arena;
struct engine;
struct err;

struct clear_node {
	const char	 *id;		/* OID, or name */
	const char	 *label;	/* for messages, and as SQL reads it */
	const char	 *sql;		/* quoted, with its schema */
	int		  hidden;	/* the search path does not find it
					   without its schema */
	int		  only;		/* tables that inherit from it have rows
					   of their own, which stay */
	int		  named;
	const char	**key;		/* columns of the primary key */
	size_t		  nkey;
	const char	 *triggers;	/* names of those that a deletion may
					   fire, or NULL */
	int		  filtered;	/* row security hides rows */
};

struct clear_edge {
	size_t		  child, parent;/* of nodes */
	char		  action;	/* ON DELETE: a, r, c, n, d for NO
					   ACTION, RESTRICT, CASCADE, SET NULL,
					   SET DEFAULT */
	const char	**from, **to;	/* columns, quoted */
	size_t		  ncolumns;
};

struct clear_graph {
	struct clear_node	*nodes;	/* the named ones first */
	size_t			 nnodes;
	struct clear_edge	*edges;
	size_t			 nedges;
};

/**
 * clear_graph_read(e, tables, lock, g, a, err):
 * Fill ${g}, which lives in the arena ${a}; for the rest see clear_new.
 */
int clear_graph_read(struct engine *e, char *const tables[], int lock,
    struct clear_graph *g, struct arena *a, struct err *err);

#endif
