/* init: picks the way of life from the command line that the kernel passes behind "--". */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "init.h"

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	if (getpid() == 1) {
		mount_file_systems();
		start_network();
	}
	if (argc > 1 && !strcmp(argv[1], "exec"))
		exec_mode();
	console_mode(argc > 1 ? argv + 1 : NULL);
	power_off(0);
}
