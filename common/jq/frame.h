/*
 * frame - the variables and filters that a running function sees
 */
#ifndef ROWPIPE_JQ_FRAME_H
#define ROWPIPE_JQ_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "jq/node.h"
#include "jq/value.h"

/* A filter passed as an argument, and the frame it was written in. */
struct closure {
	struct node	*body;
	struct frame	*env;		/* counted */
	int		 is_one;
};

/* Closures come first, then the slots of variables. */
struct frame {
	uint32_t	 refs;
	int		 nclosures, nslots;
	int		 all_one;	/* filters passed to it, and to those
					   around it, have one output each */
	struct frame	*parent;	/* counted */
};

static inline struct closure *
frame_closures(struct frame *f)
{

	return ((struct closure *)(void *)(f + 1));
}

static inline struct value *
frame_slots(struct frame *f)
{

	return ((struct value *)(void *)(frame_closures(f) + f->nclosures));
}

static inline struct frame *
frame_up(struct frame *f, int depth)
{

	while (depth-- > 0)
		f = f->parent;
	return (f);
}

/**
 * frame_new(h, f, parent):
 * A frame for ${f} inside ${parent} (NULL at the top), with all slots null
 * and closures that the caller fills in.
 */
struct frame *frame_new(struct value_heap *h, const struct func *f,
    struct frame *parent);

/**
 * frame_free(h, f):
 * Give up a reference; NULL is fine.
 */
void frame_free(struct value_heap *h, struct frame *f);

#endif
