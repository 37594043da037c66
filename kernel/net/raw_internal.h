/* Between raw.c (who hears what) and raw_socket.c. */
#ifndef NET_RAW_INTERNAL_H
#define NET_RAW_INTERNAL_H

#include "lib/atomic.h"
#include "net/bpf.h"
#include "net/error_queue.h"
#include "net/inet.h"
#include "net/raw.h"
#include "sched/rcu.h"
#include "sched/wait.h"

#define ICMP_HEADER_SIZE 8u
#define ICMP4_ECHO       8
#define ICMP4_ECHO_REPLY 0
#define ICMPV6_ECHO      128
#define ICMPV6_ECHO_REPLY 129
#define NO_CHECKSUM      (-1)

/* Letters: [I] immutable, [a] atomic, [l] lock, [t] the table's lock, [rcu] published. */
struct raw {
	struct rcu_head rcu;
	struct raw *next;		/* [t] [rcu] */
	bool v6, ping;			/* [I] */
	u8 protocol;			/* [I] */
	u16 id;				/* [t] a ping socket's identifier; 0: none yet. [a] read */
	struct ip_address local;	/* [a] any: every address */
	struct ip_address remote;	/* [a] any: not connected */
	u32 scope;			/* [a] of the remote address */
	u32 device;			/* [a] */
	u32 uid;			/* [I] */
	u64 inode;			/* [I] */
	bool bound, broadcast, stamp, shut_read, shut_write;	/* [a] */
	int checksum;			/* [a] AF_INET6: where the checksum is; NO_CHECKSUM */
	u32 filter[8];			/* [a] ICMP types that are not wanted; IPv4 has the first word */
	struct inet_options options;	/* [a] */
	struct bpf_program *filter_program;	/* [rcu] */

	struct spinlock lock;		/* RANK_SOCKET */
	struct list queue;		/* [l] struct packet, as the reader gets it */
	u32 queued;			/* [l] */
	u32 queue_max;			/* [a] */
	u64 drops;			/* [l] */
	int error;			/* [a] positive errno */
	struct error_queue errors;	/* its own lock */
	struct waitq wait;
};

void raw_hash(struct raw *r);
void raw_unhash(struct raw *r);		/* then raw_free */
void raw_free(struct raw *r);		/* when no reader can see it any more */

/* Give a ping socket an identifier, 0: any that is free. 0; -EINVAL: it has one; -EADDRINUSE; -EAGAIN: none is free. */
int raw_bind_id(struct raw *r, u16 id);

#endif
