/*
 * Restartable sequences: registration, the look at a section, the fields that tell the CPU. rseq.h states the rules.
 * Task context, no locks: user memory is touched.
 *
 * Looking at the block may fault and sleep, so the thread may be interrupted again while it does:
 *
 *	thread, on its way to ring 3           context switch to it
 *	A: clears WORK_RSEQ                    C: another CPU than rseq_cpu, or not in a call?
 *	B: reads its CPU, stores it in         D: sets WORK_RSEQ
 *	   rseq_cpu, then in the block
 *	   … looks at task->work with interrupts off
 *
 * A switch before A is covered by B; one after A sets the bit again, which the last look finds: the thread comes back
 * here. So ring 3 is never entered with a number that is not its CPU's, nor inside a section that was interrupted.
 */
#include "sched/rseq.h"

#include "lib/error.h"
#include "mm/usercopy.h"
#include "sched/signal.h"

#define RSEQ_SIZE_MIN     32
#define CPU_UNINITIALIZED UINT32_MAX

/* struct rseq of linux/rseq.h, the fields up to RSEQ_FEATURE_SIZE. */
struct block {
	u32 cpu_id_start, cpu_id;
	u64 section;			/* address of a struct section, or 0 */
	u32 flags;
	u32 node_id, mm_cid;
};
_Static_assert(offsetof(struct block, section) == 8 && offsetof(struct block, node_id) == 20, "layout of struct rseq");

/* struct rseq_cs */
struct section {
	u32 version, flags;
	u64 start, length;		/* of the instructions that are one sequence */
	u64 abort;			/* where it is thrown back to; the four bytes before are the signature */
};

/* A program of one thread at a time a CPU: the CPU's number is a concurrency id as good as any. */
static int write_cpu(u64 block, u32 start, u32 cpu, u32 cid)
{
	const u32 ids[2] = { start, cpu }, place[2] = { 0, cid };

	if (copy_to_user(UADDR(block), ids, sizeof(ids)) < 0)
		return -EFAULT;
	return copy_to_user(UADDR(block + offsetof(struct block, node_id)), place, sizeof(place));
}

static int write_section(u64 block, u64 section)
{
	return copy_to_user(UADDR(block + offsetof(struct block, section)), &section, sizeof(section));
}

int rseq_register(uaddr block, u32 size, u32 signature)
{
	if (current->rseq != 0) {
		if (block.v != current->rseq || size != current->rseq_size)
			return -EINVAL;
		return signature != current->rseq_signature ? -EPERM : -EBUSY;
	}
	if (size < RSEQ_SIZE_MIN || block.v % RSEQ_ALIGN != 0)
		return -EINVAL;
	if (block.v == 0 || !user_range_ok(block, size) || write_section(block.v, 0) < 0)
		return -EFAULT;
	current->rseq_size = size;
	current->rseq_signature = signature;
	current->rseq_cpu = CPU_UNINITIALIZED;
	current->rseq = block.v;
	atomic_or(&current->work, WORK_RSEQ);
	return 0;
}

int rseq_unregister(uaddr block, u32 size, u32 signature)
{
	if (current->rseq == 0 || block.v != current->rseq || size != current->rseq_size)
		return -EINVAL;
	if (signature != current->rseq_signature)
		return -EPERM;
	if (write_cpu(block.v, 0, CPU_UNINITIALIZED, 0) < 0)
		return -EFAULT;
	current->rseq = 0;
	return 0;
}

/* Everything in the description is the program's word: its addresses, and that it aborts to outside of itself. */
static bool is_sound(const struct section *s)
{
	if (s->version != 0 || s->flags != 0 || s->start >= USER_END || s->length > USER_END - s->start || s->abort >= USER_END)
		return false;
	return s->abort - s->start >= s->length;
}

/*
 * The section that the block names ends here, one way or the other: aborted when the program stands in it, forgotten
 * when not. The jump to the abort address is allowed only where the signature says that one was compiled for it.
 */
static int leave_section(struct regs *regs)
{
	struct section s;
	u64 address;
	u32 signature;

	if (copy_from_user(&address, UADDR(current->rseq + offsetof(struct block, section)), sizeof(address)) < 0)
		return -EFAULT;
	if (address == 0)
		return 0;
	if (copy_from_user(&s, UADDR(address), sizeof(s)) < 0 || !is_sound(&s))
		return -EFAULT;
	if (user_load_u32(UADDR(s.abort - sizeof(u32)), &signature) < 0 || signature != current->rseq_signature)
		return -EFAULT;
	if (write_section(current->rseq, 0) < 0)
		return -EFAULT;
	if (arch_program_counter(regs) - s.start < s.length)
		arch_set_program_counter(regs, s.abort);
	return 0;
}

int rseq_signal(struct regs *regs)
{
	return current->rseq == 0 ? 0 : leave_section(regs);
}

static int refresh(struct regs *regs)
{
	u32 cpu;

	atomic_and(&current->work, ~WORK_RSEQ);			/* A */
	if (current->rseq == 0)
		return 0;
	cpu = arch_cpu_id();					/* B */
	WRITE_ONCE(current->rseq_cpu, cpu);
	if (leave_section(regs) < 0)
		return -EFAULT;
	return write_cpu(current->rseq, cpu, cpu, cpu);
}

void rseq_work(struct regs *regs)
{
	if (refresh(regs) < 0)
		signal_force(SIGSEGV, ABI_SI_KERNEL, 0);
}
