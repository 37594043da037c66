/* Real programs, where they were built: each is run once a batch, with its output thrown away. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "bench.h"

static void run_program(char *const *argv)
{
	int child = fork_child();

	if (child == 0) {
		int null = must(open("/dev/null", O_WRONLY));

		must(dup2(null, 1));
		execv(argv[0], argv);
		_exit(127);
	}
	reap(child);
}

static void need(const char *path)
{
	if (access(path, X_OK) != 0)
		give_up(ENOENT);
}

static void need_sqlite(void)
{
	need("/bench/speedtest1");
}

static void sqlite(unsigned long count)
{
	while (count--) {
		unlink("/tmp/bench.db");
		run_program((char *[]){ "/bench/speedtest1", "--size", "2", "/tmp/bench.db", NULL });
	}
}

static void need_lua(void)
{
	need("/bench/lua");
}

static void lua(unsigned long count)
{
	while (count--)
		run_program((char *[]){ "/bench/lua", "/bench/script.lua", NULL });
}

const struct row program_rows[] = {
	{ .name = "program.sqlite", .setup = need_sqlite, .run = sqlite, .batches = 2 },
	{ .name = "program.lua", .setup = need_lua, .run = lua, .batches = 2 },
	{ 0 }
};
