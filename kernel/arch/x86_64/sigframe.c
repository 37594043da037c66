/*
 * Signal frames of this machine: registers and FPU state of the interrupted program on its stack, in Linux's layout
 * (abi/signal.h), and back from there.
 *
 *	stack before the signal, less the red zone of 128 bytes (or the top of the alternate stack)
 *	XSAVE image, 64-byte aligned, with Linux's magic words inside (offset 464) and after it
 *	struct abi_sigframe, at 8 modulo 16 as after a call
 *
 * What comes back is the program's to forge: only flags of RFLAGS_USER, flat segments, a checked FPU image. An address
 * that no register can jump to is caught on the way to ring 3. Task context, no locks: user memory is touched.
 */
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/fpu.h"
#include "arch/x86_64/regs.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/usercopy.h"
#include "sched/signal.h"
#include "sched/task.h"

#define RED_ZONE        128
#define SYSCALL_LENGTH  2			/* of both SYSCALL and int 0x80 */
#define RESTART_SYSCALL 219

#define FX_SW_BYTES     464			/* SDM 1, table 10-2 */
#define FX_SIZE         512
#define XSTATE_BV       512			/* first word of the XSAVE header */
#define XFEATURE_X87    1ul
#define XFEATURE_SSE    2ul

/* ---- Calls ---- */

long arch_syscall_result(const struct regs *regs)
{
	return (i64)regs->orig_rax == -1 ? 0 : (long)regs->rax;
}

void arch_set_syscall_result(struct regs *regs, long result)
{
	regs->rax = (u64)result;
	regs->orig_rax = (u64)-1;
}

void arch_restart_syscall(struct regs *regs, bool through_block)
{
	regs->rax = through_block ? RESTART_SYSCALL : regs->orig_rax;
	regs->rip -= SYSCALL_LENGTH;
	regs->orig_rax = (u64)-1;
}

u64 arch_program_counter(const struct regs *regs)
{
	return regs->rip;
}

void arch_set_program_counter(struct regs *regs, u64 address)
{
	regs->rip = address;
}

/* ---- Building ---- */

static size_t image_bytes(void)
{
	return fpu_features() ? fpu_size() + sizeof(u32) : FX_SIZE;
}

size_t arch_signal_frame_size(void)
{
	return ALIGN_UP(RED_ZONE + image_bytes() + 63 + sizeof(struct abi_sigframe) + 15 + 8, 16);
}

/* What the kernel adds to an XSAVE image: Linux's magic words, and a header whose reserved parts are zero. */
struct image_middle {
	struct abi_fpx_sw_bytes sw;
	u64 header[8];
};
_Static_assert(FX_SW_BYTES + sizeof(struct abi_fpx_sw_bytes) == XSTATE_BV, "the header follows the software's bytes");

#define SAVE_ATTEMPTS 8			/* in a row, that pages just brought in were gone again: another thread unmaps the stack */

static int write_fpu(u64 image)
{
	const struct image_middle middle = {
		.sw = { .magic1 = ABI_FP_XSTATE_MAGIC1, .extended_size = (u32)(fpu_size() + sizeof(u32)),
			.xfeatures = fpu_features(), .xstate_size = (u32)fpu_size() },
	};

	if (fpu_features() == 0)
		return copy_to_user(UADDR(image), fpu_save_current(), FX_SIZE);
	if (!user_range_ok(UADDR(image), image_bytes()))
		return -EFAULT;
	for (unsigned i = 0; i < SAVE_ATTEMPTS; i++) {
		if (put_user_object(UADDR(image + FX_SW_BYTES), &middle) < 0 ||
		    user_store_u32(UADDR(image + fpu_size()), ABI_FP_XSTATE_MAGIC2) < 0)
			return -EFAULT;
		if (fpu_save_to_user(UADDR(image)) == 0)
			return 0;
		if (clear_user(UADDR(image), fpu_size()) < 0)
			return -EFAULT;
	}
	return -EFAULT;
}

static bool inside_altstack(u64 sp)
{
	return sp > current->altstack_base && sp - current->altstack_base <= current->altstack_size;
}

/* Where frame and image go. 0 when they would run out of the alternate stack: the program has overflown it. */
static u64 place_frame(const struct regs *regs, u64 flags, u64 *image)
{
	u64 sp = regs->rsp - RED_ZONE;
	bool on_altstack = signal_on_altstack(regs->rsp);

	if ((flags & ABI_SA_ONSTACK) && !on_altstack && current->altstack_size != 0) {
		sp = current->altstack_base + current->altstack_size;
		on_altstack = true;
	}
	*image = ALIGN_DOWN(sp - image_bytes(), 64);
	sp = ALIGN_DOWN(*image - sizeof(struct abi_sigframe), 16) - 8;
	return on_altstack && !inside_altstack(sp) ? 0 : sp;
}

/* Every byte of it: the program gets to see them. */
static void fill_context(struct abi_sigcontext *c, const struct regs *r, u64 mask, u64 image)
{
	c->r8 = r->r8;
	c->r9 = r->r9;
	c->r10 = r->r10;
	c->r11 = r->r11;
	c->r12 = r->r12;
	c->r13 = r->r13;
	c->r14 = r->r14;
	c->r15 = r->r15;
	c->rdi = r->rdi;
	c->rsi = r->rsi;
	c->rbp = r->rbp;
	c->rbx = r->rbx;
	c->rdx = r->rdx;
	c->rax = r->rax;
	c->rcx = r->rcx;
	c->rsp = r->rsp;
	c->rip = r->rip;
	c->eflags = r->rflags;
	c->cs = (u16)r->cs;
	c->gs = c->fs = 0;
	c->ss = (u16)r->ss;
	c->err = current->trap.error;
	c->trapno = current->trap.number;
	c->cr2 = current->trap.address;
	c->oldmask = mask;
	c->fpstate = image;
	for (size_t i = 0; i < sizeof(c->reserved) / sizeof(c->reserved[0]); i++)
		c->reserved[i] = 0;
}

_Static_assert(offsetof(struct abi_sigframe, info) == sizeof(u64) + sizeof(struct abi_ucontext) &&
	       sizeof(struct abi_ucontext) == 2 * sizeof(u64) + sizeof(struct abi_stack) + sizeof(struct abi_sigcontext) + sizeof(u64) &&
	       sizeof(struct abi_sigcontext) == 32 * sizeof(u64), "no padding that would show the kernel's stack");

int arch_signal_frame(struct regs *regs, int sig, const struct abi_sigaction *action, const struct abi_siginfo *info, u64 mask)
{
	struct abi_sigframe f;
	u64 image, sp = place_frame(regs, action->flags, &image);

	if (sp == 0 || !(action->flags & ABI_SA_RESTORER))
		return -EFAULT;
	f.return_address = action->restorer;
	f.uc.flags = (fpu_features() ? ABI_UC_FP_XSTATE : 0) | ABI_UC_SIGCONTEXT_SS | ABI_UC_STRICT_RESTORE_SS;
	f.uc.link = 0;
	f.uc.stack.sp = current->altstack_base;
	f.uc.stack.size = current->altstack_size;
	f.uc.stack.flags = (i32)current->altstack_flags;
	f.uc.stack.pad = 0;
	f.uc.sigmask = mask;
	fill_context(&f.uc.mcontext, regs, mask, image);
	if (copy_to_user(UADDR(sp), &f, offsetof(struct abi_sigframe, info)) < 0 ||
	    put_user_object(UADDR(sp + offsetof(struct abi_sigframe, info)), info) < 0 || write_fpu(image) < 0)
		return -EFAULT;
	fpu_reset_control();
	regs->rdi = (u64)sig;
	regs->rsi = sp + offsetof(struct abi_sigframe, info);
	regs->rdx = sp + offsetof(struct abi_sigframe, uc);
	regs->rax = 0;
	regs->rip = action->handler;
	regs->rsp = sp;
	regs->cs = USER_CS;
	regs->ss = USER_DS;
	regs->rflags &= ~(RFLAGS_DF | RFLAGS_RF | RFLAGS_TF);
	regs->orig_rax = (u64)-1;
	return 0;
}

/* ---- Undoing ---- */

/* With Linux's magic words in place the image is XSAVE's; otherwise only its FXSAVE part counts. */
static bool is_extended(u64 image, const struct abi_fpx_sw_bytes *sw)
{
	u32 magic2;

	if (fpu_features() == 0 || sw->magic1 != ABI_FP_XSTATE_MAGIC1 || sw->xstate_size != fpu_size() ||
	    sw->extended_size != fpu_size() + sizeof(magic2))
		return false;
	return get_user_object(&magic2, UADDR(image + fpu_size())) == 0 && magic2 == ABI_FP_XSTATE_MAGIC2;
}

static int read_image(u8 *buffer, u64 image)
{
	const u64 legacy = XFEATURE_X87 | XFEATURE_SSE;
	struct abi_fpx_sw_bytes sw;

	if (get_user_object(&sw, UADDR(image + FX_SW_BYTES)) < 0)
		return -EFAULT;
	if (is_extended(image, &sw)) {
		if (copy_from_user(buffer, UADDR(image), fpu_size()) < 0)
			return -EFAULT;
	} else {
		fpu_init_state(buffer);
		if (copy_from_user(buffer, UADDR(image), FX_SIZE) < 0)
			return -EFAULT;
		if (fpu_features() != 0)
			memcpy(buffer + XSTATE_BV, &legacy, sizeof(legacy));
	}
	return fpu_image_valid(buffer) ? 0 : -EFAULT;
}

/* The usual frame, as it was written: straight into the registers. False: look closer. */
static bool restore_directly(u64 image)
{
	struct abi_fpx_sw_bytes sw;

	if (image == 0 || fpu_features() == 0 || !user_range_ok(UADDR(image), image_bytes()))
		return false;
	return get_user_object(&sw, UADDR(image + FX_SW_BYTES)) == 0 && is_extended(image, &sw) &&
	       fpu_load_from_user(UADDR(image)) == 0;
}

/*
 * The live registers are given up first, so that no switch saves them over the new image while it comes in. A program
 * whose image is no good goes on, if at all, with the initial state.
 */
static int restore_fpu(u64 image)
{
	u8 *state = current->arch.fpu;
	int r = 0;

	if (restore_directly(image))
		return 0;
	fpu_invalidate_current();
	if (image != 0)
		r = read_image(state, image);
	if (image == 0 || r < 0)
		fpu_init_state(state);
	return r;
}

static void restore_context(struct regs *r, const struct abi_sigcontext *c)
{
	r->r8 = c->r8;
	r->r9 = c->r9;
	r->r10 = c->r10;
	r->r11 = c->r11;
	r->r12 = c->r12;
	r->r13 = c->r13;
	r->r14 = c->r14;
	r->r15 = c->r15;
	r->rdi = c->rdi;
	r->rsi = c->rsi;
	r->rbp = c->rbp;
	r->rbx = c->rbx;
	r->rdx = c->rdx;
	r->rax = c->rax;
	r->rcx = c->rcx;
	r->rsp = c->rsp;
	r->rip = c->rip;
	r->rflags = (r->rflags & ~RFLAGS_USER) | (c->eflags & RFLAGS_USER);
	r->cs = USER_CS;
	r->ss = USER_DS;
	r->orig_rax = (u64)-1;
}

long arch_signal_return(struct regs *regs)
{
	u64 address = regs->rsp - offsetof(struct abi_sigframe, uc);
	struct abi_ucontext uc;

	regs->orig_rax = (u64)-1;
	if (get_user_object(&uc, UADDR(address + offsetof(struct abi_sigframe, uc))) < 0 || (uc.mcontext.cs | 3) != USER_CS ||
	    restore_fpu(uc.mcontext.fpstate) < 0) {
		signal_force(SIGSEGV, ABI_SI_KERNEL, 0);
		return 0;
	}
	signal_set_mask(uc.sigmask);
	restore_context(regs, &uc.mcontext);
	(void)signal_altstack(&uc.stack, NULL, regs->rsp);
	return (long)regs->rax;
}
