/*
 * Walking paths (path_resolution(7)): from a string to a dentry, or to the directory that holds, or would hold, its last
 * component. Task context; the walk holds references, never a lock.
 */
#ifndef FS_PATH_H
#define FS_PATH_H

#include "fs/file.h"

enum path_last {
	LAST_NAME,		/* an ordinary name */
	LAST_DOT,		/* "." */
	LAST_DOTDOT,		/* ".." */
	LAST_ROOT,		/* the path was nothing but slashes */
};

/* A walk that stopped before the last component. */
struct path_end {
	const struct cred *cred;	/* whose search permission counts; borrowed */
	struct dentry *dir;		/* referenced: where the last component is to be looked up */
	enum path_last kind;
	const char *name;		/* LAST_NAME: inside the string or a link's target; valid until path_end_put */
	size_t length;
	bool trailing_slash;		/* the path wants a directory */
	unsigned resolve;		/* RESOLVE_ bits: where the walk may not lead */
	struct dentry *start_root;	/* the rest is the walk's own */
	struct path_links *links;
};

/*
 * Walk all but the last component. 0, or -errno with nothing to put. `path_walk_last` then finds the last one: a referenced
 * dentry, or ERR_PTR; it follows a link at the end when PATH_FOLLOW is set. It may be called once.
 */
int path_walk_parent(struct path_end *end, int dirfd, const char *path);

/*
 * The same within the limits of openat2(2): -EXDEV (a mount crossed, the starting directory left), -ELOOP (a link), -EAGAIN (a
 * directory was moved out of the starting one meanwhile).
 */
#define RESOLVE_NO_XDEV	      0x01u
#define RESOLVE_NO_MAGICLINKS 0x02u
#define RESOLVE_NO_SYMLINKS   0x04u
#define RESOLVE_BENEATH	      0x08u
#define RESOLVE_IN_ROOT	      0x10u
#define RESOLVE_CACHED	      0x20u
#define RESOLVE_ALL	      0x3fu
#define RESOLVE_SCOPED	      (RESOLVE_BENEATH | RESOLVE_IN_ROOT)
int path_walk_parent_within(struct path_end *end, int dirfd, const char *path, unsigned resolve);
struct dentry *path_walk_last(struct path_end *end, unsigned flags);
void path_end_put(struct path_end *end);

/*
 * For open with O_CREAT: as path_walk_last, but when the last component is missing, or is a link whose target is missing, NULL
 * and `end` describes the name to be created. Follows links at the end when `follow`.
 */
struct dentry *path_walk_create(struct path_end *end, bool follow);

/* One step down from a directory, search permission checked; follows mounts alone. Referenced, or ERR_PTR(-ENOENT …). */
struct dentry *path_child(struct dentry *dir, const char *name, size_t length);

/* The same in a directory of the file system's own (not a view), without following mounts. */
struct dentry *path_covered_child(struct dentry *dir, const char *name, size_t length);

/* The directory is to be changed: -EROFS, or 0 and end->dir is the file system's own dentry. */
int path_end_to_change(struct path_end *end);

/* path_lookup with somebody else's rights of search (access(2) asks with the real ids). */
struct dentry *path_lookup_as(int dirfd, const char *path, unsigned flags, const struct cred *cred);

/* path_lookup, with the string still in the caller's memory. */
struct dentry *path_lookup_user(int dirfd, uaddr path, unsigned flags);

#endif
