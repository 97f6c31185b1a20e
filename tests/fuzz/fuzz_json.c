/*
 * fuzz_json - any bytes as a JSON text
 *
 * All engines must agree with the careful reader and with each other, on what
 * they take, on what they find, and on what they say.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "../json/agree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct agree *a;
	const char *wrong;

	if (a == NULL) {
		a = malloc(sizeof(*a));
		if (a == NULL)
			abort();
		agree_init(a);
	}
	wrong = agree(a, (const char *)data, size);
	if (wrong != NULL) {
		fprintf(stderr, "%s\n", wrong);
		abort();
	}
	return (0);
}
