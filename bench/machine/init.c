/* The first process of the machine with the other kernel: mounts what a program expects, loads the modules of /modules in the
 * order of their names, brings the loopback device up, runs /bench/bench with its own arguments, and powers off.
 * Not used on ASTRA.OS, whose own init does this. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <dirent.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void load_modules(void)
{
	struct dirent **names;
	int count = scandir("/modules", &names, NULL, alphasort);

	for (int i = 0; i < count; i++) {
		char path[300];
		int fd;

		if (names[i]->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/modules/%s", names[i]->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (syscall(SYS_finit_module, fd, "", 0) != 0)
			perror(path);
		close(fd);
	}
}

static void loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (ioctl(fd, SIOCSIFFLAGS, &request) != 0)
		perror("lo");
	close(fd);
}

/* Of the words that the kernel hands over those between the first option and the firmware's own `initrd=`. */
static char **own_words(char **argv)
{
	char **end;

	while (argv[1] && strncmp(argv[1], "--", 2) != 0)
		argv++;
	argv[0] = "bench";
	for (end = argv; *end && strncmp(*end, "initrd=", 7) != 0; end++)
		;
	*end = NULL;
	return argv;
}

int main(int argc, char **argv)
{
	uint64_t started = __builtin_ia32_rdtsc();
	int child;

	printf("bench: init at %llu\n", (unsigned long long)started);
	fflush(stdout);
	argv = own_words(argv);
	mkdir("/proc", 0755);
	mkdir("/dev", 0755);
	mkdir("/tmp", 01777);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	mount("tmpfs", "/tmp", "tmpfs", 0, NULL);
	load_modules();
	loopback_up();
	child = fork();
	if (child == 0) {
		execv("/bench/bench", argv);
		perror("/bench/bench");
		_exit(1);
	}
	while (wait(NULL) != child)
		;
	sync();
	reboot(RB_POWER_OFF);
	return 1;
}
