/*
 * The registers of an interrupted program, as the entry code of entry.S saves them: Linux's pt_regs order, so that
 * signal frames, core files and debuggers agree.
 */
#ifndef ARCH_X86_64_REGS_H
#define ARCH_X86_64_REGS_H

#include "lib/types.h"

struct regs {
	u64 r15, r14, r13, r12, rbp, rbx;
	u64 r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
	u64 orig_rax;			/* the call's number, -1 outside of a call; a trap's error code on the way in */
	u64 rip, cs, rflags, rsp, ss;
};

_Static_assert(sizeof(struct regs) == 21 * 8, "entry.S counts on it");

#define REGS_FROM_USER(r) (((r)->cs & 3) == 3)

#define RFLAGS_CF   (1ul << 0)
#define RFLAGS_TF   (1ul << 8)
#define RFLAGS_IF   (1ul << 9)
#define RFLAGS_DF   (1ul << 10)
#define RFLAGS_IOPL (3ul << 12)
#define RFLAGS_NT   (1ul << 14)
#define RFLAGS_RF   (1ul << 16)
#define RFLAGS_AC   (1ul << 18)
/* What a program may change by sigreturn and popf: CF PF AF ZF SF TF DF OF RF AC. */
#define RFLAGS_USER (0x0dd5ul | RFLAGS_RF | RFLAGS_AC)

#endif
