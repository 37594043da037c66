/*
 * Thread-local storage of a static program: one block below the thread control block (TLS variant II), filled from
 * PT_TLS. Runs before anything that uses errno; on failure it ends the process with a message by raw calls.
 */
#include <string.h>
#include <sys/mman.h>

#include "../../abi/rtld.h"
#include "start.h"
#include "syscall.h"

static _Noreturn void no_memory(void)
{
	static const char text[] = "no memory for thread-local storage\n";

	sys(write, 2, text, sizeof(text) - 1);
	for (;;)
		sys(exit_group, 127);
}

static const Elf64_Phdr *find_tls(const Elf64_auxv_t *auxv, uintptr_t *random)
{
	const Elf64_Phdr *phdr = NULL;
	size_t count = 0;

	for (; auxv->a_type != AT_NULL; auxv++) {
		if (auxv->a_type == AT_PHDR)
			phdr = (const Elf64_Phdr *)auxv->a_un.a_val;
		else if (auxv->a_type == AT_PHNUM)
			count = auxv->a_un.a_val;
		else if (auxv->a_type == AT_RANDOM)
			*random = *(const uintptr_t *)auxv->a_un.a_val;
	}
	for (; count--; phdr++) {
		if (phdr->p_type == PT_TLS)
			return phdr;
	}
	return NULL;
}

void __static_tls_setup(const Elf64_auxv_t *auxv)
{
	uintptr_t random = 0;
	const Elf64_Phdr *tls = find_tls(auxv, &random);
	size_t align = tls && tls->p_align > 64 ? tls->p_align : 64;
	size_t image = tls ? (tls->p_memsz + align - 1) & -align : 0;
	size_t size = image + align + sizeof(struct tcb);
	long block = sys(mmap, 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct tcb *tcb;

	if (block < 0)
		no_memory();
	tcb = (struct tcb *)(((uintptr_t)block + image + align - 1) & -align);
	if (tls)
		memcpy((char *)tcb - image, (const void *)tls->p_vaddr, tls->p_filesz);
	tcb->self = tcb;
	tcb->stack_guard = random & ~0xfful;
	tcb->tid = (int)sys(gettid);
	tcb->block = (void *)block;
	if (sys(arch_prctl, ARCH_SET_FS, tcb) < 0)
		no_memory();
}
