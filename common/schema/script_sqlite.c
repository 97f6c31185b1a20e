#include "schema/script.h"
void script_sqlite(struct script *s) { (void)s; }
