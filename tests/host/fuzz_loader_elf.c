/* sources: efi-loader/elf.c efi-loader/config.c */
/*
 * libFuzzer target for everything that the loader reads: the first byte chooses between the kernel's ELF file, a
 * correct image with some bytes changed (which gets past the header checks far more often), and boot.cfg. Whatever is
 * accepted is also loaded, and must keep the promises of elf.h.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "efi-loader/config.h"
#include "tests/host/elf_maker.h"

#define LOAD_MAX (16u << 20)		/* larger images are checked, but not copied: only time would be lost */

enum { KIND_FILE, KIND_PATCHES, KIND_CONFIG, KINDS, PATCH_SIZE = 10 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void check_promises(const struct elf_image *image)
{
	require(image->size > 0 && image->size % ELF_PAGE == 0 && image->base % ELF_PAGE == 0);
	require(image->base >= ELF_LINK_BASE && image->size <= ELF_IMAGE_MAX);
	require(image->entry - image->base < image->size);
	require(elf_page_rights(image, image->entry & ~(ELF_PAGE - 1)) & ELF_EXECUTE);
	for (uint64_t offset = 0; offset < image->size && offset < LOAD_MAX; offset += ELF_PAGE) {
		unsigned int rights = elf_page_rights(image, image->base + offset);

		require(!(rights & ELF_WRITE) || !(rights & ELF_EXECUTE));
	}
}

static void try_file(const uint8_t *file, size_t size)
{
	struct elf_image image;
	void *memory;

	if (elf_check(file, size, &image))
		return;
	check_promises(&image);
	if (image.size > LOAD_MAX)
		return;
	memory = malloc(image.size);
	require(memory != NULL);
	elf_load(&image, memory, 0x200000);
	free(memory);
}

/* Each patch is an offset of two bytes and a word of eight to put there. */
static void try_patches(const uint8_t *data, size_t size)
{
	struct maker maker = maker_correct();
	uint8_t file[MAKER_FILE_SIZE];

	maker_write(&maker, file);
	for (; size >= PATCH_SIZE; data += PATCH_SIZE, size -= PATCH_SIZE) {
		size_t offset = (data[0] | data[1] << 8) % (MAKER_FILE_SIZE - 8);

		memcpy(file + offset, data + 2, 8);
	}
	try_file(file, sizeof(file));
}

static void try_config(const uint8_t *data, size_t size)
{
	struct config_error error = { 0 };
	struct boot_config config;

	config_defaults(&config);
	if (!config_parse(&config, (const char *)data, size, &error))
		require(error.line > 0 && error.sentence);
	require(strlen(config.kernel) > 0 && strlen(config.kernel) < CONFIG_PATH_SIZE);
	require(strlen(config.root) > 0 && strlen(config.root) < CONFIG_PATH_SIZE);
	require(strlen(config.cmdline) < CONFIG_CMDLINE_SIZE);
	config_has_word(config.cmdline, "nokaslr");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy;

	if (size == 0)
		return 0;
	copy = malloc(size);
	require(copy != NULL);
	memcpy(copy, data + 1, size - 1);
	switch (data[0] % KINDS) {
	case KIND_FILE:
		try_file(copy, size - 1);
		break;
	case KIND_PATCHES:
		try_patches(copy, size - 1);
		break;
	case KIND_CONFIG:
		try_config(copy, size - 1);
		break;
	}
	free(copy);
	return 0;
}
