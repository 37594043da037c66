/*
 * What the loader's firmware-facing files share: the firmware's tables, the record of the boot being prepared, and
 * the steps that efi_main takes in order. Everything runs on the boot processor, in one thread; there are no locks.
 *
 *  - A step that fails does not return: it calls fail() with a sentence for the person at the machine.
 *  - Memory comes from allocate_pages() only and is never given back: the memory map that the kernel gets says what
 *    of it is still in use.
 */
#ifndef EFI_LOADER_LOADER_H
#define EFI_LOADER_LOADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <efi.h>

#include "abi/boot_info.h"
#include "config.h"
#include "elf.h"
#include "paging.h"

#define LOADER_PAGE       4096ull
#define LOADER_STACK_SIZE (32 * 1024)

/* A file in memory: page aligned, padded with zeros to a page. */
struct loaded_file {
	uint8_t *data;
	uint64_t size;			/* bytes in the file */
};

/* What stays in use until the kernel has copied it; one BOOT_MEM_LOADER range. */
struct handover_block {
	struct boot_info info;
	char command_line[CONFIG_CMDLINE_SIZE];
	uint8_t stack[LOADER_STACK_SIZE] __attribute__((aligned(4096)));
};

/* Buffers for the memory map, taken before boot services end because nothing can be allocated afterwards. */
struct map_buffers {
	uint8_t *descriptors;		/* the firmware's own format */
	UINTN size;			/* bytes in `descriptors` */
	UINTN descriptor_size;
	size_t capacity;		/* descriptors that fit, with room for the loader's claims */
	struct boot_mem_range *input;	/* [capacity] */
	struct memory_edge *edges;
	struct boot_mem_range *ranges;	/* what the kernel gets */
};

/* The boot being prepared. Filled from top to bottom by the steps below. */
struct loader {
	EFI_HANDLE image;
	EFI_LOADED_IMAGE *self;
	struct boot_times times;

	struct boot_config config;
	struct loaded_file kernel_file;
	struct loaded_file archive;
	struct elf_image kernel;

	struct address_space space;
	struct page_arena arena;
	struct map_buffers map;
	struct handover_block *block;
};

/* firmware.c */
extern EFI_SYSTEM_TABLE *system_table;
extern EFI_BOOT_SERVICES *boot_services;
void firmware_attach(struct loader *loader, EFI_HANDLE image, EFI_SYSTEM_TABLE *table);
void check_processor(void);
uint64_t free_memory(void);		/* bytes of free RAM, for messages */
void *try_allocate_pages(uint64_t bytes);
/* `what` completes "there is not enough memory for ...". */
void *allocate_pages(uint64_t bytes, const char *what);

/* console.c: %s, %u and %llu; printed lines carry the prefix "loader: ". */
void print_line(const char *format, ...) __attribute__((format(printf, 1, 2)));
void console_attach(EFI_HANDLE image);
void console_detach(void);		/* from here on the firmware's console is gone, only the serial port is left */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* files.c */
void read_files(struct loader *loader);

/* kernel_image.c */
void check_kernel(struct loader *loader);
void place_kernel(struct loader *loader);

/* entropy.c */
void gather_entropy(void);
void entropy_extract(const char *purpose, void *output, size_t length);	/* at most 64 bytes */

/* address_space.c */
void choose_layout(struct loader *loader);
void build_address_space(struct loader *loader);

/* description.c */
void describe_machine(struct loader *loader);

/* firmware_map.c */
void prepare_memory_map(struct loader *loader);
uint64_t firmware_memory_end(const struct loader *loader);	/* bytes; valid after prepare_memory_map() */
void leave_firmware(struct loader *loader);

/* handover.c */
_Noreturn void enter_kernel(struct loader *loader);

static inline uint64_t whole_pages(uint64_t bytes)
{
	return (bytes + LOADER_PAGE - 1) / LOADER_PAGE * LOADER_PAGE;
}

#endif
