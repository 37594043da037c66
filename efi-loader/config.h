/*
 * boot.cfg: lines of `key=value`; blank lines and lines whose first character is '#' are skipped; lines end in LF or
 * CRLF; blanks around key and value do not count. Keys: kernel, root (paths on the boot volume) and cmdline.
 * No firmware calls: the host tests and the fuzzer link config.c as it is.
 */
#ifndef EFI_LOADER_CONFIG_H
#define EFI_LOADER_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#define CONFIG_PATH_SIZE    256		/* bytes with the final NUL */
#define CONFIG_CMDLINE_SIZE 4096	/* bytes with the final NUL */

struct boot_config {
	char kernel[CONFIG_PATH_SIZE];
	char root[CONFIG_PATH_SIZE];
	char cmdline[CONFIG_CMDLINE_SIZE];
};

struct config_error {
	unsigned int line;		/* from 1 */
	const char *sentence;		/* a clause in English, static */
};

/* The configuration of a volume without boot.cfg. */
void config_defaults(struct boot_config *config);

/*
 * Read `length` bytes of boot.cfg over the defaults in *config. Returns false, with *error filled, at the first line
 * that is wrong; *config then holds the lines before it.
 */
bool config_parse(struct boot_config *config, const char *text, size_t length, struct config_error *error);

/* Whether the command line holds this word between blanks. */
bool config_has_word(const char *cmdline, const char *word);

#endif
