/*
 * Where the kernel enters. Keeps the kernel's stack as it is for the program; RDX is ld-astra's finaliser on the way
 * into it. Stage 0 may not use a relocated word, stage 1 and later may.
 */
	.text
	.globl	_start
	.hidden	_start
	.type	_start, @function
_start:
	xor	%ebp, %ebp
	mov	%rsp, %rbx
	and	$-16, %rsp
	lea	__ehdr_start(%rip), %rdi
	lea	_DYNAMIC(%rip), %rsi
	call	stage0_relocate
	mov	%rbx, %rdi
	lea	__ehdr_start(%rip), %rsi
	lea	_DYNAMIC(%rip), %rdx
	call	stage1
	mov	%rbx, %rsp
	lea	run_destructors(%rip), %rdx
	xor	%ebp, %ebp
	jmp	*%rax
	.size	_start, . - _start

/* A TLS descriptor whose offset from the thread pointer is known: RAX points at the descriptor, all else is kept. */
	.globl	tlsdesc_static
	.hidden	tlsdesc_static
	.type	tlsdesc_static, @function
tlsdesc_static:
	mov	8(%rax), %rax
	ret
	.size	tlsdesc_static, . - tlsdesc_static

	.hidden	__ehdr_start
	.hidden	_DYNAMIC
	.section .note.GNU-stack, "", @progbits
