/*
 * Fills boot_info with what the firmware knows and the kernel cannot find out later: framebuffer, ACPI's root
 * pointer, the clock, entropy; and with what the earlier steps have prepared. All but the memory map and the last
 * time stamps, which exist only after boot services have ended.
 */
#include "bytes.h"
#include "clock.h"
#include "loader.h"

#define CHANNEL_MASK 0xffu

/* The shift of an 8-bit colour channel's mask; false for any other width. */
static bool channel_shift(uint32_t mask, uint32_t *shift)
{
	for (*shift = 0; *shift <= 24; ++*shift)
		if (mask == CHANNEL_MASK << *shift)
			return true;
	return false;
}

static bool pixel_layout(const EFI_GRAPHICS_OUTPUT_MODE_INFORMATION *mode, struct boot_framebuffer *framebuffer)
{
	const EFI_PIXEL_BITMASK *mask = &mode->PixelInformation;

	framebuffer->green_shift = 8;
	switch (mode->PixelFormat) {
	case PixelRedGreenBlueReserved8BitPerColor:
		framebuffer->red_shift = 0;
		framebuffer->blue_shift = 16;
		return true;
	case PixelBlueGreenRedReserved8BitPerColor:
		framebuffer->red_shift = 16;
		framebuffer->blue_shift = 0;
		return true;
	case PixelBitMask:
		return (mask->RedMask | mask->GreenMask | mask->BlueMask | mask->ReservedMask) == 0xffffffffu &&
		       channel_shift(mask->RedMask, &framebuffer->red_shift) &&
		       channel_shift(mask->GreenMask, &framebuffer->green_shift) &&
		       channel_shift(mask->BlueMask, &framebuffer->blue_shift);
	default:
		return false;
	}
}

/* The mode stays as the firmware or its user has set it. */
static struct boot_framebuffer find_framebuffer(void)
{
	EFI_GUID guid = EFI_GRAPHICS_OUTPUT_PROTOCOL_GUID;
	const EFI_GRAPHICS_OUTPUT_MODE_INFORMATION *mode;
	struct boot_framebuffer framebuffer = { 0 };
	EFI_GRAPHICS_OUTPUT_PROTOCOL *gop;

	if (EFI_ERROR(boot_services->LocateProtocol(&guid, NULL, (void **)&gop)) || !gop->Mode || !gop->Mode->Info)
		return framebuffer;
	mode = gop->Mode->Info;
	if (!gop->Mode->FrameBufferBase || !pixel_layout(mode, &framebuffer))
		return (struct boot_framebuffer){ 0 };
	framebuffer.base = gop->Mode->FrameBufferBase;
	framebuffer.size = gop->Mode->FrameBufferSize;
	framebuffer.width = mode->HorizontalResolution;
	framebuffer.height = mode->VerticalResolution;
	framebuffer.stride = mode->PixelsPerScanLine * 4;
	return framebuffer;
}

static uint64_t find_table(EFI_GUID guid)
{
	for (UINTN i = 0; i < system_table->NumberOfTableEntries; i++) {
		const EFI_CONFIGURATION_TABLE *table = &system_table->ConfigurationTable[i];

		if (!memcmp(&table->VendorGuid, &guid, sizeof(guid)))
			return (uintptr_t)table->VendorTable;
	}
	return 0;
}

static uint64_t find_rsdp(void)
{
	uint64_t rsdp = find_table((EFI_GUID)ACPI_20_TABLE_GUID);

	return rsdp ? rsdp : find_table((EFI_GUID)ACPI_TABLE_GUID);
}

/* The firmware's clock runs in local time, UTC minus TimeZone minutes, unless it does not know a time zone. */
static uint64_t read_clock(void)
{
	struct calendar_time calendar;
	uint64_t seconds;
	EFI_TIME time;

	if (EFI_ERROR(system_table->RuntimeServices->GetTime(&time, NULL)))
		return 0;
	calendar = (struct calendar_time){
		.year = time.Year, .month = time.Month, .day = time.Day,
		.hour = time.Hour, .minute = time.Minute, .second = time.Second,
	};
	seconds = clock_seconds(&calendar);
	if (seconds && time.TimeZone != EFI_UNSPECIFIED_TIMEZONE)
		seconds += (uint64_t)((int64_t)time.TimeZone * 60);
	return seconds;
}

static void describe_memory(const struct loader *loader, struct boot_info *info)
{
	info->direct_map = loader->space.direct_map;
	info->direct_map_size = loader->space.direct_map_size;
	info->page_table = loader->arena.start;

	info->kernel_base = loader->space.kernel_physical;
	info->kernel_size = loader->kernel.size;
	info->kernel_slide = loader->space.kernel_slide;
	info->kernel_file = (uintptr_t)loader->kernel_file.data;
	info->kernel_file_size = loader->kernel_file.size;

	info->archive = (uintptr_t)loader->archive.data;
	info->archive_size = loader->archive.size;
}

void describe_machine(struct loader *loader)
{
	struct handover_block *block = allocate_pages(sizeof(*block), "the boot information");
	struct boot_info *info = &block->info;

	memset(block, 0, sizeof(*block));
	loader->block = block;
	info->magic = BOOT_INFO_MAGIC;
	info->version = BOOT_INFO_VERSION;
	info->size = sizeof(*info);

	describe_memory(loader, info);
	memcpy(block->command_line, loader->config.cmdline, sizeof(block->command_line));
	info->command_line = (uintptr_t)block->command_line;
	info->rsdp = find_rsdp();
	info->boot_clock = read_clock();
	entropy_extract("kernel", info->entropy, sizeof(info->entropy));
	info->framebuffer = find_framebuffer();
}
