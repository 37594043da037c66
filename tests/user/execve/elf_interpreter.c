/* PT_INTERP: missing, absurd, unterminated, not executable, not ELF; a good one gets control instead of the program. */
#include "execve/elf.h"

static struct elf_image image;

static void with_interpreter(const char *path, size_t size)
{
	elf_build(&image);
	image.ehdr.e_phnum = 2;
	image.phdr[1] = image.phdr[0];
	image.phdr[0] = (Elf64_Phdr){ .p_type = PT_INTERP, .p_flags = PF_R, .p_offset = 0x800, .p_filesz = size, .p_memsz = size };
	memcpy((char *)&image + 0x800, path, strlen(path));
}

static void test(void)
{
	test_scratch();
	elf_build(&image);
	image.ehdr.e_type = ET_DYN;
	image.ehdr.e_entry = ELF_CODE;
	image.phdr[0].p_vaddr = 0;
	((char *)&image)[ELF_CODE + 6] = 43;
	CHECK_EQ(elf_run_sized(&image, "interp", sizeof(image)), 43);

	with_interpreter("interp", 7);
	CHECK_EQ(elf_run(&image), 43);
	with_interpreter("/nowhere/ld.so", 15);
	CHECK_EQ(elf_run(&image), ELF_ERROR + ENOENT);
	with_interpreter("interp", 6);
	CHECK_EQ(elf_run(&image), ELF_ERROR + ENOEXEC);
	with_interpreter("", 1);
	CHECK_EQ(elf_run(&image), ELF_ERROR + ENOEXEC);
	with_interpreter("interp", 5000);
	CHECK_EQ(elf_run(&image), ELF_ERROR + ENOEXEC);
	with_interpreter("interp", 0);
	CHECK_EQ(elf_run(&image), ELF_ERROR + ENOEXEC);
	test_write_file("text", "this is not a program, but it is long enough to hold an ELF header of 64 bytes\n");
	with_interpreter("text", 5);
	CHECK_EQ(elf_run(&image), ELF_ERROR + EACCES);
	CHECK_OK(chmod("text", 0755));
	CHECK(elf_run(&image) == ELF_ERROR + ELIBBAD || elf_run(&image) == ELF_SIGNAL + SIGSEGV);
	with_interpreter(".", 2);
	CHECK_EQ(elf_run(&image), ELF_ERROR + EACCES);
}
