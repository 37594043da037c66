/*
 * Ways to move long runs of memory: unrolled loads and stores of a register, REP MOVSQ, REP MOVSB, and their stores alone. They are
 * offered to lib/string.c, which measures them at boot; the copies of user memory (usercopy.S) go the way that won.
 * Processors with ERMS are quickest by bytes, a machine whose clock counts instructions by words, and an emulator in
 * real time by plain loads and stores: the clock decides, not a flag. Boot CPU, before the others start.
 */
#include "arch/x86_64/bulk.h"
#include "arch/x86_64/cpu.h"
#include "lib/log.h"
#include "lib/string.h"
#include "mm/frame.h"

u8 user_copy_way, user_clear_way;	/* [I] once other CPUs run; BULK_LOOP, BULK_WORDS or BULK_BYTES */

static const char *const way_names[] = { [BULK_LOOP] = "loads and stores", [BULK_WORDS] = "words", [BULK_BYTES] = "bytes" };

typedef u64 __attribute__((may_alias, aligned(1))) word;

/* Sixty-four bytes in the simplest addressing there is: an emulator adds up every further part of an address anew. */
#define EACH_OF_64(step) step(0) step(8) step(16) step(24) step(32) step(40) step(48) step(56)
#define MOVE(offset)	 "movq " #offset "(%1), %%rax\n\tmovq %%rax, " #offset "(%0)\n\t"
#define STORE(offset)	 "movq %2, " #offset "(%0)\n\t"

static void copy_loop(void *dst, const void *src, size_t n)
{
	u8 *d = dst, *last = d + n - 64;
	const u8 *s = src;

	__asm__ volatile("1:	" EACH_OF_64(MOVE) "addq $64, %1\n\taddq $64, %0\n\tcmpq %2, %0\n\tjb 1b"
			 : "+r"(d), "+r"(s) : "r"(last) : "rax", "memory", "cc");
	s = (const u8 *)src + n - 64;
	__asm__ volatile(EACH_OF_64(MOVE) : : "r"(last), "r"(s) : "rax", "memory");
}

static void fill_loop(void *dst, int c, size_t n)
{
	u8 *d = dst, *last = d + n - 64;
	u64 pattern = (u8)c * 0x0101010101010101ull;

	__asm__ volatile("1:	" EACH_OF_64(STORE) "addq $64, %0\n\tcmpq %1, %0\n\tjb 1b"
			 : "+r"(d) : "r"(last), "r"(pattern) : "memory", "cc");
	__asm__ volatile(EACH_OF_64(STORE) : : "r"(last), "r"(last), "r"(pattern) : "memory");
}

static void copy_words(void *dst, const void *src, size_t n)
{
	word *last = (word *)((u8 *)dst + n - 8);
	u64 end = *(const word *)((const u8 *)src + n - 8), count = n / 8;

	__asm__ volatile("rep movsq" : "+D"(dst), "+S"(src), "+c"(count) : : "memory");
	*last = end;
}

static void fill_words(void *dst, int c, size_t n)
{
	word *last = (word *)((u8 *)dst + n - 8);
	u64 pattern = (u8)c * 0x0101010101010101ull, count = n / 8;

	__asm__ volatile("rep stosq" : "+D"(dst), "+c"(count) : "a"(pattern) : "memory");
	*last = pattern;
}

static void copy_bytes(void *dst, const void *src, size_t n)
{
	__asm__ volatile("rep movsb" : "+D"(dst), "+S"(src), "+c"(n) : : "memory");
}

static void fill_bytes(void *dst, int c, size_t n)
{
	__asm__ volatile("rep stosb" : "+D"(dst), "+c"(n) : "a"(c) : "memory");
}

static u64 ticks(void)
{
	return arch_tsc();
}

static void offer(u8 way, string_copy_fn copy, string_fill_fn fill, struct page *scratch)
{
	unsigned chosen = string_choose_bulk(copy, fill, page_to_virt(scratch), ticks);

	if (chosen & BULK_COPY)
		user_copy_way = way;
	if (chosen & BULK_FILL)
		user_clear_way = way;
}

void arch_choose_bulk(void)
{
	struct page *scratch = page_alloc(1, ALLOC_ZERO);

	if (!scratch)
		return;
	offer(BULK_LOOP, copy_loop, fill_loop, scratch);
	offer(BULK_WORDS, copy_words, fill_words, scratch);
	if (cpu_features.erms)
		offer(BULK_BYTES, copy_bytes, fill_bytes, scratch);
	page_put(scratch);
	log_info("cpu", "long runs of memory: copied by %s, filled by %s", way_names[user_copy_way], way_names[user_clear_way]);
}
