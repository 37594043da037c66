/*
 * setjmp, longjmp and the sig forms. The buffer is jmp_buf of <setjmp.h>: rbx rbp r12 r13 r14 r15 rsp rip at 0 … 56,
 * the signal mask at 64, whether it was saved at 72.
 */
	.text
	.globl	setjmp
	.type	setjmp, @function
setjmp:
	xor	%esi, %esi
	.size	setjmp, . - setjmp

	.globl	sigsetjmp
	.type	sigsetjmp, @function
sigsetjmp:
	mov	%rbx, (%rdi)
	mov	%rbp, 8(%rdi)
	mov	%r12, 16(%rdi)
	mov	%r13, 24(%rdi)
	mov	%r14, 32(%rdi)
	mov	%r15, 40(%rdi)
	lea	8(%rsp), %rdx
	mov	%rdx, 48(%rdi)
	mov	(%rsp), %rdx
	mov	%rdx, 56(%rdi)
	movslq	%esi, %rsi
	mov	%rsi, 72(%rdi)
	test	%esi, %esi
	jz	1f
	lea	64(%rdi), %rdx		/* rt_sigprocmask(SIG_BLOCK, NULL, &mask, 8) */
	xor	%edi, %edi
	xor	%esi, %esi
	mov	$8, %r10d
	mov	$14, %eax
	syscall
1:	xor	%eax, %eax
	ret
	.size	sigsetjmp, . - sigsetjmp

	.globl	longjmp
	.type	longjmp, @function
	.globl	siglongjmp
	.type	siglongjmp, @function
longjmp:
siglongjmp:
	cmpq	$0, 72(%rdi)
	je	1f
	mov	%rdi, %r8
	mov	%esi, %r9d
	lea	64(%rdi), %rsi		/* rt_sigprocmask(SIG_SETMASK, &mask, NULL, 8) */
	mov	$2, %edi
	xor	%edx, %edx
	mov	$8, %r10d
	mov	$14, %eax
	syscall
	mov	%r8, %rdi
	mov	%r9d, %esi
1:	mov	%esi, %eax
	test	%eax, %eax
	jnz	2f
	inc	%eax
2:	mov	(%rdi), %rbx
	mov	8(%rdi), %rbp
	mov	16(%rdi), %r12
	mov	24(%rdi), %r13
	mov	32(%rdi), %r14
	mov	40(%rdi), %r15
	mov	48(%rdi), %rsp
	jmp	*56(%rdi)
	.size	longjmp, . - longjmp
	.size	siglongjmp, . - siglongjmp
	.section .note.GNU-stack, "", @progbits
