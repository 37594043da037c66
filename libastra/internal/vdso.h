/* The vDSO's functions, which read the clock without entering the kernel (vdso(7)). */
#ifndef INTERNAL_VDSO_H
#define INTERNAL_VDSO_H

/* The vDSO's function of that name, or NULL where there is no vDSO or no such function in it. */
void *__vdso_function(const char *name) __attribute__((visibility("hidden")));

#endif
