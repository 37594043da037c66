/* What of the network takes privileges: capabilities(7). */
#ifndef NET_PERMISSION_H
#define NET_PERMISSION_H

#include "sched/capability.h"
#include "sched/process.h"
#include "sched/task.h"

static inline bool net_admin(void) { return capable(CAP_NET_ADMIN); }
static inline bool net_raw(void) { return capable(CAP_NET_RAW); }
static inline bool net_bind_service(void) { return capable(CAP_NET_BIND_SERVICE); }

#endif
