/*
 * The way from the firmware to the kernel, a step a line. Each step either succeeds or ends the boot by fail(), with
 * a sentence on the console and the serial port; nothing is handed over half done.
 */
#include "loader.h"
#include "machine.h"

static struct loader loader;

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *table)
{
	loader.times.loader_start = rdtsc();
	firmware_attach(&loader, image, table);
	check_processor();

	read_files(&loader);
	check_kernel(&loader);
	loader.times.files_read = rdtsc();

	gather_entropy();
	prepare_memory_map(&loader);
	choose_layout(&loader);

	place_kernel(&loader);
	build_address_space(&loader);
	describe_machine(&loader);

	leave_firmware(&loader);	/* no allocation, no console and no way back from here on */
	enter_kernel(&loader);
}
