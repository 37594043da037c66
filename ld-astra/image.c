/*
 * Reads of an object's image that a corrupt file cannot lead astray: an address counts only when a loaded segment holds
 * the whole range. Also the checks of program headers against the file. Usable from stage 1 on.
 */
#include "rtld.h"

#define USER_END (1ul << 47)

static const Elf64_Phdr *segment_of(const struct object *object, uintptr_t address, size_t size)
{
	if (segment_holds(object->first, address, size))
		return object->first;
	for (const Elf64_Phdr *p = object->first + 1; p < object->phdr + object->phnum; p++) {
		if (p->p_type == PT_LOAD && segment_holds(p, address, size))
			return p;
	}
	return NULL;
}

void *image_range(const struct object *object, uintptr_t address, size_t size, uint32_t flags)
{
	const Elf64_Phdr *segment = segment_of(object, address, size);

	if (!segment || (segment->p_flags & flags) != flags)
		return NULL;
	return (void *)(object->base + address);
}

/* Bytes from a link address to the end of its segment. */
size_t image_room(const struct object *object, uintptr_t address)
{
	const Elf64_Phdr *segment = segment_of(object, address, 0);

	return segment ? segment->p_memsz - (address - segment->p_vaddr) : 0;
}

static const char *segment_fault(const Elf64_Phdr *p, uint64_t file_size, uint64_t previous_end)
{
	if (p->p_filesz > p->p_memsz)
		return "a segment is larger in the file than in memory";
	if (p->p_offset > file_size || p->p_filesz > file_size - p->p_offset)
		return "the file is cut: a segment lies behind its end";
	if (p->p_vaddr >= USER_END || p->p_memsz > USER_END - p->p_vaddr)
		return "a segment's address is out of range";
	if (p->p_align & (p->p_align - 1) || p->p_align > (1ul << 30))
		return "a segment's alignment is not a sane power of two";
	if ((p->p_vaddr - p->p_offset) % PAGE_SIZE)
		return "a segment's address and offset differ within the page";
	if ((p->p_vaddr & -PAGE_SIZE) < previous_end)
		return "segments overlap or are not in order";
	if (p->p_memsz > p->p_filesz && !(p->p_flags & PF_W))
		return "a read-only segment has more memory than file";
	if ((p->p_flags & (PF_W | PF_X)) == (PF_W | PF_X))
		return "a segment is both writable and executable";
	return NULL;
}

void check_segments(const char *name, const Elf64_Phdr *phdr, size_t count, uint64_t file_size)
{
	uint64_t previous_end = 0;
	size_t loads = 0;

	for (size_t i = 0; i < count; i++) {
		const char *fault;

		if (phdr[i].p_type != PT_LOAD)
			continue;
		fault = segment_fault(&phdr[i], file_size, previous_end);
		if (fault)
			die(name, ": ", fault, NULL);
		previous_end = (phdr[i].p_vaddr + phdr[i].p_memsz + PAGE_SIZE - 1) & -PAGE_SIZE;
		loads++;
	}
	if (!loads)
		die(name, ": has no loadable segment", NULL);
}

struct object *object_at(uintptr_t address)
{
	for (struct object *o = objects; o; o = o->next) {
		if (address >= o->start && address < o->end && image_range(o, address - o->base, 1, 0))
			return o;
	}
	return NULL;
}

/* Is it in an executable segment? `hint` is the object that most likely holds it. */
bool is_code(const struct object *hint, uintptr_t address)
{
	const struct object *other;

	if (image_range(hint, address - hint->base, 1, PF_X))
		return true;
	other = object_at(address);
	return other && image_range(other, address - other->base, 1, PF_X);
}
