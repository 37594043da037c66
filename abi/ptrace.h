/*
 * ptrace as Linux x86-64 has it: requests, options, events and structures.
 * Source: ptrace(2), linux/ptrace.h, sys/user.h and linux/elf.h of Linux.
 */
#ifndef ABI_PTRACE_H
#define ABI_PTRACE_H

#include <stdint.h>

enum abi_ptrace_request {
	ABI_PTRACE_TRACEME = 0, ABI_PTRACE_PEEKTEXT, ABI_PTRACE_PEEKDATA, ABI_PTRACE_PEEKUSER, ABI_PTRACE_POKETEXT,
	ABI_PTRACE_POKEDATA, ABI_PTRACE_POKEUSER, ABI_PTRACE_CONT, ABI_PTRACE_KILL, ABI_PTRACE_SINGLESTEP,
	ABI_PTRACE_GETREGS = 12, ABI_PTRACE_SETREGS, ABI_PTRACE_GETFPREGS, ABI_PTRACE_SETFPREGS,
	ABI_PTRACE_ATTACH = 16, ABI_PTRACE_DETACH, ABI_PTRACE_SYSCALL = 24,
	ABI_PTRACE_SETOPTIONS = 0x4200, ABI_PTRACE_GETEVENTMSG, ABI_PTRACE_GETSIGINFO, ABI_PTRACE_SETSIGINFO,
	ABI_PTRACE_GETREGSET, ABI_PTRACE_SETREGSET, ABI_PTRACE_SEIZE, ABI_PTRACE_INTERRUPT, ABI_PTRACE_LISTEN,
	ABI_PTRACE_GETSIGMASK = 0x420a, ABI_PTRACE_SETSIGMASK, ABI_PTRACE_GET_SYSCALL_INFO = 0x420e,
};

#define ABI_PTRACE_O_TRACESYSGOOD   0x00000001u
#define ABI_PTRACE_O_TRACEFORK      0x00000002u
#define ABI_PTRACE_O_TRACEVFORK     0x00000004u
#define ABI_PTRACE_O_TRACECLONE     0x00000008u
#define ABI_PTRACE_O_TRACEEXEC      0x00000010u
#define ABI_PTRACE_O_TRACEVFORKDONE 0x00000020u
#define ABI_PTRACE_O_TRACEEXIT      0x00000040u
#define ABI_PTRACE_O_EXITKILL       0x00100000u
/* There is no seccomp: its option (0x80) answers EINVAL. */
#define ABI_PTRACE_O_MASK           0x0010007fu

enum abi_ptrace_event {
	ABI_PTRACE_EVENT_FORK = 1, ABI_PTRACE_EVENT_VFORK, ABI_PTRACE_EVENT_CLONE, ABI_PTRACE_EVENT_EXEC,
	ABI_PTRACE_EVENT_VFORK_DONE, ABI_PTRACE_EVENT_EXIT, ABI_PTRACE_EVENT_STOP = 128,
};

/* Kinds of register sets, for GETREGSET and SETREGSET. */
#define ABI_NT_PRSTATUS   1
#define ABI_NT_FPREGSET   2
#define ABI_NT_X86_XSTATE 0x202

/* struct user_regs_struct: the order of the kernel's own frame, then what is not on it. */
struct abi_user_regs {
	uint64_t r15, r14, r13, r12, rbp, rbx;
	uint64_t r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
	uint64_t orig_rax;
	uint64_t rip, cs, rflags, rsp, ss;
	uint64_t fs_base, gs_base;
	uint64_t ds, es, fs, gs;
};
_Static_assert(sizeof(struct abi_user_regs) == 27 * 8, "Linux's size");

#define ABI_USER_SIZE        912	/* of struct user, in which PEEKUSER's addresses are offsets */
#define ABI_USER_DEBUGREG    848	/* its u_debugreg[8] */

enum abi_ptrace_syscall_op { ABI_PTRACE_SYSCALL_INFO_NONE, ABI_PTRACE_SYSCALL_INFO_ENTRY, ABI_PTRACE_SYSCALL_INFO_EXIT };

#define ABI_AUDIT_ARCH_X86_64 0xc000003eu

struct abi_ptrace_syscall_info {
	uint8_t op;			/* enum abi_ptrace_syscall_op */
	uint8_t pad[3];
	uint32_t arch;
	uint64_t instruction_pointer;
	uint64_t stack_pointer;
	union {
		struct {
			uint64_t number;
			uint64_t args[6];
		} entry;
		struct {
			int64_t value;
			uint8_t is_error;
		} exit;
	};
};

#endif
