/* sources: kernel/exec/elf.c kernel/exec/script.c kernel/lib/string.c tests/support/host.c */
/*
 * libFuzzer target for exec's readers: the input is a file that starts with `#!`, or an ELF header and its table. What
 * is accepted must keep the promises that the mapping code counts on.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "exec/elf.h"
#include "exec/script.h"
#include "mm/aspace.h"
#include "mm/usercopy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void try_script(const uint8_t *data, size_t size)
{
	char *head = calloc(1, EXEC_HEAD_SIZE), *interpreter, *argument;

	require(head != NULL);
	memcpy(head, data, size < EXEC_HEAD_SIZE ? size : EXEC_HEAD_SIZE);
	if (script_is(head) && script_parse(head, &interpreter, &argument) == 0) {
		require(interpreter > head && strlen(interpreter) > 0 && interpreter + strlen(interpreter) < head + EXEC_HEAD_SIZE);
		require(!argument || argument > interpreter + strlen(interpreter));
		require(!argument || argument + strlen(argument) < head + EXEC_HEAD_SIZE);
	}
	free(head);
}

static bool is_page_range(u64 start, u64 length)
{
	return start % PAGE_SIZE == 0 && length % PAGE_SIZE == 0 && start <= USER_END && length <= USER_END - start;
}

static void check_placement(const struct elf_segment *s, u64 bias)
{
	struct elf_placement p;

	if (elf_place(s, bias, &p) < 0)
		return;
	require(p.file_length == 0 || is_page_range(p.file_start, p.file_length));
	require(p.anonymous_length == 0 || is_page_range(p.anonymous_start, p.anonymous_length));
	require(p.zero_length < PAGE_SIZE);
	require(p.zero_length == 0 || p.zero_start + p.zero_length == p.file_start + p.file_length);
	require(p.file_length + p.anonymous_length >= s->memory_size || p.file_length + p.anonymous_length >= USER_END - PAGE_SIZE);
	require((p.prot & ~(u32)(PROT_READ | PROT_WRITE | PROT_EXEC)) == 0);
}

static void try_table(const struct elf_header *h, const struct elf_segment *table)
{
	u64 offset, length;
	struct elf_span span;
	int r = elf_find_interpreter(table, h->count, &offset, &length);

	require(r <= 0 || (length >= 2 && length <= 4096));
	elf_wants_executable_stack(table, h->count);
	if (elf_measure(h, table, &span) < 0)
		return;
	require(span.segments == 0 || (span.low < span.high || span.low == span.high));
	require(span.high <= USER_END && span.align >= PAGE_SIZE && (span.align & (span.align - 1)) == 0);
	for (unsigned i = 0; i < h->count; i++) {
		if (table[i].type != ELF_LOAD)
			continue;
		check_placement(&table[i], 0);
		check_placement(&table[i], 0x555555554000 - span.low);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct elf_segment *table;
	struct elf_header h;

	try_script(data, size);
	if (size < sizeof(h))
		return 0;
	memcpy(&h, data, sizeof(h));
	/* Most inputs shall get past the first checks. */
	memcpy(h.ident, "\177ELF\2", 5);
	h.type = ELF_TYPE_DYN;
	h.machine = ELF_MACHINE;
	h.entry_size = sizeof(struct elf_segment);
	h.count = (u16)((size - sizeof(h)) / sizeof(*table));
	if (elf_check_header(&h) < 0)
		return 0;
	table = malloc(elf_table_size(&h));
	require(table != NULL);
	memcpy(table, data + sizeof(h), elf_table_size(&h));
	try_table(&h, table);
	free(table);
	return 0;
}
