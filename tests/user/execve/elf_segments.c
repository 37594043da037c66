/* Malformed segments: sizes, ranges, alignment, kernel addresses. Refused by execve or killed at once; never run, never worse. */
#include "execve/elf.h"

static struct elf_image image;

/* Linux refuses some of these before and some after the point of no return: both are a refusal. */
static void check_refused(const char *what)
{
	int result = elf_run(&image);

	if (result < ELF_ERROR ||
	    (result > ELF_SIGNAL && result != ELF_SIGNAL + SIGSEGV && result != ELF_SIGNAL + SIGBUS && result != ELF_SIGNAL + SIGKILL)) {
		test_print("%s: got %d\n", what, result);
		test_count_failure();
	}
	elf_build(&image);
}

static void test(void)
{
	test_scratch();
	elf_build(&image);
	image.phdr[0].p_filesz = 2 * PAGE;
	image.phdr[0].p_memsz = PAGE;
	check_refused("file size above memory size");
	image.phdr[0].p_vaddr += 8;
	check_refused("address and offset disagree modulo the page");
	image.phdr[0].p_vaddr = 0xffffffff80000000;
	check_refused("kernel address");
	image.phdr[0].p_vaddr = 0xffff800000000000;
	check_refused("bottom of the kernel half");
	image.phdr[0].p_vaddr = 0x7ffffffff000;
	check_refused("end of the user half");
	image.phdr[0].p_vaddr = 0x7fffffffe000;
	image.phdr[0].p_memsz = 1UL << 40;
	check_refused("out of the user half");
	image.phdr[0].p_memsz = ~0UL;
	check_refused("memory size of -1");
	image.phdr[0].p_memsz = 1UL << 47;
	check_refused("memory size of all");
	image.phdr[0].p_vaddr = ~0UL - 4095;
	image.phdr[0].p_memsz = 2 * PAGE;
	check_refused("wraps around");
	image.phdr[0].p_offset = 1UL << 63;
	check_refused("negative offset");
	image.phdr[0].p_filesz = ~0UL;
	image.phdr[0].p_memsz = ~0UL;
	check_refused("file size of -1");
	image.phdr[0].p_offset = 1UL << 30;
	check_refused("outside of the file");
	image.phdr[0].p_type = PT_NOTE;
	check_refused("nothing to load");
	image.ehdr.e_entry = 0xffffffff80000000;
	check_refused("entry in the kernel");
	image.ehdr.e_entry = 0x8000000000000000;
	check_refused("entry non-canonical");
	image.ehdr.e_entry = 0;
	check_refused("entry unmapped");
	image.phdr[0].p_flags = PF_R;
	check_refused("entry not executable");
	CHECK_EQ(elf_run(&image), 42);
}
