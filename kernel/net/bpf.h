/*
 * Classic packet filters (Linux's Documentation/networking/filter, McCanne and Jacobson 1993): SO_ATTACH_FILTER.
 *
 *  - A program is checked whole when it is made: every jump goes forward and stays inside, every path ends in a return. So running one
 *    needs no bounds on its time but its length, and reads of the packet are the only thing that can fail: then the packet is dropped.
 */
#ifndef NET_BPF_H
#define NET_BPF_H

#include "net/packet.h"
#include "sched/rcu.h"

#define BPF_INSTRUCTIONS_MAX 4096u

struct bpf_instruction {
	u16 code;
	u8 jump_true, jump_false;
	u32 k;
};
_Static_assert(sizeof(struct bpf_instruction) == 8, "struct sock_filter");

struct bpf_program {
	struct rcu_head rcu;
	u32 count;
	struct bpf_instruction code[];
};

/* Of SO_ATTACH_FILTER's value, a struct sock_fprog that points into user memory. ERR_PTR(-EINVAL), -EFAULT, -ENOMEM. */
struct bpf_program *bpf_create(const void *value, u32 size);
void bpf_free(struct bpf_program *b);		/* after its readers; NULL is nothing */

/* What a program can ask beside the bytes. */
struct bpf_context {
	const struct packet *packet;
	u32 network;			/* where the network header begins */
	u16 protocol, hardware;
	u8 type;			/* PACKET_ of packet(7) */
	u32 index;			/* of the device */
};

/* How many bytes of the packet to keep; 0: drop it. Any context that does not sleep. */
u32 bpf_run(const struct bpf_program *b, const struct bpf_context *c);

#endif
