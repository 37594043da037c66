/* A program on its way into a process: what exec's files hand to each other. Belongs to the task that executes. */
#ifndef EXEC_IMAGE_H
#define EXEC_IMAGE_H

#include "exec/args.h"
#include "exec/elf.h"
#include "exec/script.h"
#include "fs/file.h"
#include "mm/aspace.h"
#include "sched/process.h"

/* An ELF file that was read and checked. */
struct elf_image {
	struct file *file;		/* referenced; NULL: none */
	struct elf_header header;
	struct elf_segment *table;	/* kmalloc'ed */
	struct elf_span span;
	u64 bias;			/* memory address - file address */
};

struct exec_image {
	const char *path;		/* as execve was given it: AT_EXECFN */
	const char *file_path;		/* of the file that is looked at: path, then the interpreters of scripts */
	struct exec_args args;
	struct elf_image program, interpreter;
	union {
		char head[EXEC_HEAD_SIZE];
		struct elf_header header;
	};
	struct mm *mm;			/* the new address space */
	struct cred *cred;		/* the new credentials, referenced */
	struct fd_table *files;		/* an own descriptor table, when the old one may be shared */
	bool secure;			/* AT_SECURE: it gained rights by set-uid or set-gid */
	u64 entry, stack;		/* where it starts */
};

/* load.c: read and check headers (errors for execve to return); map segments (errors that kill). */
int elf_image_read(struct elf_image *e, const struct elf_header *header);
void elf_image_free(struct elf_image *e);
int exec_read_interpreter(struct exec_image *x);
int exec_map_segments(struct exec_image *x);

/* stack.c: the address space's layout, and the initial stack with argv, envp and the auxiliary vector. */
int exec_create_mm(struct exec_image *x);
int exec_build_stack(struct exec_image *x);
u64 exec_random_pages(unsigned bits);		/* 0 … 2^bits - 1 pages, in bytes; 0 without ASLR */

#endif
