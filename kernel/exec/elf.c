/* The checks and sums of elf.h. Pure: no locks, no state, any context. */
#include "exec/elf.h"

#include "lib/error.h"
#include "lib/string.h"
#include "mm/aspace.h"
#include "mm/usercopy.h"

#define ELF_CLASS_64 2
#define INTERPRETER_MAX 4096

int elf_check_header(const struct elf_header *h)
{
	if (memcmp(h->ident, "\177ELF", 4) != 0 || h->ident[4] != ELF_CLASS_64)
		return -ENOEXEC;
	if (h->type != ELF_TYPE_EXEC && h->type != ELF_TYPE_DYN)
		return -ENOEXEC;
	if (h->machine != ELF_MACHINE || h->entry_size != sizeof(struct elf_segment))
		return -ENOEXEC;
	if (h->count == 0 || elf_table_size(h) > ELF_TABLE_MAX)
		return -ENOEXEC;
	return 0;
}

int elf_find_interpreter(const struct elf_segment *table, unsigned count, u64 *offset, u64 *size)
{
	for (unsigned i = 0; i < count; i++) {
		if (table[i].type != ELF_INTERP)
			continue;
		if (table[i].file_size < 2 || table[i].file_size > INTERPRETER_MAX)
			return -ENOEXEC;
		*offset = table[i].offset;
		*size = table[i].file_size;
		return 1;
	}
	return 0;
}

/* Without a PT_GNU_STACK the stack is not executable: 64-bit programs never relied on it. */
bool elf_wants_executable_stack(const struct elf_segment *table, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (table[i].type == ELF_GNU_STACK)
			return table[i].flags & ELF_EXECUTE;
	return false;
}

static bool fits(const struct elf_segment *s)
{
	return s->address < USER_END && s->file_size <= s->memory_size && s->memory_size <= USER_END &&
	       s->address <= USER_END - s->memory_size;
}

static void measure_segment(const struct elf_header *h, const struct elf_segment *s, struct elf_span *span)
{
	u64 file_end = s->address + s->file_size, end = s->address + s->memory_size;

	span->low = MIN(span->low, ALIGN_DOWN(s->address, PAGE_SIZE));
	span->high = MAX(span->high, ALIGN_UP(end, PAGE_SIZE));
	if (s->align > span->align && (s->align & (s->align - 1)) == 0)
		span->align = s->align;
	if ((s->flags & ELF_EXECUTE) && s->address < span->code_start)
		span->code_start = s->address;
	if ((s->flags & ELF_EXECUTE) && file_end > span->code_end)
		span->code_end = file_end;
	span->data_start = MAX(span->data_start, s->address);
	span->data_end = MAX(span->data_end, file_end);
	span->break_start = MAX(span->break_start, end);
	if (span->table_address == 0 && s->offset <= h->table_offset && h->table_offset - s->offset < s->file_size)
		span->table_address = h->table_offset - s->offset + s->address;
}

int elf_measure(const struct elf_header *h, const struct elf_segment *table, struct elf_span *span)
{
	*span = (struct elf_span){ .low = UINT64_MAX, .code_start = UINT64_MAX, .align = PAGE_SIZE };
	for (unsigned i = 0; i < h->count; i++) {
		if (table[i].type != ELF_LOAD)
			continue;
		if (!fits(&table[i]))
			return -EINVAL;
		measure_segment(h, &table[i], span);
		span->segments++;
	}
	if (span->segments == 0)
		span->low = 0;
	if (span->code_start == UINT64_MAX)
		span->code_start = 0;
	return 0;
}

static u32 protection(u32 flags)
{
	return (flags & ELF_READ ? PROT_READ : 0) | (flags & ELF_WRITE ? PROT_WRITE : 0) | (flags & ELF_EXECUTE ? PROT_EXEC : 0);
}

/* The file's part runs to the end of its last page; what memory needs beyond that is anonymous. */
int elf_place(const struct elf_segment *s, u64 bias, struct elf_placement *p)
{
	u64 address, file_end, end;

	memset(p, 0, sizeof(*p));
	if (__builtin_add_overflow(s->address, bias, &address) || address >= USER_END || s->memory_size > USER_END - address ||
	    s->file_size > s->memory_size)
		return -EINVAL;
	file_end = address + s->file_size;
	end = ALIGN_UP(address + s->memory_size, PAGE_SIZE);
	p->prot = protection(s->flags);
	p->anonymous_prot = PROT_READ | PROT_WRITE | (p->prot & PROT_EXEC);
	p->anonymous_start = ALIGN_DOWN(address, PAGE_SIZE);
	if (s->file_size != 0) {
		if (((s->offset ^ address) & PAGE_MASK) != 0 || s->offset > (u64)INT64_MAX - s->file_size - PAGE_SIZE)
			return -EINVAL;
		p->file_start = ALIGN_DOWN(address, PAGE_SIZE);
		p->file_length = ALIGN_UP(file_end, PAGE_SIZE) - p->file_start;
		p->file_page = s->offset >> PAGE_SHIFT;
		p->anonymous_start = p->file_start + p->file_length;
		if (s->memory_size > s->file_size && (p->prot & PROT_WRITE)) {
			p->zero_start = file_end;
			p->zero_length = p->anonymous_start - file_end;
		}
	}
	if (s->memory_size > s->file_size && end > p->anonymous_start)
		p->anonymous_length = end - p->anonymous_start;
	return 0;
}
