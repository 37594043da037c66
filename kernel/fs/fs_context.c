/*
 * Where a process's paths start: root and working directory, and its umask. Shared by CLONE_FS tasks, copied by fork;
 * the context's lock guards the two pointers. Also the cache of path buffers. Task context.
 */
#include "fs/file.h"
#include "fs/internal.h"
#include "lib/assert.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "mm/usercopy.h"
#include "sched/task.h"

static struct slab_cache *path_cache;

void fs_context_init(void)
{
	path_cache = slab_cache_create("path", PATH_MAX, 0);
	ASSERT(path_cache);
}

/* Roots and working directories keep their mounts in use. */
static struct dentry *hold(struct dentry *d)
{
	mount_hold(dentry_mount(d));
	dentry_get(d);
	return d;
}

static void drop(struct dentry *d)
{
	mount_release(dentry_mount(d));
	dentry_put(d);
}

struct fs_context *fs_context_create(struct dentry *root)
{
	struct fs_context *c = kzalloc(sizeof(*c));

	if (!c)
		return NULL;
	atomic_set(&c->refs, 1);
	spin_init(&c->lock, "fs_context", RANK_FS);
	c->root = hold(root);
	c->cwd = hold(root);
	c->umask = 022;
	return c;
}

struct fs_context *fs_context_clone(struct fs_context *from)
{
	struct fs_context *c = kzalloc(sizeof(*c));

	if (!c)
		return NULL;
	atomic_set(&c->refs, 1);
	spin_init(&c->lock, "fs_context", RANK_FS);
	spin_lock(&from->lock);
	c->root = hold(from->root);
	c->cwd = hold(from->cwd);
	spin_unlock(&from->lock);
	c->umask = from->umask;
	return c;
}

void fs_context_get(struct fs_context *c)
{
	atomic_inc(&c->refs);
}

void fs_context_put(struct fs_context *c)
{
	if (!atomic_dec_and_test(&c->refs))
		return;
	drop(c->root);
	drop(c->cwd);
	kfree(c);
}

static struct dentry *get_locked(struct fs_context *c, struct dentry **which)
{
	struct dentry *d;

	spin_lock(&c->lock);
	d = *which;
	dentry_get(d);
	spin_unlock(&c->lock);
	return d;
}

static void set_locked(struct fs_context *c, struct dentry **which, struct dentry *d)
{
	struct dentry *old;

	hold(d);
	spin_lock(&c->lock);
	old = *which;
	*which = d;
	spin_unlock(&c->lock);
	drop(old);
}

struct dentry *fs_root(void) { return get_locked(current->fs, &current->fs->root); }
struct dentry *fs_cwd(void) { return get_locked(current->fs, &current->fs->cwd); }
void fs_set_root(struct dentry *d) { set_locked(current->fs, &current->fs->root, d); }
void fs_set_cwd(struct dentry *d) { set_locked(current->fs, &current->fs->cwd, d); }

char *path_buffer_get(void)
{
	return slab_alloc(path_cache);
}

void path_buffer_put(char *buffer)
{
	slab_free(path_cache, buffer);
}

char *path_from_user(uaddr path)
{
	char *buffer = path_buffer_get();
	ssize_t n;

	if (!buffer)
		return ERR_PTR(-ENOMEM);
	n = copy_string_from_user(buffer, path, PATH_MAX);
	if (n >= 0)
		return buffer;
	path_buffer_put(buffer);
	return ERR_PTR(n);
}
