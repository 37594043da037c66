/*
 * From an ELF file to segments in a new address space. elf.c does the sums, mm_map the mapping. The address space is
 * not anybody's yet, so nothing else changes it meanwhile.
 */
#include "exec/image.h"

#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "mm/usercopy.h"

#define PIE_BASE ALIGN_DOWN(USER_END / 3 * 2, PAGE_SIZE)	/* far from both the mappings and address 0 */

int elf_image_read(struct elf_image *e, const struct elf_header *header)
{
	u64 size;
	int r = elf_check_header(header);

	if (r < 0)
		return r;
	e->header = *header;
	size = elf_table_size(header);
	e->table = kmalloc(size);
	if (!e->table)
		return -ENOMEM;
	if (header->table_offset > INT64_MAX || file_read_kernel(e->file, e->table, size, header->table_offset) != (ssize_t)size)
		return -ENOEXEC;
	return 0;
}

void elf_image_free(struct elf_image *e)
{
	if (e->file)
		file_put(e->file);
	kfree(e->table);
}

static int read_all(struct file *f, void *buf, u64 size, u64 offset)
{
	ssize_t n;

	if (offset > INT64_MAX)
		return -EINVAL;
	n = file_read_kernel(f, buf, size, offset);
	if (n < 0)
		return (int)n;
	return (u64)n == size ? 0 : -EIO;
}

static int open_interpreter(struct exec_image *x, char *path, u64 offset, u64 size)
{
	struct elf_image *e = &x->interpreter;
	struct elf_header header;
	int r = read_all(x->program.file, path, size, offset);

	if (r < 0)
		return r;
	if (path[size - 1] != '\0')
		return -ENOEXEC;
	e->file = path_open_exec(AT_FDCWD, path);
	if (IS_ERR(e->file)) {
		r = (int)PTR_ERR(e->file);
		e->file = NULL;
		return r;
	}
	r = read_all(e->file, &header, sizeof(header), 0);
	if (r < 0)
		return r;
	r = elf_image_read(e, &header);
	return r == -ENOEXEC ? -ELIBBAD : r;
}

/* The interpreter's own PT_INTERP is nobody's business. */
int exec_read_interpreter(struct exec_image *x)
{
	u64 offset, size;
	char *path;
	int r = elf_find_interpreter(x->program.table, x->program.header.count, &offset, &size);

	if (r <= 0)
		return r;
	path = path_buffer_get();
	if (!path)
		return -ENOMEM;
	r = open_interpreter(x, path, offset, size);
	path_buffer_put(path);
	return r;
}

/* ---- Mapping ---- */

static int map_anonymous(struct mm *mm, const struct elf_placement *p, u32 flags)
{
	i64 r;

	if (p->anonymous_length == 0)
		return 0;
	r = mm_map(mm, p->anonymous_start, p->anonymous_length, p->anonymous_prot, MAP_PRIVATE | MAP_ANONYMOUS | flags, NULL, 0,
		   NULL);
	return r < 0 ? (int)r : 0;
}

/* Through a copy on write of the file's page; a page beyond the end of the file cannot be had, and kills the program. */
static int clear_tail(struct mm *mm, u64 address, u64 length)
{
	static const u8 zeros[256];

	while (length > 0) {
		u64 n = MIN(length, sizeof(zeros));

		if (mm_write(mm, address, zeros, n, true) != (ssize_t)n)
			return -EFAULT;
		address += n;
		length -= n;
	}
	return 0;
}

static int map_segment(struct mm *mm, struct file *f, const struct elf_segment *s, u64 bias, u32 flags)
{
	struct elf_placement p;
	int r = elf_place(s, bias, &p);
	i64 mapped;

	if (r < 0)
		return r;
	if (p.file_length != 0) {
		mapped = mm_map(mm, p.file_start, p.file_length, p.prot, MAP_PRIVATE | flags, f, p.file_page, NULL);
		if (mapped < 0)
			return (int)mapped;
		r = clear_tail(mm, p.zero_start, p.zero_length);
		if (r < 0)
			return r;
	}
	return map_anonymous(mm, &p, flags);
}

/* Later segments lie over earlier ones, but the first may not lie on what is there already (the stack). */
static int map_all(struct mm *mm, struct elf_image *e)
{
	u32 flags = MAP_FIXED_NOREPLACE;
	int r = 0;

	for (unsigned i = 0; i < e->header.count && r == 0; i++) {
		if (e->table[i].type != ELF_LOAD)
			continue;
		r = map_segment(mm, e->file, &e->table[i], e->bias, flags);
		flags = MAP_FIXED;
	}
	return r;
}

/* Where the highest free room of that size is, by reserving it for a moment. */
static i64 find_room(struct mm *mm, u64 size, u64 align)
{
	u64 length = size + (align - PAGE_SIZE);
	i64 at;

	if (length < size)
		return -ENOMEM;
	at = mm_map(mm, 0, length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, NULL, 0, NULL);
	if (at < 0)
		return at;
	(void)!mm_unmap(mm, (u64)at, length);
	return (i64)ALIGN_UP((u64)at, align);
}

/* A position-independent file: `base` 0 means among the mappings. */
static int choose_bias(struct mm *mm, struct elf_image *e, u64 base)
{
	u64 size = e->span.high - e->span.low;
	i64 at;

	e->bias = 0;
	if (e->header.type == ELF_TYPE_EXEC || e->span.segments == 0)
		return 0;
	at = base ? (i64)ALIGN_DOWN(base, e->span.align) : find_room(mm, size, e->span.align);
	if (at < 0)
		return (int)at;
	e->bias = (u64)at - e->span.low;
	return 0;
}

static int map_image(struct mm *mm, struct elf_image *e, u64 base)
{
	int r = elf_measure(&e->header, e->table, &e->span);

	if (r == 0)
		r = choose_bias(mm, e, base);
	return r == 0 ? map_all(mm, e) : r;
}

static void note_ranges(struct mm *mm, const struct elf_image *e)
{
	mm->code_start = e->span.code_start + e->bias;
	mm->code_end = e->span.code_end + e->bias;
	mm->data_start = e->span.data_start + e->bias;
	mm->data_end = e->span.data_end + e->bias;
}

/*
 * The heap follows the program. One without an interpreter lies among the mappings, where the heap would soon meet one:
 * it gets the place of a program with an interpreter.
 */
static void place_break(struct mm *mm, const struct exec_image *x)
{
	u64 start = ALIGN_UP(x->program.span.break_start + x->program.bias, PAGE_SIZE);

	if (x->program.header.type == ELF_TYPE_DYN && !x->interpreter.file)
		start = PIE_BASE;
	mm->brk_start = mm->brk = start + exec_random_pages(13);
}

int exec_map_segments(struct exec_image *x)
{
	struct elf_image *last = &x->program;
	int r = map_image(x->mm, &x->program, x->interpreter.file ? PIE_BASE + exec_random_pages(28) : 0);

	if (r == 0 && x->interpreter.file) {
		last = &x->interpreter;
		r = map_image(x->mm, last, 0);
	}
	if (r < 0)
		return r;
	note_ranges(x->mm, &x->program);
	place_break(x->mm, x);
	x->entry = last->header.entry + last->bias;
	return x->entry < USER_END ? 0 : -EINVAL;
}
