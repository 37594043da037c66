/*
 * Included by every public header of libastra: linkage for C++ and the attributes that the prototypes use.
 */
#ifndef _FEATURES_H
#define _FEATURES_H

#ifdef __cplusplus
#define __ASTRA_BEGIN_DECLS extern "C" {
#define __ASTRA_END_DECLS   }
#define _Noreturn           __attribute__((__noreturn__))
#define restrict            __restrict
#else
#define __ASTRA_BEGIN_DECLS
#define __ASTRA_END_DECLS
#endif

#define __ASTRA_PRINTF(format, first) __attribute__((__format__(__printf__, format, first)))

#endif
