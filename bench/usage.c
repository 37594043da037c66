/* Memory that the kernel takes: after boot, for a process, a thread, a connection. Free memory as sysinfo() tells it; many of a
 * kind are made, so that what is allocated ahead counts little. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "bench.h"

#define PROCESSES	100
#define THREADS		100
#define CONNECTIONS	200

static double free_kib(void)
{
	struct sysinfo info;

	must(sysinfo(&info));
	return (double)info.freeram * info.mem_unit / 1024;
}

/* What is not free, with this program running. */
static double after_boot(void)
{
	if (options.machine_mib == 0)
		give_up(ENODEV);
	return options.machine_mib * 1024.0 - free_kib();
}

static int ready[2], hold[2];

/* A child tells that it runs, and stays. */
static void stay(void *unused)
{
	char byte = 0;

	write_fully(ready[1], &byte, 1);
	must(read(hold[0], &byte, 1));
}

static void *stay_thread(void *unused)
{
	stay(unused);
	return NULL;
}

static double of_process(void)
{
	double before;
	char byte;

	must(pipe(ready));
	must(pipe(hold));
	before = free_kib();
	for (int i = 0; i < PROCESSES; i++) {
		start_child(stay, NULL);
		read_fully(ready[0], &byte, 1);
	}
	return (before - free_kib()) / PROCESSES;
}

static double of_thread(void)
{
	pthread_t thread;
	double before;
	char byte;

	must(pipe(ready));
	must(pipe(hold));
	before = free_kib();
	for (int i = 0; i < THREADS; i++) {
		must_zero(pthread_create(&thread, NULL, stay_thread, NULL));
		read_fully(ready[0], &byte, 1);
	}
	return (before - free_kib()) / THREADS;
}

/* Both ends of a TCP connection over loopback. */
static double of_connection(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);
	int listener = must(socket(AF_INET, SOCK_STREAM, 0));
	double before;

	must(bind(listener, (struct sockaddr *)&address, sizeof(address)));
	must(getsockname(listener, (struct sockaddr *)&address, &length));
	must(listen(listener, 16));
	before = free_kib();
	for (int i = 0; i < CONNECTIONS; i++) {
		int fd = must(socket(AF_INET, SOCK_STREAM, 0));

		must(connect(fd, (struct sockaddr *)&address, sizeof(address)));
		must(accept(listener, NULL, NULL));
	}
	return (before - free_kib()) / CONNECTIONS;
}

const struct row usage_rows[] = {
	{ .name = "usage.boot", .unit = "KiB", .value = after_boot },
	{ .name = "usage.process", .unit = "KiB", .value = of_process },
	{ .name = "usage.thread", .unit = "KiB", .value = of_thread },
	{ .name = "usage.connection", .unit = "KiB", .value = of_connection },
	{ 0 }
};
