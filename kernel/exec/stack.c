/*
 * The new address space's layout and its initial stack, as Linux lays them out (System V ABI, figure 3.9; getauxval(3)):
 *
 *	stack_top - 8	zero
 *			the path (AT_EXECFN), then below it envp's strings, then argv's
 *			a random gap
 *			"x86_64", 16 random bytes
 *	stack pointer	argc, argv[], NULL, envp[], NULL, the auxiliary vector; 16-byte aligned
 */
#include "exec/image.h"

#include "lib/error.h"
#include "lib/random.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "mm/usercopy.h"
#include "sched/rseq.h"

#define STACK_RANDOM_BITS 22		/* pages: 16 GiB */
#define MMAP_RANDOM_BITS  28		/* pages: 1 TiB */
#define STACK_GAP_MIN     MIB(128)	/* below the stack's top nothing is mapped by itself */
#define STACK_GAP_MAX     (USER_END / 6 * 5)
#define STACK_GUARD       MIB(1)
#define STACK_EXTRA       KIB(128)	/* present beyond the arguments from the start; the rest grows */

bool aslr_enabled = true;

enum auxv_type {
	AT_NULL, AT_PHDR = 3, AT_PHENT, AT_PHNUM, AT_PAGESZ, AT_BASE, AT_FLAGS, AT_ENTRY, AT_UID = 11, AT_EUID, AT_GID, AT_EGID,
	AT_PLATFORM, AT_HWCAP, AT_CLKTCK, AT_SECURE = 23, AT_RANDOM = 25, AT_HWCAP2, AT_RSEQ_FEATURE_SIZE, AT_RSEQ_ALIGN, AT_EXECFN = 31, AT_SYSINFO_EHDR = 33,
	AT_MINSIGSTKSZ = 51,
};

u64 exec_random_pages(unsigned bits)
{
	u64 r = 0;

	if (aslr_enabled)
		random_bytes(&r, sizeof(r));
	return (r & ((1ull << bits) - 1)) << PAGE_SHIFT;
}

int exec_create_mm(struct exec_image *x)
{
	u64 gap = MIN(MAX(rlimit_get(RLIMIT_STACK), STACK_GAP_MIN), STACK_GAP_MAX);
	struct mm *mm = mm_create();

	if (!mm)
		return -ENOMEM;
	x->mm = mm;
	mm->stack_top = USER_END - exec_random_pages(STACK_RANDOM_BITS);
	gap += STACK_GUARD + (aslr_enabled ? PAGE_SIZE << STACK_RANDOM_BITS : 0);
	mm->mmap_base = ALIGN_DOWN(USER_END - gap, PAGE_SIZE) - exec_random_pages(MMAP_RANDOM_BITS);
	mm->exe = x->program.file;
	file_get(mm->exe);
	return 0;
}

/* Writes upwards into the new stack; words are collected so that each is not a copy of its own. */
struct stack_writer {
	struct mm *mm;
	u64 at;				/* where the next byte goes */
	u64 text;			/* address of the piece that is scanned for strings */
	bool at_start;			/* the next byte of text begins a string */
	u64 strings_left;		/* of argv, then of envp */
	unsigned count;
	u64 words[64];
};

static int flush(struct stack_writer *w)
{
	size_t size = w->count * sizeof(u64);

	w->count = 0;
	if (size != 0 && mm_write(w->mm, w->at, w->words, size, true) != (ssize_t)size)
		return -EFAULT;
	w->at += size;
	return 0;
}

static int put_word(struct stack_writer *w, u64 word)
{
	w->words[w->count++] = word;
	return w->count == ARRAY_SIZE(w->words) ? flush(w) : 0;
}

static int put_text(void *context, const char *data, size_t size)
{
	struct stack_writer *w = context;

	if (mm_write(w->mm, w->at, data, size, true) != (ssize_t)size)
		return -EFAULT;
	w->at += size;
	preempt_point();
	return 0;
}

/* The address of each string that begins in this piece; after argv's last a NULL. */
static int put_pointers(void *context, const char *data, size_t size)
{
	struct stack_writer *w = context;
	const char *p = data, *end = data + size;
	int r = 0;

	while (p < end && r == 0) {
		const char *nul = memchr(p, 0, (size_t)(end - p));

		if (w->at_start) {
			if (w->strings_left-- == 0)
				r = put_word(w, 0);
			if (r == 0)
				r = put_word(w, w->text + (u64)(p - data));
		}
		w->at_start = nul != NULL;
		p = nul ? nul + 1 : end;
	}
	w->text += size;
	return r;
}

/* Where everything goes, from the top down. */
struct stack_plan {
	u64 path, strings, platform, random, pointer;
	u64 argc, envc;
	unsigned auxv_count;
};

static unsigned fill_auxv(struct exec_image *x, const struct stack_plan *plan)
{
	const struct elf_image *e = &x->program;
	u64 *a = x->mm->auxv;
	unsigned n = 0;

#define AUX(type, value) (a[n++] = (type), a[n++] = (u64)(value))
	if (x->mm->vdso)
		AUX(AT_SYSINFO_EHDR, x->mm->vdso);
	AUX(AT_HWCAP, arch_hwcap());
	AUX(AT_PAGESZ, PAGE_SIZE);
	AUX(AT_CLKTCK, 100);
	AUX(AT_PHDR, e->span.table_address + e->bias);
	AUX(AT_PHENT, sizeof(struct elf_segment));
	AUX(AT_PHNUM, e->header.count);
	AUX(AT_BASE, x->interpreter.file ? x->interpreter.bias : 0);
	AUX(AT_FLAGS, 0);
	AUX(AT_ENTRY, e->header.entry + e->bias);
	AUX(AT_UID, x->cred->uid);
	AUX(AT_EUID, x->cred->euid);
	AUX(AT_GID, x->cred->gid);
	AUX(AT_EGID, x->cred->egid);
	AUX(AT_SECURE, x->secure);
	AUX(AT_RANDOM, plan->random);
	AUX(AT_HWCAP2, arch_hwcap2());
	AUX(AT_EXECFN, plan->path);
	AUX(AT_PLATFORM, plan->platform);
	AUX(AT_RSEQ_FEATURE_SIZE, RSEQ_FEATURE_SIZE);
	AUX(AT_RSEQ_ALIGN, RSEQ_ALIGN);
	AUX(AT_MINSIGSTKSZ, arch_signal_frame_size());
	AUX(AT_NULL, 0);
#undef AUX
	_Static_assert(2 * 23 <= ARRAY_SIZE(((struct mm *)0)->auxv), "room for every entry");
	return n;
}

static const char platform[] = "x86_64";

static void plan_stack(struct exec_image *x, struct stack_plan *plan)
{
	struct exec_args *a = &x->args;
	u64 words;

	plan->argc = args_count(a);
	plan->envc = a->envp.count;
	plan->path = x->mm->stack_top - sizeof(u64) - (strlen(x->path) + 1);
	plan->strings = plan->path - args_bytes(a) - a->envp.bytes;
	plan->platform = ALIGN_DOWN(plan->strings - (exec_random_pages(13) >> PAGE_SHIFT), 16) - sizeof(platform);
	plan->random = plan->platform - 16;
	plan->auxv_count = fill_auxv(x, plan);
	words = 1 + plan->argc + 1 + plan->envc + 1 + plan->auxv_count;
	plan->pointer = ALIGN_DOWN(ALIGN_DOWN(plan->random, 16) - words * sizeof(u64), 16);
}

static int map_stack(struct exec_image *x, const struct stack_plan *plan)
{
	u64 start = ALIGN_DOWN(plan->pointer - STACK_EXTRA, PAGE_SIZE);
	u32 prot = PROT_READ | PROT_WRITE;
	i64 r;

	if (elf_wants_executable_stack(x->program.table, x->program.header.count))
		prot |= PROT_EXEC;
	r = mm_map(x->mm, start, x->mm->stack_top - start, prot,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_FIXED_NOREPLACE, NULL, 0, "[stack]");
	return r < 0 ? (int)r : 0;
}

static int write_strings(struct exec_image *x, const struct stack_plan *plan, struct stack_writer *w)
{
	u8 random[16];
	int r;

	w->at = plan->strings;
	r = args_for_each(&x->args, put_text, w);
	if (r == 0)
		r = put_text(w, x->path, strlen(x->path) + 1);
	random_bytes(random, sizeof(random));
	w->at = plan->random;
	if (r == 0)
		r = put_text(w, (const char *)random, sizeof(random));
	if (r == 0)
		r = put_text(w, platform, sizeof(platform));
	return r;
}

static int write_words(struct exec_image *x, const struct stack_plan *plan, struct stack_writer *w)
{
	int r;

	w->at = plan->pointer;
	w->text = plan->strings;
	w->at_start = true;
	w->strings_left = plan->argc;
	r = put_word(w, plan->argc);
	if (r == 0)
		r = args_for_each(&x->args, put_pointers, w);
	/* Without an environment nothing ended argv yet. */
	if (r == 0 && plan->envc == 0)
		r = put_word(w, 0);
	if (r == 0)
		r = put_word(w, 0);
	for (unsigned i = 0; i < plan->auxv_count && r == 0; i++)
		r = put_word(w, x->mm->auxv[i]);
	return r == 0 ? flush(w) : r;
}

int exec_build_stack(struct exec_image *x)
{
	struct stack_writer *w;
	struct stack_plan plan;
	int r;

	plan_stack(x, &plan);
	r = map_stack(x, &plan);
	if (r < 0)
		return r;
	w = kzalloc(sizeof(*w));
	if (!w)
		return -ENOMEM;
	w->mm = x->mm;
	r = write_strings(x, &plan, w);
	if (r == 0)
		r = write_words(x, &plan, w);
	kfree(w);
	x->mm->auxv_count = plan.auxv_count;
	x->mm->arg_start = plan.strings;
	x->mm->arg_end = x->mm->env_start = plan.strings + args_bytes(&x->args);
	x->mm->env_end = plan.path;
	x->stack = plan.pointer;
	return r;
}
