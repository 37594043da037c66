/*
 * REP MOVSB and REP STOSB, offered to lib/string.c, which measures them at boot: on processors with ERMS they win from
 * some hundred bytes on; emulators run them a byte at a time.
 */
#include "arch/x86_64/cpu.h"
#include "lib/string.h"
#include "mm/frame.h"

static void rep_copy(void *dst, const void *src, size_t n)
{
	__asm__ volatile("rep movsb" : "+D"(dst), "+S"(src), "+c"(n) : : "memory");
}

static void rep_fill(void *dst, int c, size_t n)
{
	__asm__ volatile("rep stosb" : "+D"(dst), "+c"(n) : "a"(c) : "memory");
}

static u64 ticks(void)
{
	return arch_tsc();
}

void arch_choose_bulk(void)
{
	struct page *scratch;

	if (!cpu_features.erms)
		return;
	scratch = page_alloc(1, ALLOC_ZERO);
	if (!scratch)
		return;
	(void)string_choose_bulk(rep_copy, rep_fill, page_to_virt(scratch), ticks);
	page_put(scratch);
}
