/*
 * tar c|x|t[vpO] [-f ARCHIVE] [-C DIRECTORY] [FILE]...: archives in the ustar format, which are read and written as streams
 * of blocks. Names longer than its fields travel in GNU's 'L' and 'K' entries, and those of pax headers (path, linkpath, size) are
 * understood. Names that climb out of the directory are not extracted.
 */
#include <fcntl.h>
#include <limits.h>
#include <time.h>

#include "mode.h"
#include "names.h"
#include "text.h"
#include "tree.h"

#define BLOCK 512

struct header {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], checksum[8], type, link[100];
	char magic[6], version[2], user[32], group[32], major[8], minor[8], prefix[155], pad[12];
};

/* An entry as it is read. */
struct entry {
	char name[PATH_MAX], link[PATH_MAX];
	char type;
	mode_t mode;
	uid_t uid;
	gid_t gid;
	time_t mtime;
	unsigned long size;
};

static FILE *archive;
static bool verbose, keep_mode, to_stdout;
static char action;
static const char *archive_name = "-";
static struct stat archive_status;

/* ---- writing */

/* Octal digits, or where they do not suffice GNU's base 256. */
static void put_number(char *field, size_t size, unsigned long value)
{
	if (value >> (3 * (size - 1)) == 0) {
		snprintf(field, size, "%0*lo", (int)size - 1, value);
		return;
	}
	field[0] = (char)0x80;
	for (size_t i = size; --i;) {
		field[i] = (char)value;
		value >>= 8;
	}
}

static unsigned checksum(const struct header *h)
{
	const unsigned char *bytes = (const unsigned char *)h;
	unsigned sum = 8 * ' ';

	for (size_t i = 0; i < BLOCK; i++) {
		if (i < offsetof(struct header, checksum) || i >= offsetof(struct header, type))
			sum += bytes[i];
	}
	return sum;
}

static void put_header(struct header *h)
{
	memcpy(h->magic, "ustar", 6);
	memcpy(h->version, "00", 2);
	snprintf(h->checksum, sizeof(h->checksum), "%06o", checksum(h));
	fwrite(h, BLOCK, 1, archive);
}

static void put_padding(unsigned long size)
{
	static const char zeros[BLOCK];

	fwrite(zeros, 1, (BLOCK - size % BLOCK) % BLOCK, archive);
}

/* A name that fits no field: an entry of its own, whose contents it is. */
static void put_long_name(const char *name, char type)
{
	struct header h = { .type = type, .name = "././@LongLink" };
	size_t n = strlen(name) + 1;

	put_number(h.size, sizeof(h.size), n);
	put_number(h.mode, sizeof(h.mode), 0);
	put_header(&h);
	fwrite(name, 1, n, archive);
	put_padding(n);
}

/* Splits between name and prefix where that suffices. */
static void put_name(struct header *h, const char *name)
{
	size_t n = strlen(name);

	if (n > sizeof(h->name)) {
		const char *slash = strchr(name + n - sizeof(h->name) - 1, '/');

		if (slash && slash[1] && slash > name && (size_t)(slash - name) <= sizeof(h->prefix)) {
			memcpy(h->prefix, name, (size_t)(slash - name));
			name = slash + 1;
			n = strlen(name);
		} else {
			put_long_name(name, 'L');
		}
	}
	memcpy(h->name, name, n < sizeof(h->name) ? n : sizeof(h->name));
}

static void put_contents(int fd, unsigned long size, const char *path)
{
	static char buffer[65536];
	unsigned long left = size;

	while (left) {
		ssize_t n = read(fd, buffer, left < sizeof(buffer) ? left : sizeof(buffer));

		if (n <= 0) {	/* it shrank: the header's promise is kept with zeros */
			tool_error(path);
			memset(buffer, 0, sizeof(buffer));
			n = (ssize_t)(left < sizeof(buffer) ? left : sizeof(buffer));
		}
		fwrite(buffer, 1, (size_t)n, archive);
		left -= (unsigned long)n;
	}
	put_padding(size);
}

static char type_of(mode_t mode)
{
	return S_ISREG(mode) ? '0' : S_ISLNK(mode) ? '2' : S_ISCHR(mode) ? '3' : S_ISBLK(mode) ? '4' : S_ISDIR(mode) ? '5' :
	       S_ISFIFO(mode) ? '6' : 0;
}

static void fill_header(struct header *h, const struct stat *s)
{
	h->type = type_of(s->st_mode);
	put_number(h->mode, sizeof(h->mode), s->st_mode & 07777);
	put_number(h->uid, sizeof(h->uid), s->st_uid);
	put_number(h->gid, sizeof(h->gid), s->st_gid);
	put_number(h->size, sizeof(h->size), S_ISREG(s->st_mode) ? (unsigned long)s->st_size : 0);
	put_number(h->mtime, sizeof(h->mtime), (unsigned long)s->st_mtim.tv_sec);
	put_number(h->major, sizeof(h->major), s->st_rdev >> 8 & 0xfff);
	put_number(h->minor, sizeof(h->minor), s->st_rdev & 0xff);
	strlcpy(h->user, name_of(USERS, s->st_uid), sizeof(h->user));
	strlcpy(h->group, name_of(GROUPS, s->st_gid), sizeof(h->group));
}

/* Files with several names that are in the archive already, by their first name there. */
struct archived {
	struct archived *next;
	dev_t dev;
	ino_t ino;
	char name[];
};

static struct archived *archived_files[256];

/* The first name of a file with several; remembers this one, and returns NULL, when it is that. */
static const char *first_name(const char *name, const struct stat *s)
{
	struct archived **bucket = &archived_files[s->st_ino % 256], *new;

	if (s->st_nlink < 2 || !S_ISREG(s->st_mode))
		return NULL;
	for (struct archived *a = *bucket; a; a = a->next) {
		if (a->ino == s->st_ino && a->dev == s->st_dev)
			return a->name;
	}
	new = malloc(sizeof(*new) + strlen(name) + 1);
	if (!new)
		tool_fail(2, "out of memory");
	*new = (struct archived){ *bucket, s->st_dev, s->st_ino };
	strcpy(new->name, name);
	*bucket = new;
	return NULL;
}

/* Puts where a link leads into the header, or before it when that is too long. */
static void put_target(struct header *h, const char *target)
{
	if (strlen(target) > sizeof(h->link))
		put_long_name(target, 'K');
	memcpy(h->link, target, strnlen(target, sizeof(h->link)));
}

static bool add(const char *path, const struct stat *s, int depth)
{
	struct header h = { 0 };
	char *name = NULL, target[PATH_MAX] = "";
	const char *first, *full = path;
	int fd = -1;

	if (s->st_ino == archive_status.st_ino && s->st_dev == archive_status.st_dev)
		return true;
	fill_header(&h, s);
	while (*path == '/')
		path++;
	first = first_name(path, s);
	if (first) {
		h.type = '1';
		put_number(h.size, sizeof(h.size), 0);
		put_target(&h, first);
	} else if (S_ISREG(s->st_mode) && (fd = open(full, O_RDONLY)) < 0) {
		tool_error(full);
		return true;
	}
	if (S_ISLNK(s->st_mode)) {
		ssize_t n = readlink(full, target, sizeof(target) - 1);

		target[n < 0 ? 0 : n] = 0;
		put_target(&h, target);
	}
	if (h.type && asprintf(&name, "%s%s", *path ? path : ".", S_ISDIR(s->st_mode) ? "/" : "") > 0) {
		put_name(&h, name);
		put_header(&h);
		if (verbose)
			fprintf(archive == stdout ? stderr : stdout, "%s\n", name);
	}
	free(name);
	if (fd >= 0) {
		put_contents(fd, (unsigned long)s->st_size, full);
		close(fd);
	}
	return true;
}

static void create(char **files)
{
	static const char end[2 * BLOCK];

	for (; *files; files++)
		walk_tree(*files, add, WALK_BEFORE);
	fwrite(end, 1, sizeof(end), archive);
	if (ferror(archive) || fflush(archive) < 0)
		tool_fail(2, "%s: cannot write: %s", archive_name, strerror(errno));
}

/* ---- reading */

static unsigned long get_number(const char *field, size_t size)
{
	unsigned long value = 0;
	size_t i = 0;

	if (field[0] & 0x80) {	/* base 256 */
		for (i = 1; i < size; i++)
			value = value << 8 | (unsigned char)field[i];
		return value;
	}
	while (i < size && field[i] == ' ')
		i++;
	for (; i < size && field[i] >= '0' && field[i] <= '7'; i++)
		value = value * 8 + (unsigned long)(field[i] - '0');
	return value;
}

/* Takes the contents of an entry: to fd, or (fd -1) away. */
static void take_contents(unsigned long size, int fd, const char *name)
{
	static char buffer[65536];
	unsigned long left = (size + BLOCK - 1) / BLOCK * BLOCK, wanted = size;

	while (left) {
		size_t n = fread(buffer, 1, left < sizeof(buffer) ? left : sizeof(buffer), archive);
		size_t useful = n < wanted ? n : wanted;

		if (!n)
			tool_fail(2, "unexpected end of the archive");
		if (fd >= 0 && useful && write(fd, buffer, useful) != (ssize_t)useful)
			tool_error(name);
		left -= n;
		wanted -= useful;
	}
}

/* The contents of an entry as a string of at most `room` bytes. */
static void take_text(unsigned long size, char *text, size_t room)
{
	unsigned long all = (size + BLOCK - 1) / BLOCK * BLOCK;

	for (unsigned long i = 0; i < all; i++) {
		int c = getc(archive);

		if (c == EOF)
			tool_fail(2, "unexpected end of the archive");
		if (i < size && i + 1 < room)
			text[i] = (char)c;
	}
	text[size < room ? size : room - 1] = 0;
}

/* Records of a pax header: "LENGTH KEY=VALUE\n". */
static void take_pax(unsigned long size, struct entry *entry, bool *has_size)
{
	static char text[16384];
	char *at = text, *end;

	take_text(size, text, sizeof(text));
	while (*at) {
		unsigned long n = strtoul(at, &end, 10);
		char *key = end + 1, *value = strchr(end, '=');

		if (*end != ' ' || !value || n > strlen(at) || at + n <= value)
			return;
		at += n;
		at[-1] = 0;
		*value++ = 0;
		if (!strcmp(key, "path"))
			strlcpy(entry->name, value, sizeof(entry->name));
		else if (!strcmp(key, "linkpath"))
			strlcpy(entry->link, value, sizeof(entry->link));
		else if (!strcmp(key, "size"))
			entry->size = strtoul(value, NULL, 10);
		*has_size |= !strcmp(key, "size");
	}
}

static void take_header(const struct header *h, struct entry *entry, bool has_size)
{
	if (!*entry->name && *h->prefix && !memcmp(h->magic, "ustar\0", 6))
		snprintf(entry->name, sizeof(entry->name), "%.155s/%.100s", h->prefix, h->name);
	else if (!*entry->name)
		snprintf(entry->name, sizeof(entry->name), "%.100s", h->name);
	if (!*entry->link)
		snprintf(entry->link, sizeof(entry->link), "%.100s", h->link);
	if (!has_size)
		entry->size = get_number(h->size, sizeof(h->size));
	entry->type = h->type;
	entry->mode = (mode_t)get_number(h->mode, sizeof(h->mode)) & 07777;
	entry->uid = (uid_t)get_number(h->uid, sizeof(h->uid));
	entry->gid = (gid_t)get_number(h->gid, sizeof(h->gid));
	entry->mtime = (time_t)get_number(h->mtime, sizeof(h->mtime));
	if (entry->type == '1' || entry->type == '2' || entry->type == '5')
		entry->size = 0;
}

/* The next entry with everything that announced it; false at the end. */
static bool next_entry(struct entry *entry)
{
	static bool any;
	bool has_size = false;
	struct header h;

	*entry = (struct entry){ 0 };
	for (;;) {
		unsigned long size;

		size_t n = fread(&h, 1, BLOCK, archive);

		if (ferror(archive))
			tool_fail(2, "%s: cannot read: %s", archive_name, strerror(errno));
		if (n < BLOCK && (n || !any))
			tool_fail(2, "this does not look like a tar archive, or it is cut short");
		any = true;
		if (!n || !h.name[0])
			return false;
		if (get_number(h.checksum, sizeof(h.checksum)) != checksum(&h))
			tool_fail(2, "this does not look like a tar archive");
		size = get_number(h.size, sizeof(h.size));
		if (h.type == 'L')
			take_text(size, entry->name, sizeof(entry->name));
		else if (h.type == 'K')
			take_text(size, entry->link, sizeof(entry->link));
		else if (h.type == 'x')
			take_pax(size, entry, &has_size);
		else if (h.type == 'g')
			take_contents(size, -1, "");
		else
			break;
	}
	take_header(&h, entry, has_size);
	return true;
}

static void show(const struct entry *entry)
{
	static const char types[] = "0123456", letters[] = "-hlcbdp";
	const char *found = entry->type ? strchr(types, entry->type) : NULL;
	char mode[11], date[32] = "";
	struct tm tm;

	if (!verbose || action == 'x') {
		puts(entry->name);
		return;
	}
	mode_text(entry->mode, mode);
	mode[0] = found ? letters[found - types] : '-';
	if (gmtime_r(&entry->mtime, &tm))
		strftime(date, sizeof(date), "%Y-%m-%d %H:%M", &tm);
	printf("%s %u/%u %9lu %s %s%s%s\n", mode, entry->uid, entry->gid, entry->size, date, entry->name,
	       entry->type == '2' ? " -> " : entry->type == '1' ? " link to " : "", *entry->link ? entry->link : "");
}

/* The name without leading slashes; NULL when it climbs out. */
static char *safe_name(char *name)
{
	while (*name == '/')
		name++;
	for (const char *at = name; at; at = strchr(at, '/') ? strchr(at, '/') + 1 : NULL) {
		if (at[0] == '.' && at[1] == '.' && (at[2] == '/' || !at[2]))
			return NULL;
	}
	return name;
}

static void make_parents(char *path)
{
	for (char *slash = path; (slash = strchr(slash, '/')); slash++) {
		if (!slash[1])
			break;
		*slash = 0;
		mkdir(path, 0777);
		*slash = '/';
	}
}

static bool make(const struct entry *entry, char *name)
{
	int fd;

	if (entry->type != '5')
		unlink(name);
	switch (entry->type) {
	case '1': return link(entry->link, name) == 0;
	case '2': return symlink(entry->link, name) == 0;
	case '5': return mkdir(name, 0777) == 0 || errno == EEXIST;
	case '6': return mkfifo(name, entry->mode) == 0;
	case '0':
	case 0:
	case '7':
		fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600 | (entry->mode & 0777));
		if (fd < 0)
			return false;
		take_contents(entry->size, fd, name);
		return close(fd) == 0;
	}
	errno = EINVAL;
	return false;
}

static void set_attributes(const struct entry *entry, const char *name)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = entry->mtime } };
	mode_t mask = umask(0);

	umask(mask);
	if (geteuid() == 0)
		lchown(name, entry->uid, entry->gid);
	if (entry->type != '2')
		chmod(name, keep_mode || geteuid() == 0 ? entry->mode : entry->mode & ~mask & 0777);
	utimensat(AT_FDCWD, name, times, AT_SYMLINK_NOFOLLOW);
}

static void extract(struct entry *entry)
{
	bool is_file = !entry->type || entry->type == '0' || entry->type == '7';
	char *name = safe_name(entry->name);

	if (to_stdout || !name || !*name) {
		if (!name)
			fprintf(stderr, "tar: %s: the name leaves the directory; not extracted\n", entry->name);
		tool_status |= !name;
		fflush(stdout);
		take_contents(entry->size, to_stdout && is_file && name ? 1 : -1, entry->name);
		return;
	}
	make_parents(name);
	if (make(entry, name)) {
		if (entry->type != '1')
			set_attributes(entry, name);
		return;
	}
	tool_error(name);
	take_contents(entry->size, -1, name);
}

/* Marks the operand that the entry is, or lies below; false when it is not asked for. */
static bool take_wanted(const char *name, char **files, bool *found)
{
	bool wanted = !*files;

	for (size_t i = 0; files[i]; i++) {
		size_t n = strlen(files[i]);

		while (n && files[i][n - 1] == '/')
			n--;
		if (strncmp(name, files[i], n) || (name[n] && name[n] != '/'))
			continue;
		found[i] = wanted = true;
	}
	return wanted;
}

static void read_archive(char **files, int count)
{
	static struct entry entry;
	bool *found = calloc((size_t)count + 1, sizeof(*found));

	if (!found)
		tool_fail(2, "out of memory");

	while (next_entry(&entry)) {
		bool wanted = take_wanted(entry.name, files, found);

		if (wanted && (action == 't' || verbose))
			show(&entry);
		if (wanted && action == 'x')
			extract(&entry);
		else
			take_contents(entry.size, -1, entry.name);
	}
	for (int i = 0; i < count; i++) {
		if (found[i])
			continue;
		fprintf(stderr, "tar: %s: not found in archive\n", files[i]);
		tool_status = 1;
	}
	free(found);
}

static void open_archive(void)
{
	bool standard = !strcmp(archive_name, "-");

	if (standard)
		archive = action == 'c' ? stdout : stdin;
	else
		archive = fopen(archive_name, action == 'c' ? "w" : "r");
	if (!archive)
		tool_fail(2, "%s: %s", archive_name, strerror(errno));
	if (action == 'c' && fstat(fileno(archive), &archive_status) == 0 && !S_ISREG(archive_status.st_mode))
		archive_status = (struct stat){ 0 };
}

static const char usage[] = "c|x|t[vpO] [-f ARCHIVE] [-C DIRECTORY] [FILE]...";

int main(int argc, char **argv)
{
	const char *directory = NULL;
	char *letters = NULL;
	int option;

	tool_name = "tar";
	if (argc > 1 && argv[1][0] != '-' && asprintf(&letters, "-%s", argv[1]) > 0)
		argv[1] = letters;	/* the old way: letters without a dash */
	while ((option = getopt(argc, argv, "cxtvpOf:C:")) >= 0) {
		switch (option) {
		case 'c': case 'x': case 't': action = (char)option; break;
		case 'v': verbose = true; break;
		case 'p': keep_mode = true; break;
		case 'O': to_stdout = true; break;
		case 'f': archive_name = optarg; break;
		case 'C': directory = optarg; break;
		default: tool_usage(usage);
		}
	}
	if (!action)
		tool_usage(usage);
	if (action == 'c' && optind == argc)
		tool_fail(2, "cowardly refusing to create an empty archive");
	open_archive();
	if (directory && chdir(directory) < 0)
		tool_fail(2, "%s: %s", directory, strerror(errno));
	if (action == 'c')
		create(argv + optind);
	else
		read_archive(argv + optind, argc - optind);
	return tool_end() ? 2 : 0;
}
