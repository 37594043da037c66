/* Messages of programs: "program: text: message of errno" on stderr; the x forms leave the message of errno out. */
#ifndef _ERR_H
#define _ERR_H

#include <features.h>
#include <stdarg.h>

__ASTRA_BEGIN_DECLS

/* The last part of argv[0]. */
extern char *program_invocation_short_name;
extern char *program_invocation_name;

void warn(const char *format, ...) __ASTRA_PRINTF(1, 2);
void warnx(const char *format, ...) __ASTRA_PRINTF(1, 2);
void vwarn(const char *format, va_list args) __ASTRA_PRINTF(1, 0);
void vwarnx(const char *format, va_list args) __ASTRA_PRINTF(1, 0);
_Noreturn void err(int status, const char *format, ...) __ASTRA_PRINTF(2, 3);
_Noreturn void errx(int status, const char *format, ...) __ASTRA_PRINTF(2, 3);
_Noreturn void verr(int status, const char *format, va_list args) __ASTRA_PRINTF(2, 0);
_Noreturn void verrx(int status, const char *format, va_list args) __ASTRA_PRINTF(2, 0);

__ASTRA_END_DECLS

#endif
