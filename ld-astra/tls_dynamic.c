/*
 * Thread-local storage of modules without a fixed offset: the table of modules, and each thread's own table (DTV), which
 * grows, and gets a block, when the thread first asks for a variable. A module's number is used again after dlclose,
 * which has taken the blocks out of all threads' tables by then. Only a thread itself replaces its table, under the lock;
 * reading it needs none.
 */
#include <sys/mman.h>

#include "rtld.h"

/* In front of a block or a table that has a mapping of its own; a block's alignment may be less than the header's. */
struct __attribute__((packed)) header {
	void *mapping;
	size_t size;
};

size_t tls_module_count;		/* the highest number in use so far */
static struct scope modules;		/* module n at n - 1; NULL when free */

void tls_register(struct object *object)
{
	struct arena *before;
	size_t i = 0;

	while (i < modules.count && modules.list[i])
		i++;
	if (i == modules.count) {
		before = arena_use(program->arena);
		scope_add(&modules, object);
		arena_use(before);
	}
	modules.list[i] = object;
	object->tls_module = i + 1;
	tls_module_count = modules.count;
}

void tls_forget(struct object *object)
{
	modules.list[object->tls_module - 1] = NULL;
	object->tls_module = 0;
}

struct object *tls_owner(size_t module)
{
	return module && module <= modules.count ? modules.list[module - 1] : NULL;
}

/* `size` bytes whose address is congruent to `skew` modulo `align`; NULL without memory. */
static void *make_block(size_t size, size_t align, size_t skew)
{
	size_t bytes = sizeof(struct header) + align + size;
	char *mapping = map_memory(bytes);
	uintptr_t start = (uintptr_t)mapping + sizeof(struct header);

	if (!mapping)
		return NULL;
	start += (skew - start) & (align - 1);
	((struct header *)start)[-1] = (struct header){ mapping, bytes };
	return (void *)start;
}

void tls_free_block(uintptr_t block)
{
	const struct header *header = (const struct header *)block - 1;

	sys(munmap, header->mapping, header->size);
}

/* The first table lies behind the control block, in the thread's mapping. */
void tls_free_table(struct tcb *tcb)
{
	if (tcb->dtv != (uintptr_t *)(tcb + 1))
		tls_free_block((uintptr_t)tcb->dtv);
}

/* The calling thread's table with room for the module. */
static uintptr_t *fit_table(struct tcb *tcb, size_t module)
{
	size_t count = tls_module_count + 16;
	uintptr_t *table;

	if (module <= tcb->dtv[0])
		return tcb->dtv;
	table = make_block((count + 1) * sizeof(*table), 16, 0);
	if (!table)
		die("out of memory for the table of thread-local modules", NULL);
	memcpy(table, tcb->dtv, (tcb->dtv[0] + 1) * sizeof(*table));
	table[0] = count;
	tls_free_table(tcb);
	tcb->dtv = table;
	return table;
}

static uintptr_t first_use(struct tcb *tcb, size_t module)
{
	const struct object *owner;
	uintptr_t block;

	rtld_lock();
	owner = tls_owner(module);
	if (!owner)
		die("a thread-local variable is used whose library is gone", NULL);
	if (owner->tls_offset) {
		block = (uintptr_t)tcb - owner->tls_offset;
	} else {
		block = (uintptr_t)make_block(owner->tls->p_memsz, owner->tls->p_align ? owner->tls->p_align : 1,
					      owner->tls->p_vaddr);
		if (!block)
			die("out of memory for the thread-local variables of ", object_name(owner), NULL);
		memcpy((void *)block, (const void *)(owner->base + owner->tls->p_vaddr), owner->tls->p_filesz);
	}
	fit_table(tcb, module)[module] = block;
	rtld_unlock();
	return block;
}

/* The general dynamic model: the address of a variable of the calling thread. */
EXPORT void *__tls_get_addr(const struct tls_index *index)
{
	struct tcb *tcb;
	uintptr_t block;

	__asm__("mov %%fs:0, %0" : "=r"(tcb));
	block = index->module <= tcb->dtv[0] ? tcb->dtv[index->module] : 0;
	if (!block)
		block = first_use(tcb, index->module);
	return (void *)(block + index->offset);
}
