/* What must stand before a driver may register a device. Boot only. */
#include "net/net.h"

#include "net/arp.h"
#include "net/multicast.h"
#include "net/neighbour.h"
#include "net/netdev.h"
#include "net/proc_net.h"
#include "net/reassemble.h"
#include "net/route.h"
#include "net/snmp.h"
#include "net/socket.h"
#include "net/tcp.h"
#include "net/unix.h"
#include "net/udp.h"
#include "net/work.h"

void net_init(void)
{
	net_work_init();
	snmp_init();
	route_init();
	neighbour_init();
	reassemble_init();
	socket_init();
	unix_init();
	tcp_init();
	udp_init();
	multicast_init();
	proc_inet_init();
	proc_sockets_init();
	proc_snmp_init();
	loopback_init();
}
