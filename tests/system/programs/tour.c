/*
 * A program as a user would write it: words are read from a pipe to another program, matched, counted by a plug-in that is
 * loaded at run time, sorted, and printed; meanwhile a signal arrives. Its output is checked line by line.
 */
#include <dlfcn.h>
#include <errno.h>
#include <math.h>
#include <regex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tour.h"

static volatile sig_atomic_t alarms;
static _Thread_local int calls = 40;

static void on_alarm(int signal)
{
	alarms++;
}

static int by_count(const void *a, const void *b)
{
	const struct word *x = a, *y = b;

	return x->count != y->count ? y->count - x->count : strcmp(x->text, y->text);
}

/* Reads the words of a command's output that match a pattern. */
static int collect(const char *command, const char *pattern, struct table *table, void (*count)(struct table *, const char *))
{
	char line[256];
	regmatch_t match;
	regex_t regex;
	FILE *pipe = popen(command, "r");

	if (!pipe || regcomp(&regex, pattern, REG_EXTENDED))
		return -1;
	while (fgets(line, sizeof(line), pipe)) {
		for (char *at = line; !regexec(&regex, at, 1, &match, at == line ? 0 : REG_NOTBOL); at += match.rm_eo) {
			char word[64];

			snprintf(word, sizeof(word), "%.*s", (int)(match.rm_eo - match.rm_so), at + match.rm_so);
			count(table, word);
			calls++;
		}
	}
	regfree(&regex);
	return pclose(pipe);
}

static void statistics(const struct table *table)
{
	double mean = 0, variance = 0;

	for (int i = 0; i < table->used; i++)
		mean += table->words[i].count / (double)table->used;
	for (int i = 0; i < table->used; i++)
		variance += pow(table->words[i].count - mean, 2) / table->used;
	printf("mean %.3f deviation %10.6e %a\n", mean, sqrt(variance), 0.1);
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_alarm };
	void *plugin = dlopen(argc > 1 ? argv[1] : "./libtour.so", RTLD_NOW);
	void (*count)(struct table *, const char *) = plugin ? (void (*)(struct table *, const char *))dlsym(plugin, "count") : NULL;
	int *counted = plugin ? dlsym(plugin, "counted") : NULL, status;
	struct table table = { 0 };

	if (!count || !counted) {
		fprintf(stderr, "tour: %s\n", dlerror());
		return 1;
	}
	sigaction(SIGALRM, &action, NULL);
	alarm(1);
	status = collect("printf 'the cat and the dog\\nand the bird, 12 cats\\n'; exit 3", "[a-z]+", &table, count);
	printf("status %d, %d words of %d calls\n", WEXITSTATUS(status), table.used, calls);
	qsort(table.words, (size_t)table.used, sizeof(*table.words), by_count);
	for (int i = 0; i < table.used; i++)
		printf("%-5s|%3d\n", table.words[i].text, table.words[i].count);
	statistics(&table);
	while (!alarms)
		pause();
	printf("plug-in counted %d, missing: %s\n", *counted, dlsym(plugin, "no_such_name") ? "found" : "not there");
	printf("%s\n", strstr(dlerror(), "no_such_name") ? "named" : "not named");
	return dlclose(plugin);
}
