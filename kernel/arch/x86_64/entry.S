/*
 * Every way into the kernel and out of it: the loader's jump, system calls by SYSCALL and int 0x80, traps, interrupts,
 * and the switch between two kernel stacks.
 *
 * All entries from ring 3 build a struct regs (regs.h) at the top of the task's kernel stack and leave through
 * return_to_user, which looks at task->work with interrupts off before it gives the registers back.
 */

/* struct cpu_head (inline.h) */
#define CPU_CURRENT  8
#define CPU_USER_RSP 16
/* struct task (sched/task.h; checked in task_layout.c) */
#define TASK_STACK_TOP 8
#define TASK_WORK      48
/* struct regs (regs.h) */
#define R_R11  48
#define R_RAX  80
#define R_RCX  88
#define R_ORIG 120
#define R_RIP  128
#define R_CS   136
#define R_FLAGS 144
#define R_RSP  152
#define R_SS   160
#define R_SIZE 168
/* struct call_ring (trace/call_ring.h), right above struct regs; and in it one struct call_record */
#define RING_NEXT    (R_SIZE + 0)
#define RING_LIMIT   (R_SIZE + 4)
#define RING_RECORDS (R_SIZE + 16)
#define RECORD_SIZE  64
#define RECORD_MASK  (64 * RECORD_SIZE - 1)
#define RECORD_RESULT 56

#define KERNEL_CS 0x08
#define KERNEL_DS 0x10
#define USER_DS   0x1b
#define USER_CS   0x23

#include "arch/x86_64/smap.h"

/* The registers below rdi's place. */
.macro SAVE_REST
	pushq	%rsi
	pushq	%rdx
	pushq	%rcx
	pushq	%rax
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
.endm

/* Everything below orig_rax. */
.macro SAVE_REGS
	pushq	%rdi
	SAVE_REST
.endm

.macro RESTORE_REGS
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rax
	popq	%rcx
	popq	%rdx
	popq	%rsi
	popq	%rdi
.endm

/*
 * To the handler of the call in eax, by way of the ring of the last calls: rbx, which handlers keep, is its record there. A number
 * out of range, and any of a thread that is traced, goes the slow way.
 */
.macro DISPATCH slow
	xorl	%ebp, %ebp
	movl	%eax, %eax
	cmpl	RING_LIMIT(%rsp), %eax
	jae	\slow
	movl	RING_NEXT(%rsp), %ebx
	leal	RECORD_SIZE(%rbx), %ecx
	andl	$RECORD_MASK, %ecx
	movl	%ecx, RING_NEXT(%rsp)
	leaq	RING_RECORDS(%rsp, %rbx), %rbx
	movl	%eax, (%rbx)
	movq	%rdi, 8(%rbx)
	movq	%rsi, 16(%rbx)
	movq	%rdx, 24(%rbx)
	movq	%r10, 32(%rbx)
	movq	%r8, 40(%rbx)
	movq	%r9, 48(%rbx)
	movq	%r10, %rcx
	leaq	syscall_table(%rip), %r10
	call	*(%r10, %rax, 8)
	movq	%rax, R_RAX(%rsp)
	movq	%rax, RECORD_RESULT(%rbx)
.endm

	.section .text.entry, "ax", @progbits

/* From the loader: rdi = struct boot_info in the direct map. The stack moves into the image. */
	.globl	kernel_entry
	.type	kernel_entry, @function
kernel_entry:
	leaq	boot_stack_top(%rip), %rsp
	xorl	%ebp, %ebp
	call	kernel_main
	ud2

	.text

/* ---- System calls ---- */

	.globl	syscall_entry
	.type	syscall_entry, @function
syscall_entry:
	swapgs
	movq	%rsp, %gs:CPU_USER_RSP
	movq	%gs:CPU_CURRENT, %rsp
	movq	TASK_STACK_TOP(%rsp), %rsp
	pushq	$USER_DS
	pushq	%gs:CPU_USER_RSP
	pushq	%r11
	pushq	$USER_CS
	pushq	%rcx
	pushq	%rax
	SAVE_REGS
	sti
	DISPATCH 1f
	jmp	return_to_user
1:	movq	%rsp, %rdi
	call	syscall_slow
	movq	%rax, R_RAX(%rsp)
	jmp	return_to_user

	.globl	int80_entry
	.type	int80_entry, @function
int80_entry:
	swapgs
	pushq	%rax
	SAVE_REGS
	cld
	CLAC
	sti
	DISPATCH 1b
	/* fall through */

/*
 * Interrupts go off before the last look at task->work, so that a wake-up after the look brings its interrupt in
 * ring 3 and comes back here.
 */
	.globl	return_to_user
	.type	return_to_user, @function
return_to_user:
	cli
	movq	%gs:CPU_CURRENT, %rax
	cmpl	$0, TASK_WORK(%rax)
	jne	3f
	movq	R_RCX(%rsp), %rcx
	movq	R_R11(%rsp), %r11
	/* SYSRET only gives back what SYSCALL left: rcx = rip, r11 = rflags; and a canonical rip, or it would fault in ring 0. */
	cmpq	R_RIP(%rsp), %rcx
	jne	2f
	cmpq	R_FLAGS(%rsp), %r11
	jne	2f
	testl	$0x10100, %r11d
	jnz	2f
	cmpq	$USER_CS, R_CS(%rsp)
	jne	2f
	movq	%rcx, %rax
	shrq	$47, %rax
	jnz	2f
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	addq	$8, %rsp
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rax
	addq	$8, %rsp
	popq	%rdx
	popq	%rsi
	popq	%rdi
	movq	R_RSP - R_ORIG(%rsp), %rsp
	swapgs
	sysretq
	/* IRETQ would fault in ring 0 on a non-canonical rip; nothing else in a sanitised frame can make it. */
2:	movq	R_RIP(%rsp), %rax
	sarq	$47, %rax
	incq	%rax
	cmpq	$1, %rax
	ja	4f
	RESTORE_REGS
	addq	$8, %rsp
	swapgs
	iretq
3:	sti
	movq	%rsp, %rdi
	call	user_work
	jmp	return_to_user
4:	sti
	movq	%rsp, %rdi
	call	user_bad_rip
	jmp	return_to_user

/* ---- Traps and interrupts: a stub a vector, 16 bytes each ---- */

	.globl	vector_stubs
	.balign	16
vector_stubs:
	.set	vector, 0
	.rept	256
	.balign	16
	/* These bring an error code of their own: SDM 3A, table 6-1. */
	.if	(vector == 8) || (vector == 10) || (vector == 11) || (vector == 12) || (vector == 13) || (vector == 14) || (vector == 17) || (vector == 21) || (vector == 29) || (vector == 30)
	.else
	pushq	$0
	.endif
	pushq	$vector
	.if	(vector == 1) || (vector == 2) || (vector == 8) || (vector == 18)
	jmp	paranoid_entry
	.else
	jmp	common_entry
	.endif
	.set	vector, vector + 1
	.endr

/* On the stack: vector, error code, then the processor's frame. The vector moves to a register. */
	.type	common_entry, @function
common_entry:
	testb	$3, 24(%rsp)
	jz	1f
	swapgs
1:	cld
	CLAC
	/* rdi's place takes the vector until rdi is saved. */
	xchgq	%rdi, (%rsp)
	SAVE_REST
	movq	%rdi, %rsi
	movq	%rsp, %rdi
	/* A frame record, so that a backtrace of ring 0 goes on into the interrupted code. */
	testb	$3, R_CS(%rsp)
	jz	2f
	xorl	%ebp, %ebp
	call	trap_dispatch
	jmp	return_to_user
2:	pushq	R_RIP(%rsp)
	pushq	%rbp
	movq	%rsp, %rbp
	call	trap_dispatch
	addq	$16, %rsp
	RESTORE_REGS
	addq	$8, %rsp
	iretq

/*
 * NMI, debug, double fault, machine check: they may hit between SWAPGS and the next instruction, so GS itself is
 * compared with the CPU's block, whose address lies above each of the stacks of their own that they run on (a program may
 * have written any value with WRGSBASE). From ring 3 they are ordinary traps, moved to
 * the task's stack.
 */
	.type	paranoid_entry, @function
paranoid_entry:
	testb	$3, 24(%rsp)
	jnz	3f
	cld
	CLAC
	xchgq	%rdi, (%rsp)
	SAVE_REST
	movl	$0xc0000101, %ecx
	rdmsr
	shlq	$32, %rdx
	orq	%rdx, %rax
	xorl	%ebx, %ebx
	cmpq	R_SIZE(%rsp), %rax
	je	1f
	swapgs
	movl	$1, %ebx
1:	movq	%rdi, %rsi
	movq	%rsp, %rdi
	pushq	R_RIP(%rsp)
	pushq	%rbp
	movq	%rsp, %rbp
	call	trap_dispatch
	addq	$16, %rsp
	testl	%ebx, %ebx
	jz	2f
	swapgs
2:	RESTORE_REGS
	addq	$8, %rsp
	iretq
3:	/* vector, error, rip, cs, rflags, rsp, ss from the special stack to the task's */
	swapgs
	xchgq	%rax, (%rsp)
	pushq	%rcx
	movq	%rsp, %rcx
	movq	%gs:CPU_CURRENT, %rsp
	movq	TASK_STACK_TOP(%rsp), %rsp
	pushq	56(%rcx)
	pushq	48(%rcx)
	pushq	40(%rcx)
	pushq	32(%rcx)
	pushq	24(%rcx)
	pushq	16(%rcx)
	pushq	%rax
	movq	8(%rcx), %rax
	movq	(%rcx), %rcx
	swapgs
	jmp	common_entry

/* ---- Tasks ---- */

/* switch_stacks(u64 *save_rsp, u64 load_rsp): what C expects to survive a call goes on the stack. */
	.globl	switch_stacks
	.type	switch_stacks, @function
switch_stacks:
	pushq	%rbp
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movq	%rsp, (%rdi)
	movq	%rsi, %rsp
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp
	ret

/* First switch to a kernel task: r12 = function, r13 = argument. */
	.globl	kernel_task_start
	.type	kernel_task_start, @function
kernel_task_start:
	xorl	%ebp, %ebp
	call	sched_first_switch
	sti
	movq	%r13, %rdi
	call	*%r12
	call	task_exit
	ud2

/* First switch to a clone's child: its struct regs is what is on the stack. */
	.globl	user_task_start
	.type	user_task_start, @function
user_task_start:
	xorl	%ebp, %ebp
	call	sched_first_switch
	sti
	call	process_child_start
	jmp	return_to_user

	.bss
	.balign	4096
boot_stack:
	.skip	16384
	.globl	boot_stack_top
boot_stack_top:

	.section .note.GNU-stack, "", @progbits
