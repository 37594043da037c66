/*
 * From an open file to a mapped object. Every header is checked against the size of the file before it is used; a
 * file that fails makes us die with words, and what was mapped of it by then is in `unfinished`. Usable from stage 1 on.
 */
#include <sys/mman.h>
#include <sys/stat.h>

#include "rtld.h"

struct span {
	uintptr_t start, end, align;	/* link addresses, whole pages */
};

static struct span unfinished;		/* run-time addresses; end 0: nothing */

static void read_exactly(int fd, const char *path, void *buf, size_t size, uint64_t offset)
{
	size_t done = 0;

	while (done < size) {
		long n = sys(pread64, fd, (char *)buf + done, size - done, offset + done);

		if (n <= 0)
			die(path, n ? ": cannot be read" : ": is too short for its headers", NULL);
		done += (size_t)n;
	}
}

static const char *header_fault(const Elf64_Ehdr *h, uint64_t file_size, bool is_program)
{
	if (memcmp(h->e_ident, ELFMAG, SELFMAG))
		return "is not an ELF file";
	if (h->e_ident[EI_CLASS] != ELFCLASS64 || h->e_ident[EI_DATA] != ELFDATA2LSB || h->e_machine != EM_X86_64)
		return "is for another machine than x86-64";
	if (h->e_type != ET_DYN && !(is_program && h->e_type == ET_EXEC))
		return is_program ? "is not a program" : "is not a shared library";
	if (h->e_phentsize != sizeof(Elf64_Phdr) || !h->e_phnum || h->e_phnum > 1024)
		return "has no usable program headers";
	if (h->e_phoff > file_size || h->e_phnum * sizeof(Elf64_Phdr) > file_size - h->e_phoff)
		return "has its program headers behind its end";
	return NULL;
}

static struct span span_of(const Elf64_Phdr *phdr, size_t count)
{
	struct span span = { .start = UINTPTR_MAX, .align = PAGE_SIZE };

	for (size_t i = 0; i < count; i++) {
		if (phdr[i].p_type != PT_LOAD)
			continue;
		if (span.start == UINTPTR_MAX)
			span.start = phdr[i].p_vaddr & -PAGE_SIZE;
		span.end = (phdr[i].p_vaddr + phdr[i].p_memsz + PAGE_SIZE - 1) & -PAGE_SIZE;
		if (phdr[i].p_align > span.align)
			span.align = phdr[i].p_align;
	}
	return span;
}

/* Reserves the whole span, so that the segments' MAP_FIXED hits nothing else; returns the base. */
static uintptr_t reserve(const char *path, const struct span *span, bool fixed)
{
	size_t size = span->end - span->start, extra = span->align - PAGE_SIZE;
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (fixed ? MAP_FIXED_NOREPLACE : 0);
	long at = sys(mmap, fixed ? span->start : 0, fixed ? size : size + extra, PROT_NONE, flags, -1, 0);
	uintptr_t start;

	if (at < 0 || (fixed && (uintptr_t)at != span->start))
		die(path, ": no room in the address space", NULL);
	if (fixed)
		return 0;
	start = (((uintptr_t)at - span->start + span->align - 1) & -span->align) + span->start;
	if (start > (uintptr_t)at)
		sys(munmap, at, start - (uintptr_t)at);
	if ((uintptr_t)at + extra > start)
		sys(munmap, start + size, (uintptr_t)at + extra - start);
	return start - span->start;
}

static void map_segment(int fd, const char *path, uintptr_t base, const Elf64_Phdr *p)
{
	uintptr_t start = base + (p->p_vaddr & -PAGE_SIZE);
	uintptr_t file_end = base + p->p_vaddr + p->p_filesz;
	uintptr_t file_pages = (file_end + PAGE_SIZE - 1) & -PAGE_SIZE;
	uintptr_t end = (base + p->p_vaddr + p->p_memsz + PAGE_SIZE - 1) & -PAGE_SIZE;
	int prot = (p->p_flags & PF_R ? PROT_READ : 0) | (p->p_flags & PF_W ? PROT_WRITE : 0) |
		   (p->p_flags & PF_X ? PROT_EXEC : 0);
	long r = 0;

	if (p->p_filesz)
		r = sys(mmap, start, file_end - start, prot, MAP_PRIVATE | MAP_FIXED, fd, p->p_offset & -PAGE_SIZE);
	else
		file_pages = start;
	if (r >= 0 && end > file_pages)
		r = sys(mmap, file_pages, end - file_pages, prot, MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0);
	if (r < 0)
		die(path, ": a segment cannot be mapped", NULL);
	if (p->p_filesz && p->p_memsz > p->p_filesz)
		memset((void *)file_end, 0, (file_pages < end ? file_pages : end) - file_end);
}

void set_span(struct object *object)
{
	struct span span = span_of(object->phdr, object->phnum);

	object->start = object->base + span.start;
	object->end = object->base + span.end;
}

/* After a failure: gives back the address space of the object that was being mapped. */
void abandon_mapping(void)
{
	if (unfinished.end)
		sys(munmap, unfinished.start, unfinished.end - unfinished.start);
	unfinished.end = 0;
}

void find_dynamic(struct object *object)
{
	for (size_t i = 0; i < object->phnum; i++) {
		const Elf64_Phdr *p = &object->phdr[i];

		if (p->p_type == PT_DYNAMIC)
			object->dynamic = image_range(object, p->p_vaddr, p->p_memsz, PF_R);
	}
	if (!object->dynamic)
		die(object_name(object), ": has no dynamic section in a readable segment", NULL);
}

static Elf64_Phdr *read_headers(int fd, const char *path, Elf64_Ehdr *header, struct object *object, bool is_program)
{
	struct stat status;
	const char *fault;
	Elf64_Phdr *phdr;

	if (sys(fstat, fd, &status) < 0 || !S_ISREG(status.st_mode))
		die(path, ": is not a regular file", NULL);
	read_exactly(fd, path, header, sizeof(*header), 0);
	fault = header_fault(header, (uint64_t)status.st_size, is_program);
	if (fault)
		die(path, ": ", fault, NULL);
	phdr = allocate(header->e_phnum * sizeof(*phdr));
	read_exactly(fd, path, phdr, header->e_phnum * sizeof(*phdr), header->e_phoff);
	check_segments(path, phdr, header->e_phnum, (uint64_t)status.st_size);
	object->dev = status.st_dev;
	object->ino = status.st_ino;
	return phdr;
}

/* The program headers stay in our own copy: an image need not contain them. `entry` is where a program's goes, or NULL. */
struct object *map_object(int fd, const char *path, struct object *wanted_by, uintptr_t *entry)
{
	struct object *object = allocate(sizeof(*object));
	Elf64_Ehdr header;
	struct span span;

	object->arena = arena_in_use();
	object->phdr = read_headers(fd, path, &header, object, entry != NULL);
	object->phnum = header.e_phnum;
	span = span_of(object->phdr, object->phnum);
	object->base = reserve(path, &span, header.e_type == ET_EXEC);
	set_span(object);
	unfinished = (struct span){ object->start, object->end, 0 };
	for (size_t i = 0; i < object->phnum; i++) {
		if (object->phdr[i].p_type == PT_LOAD)
			map_segment(fd, path, object->base, &object->phdr[i]);
	}
	object->map.l_name = join(path, strlen(path), "", 0);
	object->origin = directory_of(path);
	object->wanted_by = wanted_by;
	find_dynamic(object);
	parse_dynamic(object);
	if (entry) {
		*entry = object->base + header.e_entry;
		if (!start_info.list && !image_range(object, header.e_entry, 1, PF_X))
			die(path, ": its entry point is not in an executable segment", NULL);
	} else if (object->is_program) {
		die(path, ": is a program, not a shared library", NULL);
	}
	unfinished.end = 0;
	return object;
}
