/* TCP through the network card to the machine's host: QEMU's user network shows it as 10.0.2.2 and this machine as 10.0.2.15.
 * The host's end (tools/bench_host.py) reads one letter from each connection: C closes, E echoes, S sends without end, D swallows
 * and answers a byte each ROUND bytes, G is the first of
 * `GET`, answered with 1 KiB over HTTP. The rows are absent without --host-port. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench.h"

#define ROUND	(4096 * 1024)

static char data[65536];
static int connection;

static struct sockaddr inet(const char *text)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = inet_addr(text) };
	struct sockaddr result;

	memcpy(&result, &address, sizeof(result));
	return result;
}

/* eth0 gets its address; an address or a route that is there already is as good. */
static void configure(void)
{
	struct ifreq request = { .ifr_name = "eth0" };
	struct rtentry route = { .rt_flags = RTF_UP | RTF_GATEWAY };
	int fd = must(socket(AF_INET, SOCK_DGRAM, 0));

	request.ifr_addr = inet("10.0.2.15");
	must(ioctl(fd, SIOCSIFADDR, &request));
	request.ifr_netmask = inet("255.255.255.0");
	must(ioctl(fd, SIOCSIFNETMASK, &request));
	must(ioctl(fd, SIOCGIFFLAGS, &request));
	request.ifr_flags |= IFF_UP | IFF_RUNNING;
	must(ioctl(fd, SIOCSIFFLAGS, &request));
	route.rt_dst = inet("0.0.0.0");
	route.rt_genmask = inet("0.0.0.0");
	route.rt_gateway = inet("10.0.2.2");
	if (ioctl(fd, SIOCADDRT, &route) != 0 && errno != EEXIST)
		give_up(errno);
	close(fd);
}

static int open_host(char what)
{
	struct sockaddr_in host = { .sin_family = AF_INET, .sin_port = htons(options.host_port) };
	int fd = must(socket(AF_INET, SOCK_STREAM, 0));

	host.sin_addr.s_addr = inet_addr("10.0.2.2");
	must(connect(fd, (struct sockaddr *)&host, sizeof(host)));
	without_delay(fd);
	write_fully(fd, &what, 1);
	return fd;
}

/* Connected, asked to close, and closed by the host: QEMU takes a connection before the host has, so its own end must be seen. */
static void connect_close(unsigned long count)
{
	while (count--) {
		int fd = open_host('C');

		if (must(read(fd, data, 1)) != 0)
			give_up(EPIPE);
		must(close(fd));
	}
}

static void connect_echo(void)
{
	configure();
	connection = open_host('E');
}

static void round_trip(unsigned long count)
{
	while (count--) {
		must(write(connection, data, 1));
		must(read(connection, data, 1));
	}
}

static void connect_source(void)
{
	configure();
	connection = open_host('S');
}

static void bulk_in(unsigned long count)
{
	while (count--)
		for (size_t done = 0; done < ROUND; done += sizeof(data))
			read_fully(connection, data, sizeof(data));
}

static void connect_sink(void)
{
	configure();
	connection = open_host('D');
}

static void bulk_out(unsigned long count)
{
	while (count--) {
		for (size_t done = 0; done < ROUND; done += sizeof(data))
			write_fully(connection, data, sizeof(data));
		must(read(connection, data, 1));
	}
}

static void http_get(unsigned long count)
{
	static const char request[] = "ET /1k HTTP/1.0\r\n\r\n";

	while (count--) {
		int fd = open_host('G');

		write_fully(fd, request, sizeof(request) - 1);
		while (must(read(fd, data, sizeof(data))) > 0)
			;
		must(close(fd));
	}
}

const struct row host_rows[] = {
	{ .name = "host.connect", .setup = configure, .run = connect_close },
	{ .name = "host.round_trip", .setup = connect_echo, .run = round_trip },
	{ .name = "host.http_get_1k", .setup = configure, .run = http_get },
	{ .name = "host.bulk_in", .setup = connect_source, .run = bulk_in, .bytes = ROUND, .batches = 5 },
	{ .name = "host.bulk_out", .setup = connect_sink, .run = bulk_out, .bytes = ROUND, .batches = 5 },
	{ 0 }
};
