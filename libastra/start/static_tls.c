/*
 * Thread-local storage of a static program: a block for each thread below its control block (TLS variant II), filled from
 * PT_TLS. The initial thread's is made before anything that uses errno; on failure it ends the process with a message by raw calls.
 */
#include <string.h>
#include <sys/mman.h>

#include "../../abi/rtld.h"
#include "start.h"
#include "syscall.h"
#include "thread_impl.h"

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

/* What every block of the program is made from. [I] once the initial thread runs */
static struct {
	const void *data;
	size_t data_size;		/* bytes of `data`; what follows them up to `size` is zero */
	size_t size, align;		/* bytes: of the block, a multiple of the segment's alignment; of the control block's alignment */
	uintptr_t stack_guard;
} image;

void __static_renew_thread(struct tcb *tcb)
{
	char *start = (char *)tcb - image.size;

	memcpy(start, image.data, image.data_size);
	memset(start + image.data_size, 0, image.size - image.data_size);
}

struct tcb *__static_make_thread(void)
{
	size_t size = image.size + image.align + sizeof(struct tcb);
	long block = sys(mmap, 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct tcb *tcb;

	if (block < 0)
		return NULL;
	tcb = (struct tcb *)(((uintptr_t)block + image.size + image.align - 1) & -image.align);
	memcpy((char *)tcb - image.size, image.data, image.data_size);
	tcb->self = tcb;
	tcb->stack_guard = image.stack_guard;
	tcb->block = (void *)block;
	tcb->block_size = size;
	return tcb;
}

void __static_tls_setup(const Elf64_auxv_t *auxv)
{
	uintptr_t random = 0;
	const Elf64_Phdr *tls = find_tls(auxv, &random);
	struct tcb *tcb;

	image.align = tls && tls->p_align > 64 ? tls->p_align : 64;
	image.stack_guard = random & ~0xfful;
	if (tls) {
		image.data = (const void *)tls->p_vaddr;
		image.data_size = tls->p_filesz;
		image.size = (tls->p_memsz + tls->p_align - 1) & -tls->p_align;
	}
	tcb = __static_make_thread();
	if (!tcb || sys(arch_prctl, ARCH_SET_FS, tcb) < 0)
		no_memory();
	tcb->tid = (int)sys(gettid);
}
