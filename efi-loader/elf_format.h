/*
 * The parts of the ELF-64 and x86-64 psABI formats that the loader reads. The structures are copied out of the file
 * byte by byte, so that a file may place them at any offset.
 */
#ifndef EFI_LOADER_ELF_FORMAT_H
#define EFI_LOADER_ELF_FORMAT_H

#include <stdint.h>

struct elf_header {
	uint8_t  magic[4];
	uint8_t  class, data, ident_version, os_abi, ident_padding[8];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, program_headers, section_headers;
	uint32_t flags;
	uint16_t header_size, program_header_size, program_header_count;
	uint16_t section_header_size, section_header_count, section_names;
};

struct elf_program_header {
	uint32_t type, flags;
	uint64_t offset, address, physical, file_size, memory_size, alignment;
};

struct elf_dynamic {
	uint64_t tag, value;
};

struct elf_rela {
	uint64_t offset, info;
	int64_t  addend;
};

_Static_assert(sizeof(struct elf_header) == 64, "Elf64_Ehdr");
_Static_assert(sizeof(struct elf_program_header) == 56, "Elf64_Phdr");
_Static_assert(sizeof(struct elf_dynamic) == 16, "Elf64_Dyn");
_Static_assert(sizeof(struct elf_rela) == 24, "Elf64_Rela");

enum {
	ELF_CLASS_64 = 2, ELF_DATA_LITTLE = 1, ELF_VERSION = 1, ELF_TYPE_DYN = 3, ELF_MACHINE_X86_64 = 62,
	ELF_PROGRAM_HEADERS_MAX = 64,

	PT_LOAD = 1, PT_DYNAMIC = 2, PT_INTERP = 3, PT_GNU_RELRO = 0x6474e552,

	DT_NULL = 0, DT_NEEDED = 1, DT_PLTRELSZ = 2, DT_RELA = 7, DT_RELASZ = 8, DT_RELAENT = 9, DT_RELSZ = 18,
	DT_RELRSZ = 35,

	R_X86_64_NONE = 0, R_X86_64_RELATIVE = 8,
};

#endif
