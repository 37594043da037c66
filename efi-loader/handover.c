/*
 * The loader's last instructions: from the firmware's processor state to the one that abi/boot_info.h promises.
 * They run on the identity map of both sets of page tables.
 */
#include "loader.h"
#include "machine.h"

/*
 * The order matters: global pages are flushed before the new tables are loaded, the stack is switched to its
 * direct-map address once that exists, and write protection comes last. The zero on the stack is the return address
 * that ends a backtrace, and aligns the stack as after a call.
 */
static _Noreturn void jump(uint64_t tables, uint64_t stack_top, uint64_t entry, uint64_t info)
{
	__asm__ volatile("cli\n\t"
			 "cld\n\t"
			 "movq %[cr4], %%cr4\n\t"
			 "movq %[tables], %%cr3\n\t"
			 "movq %[cr0], %%cr0\n\t"
			 "movq %[stack], %%rsp\n\t"
			 "xorl %%ebp, %%ebp\n\t"
			 "pushq $0\n\t"
			 "jmpq *%[entry]"
			 :
			 : [cr4] "a"(read_cr4() & ~CR4_PGE), [tables] "b"(tables), [cr0] "c"(read_cr0() | CR0_WP),
			   [stack] "d"(stack_top), [entry] "S"(entry), "D"(info)
			 : "memory");
	__builtin_unreachable();
}

_Noreturn void enter_kernel(struct loader *loader)
{
	struct boot_info *info = &loader->block->info;
	uint64_t direct_map = loader->space.direct_map;
	uint64_t stack_top = direct_map + (uintptr_t)loader->block->stack + LOADER_STACK_SIZE;
	uint64_t entry = loader->kernel.entry + loader->space.kernel_slide;

	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_NXE);
	info->times = loader->times;
	info->times.kernel_entry = rdtsc();
	jump(loader->arena.start, stack_top, entry, direct_map + (uintptr_t)info);
}
