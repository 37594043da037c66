/*
 * Makes small kernel images for the loader's host tests and its fuzzer: a correct one, and the offsets of every field
 * that a test breaks. Header-only and static: each program that includes it has its own.
 */
#ifndef TESTS_HOST_ELF_MAKER_H
#define TESTS_HOST_ELF_MAKER_H

#include <stdint.h>
#include <string.h>

#include "efi-loader/elf.h"
#include "efi-loader/elf_format.h"

enum {
	MAKER_FILE_SIZE = 0x4000,
	MAKER_RELA_OFFSET = 0x0800,	/* in the read-only segment */
	MAKER_RELA_COUNT = 2,
	MAKER_TEXT_OFFSET = 0x1000,
	MAKER_DATA_OFFSET = 0x2000,
	MAKER_DYNAMIC_OFFSET = 0x2800,	/* in the data segment's RELRO part */
};

/* The program headers of the correct image, in the order of the file. */
enum maker_header { MAKER_RODATA, MAKER_TEXT, MAKER_DATA, MAKER_DYNAMIC, MAKER_RELRO, MAKER_HEADERS };

/* An image in pieces; maker_write() lays it out. */
struct maker {
	struct elf_header header;
	struct elf_program_header programs[MAKER_HEADERS];
	struct elf_dynamic dynamic[5];
	struct elf_rela relas[MAKER_RELA_COUNT];
};

static struct elf_program_header maker_segment(uint32_t flags, uint64_t offset, uint64_t file_size, uint64_t memory_size)
{
	return (struct elf_program_header){
		.type = PT_LOAD, .flags = flags, .offset = offset, .address = ELF_LINK_BASE + offset,
		.file_size = file_size, .memory_size = memory_size, .alignment = ELF_PAGE,
	};
}

static void maker_programs(struct elf_program_header *programs)
{
	programs[MAKER_RODATA] = maker_segment(ELF_READ, 0, 0x1000, 0x1000);
	programs[MAKER_TEXT] = maker_segment(ELF_READ | ELF_EXECUTE, MAKER_TEXT_OFFSET, 0x800, 0x800);
	programs[MAKER_DATA] = maker_segment(ELF_READ | ELF_WRITE, MAKER_DATA_OFFSET, 0x1800, 0x3000);
	programs[MAKER_DYNAMIC] = maker_segment(ELF_READ | ELF_WRITE, MAKER_DYNAMIC_OFFSET, 5 * 16, 5 * 16);
	programs[MAKER_DYNAMIC].type = PT_DYNAMIC;
	programs[MAKER_RELRO] = maker_segment(ELF_READ, MAKER_DATA_OFFSET, 0x1000, 0x1000);
	programs[MAKER_RELRO].type = PT_GNU_RELRO;
}

static struct maker maker_correct(void)
{
	struct maker maker = {
		.header = {
			.magic = { 0x7f, 'E', 'L', 'F' }, .class = ELF_CLASS_64, .data = ELF_DATA_LITTLE,
			.ident_version = ELF_VERSION, .type = ELF_TYPE_DYN, .machine = ELF_MACHINE_X86_64,
			.version = ELF_VERSION, .entry = ELF_LINK_BASE + MAKER_TEXT_OFFSET,
			.program_headers = sizeof(struct elf_header), .header_size = sizeof(struct elf_header),
			.program_header_size = sizeof(struct elf_program_header),
			.program_header_count = MAKER_HEADERS,
		},
		.dynamic = {
			{ DT_RELA, ELF_LINK_BASE + MAKER_RELA_OFFSET },
			{ DT_RELASZ, MAKER_RELA_COUNT * sizeof(struct elf_rela) },
			{ DT_RELAENT, sizeof(struct elf_rela) },
			{ DT_NULL, 0 },
		},
		.relas = {
			{ ELF_LINK_BASE + MAKER_DATA_OFFSET, R_X86_64_RELATIVE, (int64_t)(ELF_LINK_BASE + 0x10) },
			{ ELF_LINK_BASE + MAKER_DATA_OFFSET + 0x2ff8, R_X86_64_RELATIVE, (int64_t)ELF_LINK_BASE },
		},
	};

	maker_programs(maker.programs);
	return maker;
}

/* Text bytes are 0xcc and data bytes 0xdd, so that a test sees what was copied where. */
static void maker_write(const struct maker *maker, uint8_t file[MAKER_FILE_SIZE])
{
	memset(file, 0, MAKER_FILE_SIZE);
	memset(file + MAKER_TEXT_OFFSET, 0xcc, 0x800);
	memset(file + MAKER_DATA_OFFSET, 0xdd, 0x1800);
	memcpy(file, &maker->header, sizeof(maker->header));
	memcpy(file + sizeof(maker->header), maker->programs, sizeof(maker->programs));
	memcpy(file + MAKER_RELA_OFFSET, maker->relas, sizeof(maker->relas));
	memcpy(file + MAKER_DYNAMIC_OFFSET, maker->dynamic, sizeof(maker->dynamic));
}

#endif
