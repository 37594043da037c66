/*
 * The FPU and vector state of user programs. The kernel itself never uses those registers, so a program's state stays
 * in them across system calls; it is saved when the task is switched out and loaded on the way to ring 3 when the CPU
 * does not hold it (WORK_FPU).
 *
 *  - A task's image is current->arch.fpu, in XSAVE's standard format (SDM 1, 13.4), or FXSAVE's without XSAVE.
 *  - Supported: x87, SSE, AVX, AVX-512. Not PKRU: each write of it flushes the TLB on emulated processors.
 */
#ifndef ARCH_X86_64_FPU_H
#define ARCH_X86_64_FPU_H

#include "lib/types.h"

struct task;

void fpu_detect(void);			/* boot CPU: size and features */
void fpu_enable(void);			/* each CPU: XCR0 */

/* Written by fpu_detect alone. */
extern struct fpu_kind {
	size_t size;			/* bytes of an image */
	u64 features;			/* XCR0; 0 without XSAVE */
} fpu_kind;

static inline size_t fpu_size(void) { return fpu_kind.size; }
static inline u64 fpu_features(void) { return fpu_kind.features; }

void fpu_init_state(void *image);	/* as after FNINIT and with MXCSR 0x1f80 */

/* Save the live state into current->arch.fpu; returns it. The registers stay as they are. */
void *fpu_save_current(void);

/*
 * Between the registers and a program's memory, in XSAVE's format, without a copy. 0, or -EFAULT when a page is not there or may
 * not be written, or what is there is no image: no page is brought in, for the registers must stay this task's meanwhile. A
 * failed load leaves nobody's state in them: the caller gives current->arch.fpu a value. Only with XSAVE; `image` in the user half.
 */
int fpu_save_to_user(uaddr image) __must_check;
int fpu_load_from_user(uaddr image) __must_check;

/*
 * A signal handler starts with the default rounding and exception masks, no flags raised and an empty x87 stack, whatever was
 * interrupted and saved. What the vector registers hold is promised to nobody: they stay.
 */
void fpu_reset_control(void);

/* current->arch.fpu was changed: load it on the way to ring 3. */
void fpu_invalidate_current(void);

/* Is an untrusted image safe to load? Checks its header and MXCSR. */
bool fpu_image_valid(const void *image);

/* From the context switch and the way to ring 3; interrupts off. */
void fpu_switch_out(struct task *prev);
void fpu_switch_in(struct task *next);
void fpu_load_current(void);

#endif
