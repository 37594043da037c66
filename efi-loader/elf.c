/*
 * Checks, loads and relocates the kernel's ELF file; see elf.h for the rules. Nothing here trusts the file: sizes
 * are compared by subtraction so that no sum can wrap, and every table is read only after its place was checked.
 * Owns no state; callable from any context.
 */
#include <stdbool.h>

#include "bytes.h"
#include "elf.h"
#include "elf_format.h"

/* What the program headers name beside the segments. */
struct elf_extras {
	struct elf_program_header dynamic, relro;
	bool has_dynamic, has_relro;
};

static bool inside(uint64_t offset, uint64_t length, uint64_t size)
{
	return offset <= size && length <= size - offset;
}

static uint64_t page_floor(uint64_t address)
{
	return address & ~(ELF_PAGE - 1);
}

/* Link addresses end ELF_IMAGE_MAX above ELF_LINK_BASE, so that rounding up never wraps. */
static uint64_t page_ceiling(uint64_t address)
{
	return page_floor(address + ELF_PAGE - 1);
}

static uint64_t segment_end(const struct elf_segment *segment)
{
	return segment->address + segment->memory_size;
}

static const struct elf_segment *segment_of(const struct elf_image *image, uint64_t address, uint64_t length)
{
	for (unsigned int i = 0; i < image->segment_count; i++) {
		const struct elf_segment *segment = &image->segments[i];

		if (address >= segment->address && inside(address - segment->address, length, segment->memory_size))
			return segment;
	}
	return NULL;
}

/* The file offset of `length` bytes at a link address, or false where the file holds no bytes for them. */
static bool file_offset(const struct elf_image *image, uint64_t address, uint64_t length, uint64_t *offset)
{
	const struct elf_segment *segment = segment_of(image, address, length);

	if (!segment || !inside(address - segment->address, length, segment->file_size))
		return false;
	*offset = segment->offset + (address - segment->address);
	return true;
}

static const char *check_header(const struct elf_image *image, struct elf_header *header)
{
	if (image->file_size < sizeof(*header))
		return "the file is shorter than an ELF header";
	memcpy(header, image->file, sizeof(*header));
	if (memcmp(header->magic, "\177ELF", sizeof(header->magic)))
		return "the file is not an ELF file";
	if (header->class != ELF_CLASS_64 || header->data != ELF_DATA_LITTLE)
		return "the file is not a 64-bit little-endian ELF file";
	if (header->ident_version != ELF_VERSION || header->version != ELF_VERSION)
		return "the ELF version is unknown";
	if (header->machine != ELF_MACHINE_X86_64)
		return "the file is for another processor than x86-64";
	if (header->type != ELF_TYPE_DYN)
		return "the file is not a position-independent executable";
	if (header->program_header_size != sizeof(struct elf_program_header))
		return "the program headers have an unknown size";
	if (header->program_header_count == 0 || header->program_header_count > ELF_PROGRAM_HEADERS_MAX)
		return "the number of program headers is zero or absurd";
	if (!inside(header->program_headers, header->program_header_count * sizeof(struct elf_program_header),
		    image->file_size))
		return "the program headers reach beyond the end of the file";
	return NULL;
}

static const char *check_segment_place(const struct elf_image *image, const struct elf_program_header *program)
{
	if (program->file_size > program->memory_size)
		return "a segment has more bytes in the file than in memory";
	if (!inside(program->offset, program->file_size, image->file_size))
		return "a segment reaches beyond the end of the file";
	if (program->address < ELF_LINK_BASE)
		return "a segment lies below the kernel's address range";
	if (!inside(program->address - ELF_LINK_BASE, program->memory_size, ELF_IMAGE_MAX))
		return "a segment wraps around or lies beyond the kernel's address range";
	if (program->alignment < ELF_PAGE || program->alignment > ELF_ALIGN_MAX ||
	    (program->alignment & (program->alignment - 1)))
		return "a segment's alignment is not a power of two from 4 KiB to 2 MiB";
	if ((program->address - program->offset) & (program->alignment - 1))
		return "a segment's address and file offset do not agree with its alignment";
	if ((program->flags & ELF_WRITE) && (program->flags & ELF_EXECUTE))
		return "a segment is both writable and executable";
	return NULL;
}

static const char *add_segment(struct elf_image *image, const struct elf_program_header *program)
{
	struct elf_segment *segment = &image->segments[image->segment_count];
	const char *error = check_segment_place(image, program);

	if (error)
		return error;
	if (program->memory_size == 0)
		return NULL;
	if (image->segment_count == ELF_SEGMENTS_MAX)
		return "there are more than 16 segments to load";
	if (image->segment_count && page_floor(program->address) < page_ceiling(segment_end(segment - 1)))
		return "two segments overlap, share a page or are out of order";

	*segment = (struct elf_segment){
		.address = program->address,
		.memory_size = program->memory_size,
		.offset = program->offset,
		.file_size = program->file_size,
		.rights = program->flags & (ELF_READ | ELF_WRITE | ELF_EXECUTE),
	};
	image->segment_count++;
	if (image->alignment < program->alignment)
		image->alignment = program->alignment;
	return NULL;
}

static const char *take_program_header(struct elf_image *image, struct elf_extras *extras,
				       const struct elf_program_header *program)
{
	switch (program->type) {
	case PT_LOAD:
		return add_segment(image, program);
	case PT_INTERP:
		return "the file wants an interpreter";
	case PT_DYNAMIC:
		if (extras->has_dynamic)
			return "there are two dynamic segments";
		extras->dynamic = *program;
		extras->has_dynamic = true;
		return NULL;
	case PT_GNU_RELRO:
		if (extras->has_relro)
			return "there are two read-only-after-relocation ranges";
		extras->relro = *program;
		extras->has_relro = true;
		return NULL;
	default:
		return NULL;
	}
}

static const char *read_program_headers(struct elf_image *image, const struct elf_header *header,
					struct elf_extras *extras)
{
	for (unsigned int i = 0; i < header->program_header_count; i++) {
		struct elf_program_header program;
		const char *error;

		memcpy(&program, image->file + header->program_headers + i * sizeof(program), sizeof(program));
		error = take_program_header(image, extras, &program);
		if (error)
			return error;
	}
	if (image->segment_count == 0)
		return "there is no segment to load";

	image->base = page_floor(image->segments[0].address);
	image->size = page_ceiling(segment_end(&image->segments[image->segment_count - 1])) - image->base;
	return NULL;
}

static const char *check_entry(struct elf_image *image, uint64_t entry)
{
	const struct elf_segment *segment = segment_of(image, entry, 1);

	if (entry == 0)
		return "there is no entry point";
	if (!segment || !(segment->rights & ELF_EXECUTE) || entry - segment->address >= segment->file_size)
		return "the entry point lies outside of the executable segments";
	image->entry = entry;
	return NULL;
}

/*
 * Only whole pages can lose their write permission. The first page counts as whole where the range begins its
 * segment, since segments share no page; a partial last page holds ordinary data and stays writable.
 */
static const char *check_relro(struct elf_image *image, const struct elf_program_header *relro)
{
	const struct elf_segment *segment = segment_of(image, relro->address, relro->memory_size);
	uint64_t end = relro->address + relro->memory_size;

	if (!segment || !(segment->rights & ELF_WRITE))
		return "the read-only-after-relocation range lies outside of the writable segments";
	image->relro_start = relro->address == segment->address ? page_floor(relro->address)
								 : page_ceiling(relro->address);
	image->relro_end = end == segment_end(segment) ? page_ceiling(end) : page_floor(end);
	if (image->relro_end < image->relro_start)
		image->relro_end = image->relro_start;
	return NULL;
}

static const char *check_relocations(const struct elf_image *image)
{
	for (uint64_t i = 0; i < image->rela_count; i++) {
		struct elf_rela rela;

		memcpy(&rela, image->file + image->rela_offset + i * sizeof(rela), sizeof(rela));
		if (rela.info == R_X86_64_NONE)
			continue;
		if (rela.info != R_X86_64_RELATIVE)
			return "a relocation has another type than R_X86_64_RELATIVE";
		if (!segment_of(image, rela.offset, sizeof(uint64_t)))
			return "a relocation lies outside of the segments";
	}
	return NULL;
}

/* The values of the tags that the loader knows, by tag. */
struct elf_dynamic_values {
	uint64_t rela, rela_size, rela_entry;
};

static const char *take_dynamic(struct elf_dynamic_values *values, const struct elf_dynamic *entry)
{
	switch (entry->tag) {
	case DT_RELA:
		values->rela = entry->value;
		return NULL;
	case DT_RELASZ:
		values->rela_size = entry->value;
		return NULL;
	case DT_RELAENT:
		values->rela_entry = entry->value;
		return NULL;
	case DT_NEEDED:
		return "the file needs a shared library";
	case DT_RELSZ:
	case DT_RELRSZ:
	case DT_PLTRELSZ:
		return entry->value ? "there is a relocation table of another kind than DT_RELA" : NULL;
	default:
		return NULL;
	}
}

static const char *check_dynamic(struct elf_image *image, const struct elf_program_header *program)
{
	struct elf_dynamic_values values = { .rela_entry = sizeof(struct elf_rela) };

	if (!inside(program->offset, program->file_size, image->file_size))
		return "the dynamic segment reaches beyond the end of the file";
	for (uint64_t i = 0; i < program->file_size / sizeof(struct elf_dynamic); i++) {
		struct elf_dynamic entry;
		const char *error;

		memcpy(&entry, image->file + program->offset + i * sizeof(entry), sizeof(entry));
		if (entry.tag == DT_NULL)
			break;
		error = take_dynamic(&values, &entry);
		if (error)
			return error;
	}

	if (values.rela_size == 0)
		return NULL;
	if (values.rela_entry != sizeof(struct elf_rela) || values.rela_size % sizeof(struct elf_rela))
		return "the relocation table has entries of an unknown size";
	if (!file_offset(image, values.rela, values.rela_size, &image->rela_offset))
		return "the relocation table lies outside of the segments";
	image->rela_count = values.rela_size / sizeof(struct elf_rela);
	return check_relocations(image);
}

const char *elf_check(const void *file, uint64_t size, struct elf_image *image)
{
	struct elf_extras extras = { 0 };
	struct elf_header header;
	const char *error;

	*image = (struct elf_image){ .file = file, .file_size = size, .alignment = ELF_PAGE };
	error = check_header(image, &header);
	if (!error)
		error = read_program_headers(image, &header, &extras);
	if (!error)
		error = check_entry(image, header.entry);
	if (!error && extras.has_relro)
		error = check_relro(image, &extras.relro);
	if (!error && !extras.has_dynamic)
		error = "there is no dynamic segment, so that the file cannot be relocated";
	if (!error)
		error = check_dynamic(image, &extras.dynamic);
	return error;
}

void elf_load(const struct elf_image *image, void *memory, uint64_t slide)
{
	uint8_t *bytes = memory;

	memset(bytes, 0, image->size);
	for (unsigned int i = 0; i < image->segment_count; i++) {
		const struct elf_segment *segment = &image->segments[i];

		memcpy(bytes + (segment->address - image->base), image->file + segment->offset, segment->file_size);
	}
	for (uint64_t i = 0; i < image->rela_count; i++) {
		struct elf_rela rela;
		uint64_t value;

		memcpy(&rela, image->file + image->rela_offset + i * sizeof(rela), sizeof(rela));
		if (rela.info != R_X86_64_RELATIVE)
			continue;
		value = (uint64_t)rela.addend + slide;
		memcpy(bytes + (rela.offset - image->base), &value, sizeof(value));
	}
}

unsigned int elf_page_rights(const struct elf_image *image, uint64_t address)
{
	for (unsigned int i = 0; i < image->segment_count; i++) {
		const struct elf_segment *segment = &image->segments[i];

		if (address < page_floor(segment->address) || address >= page_ceiling(segment_end(segment)))
			continue;
		if (address >= image->relro_start && address < image->relro_end)
			return segment->rights & ~ELF_WRITE;
		return segment->rights;
	}
	return 0;
}
