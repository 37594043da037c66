/*
 * Open files and descriptor tables.
 *
 *  - struct file is an open file description (open(2)): shared by dup and fork, counted.
 *  - A descriptor table is shared by CLONE_FILES tasks, copied by fork; its lock guards the slots.
 *  - An operation that is absent answers as Linux does: read/write EINVAL, ioctl ENOTTY, seek ESPIPE, mmap ENODEV.
 */
#ifndef FS_FILE_H
#define FS_FILE_H

#include "fs/inode.h"
#include "fs/uio.h"
#include "lib/atomic.h"
#include "lib/types.h"
#include "sched/lock.h"

#define O_ACCMODE   03
#define O_RDONLY    00
#define O_WRONLY    01
#define O_RDWR      02
#define O_CREAT     0100
#define O_EXCL      0200
#define O_NOCTTY    0400
#define O_TRUNC     01000
#define O_APPEND    02000
#define O_NONBLOCK  04000
#define O_DSYNC     010000
#define O_ASYNC     020000
#define O_DIRECT    040000
#define O_LARGEFILE 0100000
#define O_DIRECTORY 0200000
#define O_NOFOLLOW  0400000
#define O_NOATIME   01000000
#define O_CLOEXEC   02000000
#define O_SYNC      04010000
#define O_PATH      010000000
#define O_TMPFILE   020200000

#define POLLIN     0x001
#define POLLPRI    0x002
#define POLL_URGENT 0x10000	/* of a wake-up alone: urgent data was announced, its owner gets SIGURG (fs/async.c) */
#define POLLOUT    0x004
#define POLLERR    0x008
#define POLLHUP    0x010
#define POLLNVAL   0x020
#define POLLRDNORM 0x040
#define POLLRDBAND 0x080
#define POLLWRNORM 0x100
#define POLLWRBAND 0x200
#define POLLMSG    0x400
#define POLLRDHUP  0x2000

struct area;
struct file_async;
struct poll_table;

/* getdents: emit returns false when the buffer is full. */
struct dir_context {
	bool (*emit)(struct dir_context *c, const char *name, size_t length, u64 ino, unsigned type, u64 next_pos);
	u64 pos;
};

struct file_ops {
	int (*open)(struct inode *inode, struct file *f);	/* after permission checks; 0 or -errno */
	ssize_t (*read)(struct file *f, struct uio *u, u64 *pos);	/* bytes, 0 at the end, -errno */
	ssize_t (*write)(struct file *f, struct uio *u, u64 *pos);
	i64 (*seek)(struct file *f, i64 offset, int whence);	/* the new position; NULL: ESPIPE */
	int (*readdir)(struct file *f, struct dir_context *c);
	unsigned (*poll)(struct file *f, struct poll_table *t);	/* POLL bits now; t may be NULL; NULL op: always ready */
	long (*ioctl)(struct file *f, unsigned request, u64 argument);
	bool knows_nowait;		/* read and write heed uio->nowait, or never sleep */
	bool seek_ignored;		/* seek is NULL, and lseek answers 0 all the same: offsets mean nothing here */
	bool no_splice_read, no_splice_write;	/* splice and sendfile do not move its bytes, though read and write do: EINVAL */
	bool maps_anonymous;		/* a mapping of it is anonymous memory: /dev/zero. Otherwise only inode->ops->get_page maps */
	void (*release)(struct file *f);			/* last reference gone */
	void (*flush)(struct file *f);				/* a descriptor was closed */
};

/* Letters: [I] immutable, [a] atomic, [o] pos_lock. */
struct file {
	atomic32 refs;			/* [a] */
	u32 flags;			/* [a] O_ bits; fcntl changes O_APPEND, O_NONBLOCK … */
	struct inode *inode;		/* [I] referenced */
	struct dentry *dentry;		/* [I] referenced; may be NULL (pipes) */
	const struct file_ops *ops;	/* [I] */
	struct mutex pos_lock;		/* RANK_FILE_POS */
	u64 pos;			/* [o] */
	void *data;			/* the owner's */
	struct cred const *cred;	/* [I] opener's, referenced */
	bool wrote;			/* [I] counted in inode->writers */
	bool executes;			/* [I] counted in inode->writers, negatively */
	struct file_async *async;	/* [fs/async.c] who gets signals; NULL: nobody was ever named */
	struct epoll_item *watchers;	/* [fs/epoll.c] epolls that watch it */
};

/* Most bytes that one read or write moves. */
#define IO_MAX 0x7ffff000ul

/* Access mode 3 asks for both permissions and gives neither (open(2)): the mode plus one is a mask of read and write. */
static inline bool file_readable(const struct file *f) { return ((f->flags + 1) & 1) && !(f->flags & O_PATH); }
static inline bool file_writable(const struct file *f) { return ((f->flags + 1) & 2) && !(f->flags & O_PATH); }

/* Is a transfer to fail with EAGAIN, or to be short, rather than to sleep? */
static inline bool dont_wait(const struct file *f, const struct uio *u) { return (f->flags & O_NONBLOCK) || u->nowait; }

/* A file over an inode (whose reference and the dentry's are taken), ops->open called. ERR_PTR on failure. */
struct file *file_open_inode(struct inode *inode, struct dentry *dentry, u32 flags);

/*
 * A file that has no name (eventfd, epoll …): a new inode of the anonymous file system, `ops` and `data` as given (ops->open
 * is not called). /proc shows it as anon_inode:[name], so `name` includes the brackets. ERR_PTR on failure.
 */
struct file *file_create_anon(const char *name, const struct file_ops *ops, void *data, u32 flags);

/* The file's dentry, referenced; one is made for a nameless file. ERR_PTR(-ENOMEM). */
struct dentry *file_dentry(struct file *f);

/* "/a/b", "pipe:[7]", "socket:[8]" …, at the end of buf; a pointer into it, or ERR_PTR(-ENAMETOOLONG). */
char *file_path(struct file *f, char *buf, size_t size);
static inline void file_get(struct file *f) { atomic_inc(&f->refs); }
void file_put(struct file *f);
u64 file_count(void);			/* open file descriptions of the machine */

/* Transfers, access mode and offset checked: at *pos, or at the file's own offset when pos is NULL. Bytes or -errno. */
ssize_t file_read(struct file *f, struct uio *u, u64 *pos);
ssize_t file_write(struct file *f, struct uio *u, u64 *pos);

/* Kernel-side transfers at an offset: bytes or -errno. */
ssize_t file_read_kernel(struct file *f, void *buf, size_t size, u64 pos);

/* lseek over [0, size] for files whose size is inode->size; takes no lock but the caller's pos_lock. */
i64 file_seek_sized(struct file *f, i64 offset, int whence);

/* lseek for files where an offset means nothing, but seeking is allowed (/dev/null). */
i64 file_seek_nowhere(struct file *f, i64 offset, int whence);

#define SEEK_SET  0
#define SEEK_CUR  1
#define SEEK_END  2
#define SEEK_DATA 3
#define SEEK_HOLE 4

/* SIGPIPE, SIGXFSZ: sent to the current task as if by itself. */
void file_raise_signal(int sig);

/* Descriptor tables. */
#define FD_LIMIT 1048576u		/* slots of the largest */
extern u32 fd_max;			/* [a] fs.nr_open: the highest RLIMIT_NOFILE that can be set; at most FD_LIMIT */
struct fd_table;
struct fd_table *fd_table_create(void);
struct fd_table *fd_table_clone(struct fd_table *from);	/* NULL when memory is out */
void fd_table_get(struct fd_table *t);
void fd_table_put(struct fd_table *t);
void fd_table_close_on_exec(struct fd_table *t);

struct file *fd_get(int fd);			/* of the current task, referenced; NULL: EBADF (O_PATH files too) */
struct file *fd_get_any(int fd);		/* O_PATH files too */
int fd_reserve(u32 flags);			/* a free descriptor (O_CLOEXEC honoured) without a file yet; -EMFILE, -ENOMEM */
void fd_install(int fd, struct file *f);	/* takes the reference over */
void fd_unreserve(int fd);
int fd_reserve_from(int lowest, u32 flags);	/* as fd_reserve, at or above `lowest`; -EINVAL beyond the limit */
int fd_add(struct file *f, u32 flags);		/* reserve + install; on failure the reference stays the caller's */
int fd_close(int fd);
int fd_replace(int fd, struct file *f, u32 flags);	/* dup2: takes a reference of its own; closes what was there; fd or -errno */
int fd_close_range(unsigned first, unsigned last);	/* every open one in [first, last]; always 0 */
int fd_cloexec_range(unsigned first, unsigned last);	/* mark them close-on-exec */
int fd_flags(int fd);				/* 1 close-on-exec, 0 not, -EBADF */
int fd_set_flags(int fd, bool cloexec);		/* 0 or -EBADF */
int fd_unshare(void);				/* the current task gets a table of its own: 0 or -ENOMEM */

/* Of any table, for /proc: the file, referenced, or NULL; the first open descriptor at or above fd, or -1. */
struct file *fd_table_get_file(struct fd_table *t, int fd);
int fd_table_next(struct fd_table *t, int fd);
unsigned fd_table_size(struct fd_table *t);	/* slots allocated, for FDSize */

/* Paths. */
struct fs_context {
	atomic32 refs;
	struct spinlock lock;		/* RANK_FS */
	struct dentry *root, *cwd;	/* [lock] referenced */
	u32 umask;			/* [a] */
};
struct fs_context *fs_context_create(struct dentry *root);
struct fs_context *fs_context_clone(struct fs_context *from);
void fs_context_get(struct fs_context *c);
void fs_context_put(struct fs_context *c);

#define AT_FDCWD            (-100)
#define AT_SYMLINK_NOFOLLOW 0x100
#define AT_REMOVEDIR        0x200
#define AT_EACCESS          0x200
#define AT_SYMLINK_FOLLOW   0x400
#define AT_NO_AUTOMOUNT     0x800
#define AT_EMPTY_PATH       0x1000

enum path_flags {
	PATH_FOLLOW    = 1 << 0,	/* follow a symbolic link at the end */
	PATH_DIRECTORY = 1 << 1,	/* must be a directory */
	PATH_EMPTY     = 1 << 2,	/* "" means dirfd itself */
};

/* The current task's, referenced. */
struct dentry *fs_root(void);
struct dentry *fs_cwd(void);
void fs_set_root(struct dentry *d);		/* takes a reference of its own */
void fs_set_cwd(struct dentry *d);

/* A buffer of PATH_MAX bytes from a cache; NULL when memory is out. */
char *path_buffer_get(void) __must_check;
void path_buffer_put(char *buffer);

/* Copy a path from the caller's memory into a path buffer: ERR_PTR(-EFAULT, -ENAMETOOLONG, -ENOMEM). "" is let through. */
char *path_from_user(uaddr path) __must_check;

/* Walk a kernel string from dirfd (or AT_FDCWD): a referenced dentry with an inode, or ERR_PTR. */
struct dentry *path_lookup(int dirfd, const char *path, unsigned flags);

/* open(2) on a kernel string: a file, or ERR_PTR. */
struct file *path_open(int dirfd, const char *path, u32 flags, u32 mode);

/* The same with openat2(2)'s RESOLVE_ bits (fs/path.h). */
struct file *path_open_within(int dirfd, const char *path, u32 flags, u32 mode, unsigned resolve);

/* For exec: opened for execution (regular, execute permission), or ERR_PTR(-EACCES …). */
struct file *path_open_exec(int dirfd, const char *path);

/* Shared anonymous memory: an unnamed file of `size` bytes, zero, pages on use. ERR_PTR. */
struct file *shmem_file_create(const char *name, u64 size);

/*
 * Polling: a poll op calls poll_wait for each queue whose wake-ups change its answer; t may be NULL. The queue lives as long as
 * the file: where it does not by itself, a lasting registration makes it (or sets out_of_memory). The op puts no file.
 */
struct poll_table {
	void (*wait)(struct poll_table *t, struct waitq *q);
	bool lasting;			/* the registration outlives the call: epoll */
	bool out_of_memory;		/* a queue is missing */
};

/* What a file answers to poll now, and register t (may be NULL) for changes. */
unsigned file_poll(struct file *f, struct poll_table *t);
static inline void poll_wait(struct poll_table *t, struct waitq *q)
{
	if (t)
		t->wait(t, q);
}

/*
 * Boot: the root from the archive, which is page aligned in the direct map; /dev and /proc mounted. Ends the machine with
 * one sentence (boot_fail) when the archive is unusable. After slab_init, before device drivers and the first process.
 */
void fs_init(const void *archive, u64 size);

/* The root of everything, for the first process's fs_context. */
struct dentry *fs_root_dentry(void);

/*
 * Devices: a device by number, served by ops; a node of that name ("tty", "pts/0") appears under /dev. `mode` may carry
 * S_IFBLK; otherwise it is a character device. ops->open finds `data` in f->data. 0, -EEXIST or -ENOMEM. Any time after
 * fs_init, task context or boot.
 */
int device_register(const char *name, u32 mode, u64 rdev, const struct file_ops *ops, void *data);

#endif
