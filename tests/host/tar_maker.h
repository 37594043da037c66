/* Builds tar archives by hand, right or wrong, for the tests of the reader and of the root file system. */
#ifndef TAR_MAKER_H
#define TAR_MAKER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/types.h"

struct maker {
	u8 *bytes;
	size_t size, capacity;
};

static inline u8 *maker_room(struct maker *m, size_t n)
{
	if (m->size + n > m->capacity) {
		m->capacity = (m->size + n) * 2;
		m->bytes = realloc(m->bytes, m->capacity);
		if (!m->bytes)
			abort();
	}
	memset(m->bytes + m->size, 0, n);
	m->size += n;
	return m->bytes + m->size - n;
}

/* The checksum of the header at `offset`, in place. */
static inline void maker_seal(struct maker *m, size_t offset)
{
	u8 *h = m->bytes + offset;
	unsigned sum = 0;

	memset(h + 148, ' ', 8);
	for (unsigned i = 0; i < 512; i++)
		sum += h[i];
	h[148] = (u8)('0' + (sum >> 15 & 7));
	h[149] = (u8)('0' + (sum >> 12 & 7));
	h[150] = (u8)('0' + (sum >> 9 & 7));
	h[151] = (u8)('0' + (sum >> 6 & 7));
	h[152] = (u8)('0' + (sum >> 3 & 7));
	h[153] = (u8)('0' + (sum & 7));
	h[154] = 0;
}

static inline void maker_octal(u8 *field, size_t width, u64 value)
{
	for (size_t i = width - 1; i-- > 0; value >>= 3)
		field[i] = (u8)('0' + (value & 7));
}

/* A ustar header: its offset. */
static inline size_t maker_header(struct maker *m, const char *name, char type, u64 size, const char *link)
{
	size_t offset = m->size;
	u8 *h = maker_room(m, 512);

	memcpy(h, name, strlen(name) < 100 ? strlen(name) : 100);
	maker_octal(h + 100, 8, type == '5' ? 0755 : 0644);
	maker_octal(h + 108, 8, 0);
	maker_octal(h + 116, 8, 0);
	maker_octal(h + 124, 12, size);
	maker_octal(h + 136, 12, 1700000000);
	h[156] = (u8)type;
	memcpy(h + 157, link, strlen(link) < 100 ? strlen(link) : 100);
	memcpy(h + 257, "ustar", 6);
	memcpy(h + 263, "00", 2);
	maker_seal(m, offset);
	return offset;
}

static inline void maker_data(struct maker *m, const void *data, size_t size)
{
	u8 *to = maker_room(m, ALIGN_UP(size, (size_t)512));

	memcpy(to, data, size);
}

static inline size_t maker_file(struct maker *m, const char *name, const char *text)
{
	size_t offset = maker_header(m, name, '0', strlen(text), "");

	maker_data(m, text, strlen(text));
	return offset;
}

/* One record of an extended header, its length worked out. */
static inline void maker_record(char *to, const char *key, const char *value)
{
	size_t length = strlen(key) + strlen(value) + 3, digits = 1;

	for (size_t i = length; i >= 10; i /= 10)
		digits++;
	if (snprintf(NULL, 0, "%zu", length + digits) > (int)digits)
		digits++;
	sprintf(to + strlen(to), "%zu %s=%s\n", length + digits, key, value);
}

static inline void maker_extended(struct maker *m, char type, const char *records)
{
	maker_header(m, "pax", type, strlen(records), "");
	maker_data(m, records, strlen(records));
}

static inline void maker_end(struct maker *m)
{
	maker_room(m, 1024);
}

#endif
