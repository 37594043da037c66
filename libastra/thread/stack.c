/*
 * Where threads live: a mapping for the stack with a guard below it, and a control block with the thread's variables, from
 * ld-astra or static_tls.c. Both are kept together and used again, because mapping and unmapping cost more than all else of a
 * thread. The cache also holds detached threads that are about to end: their `tid` is not yet 0, and until the kernel has
 * cleared it nobody touches what they run on.
 */
#include <string.h>
#include <sys/mman.h>

#include "thread_impl.h"

#define PAGE        4096ul
#define CACHE_COUNT 32u			/* threads kept */
#define CACHE_BYTES (256ul << 20)	/* address space kept */

_Thread_local struct __pthread __thread_self;
lock_t __thread_lock;
struct __pthread *__threads;

static struct __pthread *cache;		/* [t] by `next`, newest first */
static unsigned cache_count;		/* [t] */
static size_t cache_bytes;		/* [t] */

static struct __pthread *descriptor_of(struct tcb *tcb)
{
	return (struct __pthread *)((char *)tcb + ((char *)&__thread_self - (char *)thread_tcb()));
}

static void uncache(struct __pthread **link)
{
	struct __pthread *thread = *link;

	*link = thread->next;
	cache_count--;
	cache_bytes -= thread->stack_size;
}

void __thread_release(struct __pthread *thread)
{
	thread->next = cache;
	cache = thread;
	cache_count++;
	cache_bytes += thread->stack_size;
}

static struct __pthread *from_cache(size_t stack_size, size_t guard_size)
{
	struct __pthread *found = NULL;
	unsigned long mask = block_signals();

	lock_acquire(&__thread_lock);
	for (struct __pthread **link = &cache; *link; link = &(*link)->next) {
		struct __pthread *thread = *link;

		if (thread->stack_size != stack_size || thread->guard_size != guard_size)
			continue;
		if (__atomic_load_n(&thread->tid, __ATOMIC_ACQUIRE) == 0) {
			uncache(link);
			found = thread;
			break;
		}
	}
	lock_release(&__thread_lock);
	restore_signals(mask);
	return found;
}

static void set_stack(struct __pthread *thread, struct tcb *tcb, char *stack, size_t stack_size, size_t guard_size)
{
	thread->tcb = tcb;
	thread->stack = stack;
	thread->stack_size = stack_size;
	thread->guard_size = guard_size;
	thread->lowest = stack + guard_size;
	thread->usable_size = stack_size - guard_size;
}

/* Fresh variables; the descriptor is one of them. */
static void renew(struct __pthread *thread)
{
	struct tcb *tcb = thread->tcb;
	char *stack = thread->stack;
	size_t stack_size = thread->stack_size, guard_size = thread->guard_size;

	if (&__rtld_functions)
		RTLD(renew_thread)(tcb);
	else
		__static_renew_thread(tcb);
	set_stack(thread, tcb, stack, stack_size, guard_size);
}

static struct tcb *make_block(void)
{
	return &__rtld_functions ? RTLD(make_thread)() : __static_make_thread();
}

static void free_block(struct tcb *tcb)
{
	if (&__rtld_functions)
		RTLD(free_thread)(tcb);
	else
		sys(munmap, tcb->block, tcb->block_size);
}

static struct __pthread *make(size_t stack_size, size_t guard_size)
{
	long stack = sys(mmap, 0, stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
	struct tcb *tcb;

	if (stack < 0)
		return NULL;
	tcb = guard_size && sys(mprotect, stack, guard_size, PROT_NONE) < 0 ? NULL : make_block();
	if (!tcb) {
		sys(munmap, stack, stack_size);
		return NULL;
	}
	set_stack(descriptor_of(tcb), tcb, (char *)stack, stack_size, guard_size);
	return descriptor_of(tcb);
}

struct __pthread *__thread_allocate(size_t stack_size, size_t guard_size)
{
	struct __pthread *thread;

	if (stack_size > PTRDIFF_MAX - PAGE || guard_size > PTRDIFF_MAX - PAGE)
		return NULL;
	guard_size = (guard_size + PAGE - 1) & -PAGE;
	stack_size = ((stack_size + PAGE - 1) & -PAGE) + guard_size;
	thread = from_cache(stack_size, guard_size);
	if (!thread)
		return make(stack_size, guard_size);
	renew(thread);
	return thread;
}

struct __pthread *__thread_attach(void *stack, size_t size)
{
	struct tcb *tcb = make_block();
	struct __pthread *thread;

	if (!tcb)
		return NULL;
	thread = descriptor_of(tcb);
	thread->tcb = tcb;
	thread->lowest = stack;
	thread->usable_size = size;
	return thread;
}

/* Off the cache: what has ended, and is not worth keeping; by `next`. */
static struct __pthread *take_surplus(void)
{
	struct __pthread *surplus = NULL;
	unsigned long mask = block_signals();

	lock_acquire(&__thread_lock);
	for (struct __pthread **link = &cache; *link;) {
		struct __pthread *thread = *link;
		bool wanted = thread->stack && cache_count <= CACHE_COUNT && cache_bytes <= CACHE_BYTES;

		if (wanted || __atomic_load_n(&thread->tid, __ATOMIC_ACQUIRE)) {
			link = &thread->next;
			continue;
		}
		uncache(link);
		thread->next = surplus;
		surplus = thread;
	}
	lock_release(&__thread_lock);
	restore_signals(mask);
	return surplus;
}

void __thread_trim(void)
{
	struct __pthread *next;

	for (struct __pthread *thread = take_surplus(); thread; thread = next) {
		next = thread->next;
		if (thread->stack)
			sys(munmap, thread->stack, thread->stack_size);
		free_block(thread->tcb);
	}
}

/* Nobody else runs here; the others' stacks are as good as new. The initial thread's stack and block are not ours to reuse. */
void __thread_after_fork(void)
{
	struct __pthread *self = &__thread_self, *next;

	for (struct __pthread *thread = cache; thread; thread = thread->next)
		thread->tid = 0;
	for (struct __pthread *thread = __threads; thread; thread = next) {
		next = thread->next;
		if (thread == self)
			continue;
		thread->tid = 0;
		if (thread->tcb)
			__thread_release(thread);
	}
	self->next = self->previous = NULL;
	__threads = self;
	self->robust = (struct robust_head){ 0 };
	self->watched = false;
	self->kill_lock = (lock_t){ 0 };
	self->tid = thread_tcb()->tid = (int)sys(gettid);
}
