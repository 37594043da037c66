/* What the tests of rseq(2) share: the block, the call, a critical section that spins until it is aborted. */
#ifndef TESTS_USER_RSEQ_H
#define TESTS_USER_RSEQ_H

#include "test.h"

#define SIGNATURE 0x53053053u

#ifndef SYS_rseq
#define SYS_rseq 334
#endif

struct block {
	volatile uint32_t cpu_start, cpu;
	volatile uint64_t section;
	uint32_t flags;
	volatile uint32_t node, cid;
	uint32_t pad;
} __attribute__((aligned(32)));

struct section {
	uint32_t version, flags;
	uint64_t start, length, abort;
} __attribute__((aligned(32)));

static inline long rseq(struct block *b, unsigned size, int flags, unsigned signature)
{
	return RAW(SYS_rseq, b, size, flags, signature);
}

static inline void rseq_register(struct block *b)
{
	CHECK_EQ(rseq(b, 32, 0, SIGNATURE), 0);
}

/* Sets *entered, then spins in a section until the kernel throws it out. SIGNATURE_WORD stands before the abort address. */
#define SPIN_IN_SECTION(block, entered, signature_word)                                                              \
	__asm__ volatile goto(                                                                                      \
		".pushsection .data.rel, \"aw\"\n"                                                                  \
		".balign 32\n"                                                                                      \
		"1: .long 0, 0\n"                                                                                   \
		".quad 2f, 3f - 2f, 4f\n"                                                                           \
		".popsection\n"                                                                                     \
		"leaq 1b(%%rip), %%rax\n"                                                                           \
		"movq %%rax, 8(%[b])\n"                                                                             \
		"2: movl $1, %[e]\n"                                                                                \
		"5: pause\n"                                                                                        \
		"jmp 5b\n"                                                                                          \
		"3: ud2\n"                                                                                          \
		".long " signature_word "\n"                                                                        \
		"4: jmp %l[aborted]\n"                                                                              \
		: : [b] "r"(block), [e] "m"(entered) : "rax", "memory", "cc" : aborted)

#endif
