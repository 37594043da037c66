/* TCP and UDP over the loopback device, between two processes, and within one where nothing may be lost. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench.h"

#define LARGEST		65536
#define BULK		(256 * 1024)	/* bytes of one round */
#define UDP_LARGEST	65507		/* what an IPv4 datagram holds */

static char data[LARGEST];
static int listener, connection, sender, receiver;
static struct sockaddr_in address;
static size_t piece;

static void bound(int fd)
{
	socklen_t length = sizeof(address);

	address = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	must(bind(fd, (struct sockaddr *)&address, sizeof(address)));
	must(getsockname(fd, (struct sockaddr *)&address, &length));
}

static void listen_here(void)
{
	listener = must(socket(AF_INET, SOCK_STREAM, 0));
	bound(listener);
	must(listen(listener, 16));
}

static int connected(void)
{
	int fd = must(socket(AF_INET, SOCK_STREAM, 0));

	must(connect(fd, (struct sockaddr *)&address, sizeof(address)));
	return fd;
}

static void connect_accept_close(unsigned long count)
{
	while (count--) {
		int fd = connected();
		int accepted = must(accept(listener, NULL, NULL));

		must(close(fd));
		must(close(accepted));
	}
}

static _Noreturn void echo(void *unused)
{
	int fd = without_delay(must(accept(listener, NULL, NULL)));

	for (;;) {
		read_fully(fd, data, 1);
		write_fully(fd, data, 1);
	}
}

static void connect_to_echo(void)
{
	listen_here();
	start_child(echo, NULL);
	connection = without_delay(connected());
}

static void request_response(unsigned long count)
{
	while (count--) {
		must(write(connection, data, 1));
		must(read(connection, data, 1));
	}
}

/* Reads pieces, and answers a byte for each round. */
static _Noreturn void swallow(void *unused)
{
	int fd = without_delay(must(accept(listener, NULL, NULL)));

	for (;;) {
		for (size_t done = 0; done < BULK; done += piece)
			read_fully(fd, data, piece);
		write_fully(fd, data, 1);
	}
}

static void connect_to_swallow(size_t size)
{
	piece = size;
	listen_here();
	start_child(swallow, NULL);
	connection = connected();
}

static void bulk_1k(void)
{
	connect_to_swallow(1024);
}

static void bulk_4k(void)
{
	connect_to_swallow(4096);
}

static void bulk_64k(void)
{
	connect_to_swallow(65536);
}

static void stream(unsigned long count)
{
	while (count--) {
		for (size_t done = 0; done < BULK; done += piece)
			write_fully(connection, data, piece);
		must(read(connection, data, 1));
	}
}

static void datagrams(size_t size)
{
	piece = size;
	receiver = must(socket(AF_INET, SOCK_DGRAM, 0));
	bound(receiver);
	sender = must(socket(AF_INET, SOCK_DGRAM, 0));
	must(connect(sender, (struct sockaddr *)&address, sizeof(address)));
}

static _Noreturn void echo_datagrams(void *unused)
{
	for (;;) {
		struct sockaddr_in from;
		socklen_t length = sizeof(from);
		long size = must(recvfrom(receiver, data, sizeof(data), 0, (struct sockaddr *)&from, &length));

		must(sendto(receiver, data, size, 0, (struct sockaddr *)&from, length));
	}
}

static void datagram_echo(void)
{
	datagrams(1);
	start_child(echo_datagrams, NULL);
}

static void datagram_round_trip(unsigned long count)
{
	while (count--) {
		must(send(sender, data, 1, 0));
		must(recv(sender, data, 1, 0));
	}
}

static void udp_1k(void)
{
	datagrams(1024);
}

static void udp_4k(void)
{
	datagrams(4096);
}

static void udp_64k(void)
{
	datagrams(UDP_LARGEST);
}

static void send_receive(unsigned long count)
{
	while (count--) {
		must(send(sender, data, piece, 0));
		must(recv(receiver, data, sizeof(data), 0));
	}
}

const struct row net_rows[] = {
	{ .name = "tcp.connect", .setup = listen_here, .run = connect_accept_close },
	{ .name = "tcp.round_trip", .setup = connect_to_echo, .run = request_response },
	{ .name = "tcp.bulk_1k", .setup = bulk_1k, .run = stream, .bytes = BULK },
	{ .name = "tcp.bulk_4k", .setup = bulk_4k, .run = stream, .bytes = BULK },
	{ .name = "tcp.bulk_64k", .setup = bulk_64k, .run = stream, .bytes = BULK },
	{ .name = "udp.round_trip", .setup = datagram_echo, .run = datagram_round_trip },
	{ .name = "udp.bulk_1k", .setup = udp_1k, .run = send_receive, .bytes = 1024 },
	{ .name = "udp.bulk_4k", .setup = udp_4k, .run = send_receive, .bytes = 4096 },
	{ .name = "udp.bulk_64k", .setup = udp_64k, .run = send_receive, .bytes = UDP_LARGEST },
	{ 0 }
};
