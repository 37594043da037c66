/* CHECK for the tests of this folder: a failed condition is printed and counted; CHECK_END is the end of main. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>

static int check_failures;

#define CHECK(condition)                                                                     \
	do {                                                                                 \
		if (!(condition)) {                                                          \
			check_failures++;                                                    \
			printf("%s:%d: failed: %s\n", __FILE__, __LINE__, #condition);       \
		}                                                                            \
	} while (0)

#define CHECK_END() return check_failures != 0

#endif
