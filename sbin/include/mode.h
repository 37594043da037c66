/* A file's mode as ls shows it. */
#ifndef MODE_H
#define MODE_H

#include <sys/stat.h>

/* Ten characters and a NUL: type, then three triples. */
static inline void mode_text(mode_t mode, char out[11])
{
	static const char types[] = "?pc?d?b?-?l?s???";

	out[0] = types[mode >> 12 & 15];
	for (int i = 0; i < 9; i++)
		out[1 + i] = mode & (0400u >> i) ? "rwx"[i % 3] : '-';
	if (mode & S_ISUID)
		out[3] = mode & S_IXUSR ? 's' : 'S';
	if (mode & S_ISGID)
		out[6] = mode & S_IXGRP ? 's' : 'S';
	if (mode & S_ISVTX)
		out[9] = mode & S_IXOTH ? 't' : 'T';
	out[10] = 0;
}

#endif
