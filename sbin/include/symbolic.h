/*
 * Modes as chmod and mkdir -m take them: octal numbers, and POSIX's symbolic ones. A clause is who it is for ([ugoa]*, by
 * default everybody but for the bits of the umask), and actions: an operator with permissions or the letter of somebody
 * whose permissions are copied.
 */
#ifndef SYMBOLIC_H
#define SYMBOLIC_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The bits of everybody for the permissions, or of the u, g or o that is copied, at *p. */
static mode_t symbolic_bits(const char **p, mode_t mode)
{
	mode_t bits = 0;

	switch (**p) {
	case 'u': ++*p; return (mode >> 6 & 7) * 0111;
	case 'g': ++*p; return (mode >> 3 & 7) * 0111;
	case 'o': ++*p; return (mode & 7) * 0111;
	}
	for (;; ++*p) {
		switch (**p) {
		case 'r': bits |= 0444; break;
		case 'w': bits |= 0222; break;
		case 'x': bits |= 0111; break;
		case 'X': bits |= S_ISDIR(mode) || mode & 0111 ? 0111 : 0; break;
		case 's': bits |= S_ISUID | S_ISGID; break;
		case 't': bits |= S_ISVTX; break;
		default: return bits;
		}
	}
}

/* The bits that the clause is about; *limited: none were named, and the umask's are left alone. */
static mode_t symbolic_who(const char **p, bool *limited)
{
	mode_t who = 0;

	for (;; ++*p) {
		switch (**p) {
		case 'u': who |= S_ISUID | 0700; break;
		case 'g': who |= S_ISGID | 0070; break;
		case 'o': who |= 0007; break;
		case 'a': who |= S_ISUID | S_ISGID | 0777; break;
		default:
			*limited = !who;
			return who ? who | S_ISVTX : 07777;
		}
	}
}

/*
 * Applies the mode in `text` to `mode` (with its type), in place; false, and nothing changed, when it is none. An octal
 * number of at most four digits leaves a directory's set-ID bits.
 */
static bool change_mode(const char *text, mode_t mask, mode_t *mode)
{
	mode_t now = *mode, kept;
	const char *p = text;
	char *end;
	unsigned long octal = strtoul(text, &end, 8);

	if (*text >= '0' && *text <= '7' && !*end && octal <= 07777) {
		kept = S_ISDIR(now) && end - text < 5 ? now & (S_ISUID | S_ISGID) : 0;
		*mode = (now & S_IFMT) | kept | (mode_t)octal;
		return true;
	}
	do {
		bool limited;
		mode_t who = symbolic_who(&p, &limited);

		if (!*p || !strchr("+-=", *p))
			return false;
		while (*p && strchr("+-=", *p)) {
			char operator = *p++;
			mode_t bits = symbolic_bits(&p, now) & who & (limited ? ~mask : 07777u);

			if (operator == '=')
				now &= ~(who & (S_ISDIR(now) ? 01777u : 07777u));
			now = operator == '-' ? now & ~bits : now | bits;
		}
	} while (*p == ',' && p++);
	if (*p)
		return false;
	*mode = now;
	return true;
}

#endif
