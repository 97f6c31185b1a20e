/*
 * replay - a main for the fuzz targets that needs no fuzzer
 *
 * Runs the target on every file of its corpus, tests/fuzz/corpus/NAME for
 * the program fuzz_NAME, or of the directories that are named.  The target
 * judges; it ends the program when something is wrong.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
die(const char *path)
{

	printf("Bail out! %s: %s\n", path, strerror(errno));
	exit(1);
}

/* A buffer of exactly the file's size, so that ASan sees a read too far. */
static void
replay_file(const char *path)
{
	uint8_t *data;
	FILE *f;
	long size = 0;

	if ((f = fopen(path, "rb")) == NULL || fseek(f, 0, SEEK_END) != 0 ||
	    (size = ftell(f)) < 0 || fseek(f, 0, SEEK_SET) != 0)
		die(path);
	if ((data = malloc(size > 0 ? (size_t)size : 1)) == NULL ||
	    fread(data, 1, (size_t)size, f) != (size_t)size)
		die(path);
	(void)fclose(f);
	(void)LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
}

static void
replay_dir(int test, const char *dir)
{
	char path[4096];
	struct dirent *d;
	unsigned int n = 0;
	DIR *dp;

	if ((dp = opendir(dir)) == NULL)
		die(dir);
	while ((d = readdir(dp)) != NULL) {
		if (d->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", dir, d->d_name);
		/* Named before it is run: a crash leaves its name behind. */
		printf("# %s\n", path);
		(void)fflush(stdout);
		replay_file(path);
		n++;
	}
	(void)closedir(dp);
	printf("%s %d - survives the %u inputs of %s\n",
	    n > 0 ? "ok" : "not ok", test, n, dir);
}

int
main(int argc, char *argv[])
{
	const char *name = strrchr(argv[0], '/');
	char dir[4096];
	int i;

	name = name != NULL ? name + 1 : argv[0];
	if (strncmp(name, "fuzz_", 5) == 0)
		name += 5;
	(void)snprintf(dir, sizeof(dir), "tests/fuzz/corpus/%s", name);
	if (argc < 2)
		replay_dir(1, dir);
	for (i = 1; i < argc; i++)
		replay_dir(i, argv[i]);
	printf("1..%d\n", argc < 2 ? 1 : argc - 1);
	return (0);
}
