/* The one thing that a locale changes: how bytes and wide characters correspond. Written by setlocale only. */
#ifndef INTERNAL_LOCALE_IMPL_H
#define INTERNAL_LOCALE_IMPL_H

#include <stdbool.h>

extern bool __utf8 __attribute__((visibility("hidden")));

#endif
