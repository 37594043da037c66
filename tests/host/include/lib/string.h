/*
 * Stands before kernel/lib/string.h in tests on the build machine: the kernel's functions get names of their own, so
 * that they link beside the C library and are what both the kernel's code and the test call.
 */
#ifndef HOST_LIB_STRING_H
#define HOST_LIB_STRING_H

#include <stdlib.h>
#include <string.h>

#define memcpy	kernel_memcpy
#define memmove kernel_memmove
#define memset	kernel_memset
#define memcmp	kernel_memcmp
#define memchr	kernel_memchr
#define strlen	kernel_strlen
#define strnlen kernel_strnlen
#define strcmp	kernel_strcmp
#define strncmp kernel_strncmp
#define strchr	kernel_strchr
#define strrchr kernel_strrchr
#define strlcpy kernel_strlcpy

#include "../../../../kernel/lib/string.h"

#endif
