/*
 * Tracing of other processes: ptrace(2). Requests, options and events have Linux's numbers; structures are those of the kernel.
 */
#ifndef _SYS_PTRACE_H
#define _SYS_PTRACE_H

#include <features.h>
#include <sys/types.h>

__ASTRA_BEGIN_DECLS

enum __ptrace_request {
	PTRACE_TRACEME = 0, PTRACE_PEEKTEXT, PTRACE_PEEKDATA, PTRACE_PEEKUSER, PTRACE_POKETEXT, PTRACE_POKEDATA, PTRACE_POKEUSER,
	PTRACE_CONT, PTRACE_KILL, PTRACE_SINGLESTEP, PTRACE_GETREGS = 12, PTRACE_SETREGS, PTRACE_GETFPREGS, PTRACE_SETFPREGS,
	PTRACE_ATTACH = 16, PTRACE_DETACH, PTRACE_SYSCALL = 24, PTRACE_SETOPTIONS = 0x4200, PTRACE_GETEVENTMSG, PTRACE_GETSIGINFO,
	PTRACE_SETSIGINFO, PTRACE_GETREGSET, PTRACE_SETREGSET, PTRACE_SEIZE, PTRACE_INTERRUPT, PTRACE_LISTEN,
	PTRACE_GETSIGMASK = 0x420a, PTRACE_SETSIGMASK, PTRACE_GET_SYSCALL_INFO = 0x420e
};

#define PTRACE_O_TRACESYSGOOD   0x00000001
#define PTRACE_O_TRACEFORK      0x00000002
#define PTRACE_O_TRACEVFORK     0x00000004
#define PTRACE_O_TRACECLONE     0x00000008
#define PTRACE_O_TRACEEXEC      0x00000010
#define PTRACE_O_TRACEVFORKDONE 0x00000020
#define PTRACE_O_TRACEEXIT      0x00000040
#define PTRACE_O_EXITKILL       0x00100000

#define PTRACE_EVENT_FORK       1
#define PTRACE_EVENT_VFORK      2
#define PTRACE_EVENT_CLONE      3
#define PTRACE_EVENT_EXEC       4
#define PTRACE_EVENT_VFORK_DONE 5
#define PTRACE_EVENT_EXIT       6
#define PTRACE_EVENT_STOP       128

#define PTRACE_SYSCALL_INFO_NONE  0
#define PTRACE_SYSCALL_INFO_ENTRY 1
#define PTRACE_SYSCALL_INFO_EXIT  2

/* What GET_SYSCALL_INFO fills; as much of the union as `op` says. */
struct ptrace_syscall_info {
	unsigned char op;
	unsigned char pad[3];
	unsigned int arch;
	unsigned long instruction_pointer;
	unsigned long stack_pointer;
	union {
		struct {
			unsigned long nr;
			unsigned long args[6];
		} entry;
		struct {
			long rval;
			unsigned char is_error;
		} exit;
	};
};

/*
 * ptrace(request, pid, void *address, void *data). 0 or what the request gives, or -1 with errno. The PEEK requests return the word;
 * -1 is an error only when errno, cleared before, is set.
 */
long ptrace(int request, ...);

__ASTRA_END_DECLS

#endif
