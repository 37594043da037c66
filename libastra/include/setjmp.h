/* Non-local jumps. The sig forms keep the signal mask when `save` is not zero. */
#ifndef _SETJMP_H
#define _SETJMP_H

#include <features.h>
#include <signal.h>

__ASTRA_BEGIN_DECLS

/* rbx rbp r12 r13 r14 r15 rsp rip, then the mask of the sig forms and whether it was saved. */
typedef struct {
	unsigned long __registers[8];
	unsigned long __mask;
	unsigned long __saved;
} jmp_buf[1];
typedef jmp_buf sigjmp_buf;

/*
 * 0 at first, then longjmp's value (1 for 0). The function that called it must not have returned; locals it changed are
 * volatile.
 */
int setjmp(jmp_buf state) __attribute__((__returns_twice__));
_Noreturn void longjmp(jmp_buf state, int value);
int sigsetjmp(sigjmp_buf state, int save) __attribute__((__returns_twice__));
_Noreturn void siglongjmp(sigjmp_buf state, int value);
/* The forms that never keep the mask. */
#define _setjmp(state)         setjmp(state)
#define _longjmp(state, value) longjmp(state, value)

__ASTRA_END_DECLS

#endif
