/*
 * Conversion between character sets, by way of code points: each set has a reader and a writer of one character. A reader
 * answers the bytes of the character, 0 when they are not all there, -1 when they are none; a writer the bytes it needs
 * (those not above the room it wrote), 0 when the set has no such character. A conversion belongs to one thread at a time.
 */
#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum set { ASCII, LATIN1, UTF8, UTF16LE, UTF16BE, UTF32LE, UTF32BE };

struct conversion {
	enum set from, to;
	bool mark_in, mark_out;		/* the set is named without its byte order: a mark is read or written first */
	bool begun_in, begun_out;
	enum set read_as;
};

static const struct {
	const char *name;
	enum set set;
	bool mark;
} names[] = {
	{ "UTF-8", UTF8, false }, { "UTF8", UTF8, false }, { "US-ASCII", ASCII, false }, { "ASCII", ASCII, false },
	{ "ANSI_X3.4-1968", ASCII, false }, { "ISO-8859-1", LATIN1, false }, { "ISO8859-1", LATIN1, false },
	{ "LATIN1", LATIN1, false }, { "UTF-16LE", UTF16LE, false }, { "UTF-16BE", UTF16BE, false },
	{ "UTF-16", UTF16LE, true }, { "UTF-32LE", UTF32LE, false }, { "UTF-32BE", UTF32BE, false },
	{ "UTF-32", UTF32LE, true }, { "UCS-4", UTF32BE, false }, { "WCHAR_T", UTF32LE, false },
};

/* Whatever follows "//" says how to make do, which is not done. */
static bool find(const char *name, enum set *set, bool *mark)
{
	size_t length = strcspn(name, "/");

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strlen(names[i].name) == length && !strncasecmp(names[i].name, name, length)) {
			*set = names[i].set;
			*mark = names[i].mark;
			return true;
		}
	}
	return false;
}

iconv_t iconv_open(const char *to, const char *from)
{
	struct conversion made = { 0 }, *conversion;

	if (!find(to, &made.to, &made.mark_out) || !find(from, &made.from, &made.mark_in)) {
		errno = EINVAL;
		return (iconv_t)-1;
	}
	made.read_as = made.from;
	conversion = malloc(sizeof(*conversion));
	if (!conversion)
		return (iconv_t)-1;
	*conversion = made;
	return conversion;
}

int iconv_close(iconv_t conversion)
{
	free(conversion);
	return 0;
}

static uint32_t load(const unsigned char *p, int bytes, bool big)
{
	uint32_t value = 0;

	for (int i = 0; i < bytes; i++)
		value |= (uint32_t)p[big ? bytes - 1 - i : i] << (8 * i);
	return value;
}

static bool is_scalar(uint32_t c)
{
	return c < 0x110000 && (c < 0xd800 || c > 0xdfff);
}

static int read_utf8(const unsigned char *p, size_t n, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	size_t more = p[0] < 0x80 ? 0 : p[0] < 0xc2 ? 9 : p[0] < 0xe0 ? 1 : p[0] < 0xf0 ? 2 : p[0] < 0xf5 ? 3 : 9;

	if (more == 9)
		return -1;
	*c = more ? p[0] & (0x3fu >> more) : p[0];
	for (size_t i = 1; i <= more; i++) {
		if (i == n)
			return 0;
		if ((p[i] & 0xc0) != 0x80)
			return -1;
		*c = *c << 6 | (p[i] & 0x3f);
	}
	return *c >= least[more] && is_scalar(*c) ? (int)more + 1 : -1;
}

static int read_utf16(const unsigned char *p, size_t n, bool big, uint32_t *c)
{
	uint32_t low;

	if (n < 2)
		return 0;
	*c = load(p, 2, big);
	if (*c < 0xd800 || *c > 0xdfff)
		return 2;
	if (*c > 0xdbff)
		return -1;
	if (n < 4)
		return 0;
	low = load(p + 2, 2, big);
	if (low < 0xdc00 || low > 0xdfff)
		return -1;
	*c = 0x10000 + ((*c - 0xd800) << 10) + (low - 0xdc00);
	return 4;
}

static int read_one(enum set set, const unsigned char *p, size_t n, uint32_t *c)
{
	switch (set) {
	case ASCII:
	case LATIN1:
		*c = *p;
		return set == LATIN1 || *p < 128 ? 1 : -1;
	case UTF8:
		return read_utf8(p, n, c);
	case UTF16LE:
	case UTF16BE:
		return read_utf16(p, n, set == UTF16BE, c);
	case UTF32LE:
	case UTF32BE:
		if (n < 4)
			return 0;
		*c = load(p, 4, set == UTF32BE);
		return is_scalar(*c) ? 4 : -1;
	}
	return -1;
}

static void store(unsigned char *p, uint32_t value, int bytes, bool big)
{
	for (int i = 0; i < bytes; i++)
		p[big ? bytes - 1 - i : i] = (unsigned char)(value >> (8 * i));
}

static size_t write_utf8(unsigned char *p, size_t room, uint32_t c)
{
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	if (n > room)
		return n;
	for (size_t i = n - 1; i; i--, c >>= 6)
		p[i] = (unsigned char)(0x80 | (c & 0x3f));
	p[0] = (unsigned char)(n == 1 ? c : (0xf00u >> n) | c);
	return n;
}

static size_t write_utf16(unsigned char *p, size_t room, uint32_t c, bool big)
{
	size_t n = c < 0x10000 ? 2 : 4;

	if (n > room)
		return n;
	if (n == 4) {
		store(p, 0xd7c0 + (c >> 10), 2, big);
		store(p + 2, 0xdc00 + (c & 0x3ff), 2, big);
	} else {
		store(p, c, 2, big);
	}
	return n;
}

static size_t write_one(enum set set, unsigned char *p, size_t room, uint32_t c)
{
	switch (set) {
	case ASCII:
	case LATIN1:
		if (c >= (set == ASCII ? 128u : 256u))
			return 0;
		if (room)
			*p = (unsigned char)c;
		return 1;
	case UTF8:
		return write_utf8(p, room, c);
	case UTF16LE:
	case UTF16BE:
		return write_utf16(p, room, c, set == UTF16BE);
	case UTF32LE:
	case UTF32BE:
		if (room >= 4)
			store(p, c, 4, set == UTF32BE);
		return 4;
	}
	return 0;
}

/* A mark at the input's start tells the byte order and is no character. */
static bool is_mark(struct conversion *conversion, const unsigned char *p, int bytes, uint32_t c)
{
	if (!conversion->mark_in || conversion->begun_in)
		return false;
	conversion->begun_in = true;
	if (c == 0xfeff)
		return true;
	if (load(p, bytes, true) == 0xfeff) {
		conversion->read_as = conversion->from == UTF16LE ? UTF16BE : UTF32BE;
		return true;
	}
	return false;
}

static size_t stop(int error)
{
	errno = error;
	return (size_t)-1;
}

static bool write_mark(struct conversion *conversion, unsigned char **out, size_t *out_left)
{
	size_t n;

	if (!conversion->mark_out || conversion->begun_out)
		return true;
	n = write_one(conversion->to, *out, *out_left, 0xfeff);
	if (n > *out_left)
		return false;
	conversion->begun_out = true;
	*out += n;
	*out_left -= n;
	return true;
}

size_t iconv(iconv_t handle, char **restrict in, size_t *restrict in_left, char **restrict out, size_t *restrict out_left)
{
	struct conversion *conversion = handle;

	if (!in || !*in) {
		conversion->begun_in = conversion->begun_out = false;
		conversion->read_as = conversion->from;
		return 0;
	}
	while (*in_left) {
		const unsigned char *p = (const unsigned char *)*in;
		uint32_t c = 0;
		int taken = read_one(conversion->read_as, p, *in_left, &c);
		size_t written = 0;

		if (taken < 0 && !(conversion->mark_in && !conversion->begun_in && *in_left >= 4))
			return stop(EILSEQ);
		if (taken == 0)
			return stop(EINVAL);
		if (taken < 0)		/* UTF-32 in the other byte order */
			taken = 4;
		if (!is_mark(conversion, p, taken, c)) {
			if (!write_mark(conversion, (unsigned char **)out, out_left))
				return stop(E2BIG);
			written = write_one(conversion->to, (unsigned char *)*out, *out_left, c);
			if (!written)
				return stop(EILSEQ);
			if (written > *out_left)
				return stop(E2BIG);
		}
		*in += taken;
		*in_left -= (size_t)taken;
		*out += written;
		*out_left -= written;
	}
	return 0;
}
