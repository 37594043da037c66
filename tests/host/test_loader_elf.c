/* sources: efi-loader/elf.c efi-loader/config.c */
/*
 * The loader's judgement of the kernel's ELF file and of boot.cfg: one correct image, which must load as written, and
 * one case for each thing that can be wrong, which must be refused with the sentence that names it.
 *
 * With WRITE_MALFORMED_KERNELS=DIR in the environment the broken images are also written to DIR, one file a case,
 * named by the case's number, with the expected sentence beside it: for boots of the real loader.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "efi-loader/config.h"
#include "tests/host/elf_maker.h"

#define GIB (1ull << 30)

struct malformed {
	const char *sentence;			/* that elf_check() must return */
	void (*spoil)(struct maker *maker);
	size_t file_size;			/* 0: the whole file */
};

/* One way of breaking the correct image: a function that makes one assignment. */
#define SPOIL(name, assignment) \
	static void spoil_##name(struct maker *maker) { maker->assignment; }

SPOIL(nothing, header.flags = 0)
SPOIL(magic, header.magic[1] = 'e')
SPOIL(class, header.class = 1)
SPOIL(byte_order, header.data = 2)
SPOIL(version, header.version = 7)
SPOIL(machine, header.machine = 183)
SPOIL(type, header.type = 2)
SPOIL(header_size, header.program_header_size = 32)
SPOIL(no_headers, header.program_header_count = 0)
SPOIL(many_headers, header.program_header_count = 0xffff)
SPOIL(headers_outside, header.program_headers = MAKER_FILE_SIZE - 64)
SPOIL(headers_wrap, header.program_headers = UINT64_MAX - 16)
SPOIL(file_larger, programs[MAKER_TEXT].memory_size = 0x7ff)
SPOIL(segment_outside, programs[MAKER_DATA].file_size = 0x2001)
SPOIL(segment_offset_wraps, programs[MAKER_DATA].offset = UINT64_MAX - 0xfff)
SPOIL(below_base, programs[MAKER_RODATA].address = ELF_LINK_BASE - 0x1000)
SPOIL(user_half, programs[MAKER_RODATA].address = 0x400000)
SPOIL(address_wraps, programs[MAKER_DATA].memory_size = UINT64_MAX - 0xfff)
SPOIL(absurd_size, programs[MAKER_DATA].memory_size = ELF_IMAGE_MAX)
SPOIL(absurd_address, programs[MAKER_DATA].address = ELF_LINK_BASE + GIB)
SPOIL(no_alignment, programs[MAKER_TEXT].alignment = 0)
SPOIL(small_alignment, programs[MAKER_TEXT].alignment = 16)
SPOIL(odd_alignment, programs[MAKER_TEXT].alignment = 0x3000)
SPOIL(huge_alignment, programs[MAKER_TEXT].alignment = GIB)
SPOIL(unaligned, programs[MAKER_TEXT].address += 8)
SPOIL(writable_text, programs[MAKER_TEXT].flags |= ELF_WRITE)
SPOIL(executable_data, programs[MAKER_DATA].flags |= ELF_EXECUTE)
SPOIL(overlap, programs[MAKER_RODATA].memory_size = 0x1001)
SPOIL(same_place, programs[MAKER_TEXT].address = ELF_LINK_BASE)
SPOIL(out_of_order, programs[MAKER_RODATA].address = ELF_LINK_BASE + 0x8000)
SPOIL(interpreter, programs[MAKER_RELRO].type = PT_INTERP)
SPOIL(two_dynamic, programs[MAKER_RELRO].type = PT_DYNAMIC)
SPOIL(two_relro, programs[MAKER_DYNAMIC].type = PT_GNU_RELRO)
SPOIL(no_entry, header.entry = 0)
SPOIL(entry_in_data, header.entry = ELF_LINK_BASE + MAKER_DATA_OFFSET)
SPOIL(entry_outside, header.entry = ELF_LINK_BASE + GIB)
SPOIL(entry_in_gap, header.entry = ELF_LINK_BASE + MAKER_TEXT_OFFSET + 0x800)
SPOIL(relro_outside, programs[MAKER_RELRO].address = ELF_LINK_BASE + GIB)
SPOIL(relro_in_text, programs[MAKER_RELRO].address = ELF_LINK_BASE + MAKER_TEXT_OFFSET)
SPOIL(relro_wraps, programs[MAKER_RELRO].memory_size = UINT64_MAX)
SPOIL(no_dynamic, programs[MAKER_DYNAMIC].type = 4)
SPOIL(dynamic_outside, programs[MAKER_DYNAMIC].offset = MAKER_FILE_SIZE - 8)
SPOIL(dynamic_wraps, programs[MAKER_DYNAMIC].file_size = UINT64_MAX)
SPOIL(needed, dynamic[3] = ((struct elf_dynamic){ DT_NEEDED, 1 }))
SPOIL(relr, dynamic[3] = ((struct elf_dynamic){ DT_RELRSZ, 8 }))
SPOIL(plt, dynamic[3] = ((struct elf_dynamic){ DT_PLTRELSZ, 24 }))
SPOIL(rela_entry, dynamic[2].value = 16)
SPOIL(rela_odd, dynamic[1].value = 25)
SPOIL(rela_outside, dynamic[0].value = ELF_LINK_BASE + GIB)
SPOIL(rela_absurd, dynamic[1].value = UINT64_MAX / 24 * 24)
SPOIL(rela_in_bss, dynamic[0].value = ELF_LINK_BASE + MAKER_DATA_OFFSET + 0x1800)
SPOIL(rela_unknown, relas[0].info = 1)
SPOIL(rela_symbol, relas[0].info = 1ull << 32 | R_X86_64_RELATIVE)
SPOIL(target_outside, relas[0].offset = ELF_LINK_BASE + GIB)
SPOIL(target_below, relas[0].offset = ELF_LINK_BASE - 4)
SPOIL(target_over_end, relas[1].offset += 1)
SPOIL(target_in_gap, relas[0].offset = ELF_LINK_BASE + MAKER_TEXT_OFFSET + 0x7fc)

static void spoil_no_segments(struct maker *maker)
{
	for (int i = MAKER_RODATA; i <= MAKER_DATA; i++)
		maker->programs[i].type = 4;
}

#define WRAPS    "a segment wraps around or lies beyond the kernel's address range"
#define OVERLAP  "two segments overlap, share a page or are out of order"
#define ALIGN    "a segment's alignment is not a power of two from 4 KiB to 2 MiB"
#define BOTH     "a segment is both writable and executable"
#define ENTRY    "the entry point lies outside of the executable segments"
#define HEADERS  "the program headers reach beyond the end of the file"
#define SEGMENT  "a segment reaches beyond the end of the file"
#define TARGET   "a relocation lies outside of the segments"
#define TABLE    "the relocation table lies outside of the segments"
#define KIND     "there is a relocation table of another kind than DT_RELA"
#define UNKNOWN  "a relocation has another type than R_X86_64_RELATIVE"
#define RELRO    "the read-only-after-relocation range lies outside of the writable segments"
#define DYNAMIC  "the dynamic segment reaches beyond the end of the file"
#define WIDTH    "the relocation table has entries of an unknown size"
#define NUMBER   "the number of program headers is zero or absurd"
#define CLASS    "the file is not a 64-bit little-endian ELF file"
#define BELOW    "a segment lies below the kernel's address range"

static const struct malformed malformed[] = {
	{ "the file is shorter than an ELF header", spoil_nothing, 1 },
	{ "the file is shorter than an ELF header", spoil_nothing, 63 },
	{ HEADERS, spoil_nothing, 64 },
	{ HEADERS, spoil_nothing, 64 + 56 * MAKER_HEADERS - 1 },
	{ SEGMENT, spoil_nothing, 0x17ff },
	{ SEGMENT, spoil_nothing, 0x37ff },
	{ "the file is not an ELF file", spoil_magic, 0 },
	{ CLASS, spoil_class, 0 },
	{ CLASS, spoil_byte_order, 0 },
	{ "the ELF version is unknown", spoil_version, 0 },
	{ "the file is for another processor than x86-64", spoil_machine, 0 },
	{ "the file is not a position-independent executable", spoil_type, 0 },
	{ "the program headers have an unknown size", spoil_header_size, 0 },
	{ NUMBER, spoil_no_headers, 0 },
	{ NUMBER, spoil_many_headers, 0 },
	{ HEADERS, spoil_headers_outside, 0 },
	{ HEADERS, spoil_headers_wrap, 0 },
	{ "there is no segment to load", spoil_no_segments, 0 },
	{ "a segment has more bytes in the file than in memory", spoil_file_larger, 0 },
	{ SEGMENT, spoil_segment_outside, 0 },
	{ SEGMENT, spoil_segment_offset_wraps, 0 },
	{ BELOW, spoil_below_base, 0 },
	{ BELOW, spoil_user_half, 0 },
	{ WRAPS, spoil_address_wraps, 0 },
	{ WRAPS, spoil_absurd_size, 0 },
	{ WRAPS, spoil_absurd_address, 0 },
	{ ALIGN, spoil_no_alignment, 0 },
	{ ALIGN, spoil_small_alignment, 0 },
	{ ALIGN, spoil_odd_alignment, 0 },
	{ ALIGN, spoil_huge_alignment, 0 },
	{ "a segment's address and file offset do not agree with its alignment", spoil_unaligned, 0 },
	{ BOTH, spoil_writable_text, 0 },
	{ BOTH, spoil_executable_data, 0 },
	{ OVERLAP, spoil_overlap, 0 },
	{ OVERLAP, spoil_same_place, 0 },
	{ OVERLAP, spoil_out_of_order, 0 },
	{ "the file wants an interpreter", spoil_interpreter, 0 },
	{ "there are two dynamic segments", spoil_two_dynamic, 0 },
	{ "there are two read-only-after-relocation ranges", spoil_two_relro, 0 },
	{ "there is no entry point", spoil_no_entry, 0 },
	{ ENTRY, spoil_entry_in_data, 0 },
	{ ENTRY, spoil_entry_outside, 0 },
	{ ENTRY, spoil_entry_in_gap, 0 },
	{ RELRO, spoil_relro_outside, 0 },
	{ RELRO, spoil_relro_in_text, 0 },
	{ RELRO, spoil_relro_wraps, 0 },
	{ "there is no dynamic segment, so that the file cannot be relocated", spoil_no_dynamic, 0 },
	{ DYNAMIC, spoil_dynamic_outside, 0 },
	{ DYNAMIC, spoil_dynamic_wraps, 0 },
	{ "the file needs a shared library", spoil_needed, 0 },
	{ KIND, spoil_relr, 0 },
	{ KIND, spoil_plt, 0 },
	{ WIDTH, spoil_rela_entry, 0 },
	{ WIDTH, spoil_rela_odd, 0 },
	{ TABLE, spoil_rela_outside, 0 },
	{ TABLE, spoil_rela_absurd, 0 },
	{ TABLE, spoil_rela_in_bss, 0 },
	{ UNKNOWN, spoil_rela_unknown, 0 },
	{ UNKNOWN, spoil_rela_symbol, 0 },
	{ TARGET, spoil_target_outside, 0 },
	{ TARGET, spoil_target_below, 0 },
	{ TARGET, spoil_target_over_end, 0 },
	{ TARGET, spoil_target_in_gap, 0 },
};

enum { MALFORMED_COUNT = sizeof(malformed) / sizeof(malformed[0]) };

/* An exact-size heap copy, so that a read beyond the file's end is caught. */
static uint8_t *make_file(const struct malformed *test, size_t *size)
{
	uint8_t whole[MAKER_FILE_SIZE], *file;
	struct maker maker = maker_correct();

	test->spoil(&maker);
	maker_write(&maker, whole);
	*size = test->file_size ? test->file_size : sizeof(whole);
	file = malloc(*size);
	assert_non_null(file);
	memcpy(file, whole, *size);
	return file;
}

static void write_case(const char *folder, unsigned int number, const uint8_t *file, size_t size)
{
	char path[4096];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%02u.elf", folder, number);
	out = fopen(path, "wb");
	assert_non_null(out);
	assert_int_equal(fwrite(file, 1, size, out), size);
	assert_int_equal(fclose(out), 0);

	snprintf(path, sizeof(path), "%s/%02u.txt", folder, number);
	out = fopen(path, "w");
	assert_non_null(out);
	fprintf(out, "%s\n", malformed[number].sentence);
	assert_int_equal(fclose(out), 0);
}

static void malformed_images_are_refused(void **state)
{
	const char *folder = getenv("WRITE_MALFORMED_KERNELS");

	(void)state;
	for (unsigned int i = 0; i < MALFORMED_COUNT; i++) {
		struct elf_image image;
		const char *error;
		uint8_t *file;
		size_t size;

		file = make_file(&malformed[i], &size);
		error = elf_check(file, size, &image);
		if (!error)
			fail_msg("case %u was accepted; expected: %s", i, malformed[i].sentence);
		if (strcmp(error, malformed[i].sentence))
			fail_msg("case %u: got \"%s\", expected \"%s\"", i, error, malformed[i].sentence);
		if (folder)
			write_case(folder, i, file, size);
		free(file);
	}
}

/* Cutting the correct file anywhere before the last byte that it needs must be noticed. */
static void every_truncation_is_refused(void **state)
{
	uint8_t whole[MAKER_FILE_SIZE];
	struct maker maker = maker_correct();
	struct elf_image image;

	(void)state;
	maker_write(&maker, whole);
	for (size_t size = 0; size < MAKER_DATA_OFFSET + 0x1800; size++) {
		uint8_t *file = malloc(size ? size : 1);

		assert_non_null(file);
		memcpy(file, whole, size);
		assert_non_null(elf_check(file, size, &image));
		free(file);
	}
	assert_null(elf_check(whole, MAKER_DATA_OFFSET + 0x1800, &image));
}

static uint64_t word_at(const uint8_t *memory, size_t offset)
{
	uint64_t word;

	memcpy(&word, memory + offset, sizeof(word));
	return word;
}

static void correct_image_loads(void **state)
{
	const uint64_t slide = 0x12345000;
	uint8_t file[MAKER_FILE_SIZE], *memory;
	struct maker maker = maker_correct();
	struct elf_image image;

	(void)state;
	maker_write(&maker, file);
	assert_null(elf_check(file, sizeof(file), &image));
	assert_int_equal(image.base, ELF_LINK_BASE);
	assert_int_equal(image.size, 0x5000);
	assert_int_equal(image.alignment, ELF_PAGE);

	memory = malloc(image.size);
	assert_non_null(memory);
	memset(memory, 0xee, image.size);
	elf_load(&image, memory, slide);
	assert_int_equal(memory[0], 0x7f);
	assert_int_equal(memory[0x17ff], 0xcc);
	assert_int_equal(memory[0x1800], 0);
	assert_int_equal(memory[0x37ff], 0xdd);
	assert_int_equal(memory[0x3800], 0);
	assert_int_equal(word_at(memory, 0x2000), ELF_LINK_BASE + 0x10 + slide);
	assert_int_equal(word_at(memory, 0x2008), 0xdddddddddddddddd);
	assert_int_equal(word_at(memory, 0x4ff8), ELF_LINK_BASE + slide);
	free(memory);
}

static void rights_follow_segments_and_relro(void **state)
{
	uint8_t file[MAKER_FILE_SIZE];
	struct maker maker = maker_correct();
	struct elf_image image;

	(void)state;
	maker.programs[MAKER_TEXT].memory_size = 0x801;
	maker_write(&maker, file);
	assert_null(elf_check(file, sizeof(file), &image));
	assert_int_equal(elf_page_rights(&image, ELF_LINK_BASE), ELF_READ);
	assert_int_equal(elf_page_rights(&image, ELF_LINK_BASE + 0x1000), ELF_READ | ELF_EXECUTE);
	assert_int_equal(elf_page_rights(&image, ELF_LINK_BASE + 0x2000), ELF_READ);
	assert_int_equal(elf_page_rights(&image, ELF_LINK_BASE + 0x3000), ELF_READ | ELF_WRITE);
	assert_int_equal(elf_page_rights(&image, ELF_LINK_BASE + 0x4000), ELF_READ | ELF_WRITE);
	assert_int_equal(elf_page_rights(&image, ELF_LINK_BASE + 0x5000), 0);
	assert_int_equal(elf_page_rights(&image, ELF_LINK_BASE - 1), 0);
}

/* A RELRO range that ends within a page leaves that page writable, and one that begins within a page as well. */
static void partial_relro_pages_stay_writable(void **state)
{
	uint8_t file[MAKER_FILE_SIZE];
	struct maker maker = maker_correct();
	struct elf_image image;

	(void)state;
	maker.programs[MAKER_RELRO].memory_size = 0xfff;
	maker_write(&maker, file);
	assert_null(elf_check(file, sizeof(file), &image));
	assert_int_equal(elf_page_rights(&image, ELF_LINK_BASE + 0x2000), ELF_READ | ELF_WRITE);

	maker.programs[MAKER_RELRO].address += 8;
	maker.programs[MAKER_RELRO].memory_size = 0x1ff8;
	maker_write(&maker, file);
	assert_null(elf_check(file, sizeof(file), &image));
	assert_int_equal(elf_page_rights(&image, ELF_LINK_BASE + 0x2000), ELF_READ | ELF_WRITE);
	assert_int_equal(elf_page_rights(&image, ELF_LINK_BASE + 0x3000), ELF_READ);
}

static void gaps_between_segments_have_no_rights(void **state)
{
	uint8_t file[MAKER_FILE_SIZE];
	struct maker maker = maker_correct();
	struct elf_image image;

	(void)state;
	maker.programs[MAKER_DATA].address += 0x10000;
	maker.programs[MAKER_RELRO].address += 0x10000;
	maker.relas[0].offset += 0x10000;
	maker.relas[1].offset += 0x10000;
	maker_write(&maker, file);
	assert_null(elf_check(file, sizeof(file), &image));
	assert_int_equal(image.size, 0x15000);
	assert_int_equal(elf_page_rights(&image, ELF_LINK_BASE + 0x8000), 0);
}

static unsigned int parse(struct boot_config *config, const char *text, const char **sentence)
{
	struct config_error error = { 0 };
	char *copy = malloc(strlen(text) + 1);
	bool ok;

	assert_non_null(copy);
	memcpy(copy, text, strlen(text) + 1);
	config_defaults(config);
	ok = config_parse(config, copy, strlen(text), &error);
	free(copy);
	*sentence = ok ? NULL : error.sentence;
	return ok ? 0 : error.line;
}

static void config_is_read(void **state)
{
	struct boot_config config;
	const char *sentence;

	(void)state;
	assert_int_equal(parse(&config, "", &sentence), 0);
	assert_string_equal(config.kernel, "/kernel.elf");
	assert_string_equal(config.root, "/rootfs.tar");
	assert_string_equal(config.cmdline, "");

	assert_int_equal(parse(&config, "# a=b\r\n\r\n  kernel = /a b\t\r\ncmdline=init=/x y=z \r\nroot=/r", &sentence), 0);
	assert_string_equal(config.kernel, "/a b");
	assert_string_equal(config.root, "/r");
	assert_string_equal(config.cmdline, "init=/x y=z");
	assert_int_equal(parse(&config, "cmdline=\n", &sentence), 0);
	assert_string_equal(config.cmdline, "");
}

static void config_errors_name_their_line(void **state)
{
	struct boot_config config;
	const char *sentence;

	(void)state;
	assert_int_equal(parse(&config, "\n\nkernle=/a\n", &sentence), 3);
	assert_string_equal(sentence, "the key is unknown (known are kernel, root and cmdline)");
	assert_int_equal(parse(&config, "# x\nkernel", &sentence), 2);
	assert_string_equal(sentence, "there is no '=' in the line");
	assert_int_equal(parse(&config, "=x", &sentence), 1);
	assert_int_equal(parse(&config, "root=", &sentence), 1);
	assert_string_equal(sentence, "the value is empty");
	assert_int_equal(parse(&config, "root=/a\r\nroot=/b\r\n", &sentence), 2);
	assert_string_equal(sentence, "the key is given twice");
	assert_int_equal(parse(&config, "cmdline=\033[2J\n", &sentence), 1);
	assert_string_equal(sentence, "there is a byte that is not printable ASCII");
	assert_int_equal(parse(&config, "cmdline=a\rb\n", &sentence), 1);
}

static void config_values_have_limits(void **state)
{
	char text[CONFIG_CMDLINE_SIZE + 64];
	struct boot_config config;
	const char *sentence;

	(void)state;
	snprintf(text, sizeof(text), "root=%0*d", CONFIG_PATH_SIZE - 1, 0);
	assert_int_equal(parse(&config, text, &sentence), 0);
	assert_int_equal(strlen(config.root), CONFIG_PATH_SIZE - 1);
	snprintf(text, sizeof(text), "root=%0*d", CONFIG_PATH_SIZE, 0);
	assert_int_equal(parse(&config, text, &sentence), 1);
	assert_string_equal(sentence, "the value is too long");
	snprintf(text, sizeof(text), "cmdline=%0*d", CONFIG_CMDLINE_SIZE - 1, 0);
	assert_int_equal(parse(&config, text, &sentence), 0);
	snprintf(text, sizeof(text), "cmdline=%0*d", CONFIG_CMDLINE_SIZE, 0);
	assert_int_equal(parse(&config, text, &sentence), 1);
}

static void words_are_found_whole(void **state)
{
	(void)state;
	assert_true(config_has_word("nokaslr", "nokaslr"));
	assert_true(config_has_word("a  nokaslr\tb", "nokaslr"));
	assert_true(config_has_word(" a nokaslr ", "nokaslr"));
	assert_false(config_has_word("", "nokaslr"));
	assert_false(config_has_word("nokaslrx xnokaslr nokasl nokaslr=1", "nokaslr"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(malformed_images_are_refused),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(correct_image_loads),
		cmocka_unit_test(rights_follow_segments_and_relro),
		cmocka_unit_test(partial_relro_pages_stay_writable),
		cmocka_unit_test(gaps_between_segments_have_no_rights),
		cmocka_unit_test(config_is_read),
		cmocka_unit_test(config_errors_name_their_line),
		cmocka_unit_test(config_values_have_limits),
		cmocka_unit_test(words_are_found_whole),
	};

	return cmocka_run_group_tests_name("loader: elf and config", tests, NULL, NULL);
}
