/*
 * User address spaces.
 *
 *  - struct mm is shared by threads (refs); its lock guards the areas and the page tables of the user half.
 *  - A page fault takes the lock, so user copies may not happen while the current task holds it.
 *  - Each present page-table entry of RAM holds one reference to its struct page.
 *  - Private writable memory is shared after fork and copied on the first write; a page with one reference is taken over.
 *  - An area of a file keeps a reference to the struct file; pages come from inode->ops->get_page and are the file's own
 *    until a private write.
 */
#ifndef MM_ASPACE_H
#define MM_ASPACE_H

#include "lib/atomic.h"
#include "lib/list.h"
#include "lib/tree.h"
#include "lib/types.h"
#include "mm/frame.h"
#include "mm/usercopy.h"
#include "sched/lock.h"

struct file;
struct inode;
struct task;

#define PROT_NONE	0x0
#define PROT_READ	0x1
#define PROT_WRITE	0x2
#define PROT_EXEC	0x4
#define PROT_GROWSDOWN	0x01000000
#define PROT_GROWSUP	0x02000000

#define MAP_SHARED		0x01
#define MAP_PRIVATE		0x02
#define MAP_SHARED_VALIDATE	0x03
#define MAP_TYPE		0x0f
#define MAP_FIXED		0x10
#define MAP_ANONYMOUS		0x20
#define MAP_32BIT		0x40
#define MAP_GROWSDOWN		0x0100
#define MAP_LOCKED		0x2000
#define MAP_NORESERVE		0x4000
#define MAP_POPULATE		0x8000
#define MAP_STACK		0x20000
#define MAP_HUGETLB		0x40000
#define MAP_SYNC		0x80000
#define MAP_FIXED_NOREPLACE	0x100000

enum area_flags {
	AREA_SHARED     = 1 << 0,
	AREA_GROWS_DOWN = 1 << 1,	/* the stack */
	AREA_MAYWRITE   = 1 << 2,	/* mprotect may add PROT_WRITE (a shared mapping of a file opened for reading may not) */
	AREA_DONT_FORK  = 1 << 3,
	AREA_WIPE_FORK  = 1 << 4,
	AREA_DEVICE     = 1 << 5,	/* pages without struct page (framebuffer, vDSO data): no references, no copy-on-write */
	AREA_LOCKED     = 1 << 6,	/* mlock: pages stay; nothing here takes any away, so this counts and is shown */
	AREA_LOCK_ON_FAULT = 1 << 7,	/* … and they come by faults, not all at once */
};

/* One mapping: [start, end), page aligned. Letters: [m] the mm's lock, [p] the inode's mapping lock. */
struct area {
	struct tree_node node;		/* [m] mm->areas, by start */
	struct mm *mm;			/* [I] */
	u64 start, end;			/* [m] */
	u32 prot;			/* [m] PROT_ bits */
	u32 flags;			/* [m] enum area_flags */
	struct file *file;		/* [I] NULL for private anonymous memory; holds a reference */
	u64 page_offset;		/* [m] the file's page at `start` */
	const char *name;		/* [I] "[stack]", "[heap]", "[vdso]" or NULL */
	struct list mapping_link;	/* [p] inode->mapping.areas */
	u64 seen;			/* [p] the truncation that looked at it last */
	u64 low, high;			/* [m] the lowest start and highest end in this node's subtree … */
	u64 hole;			/* [m] … and the longest hole between two of its areas */
};

/* All areas of a file, embedded in its inode: truncation unmaps through it. */
struct mapping {
	struct spinlock lock;		/* RANK_PAGES */
	struct list areas;		/* [lock] */
	u64 generation;			/* [inode->lock] truncations so far */
};
void mapping_init(struct mapping *m);

struct mm {
	atomic32 refs;			/* [a] tasks and temporary users */
	struct mutex lock;
	struct tree areas;		/* [m] */
	struct area *last_area;		/* [m] where the last fault was */
	u64 page_table;			/* [I] physical address of the top-level table */
	u64 cpus[4];			/* [a] CPUs that may hold its translations */
	u64 area_count;			/* [m] */
	u64 mapped_pages;		/* [m] size of all areas, in pages (RLIMIT_AS, VmSize) */
	u64 resident_pages;		/* [m] present entries (RSS) */
	u64 peak_resident;		/* [m] */
	u64 peak_mapped;		/* [m] */
	u64 locked_pages;		/* [m] */
	u32 lock_future;		/* [m] AREA_LOCKED and AREA_LOCK_ON_FAULT of what is mapped from now on (mlockall) */
	u64 data_pages;			/* [m] private writable */
	u64 mmap_base;			/* [I] mappings without an address go below */
	u64 brk_start, brk;		/* [m] */
	u64 stack_top;			/* [I] */
	u64 code_start, code_end, data_start, data_end;	/* [I] of the main program, for /proc */
	u64 arg_start, arg_end, env_start, env_end;	/* [I] */
	u64 auxv[48];			/* [I] as given to the program, for /proc/self/auxv */
	unsigned auxv_count;		/* [I] words */
	struct file *exe;		/* [I] what /proc/self/exe shows; holds a reference */
	u64 vdso;			/* [I] */
	atomic32 membarrier;		/* [a] what it registered for (sched/membarrier.h) */
};

struct mm *mm_create(void);			/* empty; NULL when memory is out */
struct mm *mm_clone(struct mm *mm);		/* fork's copy; NULL when memory is out */
static inline void mm_get(struct mm *mm) { atomic_inc(&mm->refs); }
void mm_put(struct mm *mm);			/* may sleep; the last one unmaps everything */

/*
 * mmap(2) on the current or another mm, arguments already checked for type by the caller (sys/memory.c). `file` may be NULL; a
 * reference is taken. Returns the address or a negative errno.
 */
i64 mm_map(struct mm *mm, u64 addr, u64 length, u32 prot, u32 map_flags, struct file *file, u64 page_offset,
	   const char *name);
int mm_unmap(struct mm *mm, u64 addr, u64 length);
int mm_protect(struct mm *mm, u64 addr, u64 length, u32 prot);
i64 mm_remap(struct mm *mm, u64 old, u64 old_length, u64 new_length, int flags, u64 new_addr);
int mm_advise(struct mm *mm, u64 addr, u64 length, int advice);
/* mlock(2) and its family: `flags` are AREA_LOCKED and AREA_LOCK_ON_FAULT, 0 unlocks. The caller's limits are checked. */
int mm_lock_range(struct mm *mm, u64 addr, u64 length, u32 flags);
bool mm_is_locked(struct mm *mm, u64 addr);	/* mapped, and its pages are to be there without a fault */
int mm_lock_all(struct mm *mm, bool now, bool later, u32 flags);

/* mincore(2) for one page: is it there? -ENOMEM where nothing is mapped. */
int mm_page_resident(struct mm *mm, u64 addr);

u64 mm_brk(struct mm *mm, u64 addr);		/* the break afterwards, as brk(2) the system call */

/* Bring pages in, as a fault would; 0 or -errno. For MAP_POPULATE and for exec before the program runs. */
int mm_populate(struct mm *mm, u64 addr, u64 length);

/*
 * Copy to or from another address space (exec's new stack, /proc/PID/cmdline): bytes copied, or -EFAULT when none.
 * Ignores protections when `force`.
 */
ssize_t mm_write(struct mm *mm, u64 addr, const void *src, size_t size, bool force);
ssize_t mm_read(struct mm *mm, u64 addr, void *dst, size_t size);

/* The page behind an address that the program may read, referenced, brought in when need be: ERR_PTR(-EFAULT). */
struct page *mm_get_page(struct mm *mm, u64 addr) __must_check;

enum fault_access { FAULT_READ, FAULT_WRITE, FAULT_EXEC };

/* What a fault comes to: 0, or the signal that the program gets, with its si_code. */
struct fault_result {
	int signal;			/* 0, SIGSEGV, SIGBUS; SIGKILL when memory is out */
	int code;
};
struct fault_result mm_fault(struct mm *mm, u64 addr, enum fault_access access, bool from_user_mode, u64 user_rsp);

/* Truncation: drop every mapping's pages of the file from page `first` on (to `end`, exclusive). May sleep. */
void mapping_unmap(struct mapping *m, u64 first_page, u64 end_page);

/* Call fn for each area in address order, the lock held; stops when fn returns non-zero, and returns that. */
int mm_for_each_area(struct mm *mm, int (*fn)(const struct area *a, void *arg), void *arg);

#endif
