/*
 * The network's start: a DHCP client for each Ethernet device, which has a few seconds for the first address and goes on in the
 * background. A machine without a device pays for one ioctl.
 */
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "init.h"

#define CLIENT  "/sbin/dhcp"
#define WAIT    "3"	/* seconds for the first lease */
#define DEVICES 16

static bool exists(int fd, const char *name)
{
	struct ifreq r = { 0 };

	strlcpy(r.ifr_name, name, sizeof(r.ifr_name));
	return ioctl(fd, SIOCGIFINDEX, &r) == 0;
}

static pid_t start_client(char *device)
{
	char *argv[] = { CLIENT, "-b", "-t", WAIT, device, NULL }, *envp[] = { NULL };
	struct program program = {
		.path = CLIENT, .argv = argv, .envp = envp, .in = -1, .out = -1, .err = -1, .new_session = true,
	};

	return start_program(&program);
}

void start_network(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), count = 0;
	pid_t clients[DEVICES];
	char name[IF_NAMESIZE];

	if (fd < 0)
		return;
	for (; count < DEVICES; count++) {
		snprintf(name, sizeof(name), "eth%d", count);
		if (!exists(fd, name))
			break;
		clients[count] = start_client(name);
	}
	close(fd);
	for (int i = 0; i < count; i++) {
		if (clients[i] > 0)
			waitpid(clients[i], NULL, 0);
	}
}
