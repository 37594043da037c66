/* The ring of a thread's last calls: call_ring.h states the rules. Everything but call_ring_set_slow is the thread's own. */
#include "trace/call_ring.h"

#include "arch/arch.h"
#include "arch/x86_64/regs.h"
#include "sched/task.h"
#include "sys/table.h"

struct call_ring *call_ring_of(struct task *t)
{
	return (struct call_ring *)t->arch.stack_top;
}

/* Records are written in order, so the last one tells whether any behind `next` was. */
void call_ring_init(struct call_ring *ring)
{
	ring->next = 0;
	ring->limit = SYSCALL_LIMIT;
	ring->records[CALL_RECORDS - 1].number = CALL_NONE;
}

void call_ring_set_slow(struct task *t, bool slow)
{
	WRITE_ONCE(call_ring_of(t)->limit, slow ? 0 : SYSCALL_LIMIT);
}

struct call_record *call_ring_begin(u32 number, const struct regs *regs)
{
	struct call_ring *ring = call_ring_of(current);
	struct call_record *r = &ring->records[ring->next / sizeof(struct call_record)];

	ring->next = (ring->next + sizeof(struct call_record)) % sizeof(ring->records);
	r->number = number;
	r->args[0] = regs->rdi;
	r->args[1] = regs->rsi;
	r->args[2] = regs->rdx;
	r->args[3] = regs->r10;
	r->args[4] = regs->r8;
	r->args[5] = regs->r9;
	return r;
}
