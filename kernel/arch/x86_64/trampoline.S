/*
 * Where an application processor starts: real mode, at a page below 1 MiB that smp.c copies this to. It enters long
 * mode in one step with a table that maps the page both at its physical address and, as ever, the kernel's half.
 * Everything between trampoline_start and trampoline_end is position independent; smp.c fills the data at its end.
 */
	.section .rodata
	.globl	trampoline_start, trampoline_end, trampoline_data
	.code16
trampoline_start:
	cli
	cld
	movw	%cs, %ax
	movw	%ax, %ds
	movl	$0x20, %eax			/* PAE */
	movl	%eax, %cr4
	movl	trampoline_cr3 - trampoline_start, %eax
	movl	%eax, %cr3
	movl	$0xc0000080, %ecx		/* EFER: LME, NXE */
	rdmsr
	orl	$0x900, %eax
	wrmsr
	lgdtl	trampoline_gdt_pointer - trampoline_start
	movl	$0x80010001, %eax		/* PG, WP, PE */
	movl	%eax, %cr0
	ljmpl	*(trampoline_far - trampoline_start)

	.code64
trampoline_long:
	movl	$0x10, %eax
	movl	%eax, %ss
	xorl	%eax, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	$1, %eax
	lock xaddl %eax, trampoline_next(%rip)
	movq	trampoline_stacks(%rip), %rdx
	movq	(%rdx, %rax, 8), %rsp
	xorl	%ebp, %ebp
	movq	trampoline_entry(%rip), %rax
	call	*%rax
	ud2

	.balign	8
trampoline_gdt:
	.quad	0
	.quad	0x00af9b000000ffff
	.quad	0x00cf93000000ffff
trampoline_data:
trampoline_gdt_pointer:
	.word	23
	.long	0				/* physical address of trampoline_gdt */
	.word	0
trampoline_far:
	.long	0				/* physical address of trampoline_long */
	.word	8
	.word	0
trampoline_cr3:
	.long	0
trampoline_next:
	.long	0				/* the number of the next processor to come by */
trampoline_stacks:
	.quad	0
trampoline_entry:
	.quad	0
trampoline_end:
	.globl	trampoline_gdt, trampoline_long

	.section .note.GNU-stack, "", @progbits
