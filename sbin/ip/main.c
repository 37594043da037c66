/*
 * ip [-4 | -6] [-br] [-o] {addr | link | route | neigh} [show | add | del | replace | set | get | flush] …: the network's settings, with the words
 * and the output of iproute2's as far as they go.
 */
#include <net/if.h>

#include "ip.h"

struct options options;

/* Objects and verbs may be cut short, as with iproute2. */
static bool means(const char *word, const char *whole) { return *word && !strncmp(word, whole, strlen(word)); }

static _Noreturn void usage(void)
{
	tool_usage("[-4|-6] [-br] [-o] addr|link|route|neigh [show|add|del|replace|set|get|flush] ...");
}

static char **read_options(char **words)
{
	for (; *words && **words == '-'; words++) {
		if (!strcmp(*words, "-4"))
			options.family = AF_INET;
		else if (!strcmp(*words, "-6"))
			options.family = AF_INET6;
		else if (!strcmp(*words, "-br") || !strcmp(*words, "-brief"))
			options.brief = true;
		else if (!strcmp(*words, "-o") || !strcmp(*words, "-oneline"))
			options.one_line = true;
		else
			usage();
	}
	return words;
}

static void show(char object, char **words)
{
	struct filter f = { 0 };

	for (; *words; words++)
		if (strcmp(*words, "dev")) {
			f.device = if_nametoindex(*words);
			if (!f.device) {
				fprintf(stderr, "Device \"%s\" does not exist.\n", *words);
				exit(1);
			}
		}
	switch (object) {
	case 'a': show_addresses(&f); break;
	case 'l': show_links(&f); break;
	case 'r': show_routes(&f); break;
	default: show_neighbours(&f);
	}
}

static void change(char object, const char *verb, char **words)
{
	switch (object) {
	case 'a': change_address(verb, words); break;
	case 'l': change_link(words); break;
	case 'r': change_route(verb, words); break;
	default: change_neighbour(verb, words);
	}
}

int main(int argc, char **argv)
{
	static const char *const verbs[] = { "add", "del", "replace", "change", "set", NULL };
	char **words = read_options(argv + 1), object;
	const char *verb = NULL;

	tool_name = "ip";
	if (!*words)
		usage();
	if (!means(*words, "address") && !means(*words, "link") && !means(*words, "route") && !means(*words, "neighbour") &&
	    !means(*words, "neighbor"))
		tool_fail(1, "Object \"%s\" is unknown", *words);
	object = **words++;
	if (!*words || means(*words, "show") || means(*words, "list")) {
		show(object, *words ? words + 1 : words);
		return tool_end();
	}
	if (object == 'r' && means(*words, "get")) {
		find_route(words + 1);
		return tool_end();
	}
	if (object != 'l' && means(*words, "flush")) {
		flush_object(object, words + 1);
		return tool_end();
	}
	if (!strcmp(*words, "delete"))
		verb = "del";
	for (int i = 0; !verb && verbs[i]; i++)
		if (means(*words, verbs[i]))
			verb = verbs[i];
	if (!verb || (object == 'l') != !strcmp(verb, "set"))
		tool_fail(255, "Command \"%s\" is unknown", *words);
	change(object, verb, words + 1);
	return tool_end();
}
