/*
 * The vDSO in every program: one nameless file in memory whose first page is the clock's data and whose others are the image
 * of kernel/vdso. Mapped by execve; AT_SYSINFO_EHDR tells the program where.
 */
#ifndef EXEC_VDSO_H
#define EXEC_VDSO_H

struct mm;

/* Boot, after fs_init and the clock. Without memory for it programs do without. */
void vdso_init(void);

/* Map it and set mm->vdso; 0, or -ENOMEM. The address space is not anybody's yet. */
int vdso_map(struct mm *mm);

#endif
