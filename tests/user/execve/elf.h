/*
 * Builds small ELF programs in memory for the tests of malformed ones: one page of headers and code which exits with
 * status 42, loaded at 4 MiB. Tests change the fields that they are about and then run the result in a child.
 */
#ifndef TESTS_USER_EXECVE_ELF_H
#define TESTS_USER_EXECVE_ELF_H

#include "test.h"
#include <elf.h>

#define ELF_BASE  0x400000UL
#define ELF_CODE  0x400
#define ELF_IMAGE (2 * 4096)

struct elf_image {
	Elf64_Ehdr ehdr;
	Elf64_Phdr phdr[8];
	unsigned char rest[ELF_IMAGE - sizeof(Elf64_Ehdr) - 8 * sizeof(Elf64_Phdr)];
};

/* A good program with one segment, read and execute. */
static inline void elf_build(struct elf_image *image)
{
	/* mov $60, %eax; mov $42, %edi; syscall */
	static const unsigned char code[] = { 0xb8, 60, 0, 0, 0, 0xbf, 42, 0, 0, 0, 0x0f, 0x05 };

	memset(image, 0, sizeof(*image));
	memcpy(image->ehdr.e_ident, "\177ELF\2\1\1", 7);
	image->ehdr.e_type = ET_EXEC;
	image->ehdr.e_machine = EM_X86_64;
	image->ehdr.e_version = 1;
	image->ehdr.e_entry = ELF_BASE + ELF_CODE;
	image->ehdr.e_phoff = offsetof(struct elf_image, phdr);
	image->ehdr.e_ehsize = sizeof(Elf64_Ehdr);
	image->ehdr.e_phentsize = sizeof(Elf64_Phdr);
	image->ehdr.e_phnum = 1;
	image->phdr[0] = (Elf64_Phdr){ .p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_vaddr = ELF_BASE, .p_paddr = ELF_BASE,
				       .p_filesz = 4096, .p_memsz = 4096, .p_align = 4096 };
	memcpy((char *)image + ELF_CODE, code, sizeof(code));
}

#define ELF_ERROR  1000 /* elf_run: plus the errno of a refused execve */
#define ELF_SIGNAL 2000 /* elf_run: plus the signal that killed the program */

/* Writes SIZE bytes of the image as file NAME and executes it in a child: its exit status, ELF_ERROR or ELF_SIGNAL. */
static inline int elf_run_sized(const struct elf_image *image, const char *name, size_t size)
{
	int fd = (int)CHECK_OK(open(name, O_WRONLY | O_CREAT | O_TRUNC, 0755)), p[2], error = 0;

	CHECK_EQ(write(fd, image, size), (long)size);
	CHECK_OK(close(fd));
	CHECK_OK(pipe2(p, O_CLOEXEC));
	pid_t pid = test_fork();
	if (pid == 0) {
		execve(name, (char *[]){ (char *)name, NULL }, environ);
		error = errno;
		_exit(write(p[1], &error, sizeof(error)) != sizeof(error));
	}
	CHECK_OK(close(p[1]));
	long n = read(p[0], &error, sizeof(error));
	CHECK_OK(close(p[0]));
	int status = test_wait(pid);
	if (n == sizeof(error))
		return ELF_ERROR + error;
	return WIFSIGNALED(status) ? ELF_SIGNAL + WTERMSIG(status) : WEXITSTATUS(status);
}

static inline int elf_run(const struct elf_image *image)
{
	return elf_run_sized(image, "./program", sizeof(*image));
}

#endif
