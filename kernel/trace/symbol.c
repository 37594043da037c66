/*
 * Symbols of user addresses: the mapped file's program headers turn the address into the file's own, its .symtab or, in a stripped
 * file, .dynsym has the function. The file is hostile: every offset is only ever an argument of a read, which checks it, and the
 * number of reads is bounded. Task context of the program; the mm's lock is held to find the area and for nothing else.
 */
#include "trace/symbol.h"

#include "exec/elf.h"
#include "fs/file.h"
#include "fs/path.h"
#include "lib/error.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "mm/aspace.h"
#include "sched/task.h"

#define SECTIONS_MAX 256
#define SYMBOLS_MAX  200000ull
#define CHUNK        32			/* symbols read together */
#define NAME_MAX_LEN 64

#define SECTION_SYMTAB 2
#define SECTION_DYNSYM 11
#define SYMBOL_FUNC    2

struct elf_section {
	u32 name, type;
	u64 flags, address, offset, size;
	u32 link, info;
	u64 align, entry_size;
};
_Static_assert(sizeof(struct elf_section) == 64, "System V ABI, Elf64_Shdr");

struct elf_symbol {
	u32 name;
	u8 info, other;
	u16 section;
	u64 value, size;
};
_Static_assert(sizeof(struct elf_symbol) == 24, "System V ABI, Elf64_Sym");

/* The file behind an address. */
struct place {
	u64 address;			/* asked for */
	struct file *file;		/* referenced, or NULL */
	u64 offset;			/* in the file */
	bool code;
	const char *name;		/* "[vdso]" and its like, or NULL */
};

/* Stops the walk at the area that holds the address. */
static int find_area(const struct area *a, void *arg)
{
	struct place *p = arg;

	if (p->address < a->start || p->address >= a->end)
		return 0;
	p->code = a->prot & PROT_EXEC;
	p->name = a->name;
	if (a->file && !a->name) {
		file_get(a->file);
		p->file = a->file;
		p->offset = (a->page_offset << PAGE_SHIFT) + (p->address - a->start);
	}
	return 1;
}

static bool read_at(struct file *f, void *buf, size_t size, u64 pos)
{
	return (i64)pos >= 0 && file_read_kernel(f, buf, size, pos) == (ssize_t)size;
}

/* The file's own address of an offset: by the segment that holds it. The offset itself where no segment does. */
static u64 own_address(struct file *f, const struct elf_header *h, u64 offset)
{
	struct elf_segment s;

	for (unsigned i = 0; i < h->count && i < SECTIONS_MAX; i++) {
		if (!read_at(f, &s, sizeof(s), h->table_offset + (u64)i * h->entry_size))
			break;
		if (s.type == ELF_LOAD && offset >= ALIGN_DOWN(s.offset, PAGE_SIZE) && offset - ALIGN_DOWN(s.offset, PAGE_SIZE) <
		    s.file_size + (s.offset & PAGE_MASK))
			return s.address + (offset - s.offset);
	}
	return offset;
}

/* The symbol table of `type`; false when there is none. */
static bool find_section(struct file *f, const struct elf_header *h, u32 type, struct elf_section *found)
{
	for (unsigned i = 0; i < h->section_count && i < SECTIONS_MAX; i++) {
		if (!read_at(f, found, sizeof(*found), h->section_offset + (u64)i * h->section_size))
			return false;
		if (found->type == type && found->entry_size == sizeof(struct elf_symbol))
			return true;
	}
	return false;
}

/* The function that holds the address in a symbol table. */
static bool find_symbol(struct file *f, const struct elf_section *table, u64 address, struct elf_symbol *found)
{
	struct elf_symbol chunk[CHUNK];
	u64 count = MIN(table->size / sizeof(*chunk), SYMBOLS_MAX);

	for (u64 at = 0; at < count; at += CHUNK) {
		size_t n = (size_t)MIN(count - at, (u64)CHUNK);

		if (!read_at(f, chunk, n * sizeof(*chunk), table->offset + at * sizeof(*chunk)))
			return false;
		for (size_t i = 0; i < n; i++)
			if ((chunk[i].info & 15) == SYMBOL_FUNC && chunk[i].section != 0 && address >= chunk[i].value &&
			    address - chunk[i].value < chunk[i].size) {
				*found = chunk[i];
				return true;
			}
		preempt_point();
	}
	return false;
}

/* The name of a symbol, cut to what fits and stripped of what does not print. Empty when it cannot be read. */
static void read_name(struct file *f, const struct elf_header *h, const struct elf_section *table, u32 name, char *out, size_t size)
{
	struct elf_section strings;
	ssize_t n = 0;

	if (read_at(f, &strings, sizeof(strings), h->section_offset + (u64)table->link * h->section_size) &&
	    (i64)(strings.offset + name) >= 0)
		n = file_read_kernel(f, out, size - 1, strings.offset + name);
	out[n > 0 ? n : 0] = '\0';
}

/* "function+0x12 " or nothing. */
static void describe_function(struct file *f, const struct elf_header *h, u64 address, char *buf, size_t size)
{
	static const u32 types[] = { SECTION_SYMTAB, SECTION_DYNSYM };
	char name[NAME_MAX_LEN];
	struct elf_section table;
	struct elf_symbol symbol;

	buf[0] = '\0';
	for (unsigned i = 0; i < ARRAY_SIZE(types); i++) {
		if (!find_section(f, h, types[i], &table) || !find_symbol(f, &table, address, &symbol))
			continue;
		read_name(f, h, &table, symbol.name, name, sizeof(name));
		scnprintf(buf, size, "%s+%#llx ", name, (unsigned long long)(address - symbol.value));
		return;
	}
}

static void describe_file(const struct place *p, char *buf, size_t size)
{
	char function[NAME_MAX_LEN + 24] = "";
	char *buffer = path_buffer_get(), *path = NULL;
	struct elf_header h;
	u64 own = p->offset;

	if (read_at(p->file, &h, sizeof(h), 0) && elf_check_header(&h) == 0) {
		own = own_address(p->file, &h, p->offset);
		describe_function(p->file, &h, own, function, sizeof(function));
	}
	if (buffer)
		path = file_path(p->file, buffer, PATH_MAX);
	scnprintf(buf, size, "%s(%s+%#llx)", function, path && !IS_ERR(path) ? path : "?", (unsigned long long)own);
	if (buffer)
		path_buffer_put(buffer);
}

void symbol_describe(u64 address, char *buf, size_t size, bool *code)
{
	struct place p = { .address = address };

	mm_for_each_area(current->mm, find_area, &p);
	*code = p.code;
	if (p.file) {
		describe_file(&p, buf, size);
		file_put(p.file);
	} else {
		scnprintf(buf, size, "(%s)", p.name ? p.name : "not a file");
	}
}
