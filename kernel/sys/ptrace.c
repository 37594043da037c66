/* ptrace, process_vm_readv and process_vm_writev. Thin over trace/; task context. */
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "mm/aspace.h"
#include "mm/slab.h"
#include "sched/pid.h"
#include "sys/uio_import.h"
#include "trace/trace.h"
#include "trace/unimplemented.h"

#define PART_SIZE 4096

long sys_ptrace(long request, int pid, uaddr addr, uaddr data)
{
	return trace_request(request, pid, addr.v, data.v);
}

/* The address space of a process that the caller may trace, referenced, or an error. */
static struct mm *mm_of_other(int pid)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct task *t = pid_task(pid);
	struct mm *mm = ERR_PTR(-ESRCH);

	if (t && t->mm)
		mm = trace_allowed(t->process) ? t->mm : ERR_PTR(-EPERM);
	if (!IS_ERR(mm))
		mm_get(mm);
	spin_unlock_irqrestore(&tasks_lock, s);
	return mm;
}

/* At most a page between the other space and the caller's, by way of `part`: what was moved, 0 at the first fault. */
static size_t move_part(struct mm *mm, u64 other, uaddr own, u8 *part, size_t n, bool write)
{
	ssize_t moved;

	if (write) {
		n -= copy_from_user_partial(part, own, n);
		moved = n ? mm_write(mm, other, part, n, false) : 0;
		return moved < 0 ? 0 : (size_t)moved;
	}
	moved = mm_read(mm, other, part, n);
	return moved < 0 ? 0 : (size_t)moved - copy_to_user_partial(own, part, (size_t)moved);
}

/* Both vectors run in step until one ends or an access faults. */
static long move_all(struct mm *mm, const struct iovec *own, unsigned own_count, const struct iovec *other, unsigned other_count,
		     u8 *part, bool write)
{
	unsigned i = 0, j = 0;
	u64 own_at = 0, other_at = 0, total = 0;

	while (i < own_count && j < other_count) {
		size_t n = MIN(MIN(own[i].length - own_at, other[j].length - other_at), (u64)PART_SIZE), moved = 0;

		if (n > 0)
			moved = move_part(mm, other[j].base.v + other_at, UADDR(own[i].base.v + own_at), part, n, write);
		total += moved;
		if (moved < n)
			return total ? (long)total : -EFAULT;
		own_at += n;
		other_at += n;
		if (own_at == own[i].length) {
			i++;
			own_at = 0;
		}
		if (other_at == other[j].length) {
			j++;
			other_at = 0;
		}
		preempt_point();
	}
	return (long)total;
}

static long copy_other_vectors(struct iovec **list, uaddr iov, unsigned long count)
{
	*list = NULL;
	if (count > IOV_MAX)
		return -EINVAL;
	if (count == 0)
		return 0;
	*list = kmalloc_array(count, sizeof(struct iovec));
	if (!*list)
		return -ENOMEM;
	if (copy_from_user(*list, iov, count * sizeof(struct iovec)) < 0)
		return -EFAULT;
	for (unsigned long i = 0; i < count; i++)
		if ((i64)(*list)[i].length < 0)
			return -EINVAL;
	return 0;
}

static long move_vectors(int pid, const struct iovec *own, unsigned own_count, const struct iovec *other, unsigned other_count,
			 bool write)
{
	struct mm *mm = mm_of_other(pid);
	u8 *part;
	long r = -ENOMEM;

	if (IS_ERR(mm))
		return PTR_ERR(mm);
	part = kmalloc(PART_SIZE);
	if (part)
		r = move_all(mm, own, own_count, other, other_count, part, write);
	kfree(part);
	mm_put(mm);
	return r;
}

static long process_vm(int pid, uaddr local, unsigned long local_count, uaddr remote, unsigned long remote_count,
		       unsigned long flags, bool write)
{
	struct iov_copy copy;
	struct iovec *other;
	struct uio u;
	long r;

	if (flags != 0 || local_count > IOV_MAX)
		return -EINVAL;
	r = iov_copy_in(&copy, &u, local, (int)local_count);
	if (r < 0)
		return r;
	r = copy_other_vectors(&other, remote, remote_count);
	if (r == 0 && local_count > 0 && remote_count > 0)
		r = move_vectors(pid, copy.iov, (unsigned)local_count, other, (unsigned)remote_count, write);
	kfree(other);
	iov_copy_free(&copy);
	return r;
}

long sys_process_vm_readv(int pid, uaddr local_iov, unsigned long liovcnt, uaddr remote_iov, unsigned long riovcnt,
			  unsigned long flags)
{
	return process_vm(pid, local_iov, liovcnt, remote_iov, riovcnt, flags, false);
}

long sys_process_vm_writev(int pid, uaddr local_iov, unsigned long liovcnt, uaddr remote_iov, unsigned long riovcnt,
			   unsigned long flags)
{
	return process_vm(pid, local_iov, liovcnt, remote_iov, riovcnt, flags, true);
}
