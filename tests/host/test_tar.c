/* sources: kernel/fs/tar.c kernel/lib/string.c */
/*
 * The tar reader: archives of GNU tar and Python's tarfile in every format that they write, hand-made ones for what they do not
 * write, and corrupt ones of each kind with the answer that each must get.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fs/tar.h"
#include "tar_maker.h"


/* A copy of exactly the archive's size, so that the sanitizer sees a read beyond it. */
static u8 *exact_copy(const struct maker *m, size_t size)
{
	u8 *copy = malloc(size ? size : 1);

	assert_non_null(copy);
	memcpy(copy, m->bytes, size);
	return copy;
}

static enum tar_result read_all(const u8 *archive, size_t size, struct tar_reader *r, unsigned *count)
{
	struct tar_member member;
	enum tar_result result;

	tar_open(r, archive, size);
	*count = 0;
	while ((result = tar_next(r, &member)) == TAR_MEMBER) {
		(*count)++;
		assert_true(member.data >= archive && member.size <= size - (size_t)(member.data - archive));
	}
	assert_int_equal(tar_next(r, &member), result);
	return result;
}

static enum tar_result read_maker(const struct maker *m, struct tar_reader *r, unsigned *count)
{
	u8 *copy = exact_copy(m, m->size);
	enum tar_result result = read_all(copy, m->size, r, count);

	free(copy);
	return result;
}

static void assert_string(struct tar_string s, const char *want)
{
	assert_int_equal(s.length, strlen(want));
	assert_memory_equal(s.text, want, s.length);
}

static struct tar_member first_member(const struct maker *m)
{
	struct tar_reader r;
	struct tar_member member;

	tar_open(&r, m->bytes, m->size);
	assert_int_equal(tar_next(&r, &member), TAR_MEMBER);
	return member;
}

/* ---- Archives of other programs ---- */

static char folder[64];

static u8 *load(const char *path, size_t *size)
{
	FILE *f = fopen(path, "rb");
	u8 *bytes;

	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	*size = (size_t)ftell(f);
	rewind(f);
	bytes = malloc(*size);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, *size, f), *size);
	fclose(f);
	return bytes;
}

static void run(const char *format, ...)
{
	char command[2048];
	va_list ap;
	int status;

	va_start(ap, format);
	vsnprintf(command, sizeof(command), format, ap);
	va_end(ap);
	status = system(command);
	assert_int_equal(status, 0);
}

static int make_tree(void **unused)
{
	strcpy(folder, "/tmp/astra-tar-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	run("cd %s && mkdir -p tree/sub && printf hello > tree/plain && head -c 10000 /dev/zero > tree/zeros && "
	    "ln tree/plain tree/hard && ln -s plain tree/symbolic && mkfifo tree/fifo && chmod 4755 tree/plain && "
	    "touch -d @1234567890 tree/sub && : > tree/$(printf %%090d 0)", folder);
	return 0;
}

static int remove_tree(void **unused)
{
	run("rm -rf %s", folder);
	return 0;
}

struct expectation {
	bool plain, zeros, hard, symbolic, fifo, sub;
};

static bool name_is(const struct tar_member *m, const char *want)
{
	const char *name = m->name.text;
	size_t length = m->name.length;

	if (length > 2 && name[0] == '.' && name[1] == '/') {
		name += 2;
		length -= 2;
	}
	while (length && name[length - 1] == '/')
		length--;
	return !m->prefix.length && length == strlen(want) && memcmp(name, want, length) == 0;
}

static void look_at(const struct tar_member *m, struct expectation *seen)
{
	/* plain and hard are one file: either may come first, as the data. */
	if (name_is(m, "tree/plain") || name_is(m, "tree/hard")) {
		*(name_is(m, "tree/plain") ? &seen->plain : &seen->hard) = true;
		assert_int_equal(m->mode, 04755);
		if (m->type == TAR_REGULAR)
			assert_memory_equal(m->data, "hello", 5);
		else
			assert_int_equal(m->type, TAR_HARD_LINK);
	}
	if (name_is(m, "tree/zeros")) {
		seen->zeros = m->type == TAR_REGULAR && m->size == 10000 && m->data[9999] == 0;
	}
	if (name_is(m, "tree/symbolic")) {
		assert_string(m->link, "plain");
		seen->symbolic = m->type == TAR_SYMLINK;
	}
	if (name_is(m, "tree/fifo"))
		seen->fifo = m->type == TAR_FIFO;
	if (name_is(m, "tree/sub")) {
		assert_int_equal(m->mtime / 1000000000, 1234567890);
		seen->sub = m->type == TAR_DIRECTORY;
	}
}

static void check_archive(const char *path)
{
	struct expectation seen = { 0 };
	struct tar_reader r;
	struct tar_member m;
	size_t size;
	u8 *bytes = load(path, &size);

	tar_open(&r, bytes, size);
	while (tar_next(&r, &m) == TAR_MEMBER)
		look_at(&m, &seen);
	assert_int_equal(r.state, TAR_END);
	assert_true(seen.plain && seen.zeros && seen.hard && seen.symbolic && seen.fifo && seen.sub);
	free(bytes);
}

static void test_gnu_tar(void **unused)
{
	static const char *const formats[] = { "v7", "oldgnu", "gnu", "ustar", "posix" };

	for (unsigned i = 0; i < ARRAY_SIZE(formats); i++) {
		/* V7 knows no FIFO: GNU tar leaves it out and says so. */
		if (i == 0)
			continue;
		run("cd %s && tar --format=%s -cf %s.tar tree", folder, formats[i], formats[i]);
		run("cd %s && tar --format=%s -cf dot-%s.tar ./tree", folder, formats[i], formats[i]);
		char path[256];

		snprintf(path, sizeof(path), "%s/%s.tar", folder, formats[i]);
		check_archive(path);
		snprintf(path, sizeof(path), "%s/dot-%s.tar", folder, formats[i]);
		check_archive(path);
	}
}

static void test_python(void **unused)
{
	static const char *const formats[] = { "USTAR", "GNU", "PAX" };
	char path[256];

	for (unsigned i = 0; i < ARRAY_SIZE(formats); i++) {
		snprintf(path, sizeof(path), "%s/python.tar", folder);
		run("cd %s && python3 -c 'import tarfile as t; t.open(\"python.tar\", \"w\", format=t.%s_FORMAT).add(\"tree\")'",
		    folder, formats[i]);
		check_archive(path);
	}
}

static void count_long_name(const char *tar_options, unsigned length, unsigned want)
{
	struct tar_reader r;
	struct tar_member m;
	char path[256];
	unsigned found = 0;
	size_t size;
	u8 *bytes;

	run("cd %s && rm -rf long && mkdir long && cd long && d=$(printf %%0%ud 0) && mkdir $d && printf x > $d/$d && "
	    "ln -s $d/$d link && tar %s -cf ../long.tar $d link", folder, length, tar_options);
	snprintf(path, sizeof(path), "%s/long.tar", folder);
	bytes = load(path, &size);
	tar_open(&r, bytes, size);
	while (tar_next(&r, &m) == TAR_MEMBER) {
		size_t whole = m.prefix.length ? m.prefix.length + 1 + m.name.length : m.name.length;

		if (m.type == TAR_REGULAR)
			found += whole == 2 * length + 1 && m.data[0] == 'x';
		if (m.type == TAR_SYMLINK)
			found += m.link.length == 2 * length + 1;
	}
	assert_int_equal(r.state, TAR_END);
	assert_int_equal(found, want);
	free(bytes);
}

static void test_long_names(void **unused)
{
	count_long_name("--format=gnu", 200, 2);
	count_long_name("--format=posix", 200, 2);
	count_long_name("--format=ustar", 49, 2);
	count_long_name("--format=ustar --exclude=link", 80, 1);	/* the name is split; such a target does not fit */
}

/* ---- By hand ---- */

static void test_v7(void **unused)
{
	struct maker m = { 0 };
	struct tar_member member;

	maker_header(&m, "old/", 0, 0, "");
	memset(m.bytes + 257, 0, 255);
	maker_seal(&m, 0);
	maker_end(&m);
	member = first_member(&m);
	assert_int_equal(member.type, TAR_DIRECTORY);
	free(m.bytes);
}

static void test_signed_checksum(void **unused)
{
	struct maker m = { 0 };
	int sum = 0;

	maker_header(&m, "n\xe4me", '0', 0, "");
	memset(m.bytes + 148, ' ', 8);
	for (unsigned i = 0; i < 512; i++)
		sum += (i8)m.bytes[i];
	sprintf((char *)m.bytes + 148, "%06o", sum);
	first_member(&m);
	free(m.bytes);
}

static void test_base256(void **unused)
{
	struct maker m = { 0 };
	struct tar_member member;

	maker_header(&m, "f", '0', 0, "");
	memset(m.bytes + 124, 0, 12);
	m.bytes[124] = 0x80;
	m.bytes[135] = 5;
	memset(m.bytes + 136, 0xff, 12);	/* one second before 1970 */
	memset(m.bytes + 108, 0, 8);
	m.bytes[108] = 0x80;
	m.bytes[112] = 1;			/* uid 2^24 */
	maker_seal(&m, 0);
	maker_data(&m, "12345", 5);
	member = first_member(&m);
	assert_int_equal(member.size, 5);
	assert_int_equal(member.mtime, -1000000000ll);
	assert_int_equal(member.uid, 1 << 24);
	free(m.bytes);
}

static void test_pax_overrides(void **unused)
{
	char global[256] = "", local[512] = "";
	struct maker m = { 0 };
	struct tar_member member;
	struct tar_reader r;

	maker_record(global, "uid", "77");
	maker_record(global, "comment", "for all");
	maker_record(local, "path", "a/b c/\xc3\xa4");
	maker_record(local, "size", "3");
	maker_record(local, "mtime", "12.5");
	maker_record(local, "gid", "4000000000");
	maker_extended(&m, 'g', global);
	maker_extended(&m, 'x', local);
	maker_header(&m, "short", '0', 99, "");
	maker_data(&m, "abc", 3);
	maker_file(&m, "second", "zz");
	maker_end(&m);
	tar_open(&r, m.bytes, m.size);
	assert_int_equal(tar_next(&r, &member), TAR_MEMBER);
	assert_string(member.name, "a/b c/\xc3\xa4");
	assert_int_equal(member.size, 3);
	assert_int_equal(member.mtime, 12500000000ll);
	assert_int_equal(member.uid, 77);
	assert_int_equal(member.gid, 4000000000u);
	assert_int_equal(tar_next(&r, &member), TAR_MEMBER);
	assert_string(member.name, "second");
	assert_int_equal(member.uid, 77);
	assert_int_equal(member.gid, 0);
	assert_int_equal(tar_next(&r, &member), TAR_END);
	free(m.bytes);
}

/* The attributes of a member, in order, and none of another's; values may hold line ends. */
static void test_xattrs(void **unused)
{
	char records[256] = "";
	struct maker m = { 0 };
	struct tar_reader r;
	struct tar_member member;
	struct tar_string name, value;
	u64 at = 0;

	maker_record(records, "SCHILY.xattr.user.a", "b\nc=d!");
	maker_record(records, "mtime", "17");
	maker_record(records, "SCHILY.xattr.user.e", "x\n");
	maker_extended(&m, 'x', records);
	maker_file(&m, "with", "1");
	maker_file(&m, "without", "2");
	tar_open(&r, m.bytes, m.size);
	assert_int_equal(tar_next(&r, &member), TAR_MEMBER);
	assert_true(tar_next_xattr(&member, &at, &name, &value));
	assert_int_equal(name.length, 6);
	assert_memory_equal(name.text, "user.a", 6);
	assert_int_equal(value.length, 6);
	assert_memory_equal(value.text, "b\nc=d!", 6);
	assert_true(tar_next_xattr(&member, &at, &name, &value));
	assert_memory_equal(name.text, "user.e", 6);
	assert_int_equal(value.length, 2);
	assert_false(tar_next_xattr(&member, &at, &name, &value));
	assert_int_equal(tar_next(&r, &member), TAR_MEMBER);
	at = 0;
	assert_false(tar_next_xattr(&member, &at, &name, &value));
	free(m.bytes);
}

static void test_concatenated(void **unused)
{
	struct maker m = { 0 };
	struct tar_reader r;
	unsigned count;

	maker_file(&m, "a", "1");
	maker_end(&m);
	maker_file(&m, "b", "2");
	maker_end(&m);
	maker_room(&m, 8192);
	assert_int_equal(read_maker(&m, &r, &count), TAR_END);
	assert_int_equal(count, 2);
	free(m.bytes);
}

static void test_unterminated(void **unused)
{
	struct maker m = { 0 };
	struct tar_reader r;
	unsigned count;

	maker_file(&m, "a", "1");
	assert_int_equal(read_maker(&m, &r, &count), TAR_END);
	assert_int_equal(count, 1);
	/* The padding of the last member's data may be missing. */
	m.size -= 511;
	assert_int_equal(read_maker(&m, &r, &count), TAR_END);
	assert_int_equal(count, 1);
	free(m.bytes);
}

/* ---- Corrupt ---- */

static void assert_bad(struct maker *m, enum tar_result want, const char *why, size_t offset)
{
	struct tar_reader r;
	unsigned count;

	assert_int_equal(read_maker(m, &r, &count), want);
	assert_string_equal(r.error, why);
	assert_int_equal(r.error_offset, offset);
	free(m->bytes);
}

static void test_bad_checksum(void **unused)
{
	struct maker m = { 0 };

	maker_file(&m, "a", "1");
	maker_file(&m, "b", "2");
	m.bytes[1024 + 5] ^= 1;
	assert_bad(&m, TAR_BAD, "bad header checksum", 1024);
}

static void test_no_tar(void **unused)
{
	struct maker m = { 0 };

	memset(maker_room(&m, 2048), 'x', 2048);
	assert_bad(&m, TAR_BAD, "this is no tar archive", 0);
}

static void test_garbage_after_end(void **unused)
{
	struct maker m = { 0 };

	maker_file(&m, "a", "1");
	maker_end(&m);
	memset(maker_room(&m, 512), 'x', 512);
	assert_bad(&m, TAR_GARBAGE, "something that is no tar header follows its end", 2048);
}

static void test_sizes(void **unused)
{
	struct maker m = { 0 };

	maker_header(&m, "a", '0', 513, "");
	maker_data(&m, "1", 1);
	assert_bad(&m, TAR_CUT, "the archive ends inside a member", 0);

	m = (struct maker){ 0 };
	maker_header(&m, "a", '0', 0, "");
	memset(m.bytes + 124, 0xff, 12);
	maker_seal(&m, 0);
	assert_bad(&m, TAR_BAD, "bad size in a header", 0);

	m = (struct maker){ 0 };
	maker_header(&m, "a", '0', 0, "");
	memcpy(m.bytes + 124, "12x", 3);
	maker_seal(&m, 0);
	assert_bad(&m, TAR_BAD, "bad size in a header", 0);
}

static void test_bad_records(void **unused)
{
	static const struct {
		const char *records, *why;
	} table[] = {
		{ "99 path=x\n", "bad record in an extended header" },
		{ "0 path=x\n", "bad record in an extended header" },
		{ "10 path=x", "bad record in an extended header" },
		{ "x path=x\n", "bad record length in an extended header" },
		{ "99999999999999999999 path=x\n", "bad record length in an extended header" },
		{ "9 pathxx\n", "record without = in an extended header" },
		{ "10 size=-\n", "bad size in an extended header" },
		{ "12 mtime=zz\n", "bad time in an extended header" },
		{ "18 uid=9999999999\n", "bad uid in an extended header" },
		{ "22 GNU.sparse.major=1\n", "sparse members are not supported" },
	};

	for (unsigned i = 0; i < ARRAY_SIZE(table); i++) {
		struct maker m = { 0 };

		maker_extended(&m, 'x', table[i].records);
		maker_file(&m, "a", "1");
		assert_bad(&m, TAR_BAD, table[i].why, 0);
	}
}

static void test_extended_header_alone(void **unused)
{
	struct maker m = { 0 };

	maker_extended(&m, 'x', "10 path=x\n");
	assert_bad(&m, TAR_CUT, "the archive ends inside a header", 1024);
}

/* Every prefix of a good archive: never a read beyond, never more members than there were. */
static void test_every_cut(void **unused)
{
	char local[256] = "";
	struct maker m = { 0 };

	maker_record(local, "path", "from pax");
	maker_file(&m, "a", "1");
	maker_extended(&m, 'x', local);
	maker_file(&m, "b", "2");
	maker_header(&m, "long", 'L', 200, "");
	maker_room(&m, 512);
	maker_header(&m, "link", '2', 0, "target");
	for (size_t size = 0; size <= m.size; size++) {
		u8 *copy = exact_copy(&m, size);
		struct tar_reader r;
		unsigned count;

		read_all(copy, size, &r, &count);
		assert_in_range(count, 0, 3);
		free(copy);
	}
	free(m.bytes);
}

/* Every byte of a header changed to a few values: an answer, and the same one twice. */
static void test_every_byte(void **unused)
{
	static const u8 values[] = { 0x00, 0x20, 0x2f, 0x37, 0x80, 0xff };
	struct maker m = { 0 };

	maker_file(&m, "a", "1");
	maker_file(&m, "b", "2");
	for (size_t i = 0; i < 512; i++) {
		for (unsigned v = 0; v < ARRAY_SIZE(values); v++) {
			u8 *copy = exact_copy(&m, m.size);
			struct maker changed = { copy, m.size, m.size };
			struct tar_reader r;
			unsigned count;

			copy[i] = values[v];
			if (i < 148 || i > 155)
				maker_seal(&changed, 0);
			read_all(copy, m.size, &r, &count);
			free(copy);
		}
	}
	free(m.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gnu_tar),
		cmocka_unit_test(test_python),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_v7),
		cmocka_unit_test(test_signed_checksum),
		cmocka_unit_test(test_base256),
		cmocka_unit_test(test_pax_overrides),
		cmocka_unit_test(test_xattrs),
		cmocka_unit_test(test_concatenated),
		cmocka_unit_test(test_unterminated),
		cmocka_unit_test(test_bad_checksum),
		cmocka_unit_test(test_no_tar),
		cmocka_unit_test(test_garbage_after_end),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_bad_records),
		cmocka_unit_test(test_extended_header_alone),
		cmocka_unit_test(test_every_cut),
		cmocka_unit_test(test_every_byte),
	};

	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
