/* assert: ends the program with a message when the condition is false; nothing under NDEBUG. May be included again. */
#include <features.h>

#undef assert
#ifdef NDEBUG
#define assert(condition) ((void)0)
#else
#define assert(condition) ((condition) ? (void)0 : __assert_fail(#condition, __FILE__, __LINE__, __func__))
#endif

#ifndef _ASSERT_H
#define _ASSERT_H
__ASTRA_BEGIN_DECLS
_Noreturn void __assert_fail(const char *condition, const char *file, unsigned int line, const char *function);
__ASTRA_END_DECLS
#ifndef __cplusplus
#define static_assert _Static_assert
#endif
#endif
