/*
 * What random calls alone would seldom make: descriptors of every kind in working order,
	connected and with something in them, and
 * memory of every kind in the arena. Each function makes one; failures are no matter, since limits and memory run out here.
 */
#define _GNU_SOURCE
#include "fuzz.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

#define MAP_STACK_LIKE (MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN)

static int any_fd(struct worker *w)
{
	return FIRST + (int)draw(w, DESCRIPTORS - FIRST);
}

/* A descriptor moves to a drawn number of its range; what was there is closed. */
static void settle(struct worker *w, enum range range, int fd)
{
	if (fd < 0)
		return;
	if (draw(w, 2))
		fcntl(fd, F_SETFL, O_NONBLOCK);
	dup2(fd, FIRST + (int)range * RANGE + (int)draw(w, RANGE));
	close(fd);
}

static void settle_pair(struct worker *w, enum range range, const int *fds)
{
	settle(w, range, fds[0]);
	settle(w, range, fds[1]);
}

static void plant_file(struct worker *w)
{
	static const struct {
		const char *path;
		int flags;
	} files[] = { { "a", O_RDWR | O_CREAT }, { "b", O_RDWR | O_CREAT | O_APPEND }, { "c", O_RDONLY | O_CREAT },
		{ "d", O_RDONLY }, { ".", O_RDONLY },
		{ "d", O_PATH }, { "a", O_PATH }, { ".", O_TMPFILE | O_RDWR }, { "fifo", O_RDWR }, { "m", O_RDONLY },
			{ "d/e", O_RDONLY },
		{ "/dev/null", O_RDWR }, { "/dev/zero", O_RDWR }, { "/dev/full", O_RDWR }, { "/dev/random",
			O_RDONLY }, { "/proc/self/mem", O_RDWR },
		{ "/proc/self/maps", O_RDONLY }, { "/proc/self/smaps", O_RDONLY }, { "/proc/self/status", O_RDONLY },
			{ "/proc/self", O_RDONLY },
		{ "/proc/self/fd", O_RDONLY }, { "/proc/self/task", O_RDONLY }, { "/proc/net/tcp", O_RDONLY },
			{ "/proc/self/exe", O_RDONLY },
		{ "/proc/mounts", O_RDONLY }, { "/proc/self/oom_score_adj", O_RDWR }, { "/proc/self/environ",
			O_RDONLY }, { "/proc", O_RDONLY },
		{ "/dev", O_RDONLY }, { "/proc/self/comm", O_RDWR }, { "/proc/net/unix", O_RDONLY }, { "/dev/tty", O_RDWR } };
	size_t at = draw(w, sizeof(files) / sizeof(files[0]));
	char buffer[1000] = "text";
	int fd = open(files[at].path, files[at].flags | O_NONBLOCK, 0666);

	if (fd >= 0 && files[at].path[1] == 0)
		pwrite(fd, buffer, draw(w, sizeof(buffer)), (off_t)draw(w, 8 * PAGE));
	settle(w, FILES, fd);
}

static void plant_pipe(struct worker *w)
{
	char buffer[6000] = { 0 };
	int fds[2];

	if (pipe2(fds, draw(w, 4) ? 0 : O_DIRECT))
		return;
	fcntl(fds[1], F_SETFL, O_NONBLOCK);
	write(fds[1], buffer, draw(w, sizeof(buffer)));
	settle_pair(w, PIPES, fds);
}

static void plant_unix(struct worker *w)
{
	static const int types[] = { SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET };
	char control[CMSG_SPACE(2 * sizeof(int))] = { 0 }, byte = 0;
	struct iovec iov = { &byte, 1 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	int fds[2], sent[2];

	if (socketpair(AF_UNIX, types[draw(w, 3)], 0, fds))
		return;
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(sent));
	sent[0] = draw(w, 2) ? fds[0] : any_fd(w);
	sent[1] = draw(w, 2) ? fds[1] : any_fd(w);
	memcpy(CMSG_DATA(c), sent, sizeof(sent));
	if (draw(w, 2))
		sendmsg(fds[0], &m, MSG_DONTWAIT | MSG_NOSIGNAL);
	settle_pair(w, LOCALS, fds);
}

/* A listener, and one who connects, at a port or a name that others use, too. */
static void plant_named(struct worker *w)
{
	struct sockaddr_un local = { .sun_family = AF_UNIX, .sun_path = "sock" };
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons((uint16_t)(7000 + draw(w, 4))),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	bool is_unix = draw(w, 2);
	const struct sockaddr *address = is_unix ? (struct sockaddr *)&local : (struct sockaddr *)&in;
	socklen_t length = is_unix ? sizeof(local) : sizeof(in);
	int type = SOCK_NONBLOCK | (draw(w, 4) ? SOCK_STREAM : SOCK_DGRAM), one = 1;
	int server = socket(address->sa_family, type, 0), client = socket(address->sa_family, type, 0);

	setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (draw(w, 2))
		setsockopt(server, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one));
	if (is_unix && !draw(w, 4))
		unlink(local.sun_path);
	bind(server, address, length);
	listen(server, (int)draw(w, 4));
	connect(client, address, length);
	if (draw(w, 2))
		write(client, &in, sizeof(in));
	if (draw(w, 2))
		settle(w, is_unix ? LOCALS : SOCKETS, accept4(server, NULL, NULL, SOCK_NONBLOCK));
	settle_pair(w, is_unix ? LOCALS : SOCKETS, (int[]){ server, client });
}

static void plant_socket(struct worker *w)
{
	static const int kinds[][3] = { { AF_INET, SOCK_STREAM, 0 }, { AF_INET, SOCK_DGRAM, 0 }, { AF_INET6,
		SOCK_STREAM, 0 }, { AF_INET6, SOCK_DGRAM, 0 },
		{ AF_INET, SOCK_RAW, 1 }, { AF_INET, SOCK_DGRAM, 1 }, { AF_PACKET, SOCK_RAW, 0x300 }, { AF_PACKET,
			SOCK_DGRAM, 0x300 },
		{ AF_NETLINK, SOCK_RAW, 0 }, { AF_UNIX, SOCK_STREAM, 0 }, { AF_UNIX, SOCK_DGRAM, 0 }, { AF_INET,
			SOCK_RAW, 255 } };
	const int *kind = kinds[draw(w, sizeof(kinds) / sizeof(kinds[0]))];

	settle(w, SOCKETS, socket(kind[0], kind[1] | SOCK_NONBLOCK, kind[2]));
}

static void plant_epoll(struct worker *w)
{
	int fd = epoll_create1(0);

	for (unsigned i = 0; i < 6; i++) {
		struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | (draw(w, 2) ? EPOLLET : 0) | (draw(w,
			4) ? 0 : EPOLLONESHOT) };

		epoll_ctl(fd, EPOLL_CTL_ADD, any_fd(w), &event);
	}
	settle(w, NOTICES, fd);
}

static void plant_notice(struct worker *w)
{
	struct itimerspec soon = { { 0, 3000000 }, { 0, 1000000 } };
	sigset_t set;
	int fd;

	switch (draw(w, 4)) {
	case 0:
		settle(w, NOTICES, eventfd((unsigned)draw(w, 3), draw(w, 2) ? EFD_SEMAPHORE : 0));
		break;
	case 1:
		fd = timerfd_create(draw(w, 2) ? CLOCK_MONOTONIC : CLOCK_REALTIME, 0);
		timerfd_settime(fd, 0, &soon, NULL);
		settle(w, NOTICES, fd);
		break;
	case 2:
		sigfillset(&set);
		settle(w, NOTICES, signalfd(-1, &set, 0));
		break;
	default:
		fd = inotify_init1(IN_NONBLOCK);
		inotify_add_watch(fd, ".", IN_ALL_EVENTS);
		inotify_add_watch(fd, draw(w, 2) ? "a" : "d", IN_ALL_EVENTS);
		settle(w, NOTICES, fd);
	}
}

static void plant_terminal(struct worker *w)
{
	int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK), zero = 0;

	if (master < 0)
		return;
	ioctl(master, TIOCSPTLCK, &zero);
	settle(w, TERMINALS, ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_NONBLOCK));
	write(master, "line\nhalf", draw(w, 10));
	settle(w, TERMINALS, master);
}

static void plant_process(struct worker *w)
{
	settle(w, TERMINALS, (int)syscall(SYS_pidfd_open, (pid_t)draw_pid(w), 0));
}

static void plant_memfd(struct worker *w)
{
	int fd = memfd_create("fuzz", draw(w, 2) ? MFD_ALLOW_SEALING : 0);

	ftruncate(fd, (off_t)draw(w, 20 * PAGE));
	settle(w, FILES, fd);
}

void plant_descriptor(struct worker *w)
{
	static void (*const plants[])(struct worker *w) = { plant_file, plant_file, plant_pipe, plant_unix,
		plant_named, plant_socket, plant_epoll,
		plant_notice, plant_terminal, plant_process, plant_memfd };

	plants[draw(w, sizeof(plants) / sizeof(plants[0]))](w);
}

void plant_memory(struct worker *w)
{
	size_t first = draw(w, ARENA_PAGES), count = 1 + draw(w, ARENA_PAGES - first);
	void *at = (void *)(ARENA + first * PAGE);
	int prot = draw(w, 8) ? PROT_READ | PROT_WRITE : PROT_READ;
	int fd = any_fd(w);

	switch (draw(w, 8)) {
	case 0: mmap(at, count * PAGE, prot, MAP_SHARED | MAP_FIXED, fd, 0); break;
	case 1: mmap(at, count * PAGE, prot, MAP_PRIVATE | MAP_FIXED, fd, (off_t)(draw(w, 4) * PAGE)); break;
	case 2: mmap(at, count * PAGE, prot, MAP_STACK_LIKE | MAP_FIXED, -1, 0); break;
	case 3: mmap(at, count * PAGE, prot, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0); break;
	default:
		mmap((void *)ARENA, ARENA_PAGES * PAGE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	}
}
