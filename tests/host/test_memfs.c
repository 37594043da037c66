/* sources: kernel/fs/tar.c kernel/fs/tarfs.c kernel/fs/inode.c kernel/fs/dentry.c kernel/fs/memfs.c kernel/fs/memfs_nodes.c kernel/fs/memfs_allocate.c
   kernel/fs/page_tree.c kernel/fs/path.c kernel/fs/open.c kernel/fs/dirops.c kernel/fs/rename.c kernel/fs/file.c
   kernel/fs/mount.c kernel/fs/fdtable.c kernel/fs/fs_context.c kernel/fs/uio.c kernel/fs/locks.c kernel/fs/flock.c kernel/fs/inotify.c kernel/fs/xattr.c kernel/fs/pipe.c kernel/fs/pipe_ring.c kernel/fs/devfs.c
   kernel/lib/string.c kernel/lib/printf.c */
/*
 * The root file system on the build machine: the tree that an archive becomes, path walks in it, files that start in the archive
 * and are changed page by page, directories against a model, and memory that runs out in the middle of every operation.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tar_maker.h"

#include "memfs_host.h"

static char big[3 * 4096 + 100];

/* A directory and a file whose data begins on a page boundary, as the image builder makes them. */
static void add_aligned(struct maker *m, const char *name)
{
	char comment[8192] = "", value[8192];
	size_t pad;

	/* Header of the extended header, its one block or more, the file's own header: then the data. */
	pad = (4096 - (m->size + 3 * 512) % 4096) % 4096;
	memset(value, 'x', sizeof(value));
	value[pad + 512 - 40] = '\0';
	maker_record(comment, "comment", value);
	maker_extended(m, 'x', comment);
	maker_header(m, name, '0', sizeof(big), "");
	assert_int_equal(m->size % 4096, 0);
	maker_data(m, big, sizeof(big));
}

/* Links whose targets go through the link before them sixteen times each: followed in full they never end. */
static void make_link_bomb(struct maker *m)
{
	char name[8], target[100];

	maker_header(m, "bomb0", '2', 0, ".");
	for (unsigned i = 1; i < 8; i++) {
		target[0] = '\0';
		for (unsigned j = 0; j < 16; j++)
			snprintf(target + strlen(target), sizeof(target) - strlen(target), "bomb%u/", i - 1);
		snprintf(name, sizeof(name), "bomb%u", i);
		maker_header(m, name, '2', 0, target);
	}
	maker_file(m, "bomb7/inside", "too many links");
}

static void make_links(struct maker *m)
{
	maker_header(m, "early", '1', 0, "late");		/* a hard link before its target */
	maker_header(m, "chain", '1', 0, "early");
	maker_file(m, "late", "target");
	maker_header(m, "cycle1", '1', 0, "cycle2");
	maker_header(m, "cycle2", '1', 0, "cycle1");
	maker_header(m, "self", '1', 0, "self");
	maker_header(m, "dirlink", '2', 0, "made/by");
	maker_file(m, "dirlink/through", "went through");
	maker_header(m, "loop", '2', 0, "loop");
	maker_header(m, "abs", '2', 0, "/made/by/need");
	maker_header(m, "up", '2', 0, "../../made");
	make_link_bomb(m);
}

static int boot(void **unused)
{
	struct maker m = { 0 };

	for (unsigned i = 0; i < sizeof(big); i++)
		big[i] = (char)(i * 7 + i / 4096);
	maker_header(&m, "./", '5', 0, "");
	add_aligned(&m, "aligned");
	maker_header(&m, "unaligned", '0', sizeof(big), "");
	maker_data(&m, big, sizeof(big));
	maker_file(&m, "/made/by/need", "leading slash");
	maker_file(&m, "../outside", "refused");
	maker_file(&m, "twice", "first");
	maker_file(&m, "./twice", "second");
	maker_file(&m, "changes", "a file");
	maker_file(&m, "changes/below", "now a directory");
	maker_file(&m, "tree/a/b/c", "deep");
	maker_file(&m, "tree", "now a file");
	make_links(&m);
	maker_header(&m, "tmp", '5', 0, "");
	maker_end(&m);
	maker_file(&m, "second archive", "yes");
	maker_end(&m);
	host_boot(m.bytes, m.size);
	free(m.bytes);
	return 0;
}

/* ---- Shorthands ---- */

static struct file *must_open(const char *path, u32 flags)
{
	struct file *f = path_open(AT_FDCWD, path, flags, 0644);

	if (IS_ERR(f))
		fail_msg("%s: error %ld", path, PTR_ERR(f));
	return f;
}

static long open_error(const char *path, u32 flags)
{
	struct file *f = path_open(AT_FDCWD, path, flags, 0644);

	if (IS_ERR(f))
		return PTR_ERR(f);
	file_put(f);
	return 0;
}

static void assert_contents(const char *path, const char *want)
{
	struct file *f = must_open(path, O_RDONLY);
	char text[64] = "";

	assert_int_equal(file_read_kernel(f, text, sizeof(text) - 1, 0), strlen(want));
	assert_string_equal(text, want);
	file_put(f);
}

static ssize_t write_at(struct file *f, const void *data, size_t size, u64 pos)
{
	struct uio u;

	uio_init_kernel(&u, (void *)data, size);
	return file_write(f, &u, &pos);
}

static long lookup_error(const char *path, unsigned flags)
{
	struct dentry *d = path_lookup(AT_FDCWD, path, flags);

	if (IS_ERR(d))
		return PTR_ERR(d);
	dentry_put(d);
	return 0;
}

static u32 links_of(const char *path)
{
	struct dentry *d = path_lookup(AT_FDCWD, path, 0);
	u32 n;

	assert_false(IS_ERR(d));
	n = (u32)atomic_read(&d->inode->nlink);
	dentry_put(d);
	return n;
}

static void truncate_to(struct file *f, u64 size)
{
	mutex_lock(&f->inode->lock);
	assert_int_equal(f->inode->ops->truncate(f->inode, size), 0);
	mutex_unlock(&f->inode->lock);
}

/* ---- The archive's tree ---- */

static void test_tree(void **unused)
{
	assert_contents("/made/by/need", "leading slash");
	assert_contents("twice", "second");
	assert_contents("changes/below", "now a directory");
	assert_contents("tree", "now a file");
	assert_contents("made/by/through", "went through");
	assert_contents("second archive", "yes");
	assert_int_equal(lookup_error("/outside", 0), -ENOENT);
	assert_int_equal(links_of("/made"), 3);
}

static void test_archive_links(void **unused)
{
	assert_contents("early", "target");
	assert_contents("chain", "target");
	assert_int_equal(links_of("late"), 3);
	assert_int_equal(lookup_error("cycle1", 0), -ENOENT);
	assert_int_equal(lookup_error("self", 0), -ENOENT);
	assert_contents("bomb7/inside", "too many links");
	assert_contents("bomb1/early", "target");
}

static void test_walk(void **unused)
{
	char longest[NAME_MAX + 2];

	memset(longest, 'n', sizeof(longest));
	longest[NAME_MAX + 1] = '\0';
	assert_contents("abs", "leading slash");
	assert_contents("up/by/need", "leading slash");
	assert_contents("//made/./by//../by/need", "leading slash");
	assert_contents("/../../made/by/need", "leading slash");
	assert_int_equal(lookup_error("loop", PATH_FOLLOW), -ELOOP);
	assert_int_equal(lookup_error("loop", 0), 0);
	assert_int_equal(lookup_error("loop/x", 0), -ELOOP);
	assert_int_equal(lookup_error("twice/", 0), -ENOTDIR);
	assert_int_equal(lookup_error("twice/x", 0), -ENOTDIR);
	assert_int_equal(lookup_error("twice/.", 0), -ENOTDIR);
	assert_int_equal(lookup_error("dirlink/", 0), 0);
	assert_int_equal(lookup_error("dirlink", PATH_DIRECTORY), -ENOTDIR);
	assert_int_equal(lookup_error("", 0), -ENOENT);
	assert_int_equal(lookup_error(longest, 0), -ENAMETOOLONG);
	longest[NAME_MAX] = '\0';
	assert_int_equal(lookup_error(longest, 0), -ENOENT);
}

static void test_open_rules(void **unused)
{
	assert_int_equal(open_error("made", O_WRONLY), -EISDIR);
	assert_int_equal(open_error("abs", O_RDONLY | O_NOFOLLOW), -ELOOP);
	assert_int_equal(open_error("abs", O_RDWR | O_CREAT | O_EXCL), -EEXIST);
	assert_int_equal(open_error("made/", O_RDWR | O_CREAT), -EISDIR);
	assert_int_equal(open_error("new/", O_RDWR | O_CREAT), -EISDIR);
	assert_int_equal(open_error("twice", O_RDONLY | O_DIRECTORY), -ENOTDIR);
	assert_int_equal(do_symlink("made/by link", AT_FDCWD, "dangling"), 0);
	assert_int_equal(open_error("dangling", O_RDWR | O_CREAT), 0);
	assert_contents("made/by link", "");
	assert_int_equal(do_unlink(AT_FDCWD, "made/by link"), 0);
	assert_int_equal(do_unlink(AT_FDCWD, "dangling"), 0);
}

/* ---- Data ---- */

static void check_changed_file(const char *path)
{
	static char model[sizeof(big) + 10000], got[sizeof(model)];
	struct file *f = must_open(path, O_RDWR);

	memset(model, 0, sizeof(model));
	memcpy(model, big, sizeof(big));
	assert_int_equal(file_read_kernel(f, got, sizeof(got), 0), sizeof(big));
	assert_memory_equal(got, model, sizeof(big));
	assert_int_equal(write_at(f, "inside", 6, 4090), 6);
	memcpy(model + 4090, "inside", 6);
	truncate_to(f, 9000);
	memset(model + 9000, 0, sizeof(model) - 9000);
	assert_int_equal(write_at(f, "far", 3, 20000), 3);
	memcpy(model + 20000, "far", 3);
	assert_int_equal(file_read_kernel(f, got, sizeof(got), 0), 20003);
	assert_memory_equal(got, model, 20003);
	assert_int_equal(f->ops->seek(f, 9000, SEEK_HOLE), 12288);
	assert_int_equal(f->ops->seek(f, 12288, SEEK_DATA), 16384);
	file_put(f);
}

static void test_archive_data(void **unused)
{
	unsigned before = free_frame_count;
	struct file *f = must_open("aligned", O_RDONLY);
	struct page *p = f->inode->ops->get_page(f->inode, 1, false);

	/* In place: the frame is the archive's. */
	assert_true((u64)(p - page_array) < archive_frames);
	assert_int_equal(atomic_read(&p->refs), 2);
	page_put(p);
	assert_int_equal(free_frame_count, before);
	file_put(f);
	check_changed_file("aligned");
	check_changed_file("unaligned");
	assert_int_equal(do_unlink(AT_FDCWD, "unaligned"), 0);
	assert_int_equal(do_unlink(AT_FDCWD, "aligned"), 0);
	/* The aligned member's three whole pages are RAM now. */
	assert_int_equal(free_frame_count, before + 3);
}

static void test_sparse(void **unused)
{
	unsigned before = free_frame_count;
	struct file *f = must_open("tmp/sparse", O_RDWR | O_CREAT | O_EXCL);

	assert_int_equal(write_at(f, "x", 1, 10ull << 30), 1);
	assert_int_equal(f->inode->size, (10ull << 30) + 1);
	assert_int_equal(inode_blocks(f->inode), 8);
	assert_int_equal(f->ops->seek(f, 0, SEEK_DATA), 10ll << 30);
	assert_int_equal(write_at(f, "x", 1, INT64_MAX), -EINVAL);
	assert_int_equal(write_at(f, "xy", 2, INT64_MAX - 1), -EINVAL);
	assert_int_equal(do_unlink(AT_FDCWD, "tmp/sparse"), 0);
	file_put(f);
	assert_int_equal(free_frame_count, before);
}

static void test_limits(void **unused)
{
	struct file *f = must_open("tmp/limited", O_RDWR | O_CREAT);

	host_file_limit = 5000;
	assert_int_equal(write_at(f, big, 6000, 0), 5000);
	assert_int_equal(write_at(f, big, 1, 5000), -EFBIG);
	assert_int_equal(host_last_signal, SIGXFSZ);
	host_file_limit = RLIM_INFINITY;
	file_put(f);
	assert_int_equal(do_unlink(AT_FDCWD, "tmp/limited"), 0);
}

/* Random writes, reads and truncations of one file against an array. */
static void test_random_file(void **unused)
{
	static char model[1 << 20], got[1 << 20], data[20000];
	u64 state = host_seed(), size = 0;
	unsigned before = free_frame_count;
	struct file *f = must_open("tmp/random", O_RDWR | O_CREAT);

	for (unsigned step = 0; step < 3000; step++) {
		u64 pos = host_random(&state) % (sizeof(model) - sizeof(data)), n = host_random(&state) % sizeof(data);

		switch (host_random(&state) % 4) {
		case 0:
		case 1:
			memset(data, (int)step, n);
			assert_int_equal(write_at(f, data, n, pos), n);
			memcpy(model + pos, data, n);
			size = n ? MAX(size, pos + n) : size;
			break;
		case 2:
			n = pos < size ? MIN(n, size - pos) : 0;
			assert_int_equal(file_read_kernel(f, got, n, pos), n);
			assert_memory_equal(got, model + pos, n);
			break;
		default:
			truncate_to(f, pos);
			if (pos < size)
				memset(model + pos, 0, size - pos);
			size = pos;
			break;
		}
		assert_int_equal(f->inode->size, size);
	}
	file_put(f);
	assert_int_equal(do_unlink(AT_FDCWD, "tmp/random"), 0);
	assert_int_equal(free_frame_count, before);
}

/* ---- Directories ---- */

static void test_many_names(void **unused)
{
	char name[64];

	for (unsigned i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "tmp/%s%u", i & 1 ? "a name that does not fit inline " : "", i);
		assert_int_equal(do_mknod(AT_FDCWD, name, S_IFREG | 0600, 0), 0);
		assert_int_equal(do_mknod(AT_FDCWD, name, S_IFREG | 0600, 0), -EEXIST);
	}
	for (unsigned i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "tmp/%s%u", i & 1 ? "a name that does not fit inline " : "", i);
		assert_int_equal(do_unlink(AT_FDCWD, name), 0);
		assert_int_equal(lookup_error(name, 0), -ENOENT);
	}
}

static int rename_to(const char *from, const char *to, unsigned flags)
{
	return do_rename(AT_FDCWD, from, AT_FDCWD, to, flags);
}

static void test_rename(void **unused)
{
	assert_int_equal(do_mkdir(AT_FDCWD, "tmp/d", 0755), 0);
	assert_int_equal(do_mkdir(AT_FDCWD, "tmp/d/e", 0755), 0);
	assert_int_equal(do_mkdir(AT_FDCWD, "tmp/f", 0755), 0);
	assert_int_equal(rename_to("tmp/d", "tmp/d/e/x", 0), -EINVAL);
	assert_int_equal(rename_to("tmp/d/e", "tmp/d", 0), -ENOTEMPTY);
	assert_int_equal(rename_to("tmp/f", "tmp/d", 0), -ENOTEMPTY);
	assert_int_equal(rename_to("tmp/f", "tmp/d", RENAME_NOREPLACE), -EEXIST);
	assert_int_equal(rename_to("tmp/f", "tmp/d/e", 0), 0);
	assert_int_equal(links_of("tmp/d"), 3);
	assert_int_equal(rename_to("tmp/d/e", "tmp/a directory with a long, long name", 0), 0);
	assert_int_equal(links_of("tmp/d"), 2);
	assert_int_equal(open_error("tmp/file", O_RDWR | O_CREAT), 0);
	assert_int_equal(rename_to("tmp/file", "tmp/d", 0), -EISDIR);
	assert_int_equal(rename_to("tmp/d", "tmp/file", 0), -ENOTDIR);
	assert_int_equal(rename_to("tmp/file", "tmp/a directory with a long, long name", RENAME_EXCHANGE), 0);
	assert_int_equal(lookup_error("tmp/file", PATH_DIRECTORY), 0);
	assert_int_equal(do_unlink(AT_FDCWD, "tmp/a directory with a long, long name"), 0);
	assert_int_equal(do_rmdir(AT_FDCWD, "tmp/file"), 0);
	assert_int_equal(do_rmdir(AT_FDCWD, "tmp/d"), 0);
	assert_int_equal(links_of("tmp"), 2);
}

static void test_permissions(void **unused)
{
	assert_int_equal(do_mkdir(AT_FDCWD, "tmp/private", 0700), 0);
	assert_int_equal(open_error("tmp/private/secret", O_RDWR | O_CREAT), 0);
	host_become(1000);
	assert_int_equal(lookup_error("tmp/private/secret", 0), -EACCES);
	assert_int_equal(open_error("twice", O_RDWR), -EACCES);
	assert_int_equal(open_error("twice", O_RDONLY), 0);
	assert_int_equal(open_error("tmp/mine", O_RDWR | O_CREAT), -EACCES);
	assert_int_equal(do_unlink(AT_FDCWD, "twice"), -EACCES);
	host_become(0);
	assert_int_equal(do_unlink(AT_FDCWD, "tmp/private/secret"), 0);
	assert_int_equal(do_rmdir(AT_FDCWD, "tmp/private"), 0);
}

static void test_deleted_path(void **unused)
{
	char buffer[PATH_MAX];
	struct file *f = must_open("tmp/gone", O_RDWR | O_CREAT);

	assert_string_equal(file_path(f, buffer, sizeof(buffer)), "/tmp/gone");
	assert_int_equal(do_unlink(AT_FDCWD, "tmp/gone"), 0);
	assert_string_equal(file_path(f, buffer, sizeof(buffer)), "/tmp/gone (deleted)");
	file_put(f);
}

/* ---- Memory that runs out ---- */

static int one_scenario(void)
{
	struct file *f = path_open(AT_FDCWD, "tmp/a name that does not fit inline", O_RDWR | O_CREAT | O_EXCL, 0600);
	int error = IS_ERR(f) ? (int)PTR_ERR(f) : 0;

	if (!error) {
		ssize_t n = write_at(f, big, sizeof(big), 100);

		if (n < (ssize_t)sizeof(big))
			error = -ENOMEM;
		file_put(f);
	}
	if (!error)
		error = do_symlink("a name that does not fit inline", AT_FDCWD, "tmp/link");
	if (!error)
		error = lookup_error("tmp/link", PATH_FOLLOW);
	if (!error)
		error = rename_to("tmp/link", "tmp/another name that does not fit inline", 0);
	return error;
}

static void clean_up(void)
{
	do_unlink(AT_FDCWD, "tmp/a name that does not fit inline");
	do_unlink(AT_FDCWD, "tmp/link");
	do_unlink(AT_FDCWD, "tmp/another name that does not fit inline");
}

/* The same with room for 0, 1, 2 … allocations: an error, no damage, and in the end success. */
static void test_out_of_memory(void **unused)
{
	unsigned before = free_frame_count, room = 0;
	int error;

	do {
		allocations_left = room++;
		error = one_scenario();
		allocations_left = UINT32_MAX;
		assert_true(error == 0 || error == -ENOMEM);
		clean_up();
		assert_int_equal(free_frame_count, before);
		assert_int_equal(held_count, 0);
	} while (error);
	assert_true(room > 10);
}

/* ---- Descriptors and pipes ---- */

static void test_descriptors(void **unused)
{
	struct file *f = must_open("twice", O_RDONLY);
	int fds[80], n = 0;

	while ((fds[n] = fd_add(f, 0)) >= 0) {
		file_get(f);
		assert_int_equal(fds[n], n);
		n++;
	}
	assert_int_equal(fds[n], -EMFILE);
	assert_int_equal(n, 64);
	assert_int_equal(fd_close(7), 0);
	assert_int_equal(fd_close(7), -EBADF);
	assert_int_equal(fd_reserve_from(3, O_CLOEXEC), 7);
	fd_unreserve(7);
	assert_int_equal(fd_replace(5, f, O_CLOEXEC), 5);
	assert_int_equal(fd_flags(5), 1);
	fd_table_close_on_exec(current->files);
	assert_int_equal(fd_flags(5), -EBADF);
	fd_close_range(0, 1000);
	assert_int_equal(atomic_read(&f->refs), 1);
	file_put(f);
}

static void test_pipe(void **unused)
{
	static char data[70000];
	struct file *ends[2];
	struct uio u;

	assert_int_equal(pipe_create(ends, O_NONBLOCK), 0);
	uio_init_kernel(&u, data, sizeof(data));
	assert_int_equal(file_write(ends[1], &u, NULL), 65536);
	uio_init_kernel(&u, data, 4096);
	assert_int_equal(file_write(ends[1], &u, NULL), -EAGAIN);
	uio_init_kernel(&u, data, 5000);
	assert_int_equal(file_read(ends[0], &u, NULL), 5000);
	assert_int_equal(pipe_set_size(ends[0], 1 << 17), 1 << 17);
	uio_init_kernel(&u, data, sizeof(data));
	assert_int_equal(file_read(ends[0], &u, NULL), 65536 - 5000);
	file_put(ends[0]);
	uio_init_kernel(&u, data, 1);
	assert_int_equal(file_write(ends[1], &u, NULL), -EPIPE);
	assert_int_equal(host_last_signal, SIGPIPE);
	file_put(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_archive_links),
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_open_rules),
		cmocka_unit_test(test_archive_data),
		cmocka_unit_test(test_sparse),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_random_file),
		cmocka_unit_test(test_many_names),
		cmocka_unit_test(test_rename),
		cmocka_unit_test(test_permissions),
		cmocka_unit_test(test_deleted_path),
		cmocka_unit_test(test_out_of_memory),
		cmocka_unit_test(test_descriptors),
		cmocka_unit_test(test_pipe),
	};

	return cmocka_run_group_tests(tests, boot, NULL);
}
