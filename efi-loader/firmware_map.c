/*
 * The firmware's memory map and the end of boot services. The buffers are allocated first, with room to spare: the
 * map grows by allocations made after it was measured, and once ExitBootServices was tried nothing can be allocated.
 * The final map is the firmware's plus the loader's claims: what the loader took for the kernel.
 */
#include "bytes.h"
#include "loader.h"
#include "machine.h"
#include "memory_map.h"

#define SPARE_DESCRIPTORS 64
#define CLAIMS_MAX        8
#define EXIT_ATTEMPTS     8

/* EFI_MEMORY_TYPE to enum boot_mem_type; memory that the loader has allocated is free unless it is claimed. */
static uint32_t type_of(uint32_t efi_type)
{
	switch (efi_type) {
	case EfiLoaderCode:
	case EfiLoaderData:
	case EfiBootServicesCode:
	case EfiBootServicesData:
	case EfiConventionalMemory:
		return BOOT_MEM_FREE;
	case EfiRuntimeServicesCode:
	case EfiRuntimeServicesData:
		return BOOT_MEM_RUNTIME;
	case EfiACPIReclaimMemory:
	case EfiACPIMemoryNVS:
		return BOOT_MEM_ACPI;
	default:
		return BOOT_MEM_RESERVED;
	}
}

static EFI_STATUS read_map(struct map_buffers *map, UINTN *key)
{
	UINT32 version;

	map->size = (map->capacity - CLAIMS_MAX) * map->descriptor_size;
	return boot_services->GetMemoryMap(&map->size, (EFI_MEMORY_DESCRIPTOR *)map->descriptors, key,
					   &map->descriptor_size, &version);
}

/* The descriptors are longer than EFI_MEMORY_DESCRIPTOR says: the firmware tells by how much. */
static size_t convert(const struct map_buffers *map)
{
	size_t count = map->size / map->descriptor_size;

	for (size_t i = 0; i < count; i++) {
		const EFI_MEMORY_DESCRIPTOR *from = (const void *)(map->descriptors + i * map->descriptor_size);

		map->input[i] = (struct boot_mem_range){
			.base = from->PhysicalStart,
			.length = from->NumberOfPages * LOADER_PAGE,
			.type = type_of(from->Type),
		};
	}
	return count;
}

void prepare_memory_map(struct loader *loader)
{
	struct map_buffers *map = &loader->map;
	const char *what = "the memory map";
	UINTN size = 0, key;
	UINT32 version;

	boot_services->GetMemoryMap(&size, NULL, &key, &map->descriptor_size, &version);
	if (map->descriptor_size < sizeof(EFI_MEMORY_DESCRIPTOR))
		fail("the firmware does not give its memory map");
	map->capacity = size / map->descriptor_size + SPARE_DESCRIPTORS + CLAIMS_MAX;
	map->descriptors = allocate_pages(map->capacity * map->descriptor_size, what);
	map->input = allocate_pages(map->capacity * sizeof(*map->input), what);
	map->edges = allocate_pages(MEMORY_EDGES(map->capacity) * sizeof(*map->edges), what);
	map->ranges = allocate_pages(MEMORY_RANGES(map->capacity) * sizeof(*map->ranges), what);
	if (EFI_ERROR(read_map(map, &key)))
		fail("the firmware does not give its memory map");
}

uint64_t firmware_memory_end(const struct loader *loader)
{
	return memory_map_end(loader->map.input, convert(&loader->map));
}

static struct boot_mem_range claim(uint64_t base, uint64_t size, enum boot_mem_type type)
{
	return (struct boot_mem_range){ .base = base, .length = whole_pages(size), .type = type };
}

static size_t add_claims(const struct loader *loader, struct boot_mem_range *input, size_t count)
{
	const struct boot_info *info = &loader->block->info;
	const struct page_arena *arena = &loader->arena;
	size_t map_bytes = MEMORY_RANGES(loader->map.capacity) * sizeof(struct boot_mem_range);

	input[count++] = claim(info->kernel_base, info->kernel_size, BOOT_MEM_KERNEL);
	input[count++] = claim(info->archive, info->archive_size, BOOT_MEM_ARCHIVE);
	input[count++] = claim(arena->start, arena->next - arena->start, BOOT_MEM_PAGE_TABLE);
	input[count++] = claim((uintptr_t)loader->block, sizeof(*loader->block), BOOT_MEM_LOADER);
	input[count++] = claim((uintptr_t)loader->map.ranges, map_bytes, BOOT_MEM_LOADER);
	input[count++] = claim(info->kernel_file, info->kernel_file_size, BOOT_MEM_LOADER);
	return count;
}

/* An event handler may change the map between reading it and leaving, so the pair is tried again. */
static void exit_boot_services(struct loader *loader)
{
	EFI_STATUS status = EFI_LOAD_ERROR;

	for (int i = 0; i < EXIT_ATTEMPTS && EFI_ERROR(status); i++) {
		UINTN key;

		if (!EFI_ERROR(read_map(&loader->map, &key)))
			status = boot_services->ExitBootServices(loader->image, key);
	}
	console_detach();
	if (EFI_ERROR(status))
		fail("the firmware refuses to end its boot services");
}

void leave_firmware(struct loader *loader)
{
	struct boot_info *info = &loader->block->info;
	struct map_buffers *map = &loader->map;
	size_t count;

	exit_boot_services(loader);
	loader->times.firmware_exit = rdtsc();

	count = add_claims(loader, map->input, convert(map));
	info->memory_map = (uintptr_t)map->ranges;
	info->memory_map_count = memory_map_build(map->input, count, map->edges, map->ranges);
}
