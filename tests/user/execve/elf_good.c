/* Hand-made ELF programs that have to run: one segment, bss, position-independent, harmless extra headers. */
#include "execve/elf.h"

static void test(void)
{
	static struct elf_image image;

	test_scratch();
	elf_build(&image);
	CHECK_EQ(elf_run(&image), 42);
	image.phdr[0].p_memsz = 5 * PAGE;
	image.phdr[0].p_flags |= PF_W;
	CHECK_EQ(elf_run(&image), 42);

	elf_build(&image);
	image.ehdr.e_type = ET_DYN;
	image.ehdr.e_entry = ELF_CODE;
	image.phdr[0].p_vaddr = 0;
	CHECK_EQ(elf_run(&image), 42);

	elf_build(&image);
	image.ehdr.e_phnum = 4;
	image.phdr[1] = (Elf64_Phdr){ .p_type = PT_NULL, .p_offset = ~0UL, .p_filesz = ~0UL };
	image.phdr[2] = (Elf64_Phdr){ .p_type = 0x12345678, .p_vaddr = ~0UL, .p_memsz = ~0UL };
	image.phdr[3] = (Elf64_Phdr){ .p_type = PT_GNU_STACK, .p_flags = PF_R | PF_W };
	CHECK_EQ(elf_run(&image), 42);

	/* The section table is nobody's business, nor are e_version, e_flags and EI_OSABI. */
	elf_build(&image);
	image.ehdr.e_shoff = ~0UL;
	image.ehdr.e_shnum = 0xffff;
	image.ehdr.e_flags = 0xffffffff;
	image.ehdr.e_ident[EI_OSABI] = 3;
	CHECK_EQ(elf_run(&image), 42);

	/* Only as long as the last used byte. */
	elf_build(&image);
	image.phdr[0].p_filesz = image.phdr[0].p_memsz = ELF_CODE + 12;
	CHECK_EQ(elf_run_sized(&image, "./short", ELF_CODE + 12), 42);
}
