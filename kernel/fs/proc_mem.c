/*
 * /proc/PID/mem and pagemap: another process's memory and what is behind its pages, by offset. Who may trace the process may
 * look (ptrace(2)); that is asked when the file is opened and at each access, so that an open file gives nothing of a program
 * that a later exec made privileged. Memory is copied through a page of the kernel's, never with both sides locked. Task context.
 */
#include "fs/proc.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/area.h"
#include "mm/slab.h"
#include "sched/task.h"
#include "trace/trace.h"

/* Bits of pagemap's words (Linux: admin-guide/mm/pagemap). */
#define MAP_PRESENT   (1ull << 63)
#define MAP_OF_FILE   (1ull << 61)
#define MAP_EXCLUSIVE (1ull << 56)
#define MAP_FRAME     ((1ull << 55) - 1)

#define WORDS_PER_TURN 64u

/* The address space, referenced; NULL: the process has none any more; ERR_PTR(-EACCES). */
static struct mm *allowed_mm(const struct proc_node *n)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	bool allowed = trace_allowed(n->process);

	spin_unlock_irqrestore(&tasks_lock, s);
	return allowed ? proc_mm(n) : ERR_PTR(-EACCES);
}

static int mem_open(struct inode *inode, struct file *f)
{
	struct mm *mm = allowed_mm(proc_file_node(f));

	if (mm && !IS_ERR(mm))
		mm_put(mm);
	return IS_ERR(mm) ? (int)PTR_ERR(mm) : 0;
}

static i64 mem_seek(struct file *f, i64 offset, int whence)
{
	if (whence != SEEK_SET && whence != SEEK_CUR)
		return -EINVAL;
	return file_seek_sized(f, offset, whence);
}

/* ---- mem ---- */

/* At most a page: what was moved, or -EIO where the process has nothing, -EFAULT for a bad address of the caller's. */
static ssize_t read_part(struct mm *mm, u64 address, u8 *part, size_t n, struct uio *u)
{
	ssize_t got = mm_read(mm, address, part, n);
	size_t moved;

	if (got <= 0)
		return -EIO;
	moved = uio_read_in(u, part, (size_t)got);
	return moved ? (ssize_t)moved : -EFAULT;
}

static ssize_t write_part(struct mm *mm, u64 address, u8 *part, size_t n, struct uio *u)
{
	ssize_t moved;

	n = uio_write_out(u, part, n);
	if (n == 0)
		return -EFAULT;
	moved = mm_write(mm, address, part, n, true);
	return moved > 0 ? moved : -EIO;
}

static ssize_t mem_move(struct file *f, struct uio *u, u64 *pos, bool write)
{
	struct mm *mm = allowed_mm(proc_file_node(f));
	u8 *part;
	ssize_t done = 0, moved = 0;

	if (!mm || IS_ERR(mm))
		return PTR_ERR(mm);
	part = kmalloc(PAGE_SIZE);
	while (part && u->left > 0) {
		size_t n = MIN(u->left, PAGE_SIZE - (*pos & PAGE_MASK));

		moved = write ? write_part(mm, *pos, part, n, u) : read_part(mm, *pos, part, n, u);
		if (moved <= 0)
			break;
		done += moved;
		*pos += (u64)moved;
		if ((size_t)moved < n)
			break;
		preempt_point();
	}
	mm_put(mm);
	if (!part)
		return -ENOMEM;
	kfree(part);
	return done ? done : moved;
}

static ssize_t mem_read(struct file *f, struct uio *u, u64 *pos) { return mem_move(f, u, pos, false); }
static ssize_t mem_write(struct file *f, struct uio *u, u64 *pos) { return mem_move(f, u, pos, true); }

const struct file_ops proc_mem_ops = { .open = mem_open, .read = mem_read, .write = mem_write, .seek = mem_seek };

/* ---- pagemap ---- */

/* The word of one page; frames' numbers are for the privileged alone. */
static u64 page_word(const struct area *a, pte e, bool frames)
{
	u64 word = MAP_PRESENT;

	if (!pte_in_use(e))
		return 0;
	if (a && a->file)
		word |= MAP_OF_FILE;
	if (!(e & PTE_DEVICE) && atomic_read(&pte_page(e)->refs) == 1)
		word |= MAP_EXCLUSIVE;
	return frames ? word | ((pte_address(e).v >> PAGE_SHIFT) & MAP_FRAME) : word;
}

static void fill_words(struct mm *mm, u64 address, u64 *words, size_t count, bool frames)
{
	mutex_lock(&mm->lock);
	for (size_t i = 0; i < count; i++, address += PAGE_SIZE) {
		pte *entry = pte_find(mm->page_table, address);

		words[i] = entry ? page_word(area_find(mm, address), *entry, frames) : 0;
	}
	mutex_unlock(&mm->lock);
}

static ssize_t pagemap_read(struct file *f, struct uio *u, u64 *pos)
{
	u64 words[WORDS_PER_TURN];
	struct mm *mm;
	ssize_t done = 0;

	if (*pos % sizeof(u64) || u->left % sizeof(u64))
		return -EINVAL;
	mm = allowed_mm(proc_file_node(f));
	if (!mm || IS_ERR(mm))
		return PTR_ERR(mm);
	while (u->left > 0 && *pos / sizeof(u64) < USER_END >> PAGE_SHIFT) {
		u64 first = *pos / sizeof(u64);
		size_t count = MIN(MIN(u->left / sizeof(u64), (size_t)WORDS_PER_TURN), (size_t)((USER_END >> PAGE_SHIFT) - first));
		size_t copied;

		fill_words(mm, first << PAGE_SHIFT, words, count, cred_capable(f->cred, CAP_SYS_ADMIN));
		copied = uio_read_in(u, words, count * sizeof(u64));
		*pos += copied;
		done += (ssize_t)copied;
		if (copied < count * sizeof(u64)) {
			done = done ? done : -EFAULT;
			break;
		}
		preempt_point();
	}
	mm_put(mm);
	return done;
}

const struct file_ops proc_pagemap_ops = { .open = mem_open, .read = pagemap_read, .seek = mem_seek };
