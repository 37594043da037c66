/*
 * Requests for registers: copied through a kernel buffer, because they are looked at under tasks_lock and the tracer's memory may
 * only be touched without it. Task context.
 */
#include "arch/x86_64/trace_regs.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "mm/usercopy.h"
#include "trace/request.h"

/* One way of a register set between a stopped task and a kernel buffer. 0 or -errno. */
typedef int (*move_fn)(struct trace *tie, void *buffer);

static int get_regs(struct trace *tie, void *buffer)
{
	trace_get_regs(tie->task, tie->stop->fs_base, tie->stop->gs_base, buffer);
	return 0;
}

static int set_regs(struct trace *tie, void *buffer)
{
	return trace_set_regs(tie->task, &tie->stop->fs_base, &tie->stop->gs_base, buffer);
}

static int get_fxsave(struct trace *tie, void *buffer)
{
	trace_get_fxsave(tie->task, buffer);
	return 0;
}

static int set_fxsave(struct trace *tie, void *buffer)
{
	return trace_set_fxsave(tie->task, buffer);
}

static int get_xstate(struct trace *tie, void *buffer)
{
	trace_get_xstate(tie->task, buffer);
	return 0;
}

static int set_xstate(struct trace *tie, void *buffer)
{
	return trace_set_xstate(tie->task, buffer);
}

struct register_set {
	move_fn get, set;
	size_t size;
};

/* The set of a note type; size 0 when there is none. */
static struct register_set find_set(u64 type)
{
	switch (type) {
	case ABI_NT_PRSTATUS:
		return (struct register_set){ get_regs, set_regs, sizeof(struct abi_user_regs) };
	case ABI_NT_FPREGSET:
		return (struct register_set){ get_fxsave, set_fxsave, FXSAVE_SIZE };
	case ABI_NT_X86_XSTATE:
		return (struct register_set){ get_xstate, set_xstate, trace_xstate_size() };
	default:
		return (struct register_set){ NULL, NULL, 0 };
	}
}

static int move(int pid, move_fn fn, void *buffer)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct trace *tie = trace_find_stopped(pid);
	int r = tie ? fn(tie, buffer) : -ESRCH;

	spin_unlock_irqrestore(&tasks_lock, s);
	return r;
}

static int get_set(int pid, const struct register_set *set, uaddr to, size_t size)
{
	void *buffer = kzalloc(set->size);
	int r = buffer ? move(pid, set->get, buffer) : -ENOMEM;

	if (r == 0)
		r = copy_to_user(to, buffer, size);
	kfree(buffer);
	return r;
}

/* A part of a set changes the first registers of it alone. */
static int put_set(int pid, const struct register_set *set, uaddr from, size_t size)
{
	void *buffer = kzalloc(set->size);
	int r = buffer ? move(pid, set->get, buffer) : -ENOMEM;

	if (r == 0)
		r = copy_from_user(buffer, from, size);
	if (r == 0)
		r = move(pid, set->set, buffer);
	kfree(buffer);
	return r;
}

/* GETREGSET, SETREGSET: `vector` is a struct iovec, whose length becomes what was moved. */
static long set_by_vector(long request, int pid, u64 type, uaddr vector)
{
	struct register_set set = find_set(type);
	u64 iov[2];
	int r;

	if (set.size == 0)
		return -EINVAL;
	if (get_user_object(&iov, vector) < 0)
		return -EFAULT;
	if (iov[1] % sizeof(u64) != 0)
		return -EINVAL;
	if (request == ABI_PTRACE_SETREGSET && type == ABI_NT_X86_XSTATE && iov[1] < set.size)
		return -EFAULT;
	iov[1] = MIN(iov[1], set.size);
	r = request == ABI_PTRACE_GETREGSET ? get_set(pid, &set, UADDR(iov[0]), iov[1]) :
					      put_set(pid, &set, UADDR(iov[0]), iov[1]);
	if (r < 0)
		return r;
	return put_user_object(UADDR(vector.v + sizeof(u64)), &iov[1]);
}

long trace_regs_request(long request, int pid, u64 addr, u64 data)
{
	struct register_set set;

	if (request == ABI_PTRACE_GETREGSET || request == ABI_PTRACE_SETREGSET)
		return set_by_vector(request, pid, addr, UADDR(data));
	set = find_set(request == ABI_PTRACE_GETREGS || request == ABI_PTRACE_SETREGS ? ABI_NT_PRSTATUS : ABI_NT_FPREGSET);
	if (request == ABI_PTRACE_GETREGS || request == ABI_PTRACE_GETFPREGS)
		return get_set(pid, &set, UADDR(data), set.size);
	return put_set(pid, &set, UADDR(data), set.size);
}

/* Debug registers read as zero; no other value can be put there, so debuggers watch memory by stepping. */
long trace_user_area(long request, int pid, u64 offset, u64 data)
{
	struct abi_user_regs regs;
	u64 word = 0;
	int r;

	if (offset % sizeof(u64) != 0 || offset > ABI_USER_SIZE - sizeof(u64))
		return -EIO;
	r = move(pid, get_regs, &regs);
	if (r < 0)
		return r;
	if (request == ABI_PTRACE_PEEKUSER) {
		if (offset < sizeof(regs))
			memcpy(&word, (u8 *)&regs + offset, sizeof(word));
		return put_user_object(UADDR(data), &word);
	}
	if (offset >= ABI_USER_DEBUGREG)
		return data == 0 ? 0 : -EIO;
	if (offset >= sizeof(regs))
		return -EIO;
	memcpy((u8 *)&regs + offset, &data, sizeof(data));
	return move(pid, set_regs, &regs);
}
