/* The ABI of capabilities (capabilities(7)), which musl's headers do not have. */
#ifndef CAPABILITY_H
#define CAPABILITY_H

#define _LINUX_CAPABILITY_VERSION_1 0x19980330
#define _LINUX_CAPABILITY_VERSION_3 0x20080522

#define CAP_CHOWN 0
#define CAP_DAC_OVERRIDE 1
#define CAP_DAC_READ_SEARCH 2
#define CAP_KILL 5
#define CAP_SETUID 7

#define SECBIT_NOROOT 1
#define SECBIT_NO_SETUID_FIXUP 4
#define SECBIT_NO_SETUID_FIXUP_LOCKED 8

struct __user_cap_header_struct {
	unsigned version;
	int pid;
};

struct __user_cap_data_struct {
	unsigned effective, permitted, inheritable;
};

#endif
