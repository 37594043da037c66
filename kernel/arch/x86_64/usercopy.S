/*
 * The only instructions that touch user memory. Each one that may fault has an entry in the fault table: where the
 * fault handler continues when the page cannot be had. Range checks are the C callers' (mm/usercopy.c).
 */

#include "arch/x86_64/bulk.h"
#include "arch/x86_64/smap.h"

/* A faulting instruction and where to go instead, both relative to the entry's own words. */
.macro FAULT at, to
	.pushsection .fault_table, "a"
	.balign	4
	.long	\at - .
	.long	\to - .
	.popsection
.endm

	.text

/* size_t user_copy_raw(void *dst, const void *src, size_t size): bytes not copied. One of dst and src is ring 3's. */
	.globl	user_copy_raw
	.type	user_copy_raw, @function
user_copy_raw:
	STAC
	cmpq	$64, %rdx
	jb	2f
	cmpq	$USER_BULK_MIN, %rdx
	jae	7f
1:
.irp	o, 0, 8, 16, 24
10:	movq	\o(%rsi), %rax
	FAULT	10b, 8f
11:	movq	%rax, \o(%rdi)
	FAULT	11b, 8f
.endr
.irp	o, 32, 40, 48, 56
10:	movq	\o(%rsi), %rax
	FAULT	10b, 8f
11:	movq	%rax, \o(%rdi)
	FAULT	11b, 8f
.endr
	addq	$64, %rsi
	addq	$64, %rdi
	subq	$64, %rdx
	cmpq	$64, %rdx
	jae	1b
2:	cmpq	$32, %rdx
	jb	3f
.irp	o, 0, 8, 16, 24
10:	movq	\o(%rsi), %rax
	FAULT	10b, 8f
11:	movq	%rax, \o(%rdi)
	FAULT	11b, 8f
.endr
	addq	$32, %rsi
	addq	$32, %rdi
	subq	$32, %rdx
3:	cmpq	$8, %rdx
	jb	4f
3:
10:	movq	(%rsi), %rax
	FAULT	10b, 8f
11:	movq	%rax, (%rdi)
	FAULT	11b, 8f
	addq	$8, %rsi
	addq	$8, %rdi
	subq	$8, %rdx
	cmpq	$8, %rdx
	jae	3b
4:	testq	%rdx, %rdx
	jz	6f
5:
10:	movb	(%rsi), %al
	FAULT	10b, 6f
11:	movb	%al, (%rdi)
	FAULT	11b, 6f
	incq	%rsi
	incq	%rdi
	decq	%rdx
	jnz	5b
6:	CLAC
	movq	%rdx, %rax
	ret
	/* A wide access faulted: single bytes find the exact end, at most 64 of them before the bad page. */
8:	jmp	5b

7:	cmpb	$BULK_WORDS, user_copy_way(%rip)
	jb	1b
	movq	%rdx, %rcx
	ja	9f
	shrq	$3, %rcx
	andl	$7, %edx
10:	rep movsq
	FAULT	10b, 12f
	jmp	4b
	/* The words that were not copied, the one that faulted in them, and the bytes behind the last: at least one. */
12:	leaq	(%rdx, %rcx, 8), %rdx
	jmp	5b
9:
10:	rep movsb
	FAULT	10b, 11f
11:	movq	%rcx, %rdx
	jmp	6b

/* size_t user_clear_raw(void *dst, size_t size): bytes not cleared. */
	.globl	user_clear_raw
	.type	user_clear_raw, @function
user_clear_raw:
	STAC
	xorl	%eax, %eax
	cmpq	$64, %rsi
	jb	2f
	cmpq	$USER_BULK_MIN, %rsi
	jae	5f
1:
.irp	o, 0, 8, 16, 24, 32, 40, 48, 56
10:	movq	%rax, \o(%rdi)
	FAULT	10b, 3f
.endr
	addq	$64, %rdi
	subq	$64, %rsi
	cmpq	$64, %rsi
	jae	1b
2:	testq	%rsi, %rsi
	jz	4f
3:
10:	movb	%al, (%rdi)
	FAULT	10b, 4f
	incq	%rdi
	decq	%rsi
	jnz	3b
4:	CLAC
	movq	%rsi, %rax
	ret

5:	cmpb	$BULK_WORDS, user_clear_way(%rip)
	jb	1b
	movq	%rsi, %rcx
	ja	7f
	shrq	$3, %rcx
	andl	$7, %esi
10:	rep stosq
	FAULT	10b, 6f
	jmp	2b
6:	leaq	(%rsi, %rcx, 8), %rsi
	jmp	3b
7:
10:	rep stosb
	FAULT	10b, 8f
8:	movq	%rcx, %rsi
	jmp	4b

/*
 * ssize_t user_string_raw(char *dst, const char *src, size_t size): length without NUL, size when it does not end, -1 on a fault.
 * Bytes up to a word's boundary of src, then words, which lie in one page each: nothing behind the string's page is touched.
 */
	.globl	user_string_raw
	.type	user_string_raw, @function
user_string_raw:
	STAC
	xorl	%eax, %eax
	movabsq	$0x0101010101010101, %r8
	movq	%r8, %r9
	rorq	$1, %r9
1:	cmpq	%rdx, %rax
	je	2f
	leaq	(%rsi, %rax), %rcx
	testb	$7, %cl
	jz	4f
5:
10:	movb	(%rsi, %rax), %cl
	FAULT	10b, 3f
	movb	%cl, (%rdi, %rax)
	testb	%cl, %cl
	jz	2f
	incq	%rax
	jmp	1b
2:	CLAC
	ret
3:	CLAC
	movq	$-1, %rax
	ret
	/* A word at a time while size has room for it and no byte is zero: (w - 0x01…) & ~w & 0x80… is zero then. */
4:	leaq	8(%rax), %r11
	cmpq	%rdx, %r11
	ja	7f
10:	movq	(%rsi, %rax), %rcx
	FAULT	10b, 3b
	movq	%rcx, %r10
	subq	%r8, %r10
	notq	%rcx
	andq	%rcx, %r10
	andq	%r9, %r10
	notq	%rcx
	movq	%rcx, (%rdi, %rax)
	jnz	6f
	movq	%r11, %rax
	jmp	4b
	/* It ends in this word, as it was read: what another thread makes of it meanwhile does not count. */
6:	bsfq	%r10, %r10
	shrl	$3, %r10d
	addq	%r10, %rax
	jmp	2b
	/* Less than a word of size is left, if any. */
7:	cmpq	%rdx, %rax
	jb	5b
	jmp	2b

/* int user_load_raw(u32 *value, const u32 *src), user_store_raw(u32 *dst, u32 value): 0 or -1. */
	.globl	user_load_raw
	.type	user_load_raw, @function
user_load_raw:
	STAC
10:	movl	(%rsi), %eax
	FAULT	10b, 9f
	CLAC
	movl	%eax, (%rdi)
	xorl	%eax, %eax
	ret
9:	CLAC
	movl	$-1, %eax
	ret

	.globl	user_store_raw
	.type	user_store_raw, @function
user_store_raw:
	STAC
10:	movl	%esi, (%rdi)
	FAULT	10b, 9b
	CLAC
	xorl	%eax, %eax
	ret

/* int user_cas_raw(u32 *dst, u32 *expected, u32 desired): 0 or -1; *expected = what was there. */
	.globl	user_cas_raw
	.type	user_cas_raw, @function
user_cas_raw:
	movl	(%rsi), %eax
	STAC
10:	lock cmpxchgl %edx, (%rdi)
	FAULT	10b, 9b
	CLAC
	movl	%eax, (%rsi)
	xorl	%eax, %eax
	ret

/*
 * int user_xsave_raw(void *image, u64 features), user_xrstor_raw(const void *image, u64 features): 0 or -1. The image goes
 * straight between the registers and a signal frame; what a saved one holds of x87 and SSE counts, initial or not.
 */
	.globl	user_xsave_raw
	.type	user_xsave_raw, @function
user_xsave_raw:
	movl	%esi, %eax
	movq	%rsi, %rdx
	shrq	$32, %rdx
	STAC
10:	xsave64	(%rdi)
	FAULT	10b, 9b
11:	orq	$3, 512(%rdi)
	FAULT	11b, 9b
	CLAC
	xorl	%eax, %eax
	ret

	.globl	user_xrstor_raw
	.type	user_xrstor_raw, @function
user_xrstor_raw:
	movl	%esi, %eax
	movq	%rsi, %rdx
	shrq	$32, %rdx
	STAC
10:	xrstor64 (%rdi)
	FAULT	10b, 9b
	CLAC
	xorl	%eax, %eax
	ret

	.section .note.GNU-stack, "", @progbits
