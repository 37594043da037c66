/*
 * long __thread_clone(unsigned long flags, void *stack, int *tid, int *cleared_tid, struct tcb *tcb, struct __pthread *thread)
 * The new thread starts with nothing on its stack and calls __thread_start(thread), which does not return. The arguments
 * but the fourth stand where clone(2) wants them; R9, which it does not use, carries the last one over.
 */
	.text
	.globl	__thread_clone
	.hidden	__thread_clone
	.type	__thread_clone, @function
__thread_clone:
	mov	%rcx, %r10
	mov	$56, %eax
	syscall
	test	%rax, %rax
	jz	1f
	ret
1:	xor	%ebp, %ebp
	mov	%r9, %rdi
	call	__thread_start
	ud2
	.size	__thread_clone, . - __thread_clone
	.section .note.GNU-stack, "", @progbits
