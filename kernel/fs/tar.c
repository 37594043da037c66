/*
 * The tar parser: tar.h says what it reads and promises. Layouts are those of POSIX.1-2017 pax(1) and of GNU tar's manual.
 * Each step either consumes whole blocks that lie inside the archive, or ends the reader with a reason.
 */
#include "fs/tar.h"

#include "lib/string.h"

struct header {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], checksum[8];
	char type;
	char link[100], magic[6], version[2], user[32], group[32], major[8], minor[8], prefix[155], padding[12];
};
_Static_assert(sizeof(struct header) == TAR_BLOCK, "a header is a block");

#define MAX_SIZE (1ull << 62)
#define XATTR_PREFIX "SCHILY.xattr."

void tar_open(struct tar_reader *r, const u8 *archive, u64 size)
{
	*r = (struct tar_reader){ .archive = archive, .size = size };
}

static enum tar_result end_with(struct tar_reader *r, enum tar_result result, u64 offset, const char *why)
{
	r->error_offset = offset;
	r->error = why;
	r->state = result;
	return result;
}

static bool is_zero_block(const u8 *block)
{
	for (unsigned i = 0; i < TAR_BLOCK; i++)
		if (block[i])
			return false;
	return true;
}

/* GNU's binary numbers: big-endian two's complement behind a set top bit. */
static bool parse_base256(const u8 *field, size_t length, i64 *value)
{
	bool negative = field[0] & 0x40;
	u64 v = negative ? UINT64_MAX : 0;

	for (size_t i = 0; i < length; i++) {
		u8 byte = i ? field[i] : (u8)(negative ? field[0] | 0x80 : field[0] & 0x7f);

		if (i + 8 < length) {
			if (byte != (negative ? 0xff : 0))
				return false;
			continue;
		}
		v = v << 8 | byte;
	}
	*value = (i64)v;
	return (*value < 0) == negative;
}

/* Octal with blanks around it, ended by a blank or NUL; an empty field is 0. */
static bool parse_number(const char *text, size_t length, i64 *value)
{
	const u8 *field = (const u8 *)text;
	u64 v = 0;
	size_t i = 0;

	if (field[0] & 0x80)
		return parse_base256(field, length, value);
	while (i < length && field[i] == ' ')
		i++;
	for (; i < length && field[i] >= '0' && field[i] <= '7'; i++)
		v = v << 3 | (u64)(field[i] - '0');	/* at most 12 digits: 36 bits */
	for (; i < length && field[i]; i++)
		if (field[i] != ' ')
			return false;
	*value = (i64)v;
	return true;
}

/* Some old writers added the bytes up as signed characters. */
static bool checksum_ok(const u8 *block)
{
	const struct header *h = (const struct header *)block;
	i64 unsigned_sum = 0, signed_sum = 0, stored;

	for (size_t i = 0; i < TAR_BLOCK; i++) {
		bool own = i >= offsetof(struct header, checksum) && i < offsetof(struct header, type);
		u8 byte = own ? ' ' : block[i];

		unsigned_sum += byte;
		signed_sum += (i8)byte;
	}
	return parse_number(h->checksum, sizeof(h->checksum), &stored) && (stored == unsigned_sum || stored == signed_sum);
}

static struct tar_string fixed_string(const char *text, size_t size)
{
	return (struct tar_string){ text, strnlen(text, size) };
}

/* The data of a metadata member: a NUL-terminated string. */
static struct tar_string data_string(const u8 *data, u64 size)
{
	return (struct tar_string){ (const char *)data, strnlen((const char *)data, size) };
}

static bool string_is(struct tar_string s, const char *literal)
{
	return s.length == strlen(literal) && memcmp(s.text, literal, s.length) == 0;
}

static bool parse_decimal(struct tar_string s, u64 *value)
{
	u64 v = 0;

	if (s.length == 0 || s.length > 19)
		return false;
	for (size_t i = 0; i < s.length; i++) {
		if (s.text[i] < '0' || s.text[i] > '9')
			return false;
		v = v * 10 + (u64)(s.text[i] - '0');
	}
	*value = v;
	return true;
}

/* "[-]seconds[.fraction]" in nanoseconds; what is out of range is cut to it. */
static bool parse_time(struct tar_string s, i64 *ns)
{
	bool negative = s.length && s.text[0] == '-';
	u64 seconds, fraction = 0, unit = NS_PER_SEC;
	const char *dot;

	if (negative) {
		s.text++;
		s.length--;
	}
	dot = s.length ? memchr(s.text, '.', s.length) : NULL;
	if (dot) {
		for (const char *p = dot + 1; p < s.text + s.length; p++) {
			if (*p < '0' || *p > '9')
				return false;
			unit /= 10;
			fraction += unit * (u64)(*p - '0');
		}
		s.length = (size_t)(dot - s.text);
	}
	if (!parse_decimal(s, &seconds))
		return false;
	seconds = MIN(seconds, INT64_MAX / NS_PER_SEC - 1);
	*ns = (i64)(seconds * NS_PER_SEC + fraction);
	if (negative)
		*ns = -*ns;
	return true;
}

static bool parse_id(struct tar_string value, bool *has, u32 *id)
{
	u64 v;

	*has = value.length != 0;
	if (!*has)
		return true;
	if (!parse_decimal(value, &v) || v > UINT32_MAX)
		return false;
	*id = (u32)v;
	return true;
}

/* One record of an extended header: the reason why it is bad, or NULL. An empty value takes an earlier one back. */
static const char *apply_record(struct tar_overrides *o, struct tar_string key, struct tar_string value)
{
	if (string_is(key, "path")) {
		o->path = value.length ? value : (struct tar_string){ 0 };
	} else if (string_is(key, "linkpath")) {
		o->link = value.length ? value : (struct tar_string){ 0 };
	} else if (string_is(key, "size")) {
		o->has_size = value.length != 0;
		if (o->has_size && (!parse_decimal(value, &o->size) || o->size > MAX_SIZE))
			return "bad size in an extended header";
	} else if (string_is(key, "mtime")) {
		o->has_mtime = value.length != 0;
		if (o->has_mtime && !parse_time(value, &o->mtime))
			return "bad time in an extended header";
	} else if (string_is(key, "uid")) {
		if (!parse_id(value, &o->has_uid, &o->uid))
			return "bad uid in an extended header";
	} else if (string_is(key, "gid")) {
		if (!parse_id(value, &o->has_gid, &o->gid))
			return "bad gid in an extended header";
	} else if (key.length >= 11 && memcmp(key.text, "GNU.sparse.", 11) == 0) {
		return "sparse members are not supported";
	}
	return NULL;
}

/* The record "LENGTH key=value\n" at p: the reason why it is bad, or NULL and *next is where the one after it begins. */
static const char *parse_record(const char *p, const char *end, struct tar_string *key, struct tar_string *value,
				const char **next)
{
	const char *space = memchr(p, ' ', MIN((u64)(end - p), 20u)), *equals;
	u64 length;

	if (!space || !parse_decimal((struct tar_string){ p, (size_t)(space - p) }, &length))
		return "bad record length in an extended header";
	if (length > (u64)(end - p) || length < (u64)(space - p) + 3 || p[length - 1] != '\n')
		return "bad record in an extended header";
	equals = memchr(space + 1, '=', (size_t)(p + length - 1 - (space + 1)));
	if (!equals)
		return "record without = in an extended header";
	*key = (struct tar_string){ space + 1, (size_t)(equals - space - 1) };
	*value = (struct tar_string){ equals + 1, (size_t)(p + length - 1 - (equals + 1)) };
	*next = p + length;
	return NULL;
}

/* All records: the reason why one is bad, or NULL. */
static const char *parse_extended(struct tar_overrides *o, const char *p, u64 size)
{
	const char *end = p + size;
	struct tar_string key, value;

	o->text = (struct tar_string){ p, size };
	while (p < end && *p) {
		const char *why = parse_record(p, end, &key, &value, &p);

		if (!why)
			why = apply_record(o, key, value);
		if (why)
			return why;
	}
	return NULL;
}

bool tar_next_xattr(const struct tar_member *m, u64 *at, struct tar_string *name, struct tar_string *value)
{
	const size_t prefix = strlen(XATTR_PREFIX);
	const char *p, *end;
	struct tar_string key;

	if (!m->extended.text)
		return false;
	p = m->extended.text + *at;
	end = m->extended.text + m->extended.length;
	while (p < end && *p && !parse_record(p, end, &key, value, &p)) {
		if (key.length <= prefix || memcmp(key.text, XATTR_PREFIX, prefix) != 0)
			continue;
		*name = (struct tar_string){ key.text + prefix, key.length - prefix };
		*at = (u64)(p - m->extended.text);
		return true;
	}
	return false;
}

static struct tar_string choose(struct tar_string local, struct tar_string global, struct tar_string own)
{
	return local.text ? local : global.text ? global : own;
}

/* The file's type, from the type flag; false when the flag is one that cannot be read. */
static bool member_type(char flag, struct tar_string name, enum tar_type *type)
{
	switch (flag) {
	case '1':
		*type = TAR_HARD_LINK;
		return true;
	case '2':
		*type = TAR_SYMLINK;
		return true;
	case '3':
		*type = TAR_CHAR_DEVICE;
		return true;
	case '4':
		*type = TAR_BLOCK_DEVICE;
		return true;
	case '5':
	case 'D':
		*type = TAR_DIRECTORY;
		return true;
	case '6':
		*type = TAR_FIFO;
		return true;
	case 'S':
	case 'M':
		return false;
	default:	/* an unknown type is to be read as a regular file; V7 marks directories by a slash */
		*type = name.length && name.text[name.length - 1] == '/' ? TAR_DIRECTORY : TAR_REGULAR;
		return true;
	}
}

/* The numbers of the header that are no sizes. */
static bool parse_attributes(const struct header *h, struct tar_member *m)
{
	i64 mode, uid, gid, mtime, major = 0, minor = 0;

	if (!parse_number(h->mode, sizeof(h->mode), &mode) || !parse_number(h->uid, sizeof(h->uid), &uid) ||
	    !parse_number(h->gid, sizeof(h->gid), &gid) || !parse_number(h->mtime, sizeof(h->mtime), &mtime))
		return false;
	if (m->type == TAR_CHAR_DEVICE || m->type == TAR_BLOCK_DEVICE)
		if (!parse_number(h->major, sizeof(h->major), &major) || !parse_number(h->minor, sizeof(h->minor), &minor))
			return false;
	m->mode = (u32)mode & 07777;
	m->uid = (u32)uid;
	m->gid = (u32)gid;
	m->mtime = MAX(MIN(mtime, INT64_MAX / (i64)NS_PER_SEC), INT64_MIN / (i64)NS_PER_SEC) * (i64)NS_PER_SEC;
	m->major = (u32)major;
	m->minor = (u32)minor;
	return true;
}

static void apply_overrides(struct tar_member *m, const struct tar_overrides *o)
{
	if (o->has_uid)
		m->uid = o->uid;
	if (o->has_gid)
		m->gid = o->gid;
	if (o->has_mtime)
		m->mtime = o->mtime;
}

/* Fill *member from its header; the reason why it is bad, or NULL. */
static const char *fill_member(struct tar_reader *r, const struct header *h, const struct tar_overrides *local,
			       struct tar_member *m)
{
	bool posix = memcmp(h->magic, "ustar\0", 6) == 0;

	m->name = choose(local->path, r->global.path, fixed_string(h->name, sizeof(h->name)));
	m->prefix = (struct tar_string){ 0 };
	if (!local->path.text && !r->global.path.text && posix && h->prefix[0])
		m->prefix = fixed_string(h->prefix, sizeof(h->prefix));
	m->extended = local->text;
	m->link = choose(local->link, r->global.link, fixed_string(h->link, sizeof(h->link)));
	if (!member_type(h->type, m->name, &m->type))
		return "sparse and multi-volume members are not supported";
	if (!parse_attributes(h, m))
		return "bad number in a header";
	apply_overrides(m, &r->global);
	apply_overrides(m, local);
	return NULL;
}

/* How many bytes of data follow a header; by convention links, devices and directories have none whatever they say. */
static bool data_size(const struct header *h, const struct tar_overrides *local, const struct tar_overrides *global, u64 *size)
{
	i64 stored;

	if (h->type >= '1' && h->type <= '6') {
		*size = 0;
		return true;
	}
	if (!parse_number(h->size, sizeof(h->size), &stored) || stored < 0 || (u64)stored > MAX_SIZE)
		return false;
	*size = (u64)stored;
	if (h->type == 'x' || h->type == 'X' || h->type == 'g' || h->type == 'L' || h->type == 'K')
		return true;
	if (local->has_size)
		*size = local->size;
	else if (global->has_size)
		*size = global->size;
	return true;
}

/* Does the header describe the members after it? Then take it in; *why when it is bad. */
static bool take_metadata(struct tar_reader *r, char type, const u8 *data, u64 size, struct tar_overrides *local,
			  const char **why)
{
	switch (type) {
	case 'x':
	case 'X':
		*why = parse_extended(local, (const char *)data, size);
		return true;
	case 'g':
		*why = parse_extended(&r->global, (const char *)data, size);
		return true;
	case 'L':
		local->path = data_string(data, size);
		return true;
	case 'K':
		local->link = data_string(data, size);
		return true;
	case 'V':		/* a volume label */
		return true;
	default:
		return false;
	}
}

/* Skip end-of-archive blocks: another archive may follow them. True when a block is left; *skipped when there were any. */
static bool skip_zero_blocks(struct tar_reader *r, bool *skipped)
{
	while (r->size - r->offset >= TAR_BLOCK) {
		if (!is_zero_block(r->archive + r->offset))
			return true;
		*skipped = true;
		r->offset += TAR_BLOCK;
	}
	return false;
}

static enum tar_result at_end(struct tar_reader *r, bool inside)
{
	bool rest = false;

	for (u64 i = r->offset; i < r->size; i++)
		rest |= r->archive[i] != 0;
	if (rest || inside)
		return end_with(r, TAR_CUT, r->offset, "the archive ends inside a header");
	return end_with(r, TAR_END, r->offset, NULL);
}

enum tar_result tar_next(struct tar_reader *r, struct tar_member *member)
{
	struct tar_overrides local = { 0 };
	bool inside = false, skipped = false;

	if (r->state != TAR_MEMBER)
		return r->state;
	for (;;) {
		const u8 *block;
		const struct header *h;
		const char *why = NULL;
		u64 offset, size, room;

		if (!skip_zero_blocks(r, &skipped))
			return at_end(r, inside);
		offset = r->offset;
		block = r->archive + offset;
		h = (const struct header *)block;
		if (!checksum_ok(block)) {
			if (skipped && !inside)
				return end_with(r, TAR_GARBAGE, offset, "something that is no tar header follows its end");
			return end_with(r, TAR_BAD, offset, offset ? "bad header checksum" : "this is no tar archive");
		}
		if (!data_size(h, &local, &r->global, &size))
			return end_with(r, TAR_BAD, offset, "bad size in a header");
		room = r->size - offset - TAR_BLOCK;
		if (size > room)
			return end_with(r, TAR_CUT, offset, "the archive ends inside a member");
		r->offset = offset + TAR_BLOCK + MIN(ALIGN_UP(size, (u64)TAR_BLOCK), room);
		if (take_metadata(r, h->type, block + TAR_BLOCK, size, &local, &why)) {
			if (why)
				return end_with(r, TAR_BAD, offset, why);
			inside = h->type != 'g' && h->type != 'V';
			continue;
		}
		why = fill_member(r, h, &local, member);
		if (why)
			return end_with(r, TAR_BAD, offset, why);
		member->offset = offset;
		member->size = member->type == TAR_REGULAR ? size : 0;
		member->data = block + TAR_BLOCK;
		r->members++;
		return TAR_MEMBER;
	}
}
