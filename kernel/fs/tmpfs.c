/*
 * tmpfs: memory file systems made by mount(2), each with bounds of its own (tmpfs(5)). Files
 * and directories are memfs's. A file system is freed with its last inode. Called under mounts_mutex.
 */
#include "fs/devices.h"
#include "fs/inode.h"
#include "fs/internal.h"
#include "fs/memfs.h"
#include "lib/error.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "mm/frame.h"
#include "mm/slab.h"
#include "sched/process.h"
#include "sched/task.h"

#define TMPFS_MAGIC 0x01021994

/* The options, and which of them were given. */
struct tmpfs_options {
	u64 pages, inodes;
	u32 mode, uid, gid;
	bool has_pages, has_inodes, has_mode, has_uid, has_gid;
};

/* A number with the suffix k, m, g or %, the last of all memory. False when it is none. */
static bool parse_size(const char *text, size_t length, bool percent, u64 *value)
{
	static const char suffixes[] = "kmgtpe";
	u64 n = 0;
	size_t i = 0;
	const char *suffix;

	for (; i < length && text[i] >= '0' && text[i] <= '9'; i++)
		if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, (u64)(text[i] - '0'), &n))
			return false;
	if (i == 0)
		return false;
	if (i + 1 == length && percent && text[i] == '%') {
		n = frame_total() * PAGE_SIZE / 100 * n;
		i++;
	} else if (i + 1 == length && (suffix = strchr(suffixes, text[i] | 0x20))) {
		if (__builtin_mul_overflow(n, 1ull << 10 * (suffix - suffixes + 1), &n))
			return false;
		i++;
	}
	*value = n;
	return i == length;
}

static bool parse_octal(const char *text, size_t length, u32 *value)
{
	u32 n = 0;

	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '7' || n > 07777)
			return false;
		n = n * 8 + (u32)(text[i] - '0');
	}
	*value = n;
	return length != 0 && n <= 07777;
}

static bool parse_id(const char *text, size_t length, u32 *value)
{
	u64 n;

	if (!parse_size(text, length, false, &n) || text[length - 1] > '9' || n >= ID_KEEP)
		return false;
	*value = (u32)n;
	return true;
}

static bool key_is(const char *option, size_t length, const char *key, const char **value, size_t *value_length)
{
	size_t n = strlen(key);

	if (length <= n || memcmp(option, key, n) != 0 || option[n] != '=')
		return false;
	*value = option + n + 1;
	*value_length = length - n - 1;
	return true;
}

static bool parse_one(struct tmpfs_options *o, const char *option, size_t length)
{
	const char *v;
	size_t n;
	u64 bytes;

	if (key_is(option, length, "size", &v, &n)) {
		o->has_pages = parse_size(v, n, true, &bytes);
		o->pages = ALIGN_UP(bytes, PAGE_SIZE) / PAGE_SIZE;
		return o->has_pages;
	}
	if (key_is(option, length, "nr_blocks", &v, &n))
		return o->has_pages = parse_size(v, n, false, &o->pages);
	if (key_is(option, length, "nr_inodes", &v, &n))
		return o->has_inodes = parse_size(v, n, false, &o->inodes);
	if (key_is(option, length, "mode", &v, &n))
		return o->has_mode = parse_octal(v, n, &o->mode);
	if (key_is(option, length, "uid", &v, &n))
		return o->has_uid = parse_id(v, n, &o->uid);
	if (key_is(option, length, "gid", &v, &n))
		return o->has_gid = parse_id(v, n, &o->gid);
	return false;
}

static int parse_options(struct tmpfs_options *o, const char *text)
{
	*o = (struct tmpfs_options){ .mode = 01777 };
	while (text && *text) {
		const char *comma = strchr(text, ',');
		size_t length = comma ? (size_t)(comma - text) : strlen(text);

		if (length && !parse_one(o, text, length))
			return -EINVAL;
		text += length;
		text += *text == ',';
	}
	return 0;
}

/* What /proc/mounts adds, in tmpfs's order. */
static void write_options(struct filesystem *fs, const struct tmpfs_options *o)
{
	size_t at = 0;

	fs->options[0] = '\0';
	if (fs->max_pages && o->has_pages)
		at += (size_t)scnprintf(fs->options + at, sizeof(fs->options) - at, ",size=%lluk",
					(unsigned long long)fs->max_pages * (PAGE_SIZE / 1024));
	if (fs->max_inodes && o->has_inodes)
		at += (size_t)scnprintf(fs->options + at, sizeof(fs->options) - at, ",nr_inodes=%llu",
					(unsigned long long)fs->max_inodes);
	if (o->mode != 01777)
		at += (size_t)scnprintf(fs->options + at, sizeof(fs->options) - at, ",mode=%o", o->mode);
	if (o->uid)
		at += (size_t)scnprintf(fs->options + at, sizeof(fs->options) - at, ",uid=%u", o->uid);
	if (o->gid)
		scnprintf(fs->options + at, sizeof(fs->options) - at, ",gid=%u", o->gid);
}

static void tmpfs_release(struct filesystem *fs)
{
	kfree((void *)fs->native.source);
	kfree(fs);
}

/* The root directory, which ends the file system when it goes. */
static struct dentry *make_root(struct filesystem *fs, const struct tmpfs_options *o)
{
	struct dentry *d = dentry_alloc(NULL, "", 0);
	struct inode *i = d ? memfs_inode(fs, S_IFDIR | o->mode, 0) : ERR_PTR(-ENOMEM);

	if (IS_ERR(i)) {
		if (d)
			dentry_put(d);
		return NULL;
	}
	i->uid = o->has_uid ? o->uid : current->cred->fsuid;
	i->gid = o->has_gid ? o->gid : current->cred->fsgid;
	atomic_set(&i->nlink, 2);
	d->inode = i;
	return d;
}

static int tmpfs_get(const char *text, struct filesystem **made)
{
	struct tmpfs_options o;
	struct filesystem *fs;
	int error = parse_options(&o, text);

	if (error)
		return error;
	fs = kzalloc(sizeof(*fs));
	if (!fs)
		return -ENOMEM;
	fs->type = tmpfs_type.name;
	fs->magic = TMPFS_MAGIC;
	fs->device = mount_device_number();
	fs->max_pages = o.has_pages ? o.pages : frame_total() / 2;
	fs->max_inodes = o.has_inodes ? o.inodes : frame_total() / 2;
	write_options(fs, &o);
	fs->root = make_root(fs, &o);
	if (!fs->root) {
		kfree(fs);
		return -ENOMEM;
	}
	fs->release = tmpfs_release;
	*made = fs;
	return 0;
}

/* Bounds may change, but not below what is there (EINVAL, as on Linux); owner and mode are for the first mount. */
static int tmpfs_reconfigure(struct filesystem *fs, const char *text)
{
	struct tmpfs_options o;
	int error = parse_options(&o, text);

	if (error)
		return error;
	if (o.has_pages && o.pages && o.pages < (u64)atomic_read(&fs->pages))
		return -EINVAL;
	if (o.has_inodes && o.inodes && o.inodes < (u64)atomic_read(&fs->inode_count))
		return -EINVAL;
	if (o.has_pages)
		WRITE_ONCE(fs->max_pages, o.pages);
	if (o.has_inodes)
		WRITE_ONCE(fs->max_inodes, o.inodes);
	if (o.has_pages || o.has_inodes)
		write_options(fs, &o);
	return 0;
}

const struct fs_type tmpfs_type = { .name = "tmpfs", .get = tmpfs_get, .reconfigure = tmpfs_reconfigure };
