#include "base/near.h"

#include "tap.h"

static const char *
nearest(const char *wrong)
{
	static const char *const words[] = {
		"active", "inactive", "on_hold", "closed", "Client", "id"
	};
	struct near n;
	size_t i;

	near_start(&n, wrong);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		near_offer(&n, words[i]);
	return (near_best(&n) == NULL ? "none" : near_best(&n));
}

static const struct {
	const char	*wrong, *want, *title;
} cases[] = {
	{ "actve", "active", "a letter left out is found" },
	{ "actiive", "active", "a letter too many is found" },
	{ "cloesd", "closed", "two letters swapped are found" },
	{ "ONHOLD", "on_hold", "letter case does not count" },
	{ "client", "Client", "a word in other letter case is found" },
	{ "inactve", "inactive", "the nearest of two is found" },
	{ "ix", "none", "half of a short word is too much" },
	{ "ID", "id", "a short word in other letter case is found" },
	{ "", "none", "nothing is near to nothing" },
	{ "birthday", "none", "another word is near to none" },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	  "none", "a word longer than can be compared is near to none" },
};

int
main(void)
{
	const char *got;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		got = nearest(cases[i].wrong);
		(void)is_text(got, strlen(got), cases[i].want, cases[i].title);
	}
	return (tap_done());
}
