/*
 * ELF files as exec needs them: formats, checks, and where each segment goes. Pure functions over bytes that were
 * read already: nothing here touches memory maps or files, so the same code runs on the build machine under fuzzers.
 *
 *  - The input is hostile; every sum is checked.
 *  - Errors are Linux's of the same file: -ENOEXEC for what is no program, -EINVAL or -ENOMEM for one that cannot be
 *    laid out (too late for a return to the old program there, so exec makes a SIGSEGV of them).
 */
#ifndef EXEC_ELF_H
#define EXEC_ELF_H

#include "lib/types.h"

#define ELF_TYPE_EXEC   2
#define ELF_TYPE_DYN    3
#define ELF_MACHINE     62		/* x86-64 */

#define ELF_LOAD        1u
#define ELF_INTERP      3u
#define ELF_GNU_STACK   0x6474e551u

#define ELF_EXECUTE     1u
#define ELF_WRITE       2u
#define ELF_READ        4u

/* The table of program headers is at most this long, as on Linux. */
#define ELF_TABLE_MAX   65536u

struct elf_header {
	u8 ident[16];
	u16 type, machine;
	u32 version;
	u64 entry, table_offset, section_offset;
	u32 flags;
	u16 header_size, entry_size, count, section_size, section_count, section_names;
};
_Static_assert(sizeof(struct elf_header) == 64, "System V ABI, Elf64_Ehdr");

struct elf_segment {
	u32 type, flags;
	u64 offset, address, physical, file_size, memory_size, align;
};
_Static_assert(sizeof(struct elf_segment) == 56, "System V ABI, Elf64_Phdr");

/* Is it a 64-bit program for this machine with a sane table? 0 or -ENOEXEC. */
int elf_check_header(const struct elf_header *h);
static inline u64 elf_table_size(const struct elf_header *h) { return (u64)h->count * h->entry_size; }

/* The first PT_INTERP: 1 with its place in the file (2 … 4096 bytes), 0 when there is none, -ENOEXEC. */
int elf_find_interpreter(const struct elf_segment *table, unsigned count, u64 *offset, u64 *size);

bool elf_wants_executable_stack(const struct elf_segment *table, unsigned count);

/* What the file's segments span, in its own addresses. */
struct elf_span {
	u64 low, high;			/* pages of all segments: [low, high) */
	u64 align;			/* largest p_align that is a power of two, at least a page */
	u64 code_start, code_end, data_start, data_end;	/* as /proc/PID/stat reports them */
	u64 break_start;		/* end of the highest segment */
	u64 table_address;		/* of the program headers in memory, 0 when no segment has them */
	unsigned segments;
};

/* 0, -EINVAL for a segment that no address space can hold. */
int elf_measure(const struct elf_header *h, const struct elf_segment *table, struct elf_span *span);

/* One segment's parts at its final place; an empty part has length 0. */
struct elf_placement {
	u64 file_start, file_length;	/* pages mapped from the file … */
	u64 file_page;			/* … from this page of it on */
	u64 zero_start, zero_length;	/* rest of the last such page, to be cleared */
	u64 anonymous_start, anonymous_length;	/* whole pages of zeros */
	u32 prot;			/* PROT_ bits of the file's pages */
	u32 anonymous_prot;
};

/* `bias` is added to the file's addresses. 0 or -EINVAL. */
int elf_place(const struct elf_segment *s, u64 bias, struct elf_placement *p);

#endif
