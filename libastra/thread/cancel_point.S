/*
 * long __cancel_call(const int *request, long number, long a, long b, long c, long d, long e, long f)
 * A system call that is not begun once *request is set. Between __cancel_begin and __cancel_end nothing has happened yet, or the
 * call was interrupted without an effect and is about to be restarted; the stack is as the caller left it. The handler of
 * SIGCANCEL sends a thread that it finds there to __cancel_act:
 *
 *	this thread                          the canceller
 *	A: reads *request                    C: sets *request
 *	B: SYSCALL                           D: SIGCANCEL
 *
 * C before A: the call is not begun. Otherwise D comes after A: between A and B, or while B sleeps (the kernel then sets RIP
 * back to B for a call that it would restart), the handler finds RIP in the range. After B the call has had its effect and
 * counts; a call that ends with EINTR has had none, and __syscall_cancel looks at the request again.
 */
	.text
	.globl	__cancel_call
	.hidden	__cancel_call
	.hidden	__cancel_begin
	.hidden	__cancel_end
	.hidden	__cancel_act
	.globl	__cancel_begin
	.globl	__cancel_end
	.globl	__cancel_act
	.type	__cancel_call, @function
__cancel_call:
__cancel_begin:
	cmpl	$0, (%rdi)		/* A */
	jne	__cancel_act
	mov	%rsi, %rax
	mov	%rdx, %rdi
	mov	%rcx, %rsi
	mov	%r8, %rdx
	mov	%r9, %r10
	mov	8(%rsp), %r8
	mov	16(%rsp), %r9
	syscall				/* B */
__cancel_end:
	ret
__cancel_act:
	jmp	__cancel_now
	.size	__cancel_call, . - __cancel_call
	.section .note.GNU-stack, "", @progbits
