/* The FPU state of user programs: fpu.h states the rules. Interrupts are off around every change of who owns the registers. */
#include "arch/x86_64/fpu.h"
#include "arch/x86_64/cpu.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "sched/task.h"

#define XFEATURES_WANTED 0xe7ul		/* x87, SSE, AVX, AVX-512's three */
#define FX_SIZE          512
#define FX_MXCSR         24
#define FX_MXCSR_MASK    28
#define XSAVE_HEADER     512
#define MXCSR_DEFAULT    0x1f80u
#define FCW_DEFAULT      0x037fu

struct fpu_kind fpu_kind = { .size = FX_SIZE };
static u32 mxcsr_mask;
static struct slab_cache *image_cache;

static void find_mxcsr_mask(void)
{
	u8 image[FX_SIZE] __aligned(16);

	memset(image, 0, sizeof(image));
	__asm__ volatile("fxsave %0" : "+m"(image));
	memcpy(&mxcsr_mask, image + FX_MXCSR_MASK, 4);
	if (mxcsr_mask == 0)
		mxcsr_mask = 0xffbf;	/* SDM 1, 11.6.6 */
}

void fpu_detect(void)
{
	u32 a, b, c, d;

	find_mxcsr_mask();
	if (!cpu_features.xsave)
		return;
	cpuid(13, 0, &a, &b, &c, &d);
	fpu_kind.features = ((u64)d << 32 | a) & XFEATURES_WANTED;
	if ((fpu_kind.features & 0xe0) != 0xe0)
		fpu_kind.features &= ~0xe0ul;
	fpu_enable();
	cpuid(13, 0, &a, &b, &c, &d);
	fpu_kind.size = ALIGN_UP((size_t)b, 64);
	cpuid(13, 1, &a, &b, &c, &d);
	cpu_features.xsaveopt = a & 1;
}

void fpu_enable(void)
{
	if (fpu_kind.features != 0)
		__asm__ volatile("xsetbv" : : "c"(0), "a"((u32)fpu_kind.features), "d"((u32)(fpu_kind.features >> 32)));
	__asm__ volatile("fninit");
}

void fpu_init_state(void *image)
{
	u16 fcw = FCW_DEFAULT;
	u32 mxcsr = MXCSR_DEFAULT;

	memset(image, 0, fpu_kind.size);
	memcpy(image, &fcw, sizeof(fcw));
	memcpy((u8 *)image + FX_MXCSR, &mxcsr, sizeof(mxcsr));
	memcpy((u8 *)image + FX_MXCSR_MASK, &mxcsr_mask, sizeof(mxcsr_mask));
}

static void save(void *image)
{
	u32 low = (u32)fpu_kind.features, high = (u32)(fpu_kind.features >> 32);

	if (cpu_features.xsaveopt)
		__asm__ volatile("xsaveopt64 (%0)" : : "r"(image), "a"(low), "d"(high) : "memory");
	else if (fpu_kind.features != 0)
		__asm__ volatile("xsave64 (%0)" : : "r"(image), "a"(low), "d"(high) : "memory");
	else
		__asm__ volatile("fxsave64 (%0)" : : "r"(image) : "memory");
}

static void load(const void *image)
{
	u32 low = (u32)fpu_kind.features, high = (u32)(fpu_kind.features >> 32);

	if (fpu_kind.features != 0)
		__asm__ volatile("xrstor64 (%0)" : : "r"(image), "a"(low), "d"(high) : "memory");
	else
		__asm__ volatile("fxrstor64 (%0)" : : "r"(image) : "memory");
}

int arch_task_alloc_fpu(struct task *t)
{
	if (!image_cache)
		image_cache = slab_cache_create("fpu", fpu_kind.size, 64);
	t->arch.fpu = image_cache ? slab_alloc(image_cache) : NULL;
	if (!t->arch.fpu)
		return -ENOMEM;
	fpu_init_state(t->arch.fpu);
	t->arch.fpu_cpu = UINT32_MAX;
	atomic_or(&t->work, WORK_FPU);
	return 0;
}

void arch_task_free_fpu(struct task *t)
{
	if (t->arch.fpu)
		slab_free(image_cache, t->arch.fpu);
	t->arch.fpu = NULL;
}

static bool registers_are_live(struct task *t)
{
	return t->arch.fpu && !(atomic_read(&t->work) & WORK_FPU);
}

void *fpu_save_current(void)
{
	irqstate s = arch_irq_save();

	if (registers_are_live(current))
		save(current->arch.fpu);
	arch_irq_restore(s);
	return current->arch.fpu;
}

void arch_task_copy_fpu(struct task *dst)
{
	memcpy(dst->arch.fpu, fpu_save_current(), fpu_kind.size);
}

void fpu_invalidate_current(void)
{
	irqstate s = arch_irq_save();

	current->arch.fpu_cpu = UINT32_MAX;
	atomic_or(&current->work, WORK_FPU);
	arch_irq_restore(s);
}

int user_xsave_raw(void *image, u64 wanted);
int user_xrstor_raw(const void *image, u64 wanted);

int fpu_save_to_user(uaddr image)
{
	irqstate s = arch_irq_save();
	int r;

	fpu_load_current();
	r = user_xsave_raw((void *)image.v, fpu_kind.features);
	arch_irq_restore(s);
	return r < 0 ? -EFAULT : 0;
}

/* The registers are the current task's from here on; interrupts off. */
static void own_registers(void)
{
	this_cpu()->fpu_owner = current;
	current->arch.fpu_cpu = arch_cpu_id();
	if (atomic_read(&current->work) & WORK_FPU)
		atomic_and(&current->work, ~WORK_FPU);
}

int fpu_load_from_user(uaddr image)
{
	irqstate s = arch_irq_save();
	int r = user_xrstor_raw((const void *)image.v, fpu_kind.features);

	if (r == 0) {
		own_registers();
	} else {
		this_cpu()->fpu_owner = NULL;
		fpu_invalidate_current();
	}
	arch_irq_restore(s);
	return r < 0 ? -EFAULT : 0;
}

void fpu_reset_control(void)
{
	const u32 mxcsr = MXCSR_DEFAULT;
	irqstate s = arch_irq_save();

	fpu_load_current();
	__asm__ volatile("fninit\n\tldmxcsr %0" : : "m"(mxcsr));
	arch_irq_restore(s);
}

bool fpu_image_valid(const void *image)
{
	const u8 *bytes = image;
	u64 header[8];
	u32 mxcsr;

	memcpy(&mxcsr, bytes + FX_MXCSR, sizeof(mxcsr));
	if (mxcsr & ~mxcsr_mask)
		return false;
	if (fpu_kind.features == 0)
		return true;
	memcpy(header, bytes + XSAVE_HEADER, sizeof(header));
	if ((header[0] & ~fpu_kind.features) || header[1] != 0)
		return false;
	for (unsigned i = 2; i < 8; i++)
		if (header[i] != 0)
			return false;
	return true;
}

void fpu_switch_out(struct task *prev)
{
	if (registers_are_live(prev)) {
		save(prev->arch.fpu);
		atomic_or(&prev->work, WORK_FPU);
	}
}

/*
 * The registers still hold next's state when this CPU loaded it last and nobody else's since: fpu_owner says the
 * second, fpu_cpu the first (the task may have run, and changed it, on another CPU meanwhile).
 */
void fpu_switch_in(struct task *next)
{
	if (next->arch.fpu && this_cpu()->fpu_owner == next && next->arch.fpu_cpu == arch_cpu_id())
		atomic_and(&next->work, ~WORK_FPU);
}

void fpu_load_current(void)
{
	irqstate s = arch_irq_save();

	if (current->arch.fpu && (atomic_read(&current->work) & WORK_FPU)) {
		load(current->arch.fpu);
		own_registers();
	}
	arch_irq_restore(s);
}
