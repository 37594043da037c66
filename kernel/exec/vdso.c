/* The vDSO's file: filled once at boot, mapped by each execve. The clock writes its first page (sched/clock.c). */
#include "exec/vdso.h"

#include "abi/vdso_data.h"
#include "arch/arch.h"
#include "fs/file.h"
#include "lib/error.h"
#include "lib/log.h"
#include "lib/string.h"
#include "mm/aspace.h"
#include "sched/clock.h"

_Static_assert(sizeof(struct vdso_data) <= PAGE_SIZE, "one page");

extern const u8 vdso_image_start[], vdso_image_end[];

static struct file *vdso_file;		/* [I after boot] NULL: programs do without */

static u64 image_size(void)
{
	return ALIGN_UP((u64)(vdso_image_end - vdso_image_start), PAGE_SIZE);
}

/* Page `index` of the file; the file keeps it. NULL when memory is out. */
static void *page_of(struct file *f, u64 index)
{
	struct page *p = f->inode->ops->get_page(f->inode, index, true);

	if (IS_ERR(p))
		return NULL;
	page_put(p);
	return page_to_virt(p);
}

static bool fill(struct file *f)
{
	u64 size = (u64)(vdso_image_end - vdso_image_start);

	for (u64 done = 0; done < size; done += PAGE_SIZE) {
		void *to = page_of(f, 1 + done / PAGE_SIZE);

		if (!to)
			return false;
		memcpy(to, vdso_image_start + done, MIN(size - done, PAGE_SIZE));
	}
	return page_of(f, 0) != NULL;
}

void vdso_init(void)
{
	struct file *f = shmem_file_create("vdso", PAGE_SIZE + image_size());

	if (IS_ERR(f) || !fill(f)) {
		log_warn("vdso", "no memory for it");
		if (!IS_ERR(f))
			file_put(f);
		return;
	}
	((struct vdso_data *)page_of(f, 0))->cpu_by_rdtscp = arch_cpu_id_in_ring3();
	clock_publish(page_of(f, 0));
	f->flags = (f->flags & ~(u32)O_ACCMODE) | O_RDONLY;	/* no mapping of it may become writable and shared */
	vdso_file = f;
}

/* The data page shared and read-only, the image right above it: a program may write to its own copy of that, as on Linux. */
int vdso_map(struct mm *mm)
{
	i64 data, image;

	if (!vdso_file)
		return 0;
	data = mm_map(mm, 0, PAGE_SIZE + image_size(), PROT_READ, MAP_SHARED, vdso_file, 0, "[vvar]");
	if (data < 0)
		return (int)data;
	image = mm_map(mm, (u64)data + PAGE_SIZE, image_size(), PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED, vdso_file, 1, "[vdso]");
	if (image < 0)
		return (int)image;
	mm->vdso = (u64)image;
	return 0;
}
