/*
 * The boot protocol: what the EFI loader hands to the kernel.
 *
 * The loader fills one struct boot_info in memory of type BOOT_MEM_LOADER and enters the kernel's ELF entry
 * point with its direct-map address in RDI, interrupts off, on a stack of at least 16 KiB, with the loader's
 * page tables in CR3 (see "The address space" below). The kernel checks magic, version and size before it
 * reads anything else.
 *
 * At the entry point RSP is a direct-map address inside a BOOT_MEM_LOADER range, aligned as after a call, with a zero
 * return address on it; RBP is 0, DF and IF are clear; EFER.NXE and CR0.WP are set, CR4.PGE and CR4.LA57 are clear.
 * GDT, IDT and task register are the firmware's, in memory of type BOOT_MEM_FREE: the kernel replaces them before it
 * takes a fault, drops the identity map or hands out a page.
 *
 * The address space that the loader leaves behind:
 *  - direct map: every byte of physical memory below `direct_map_size` appears at `direct_map + address`,
 *    writable and never executable, in the largest pages that the processor has;
 *  - kernel image: each PT_LOAD of the kernel at its link address + `kernel_slide`, 4 KiB pages, with exactly
 *    the segment's rights (no page writable and executable), PT_GNU_RELRO ranges read-only;
 *  - identity map: the first 4 GiB, executable and read-only, for the loader's last instructions only (the loader's
 *    own pages too, where they lie higher); the kernel drops it. All other top-level slots are zero.
 *  All page-table pages are in BOOT_MEM_PAGE_TABLE ranges, so that the kernel can extend them in place.
 */
#ifndef ABI_BOOT_INFO_H
#define ABI_BOOT_INFO_H

#include <stdint.h>

#define BOOT_INFO_MAGIC   0x21534f4152545341ull	/* "ASTRAOS!" as little-endian bytes */
#define BOOT_INFO_VERSION 1u

enum boot_mem_type {
	BOOT_MEM_RESERVED    = 0,	/* never touched: firmware, holes, MMIO */
	BOOT_MEM_FREE        = 1,	/* RAM for the frame allocator (boot-services memory included) */
	BOOT_MEM_LOADER      = 2,	/* boot_info, the memory map, strings: free once the kernel has copied them */
	BOOT_MEM_KERNEL      = 3,	/* the kernel image */
	BOOT_MEM_PAGE_TABLE  = 4,	/* the page tables in use */
	BOOT_MEM_ARCHIVE     = 5,	/* the root archive, page aligned, padded with zeros to a page */
	BOOT_MEM_ACPI        = 6,	/* ACPI tables: reserved, readable through the direct map */
	BOOT_MEM_RUNTIME     = 7,	/* EFI runtime services: reserved */
};

/* One range of physical memory; base and length are multiples of 4096; sorted by base, no overlaps. */
struct boot_mem_range {
	uint64_t base;
	uint64_t length;
	uint32_t type;			/* enum boot_mem_type */
	uint32_t reserved;
};

/* A linear framebuffer of 32-bit pixels; base 0 when there is none. */
struct boot_framebuffer {
	uint64_t base;			/* physical */
	uint64_t size;			/* bytes */
	uint32_t width, height;		/* pixels */
	uint32_t stride;		/* bytes a line */
	uint32_t red_shift, green_shift, blue_shift;
};

/* Time stamps in TSC ticks; zero means "not taken". */
struct boot_times {
	uint64_t loader_start;		/* efi_main entered; the TSC counts from reset, so this is the firmware's share */
	uint64_t files_read;		/* kernel, archive and boot.cfg are in memory */
	uint64_t firmware_exit;		/* ExitBootServices returned */
	uint64_t kernel_entry;		/* last instruction of the loader */
};

struct boot_info {
	uint64_t magic;			/* BOOT_INFO_MAGIC */
	uint32_t version;		/* BOOT_INFO_VERSION */
	uint32_t size;			/* sizeof(struct boot_info) */

	uint64_t direct_map;		/* virtual address of physical 0 */
	uint64_t direct_map_size;	/* bytes; multiple of 1 GiB; covers all RAM, ACPI and at least the first 4 GiB */
	uint64_t page_table;		/* physical address of the top-level table, what CR3 holds */

	uint64_t kernel_base;		/* physical address of the image's lowest byte */
	uint64_t kernel_size;		/* bytes in memory, multiple of 4096 */
	uint64_t kernel_slide;		/* virtual address - link address */
	uint64_t kernel_file;		/* physical address of kernel.elf as read, for its symbol table; 0 when dropped */
	uint64_t kernel_file_size;

	uint64_t memory_map;		/* physical address of struct boot_mem_range[memory_map_count] */
	uint64_t memory_map_count;

	uint64_t archive;		/* physical address of rootfs.tar, page aligned */
	uint64_t archive_size;		/* bytes, exactly as in the file */

	uint64_t command_line;		/* physical address of a NUL-terminated string: boot.cfg's cmdline, "" when none */
	uint64_t rsdp;			/* physical address of the ACPI 2.0 RSDP, or of the 1.0 one, or 0 */
	uint64_t boot_clock;		/* seconds since 1970-01-01 UTC by the firmware's clock, 0 when unknown */

	uint8_t  entropy[64];		/* from EFI_RNG_PROTOCOL, RDRAND and the TSC; erased by the kernel after use */
	struct boot_framebuffer framebuffer;
	struct boot_times times;
};

#endif
