/*
 * Signals as Linux x86-64 lays them out: numbers, siginfo, sigaction, the frame on a handler's stack.
 * Source: signal(7), sigaction(2), asm/signal.h, asm/siginfo.h, asm/ucontext.h and asm/sigcontext.h of Linux.
 */
#ifndef ABI_SIGNAL_H
#define ABI_SIGNAL_H

#include <stdint.h>

#define NSIG 64

#ifndef SIGHUP
#define SIGHUP 1
#define SIGINT 2
#define SIGQUIT 3
#define SIGILL 4
#define SIGTRAP 5
#define SIGABRT 6
#define SIGBUS 7
#define SIGFPE 8
#define SIGKILL 9
#define SIGUSR1 10
#define SIGSEGV 11
#define SIGUSR2 12
#define SIGPIPE 13
#define SIGALRM 14
#define SIGTERM 15
#define SIGSTKFLT 16
#define SIGCHLD 17
#define SIGCONT 18
#define SIGSTOP 19
#define SIGTSTP 20
#define SIGTTIN 21
#define SIGTTOU 22
#define SIGURG 23
#define SIGXCPU 24
#define SIGXFSZ 25
#define SIGVTALRM 26
#define SIGPROF 27
#define SIGWINCH 28
#define SIGIO 29
#define SIGPWR 30
#define SIGSYS 31
#endif
#define ABI_SIGRTMIN 32

#define ABI_SIG_DFL 0ul
#define ABI_SIG_IGN 1ul

#define ABI_SA_NOCLDSTOP 0x00000001ul
#define ABI_SA_NOCLDWAIT 0x00000002ul
#define ABI_SA_SIGINFO   0x00000004ul
#define ABI_SA_EXPOSE_TAGBITS 0x00000800ul	/* addresses have no tags here: kept, as a sign that it is known */
#define ABI_SA_RESTORER  0x04000000ul
#define ABI_SA_ONSTACK   0x08000000ul
#define ABI_SA_RESTART   0x10000000ul
#define ABI_SA_NODEFER   0x40000000ul
#define ABI_SA_RESETHAND 0x80000000ul

/* rt_sigaction's argument. */
struct abi_sigaction {
	uint64_t handler;
	uint64_t flags;
	uint64_t restorer;
	uint64_t mask;
};

/* si_code values. */
#define ABI_SI_USER     0
#define ABI_SI_KERNEL   0x80
#define ABI_SI_QUEUE    (-1)
#define ABI_SI_TIMER    (-2)
#define ABI_SI_TKILL    (-6)
#define ABI_ILL_ILLOPN  2
#define ABI_FPE_INTDIV  1
#define ABI_FPE_FLTDIV  3
#define ABI_FPE_FLTOVF  4
#define ABI_FPE_FLTUND  5
#define ABI_FPE_FLTRES  6
#define ABI_FPE_FLTINV  7
#define ABI_SEGV_MAPERR 1
#define ABI_SEGV_ACCERR 2
#define ABI_BUS_ADRALN  1
#define ABI_BUS_ADRERR  2
#define ABI_TRAP_BRKPT  1
#define ABI_TRAP_TRACE  2
#define ABI_CLD_EXITED    1
#define ABI_CLD_KILLED    2
#define ABI_CLD_DUMPED    3
#define ABI_CLD_TRAPPED   4
#define ABI_CLD_STOPPED   5
#define ABI_CLD_CONTINUED 6

/* siginfo_t: 128 bytes. */
struct abi_siginfo {
	int32_t si_signo;
	int32_t si_errno;
	int32_t si_code;
	int32_t pad;
	union {
		struct {
			int32_t pid;
			uint32_t uid;
			union {
				uint64_t value;		/* sigqueue */
				struct {		/* SIGCHLD */
					int32_t status;
					int32_t pad2;
					int64_t utime, stime;	/* clock ticks of 1/100 s */
				};
			};
		};
		struct {
			uint64_t address;		/* faults */
			int16_t address_lsb;
		};
		struct {
			int32_t timer_id;
			int32_t overrun;
			uint64_t timer_value;
		};
		struct {
			int64_t band;		/* SIGIO: which events */
			int32_t fd;
		};
		uint8_t raw[112];
	};
};

_Static_assert(sizeof(struct abi_siginfo) == 128, "Linux's size");

/* stack_t */
struct abi_stack {
	uint64_t sp;
	int32_t flags;
	int32_t pad;
	uint64_t size;
};
#define ABI_SS_ONSTACK    1
#define ABI_SS_DISABLE    2
#define ABI_SS_AUTODISARM 0x80000000u
#define ABI_MINSIGSTKSZ   2048

/* struct sigcontext of x86-64. */
struct abi_sigcontext {
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
	uint64_t rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, eflags;
	uint16_t cs, gs, fs, ss;
	uint64_t err, trapno, oldmask, cr2;
	uint64_t fpstate;		/* user address of the XSAVE image, 0 for none */
	uint64_t reserved[8];
};

struct abi_ucontext {
	uint64_t flags;
	uint64_t link;
	struct abi_stack stack;
	struct abi_sigcontext mcontext;
	uint64_t sigmask;
};
#define ABI_UC_FP_XSTATE         0x1
#define ABI_UC_SIGCONTEXT_SS     0x2
#define ABI_UC_STRICT_RESTORE_SS 0x4

/* What a handler finds at its stack pointer; 8 mod 16, as after a call. */
struct abi_sigframe {
	uint64_t return_address;	/* sa_restorer */
	struct abi_ucontext uc;
	struct abi_siginfo info;
};

/* The software-reserved bytes at offset 464 of the FXSAVE part of a signal frame's XSAVE image. */
struct abi_fpx_sw_bytes {
	uint32_t magic1;		/* ABI_FP_XSTATE_MAGIC1 */
	uint32_t extended_size;		/* with the trailing magic */
	uint64_t xfeatures;
	uint32_t xstate_size;
	uint32_t padding[7];
};
#define ABI_FP_XSTATE_MAGIC1 0x46505853u
#define ABI_FP_XSTATE_MAGIC2 0x46505845u	/* follows the image */

#endif
