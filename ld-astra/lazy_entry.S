/*
 * The two ways into C that no caller expects: the first call through a PLT slot, and the first use of a thread-local
 * variable through a TLS descriptor. Both keep every register that the interrupted code may count on, vectors included.
 */

/* Keeps what C code may change but RAX' caller needs. RBX becomes the frame; GPRs lie below it, vectors at RSP. */
	.macro save_state
	push	%rbx
	mov	%rsp, %rbx
	push	%rax
	push	%rcx
	push	%rdx
	push	%rsi
	push	%rdi
	push	%r8
	push	%r9
	push	%r10
	push	%r11
	sub	vector_size(%rip), %rsp
	and	$-64, %rsp
	xor	%edx, %edx
	mov	vector_mask(%rip), %eax
	test	%eax, %eax
	jz	1f
	.irp	offset, 512, 520, 528, 536, 544, 552, 560, 568
	mov	%rdx, \offset(%rsp)		/* XRSTOR wants the header's unused words zero */
	.endr
	xsave64	(%rsp)
	jmp	2f
1:	fxsave64 (%rsp)
2:
	.endm

/* The opposite, but RSP: it stays for the user of the macro, who takes it from RBX. */
	.macro restore_state
	xor	%edx, %edx
	mov	vector_mask(%rip), %eax
	test	%eax, %eax
	jz	3f
	xrstor64 (%rsp)
	jmp	4f
3:	fxrstor64 (%rsp)
4:	mov	-8(%rbx), %rax
	mov	-16(%rbx), %rcx
	mov	-24(%rbx), %rdx
	mov	-32(%rbx), %rsi
	mov	-40(%rbx), %rdi
	mov	-48(%rbx), %r8
	mov	-56(%rbx), %r9
	mov	-64(%rbx), %r10
	mov	-72(%rbx), %r11
	.endm

	.text
/* On the stack: the object (GOT's second word), the index of the PLT relocation, the caller's return address. */
	.globl	lazy_entry
	.hidden	lazy_entry
	.type	lazy_entry, @function
lazy_entry:
	save_state
	mov	8(%rbx), %rdi
	mov	16(%rbx), %rsi
	call	lazy_bind
	mov	%rax, 16(%rbx)
	restore_state
	mov	%rbx, %rsp
	pop	%rbx
	mov	8(%rsp), %r11			/* no argument is ever in R11 */
	add	$16, %rsp
	jmp	*%r11
	.size	lazy_entry, . - lazy_entry

/*
 * RAX points at a descriptor whose second word is a struct tls_index; RAX becomes the variable's distance from the thread
 * pointer, all else but the flags is kept. dtv[0] is the number of entries, an entry of zero has no block yet.
 */
	.globl	tlsdesc_dynamic
	.hidden	tlsdesc_dynamic
	.type	tlsdesc_dynamic, @function
tlsdesc_dynamic:
	push	%rcx
	push	%rdx
	mov	8(%rax), %rax
	mov	%fs:8, %rdx
	mov	(%rax), %rcx
	cmp	%rcx, (%rdx)
	jb	5f
	mov	(%rdx, %rcx, 8), %rdx
	test	%rdx, %rdx
	jz	5f
	mov	8(%rax), %rax
	add	%rdx, %rax
	jmp	6f
5:	save_state
	mov	-8(%rbx), %rdi
	call	__tls_get_addr
	mov	%rax, -8(%rbx)
	restore_state
	mov	%rbx, %rsp
	pop	%rbx
6:	sub	%fs:0, %rax
	pop	%rdx
	pop	%rcx
	ret
	.size	tlsdesc_dynamic, . - tlsdesc_dynamic

	.hidden	vector_mask
	.hidden	vector_size
	.section .note.GNU-stack, "", @progbits
