/*
 * memfd and seals. inode->lock guards the seals: writes, truncation and shared writable mappings of a file look at them under
 * that lock, so that a seal that is set holds from then on. Only files of memfd_create can get seals; other files in memory are
 * sealed against that, as tmpfs's are. Task context.
 */
#include "fs/memfd.h"

#include "fs/file.h"
#include "fs/memfs.h"
#include "lib/error.h"
#include "lib/printf.h"

#define MEMFD_INODE (1ull << 32)	/* in inode->extra, above the seals */
#define ALL_SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)

struct file *memfd_create(const char *name, bool allow_sealing)
{
	char full[NAME_MAX + 16];
	struct file *f;

	snprintf(full, sizeof(full), "/memfd:%s", name);
	f = shmem_file_create(full, 0);
	if (IS_ERR(f))
		return f;
	f->flags |= O_LARGEFILE;
	f->inode->extra = MEMFD_INODE | (allow_sealing ? 0 : F_SEAL_SEAL);
	return f;
}

bool memfd_write_sealed(const struct file *f)
{
	return inode_is_memfile(f->inode) && inode_sealed(f->inode, F_SEAL_WRITE | F_SEAL_FUTURE_WRITE);
}

long memfd_get_seals(const struct file *f)
{
	if (!inode_is_memfile(f->inode))
		return -EINVAL;
	return f->inode->extra & MEMFD_INODE ? (long)(f->inode->extra & ALL_SEALS) : (long)F_SEAL_SEAL;
}

/* Does a shared mapping exist that may write? */
static bool is_mapped_writable(struct inode *i)
{
	struct area *a;
	bool found = false;

	spin_lock(&i->mapping.lock);
	list_for_each(a, &i->mapping.areas, mapping_link)
		found |= (a->flags & AREA_SHARED) && (a->flags & AREA_MAYWRITE);
	spin_unlock(&i->mapping.lock);
	return found;
}

long memfd_add_seals(struct file *f, unsigned seals)
{
	struct inode *i = f->inode;
	long result = 0;

	if (!file_writable(f))
		return -EPERM;
	if ((seals & ~ALL_SEALS) || !inode_is_memfile(i))
		return -EINVAL;
	mutex_lock(&i->lock);
	if (memfd_get_seals(f) & F_SEAL_SEAL)
		result = -EPERM;
	else if ((seals & F_SEAL_WRITE) && !inode_sealed(i, F_SEAL_WRITE) && is_mapped_writable(i))
		result = -EBUSY;
	else
		i->extra |= seals;
	mutex_unlock(&i->lock);
	return result;
}
