/* System calls on memory: mmap(2), munmap(2), mprotect(2), mremap(2), madvise(2), msync(2), brk(2), mlock(2), mincore(2). */
#include "fs/file.h"
#include "fs/memfd.h"
#include "fs/memfs.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "mm/area.h"
#include "mm/usercopy.h"
#include "sched/process.h"
#include "sched/task.h"
#include "trace/unimplemented.h"

#define MS_ASYNC      1
#define MS_INVALIDATE 2
#define MS_SYNC       4

#define PROT_KNOWN    (PROT_READ | PROT_WRITE | PROT_EXEC)
/* Flags that Linux has and that mean nothing here: MAP_DENYWRITE, MAP_EXECUTABLE, MAP_NONBLOCK, MAP_STACK, MAP_32BIT. */
#define MAP_IGNORED   (0x0800 | 0x1000 | 0x10000 | MAP_STACK | MAP_32BIT)
#define MAP_KNOWN     (MAP_TYPE | MAP_FIXED | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_LOCKED | MAP_NORESERVE | MAP_POPULATE | \
		       MAP_FIXED_NOREPLACE | MAP_IGNORED)

/* May the file be mapped so? The checks of mmap(2) that need it. */
static int check_file(struct file *f, u32 prot, u32 flags, u64 page_offset, u64 length)
{
	u64 pages = ALIGN_UP(length, PAGE_SIZE) >> PAGE_SHIFT;

	if (page_offset + pages < page_offset || page_offset + pages > (u64)INT64_MAX >> PAGE_SHIFT)
		return -EOVERFLOW;
	if (!file_readable(f))
		return -EACCES;
	if ((flags & MAP_TYPE) != MAP_PRIVATE && (prot & PROT_WRITE) && !file_writable(f))
		return -EACCES;
	if ((prot & PROT_EXEC) && f->dentry && (dentry_mount(f->dentry)->flags & MS_NOEXEC))
		return -EPERM;
	if (!f->inode->ops->get_page && !f->ops->maps_anonymous)
		return -ENODEV;
	return 0;
}

static i64 map_anonymous(struct mm *mm, u64 address, u64 length, u32 prot, u32 flags)
{
	struct file *f;
	i64 result;

	if ((flags & MAP_TYPE) == MAP_PRIVATE)
		return mm_map(mm, address, length, prot, flags, NULL, 0, NULL);
	f = shmem_file_create("/dev/zero", ALIGN_UP(length, PAGE_SIZE));
	if (IS_ERR(f))
		return PTR_ERR(f);
	result = mm_map(mm, address, length, prot, flags, f, 0, NULL);
	file_put(f);
	return result;
}

/* The inode's lock keeps seals from being added between the look at them and the mapping. */
static i64 map_shared_memfile(struct mm *mm, u64 address, u64 length, u32 prot, u32 flags, struct file *f, u64 page_offset)
{
	i64 result = -EPERM;

	mutex_lock(&f->inode->lock);
	if (!(prot & PROT_WRITE) || !memfd_write_sealed(f))
		result = mm_map(mm, address, length, prot, flags, f, page_offset, NULL);
	mutex_unlock(&f->inode->lock);
	return result;
}

static i64 map_file(struct mm *mm, u64 address, u64 length, u32 prot, u32 flags, int fd, u64 page_offset)
{
	struct file *f = fd_get(fd);
	i64 result;

	if (!f)
		return -EBADF;
	result = check_file(f, prot, flags, page_offset, length);
	if (result == 0 && f->ops->maps_anonymous)
		result = map_anonymous(mm, address, length, prot, flags);
	else if (result == 0 && (flags & MAP_TYPE) != MAP_PRIVATE && inode_is_memfile(f->inode))
		result = map_shared_memfile(mm, address, length, prot, flags, f, page_offset);
	else if (result == 0)
		result = mm_map(mm, address, length, prot, flags, f, page_offset, NULL);
	file_put(f);
	return result;
}

static int check_map_flags(u32 flags)
{
	if (unlikely(flags & ~(u32)MAP_KNOWN))
		report_unimplemented_value("mmap", "flags", flags & ~(u32)MAP_KNOWN);
	switch (flags & MAP_TYPE) {
	case MAP_PRIVATE:
	case MAP_SHARED:
		break;
	case MAP_SHARED_VALIDATE:
		if (flags & ~(u32)MAP_KNOWN)
			return -EOPNOTSUPP;
		break;
	default:
		return -EINVAL;
	}
	if (flags & MAP_HUGETLB)
		return flags & MAP_ANONYMOUS ? -ENOMEM : -EINVAL;	/* no huge pages are set aside */
	return 0;
}

long sys_mmap(uaddr addr, size_t length, int prot, int flags, int fd, int64_t offset)
{
	struct mm *mm = current->mm;
	u32 access = (u32)prot & PROT_KNOWN;
	int error = check_map_flags((u32)flags);
	i64 result;

	if (offset & (i64)PAGE_MASK)
		return -EINVAL;
	if (length == 0)
		return -EINVAL;
	if (error != 0)
		return error;
	if (length > USER_END)
		return -ENOMEM;
	if ((flags & MAP_LOCKED) && !capable(CAP_IPC_LOCK) && rlimit_get(RLIMIT_MEMLOCK) == 0)
		return -EPERM;
	if (flags & MAP_ANONYMOUS)
		result = map_anonymous(mm, addr.v, length, access, (u32)flags);
	else
		result = map_file(mm, addr.v, length, access, (u32)flags, fd, (u64)offset >> PAGE_SHIFT);
	if (result >= 0 && ((flags & (MAP_POPULATE | MAP_LOCKED)) || (mm->lock_future & (AREA_LOCKED | AREA_LOCK_ON_FAULT)) == AREA_LOCKED))
		(void)mm_populate(mm, (u64)result, length);	/* as Linux: what cannot be had now comes by faults */
	return result;
}

long sys_munmap(uaddr addr, size_t length)
{
	return mm_unmap(current->mm, addr.v, length);
}

long sys_mprotect(uaddr addr, size_t length, int prot)
{
	u32 grow = (u32)prot & (PROT_GROWSDOWN | PROT_GROWSUP);

	if (((u32)prot & ~(u32)(PROT_KNOWN | PROT_GROWSDOWN | PROT_GROWSUP | 8)) || grow == (PROT_GROWSDOWN | PROT_GROWSUP) ||
	    (grow & PROT_GROWSUP))
		return -EINVAL;
	return mm_protect(current->mm, addr.v, length, (u32)prot & (PROT_KNOWN | PROT_GROWSDOWN));
}

long sys_mremap(uaddr addr, size_t old_length, size_t new_length, int flags, uaddr new_addr)
{
	struct mm *mm = current->mm;
	u64 old = ALIGN_UP(old_length, PAGE_SIZE), new = ALIGN_UP(new_length, PAGE_SIZE);
	i64 result = mm_remap(mm, addr.v, old_length, new_length, flags, new_addr.v);

	if (result >= 0 && new > old && mm_is_locked(mm, (u64)result + old))
		(void)mm_populate(mm, (u64)result + old, new - old);
	return result;
}

long sys_madvise(uaddr addr, size_t length, int advice)
{
	return mm_advise(current->mm, addr.v, length, advice);
}

/* Mappings and files share their pages, so they never differ: msync only checks. */
long sys_msync(uaddr addr, size_t length, int flags)
{
	u64 address = addr.v, end = address + ALIGN_UP(length, PAGE_SIZE);
	struct mm *mm = current->mm;
	long result = 0;

	if ((flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC)) || !IS_ALIGNED(address, PAGE_SIZE) ||
	    ((flags & MS_ASYNC) && (flags & MS_SYNC)))
		return -EINVAL;
	if (end < address)
		return -ENOMEM;
	mutex_lock(&mm->lock);
	while (address < end && result == 0) {
		struct area *a = area_find(mm, address);

		if (!a)
			result = -ENOMEM;
		else if ((flags & MS_INVALIDATE) && (a->flags & AREA_LOCKED))
			result = -EBUSY;
		else
			address = a->end;
	}
	mutex_unlock(&mm->lock);
	return result;
}

/* ---- Locked and resident memory ---- */

#define MLOCK_ONFAULT 1
#define MCL_CURRENT 1
#define MCL_FUTURE  2
#define MCL_ONFAULT 4

long sys_mlock(uaddr addr, size_t length)
{
	return mm_lock_range(current->mm, addr.v, length, AREA_LOCKED);
}

long sys_mlock2(uaddr addr, size_t length, int flags)
{
	if (flags & ~MLOCK_ONFAULT)
		return -EINVAL;
	return mm_lock_range(current->mm, addr.v, length, AREA_LOCKED | (flags ? AREA_LOCK_ON_FAULT : 0));
}

long sys_munlock(uaddr addr, size_t length)
{
	return mm_lock_range(current->mm, addr.v, length, 0);
}

long sys_mlockall(int flags)
{
	u32 kind = AREA_LOCKED | (flags & MCL_ONFAULT ? AREA_LOCK_ON_FAULT : 0);

	if (!(flags & (MCL_CURRENT | MCL_FUTURE)) || (flags & ~(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT)))
		return -EINVAL;
	if (!capable(CAP_IPC_LOCK) && rlimit_get(RLIMIT_MEMLOCK) == 0)
		return -EPERM;
	return mm_lock_all(current->mm, flags & MCL_CURRENT, flags & MCL_FUTURE, kind);
}

long sys_munlockall(void)
{
	return mm_lock_all(current->mm, true, false, 0);
}

long sys_mincore(uaddr addr, size_t length, uaddr vec)
{
	u64 pages = ALIGN_UP(length, PAGE_SIZE) >> PAGE_SHIFT;
	u8 batch[128];

	if (!IS_ALIGNED(addr.v, PAGE_SIZE))
		return -EINVAL;
	if (length > USER_END || addr.v > USER_END - length)
		return -ENOMEM;
	for (u64 done = 0, n; done < pages; done += n) {
		for (n = 0; n < sizeof(batch) && done + n < pages; n++) {
			int present = mm_page_resident(current->mm, addr.v + (done + n) * PAGE_SIZE);

			if (present < 0)
				return present;
			batch[n] = (u8)present;
		}
		if (copy_to_user(UADDR(vec.v + done), batch, n))
			return -EFAULT;
		preempt_point();
	}
	return 0;
}

long sys_brk(uaddr addr)
{
	struct mm *mm = current->mm;
	u64 old = READ_ONCE(mm->brk), now = mm_brk(mm, addr.v);

	if (now > old && (mm->lock_future & (AREA_LOCKED | AREA_LOCK_ON_FAULT)) == AREA_LOCKED)
		(void)mm_populate(mm, ALIGN_UP(old, PAGE_SIZE), ALIGN_UP(now, PAGE_SIZE) - ALIGN_UP(old, PAGE_SIZE));
	return (long)now;
}
