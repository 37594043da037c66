/*
 * Descriptor tables: slots of struct file, with bitmaps of slots in use and of close-on-exec. The table's lock guards
 * them; it is taken by every change, and by reads of a table that other tasks share. The task whose table has one
 * reference reads without the lock: only itself could change or share it.
 *
 * A slot is reserved (its bit is set, its file is NULL) before the file exists and installed afterwards; closing clears
 * both. Files are put outside the lock, as that may sleep. Task context.
 */
#include "fs/file.h"
#include "fs/locks.h"
#include "lib/assert.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/kmap.h"
#include "mm/slab.h"
#include "sched/process.h"
#include "sched/task.h"

#define INITIAL_SLOTS 64u
#define MAX_SLOTS     FD_LIMIT
#define WORD_BITS     64
#define PAGED_BYTES   KIB(64)

/* Letters: [a] atomic, [l] lock, [I] immutable once part of a table. */
struct fd_slots {
	unsigned size;			/* [I] multiple of 64 */
	u64 *open, *cloexec;		/* [l] bitmaps of `size` bits */
	struct file *files[];		/* [l] */
};

struct fd_table {
	atomic32 refs;			/* [a] */
	struct spinlock lock;		/* RANK_FILES */
	struct fd_slots *slots;		/* [l] */
	unsigned first_free;		/* [l] no descriptor below it is free */
};

u32 fd_max = FD_LIMIT;

static bool bit_test(const u64 *map, unsigned i) { return map[i / WORD_BITS] >> (i % WORD_BITS) & 1; }
static void bit_set(u64 *map, unsigned i) { map[i / WORD_BITS] |= 1ull << (i % WORD_BITS); }
static void bit_clear(u64 *map, unsigned i) { map[i / WORD_BITS] &= ~(1ull << (i % WORD_BITS)); }

static size_t slots_bytes(unsigned size)
{
	return sizeof(struct fd_slots) + size * sizeof(struct file *) + 2 * size / 8;
}

/* Large ones have pages of their own wherever these are. */
static struct fd_slots *slots_alloc(unsigned size)
{
	size_t bytes = slots_bytes(size);
	struct fd_slots *s = bytes <= PAGED_BYTES ? kzalloc(bytes) : kmap_alloc(bytes);

	if (!s)
		return NULL;
	s->size = size;
	s->open = (u64 *)&s->files[size];
	s->cloexec = s->open + size / WORD_BITS;
	return s;
}

static void slots_free(struct fd_slots *s)
{
	if (slots_bytes(s->size) <= PAGED_BYTES)
		kfree(s);
	else
		kmap_free(s, slots_bytes(s->size));
}

static void slots_copy(struct fd_slots *to, const struct fd_slots *from, unsigned size)
{
	memcpy(to->files, from->files, size * sizeof(to->files[0]));
	memcpy(to->open, from->open, size / 8);
	memcpy(to->cloexec, from->cloexec, size / 8);
}

struct fd_table *fd_table_create(void)
{
	struct fd_table *t = kzalloc(sizeof(*t));

	if (!t)
		return NULL;
	t->slots = slots_alloc(INITIAL_SLOTS);
	if (!t->slots) {
		kfree(t);
		return NULL;
	}
	atomic_set(&t->refs, 1);
	spin_init(&t->lock, "fd_table", RANK_FILES);
	return t;
}

/* The slots that hold anything, rounded up to what a table of that content needs. */
static unsigned used_size(const struct fd_slots *s)
{
	unsigned words = s->size / WORD_BITS;

	while (words > 1 && s->open[words - 1] == 0)
		words--;
	return words * WORD_BITS;
}

struct fd_table *fd_table_clone(struct fd_table *from)
{
	struct fd_table *t = kzalloc(sizeof(*t));
	unsigned size = INITIAL_SLOTS;

	if (!t)
		return NULL;
	atomic_set(&t->refs, 1);
	spin_init(&t->lock, "fd_table", RANK_FILES);
	for (;;) {
		t->slots = slots_alloc(size);
		if (!t->slots) {
			kfree(t);
			return NULL;
		}
		spin_lock(&from->lock);
		if (used_size(from->slots) <= size)
			break;
		size = used_size(from->slots);
		spin_unlock(&from->lock);
		slots_free(t->slots);
	}
	size = used_size(from->slots);
	slots_copy(t->slots, from->slots, size);
	for (unsigned i = 0; i < size; i++) {
		if (t->slots->files[i])
			file_get(t->slots->files[i]);
		else
			bit_clear(t->slots->open, i);	/* another thread's reservation */
	}
	spin_unlock(&from->lock);
	return t;
}

void fd_table_get(struct fd_table *t)
{
	atomic_inc(&t->refs);
}

static void close_file(struct fd_table *t, struct file *f)
{
	if (f->inode->locks)
		record_locks_close(f->inode, t);
	if (f->ops && f->ops->flush)
		f->ops->flush(f);
	file_put(f);
}

void fd_table_put(struct fd_table *t)
{
	if (!atomic_dec_and_test(&t->refs))
		return;
	for (unsigned i = 0; i < t->slots->size; i++)
		if (t->slots->files[i])
			close_file(t, t->slots->files[i]);
	slots_free(t->slots);
	kfree(t);
}

/* At least one slot more than `fd`; the lock is dropped to allocate and to free. 0, -EMFILE or -ENOMEM. */
static int table_grow(struct fd_table *t, unsigned fd) REQUIRES(t->lock)
{
	unsigned size = t->slots->size;
	struct fd_slots *grown, *old;

	if (fd >= MAX_SLOTS)
		return -EMFILE;
	while (size <= fd)
		size *= 2;
	spin_unlock(&t->lock);
	grown = slots_alloc(size);
	spin_lock(&t->lock);
	if (!grown)
		return -ENOMEM;
	old = grown;
	if (t->slots->size < size) {
		old = t->slots;
		slots_copy(grown, old, old->size);
		t->slots = grown;
	}
	spin_unlock(&t->lock);
	slots_free(old);
	spin_lock(&t->lock);
	return 0;
}

/* The lowest free descriptor at or above `from`; the table's size when there is none. */
static unsigned find_free(const struct fd_slots *s, unsigned from)
{
	unsigned word = from / WORD_BITS;
	u64 taken_below = (1ull << (from % WORD_BITS)) - 1;

	for (; word < s->size / WORD_BITS; word++, taken_below = 0) {
		u64 free = ~(s->open[word] | taken_below);

		if (free)
			return word * WORD_BITS + (unsigned)__builtin_ctzll(free);
	}
	return MAX(s->size, from);
}

int fd_reserve_from(int lowest, u32 flags)
{
	struct fd_table *t = current->files;
	u64 limit = rlimit_get(RLIMIT_NOFILE);
	unsigned fd;
	int error = 0;

	if (lowest < 0 || (u64)lowest >= limit)
		return -EINVAL;
	spin_lock(&t->lock);
	for (;;) {
		fd = find_free(t->slots, MAX((unsigned)lowest, t->first_free));
		if (fd >= limit)
			error = -EMFILE;
		if (error || fd < t->slots->size)
			break;
		error = table_grow(t, fd);
		if (error)
			break;
	}
	if (!error) {
		bit_set(t->slots->open, fd);
		if (flags & O_CLOEXEC)
			bit_set(t->slots->cloexec, fd);
		else
			bit_clear(t->slots->cloexec, fd);
		if ((unsigned)lowest <= t->first_free)
			t->first_free = fd + 1;
	}
	spin_unlock(&t->lock);
	return error ? error : (int)fd;
}

int fd_reserve(u32 flags)
{
	int fd = fd_reserve_from(0, flags);

	return fd == -EINVAL ? -EMFILE : fd;
}

void fd_install(int fd, struct file *f)
{
	struct fd_table *t = current->files;

	spin_lock(&t->lock);
	ASSERT(bit_test(t->slots->open, (unsigned)fd) && !t->slots->files[fd]);
	t->slots->files[fd] = f;
	spin_unlock(&t->lock);
}

static void clear_slot(struct fd_table *t, unsigned fd) REQUIRES(t->lock)
{
	t->slots->files[fd] = NULL;
	bit_clear(t->slots->open, fd);
	bit_clear(t->slots->cloexec, fd);
	t->first_free = MIN(t->first_free, fd);
}

void fd_unreserve(int fd)
{
	struct fd_table *t = current->files;

	spin_lock(&t->lock);
	ASSERT(!t->slots->files[fd]);
	clear_slot(t, (unsigned)fd);
	spin_unlock(&t->lock);
}

int fd_add(struct file *f, u32 flags)
{
	int fd = fd_reserve(flags);

	if (fd >= 0)
		fd_install(fd, f);
	return fd;
}

static struct file *slot_file(const struct fd_table *t, int fd)
{
	return (unsigned)fd < t->slots->size ? t->slots->files[fd] : NULL;
}

struct file *fd_table_get_file(struct fd_table *t, int fd)
{
	struct file *f;

	spin_lock(&t->lock);
	f = slot_file(t, fd);
	if (f)
		file_get(f);
	spin_unlock(&t->lock);
	return f;
}

struct file *fd_get_any(int fd)
{
	struct fd_table *t = current->files;
	struct file *f;

	if (atomic_read(&t->refs) != 1)
		return fd_table_get_file(t, fd);
	f = slot_file(t, fd);
	if (f)
		file_get(f);
	return f;
}

struct file *fd_get(int fd)
{
	struct file *f = fd_get_any(fd);

	if (f && unlikely(f->flags & O_PATH)) {
		file_put(f);
		return NULL;
	}
	return f;
}

int fd_close(int fd)
{
	struct fd_table *t = current->files;
	struct file *f;

	spin_lock(&t->lock);
	f = slot_file(t, fd);
	if (f)
		clear_slot(t, (unsigned)fd);
	spin_unlock(&t->lock);
	if (!f)
		return -EBADF;
	close_file(t, f);
	return 0;
}

int fd_replace(int fd, struct file *f, u32 flags)
{
	struct fd_table *t = current->files;
	struct file *old = NULL;
	int error = 0;

	if (fd < 0 || (u64)fd >= rlimit_get(RLIMIT_NOFILE))
		return -EBADF;
	spin_lock(&t->lock);
	if ((unsigned)fd >= t->slots->size)
		error = table_grow(t, (unsigned)fd);
	if (!error) {
		old = t->slots->files[fd];
		if (!old && bit_test(t->slots->open, (unsigned)fd))
			error = -EBUSY;		/* another thread's open is about to install here */
	}
	if (!error) {
		file_get(f);
		t->slots->files[fd] = f;
		bit_set(t->slots->open, (unsigned)fd);
		if (flags & O_CLOEXEC)
			bit_set(t->slots->cloexec, (unsigned)fd);
		else
			bit_clear(t->slots->cloexec, (unsigned)fd);
	}
	spin_unlock(&t->lock);
	if (error)
		return error == -EMFILE ? -EBADF : error;
	if (old)
		close_file(t, old);
	return fd;
}

int fd_table_next(struct fd_table *t, int fd)
{
	unsigned i;

	spin_lock(&t->lock);
	for (i = (unsigned)fd; i < t->slots->size && !t->slots->files[i]; i++)
		;
	fd = i < t->slots->size ? (int)i : -1;
	spin_unlock(&t->lock);
	return fd;
}

unsigned fd_table_size(struct fd_table *t)
{
	unsigned size;

	spin_lock(&t->lock);
	size = t->slots->size;
	spin_unlock(&t->lock);
	return size;
}

int fd_close_range(unsigned first, unsigned last)
{
	struct fd_table *t = current->files;
	int fd;

	if (first >= MAX_SLOTS)
		return 0;
	for (fd = (int)first; (fd = fd_table_next(t, fd)) >= 0 && (unsigned)fd <= last; fd++)
		fd_close(fd);
	return 0;
}

int fd_cloexec_range(unsigned first, unsigned last)
{
	struct fd_table *t = current->files;

	spin_lock(&t->lock);
	for (unsigned i = first; i < t->slots->size && i <= last; i++)
		if (bit_test(t->slots->open, i))
			bit_set(t->slots->cloexec, i);
	spin_unlock(&t->lock);
	return 0;
}

void fd_table_close_on_exec(struct fd_table *t)
{
	for (unsigned i = 0;; i++) {
		struct file *f = NULL;

		spin_lock(&t->lock);
		while (i < t->slots->size && !bit_test(t->slots->cloexec, i))
			i += t->slots->cloexec[i / WORD_BITS] >> (i % WORD_BITS) ? 1 : WORD_BITS - i % WORD_BITS;
		if (i < t->slots->size) {
			f = t->slots->files[i];
			clear_slot(t, i);
		}
		spin_unlock(&t->lock);
		if (i >= t->slots->size)
			return;
		if (f)
			close_file(t, f);
	}
}

int fd_flags(int fd)
{
	struct fd_table *t = current->files;
	int flags = -EBADF;

	spin_lock(&t->lock);
	if (slot_file(t, fd))
		flags = bit_test(t->slots->cloexec, (unsigned)fd);
	spin_unlock(&t->lock);
	return flags;
}

int fd_set_flags(int fd, bool cloexec)
{
	struct fd_table *t = current->files;
	int error = -EBADF;

	spin_lock(&t->lock);
	if (slot_file(t, fd)) {
		error = 0;
		if (cloexec)
			bit_set(t->slots->cloexec, (unsigned)fd);
		else
			bit_clear(t->slots->cloexec, (unsigned)fd);
	}
	spin_unlock(&t->lock);
	return error;
}

int fd_unshare(void)
{
	struct fd_table *old = current->files, *t;
	irqstate s;

	if (atomic_read(&old->refs) == 1)
		return 0;
	t = fd_table_clone(old);
	if (!t)
		return -ENOMEM;
	s = spin_lock_irqsave(&tasks_lock);	/* by which /proc finds it */
	current->files = t;
	spin_unlock_irqrestore(&tasks_lock, s);
	fd_table_put(old);
	return 0;
}
