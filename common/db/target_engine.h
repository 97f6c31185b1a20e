/*
 * target_engine - what each engine does for target, and what they share
 *
 * Private to target.
 */
#ifndef ROWPIPE_DB_TARGET_ENGINE_H
#define ROWPIPE_DB_TARGET_ENGINE_H

#include "db/target.h"

struct target_engine {
	ptrdiff_t	(*column)(const struct target *, const char *, size_t);
	enum target_verdict (*fit)(struct target *, size_t,
			    const struct json_value *, struct arena *,
			    struct err *);
	int		(*ask)(struct target *, size_t, const char *const *,
			    size_t, unsigned char *, struct err *,
			    struct err *);
	int		(*find)(struct target *, const struct target_lookup *,
			    const char *const *, size_t, unsigned char *,
			    struct err *);
	int		(*check)(struct target *, const char *const *, size_t,
			    target_broken *, void *, struct err *);
	int		(*facts)(struct target *, const struct target_given *,
			    struct findings *, struct err *);
	void		(*close)(struct target *);
};

/* Each engine's own struct begins with this. */
struct target {
	const struct target_engine	*engine;
	struct arena			*a;
	const struct table		*table;
	const char			*label, *place;
	int				 has_checks;
	const char			*file;	/* NULL: no SQLite */
	const char			*conn;	/* NULL: no PostgreSQL */
	unsigned char			*blind;	/* a flag for each column that
						   a check reads and that is
						   filled when it is not
						   given; NULL: none */
};

/**
 * target_pg_open(conn, table, err), target_sqlite_open(path, table, err):
 * As target_open.
 */
struct target *target_pg_open(const char *conn, const char *table,
    struct err *err);
struct target *target_sqlite_open(const char *path, const char *table,
    struct err *err);

#endif
