/* Between netlink.c (sockets), netlink_message.c (texts of messages) and those who answer: rtnetlink*.c, sock_diag.c. */
#ifndef NET_NETLINK_INTERNAL_H
#define NET_NETLINK_INTERNAL_H

#include "net/address.h"
#include "net/netlink_abi.h"

#define NETLINK_FRAME 3712u		/* bytes of answers in one message: the least buffer that readers have is a page */

/* Where messages are written. After `full` further additions to the message do nothing, and its end takes it back. */
struct nl_writer {
	u8 *data;
	u32 size, used;
	u32 begun;			/* where the message that is being written begins */
	bool full;
};

struct nl_request {
	const struct nlmsghdr *header;
	const u8 *body;			/* behind the header */
	u32 length;			/* of the body */
	u32 port;			/* who asks */
	struct nl_writer *reply;	/* for answers of one message */
};

/*
 * A dump that goes on from reader to reader. fill writes what has room: true when nothing is left. It must not sleep. Entries are
 * numbered in the order of their walk: `given` of them are done, `seen` counts along in this frame.
 */
struct nl_dump {
	bool (*fill)(struct nl_dump *d, struct nl_writer *w);
	u32 sequence, port;
	u64 given, seen;
	u32 stage;			/* of a dump that walks several tables */
	u64 position;			/* for walks that keep one */
	u8 family;
	u32 index;			/* of a device; 0: all */
	u32 filter[16];			/* the answerer's */
};

/* A new message; its fixed header is `n` bytes. */
void nl_begin(struct nl_writer *w, u32 port, u32 sequence, u16 type, u16 flags, const void *header, u32 n);
bool nl_end(struct nl_writer *w);		/* false: it did not fit, nothing was added */
void nl_put(struct nl_writer *w, u16 type, const void *data, u32 n);
void nl_put_u8(struct nl_writer *w, u16 type, u8 value);
void nl_put_u32(struct nl_writer *w, u16 type, u32 value);
void nl_put_address(struct nl_writer *w, u16 type, const struct ip_address *a);	/* 4 or 16 bytes */
u32 nl_nest(struct nl_writer *w, u16 type);
void nl_nest_end(struct nl_writer *w, u32 at);

/* Number the entry that a walk meets: false when an earlier frame had it. */
static inline bool nl_dump_due(struct nl_dump *d) { return d->seen++ >= d->given; }

/*
 * The attributes behind a fixed header of `skip` bytes, by type; types beyond max are passed over. `least[type]` bytes of data each must
 * have: -ERANGE. -EINVAL: the body is shorter than its header. What does not add up to an attribute at the end is passed over, as Linux.
 */
int nl_parse(const struct nl_request *r, u32 skip, const struct nlattr **attributes, u32 max, const u8 *least);
static inline const void *nl_data(const struct nlattr *a) { return a + 1; }
static inline u32 nl_size(const struct nlattr *a) { return a->length - (u32)sizeof(*a); }
u32 nl_u32(const struct nlattr *a);
/* An address of the family; false: of another length. */
bool nl_address(const struct nlattr *a, u8 family, struct ip_address *to);

/*
 * A request of a protocol: 0, an answer in r->reply, or a dump: 1, with *dump filled. -errno goes into the ACK. May sleep; privileges
 * are the answerer's to check. `dump`: zeroed, sequence and port filled.
 */
int rtnetlink_request(const struct nl_request *r, struct nl_dump *dump);
int sock_diag_request(const struct nl_request *r, struct nl_dump *dump);

/* Is anybody listening? Then a message to all of a group of NETLINK_ROUTE. Any task context, under locks. */
bool netlink_has_listeners(u32 group);
void netlink_broadcast(u32 group, const struct nl_writer *w);

/* rtnetlink's parts; each as rtnetlink_request, for its types. */
int rtnetlink_link(const struct nl_request *r, struct nl_dump *dump);
int rtnetlink_address(const struct nl_request *r, struct nl_dump *dump);
int rtnetlink_route(const struct nl_request *r, struct nl_dump *dump);
int rtnetlink_neighbour(const struct nl_request *r, struct nl_dump *dump);

#endif
