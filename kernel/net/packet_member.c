/*
 * Which devices are promiscuous or hear all groups because packet sockets want it. members_lock orders the changes; a flag that an
 * administrator had set before stays when the last socket goes. Task context.
 */
#include "net/packet_socket.h"

#include "lib/error.h"
#include "net/netdev.h"

#define PACKET_MR_MULTICAST 0
#define PACKET_MR_PROMISC   1
#define PACKET_MR_ALLMULTI  2

struct count {
	u32 wanted;
	bool ours;			/* the flag was not set when the first came */
};

static struct mutex members_lock = MUTEX_INIT(members_lock, "packet members", RANK_OBJECT);
static struct count promiscuous[NETDEV_MAX], all_groups[NETDEV_MAX];	/* [members_lock] by index - 1 */

int packet_member(u32 index, u16 type, bool join)
{
	struct netdev *d = netdev_by_index(index);
	u32 flag = type == PACKET_MR_PROMISC ? IFF_PROMISC : IFF_ALLMULTI;
	struct count *c;
	int error = 0;

	if (!d)
		return -ENODEV;
	if (type > PACKET_MR_ALLMULTI)
		return -EINVAL;
	c = &(type == PACKET_MR_PROMISC ? promiscuous : all_groups)[index - 1];
	mutex_lock(&members_lock);
	if (join && c->wanted == 0) {
		c->ours = !(d->flags & flag);
		if (c->ours)
			error = netdev_set_flags(d, d->flags | flag);
	} else if (!join && c->wanted == 1 && c->ours) {
		(void)netdev_set_flags(d, d->flags & ~flag);
	}
	if (!error)
		c->wanted += join ? 1 : UINT32_MAX;
	mutex_unlock(&members_lock);
	return error;
}
