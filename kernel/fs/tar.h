/*
 * Reading tar archives in memory: old V7, ustar, pax (POSIX.1-2001) with global headers, GNU long names and base-256
 * numbers, concatenated archives. A pure parser: no allocation, no locks, no kernel services, so the build machine's
 * tests and fuzzers run it as it is. Every string of a member points into the archive and has a length; it is not
 * NUL-terminated. Nothing in the archive is trusted: offsets are checked against its size before they are used.
 */
#ifndef FS_TAR_H
#define FS_TAR_H

#include "lib/types.h"

#define TAR_BLOCK 512u

struct tar_string {
	const char *text;	/* NULL: absent */
	size_t length;
};

enum tar_type {
	TAR_REGULAR, TAR_HARD_LINK, TAR_SYMLINK, TAR_CHAR_DEVICE, TAR_BLOCK_DEVICE, TAR_DIRECTORY, TAR_FIFO,
};

struct tar_member {
	enum tar_type type;
	struct tar_string prefix;	/* the path is prefix "/" name when there is a prefix */
	struct tar_string name;		/* raw: may have leading "/", "./", "..", doubled slashes */
	struct tar_string link;		/* of links, raw */
	u32 mode;			/* permissions, 12 bits */
	u32 uid, gid;
	i64 mtime;			/* ns since 1970 */
	u32 major, minor;		/* of devices */
	u64 size;			/* bytes of data: regular files only */
	const u8 *data;			/* inside the archive; valid for `size` bytes */
	struct tar_string extended;	/* its own extended header, well formed; absent: NULL */
	u64 offset;			/* of the member's own header block */
};

/* What an extended header says about the members that follow; absent fields are not said. */
struct tar_overrides {
	struct tar_string text;		/* the header itself, for tar_next_xattr */
	struct tar_string path, link;
	bool has_size, has_uid, has_gid, has_mtime;
	u64 size;
	u32 uid, gid;
	i64 mtime;
};

enum tar_result {
	TAR_MEMBER = 0,		/* *member is filled */
	TAR_END,		/* no more members */
	TAR_CUT,		/* the archive ends inside a member or header; all before it was whole */
	TAR_GARBAGE,		/* end-of-archive blocks, then something that is no tar header: ignored as tar does */
	TAR_BAD,		/* corrupt */
};

struct tar_reader {
	const u8 *archive;
	u64 size;
	u64 offset;			/* of the next block */
	u64 members;			/* handed out so far */
	struct tar_overrides global;	/* pax 'g' headers */
	enum tar_result state;		/* what ended it; TAR_MEMBER until then */
	/* After CUT, GARBAGE, BAD: where, and why in words ("bad header checksum"). */
	u64 error_offset;
	const char *error;
};

void tar_open(struct tar_reader *r, const u8 *archive, u64 size);

/*
 * The member's next extended attribute (SCHILY.xattr.NAME) from *at on, 0 at first; the latest of a name counts. Name and value
 * are inside the archive, the value may hold any bytes.
 */
bool tar_next_xattr(const struct tar_member *m, u64 *at, struct tar_string *name, struct tar_string *value);

/* The next member. After anything but TAR_MEMBER the reader is at its end: the same answer comes again. */
enum tar_result tar_next(struct tar_reader *r, struct tar_member *member);

#endif
