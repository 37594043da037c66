/*
 * cp [-afilnpPLHrRsuv] FROM TO, cp ... FROM... DIRECTORY: copies files, with -r trees; -p keeps modes, owners and times, -a
 * is -rpP. -l and -s make links instead, -n, -i and -u spare what is there: always, unless told yes, when it is newer.
 */
#include "copy.h"

static const char usage[] = "[-afilnpPLHrRsuv] [-t DIRECTORY] FROM... TO";

int main(int argc, char **argv)
{
	struct copy_options options = { 0 };
	const char *target = NULL;
	int option;

	tool_name = "cp";
	while ((option = getopt(argc, argv, "adfilnpPLHrRst:uv")) >= 0) {
		switch (option) {
		case 'a': options.recursive = options.preserve = true; options.links = COPY_LINKS; break;
		case 'r':
		case 'R': options.recursive = true; break;
		case 'p': options.preserve = true; break;
		case 'd':
		case 'P': options.links = COPY_LINKS; break;
		case 'L': options.links = FOLLOW_LINKS; break;
		case 'H': options.links = FOLLOW_OPERANDS; break;
		case 'f': options.force = true; break;
		case 'i': options.ask = true; options.spare = false; break;
		case 'n': options.spare = true; options.ask = false; break;
		case 'u': options.update = true; break;
		case 'l': options.hard = true; break;
		case 's': options.symbolic = true; break;
		case 'v': options.told = true; break;
		case 't': target = optarg; break;
		default: tool_usage(usage);
		}
	}
	if (options.links == LINKS_UNSAID)
		options.links = options.recursive ? COPY_LINKS : FOLLOW_LINKS;
	copy_operands(argv + optind, argc - optind, target, usage, &options, copy_operand);
	return tool_end();
}
