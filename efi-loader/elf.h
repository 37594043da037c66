/*
 * The reader for the kernel's ELF file: a static-PIE x86-64 image, linked from ELF_LINK_BASE upwards.
 *
 *  - elf_check() looks at everything that loading will touch; an image that passes cannot fail afterwards.
 *  - elf_load() copies and relocates a checked image; it has no error to return.
 *  - The file must stay in memory, unchanged, between the two.
 *  - No firmware calls, no allocation, no globals: the host tests and the fuzzer link this file as it is.
 */
#ifndef EFI_LOADER_ELF_H
#define EFI_LOADER_ELF_H

#include <stdint.h>

#define ELF_LINK_BASE    0xffffffff80000000ull	/* lowest link address that a kernel may have */
#define ELF_IMAGE_MAX    (512ull << 20)		/* bytes from ELF_LINK_BASE to the end of the last segment */
#define ELF_ALIGN_MAX    (2ull << 20)		/* largest p_align that the loader can keep */
#define ELF_SEGMENTS_MAX 16
#define ELF_PAGE         4096ull

/* Rights of a page of the image; the values are p_flags'. */
enum elf_rights {
	ELF_EXECUTE = 1,
	ELF_WRITE   = 2,
	ELF_READ    = 4,
};

/* One PT_LOAD with bytes in memory. */
struct elf_segment {
	uint64_t address;		/* link address */
	uint64_t memory_size;		/* bytes, not zero */
	uint64_t offset;		/* in the file */
	uint64_t file_size;		/* bytes, <= memory_size */
	uint32_t rights;		/* enum elf_rights */
};

/* A checked image; every field is set by elf_check() and only read afterwards. */
struct elf_image {
	const uint8_t *file;		/* borrowed from the caller */
	uint64_t file_size;
	uint64_t base;			/* lowest link address, page aligned */
	uint64_t size;			/* bytes in memory, multiple of ELF_PAGE */
	uint64_t alignment;		/* largest p_align, ELF_PAGE .. ELF_ALIGN_MAX */
	uint64_t entry;			/* link address */
	uint64_t relro_start;		/* link addresses of the whole pages of PT_GNU_RELRO; */
	uint64_t relro_end;		/* equal when there are none */
	uint64_t rela_offset;		/* relocation table, in the file */
	uint64_t rela_count;		/* entries */
	unsigned int segment_count;
	struct elf_segment segments[ELF_SEGMENTS_MAX];	/* sorted by address; no two share a page */
};

/*
 * Check the whole file and fill *image.
 * Returns NULL when the image can be loaded, else one clause in English that says what is wrong with the file.
 */
const char *elf_check(const void *file, uint64_t size, struct elf_image *image);

/* Copy a checked image to `memory` (image->size bytes) and relocate it to run at link address + slide. */
void elf_load(const struct elf_image *image, void *memory, uint64_t slide);

/* The rights (enum elf_rights) that the page at this link address needs once it is relocated; 0 in a gap. */
unsigned int elf_page_rights(const struct elf_image *image, uint64_t address);

#endif
