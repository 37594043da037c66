/*
 * vfork: the child runs on the parent's stack until it execs or exits, so the return address must not stay there: it
 * waits in RDX across the call. A negative result goes to the one place that sets errno.
 */
	.text
	.globl	vfork
	.type	vfork, @function
vfork:
	pop	%rdx
	mov	$58, %eax
	syscall
	push	%rdx
	mov	%rax, %rdi
	cmp	$-4096, %rax
	ja	__sysret
	ret
	.size	vfork, . - vfork
	.section .note.GNU-stack, "", @progbits
