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

struct fs_context *fs_context_create(struct dentry *root)
{
	struct fs_context *c = kzalloc(sizeof(*c));

	if (!c)
		return NULL;
	atomic_set(&c->refs, 1);
	spin_init(&c->lock, "fs_context", RANK_FS);
	dentry_get(root);
	dentry_get(root);
	c->root = c->cwd = root;
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
	c->root = from->root;
	c->cwd = from->cwd;
	dentry_get(c->root);
	dentry_get(c->cwd);
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
	dentry_put(c->root);
	dentry_put(c->cwd);
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

	dentry_get(d);
	spin_lock(&c->lock);
	old = *which;
	*which = d;
	spin_unlock(&c->lock);
	dentry_put(old);
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
