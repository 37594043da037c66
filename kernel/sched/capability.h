/*
 * Capabilities (capabilities(7)): what of root's power a task holds. The sets are part of struct cred and immutable with it;
 * files carry none here. Every check of privilege in the kernel is capable(CAP_…), or cred_capable for another task's.
 */
#ifndef SCHED_CAPABILITY_H
#define SCHED_CAPABILITY_H

#include "lib/types.h"

struct cred;

enum capability {
	CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER, CAP_FSETID, CAP_KILL, CAP_SETGID, CAP_SETUID, CAP_SETPCAP,
	CAP_LINUX_IMMUTABLE, CAP_NET_BIND_SERVICE, CAP_NET_BROADCAST, CAP_NET_ADMIN, CAP_NET_RAW, CAP_IPC_LOCK, CAP_IPC_OWNER,
	CAP_SYS_MODULE, CAP_SYS_RAWIO, CAP_SYS_CHROOT, CAP_SYS_PTRACE, CAP_SYS_PACCT, CAP_SYS_ADMIN, CAP_SYS_BOOT, CAP_SYS_NICE,
	CAP_SYS_RESOURCE, CAP_SYS_TIME, CAP_SYS_TTY_CONFIG, CAP_MKNOD, CAP_LEASE, CAP_AUDIT_WRITE, CAP_AUDIT_CONTROL, CAP_SETFCAP,
	CAP_MAC_OVERRIDE, CAP_MAC_ADMIN, CAP_SYSLOG, CAP_WAKE_ALARM, CAP_BLOCK_SUSPEND, CAP_AUDIT_READ, CAP_PERFMON, CAP_BPF,
	CAP_CHECKPOINT_RESTORE,
};
#define CAP_LAST  CAP_CHECKPOINT_RESTORE
#define CAP_ALL   ((1ull << (CAP_LAST + 1)) - 1)
#define CAP_BIT(cap) (1ull << (cap))

/* What goes with the file-system uid (setfsuid(2)). */
#define CAP_OF_FILES (CAP_BIT(CAP_CHOWN) | CAP_BIT(CAP_MKNOD) | CAP_BIT(CAP_DAC_OVERRIDE) | CAP_BIT(CAP_DAC_READ_SEARCH) | \
		      CAP_BIT(CAP_FOWNER) | CAP_BIT(CAP_FSETID) | CAP_BIT(CAP_LINUX_IMMUTABLE) | CAP_BIT(CAP_MAC_OVERRIDE))

struct cap_sets {
	u64 inheritable, permitted, effective, bounding, ambient;
};

/* securebits; each has a lock bit above it. */
#define SECBIT_NOROOT		0x01u
#define SECBIT_NO_SETUID_FIXUP	0x04u
#define SECBIT_KEEP_CAPS	0x10u
#define SECBIT_NO_AMBIENT_RAISE	0x40u
#define SECBITS_ALL		0xffu
#define SECBITS_LOCKS		0xaau

/* The current task's: effective ones count. */
bool capable(enum capability cap);

/* What the sets of `c` become when its user ids were changed from those of `old`. */
void capability_uids_changed(struct cred *c, const struct cred *old);
void capability_fsuid_changed(struct cred *c, const struct cred *old);

/* execve's rule, `c` having its new ids already; `set_id`: the program's bits changed an id. */
void capability_exec(struct cred *c, const struct cred *old, bool set_id);

/* The calls, on the current task: 0 or a value, -EPERM, -EINVAL, -ENOMEM. */
int capability_set(u64 effective, u64 permitted, u64 inheritable);
int capability_drop_bound(unsigned long cap);
int capability_ambient(unsigned long operation, unsigned long cap);
int capability_set_securebits(u64 bits);
int capability_keep(unsigned long on);

#endif
