/* Names and numbers of network devices, by ioctls on a socket that lives for the call; the list from /proc/net/dev. */
#include <errno.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* One request about a device; 0 or -1 with errno. */
static int ask(unsigned long request, struct ifreq *r)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), result, error;

	if (fd < 0)
		return -1;
	result = ioctl(fd, request, r);
	error = errno;
	close(fd);
	errno = error;
	return result;
}

unsigned int if_nametoindex(const char *name)
{
	struct ifreq r = { 0 };

	if (strlcpy(r.ifr_name, name, IFNAMSIZ) >= IFNAMSIZ) {
		errno = ENODEV;
		return 0;
	}
	return ask(SIOCGIFINDEX, &r) < 0 ? 0 : (unsigned)r.ifr_ifindex;
}

char *if_indextoname(unsigned int index, char *name)
{
	struct ifreq r = { .ifr_ifindex = (int)index };

	if (ask(SIOCGIFNAME, &r) < 0) {
		if (errno == ENODEV)
			errno = ENXIO;
		return NULL;
	}
	memcpy(name, r.ifr_name, IFNAMSIZ);
	return name;
}

/* Adds the device of one line of /proc/net/dev; false when memory is out. A line without a name is a heading. */
static bool add_device(struct if_nameindex **all, size_t *count, char *line)
{
	char *colon = strchr(line, ':'), *name = line + strspn(line, " ");
	struct if_nameindex *grown;

	if (!colon)
		return true;
	*colon = '\0';
	grown = reallocarray(*all, *count + 2, sizeof(*grown));
	if (!grown)
		return false;
	*all = grown;
	grown[*count] = (struct if_nameindex){ if_nametoindex(name), strdup(name) };
	if (!grown[(*count)++].if_name)
		return false;
	grown[*count] = (struct if_nameindex){ 0 };
	return true;
}

struct if_nameindex *if_nameindex(void)
{
	struct if_nameindex *all = calloc(1, sizeof(*all));
	FILE *file = fopen("/proc/net/dev", "re");
	bool good = all && file;
	size_t count = 0;
	char line[512];

	while (good && fgets(line, sizeof(line), file))
		good = add_device(&all, &count, line);
	if (file)
		fclose(file);
	if (good)
		return all;
	if_freenameindex(all);
	errno = ENOBUFS;
	return NULL;
}

void if_freenameindex(struct if_nameindex *all)
{
	for (struct if_nameindex *i = all; i && i->if_name; i++)
		free(i->if_name);
	free(all);
}
