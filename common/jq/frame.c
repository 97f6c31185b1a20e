#include "jq/frame.h"

static size_t
frame_size(int nclosures, int nslots)
{

	return (sizeof(struct frame) +
	    (size_t)nclosures * sizeof(struct closure) +
	    (size_t)nslots * sizeof(struct value));
}

struct frame *
frame_new(struct value_heap *h, const struct func *f, struct frame *parent)
{
	struct frame *new = value_alloc(h, frame_size(f->nparams, f->nslots));
	struct value *slots;
	int i;

	new->refs = 1;
	new->nclosures = f->nparams;
	new->nslots = f->nslots;
	new->all_one = parent == NULL || parent->all_one;
	new->parent = parent;
	if (parent != NULL)
		parent->refs++;
	slots = frame_slots(new);
	for (i = 0; i < f->nslots; i++)
		slots[i] = value_null();
	return (new);
}

void
frame_free(struct value_heap *h, struct frame *f)
{
	struct frame *parent;
	int i;

	for (; f != NULL && --f->refs == 0; f = parent) {
		for (i = 0; i < f->nclosures; i++)
			frame_free(h, frame_closures(f)[i].env);
		for (i = 0; i < f->nslots; i++)
			value_free(h, frame_slots(f)[i]);
		parent = f->parent;
		value_dealloc(h, f, frame_size(f->nclosures, f->nslots));
	}
}
