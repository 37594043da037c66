/*
 * The four byte functions that the compiler may call and the loader uses. The signatures are the C library's, so
 * that the generic files also compile against the build machine's own.
 */
#ifndef EFI_LOADER_BYTES_H
#define EFI_LOADER_BYTES_H

#include <stddef.h>

void *memcpy(void *to, const void *from, size_t length);
void *memset(void *to, int value, size_t length);
int memcmp(const void *a, const void *b, size_t length);
size_t strlen(const char *string);

#endif
