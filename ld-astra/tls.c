/*
 * Thread-local storage of the initial thread: TLS variant II, every module's block below the thread control block, all
 * in one mapping. Runs in stage 2 after loading and before relocation, which needs the offsets. The images are copied
 * by the last constructor-free step, see fill_tls.
 */
#include <sys/mman.h>

#include "rtld.h"

struct tls_index {
	uintptr_t module, offset;
};

EXPORT void *__tls_get_addr(const struct tls_index *index);

static size_t total_size, total_align = 64, module_count;

/* A block's address must be congruent to its segment's address modulo the alignment, so the offset is rounded up to that. */
static void place_module(struct object *object)
{
	size_t align = object->tls->p_align ? object->tls->p_align : 1;

	total_size += object->tls->p_memsz + align - 1;
	total_size -= (total_size + object->tls->p_vaddr) & (align - 1);
	object->tls_offset = total_size;
	object->tls_module = ++module_count;
	if (align > total_align)
		total_align = align;
}

static struct tcb *make_block(void)
{
	size_t image = (total_size + total_align - 1) & -total_align;
	size_t dtv_size = (module_count + 1) * sizeof(uintptr_t);
	size_t size = image + total_align + sizeof(struct tcb) + dtv_size;
	long block = sys(mmap, 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct tcb *tcb;

	if (block < 0)
		die("out of memory for thread-local storage", NULL);
	tcb = (struct tcb *)(((uintptr_t)block + image + total_align - 1) & -total_align);
	tcb->self = tcb;
	tcb->dtv = (uintptr_t *)(tcb + 1);
	tcb->dtv[0] = module_count;
	tcb->stack_guard = start_info.random ? *(const uintptr_t *)start_info.random & ~0xfful : 0;
	tcb->tid = (int)sys(gettid);
	tcb->block = (void *)block;
	return tcb;
}

void setup_tls(void)
{
	struct tcb *tcb;

	for (struct object *o = objects; o; o = o->next) {
		if (o->tls)
			place_module(o);
	}
	tcb = make_block();
	for (struct object *o = objects; o; o = o->next) {
		char *start = (char *)tcb - o->tls_offset;

		if (!o->tls)
			continue;
		tcb->dtv[o->tls_module] = (uintptr_t)start;
		memcpy(start, (const void *)(o->base + o->tls->p_vaddr), o->tls->p_filesz);
	}
	if (sys(arch_prctl, ARCH_SET_FS, tcb) < 0)
		die("the thread pointer cannot be set", NULL);
}

/* The general dynamic model: the address of a variable of the calling thread. */
EXPORT void *__tls_get_addr(const struct tls_index *index)
{
	struct tcb *tcb;

	__asm__("mov %%fs:0, %0" : "=r"(tcb));
	return (void *)(tcb->dtv[index->module] + index->offset);
}
