/* Streams over memory and cookies, scanf on them, temporary files, locks, globbing, walking, spawning, users. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <pwd.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

extern char **environ;

static void memory_streams(void)
{
	char *text = NULL, buffer[16] = "12 ab", word[8];
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	int number = 0;

	CHECK(stream && fprintf(stream, "%d-%s", 42, "x") == 4 && fflush(stream) == 0 && size == 4 && !strcmp(text, "42-x"));
	for (int i = 0; i < 10000; i++)
		fputc('y', stream);
	CHECK(fclose(stream) == 0 && size == 10004 && text[10003] == 'y' && !text[10004]);
	free(text);
	stream = fmemopen(buffer, sizeof(buffer), "r");
	CHECK(stream && fscanf(stream, "%d %7s", &number, word) == 2 && number == 12 && !strcmp(word, "ab"));
	CHECK(fclose(stream) == 0);
	stream = fmemopen(buffer, sizeof(buffer), "w");
	flockfile(stream);
	CHECK(fputs("new", stream) >= 0 && putc_unlocked('!', stream) == '!');
	funlockfile(stream);
	CHECK(fclose(stream) == 0 && !strcmp(buffer, "new!"));
}

static void temporary_files(void)
{
	FILE *stream = tmpfile();
	char line[16];

	CHECK(stream && fputs("one\ntwo\n", stream) >= 0);
	rewind(stream);
	CHECK(fgets(line, sizeof(line), stream) && !strcmp(line, "one\n") && ftell(stream) == 4 && fclose(stream) == 0);
}

static int seen, folders;

static int visit(const char *path, const struct stat *info, int type, struct FTW *place)
{
	seen++;
	folders += type == FTW_DP;
	return type == FTW_DP ? rmdir(path) : unlink(path);
}

static void folders_and_names(void)
{
	char top[] = "/tmp/streams.XXXXXX", path[64];
	glob_t found;

	CHECK(mkdtemp(top) != NULL);
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%c", top, 'c' - i);
		CHECK(mkdir(path, 0700) == 0);
		snprintf(path, sizeof(path), "%s/%c/file.txt", top, 'c' - i);
		close(open(path, O_CREAT | O_WRONLY, 0600));
	}
	snprintf(path, sizeof(path), "%s/[ab]/*.txt", top);
	CHECK(glob(path, 0, NULL, &found) == 0 && found.gl_pathc == 2 && strstr(found.gl_pathv[0], "/a/file.txt"));
	globfree(&found);
	snprintf(path, sizeof(path), "%s/nothing*", top);
	CHECK(glob(path, 0, NULL, &found) == GLOB_NOMATCH);
	CHECK(nftw(top, visit, 8, FTW_DEPTH | FTW_PHYS) == 0 && seen == 7 && folders == 4 && access(top, F_OK) < 0);
}

static void spawning(void)
{
	char *const good[] = { "sh", "-c", "exit 7", NULL };
	int status = 0;
	pid_t pid;

	CHECK(posix_spawn(&pid, "/nothing/there", NULL, NULL, good, environ) == ENOENT);
	if (access("/sbin/sh", X_OK) == 0) {
		CHECK(posix_spawn(&pid, "/sbin/sh", NULL, NULL, good, environ) == 0 && waitpid(pid, &status, 0) == pid);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
	}
	CHECK(getpwnam("root") && getpwnam("root")->pw_uid == 0 && !getpwnam("no such user"));
}

int main(void)
{
	memory_streams();
	temporary_files();
	folders_and_names();
	spawning();
	CHECK_END();
}
