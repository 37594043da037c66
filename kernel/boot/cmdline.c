/* The kernel's command line: split once at boot, constant afterwards. */
#include "boot/boot.h"
#include "lib/string.h"

#define TEXT_MAX  4096
#define WORDS_MAX 128

static char text[TEXT_MAX];			/* as given */
static char words_text[TEXT_MAX];		/* cut up */
static const char *words[WORDS_MAX + 1];
static unsigned word_count;
static unsigned init_first;			/* index after `--` */

void cmdline_init(const char *given)
{
	char *p = words_text;

	strlcpy(text, given, sizeof(text));
	strlcpy(words_text, given, sizeof(words_text));
	while (word_count < WORDS_MAX) {
		while (*p == ' ')
			*p++ = '\0';
		if (*p == '\0')
			break;
		words[word_count++] = p;
		while (*p != ' ' && *p != '\0')
			p++;
	}
	while (init_first < word_count && strcmp(words[init_first], "--") != 0)
		init_first++;
	if (init_first < word_count)
		words[init_first++] = NULL;
}

const char *cmdline_get(const char *key)
{
	size_t length = strlen(key);
	const char *found = NULL;

	for (unsigned i = 0; i < word_count && words[i]; i++) {
		if (strncmp(words[i], key, length) != 0)
			continue;
		if (words[i][length] == '=')
			found = words[i] + length + 1;
		else if (words[i][length] == '\0')
			found = words[i] + length;
	}
	return found;
}

const char *cmdline_text(void)
{
	return text;
}

const char *const *cmdline_init_arguments(unsigned *count)
{
	*count = word_count - init_first;
	return &words[init_first];
}
