/* The floating-point environment of the calling thread. All functions return 0 when they did it. */
#ifndef _FENV_H
#define _FENV_H

#include <features.h>

__ASTRA_BEGIN_DECLS

#define FE_INVALID    0x01
#define FE_DIVBYZERO  0x04
#define FE_OVERFLOW   0x08
#define FE_UNDERFLOW  0x10
#define FE_INEXACT    0x20
#define FE_ALL_EXCEPT 0x3d

#define FE_TONEAREST  0x000
#define FE_DOWNWARD   0x400
#define FE_UPWARD     0x800
#define FE_TOWARDZERO 0xc00

typedef unsigned short fexcept_t;
typedef struct {
	unsigned int __x87[7];		/* as FNSTENV stores it */
	unsigned int __mxcsr;
} fenv_t;

#define FE_DFL_ENV ((const fenv_t *)-1)

/* `exceptions` is an or of FE_…: clears, saves, raises, restores; fetestexcept: those of them that are set. C11 7.6 */
int feclearexcept(int exceptions);
int fegetexceptflag(fexcept_t *flags, int exceptions);
int feraiseexcept(int exceptions);
int fesetexceptflag(const fexcept_t *flags, int exceptions);
int fetestexcept(int exceptions);
/* The rounding mode. fesetround: -1 for one that is not FE_TONEAREST, FE_DOWNWARD, FE_UPWARD or FE_TOWARDZERO. */
int fegetround(void);
int fesetround(int mode);
/* All of it: saves; restores (FE_DFL_ENV: as at start); saves and masks; restores and raises what was set. */
int fegetenv(fenv_t *env);
int fesetenv(const fenv_t *env);
int feholdexcept(fenv_t *env);
int feupdateenv(const fenv_t *env);

__ASTRA_END_DECLS

#endif
