/*
 * The path walk. The walk goes through one string after the other: the caller's path, then the target of each symbolic link
 * that it meets, with the rest of the string that it left on a stack. The stack is allocated when the first link is met, so
 * paths without links cost nothing. Links whose targets are being read are kept referenced until the walk ends.
 *
 * At no time is a lock held between two steps: a directory that is renamed or removed meanwhile is still a directory.
 */
#include "fs/path.h"

#include "fs/internal.h"
#include "lib/assert.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "sched/process.h"
#include "sched/task.h"

#define MAX_LINKS 40

/* One walk's, no lock. */
struct path_links {
	unsigned followed;		/* links so far, magic ones included */
	unsigned depth;			/* strings left unfinished */
	unsigned held;
	const char *rest[MAX_LINKS];	/* of the unfinished strings; never empty */
	struct dentry *link[MAX_LINKS];	/* referenced: their targets are being read */
	char *buffer[MAX_LINKS];	/* path buffer of the target, or NULL when the link keeps its own */
};

static struct slab_cache *links_cache;

void path_init(void)
{
	links_cache = slab_cache_create("path_links", sizeof(struct path_links), 0);
	ASSERT(links_cache);
}

static inline int may_search(struct dentry *dir, const struct cred *cred)
{
	const struct inode *i = dir->inode;

	if (likely((i->mode & 0111) == 0111 && !i->ops->permission))	/* whoever it is */
		return 0;
	return inode_permission(dir->inode, cred, MAY_EXEC);
}

/* A name that is not among the directory's dentries: made on demand, or missing. */
static struct dentry *find_on_demand(struct dentry *dir, const char *name, size_t length)
{
	if (dir->inode->ops->lookup)
		return dir->inode->ops->lookup(dir, name, length);
	return ERR_PTR(-ENOENT);
}

/* In a directory of the file system's own, whatever is mounted on the name. */
static struct dentry *find_real_child(struct dentry *dir, const char *name, size_t length)
{
	struct dentry *d;

	if (length > NAME_MAX)
		return ERR_PTR(-ENAMETOOLONG);
	d = dentry_find(dir, name, length);
	return d ? d : find_on_demand(dir, name, length);
}

static struct dentry *find_in_view(struct dentry *dir, const char *name, size_t length)
{
	struct dentry *d = view_of(dir, find_real_child(dir->origin, name, length));

	return IS_ERR(d) ? d : mount_cross(d);
}

/* As path_child, search permission checked by the caller. What is made on demand is new, so nothing is mounted on it. */
static struct dentry *find_child(struct dentry *dir, const char *name, size_t length)
{
	struct dentry *d;

	if (unlikely(dir->origin))
		return find_in_view(dir, name, length);
	if (length > NAME_MAX)
		return ERR_PTR(-ENAMETOOLONG);
	d = dentry_find(dir, name, length);
	return likely(d) ? mount_cross(d) : find_on_demand(dir, name, length);
}

struct dentry *path_child(struct dentry *dir, const char *name, size_t length)
{
	int error;

	if (!S_ISDIR(dir->inode->mode))
		return ERR_PTR(-ENOTDIR);
	error = may_search(dir, current->cred);
	return error ? ERR_PTR(error) : find_child(dir, name, length);
}

struct dentry *path_covered_child(struct dentry *dir, const char *name, size_t length)
{
	int error = may_search(dir, current->cred);

	return error ? ERR_PTR(error) : find_real_child(dir, name, length);
}

int path_end_to_change(struct path_end *end)
{
	struct dentry *dir = end->dir;

	if (mount_readonly(dentry_mount(dir)))
		return -EROFS;
	if (dir->origin) {
		end->dir = dir->origin;
		dentry_get(end->dir);
		dentry_put(dir);
	}
	return 0;
}

static struct dentry *walk_root(struct path_end *e)
{
	if (!e->start_root)
		e->start_root = fs_root();
	return e->start_root;
}

static void set_dir(struct path_end *e, struct dentry *d)
{
	dentry_put(e->dir);
	e->dir = d;
}

/* Is d the walk's root or below it? A rename may have moved it out. */
static bool is_within(struct path_end *e, struct dentry *d)
{
	bool within = d == e->start_root;

	dentry_get(d);
	while (!within) {
		struct dentry *above = mount_above(d);

		if (IS_ERR(above))
			break;
		within = above == e->start_root;
		if (above == d) {
			dentry_put(above);
			break;
		}
		dentry_put(d);
		d = above;
	}
	dentry_put(d);
	return within;
}

/* May the walk go from `from` to d (its reference is taken over)? d, or ERR_PTR. */
static struct dentry *check_step(struct path_end *e, struct dentry *from, struct dentry *d, bool up)
{
	int error = 0;

	if (IS_ERR(d) || likely(!e->resolve))
		return d;
	if ((e->resolve & RESOLVE_NO_XDEV) && dentry_mount(d) != dentry_mount(from))
		error = -EXDEV;
	else if (up && (e->resolve & RESOLVE_SCOPED) && !is_within(e, d))
		error = -EAGAIN;
	if (!error)
		return d;
	dentry_put(d);
	return ERR_PTR(error);
}

/* "..": the root of the task is its own parent; from a mounted root it goes on below the mount. Referenced. */
static struct dentry *step_up(struct path_end *e)
{
	struct dentry *d = e->dir;

	if (d == walk_root(e)) {
		if (e->resolve & RESOLVE_BENEATH)
			return ERR_PTR(-EXDEV);
		dentry_get(d);
		return d;
	}
	return check_step(e, d, mount_above(d), true);
}

static struct dentry *step_down(struct path_end *e)
{
	return check_step(e, e->dir, find_child(e->dir, e->name, e->length), false);
}

/* Continue at the root: a link's target or the path itself begins with a slash. */
static int jump_to_root(struct path_end *e)
{
	struct dentry *root = walk_root(e);

	if (e->resolve & RESOLVE_BENEATH)
		return -EXDEV;
	if ((e->resolve & RESOLVE_NO_XDEV) && dentry_mount(root) != dentry_mount(e->dir))
		return -EXDEV;
	dentry_get(root);
	set_dir(e, root);
	return 0;
}

/* Go to the object of a magic link, whose reference is taken over. */
static int jump_to_object(struct path_end *e, struct dentry *link)
{
	struct dentry *object;
	int error = 0;

	if (e->resolve & RESOLVE_NO_MAGICLINKS)
		error = -ELOOP;
	else if (e->resolve & RESOLVE_SCOPED)
		error = -EXDEV;
	object = error ? ERR_PTR(error) : check_step(e, e->dir, link->inode->ops->follow(link), false);
	dentry_put(link);
	if (IS_ERR(object))
		return (int)PTR_ERR(object);
	set_dir(e, object);
	return 0;
}

static int links_prepare(struct path_end *e)
{
	if (!e->links) {
		e->links = slab_alloc(links_cache);
		if (!e->links)
			return -ENOMEM;
		e->links->followed = e->links->depth = e->links->held = 0;
	}
	return ++e->links->followed > MAX_LINKS ? -ELOOP : 0;
}

/* The target's text; the link stays referenced as long as the walk. Takes the reference of `link` over. */
static const char *hold_link(struct path_links *l, struct dentry *link)
{
	const struct inode_ops *ops = link->inode->ops;
	char *buffer;
	ssize_t n;

	l->link[l->held] = link;
	l->buffer[l->held] = NULL;
	l->held++;
	dentry_accessed(link);
	if (ops->link_target)
		return ops->link_target(link->inode);
	if (!ops->readlink)
		return ERR_PTR(-EINVAL);
	buffer = path_buffer_get();
	if (!buffer)
		return ERR_PTR(-ENOMEM);
	l->buffer[l->held - 1] = buffer;
	n = ops->readlink(link, buffer, PATH_MAX - 1);
	if (n < 0)
		return ERR_PTR(n);
	buffer[n] = '\0';
	return buffer;
}

/*
 * Continue in the target of `link` (its reference is taken over), and come back to `rest` when it is not empty. On success
 * *next is the string to go on with: after a magic link that is `rest` itself, e->dir being the object.
 */
static int enter_link(struct path_end *e, struct dentry *link, const char *rest, const char **next)
{
	int error = links_prepare(e);
	const char *target;

	if (!error && ((dentry_mount(link)->flags & MS_NOSYMFOLLOW) || (e->resolve & RESOLVE_NO_SYMLINKS)))
		error = -ELOOP;
	if (error) {
		dentry_put(link);
		return error;
	}
	if (link->inode->ops->follow) {
		*next = rest;
		return jump_to_object(e, link);
	}
	target = hold_link(e->links, link);
	if (IS_ERR(target))
		return (int)PTR_ERR(target);
	if (*target == '\0')
		return -ENOENT;
	if (*rest)
		e->links->rest[e->links->depth++] = rest;
	*next = target;
	return *target == '/' ? jump_to_root(e) : 0;
}

static enum path_last kind_of(const char *name, size_t length)
{
	if (name[0] != '.' || length > 2)
		return LAST_NAME;
	if (length == 1)
		return LAST_DOT;
	return name[1] == '.' ? LAST_DOTDOT : LAST_NAME;
}

/* Go down (or up) by one component that is not the last; *next is where the string goes on. */
static int descend(struct path_end *e, const char *rest, const char **next)
{
	struct dentry *d;

	*next = rest;
	if (e->kind == LAST_DOT)
		return 0;
	d = e->kind == LAST_DOTDOT ? step_up(e) : step_down(e);
	if (IS_ERR(d))
		return (int)PTR_ERR(d);
	if (S_ISLNK(d->inode->mode)) {
		int error = enter_link(e, d, rest, next);

		if (error || *next != rest)
			return error;
	} else {
		set_dir(e, d);
	}
	return S_ISDIR(e->dir->inode->mode) ? 0 : -ENOTDIR;
}

/* Walk `p` from e->dir until its last component is in e->kind, name, length. */
static int walk_string(struct path_end *e, const char *p)
{
	for (;;) {
		const char *rest;
		int error;

		while (*p == '/')
			p++;
		if (*p == '\0') {
			if (e->links && e->links->depth) {
				p = e->links->rest[--e->links->depth];
				continue;
			}
			e->kind = LAST_ROOT;
			return 0;
		}
		error = may_search(e->dir, e->cred);
		if (error)
			return error;
		for (rest = p; *rest && *rest != '/'; rest++)
			;
		e->name = p;
		e->length = (size_t)(rest - p);
		e->kind = kind_of(p, e->length);
		p = rest;
		while (*rest == '/')
			rest++;
		if (*rest == '\0' && !(e->links && e->links->depth)) {
			e->trailing_slash |= *p == '/';
			return 0;
		}
		error = descend(e, rest, &p);
		if (error)
			return error;
	}
}

/* The directory that a relative path starts from, referenced. */
static struct dentry *start_dir(int dirfd)
{
	struct dentry *d;
	struct file *f;

	if (dirfd == AT_FDCWD)
		return fs_cwd();
	f = fd_get_any(dirfd);
	if (!f)
		return ERR_PTR(-EBADF);
	d = f->dentry;
	if (d && S_ISDIR(f->inode->mode))
		dentry_get(d);
	else
		d = ERR_PTR(-ENOTDIR);
	file_put(f);
	return d;
}

static int walk_parent_as(struct path_end *end, int dirfd, const char *path, const struct cred *cred, unsigned resolve)
{
	int error;

	*end = (struct path_end){ .kind = LAST_ROOT, .cred = cred, .resolve = resolve };
	if (*path == '\0')
		return -ENOENT;
	if (*path == '/' && (resolve & RESOLVE_BENEATH))
		return -EXDEV;
	if (resolve & RESOLVE_SCOPED) {
		end->dir = start_dir(dirfd);
		if (IS_ERR(end->dir))
			return (int)PTR_ERR(end->dir);
		end->start_root = end->dir;
		dentry_get(end->start_root);
	} else if (*path == '/') {
		end->dir = walk_root(end);
		dentry_get(end->dir);
	} else {
		end->dir = start_dir(dirfd);
		if (IS_ERR(end->dir))
			return (int)PTR_ERR(end->dir);
	}
	error = walk_string(end, path);
	if (error)
		path_end_put(end);
	return error;
}

int path_walk_parent(struct path_end *end, int dirfd, const char *path)
{
	return walk_parent_as(end, dirfd, path, current->cred, 0);
}

int path_walk_parent_within(struct path_end *end, int dirfd, const char *path, unsigned resolve)
{
	return walk_parent_as(end, dirfd, path, current->cred, resolve);
}

static struct dentry *last_component(struct path_end *e)
{
	if (e->kind == LAST_NAME)
		return step_down(e);
	if (e->kind == LAST_DOTDOT)
		return step_up(e);
	dentry_get(e->dir);
	return e->dir;
}

static struct dentry *walk_end(struct path_end *e, bool follow, bool may_be_missing)
{
	for (;;) {
		struct dentry *d = last_component(e);
		const char *next;
		int error;

		if (d == ERR_PTR(-ENOENT) && may_be_missing && e->kind == LAST_NAME)
			return NULL;
		/* A magic link led to the object itself, which may be a link that was opened as such (O_PATH, O_NOFOLLOW). */
		if (IS_ERR(d) || !S_ISLNK(d->inode->mode) || !(follow || e->trailing_slash) || e->kind == LAST_ROOT)
			return d;
		error = enter_link(e, d, "", &next);
		if (!error)
			error = walk_string(e, next);
		if (error)
			return ERR_PTR(error);
	}
}

struct dentry *path_walk_last(struct path_end *end, unsigned flags)
{
	struct dentry *d = walk_end(end, flags & PATH_FOLLOW, false);

	if (!IS_ERR(d) && (end->trailing_slash || (flags & PATH_DIRECTORY)) && !S_ISDIR(d->inode->mode)) {
		dentry_put(d);
		return ERR_PTR(-ENOTDIR);
	}
	return d;
}

struct dentry *path_walk_create(struct path_end *end, bool follow)
{
	return walk_end(end, follow, true);
}

void path_end_put(struct path_end *end)
{
	struct path_links *l = end->links;

	dentry_put(end->dir);
	if (end->start_root)
		dentry_put(end->start_root);
	if (!l)
		return;
	for (unsigned i = 0; i < l->held; i++) {
		dentry_put(l->link[i]);
		if (l->buffer[i])
			path_buffer_put(l->buffer[i]);
	}
	slab_free(links_cache, l);
}

/* What dirfd itself stands for: AT_EMPTY_PATH with "". */
static struct dentry *lookup_descriptor(int dirfd, unsigned flags)
{
	struct dentry *d;
	struct file *f;

	if (dirfd == AT_FDCWD)
		return fs_cwd();
	f = fd_get_any(dirfd);
	if (!f)
		return ERR_PTR(-EBADF);
	d = file_dentry(f);
	file_put(f);
	if (!IS_ERR(d) && (flags & PATH_DIRECTORY) && !S_ISDIR(d->inode->mode)) {
		dentry_put(d);
		return ERR_PTR(-ENOTDIR);
	}
	return d;
}

struct dentry *path_lookup_as(int dirfd, const char *path, unsigned flags, const struct cred *cred)
{
	struct path_end end;
	struct dentry *d;
	int error;

	if (*path == '\0' && (flags & PATH_EMPTY))
		return lookup_descriptor(dirfd, flags);
	error = walk_parent_as(&end, dirfd, path, cred, 0);
	if (error)
		return ERR_PTR(error);
	d = path_walk_last(&end, flags);
	path_end_put(&end);
	return d;
}

struct dentry *path_lookup(int dirfd, const char *path, unsigned flags)
{
	return path_lookup_as(dirfd, path, flags, current->cred);
}

struct dentry *path_lookup_user(int dirfd, uaddr path, unsigned flags)
{
	char *text = path_from_user(path);
	struct dentry *d;

	if (IS_ERR(text))
		return (struct dentry *)text;
	d = path_lookup(dirfd, text, flags);
	path_buffer_put(text);
	return d;
}
