/* sources: kernel/fs/tar.c kernel/lib/string.c */
/*
 * libFuzzer target for the tar reader. The input is an archive whose headers' checksums are mended first, so that the fuzzer gets
 * past them. Whatever comes out must lie inside the archive, and reading must come to an end.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fs/tar.h"
#include "tar_maker.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void check_string(struct tar_string s, const u8 *archive, size_t size)
{
	if (!s.text)
		return;
	require((const u8 *)s.text >= archive && (const u8 *)s.text <= archive + size);
	require(s.length <= (size_t)(archive + size - (const u8 *)s.text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct maker m = { malloc(size + 1), size, size };
	struct tar_member member;
	struct tar_reader r;
	u64 members = 0;

	require(m.bytes != NULL);
	memcpy(m.bytes, data, size);
	if (size && data[0] != 'n')
		for (size_t at = 0; at + 512 <= size; at += 512)
			if (m.bytes[at])
				maker_seal(&m, at);
	tar_open(&r, m.bytes, size);
	while (tar_next(&r, &member) == TAR_MEMBER) {
		require(++members <= size / 512);
		check_string(member.name, m.bytes, size);
		check_string(member.prefix, m.bytes, size);
		check_string(member.link, m.bytes, size);
		require(member.data >= m.bytes && member.data <= m.bytes + size);
		require(member.size <= (u64)(m.bytes + size - member.data));
	}
	require(r.offset <= size);
	free(m.bytes);
	return 0;
}
