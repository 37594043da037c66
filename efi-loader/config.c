/*
 * The parser of boot.cfg and the search for a word in the command line; see config.h for the format. Owns no state;
 * callable from any context.
 */
#include "bytes.h"
#include "config.h"

#define DEFAULT_KERNEL "/kernel.elf"
#define DEFAULT_ROOT   "/rootfs.tar"

/* A piece of the text, without blanks at its ends. */
struct piece {
	const char *start;
	size_t length;
};

struct config_key {
	const char *name;
	size_t offset, size;		/* of the value's array in struct boot_config */
	bool may_be_empty;
};

#define KEY(field, empty) \
	{ #field, offsetof(struct boot_config, field), sizeof(((struct boot_config *)0)->field), empty }

static const struct config_key keys[] = {
	KEY(kernel, false),
	KEY(root, false),
	KEY(cmdline, true),
};

enum { KEY_COUNT = sizeof(keys) / sizeof(keys[0]) };

void config_defaults(struct boot_config *config)
{
	*config = (struct boot_config){ .kernel = DEFAULT_KERNEL, .root = DEFAULT_ROOT };
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct piece trim(const char *start, const char *end)
{
	while (start < end && is_blank(*start))
		start++;
	while (start < end && is_blank(end[-1]))
		end--;
	return (struct piece){ start, (size_t)(end - start) };
}

static bool equals(struct piece piece, const char *string)
{
	return piece.length == strlen(string) && !memcmp(piece.start, string, piece.length);
}

static bool is_printable(struct piece piece)
{
	for (size_t i = 0; i < piece.length; i++)
		if ((piece.start[i] < ' ' || piece.start[i] > '~') && piece.start[i] != '\t')
			return false;
	return true;
}

static const char *set_value(struct boot_config *config, const struct config_key *key, struct piece value)
{
	char *target = (char *)config + key->offset;

	if (value.length >= key->size)
		return "the value is too long";
	if (value.length == 0 && !key->may_be_empty)
		return "the value is empty";
	memcpy(target, value.start, value.length);
	target[value.length] = '\0';
	return NULL;
}

/* Take one line; `seen` has a bit for each key that an earlier line has set. */
static const char *parse_line(struct boot_config *config, struct piece line, unsigned int *seen)
{
	const char *equal = line.start, *end = line.start + line.length;
	struct piece name;

	if (line.length == 0 || *line.start == '#')
		return NULL;
	if (!is_printable(line))
		return "there is a byte that is not printable ASCII";
	while (equal < end && *equal != '=')
		equal++;
	if (equal == end)
		return "there is no '=' in the line";

	name = trim(line.start, equal);
	for (unsigned int i = 0; i < KEY_COUNT; i++) {
		if (!equals(name, keys[i].name))
			continue;
		if (*seen & 1u << i)
			return "the key is given twice";
		*seen |= 1u << i;
		return set_value(config, &keys[i], trim(equal + 1, end));
	}
	return "the key is unknown (known are kernel, root and cmdline)";
}

bool config_parse(struct boot_config *config, const char *text, size_t length, struct config_error *error)
{
	const char *start = text, *limit = text + length;
	unsigned int seen = 0;

	for (error->line = 1; start < limit; error->line++) {
		const char *end = start, *content;

		while (end < limit && *end != '\n')
			end++;
		content = end > start && end[-1] == '\r' ? end - 1 : end;
		error->sentence = parse_line(config, trim(start, content), &seen);
		if (error->sentence)
			return false;
		start = end < limit ? end + 1 : limit;
	}
	return true;
}

bool config_has_word(const char *cmdline, const char *word)
{
	while (*cmdline) {
		const char *end = cmdline;

		while (*end && !is_blank(*end))
			end++;
		if (equals((struct piece){ cmdline, (size_t)(end - cmdline) }, word))
			return true;
		while (is_blank(*end))
			end++;
		cmdline = end;
	}
	return false;
}
