/* Overlapping segments are mapped in order, a later one wins; a segment per page with different rights; bss between pages. */
#include "execve/elf.h"

static struct elf_image image;

static void test(void)
{
	test_scratch();
	elf_build(&image);
	image.ehdr.e_phnum = 2;
	image.phdr[1] = image.phdr[0];
	CHECK_EQ(elf_run(&image), 42);

	/* The second page of the file over the first. */
	memcpy((char *)&image + PAGE, &image, PAGE);
	((char *)&image)[PAGE + ELF_CODE + 6] = 44;
	image.phdr[1].p_offset = PAGE;
	CHECK_EQ(elf_run(&image), 44);

	/* bss zeroes the rest of its last page: code that ends exactly there survives. */
	elf_build(&image);
	memset((char *)&image + ELF_CODE + 12, 0x90, PAGE - ELF_CODE - 12);
	image.phdr[0].p_filesz = ELF_CODE + 12;
	image.phdr[0].p_memsz = 3 * PAGE;
	image.phdr[0].p_flags = PF_R | PF_W | PF_X;
	CHECK_EQ(elf_run(&image), 42);
	/* movl instead of exit: read a bss byte as the status. mov $60,%eax; movzbl 0x400500,%edi; syscall */
	static const unsigned char code[] = { 0xb8, 60, 0, 0, 0, 0x0f, 0xb6, 0x3c, 0x25, 0x00, 0x05, 0x40, 0x00, 0x0f, 0x05 };
	memcpy((char *)&image + ELF_CODE, code, sizeof(code));
	image.phdr[0].p_filesz = ELF_CODE + sizeof(code);
	CHECK_EQ(elf_run(&image), 0);
}
