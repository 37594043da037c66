/*
 * Dentries: names in directories. Each directory hashes its children in a table that grows with their number and also
 * keeps them in order of creation for readdir. dentry->lock of the directory guards its table and its children's names;
 * it is held for the length of one chain, so lookups never sleep and never wait for a directory's mutex.
 *
 * A dentry's `parent` and `name` change in dentry_move and dentry_exchange only, which hold tree_lock and then the locks
 * of both parents and of the dentry itself. Hence the name is stable under the parent's lock, the parent under the
 * dentry's own, and a whole chain up to the root under tree_lock. tree_lock is the only place where several locks of
 * RANK_DENTRY are held, so their order among each other does not matter.
 *
 * Views (fs/mount.h) are dentries outside of this tree: their own parents, without children.
 *
 * Task context. Directory rules (permissions, link counts) are fs/dirops.c's.
 */
#include "fs/file.h"
#include "fs/inode.h"
#include "lib/assert.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"

#define FIRST_COOKIE 2		/* "." and ".." come before it */
#define TABLE_MIN 8
#define TABLE_MAX (1u << 19)	/* buckets: 4 MiB, what kmalloc gives */

/* Guarded by the directory's dentry->lock. */
struct dentry_table {
	u32 count;		/* children */
	u32 reserved;		/* keeps `order` aligned */
	u64 next_cookie;
	struct list order;	/* dentry->sibling */
	u32 mask;		/* buckets - 1 */
	struct dentry **buckets;
};

struct mutex rename_lock;

static struct spinlock tree_lock = SPINLOCK_INIT("tree", RANK_DENTRY);
static struct slab_cache *dentry_cache;
static struct slab_cache *table_cache;

void dentry_init(void)
{
	mutex_init(&rename_lock, "rename", RANK_RENAME);
	dentry_cache = slab_cache_create("dentry", sizeof(struct dentry), CACHE_LINE);
	table_cache = slab_cache_create("dentry_table", sizeof(struct dentry_table), 0);
	ASSERT(dentry_cache && table_cache);
}

static u32 hash_name(const char *name, size_t length)
{
	u32 h = 2166136261u;

	for (size_t i = 0; i < length; i++)
		h = (h ^ (u8)name[i]) * 16777619u;
	return h ^ h >> 15;
}

int dentry_reserve(struct dentry *dir)
{
	struct dentry_table *t;

	if (READ_ONCE(dir->children))
		return 0;
	t = slab_alloc(table_cache);
	if (!t)
		return -ENOMEM;
	*t = (struct dentry_table){ .mask = TABLE_MIN - 1, .next_cookie = FIRST_COOKIE };
	list_init(&t->order);
	t->buckets = kzalloc(TABLE_MIN * sizeof(*t->buckets));
	if (!t->buckets) {
		slab_free(table_cache, t);
		return -ENOMEM;
	}
	spin_lock(&dir->lock);
	if (!dir->children) {
		WRITE_ONCE(dir->children, t);
		t = NULL;
	}
	spin_unlock(&dir->lock);
	if (t) {
		kfree(t->buckets);
		slab_free(table_cache, t);
	}
	return 0;
}

/* Double the buckets when chains get long; without memory the chains just grow. */
static void table_grow(struct dentry_table *t)
{
	u32 size = t->mask + 1;
	struct dentry **grown;

	if (t->count <= size || size >= TABLE_MAX)
		return;
	grown = kzalloc(size * 2 * sizeof(*grown));
	if (!grown)
		return;
	for (u32 i = 0; i < size; i++) {
		struct dentry *d = t->buckets[i];

		while (d) {
			struct dentry *next = d->hash_next;
			struct dentry **slot = &grown[d->hash & (size * 2 - 1)];

			d->hash_next = *slot;
			*slot = d;
			d = next;
		}
	}
	kfree(t->buckets);
	t->buckets = grown;
	t->mask = size * 2 - 1;
}

static bool set_name(struct dentry *d, const char *name, size_t length)
{
	d->name = d->inline_name;
	if (length >= DENTRY_INLINE_NAME) {
		d->name = kmalloc(length + 1);
		if (!d->name)
			return false;
	}
	memcpy(d->name, name, length);
	d->name[length] = '\0';
	d->name_length = (u32)length;
	d->hash = hash_name(name, length);
	return true;
}

struct dentry *dentry_alloc(struct dentry *parent, const char *name, size_t length)
{
	struct dentry *d;

	if (parent && dentry_reserve(parent))
		return NULL;
	d = slab_zalloc(dentry_cache);
	if (!d)
		return NULL;
	if (!set_name(d, name, length)) {
		slab_free(dentry_cache, d);
		return NULL;
	}
	atomic_set(&d->refs, 1);
	spin_init(&d->lock, "dentry", RANK_DENTRY);
	list_init(&d->sibling);
	d->parent = parent ? parent : d;
	if (parent)
		dentry_get(parent);
	return d;
}

struct dentry *dentry_alloc_view(struct mount *mount, struct dentry *origin)
{
	struct dentry *d = dentry_alloc(NULL, "", 0);

	if (!d)
		return NULL;
	inode_get(origin->inode);
	dentry_get(origin);
	d->inode = origin->inode;
	d->origin = origin;
	d->mount = mount;
	return d;
}

static void dentry_free(struct dentry *d)
{
	ASSERT(!d->hashed);
	if (d->origin) {
		view_forget(d);
		dentry_put(d->origin);
	}
	if (d->children) {
		ASSERT(d->children->count == 0);
		kfree(d->children->buckets);
		slab_free(table_cache, d->children);
	}
	if (d->inode)
		inode_put(d->inode);
	if (d->name != d->inline_name)
		kfree(d->name);
	slab_free(dentry_cache, d);
}

/* Climbs instead of recursing: the last reference of a deep unlinked chain frees all of it. */
void dentry_put(struct dentry *d)
{
	while (atomic_dec_and_test(&d->refs)) {
		struct dentry *parent = d->parent;
		bool is_root = parent == d;

		dentry_free(d);
		if (is_root)
			return;
		d = parent;
	}
}

static void table_insert(struct dentry *dir, struct dentry *d) REQUIRES(dir->lock)
{
	struct dentry_table *t = dir->children;
	struct dentry **slot;

	table_grow(t);
	slot = &t->buckets[d->hash & t->mask];
	d->hash_next = *slot;
	*slot = d;
	d->cookie = t->next_cookie++;
	list_add_tail(&t->order, &d->sibling);
	t->count++;
	d->hashed = true;
}

static void table_remove(struct dentry *dir, struct dentry *d) REQUIRES(dir->lock)
{
	struct dentry_table *t = dir->children;
	struct dentry **slot = &t->buckets[d->hash & t->mask];

	ASSERT(d->hashed);
	while (*slot != d)
		slot = &(*slot)->hash_next;
	*slot = d->hash_next;
	d->hash_next = NULL;
	list_del(&d->sibling);
	t->count--;
	d->hashed = false;
}

void dentry_add(struct dentry *d, struct inode *inode)
{
	struct dentry *dir = d->parent;

	ASSERT(!d->hashed && !d->inode);
	d->inode = inode;
	dentry_get(d);
	spin_lock(&dir->lock);
	table_insert(dir, d);
	spin_unlock(&dir->lock);
}

void dentry_remove(struct dentry *d)
{
	struct dentry *dir = d->parent;

	spin_lock(&dir->lock);
	table_remove(dir, d);
	d->deleted = true;
	spin_unlock(&dir->lock);
	dentry_put(d);
}

/* Most names are shorter than what a call would cost. */
static inline bool same_name(const char *a, const char *b, size_t length)
{
	while (length > 0 && *a == *b) {
		a++;
		b++;
		length--;
	}
	return length == 0;
}

struct dentry *dentry_find(struct dentry *dir, const char *name, size_t length)
{
	u32 hash = hash_name(name, length);
	struct dentry *d = NULL;

	spin_lock(&dir->lock);
	if (dir->children) {
		d = dir->children->buckets[hash & dir->children->mask];
		while (d && (d->hash != hash || d->name_length != length || !same_name(d->name, name, length)))
			d = d->hash_next;
		if (d)
			dentry_get(d);
	}
	spin_unlock(&dir->lock);
	return d;
}

struct dentry *dentry_first(struct dentry *dir)
{
	struct dentry *d = NULL;

	spin_lock(&dir->lock);
	if (dir->children && dir->children->count) {
		d = list_first(&dir->children->order, struct dentry, sibling);
		dentry_get(d);
	}
	spin_unlock(&dir->lock);
	return d;
}

struct dentry *dentry_parent(struct dentry *d)
{
	struct dentry *parent;

	spin_lock(&d->lock);
	parent = d->parent;
	dentry_get(parent);
	spin_unlock(&d->lock);
	return parent;
}

bool dentry_empty(struct dentry *dir)
{
	bool empty;

	spin_lock(&dir->lock);
	empty = !dir->children || dir->children->count == 0;
	spin_unlock(&dir->lock);
	return empty;
}

bool dentry_is_below(struct dentry *d, struct dentry *ancestor)
{
	bool below = false;

	spin_lock(&tree_lock);
	while (!(below = d == ancestor) && d->parent != d)
		d = d->parent;
	spin_unlock(&tree_lock);
	return below;
}

/* tree_lock, both parents' locks and each moved dentry's own: see the head of this file. */
static void lock_move(struct dentry *a, struct dentry *b, struct dentry *c, struct dentry *d) NO_LOCK_ANALYSIS
{
	struct dentry *all[] = { a, b, c, d };

	spin_lock(&tree_lock);
	for (unsigned i = 0; i < ARRAY_SIZE(all); i++) {
		bool repeated = !all[i];

		for (unsigned j = 0; j < i; j++)
			repeated |= all[j] == all[i];
		if (!repeated)
			spin_lock(&all[i]->lock);
	}
}

static void unlock_move(struct dentry *a, struct dentry *b, struct dentry *c, struct dentry *d) NO_LOCK_ANALYSIS
{
	struct dentry *all[] = { a, b, c, d };

	for (unsigned i = ARRAY_SIZE(all); i-- > 0;) {
		bool repeated = !all[i];

		for (unsigned j = 0; j < i; j++)
			repeated |= all[j] == all[i];
		if (!repeated)
			spin_unlock(&all[i]->lock);
	}
	spin_unlock(&tree_lock);
}

/* The dentry's own string, or the inline space, now holds `name`; a string that it gives up comes back to be freed. */
static char *rename_in_place(struct dentry *d, const char *name, size_t length, char *spare)
{
	char *old = d->name == d->inline_name ? NULL : d->name;

	d->name = spare ? spare : d->inline_name;
	memcpy(d->name, name, length);
	d->name[length] = '\0';
	d->name_length = (u32)length;
	d->hash = hash_name(name, length);
	return old;
}

void dentry_move(struct dentry *d, struct dentry *target_parent, const char *name, size_t length, char *spare,
		 struct dentry *replaced) NO_LOCK_ANALYSIS
{
	struct dentry *old_parent = d->parent;
	char *old_name;

	ASSERT(spare || length < DENTRY_INLINE_NAME);
	dentry_get(target_parent);
	lock_move(old_parent, target_parent, d, NULL);
	if (replaced) {
		table_remove(target_parent, replaced);
		replaced->deleted = true;
	}
	table_remove(old_parent, d);
	old_name = rename_in_place(d, name, length, spare);
	d->parent = target_parent;
	table_insert(target_parent, d);
	unlock_move(old_parent, target_parent, d, NULL);

	kfree(old_name);
	dentry_put(old_parent);
	if (replaced)
		dentry_put(replaced);
}

static void swap_names(struct dentry *a, struct dentry *b)
{
	char inline_a[DENTRY_INLINE_NAME];
	bool a_inline = a->name == a->inline_name, b_inline = b->name == b->inline_name;
	char *name_a = a->name, *name_b = b->name;
	u32 length = a->name_length, hash = a->hash;

	memcpy(inline_a, a->inline_name, sizeof(inline_a));
	memcpy(a->inline_name, b->inline_name, sizeof(inline_a));
	memcpy(b->inline_name, inline_a, sizeof(inline_a));
	a->name = b_inline ? a->inline_name : name_b;
	b->name = a_inline ? b->inline_name : name_a;
	a->name_length = b->name_length;
	a->hash = b->hash;
	b->name_length = length;
	b->hash = hash;
}

void dentry_exchange(struct dentry *a, struct dentry *b) NO_LOCK_ANALYSIS
{
	struct dentry *parent_a = a->parent, *parent_b = b->parent;

	lock_move(parent_a, parent_b, a, b);
	table_remove(parent_a, a);
	table_remove(parent_b, b);
	swap_names(a, b);
	a->parent = parent_b;
	b->parent = parent_a;
	table_insert(parent_b, a);
	table_insert(parent_a, b);
	unlock_move(parent_a, parent_b, a, b);
}

/* The first child at or after the position; the cursor of the last call saves the walk. */
static struct dentry *list_start(struct dentry *dir, u64 pos, struct dentry *cursor) REQUIRES(dir->lock)
{
	struct dentry *d;

	if (cursor && cursor->hashed && cursor->parent == dir && cursor->cookie == pos)
		return cursor;
	list_for_each(d, &dir->children->order, sibling)
		if (d->cookie >= pos)
			return d;
	return NULL;
}

void dentry_list(struct dentry *dir, struct dir_context *c, struct dir_cursor *cursor)
{
	struct dentry *d, *stale = cursor->at;

	cursor->at = NULL;
	spin_lock(&dir->lock);
	if (dir->children && (c->pos <= FIRST_COOKIE || cursor->end == 0))
		cursor->end = dir->children->next_cookie;
	d = dir->children ? list_start(dir, c->pos, stale) : NULL;
	while (d && d->cookie < cursor->end) {
		struct dentry *next = d->sibling.next == &dir->children->order ? NULL : list_next(d, sibling);

		if (!c->emit(c, d->name, d->name_length, d->inode->ino, d->inode->mode >> 12 & 15, d->cookie + 1)) {
			dentry_get(d);
			cursor->at = d;
			c->pos = d->cookie;
			break;
		}
		c->pos = next ? next->cookie : d->cookie + 1;
		d = next;
	}
	spin_unlock(&dir->lock);
	if (stale)
		dentry_put(stale);
}

/* Put `length` bytes before `p`; NULL when there is no room left. */
static char *prepend(char *p, const char *buf, const char *text, size_t length)
{
	if ((size_t)(p - buf) < length)
		return NULL;
	p -= length;
	memcpy(p, text, length);
	return p;
}

/* A place in the tree of mounts: a file system's own dentry and the mount that it is looked at in; views need not exist. */
struct place {
	const struct mount *mount;
	struct dentry *at;
};

static struct place place_of(struct dentry *d)
{
	return (struct place){ dentry_mount(d), dentry_real(d) };
}

/* From the root of a mount to what it covers; false when it is no root, or hangs nowhere (any more). */
static bool leave_mount(struct place *p) REQUIRES(mount_lock)
{
	if (!p->mount->root || p->at != dentry_real(p->mount->root) || !p->mount->point)
		return false;
	*p = place_of(p->mount->point);
	return true;
}

bool dentry_reaches(struct dentry *d, struct dentry *root)
{
	struct place p = place_of(d), end = place_of(root);
	bool same;

	spin_lock(&mount_lock);
	spin_lock(&tree_lock);
	while (!(same = p.at == end.at && p.mount == end.mount)) {
		if (leave_mount(&p))
			continue;
		if (p.at->parent == p.at)
			break;
		p.at = p.at->parent;
	}
	spin_unlock(&tree_lock);
	spin_unlock(&mount_lock);
	return same;
}

/* From d to `root`, over mounts. Ends at the top of what is not mounted anywhere. */
static char *climb(struct dentry *from, struct dentry *root, char *p, const char *buf) REQUIRES(mount_lock) REQUIRES(tree_lock)
{
	struct place at = place_of(from), end = place_of(root);

	while (p && !(at.at == end.at && at.mount == end.mount)) {
		struct dentry *d = at.at;

		if (leave_mount(&at))
			continue;
		if (d->parent == d && !d->deleted)
			break;
		p = prepend(p, buf, d->name, d->name_length);
		if (p)
			p = prepend(p, buf, "/", 1);
		if (d->parent == d)
			break;
		at.at = d->parent;
	}
	return p;
}

char *dentry_path(struct dentry *d, struct dentry *root, char *buf, size_t size)
{
	static const char suffix[] = " (deleted)";
	char *end = buf + size, *start, *p;

	if (size < sizeof(suffix) + 1)
		return ERR_PTR(-ENAMETOOLONG);
	start = end - 1;
	*start = '\0';
	spin_lock(&mount_lock);
	spin_lock(&tree_lock);
	if (dentry_deleted(d))
		start = prepend(start, buf, suffix, sizeof(suffix) - 1);
	if (d->parent == d && d->name_length)	/* memory with a name, but without a place: "/memfd:…" */
		p = prepend(start, buf, d->name, d->name_length);
	else
		p = climb(d, root, start, buf);
	spin_unlock(&tree_lock);
	spin_unlock(&mount_lock);
	if (p == start)
		p = prepend(p, buf, "/", 1);
	return p ? p : ERR_PTR(-ENAMETOOLONG);
}
