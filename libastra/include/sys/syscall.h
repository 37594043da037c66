/* Numbers for syscall(): SYS_read and so on, from the one table of the system. */
#ifndef _SYS_SYSCALL_H
#define _SYS_SYSCALL_H

enum {
#define STUB(number, name) SYS_##name = number,
#include <syscalls_user.inc>
#undef STUB
};

#endif
