/*
 * From an open file to a mapped object. Every header is checked against the size of the file before it is used; a
 * file that fails makes us die with words, and what was mapped of it by then is in `unfinished`. Usable from stage 1 on.
 */
#include <sys/mman.h>
#include <sys/stat.h>

#include "rtld.h"

#define HEADER_BYTES 1024ul		/* the ELF header and 17 program headers */

struct span {
	uintptr_t start, end, align;	/* link addresses, whole pages */
};

static struct span unfinished;		/* run-time addresses; end 0: nothing */

void stat_file(int fd, const char *path, struct stat *status)
{
	if (sys(fstat, fd, status) < 0)
		die(path, ": its status cannot be read", NULL);
}

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

static int protection(const Elf64_Phdr *p)
{
	return (p->p_flags & PF_R ? PROT_READ : 0) | (p->p_flags & PF_W ? PROT_WRITE : 0) | (p->p_flags & PF_X ? PROT_EXEC : 0);
}

static const Elf64_Phdr *first_load(const Elf64_Phdr *phdr)
{
	while (phdr->p_type != PT_LOAD)
		phdr++;
	return phdr;
}

/* The first segment is all file, and the others follow it page upon page: none leaves a hole. */
static bool is_one_piece(const Elf64_Phdr *phdr, size_t count)
{
	const Elf64_Phdr *first = first_load(phdr);
	uint64_t next = first->p_vaddr & -PAGE_SIZE;

	for (size_t i = 0; i < count; i++) {
		if (phdr[i].p_type != PT_LOAD)
			continue;
		if ((phdr[i].p_vaddr & -PAGE_SIZE) != next)
			return false;
		next = (phdr[i].p_vaddr + phdr[i].p_memsz + PAGE_SIZE - 1) & -PAGE_SIZE;
	}
	return first->p_filesz && first->p_filesz == first->p_memsz;
}

/* The first segment's mapping is the reservation of the whole span as well; the other segments go over its tail. */
static uintptr_t map_first(int fd, const char *path, const struct span *span, const Elf64_Phdr *first)
{
	long at = sys(mmap, 0, span->end - span->start, protection(first), MAP_PRIVATE, fd, first->p_offset & -PAGE_SIZE);

	if (at < 0)
		die(path, ": a segment cannot be mapped", NULL);
	return (uintptr_t)at - span->start;
}

static void map_segment(int fd, const char *path, uintptr_t base, const Elf64_Phdr *p)
{
	uintptr_t start = base + (p->p_vaddr & -PAGE_SIZE);
	uintptr_t file_end = base + p->p_vaddr + p->p_filesz;
	uintptr_t file_pages = (file_end + PAGE_SIZE - 1) & -PAGE_SIZE;
	uintptr_t end = (base + p->p_vaddr + p->p_memsz + PAGE_SIZE - 1) & -PAGE_SIZE;
	int prot = protection(p);
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

/* The object has a loaded segment: its headers were checked, here or by the kernel. */
void set_span(struct object *object)
{
	struct span span = span_of(object->phdr, object->phnum);

	object->first = first_load(object->phdr);
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

/* One read brings the program headers, too, when they stand behind the ELF header as they nearly always do. */
static Elf64_Phdr *read_headers(int fd, const char *path, const struct stat *status, Elf64_Ehdr *header, bool is_program)
{
	uint64_t file_size = (uint64_t)status->st_size;
	char start[HEADER_BYTES];
	size_t have = file_size < sizeof(start) ? file_size : sizeof(start), size;
	const char *fault;
	Elf64_Phdr *phdr;

	if (!S_ISREG(status->st_mode))
		die(path, ": is not a regular file", NULL);
	if (have < sizeof(*header))
		die(path, ": is too short for its headers", NULL);
	read_exactly(fd, path, start, have, 0);
	memcpy(header, start, sizeof(*header));
	fault = header_fault(header, file_size, is_program);
	if (fault)
		die(path, ": ", fault, NULL);
	size = header->e_phnum * sizeof(*phdr);
	phdr = allocate(size);
	if (header->e_phoff <= have && size <= have - header->e_phoff)
		memcpy(phdr, start + header->e_phoff, size);
	else
		read_exactly(fd, path, phdr, size, header->e_phoff);
	check_segments(path, phdr, header->e_phnum, file_size);
	return phdr;
}

/* Maps every segment of an object whose headers are read and checked. */
static void map_segments(int fd, const char *path, struct object *object, bool fixed)
{
	struct span span = span_of(object->phdr, object->phnum);
	const Elf64_Phdr *first = NULL;

	if (!fixed && span.align == PAGE_SIZE && is_one_piece(object->phdr, object->phnum)) {
		first = first_load(object->phdr);
		object->base = map_first(fd, path, &span, first);
	} else {
		object->base = reserve(path, &span, fixed);
	}
	set_span(object);
	unfinished = (struct span){ object->start, object->end, 0 };
	for (size_t i = 0; i < object->phnum; i++) {
		if (object->phdr[i].p_type == PT_LOAD && &object->phdr[i] != first)
			map_segment(fd, path, object->base, &object->phdr[i]);
	}
}

/* The program headers stay in our own copy: an image need not contain them. `entry` is where a program's goes, or NULL. */
struct object *map_object(int fd, const struct stat *status, const char *path, struct object *wanted_by, uintptr_t *entry)
{
	struct object *object = allocate(sizeof(*object));
	Elf64_Ehdr header;

	object->arena = arena_in_use();
	object->phdr = read_headers(fd, path, status, &header, entry != NULL);
	object->phnum = header.e_phnum;
	object->dev = status->st_dev;
	object->ino = status->st_ino;
	map_segments(fd, path, object, header.e_type == ET_EXEC);
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
