/* Registers for tracers: trace_regs.h states the rules. What comes in is a program's to forge and is checked like a signal frame's. */
#include "arch/x86_64/trace_regs.h"

#include "arch/x86_64/cpu.h"
#include "arch/x86_64/fpu.h"
#include "arch/x86_64/regs.h"
#include "lib/error.h"
#include "lib/log.h"
#include "lib/string.h"
#include "mm/usercopy.h"
#include "sched/task.h"

#define FX_FCW      0			/* SDM 1, table 10-2 */
#define FX_MXCSR    24
#define FX_ST0      32
#define FX_XMM0     160
#define FX_XMM_END  416
#define FX_SW_BYTES 464			/* free for software; Linux shows XCR0 there */
#define XSTATE_BV   512
#define XFEATURE_X87 1ul
#define XFEATURE_SSE 2ul
#define FCW_DEFAULT 0x037f

/* By these debuggers know a 64-bit program; the descriptors stand elsewhere here. */
#define LINUX_USER_CS 0x33
#define LINUX_USER_DS 0x2b

void arch_trace_enter_stop(u64 *fs, u64 *gs)
{
	fpu_save_current();
	fpu_invalidate_current();
	*fs = arch_get_fs_base();
	*gs = arch_get_gs_base();
}

void arch_trace_leave_stop(u64 fs, u64 gs)
{
	arch_set_fs_base(fs);
	arch_set_gs_base(gs);
}

bool arch_set_single_step(struct regs *regs, bool on)
{
	bool was = regs->rflags & RFLAGS_TF;

	regs->rflags = on ? regs->rflags | RFLAGS_TF : regs->rflags & ~RFLAGS_TF;
	return was != on;
}

struct arch_user_frame arch_user_frame(const struct regs *regs)
{
	return (struct arch_user_frame){ regs->rip, regs->rsp, regs->rbp };
}

void arch_log_registers(const char *subsystem, const struct regs *r)
{
	log_info(subsystem, "  rip %016lx rsp %016lx rbp %016lx rflags %06lx", r->rip, r->rsp, r->rbp, r->rflags);
	log_info(subsystem, "  rax %016lx rbx %016lx rcx %016lx rdx %016lx", r->rax, r->rbx, r->rcx, r->rdx);
	log_info(subsystem, "  rsi %016lx rdi %016lx r8  %016lx r9  %016lx", r->rsi, r->rdi, r->r8, r->r9);
	log_info(subsystem, "  r10 %016lx r11 %016lx r12 %016lx r13 %016lx", r->r10, r->r11, r->r12, r->r13);
	log_info(subsystem, "  r14 %016lx r15 %016lx", r->r14, r->r15);
}

void trace_get_regs(struct task *t, u64 fs_base, u64 gs_base, struct abi_user_regs *out)
{
	memset(out, 0, sizeof(*out));
	memcpy(out, arch_task_regs(t), sizeof(struct regs));
	out->cs = LINUX_USER_CS;
	out->ss = LINUX_USER_DS;
	out->fs_base = fs_base;
	out->gs_base = gs_base;
}

int trace_set_regs(struct task *t, u64 *fs_base, u64 *gs_base, const struct abi_user_regs *in)
{
	struct regs *regs = arch_task_regs(t);
	u64 rflags = (regs->rflags & ~RFLAGS_USER) | (in->rflags & RFLAGS_USER);

	if (in->cs != LINUX_USER_CS || in->ss != LINUX_USER_DS || in->ds || in->es || in->fs || in->gs)
		return -EIO;
	if (in->fs_base >= USER_END || in->gs_base >= USER_END)
		return -EIO;
	memcpy(regs, in, sizeof(*regs));
	regs->cs = USER_CS;
	regs->ss = USER_DS;
	regs->rflags = rflags;
	*fs_base = in->fs_base;
	*gs_base = in->gs_base;
	return 0;
}

size_t trace_xstate_size(void)
{
	return fpu_features() ? fpu_size() : 0;
}

/* XSAVEOPT leaves what is in its initial state unwritten: say what that is. */
static void show_initial_parts(u8 *image, u64 bv)
{
	const u16 fcw = FCW_DEFAULT;

	if (!(bv & XFEATURE_X87)) {
		memset(image, 0, FX_MXCSR);
		memset(image + FX_ST0, 0, FX_XMM0 - FX_ST0);
		memcpy(image + FX_FCW, &fcw, sizeof(fcw));
	}
	if (!(bv & XFEATURE_SSE))
		memset(image + FX_XMM0, 0, FX_XMM_END - FX_XMM0);
}

void trace_get_fxsave(struct task *t, void *out)
{
	u64 bv;

	memcpy(out, t->arch.fpu, FXSAVE_SIZE);
	if (fpu_features() == 0)
		return;
	memcpy(&bv, (u8 *)t->arch.fpu + XSTATE_BV, sizeof(bv));
	show_initial_parts(out, bv);
}

void trace_get_xstate(struct task *t, void *out)
{
	u64 xcr0 = fpu_features();

	memcpy(out, t->arch.fpu, fpu_size());
	trace_get_fxsave(t, out);
	memcpy((u8 *)out + FX_SW_BYTES, &xcr0, sizeof(xcr0));
}

int trace_set_xstate(struct task *t, const void *in)
{
	if (!fpu_image_valid(in))
		return -EINVAL;
	memcpy(t->arch.fpu, in, fpu_size());
	return 0;
}

int trace_set_fxsave(struct task *t, const void *in)
{
	u8 before[FXSAVE_SIZE];
	u64 bv;

	memcpy(before, t->arch.fpu, sizeof(before));
	memcpy(t->arch.fpu, in, FXSAVE_SIZE);
	if (!fpu_image_valid(t->arch.fpu)) {
		memcpy(t->arch.fpu, before, sizeof(before));
		return -EINVAL;
	}
	if (fpu_features() != 0) {
		memcpy(&bv, (u8 *)t->arch.fpu + XSTATE_BV, sizeof(bv));
		bv |= XFEATURE_X87 | XFEATURE_SSE;
		memcpy((u8 *)t->arch.fpu + XSTATE_BV, &bv, sizeof(bv));
	}
	return 0;
}
