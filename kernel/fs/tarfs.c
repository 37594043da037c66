/*
 * The root file system: the tree of names from the tar archive that the loader left in memory, built once at boot, on the
 * boot CPU, before any process. From then on it is a memory file system like others (memfs.c); only regular files still point into the
 * archive for their data.
 *
 *  - The later of two members with one path wins, whatever their types; a directory met again keeps its contents.
 *  - Directories that no member describes are made, 0755, root's.
 *  - A path goes through symbolic links of the archive as an extraction would, never above the root; ".." in a member's own
 *    path is refused.
 *  - A hard link may come before its target; links that never find one (or only each other) are left out.
 *  What is left out costs a line in the log. A corrupt archive, or too little memory for its names, ends the boot in words.
 */
#include "boot/boot.h"
#include "fs/file.h"
#include "fs/internal.h"
#include "fs/memfs.h"
#include "fs/tar.h"
#include "fs/xattr.h"
#include "lib/error.h"
#include "lib/log.h"
#include "lib/string.h"
#include "mm/slab.h"

#define TARFS_MAGIC 0x00746172	/* "tar" */
#define MAX_LINK_DEPTH 8	/* symbolic links inside the targets of others */
#define MAX_LINKS 40		/* symbolic links followed for one member: their targets could name each other many times */
#define MAX_ROUNDS 40		/* looks at the hard links whose target has not been met: each is as long as their number */
#define MAX_WARNINGS 20

/* A hard link whose target has not been met yet. */
struct pending_link {
	struct pending_link *next;
	struct tar_member member;
};

/* The state of the build; one CPU, no lock. */
struct build {
	struct filesystem *fs;
	struct pending_link *pending;	/* the latest first */
	unsigned followed;		/* symbolic links, for the member at hand */
	unsigned warnings;
	u64 left_out;
};

static struct filesystem tarfs = { .type = "tarfs", .magic = TARFS_MAGIC, .device = 1 };

static void __noreturn out_of_memory(void)
{
	boot_fail("the machine has too little memory for the names in the root archive");
}

static void leave_out(struct build *b, const struct tar_member *m, const char *why)
{
	b->left_out++;
	if (b->warnings++ < MAX_WARNINGS)
		log_warn("tarfs", "%.*s%s%.*s left out: %s (header at offset %llu)", (int)MIN(m->prefix.length, 512u),
			 m->prefix.length ? m->prefix.text : "", m->prefix.length ? "/" : "", (int)MIN(m->name.length, 512u),
			 m->name.text ? m->name.text : "", why, (unsigned long long)m->offset);
}

static struct inode *new_directory(struct build *b)
{
	struct inode *i = memfs_inode(b->fs, S_IFDIR | 0755, 0);

	if (IS_ERR(i))
		out_of_memory();
	return i;
}

/* Hash a new name; takes the inode's reference over. The dentry stays referenced by the tree alone. */
static struct dentry *add_name(struct dentry *dir, struct tar_string name, struct inode *inode)
{
	struct dentry *d = dentry_alloc(dir, name.text, name.length);

	if (!d)
		out_of_memory();
	atomic_inc(&inode->nlink);
	if (S_ISDIR(inode->mode)) {
		atomic_inc(&inode->nlink);
		atomic_inc(&dir->inode->nlink);
	}
	dentry_add(d, inode);
	dentry_put(d);
	return d;
}

/* Any child of the directory, or NULL; not referenced. */
struct first_child {
	struct dir_context context;
	char name[NAME_MAX + 1];
	size_t length;
};

static bool take_first(struct dir_context *c, const char *name, size_t length, u64 ino, unsigned type, u64 next_pos)
{
	struct first_child *first = container_of(c, struct first_child, context);

	if (first->length)
		return false;
	memcpy(first->name, name, length);
	first->length = length;
	return true;
}

static struct dentry *any_child(struct dentry *dir)
{
	struct first_child first = { .context = { .emit = take_first } };
	struct dir_cursor cursor = { 0 };
	struct dentry *d = NULL;

	dentry_list(dir, &first.context, &cursor);
	if (cursor.at)
		dentry_put(cursor.at);
	if (first.length) {
		d = dentry_find(dir, first.name, first.length);
		dentry_put(d);
	}
	return d;
}

static void remove_one(struct dentry *d)
{
	atomic_dec(&d->inode->nlink);
	if (S_ISDIR(d->inode->mode)) {
		atomic_dec(&d->inode->nlink);
		atomic_dec(&d->parent->inode->nlink);
	}
	dentry_remove(d);
}

/* Remove d and, when it is a directory, all that is below it, going down and up without recursion. */
static void remove_tree(struct dentry *top)
{
	struct dentry *d = top, *child;

	for (;;) {
		while ((child = any_child(d)))
			d = child;
		if (d == top)
			break;
		child = d;
		d = d->parent;
		remove_one(child);
	}
	remove_one(top);
}

/* The next component of a path, past slashes and "."; length 0 at the end. */
static struct tar_string next_component(const char **p, const char *end)
{
	struct tar_string c;

	for (;;) {
		while (*p < end && **p == '/')
			(*p)++;
		c.text = *p;
		while (*p < end && **p != '/')
			(*p)++;
		c.length = (size_t)(*p - c.text);
		if (c.length != 1 || c.text[0] != '.')
			return c;
	}
}

static bool is_dotdot(struct tar_string c)
{
	return c.length == 2 && c.text[0] == '.' && c.text[1] == '.';
}

/* A dentry that the tree holds, or NULL. */
static struct dentry *find(struct dentry *dir, struct tar_string name)
{
	struct dentry *d = dentry_find(dir, name.text, name.length);

	if (d)
		dentry_put(d);
	return d;
}

/* Where a symbolic link in `dir` leads, if that is a directory that exists; NULL otherwise. Not referenced. */
static struct dentry *link_directory(struct build *b, struct dentry *dir, const char *target, unsigned depth)
{
	const char *p = target, *end = target + strlen(target);
	struct dentry *d = *target == '/' ? b->fs->root : dir;

	if (depth > MAX_LINK_DEPTH || ++b->followed > MAX_LINKS)
		return NULL;
	for (;;) {
		struct tar_string c = next_component(&p, end);
		struct dentry *child;

		if (c.length == 0)
			return d;
		if (is_dotdot(c)) {
			d = d->parent;
			continue;
		}
		child = find(d, c);
		if (child && S_ISLNK(child->inode->mode))
			child = link_directory(b, d, child->inode->ops->link_target(child->inode), depth + 1);
		if (!child || !S_ISDIR(child->inode->mode))
			return NULL;
		d = child;
	}
}

/* Go down into a directory that a member's path names: made when it is missing or is something else. */
static struct dentry *enter_directory(struct build *b, struct dentry *dir, struct tar_string name)
{
	struct dentry *d = find(dir, name), *through;

	if (d && S_ISLNK(d->inode->mode)) {
		through = link_directory(b, dir, d->inode->ops->link_target(d->inode), 0);
		if (through)
			return through;
	}
	if (d && S_ISDIR(d->inode->mode))
		return d;
	if (d)
		remove_one(d);
	return add_name(dir, name, new_directory(b));
}

/* The reason why the string cannot be a path here, or NULL. */
static const char *path_refused(struct tar_string s)
{
	const char *p = s.text, *end = s.text + s.length;
	struct tar_string c;

	if (s.length && memchr(s.text, 0, s.length))
		return "its path holds a zero byte";
	while ((c = next_component(&p, end)).length) {
		if (is_dotdot(c))
			return "its path goes up by ..";
		if (c.length > NAME_MAX)
			return "a name in its path is longer than 255 bytes";
	}
	return NULL;
}

/* Walk one string; every component but the last is entered, the last is left in *last (length 0: there was none). */
static struct dentry *walk(struct build *b, struct dentry *dir, struct tar_string path, struct tar_string *last)
{
	const char *p = path.text, *end = path.text + path.length;
	struct tar_string c;

	while ((c = next_component(&p, end)).length) {
		if (last->length)
			dir = enter_directory(b, dir, *last);
		*last = c;
	}
	return dir;
}

/* The target of a hard link: an inode that the tree holds, or NULL. Makes no directories. */
static struct inode *link_target(struct build *b, struct tar_string path)
{
	const char *p = path.text, *end = path.text + path.length;
	struct dentry *d = b->fs->root;
	struct tar_string c;

	while ((c = next_component(&p, end)).length) {
		if (S_ISLNK(d->inode->mode))
			d = link_directory(b, d->parent, d->inode->ops->link_target(d->inode), 0);
		d = d ? find(d, c) : NULL;
		if (!d)
			return NULL;
	}
	return d->inode;
}

static u32 inode_type(enum tar_type type)
{
	static const u32 types[] = {
		[TAR_REGULAR] = S_IFREG, [TAR_SYMLINK] = S_IFLNK, [TAR_CHAR_DEVICE] = S_IFCHR,
		[TAR_BLOCK_DEVICE] = S_IFBLK, [TAR_DIRECTORY] = S_IFDIR, [TAR_FIFO] = S_IFIFO,
	};

	return types[type];
}

static void set_attributes(struct inode *i, const struct tar_member *m)
{
	struct tar_string name, value;
	u64 at = 0;

	if (!S_ISLNK(i->mode))
		i->mode = (i->mode & S_IFMT) | m->mode;
	i->uid = m->uid;
	i->gid = m->gid;
	i->atime = i->mtime = i->ctime = (u64)m->mtime;
	while (tar_next_xattr(m, &at, &name, &value))
		if (xattr_add(i, name.text, name.length, value.text, value.length))
			out_of_memory();
}

static struct inode *member_inode(struct build *b, const struct tar_member *m)
{
	struct inode *i;

	if (m->type == TAR_SYMLINK)
		i = memfs_symlink_inode(b->fs, m->link.text, m->link.length);
	else
		i = memfs_inode(b->fs, inode_type(m->type) | m->mode, MAKEDEV(m->major, m->minor));
	if (IS_ERR(i))
		out_of_memory();
	if (m->type == TAR_REGULAR && m->size)
		memfs_set_source(i, m->data, m->size);
	set_attributes(i, m);
	return i;
}

static void put_name(struct dentry *dir, struct tar_string name, struct inode *inode)
{
	struct dentry *old = find(dir, name);

	if (old)
		remove_tree(old);
	add_name(dir, name, inode);
}

static void defer_link(struct build *b, const struct tar_member *m)
{
	struct pending_link *p = kmalloc(sizeof(*p));

	if (!p)
		out_of_memory();
	p->member = *m;
	p->next = b->pending;
	b->pending = p;
}

/* True when the link was made, or never can be. */
static bool try_hard_link(struct build *b, const struct tar_member *m, struct dentry *dir, struct tar_string name)
{
	struct inode *target = link_target(b, m->link);
	struct dentry *old;

	if (!target)
		return false;
	if (S_ISDIR(target->mode)) {
		leave_out(b, m, "a hard link to a directory");
		return true;
	}
	old = find(dir, name);
	if (old && old->inode == target)
		return true;
	inode_get(target);
	put_name(dir, name, target);
	return true;
}

static void add_directory(struct build *b, const struct tar_member *m, struct dentry *dir, struct tar_string name)
{
	struct dentry *d = name.length ? find(dir, name) : b->fs->root;

	if (d && S_ISLNK(d->inode->mode))
		d = link_directory(b, dir, d->inode->ops->link_target(d->inode), 0);
	if (d && S_ISDIR(d->inode->mode))
		set_attributes(d->inode, m);
	else
		put_name(dir, name, member_inode(b, m));
}

static const char *member_refused(const struct tar_member *m)
{
	const char *why = m->prefix.length ? path_refused(m->prefix) : NULL;

	if (!why)
		why = path_refused(m->name);
	if (!why && m->type == TAR_HARD_LINK)
		why = path_refused(m->link);
	if (!why && m->type == TAR_SYMLINK && (m->link.length == 0 || m->link.length >= PATH_MAX))
		why = "a symbolic link without a target that fits";
	if (!why && m->type == TAR_SYMLINK && memchr(m->link.text, 0, m->link.length))
		why = "its target holds a zero byte";
	return why;
}

/* False when it is a hard link whose target is not there. */
static bool add_member(struct build *b, const struct tar_member *m)
{
	struct tar_string last = { 0 };
	struct dentry *dir = b->fs->root;

	b->followed = 0;
	if (m->prefix.length)
		dir = walk(b, dir, m->prefix, &last);
	dir = walk(b, dir, m->name, &last);
	if (m->type == TAR_HARD_LINK && last.length)
		return try_hard_link(b, m, dir, last);
	if (m->type == TAR_DIRECTORY)
		add_directory(b, m, dir, last);
	else if (last.length)
		put_name(dir, last, member_inode(b, m));
	else
		leave_out(b, m, "it names the root, which is a directory");
	return true;
}

/* Links to links may need several rounds, if not more than honest archives need; a round without progress is the last. */
static void resolve_pending(struct build *b)
{
	bool progress = true;

	for (unsigned round = 0; b->pending && progress && round < MAX_ROUNDS; round++) {
		struct pending_link *list = b->pending;

		progress = false;
		b->pending = NULL;
		while (list) {
			struct pending_link *p = list;

			list = p->next;
			if (add_member(b, &p->member)) {
				progress = true;
				kfree(p);
			} else {
				p->next = b->pending;
				b->pending = p;
			}
		}
	}
	while (b->pending) {
		struct pending_link *p = b->pending;

		b->pending = p->next;
		leave_out(b, &p->member, "a hard link whose target is not in the archive, or is the link itself");
		kfree(p);
	}
}

static void make_root(struct build *b)
{
	struct dentry *d;

	b->fs = &tarfs;
	d = dentry_alloc(NULL, "", 0);
	if (!d)
		out_of_memory();
	d->inode = new_directory(b);
	atomic_set(&d->inode->nlink, 2);
	tarfs.root = d;
}

static void check_end(const struct tar_reader *r, enum tar_result result)
{
	unsigned long long offset = r->error_offset;

	if (result == TAR_BAD)
		boot_fail("the root archive is corrupt at offset %llu: %s", offset, r->error);
	if (result == TAR_CUT && r->members == 0)
		boot_fail("the root archive is cut short at offset %llu: %s", offset, r->error);
	if (r->members == 0)
		boot_fail("the root archive is empty");
	if (result != TAR_END)
		log_warn("tarfs", "at offset %llu of the root archive: %s; what came before is mounted", offset, r->error);
}

struct filesystem *tarfs_mount_root(const u8 *archive, u64 size)
{
	struct build b = { 0 };
	struct tar_reader reader;
	struct tar_member m;
	enum tar_result result;
	const char *why;

	make_root(&b);
	tar_open(&reader, archive, size);
	while ((result = tar_next(&reader, &m)) == TAR_MEMBER) {
		why = member_refused(&m);
		if (why)
			leave_out(&b, &m, why);
		else if (!add_member(&b, &m))
			defer_link(&b, &m);
	}
	resolve_pending(&b);
	check_end(&reader, result);
	filesystem_mount(&tarfs, NULL, 0);
	log_info("tarfs", "%llu members, %llu KiB, %llu left out", (unsigned long long)reader.members,
		 (unsigned long long)size / 1024, (unsigned long long)b.left_out);
	return &tarfs;
}
