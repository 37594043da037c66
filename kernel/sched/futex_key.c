/*
 * What a futex is called: the object behind its address and the place there, so that every mapping of a page names the
 * same futex. Task context; the address space's mutex is taken for shared ones.
 */
#include "fs/file.h"
#include "lib/error.h"
#include "mm/aspace.h"
#include "sched/futex_internal.h"
#include "sched/task.h"

static struct area *area_at(struct mm *mm, u64 address) REQUIRES(mm->lock)
{
	struct tree_node *n = mm->areas.root;

	while (n) {
		struct area *a = tree_entry(n, struct area, node);

		if (address < a->start)
			n = n->left;
		else if (address >= a->end)
			n = n->right;
		else
			return a;
	}
	return NULL;
}

static int shared_key(u64 address, struct futex_key *key)
{
	struct mm *mm = current->mm;
	struct area *a;
	int r = 0;

	mutex_lock(&mm->lock);
	a = area_at(mm, address);
	if (!a || !(a->prot & (PROT_READ | PROT_WRITE))) {
		r = -EFAULT;
	} else if ((a->flags & AREA_SHARED) && a->file) {
		key->inode = a->file->inode;
		inode_get(key->inode);
		key->object = key->inode;
		key->offset = (a->page_offset << PAGE_SHIFT) + (address - a->start);
	}
	mutex_unlock(&mm->lock);
	return r;
}

int futex_key_of(uaddr word, bool private, struct futex_key *key)
{
	if (word.v % sizeof(u32) != 0)
		return -EINVAL;
	if (!user_range_ok(word, sizeof(u32)))
		return -EFAULT;
	*key = (struct futex_key){ .object = current->mm, .offset = word.v };
	return private ? 0 : shared_key(word.v, key);
}

void futex_key_put(const struct futex_key *key)
{
	if (key->inode)
		inode_put(key->inode);
}

u32 futex_key_hash(const struct futex_key *key)
{
	return (u32)((((u64)key->object >> 4 ^ key->offset >> 2) * 0x9e3779b97f4a7c15ull) >> 32);
}
