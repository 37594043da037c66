/*
 * Memory mappings: mmap(2). Lengths are in bytes, rounded up to pages; addresses and offsets are multiples of 4096. 0, or -1
 * with errno.
 */
#ifndef _SYS_MMAN_H
#define _SYS_MMAN_H

#include <features.h>
#include <sys/types.h>

__ASTRA_BEGIN_DECLS

#define PROT_NONE  0
#define PROT_READ  1
#define PROT_WRITE 2
#define PROT_EXEC  4

#define MAP_SHARED          0x01
#define MAP_PRIVATE         0x02
#define MAP_FIXED           0x10
#define MAP_ANONYMOUS       0x20
#define MAP_ANON            MAP_ANONYMOUS
#define MAP_NORESERVE       0x4000
#define MAP_POPULATE        0x8000
#define MAP_STACK           0x20000
#define MAP_FIXED_NOREPLACE 0x100000
#define MAP_FAILED          ((void *)-1)

#define MREMAP_MAYMOVE 1
#define MREMAP_FIXED   2

#define MS_ASYNC      1
#define MS_INVALIDATE 2
#define MS_SYNC       4

#define MADV_NORMAL     0
#define MADV_RANDOM     1
#define MADV_SEQUENTIAL 2
#define MADV_WILLNEED   3
#define MADV_DONTNEED   4
#define MADV_FREE       8

/*
 * The mapping's address, or MAP_FAILED: EINVAL, ENOMEM, EACCES, EEXIST (MAP_FIXED_NOREPLACE); mremap EFAULT. A fifth argument:
 * MREMAP_FIXED's.
 */
void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset);
void *mremap(void *addr, size_t old_length, size_t new_length, int flags, ...);
/* Unmapping what is not mapped is no error; changing or writing it back is ENOMEM. */
int munmap(void *addr, size_t length);
int mprotect(void *addr, size_t length, int prot);
int msync(void *addr, size_t length, int flags);
/* Memory by name, in /dev/shm; a descriptor, closed by exec, or -1 as from open; a slash inside the name is EINVAL. */
int shm_open(const char *name, int flags, mode_t mode);
int shm_unlink(const char *name);
/* Advice; MADV_DONTNEED throws contents away at once, MADV_FREE when memory is short. EINVAL, ENOMEM. */
int madvise(void *addr, size_t length, int advice);

#define POSIX_MADV_NORMAL     0
#define POSIX_MADV_RANDOM     1
#define POSIX_MADV_SEQUENTIAL 2
#define POSIX_MADV_WILLNEED   3
#define POSIX_MADV_DONTNEED   4

/* Advice that never changes contents; 0 or an error number. */
int posix_madvise(void *addr, size_t length, int advice);

#define MCL_CURRENT 1
#define MCL_FUTURE  2

/* Keeps pages in memory, up to RLIMIT_MEMLOCK: a range, or all mappings that are there (MCL_CURRENT) or come (MCL_FUTURE). */
int mlock(const void *addr, size_t length);
int munlock(const void *addr, size_t length);
int mlockall(int flags);
int munlockall(void);

__ASTRA_END_DECLS

#endif
