/* chmod MODE FILE...: octal modes, and symbolic ones of the form [ugoa]*[+-=][rwxst]*, separated by commas. */
#include <sys/stat.h>

#include "tool.h"

static mode_t bits_of(const char **p, mode_t mode)
{
	mode_t bits = 0;

	for (;; ++*p) {
		switch (**p) {
		case 'r': bits |= 0444; break;
		case 'w': bits |= 0222; break;
		case 'x': bits |= 0111; break;
		case 'X': bits |= S_ISDIR(mode) || mode & 0111 ? 0111 : 0; break;
		case 's': bits |= S_ISUID | S_ISGID; break;
		case 't': bits |= S_ISVTX; break;
		default:
			return bits;
		}
	}
}

static mode_t who_of(const char **p, mode_t mask)
{
	mode_t who = 0;

	for (;; ++*p) {
		switch (**p) {
		case 'u': who |= S_ISUID | 0700; break;
		case 'g': who |= S_ISGID | 0070; break;
		case 'o': who |= 0007; break;
		case 'a': who |= S_ISUID | S_ISGID | 0777; break;
		default:
			return who ? who | S_ISVTX : 07777 & ~mask;
		}
	}
}

static mode_t change(const char *text, mode_t mode)
{
	mode_t mask = umask(0);
	const char *p = text;
	char *end;
	mode_t octal = (mode_t)strtoul(text, &end, 8);

	umask(mask);
	if (*text && !*end && octal <= 07777)
		return octal;
	while (*p) {
		mode_t who = who_of(&p, mask), bits;
		char operator = *p++;

		if (operator != '+' && operator != '-' && operator != '=')
			tool_fail(1, "invalid mode: '%s'", text);
		bits = bits_of(&p, mode) & who;
		if (operator == '=')
			mode &= ~who;
		mode = operator == '-' ? mode & ~bits : mode | bits;
		if (*p == ',')
			p++;
		else if (*p)
			tool_fail(1, "invalid mode: '%s'", text);
	}
	return mode & 07777;
}

int main(int argc, char **argv)
{
	tool_name = "chmod";
	if (argc < 3)
		tool_usage("MODE FILE...");
	for (int i = 2; i < argc; i++) {
		struct stat status;

		if (stat(argv[i], &status) < 0 || chmod(argv[i], change(argv[1], status.st_mode)) < 0)
			tool_error(argv[i]);
	}
	return tool_status;
}
