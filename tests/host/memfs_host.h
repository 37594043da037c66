/*
 * What the file system asks of the rest of the kernel, for tests of it on the build machine: one task, memory from malloc (so that
 * the sanitizer sees every leak and every use after free), frames from an arena that can run dry, user memory that is the test's
 * own. Nothing ever sleeps: a call that would is an abort. Locks check their ranks, mutexes included; equal ones may be held
 * together, as the file system does where lock.h says so, which is why tests/support/host.c's stricter ones are not used.
 * Included by one file of a program.
 */
#ifndef MEMFS_HOST_H
#define MEMFS_HOST_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "boot/boot.h"
#include "fs/async.h"
#include "fs/devices.h"
#include "fs/dirops.h"
#include "fs/epoll.h"
#include "fs/file.h"
#include "fs/internal.h"
#include "fs/memfs.h"
#include "fs/pipe.h"
#include "lib/assert.h"
#include "lib/error.h"
#include "lib/log.h"
#include "lib/random.h"
#include "lib/string.h"
#include "mm/frame.h"
#include "mm/slab.h"
#include "mm/usercopy.h"
#include "sched/clock.h"
#include "sched/process.h"
#include "sched/task.h"

#define ARENA_FRAMES 8192u

u64 direct_map;
struct page *page_array;
u64 page_array_count;

static struct page *free_frames[ARENA_FRAMES];
static unsigned free_frame_count;
static unsigned archive_frames;		/* at the arena's start, for the root archive */
static unsigned allocations_left = UINT32_MAX;	/* until memory is out */
struct spinlock tasks_lock = SPINLOCK_INIT("tasks", RANK_TASKS);
static struct task host_task;
static struct process host_process;
static struct cred host_cred;
static u64 host_file_limit = RLIM_INFINITY;
static int host_last_signal;
static unsigned host_unmap_calls;

/* ---- Last words, log, time, chance ---- */

void panic(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputc('\n', stderr);
	abort();
}

void boot_fail(const char *format, ...) { panic("boot: %s", format); }
void log_line(enum log_level level, const char *subsystem, const char *format, ...) { }

u64 host_time;

u64 clock_now(void) { return host_time; }
u64 clock_realtime(void) { return ++host_time; }

/* A series of numbers from a seed that HOST_SEED may set. */
u64 host_seed(void)
{
	const char *text = getenv("HOST_SEED");
	u64 seed = text ? strtoull(text, NULL, 0) : (u64)time(NULL);

	printf("HOST_SEED=%llu\n", (unsigned long long)seed);
	return seed | 1;
}

u64 host_random(u64 *state)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return *state >> 24;
}

/* ---- Memory ---- */

/* Nothing is kept for programs: files may take the arena to its last frame. */
u64 frame_total(void) { return 0; }
u64 frame_free_about(void) { return UINT32_MAX; }

static bool allocation_allowed(void)
{
	if (allocations_left == 0)
		return false;
	if (allocations_left != UINT32_MAX)
		allocations_left--;
	return true;
}

struct slab_cache {
	size_t size, align;
};

struct slab_cache *slab_cache_create(const char *name, size_t size, size_t align)
{
	static struct slab_cache caches[32];
	static unsigned used;

	caches[used] = (struct slab_cache){ size, align ? align : 8 };
	return &caches[used++];
}

u64 slab_live(const struct slab_cache *c) { return 0; }
void *kmap_alloc(size_t size) { return allocations_left ? malloc(size) : NULL; }
void kmap_free(void *p, size_t size) { free(p); }

void *slab_alloc(struct slab_cache *c)
{
	return allocation_allowed() ? aligned_alloc(c->align, ALIGN_UP(c->size, c->align)) : NULL;
}

void *slab_zalloc(struct slab_cache *c)
{
	void *p = slab_alloc(c);

	return p ? memset(p, 0, c->size) : NULL;
}

void slab_free(struct slab_cache *c, void *object) { free(object); }
void *kmalloc(size_t size) { return allocation_allowed() ? malloc(size) : NULL; }
void *kzalloc(size_t size) { return allocation_allowed() ? calloc(1, size) : NULL; }
void *kmalloc_array(size_t count, size_t size) { return allocation_allowed() ? calloc(count, size) : NULL; }
char *kstrdup(const char *s) { return allocation_allowed() ? strdup(s) : NULL; }
void kfree(void *p) { free(p); }

struct page *page_alloc(unsigned order, unsigned flags)
{
	struct page *p;

	if (order || free_frame_count == 0 || !allocation_allowed())
		return NULL;
	p = free_frames[--free_frame_count];
	atomic_set(&p->refs, 1);
	memset(page_to_virt(p), flags & ALLOC_ZERO ? 0 : 0xa5, PAGE_SIZE);
	return p;
}

void page_free(struct page *p)
{
	memset(page_to_virt(p), 0xdd, PAGE_SIZE);
	free_frames[free_frame_count++] = p;
}

/* An arena whose first frames hold the archive, with the reference that frame_init gives each. */
static inline const u8 *host_memory(const u8 *archive, size_t size)
{
	u8 *arena = aligned_alloc(PAGE_SIZE, ARENA_FRAMES * PAGE_SIZE);

	page_array = calloc(ARENA_FRAMES, sizeof(*page_array));
	direct_map = (u64)arena;
	page_array_count = ARENA_FRAMES;
	archive_frames = (unsigned)(ALIGN_UP(size, PAGE_SIZE) / PAGE_SIZE);
	for (unsigned i = 0; i < archive_frames; i++)
		atomic_set(&page_array[i].refs, 1);
	for (unsigned i = ARENA_FRAMES; i-- > archive_frames;)
		free_frames[free_frame_count++] = &page_array[i];
	memset(arena, 0, archive_frames * PAGE_SIZE);
	memcpy(arena, archive, size);
	return arena;
}

/* ---- The task ---- */

struct task *arch_current(void) { return &host_task; }
const struct cred *cred_get(const struct cred *c) { return c; }
void cred_put(const struct cred *c) { }

bool cred_in_group(const struct cred *c, u32 gid)
{
	return c->fsgid == gid;
}

u64 rlimit_get(enum rlimit_resource r)
{
	return r == RLIMIT_NOFILE ? 64 : host_file_limit;
}

bool signal_pending(void) { return false; }
void signal_info_user(struct abi_siginfo *info, int sig, int code) { info->si_signo = sig; }

int signal_send_task(struct task *t, int sig, const struct abi_siginfo *info)
{
	host_last_signal = sig;
	return 0;
}

void sched_yield(void) { }
bool capable(enum capability cap) { return cred_capable(host_task.cred, cap); }

/* Who the task is: as after setuid. */
static inline void host_become(u32 uid)
{
	host_cred = (struct cred){ .uid = uid, .euid = uid, .suid = uid, .fsuid = uid, .gid = uid, .egid = uid, .sgid = uid,
				   .fsgid = uid, .caps.effective = uid ? 0 : CAP_ALL };
	host_task.cred = &host_cred;
}

/* ---- Locks and waiting ---- */

#define MAX_HELD 16

static struct {
	const void *lock;
	u16 rank;
} held[MAX_HELD];
static unsigned held_count;

static void note_acquire(const void *lock, u16 rank)
{
	for (unsigned i = 0; i < held_count; i++)
		if (held[i].lock == lock || held[i].rank > rank)
			panic("rank %u taken under rank %u", rank, held[i].rank);
	if (held_count == MAX_HELD)
		panic("too many locks");
	held[held_count].lock = lock;
	held[held_count++].rank = rank;
}

static void note_release(const void *lock)
{
	for (unsigned i = 0; i < held_count; i++) {
		if (held[i].lock == lock) {
			held[i] = held[--held_count];
			return;
		}
	}
	panic("a lock that is not held is released");
}

void spin_init(struct spinlock *l, const char *name, enum lock_rank rank)
{
	*l = (struct spinlock)SPINLOCK_INIT(name, (u16)rank);
}

void spin_lock(struct spinlock *l) NO_LOCK_ANALYSIS { note_acquire(l, l->rank); }
void spin_unlock(struct spinlock *l) NO_LOCK_ANALYSIS { note_release(l); }

irqstate spin_lock_irqsave(struct spinlock *l) NO_LOCK_ANALYSIS
{
	spin_lock(l);
	return 0;
}

void spin_unlock_irqrestore(struct spinlock *l, irqstate s) NO_LOCK_ANALYSIS { spin_unlock(l); }

void mutex_init(struct mutex *m, const char *name, enum lock_rank rank) { m->rank = (u16)rank; }
void mutex_lock(struct mutex *m) NO_LOCK_ANALYSIS { note_acquire(m, m->rank); }
void mutex_unlock(struct mutex *m) NO_LOCK_ANALYSIS { note_release(m); }

void waitq_init(struct waitq *q) { list_init(&q->waiters); }
bool waitq_active(struct waitq *q) { return false; }
void wait_begin(struct waitq *q, struct waiter *w, bool interruptible) { abort(); }
int wait_sleep(bool interruptible, u64 deadline) { abort(); }
void wait_again(bool interruptible) { }
void wait_end(struct waitq *q, struct waiter *w) { }
void epoll_file_released(struct file *f) { }
void file_async_end_slow(struct file *f) { }
struct user *user_get(u32 uid) { return NULL; }
void user_put(struct user *u) { }
void schedule(void) { abort(); }
void wait_wake(struct waitq *q, unsigned events) { }
struct task *task_create_kernel(const char *name, void (*entry)(void *), void *arg) { return NULL; }
void task_start(struct task *t) { }
void wait_wake_all(struct waitq *q, unsigned events) { }

/* ---- Address spaces ---- */

void mapping_init(struct mapping *m) { list_init(&m->areas); }
void mapping_unmap(struct mapping *m, u64 first_page, u64 end_page) { host_unmap_calls++; }

/* The first page of the address space faults, as in a program. */
static inline bool faults(uaddr a) { return a.v < PAGE_SIZE; }

size_t copy_to_user_partial(uaddr dst, const void *src, size_t size)
{
	if (faults(dst))
		return size;
	memcpy((void *)dst.v, src, size);
	return 0;
}

size_t copy_from_user_partial(void *dst, uaddr src, size_t size)
{
	if (faults(src))
		return size;
	memcpy(dst, (const void *)src.v, size);
	return 0;
}

int copy_to_user(uaddr dst, const void *src, size_t size) { return copy_to_user_partial(dst, src, size) ? -EFAULT : 0; }
int clear_user(uaddr dst, size_t size)
{
	if (faults(dst))
		return -EFAULT;
	memset((void *)dst.v, 0, size);
	return 0;
}

ssize_t copy_string_from_user(char *dst, uaddr src, size_t size)
{
	size_t length = strnlen((const char *)src.v, size);

	if (length == size)
		return -ENAMETOOLONG;
	memcpy(dst, (const void *)src.v, length + 1);
	return (ssize_t)length;
}

/* ---- Set-up ---- */

/* The root from an archive, and a task in it, as fs_init and the first process would. */
static inline void host_boot(const u8 *archive, size_t size)
{
	const u8 *base = host_memory(archive, size);

	inode_init();
	dentry_init();
	mount_init();
	file_init();
	path_init();
	fs_context_init();
	memfs_init();
	pipe_init();
	host_become(0);
	host_process.pid = 1;
	host_task.process = &host_process;
	tarfs_mount_root(base, size);
	host_task.fs = fs_context_create(list_first(&mount_table, struct mount, link)->root);
	host_task.files = fd_table_create();
}

#endif
