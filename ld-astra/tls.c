/*
 * Thread-local storage: TLS variant II. Each thread has one mapping, which for the first thread is a piece of the first
 * arena: the blocks of the modules with a fixed offset below its control block, a surplus for libraries of dlopen that
 * insist on one, and the control block. Modules of dlopen have no place there; tls_dynamic.c makes their blocks on first
 * use. Offsets are given in stage 2 after loading and before relocation, which needs them. Everything but the calling
 * thread's own table needs the lock after the start.
 */
#include <sys/mman.h>

#include "rtld.h"

#define SURPLUS 2048ul

struct tcb *threads;			/* all, newest first */
static size_t static_used, static_limit, static_align;

/* Rounded up so that the block's address is congruent to the segment's modulo its alignment. */
static size_t offset_for(const struct object *object)
{
	size_t align = object->tls->p_align ? object->tls->p_align : 1;
	size_t offset = static_used + object->tls->p_memsz + align - 1;

	return offset - ((offset + object->tls->p_vaddr) & (align - 1));
}

/* `fresh`: the block is of zeros already, and stays untouched where it shall be zero. */
static void fill_static(const struct object *object, struct tcb *tcb, bool fresh)
{
	char *start = (char *)tcb - object->tls_offset;

	memcpy(start, (const void *)(object->base + object->tls->p_vaddr), object->tls->p_filesz);
	if (!fresh)
		memset(start + object->tls->p_filesz, 0, object->tls->p_memsz - object->tls->p_filesz);
	if (object->tls_module <= tcb->dtv[0])
		tcb->dtv[object->tls_module] = (uintptr_t)start;
}

/*
 * The surplus: aligned as the area is, in every thread alike. Refused when a thread has a block elsewhere already, whose
 * contents would be lost.
 */
bool tls_make_static(struct object *object)
{
	size_t offset = offset_for(object);

	if (offset > static_limit || object->tls->p_align > static_align)
		return false;
	for (struct tcb *tcb = threads; tcb; tcb = tcb->next_thread) {
		if (object->tls_module <= tcb->dtv[0] && tcb->dtv[object->tls_module])
			return false;
	}
	object->tls_before = static_used;
	static_used = offset;
	object->tls_offset = offset;
	for (struct tcb *tcb = threads; tcb; tcb = tcb->next_thread)
		fill_static(object, tcb, false);
	return true;
}

/* The surplus is a stack: the space comes back when its newest owner goes. */
void tls_unregister(struct object *object)
{
	for (struct tcb *tcb = threads; tcb && object->tls_module; tcb = tcb->next_thread) {
		uintptr_t block = object->tls_module <= tcb->dtv[0] ? tcb->dtv[object->tls_module] : 0;

		if (!block)
			continue;
		tcb->dtv[object->tls_module] = 0;
		if (!object->tls_offset)
			tls_free_block(block);
	}
	if (object->tls_offset && object->tls_offset == static_used)
		static_used = object->tls_before;
	if (object->tls_module)
		tls_forget(object);
}

static size_t static_image(void)
{
	return (static_limit + static_align - 1) & -static_align;
}

static size_t thread_size(void)
{
	return static_image() + static_align + sizeof(struct tcb) + (tls_module_count + 1) * sizeof(uintptr_t);
}

/* `memory` is thread_size() bytes of zero. */
static struct tcb *place_thread(char *memory)
{
	struct tcb *tcb = (struct tcb *)(((uintptr_t)memory + static_image() + static_align - 1) & -static_align);

	tcb->self = tcb;
	tcb->dtv = (uintptr_t *)(tcb + 1);
	tcb->dtv[0] = tls_module_count;
	tcb->stack_guard = start_info.random ? *(const uintptr_t *)start_info.random & ~0xfful : 0;
	tcb->next_thread = threads;
	threads = tcb;
	for (struct object *o = objects; o; o = o->next) {
		if (o->tls_offset)
			fill_static(o, tcb, true);
	}
	return tcb;
}

/* One mapping; a table of modules that lies in it is never given back alone. */
struct tcb *tls_make_thread(void)
{
	size_t size = thread_size();
	char *block = map_memory(size);
	struct tcb *tcb;

	if (!block)
		return NULL;
	tcb = place_thread(block);
	tcb->block = block;
	tcb->block_size = size;
	return tcb;
}

static void free_dynamic(struct tcb *tcb)
{
	for (size_t module = 1; module <= tcb->dtv[0]; module++) {
		const struct object *owner = tls_owner(module);

		if (owner && !owner->tls_offset && tcb->dtv[module]) {
			tls_free_block(tcb->dtv[module]);
			tcb->dtv[module] = 0;
		}
	}
}

/* The blocks of modules without a fixed offset come back, fresh, when the next thread asks for them. */
void tls_renew_thread(struct tcb *tcb)
{
	free_dynamic(tcb);
	for (struct object *o = objects; o; o = o->next) {
		if (o->tls_offset)
			fill_static(o, tcb, false);
	}
}

void tls_free_thread(struct tcb *tcb)
{
	struct tcb **link = &threads;

	while (*link && *link != tcb)
		link = &(*link)->next_thread;
	if (*link)
		*link = tcb->next_thread;
	free_dynamic(tcb);
	tls_free_table(tcb);
	if (tcb->block)
		sys(munmap, tcb->block, tcb->block_size);
}

void setup_tls(void)
{
	struct tcb *tcb;

	static_align = 64;
	for (struct object *o = objects; o; o = o->next) {
		if (!o->tls)
			continue;
		tls_register(o);
		o->tls_offset = static_used = offset_for(o);
		if (o->tls->p_align > static_align)
			static_align = o->tls->p_align;
	}
	static_limit = static_used + SURPLUS;
	tcb = place_thread(allocate(thread_size()));
	if (sys(arch_prctl, ARCH_SET_FS, tcb) < 0)
		die("no thread-local storage for the first thread", NULL);
	tcb->tid = (int)sys(gettid);
}
