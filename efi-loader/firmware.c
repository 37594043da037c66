/*
 * The firmware's tables and its page allocator, and the demands on the processor. Owns system_table and
 * boot_services, which are set once and valid until leave_firmware().
 */
#include "loader.h"
#include "machine.h"

EFI_SYSTEM_TABLE *system_table;
EFI_BOOT_SERVICES *boot_services;

void firmware_attach(struct loader *loader, EFI_HANDLE image, EFI_SYSTEM_TABLE *table)
{
	EFI_GUID guid = EFI_LOADED_IMAGE_PROTOCOL_GUID;

	system_table = table;
	boot_services = table->BootServices;
	loader->image = image;
	console_attach(image);
	if (EFI_ERROR(boot_services->HandleProtocol(image, &guid, (void **)&loader->self)))
		fail("the firmware does not say what the loader was started from");
}

void check_processor(void)
{
	if (!cpu_has_no_execute())
		fail("the processor cannot forbid execution of pages (NX), or the firmware's setup has it turned off");
	if (read_cr4() & CR4_LA57)
		fail("the firmware runs with 5-level paging (LA57); turn it off in the firmware's setup");
}

/* The map is only looked at, so a pool buffer will do, and no answer is a usable answer: 0. */
uint64_t free_memory(void)
{
	UINTN size = 0, key, descriptor_size;
	UINT32 version;
	uint8_t *map;
	uint64_t total = 0;

	boot_services->GetMemoryMap(&size, NULL, &key, &descriptor_size, &version);
	size += 4 * descriptor_size;
	if (EFI_ERROR(boot_services->AllocatePool(EfiLoaderData, size, (void **)&map)))
		return 0;
	if (!EFI_ERROR(boot_services->GetMemoryMap(&size, (void *)map, &key, &descriptor_size, &version)))
		for (UINTN at = 0; at + descriptor_size <= size; at += descriptor_size) {
			const EFI_MEMORY_DESCRIPTOR *descriptor = (const void *)(map + at);

			if (descriptor->Type == EfiConventionalMemory)
				total += descriptor->NumberOfPages * LOADER_PAGE;
		}
	boot_services->FreePool(map);
	return total;
}

void *try_allocate_pages(uint64_t bytes)
{
	EFI_PHYSICAL_ADDRESS address = 0;

	if (EFI_ERROR(boot_services->AllocatePages(AllocateAnyPages, EfiLoaderData, whole_pages(bytes) / LOADER_PAGE,
						   &address)))
		return NULL;
	return (void *)(uintptr_t)address;
}

void *allocate_pages(uint64_t bytes, const char *what)
{
	void *memory = try_allocate_pages(bytes);

	if (!memory)
		fail("there is not enough memory for %s: %llu KiB in one piece are needed, %llu KiB are free in all",
		     what, whole_pages(bytes) / 1024, free_memory() / 1024);
	return memory;
}
