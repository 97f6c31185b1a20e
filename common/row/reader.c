#include "row/reader.h"

int
reader_rejects(const struct reader_opts *opts)
{

	if (opts->on_error != ON_ERROR_DEFAULT)
		return (opts->on_error == ON_ERROR_REJECT);
	return (opts->rejects != NULL || opts->max_rejects != UINT64_MAX);
}
