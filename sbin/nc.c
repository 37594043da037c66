/*
 * nc [-46knuUvz] [-p PORT] [-w SECONDS] HOST PORT[-PORT]   connect, and copy both ways between it and the standard streams
 * nc -l [-46knuUv] [-w SECONDS] [HOST] PORT                the same with whoever connects; -k: one after the other
 *
 * -u UDP, -U a socket of AF_UNIX (PATH instead of HOST PORT), -z only see whether it can be connected, -n numbers alone, -v say what
 * happens. The end of standard input ends the sending side, not the receiving one; -w ends both after silence, and bounds connecting.
 */
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "tool.h"

#define BUFFER   65536
#define OPERANDS "[-46klnuUvz] [-p PORT] [-w SECONDS] [HOST] PORT | -U PATH"

static struct {
	bool listen, again, udp, local, scan, numeric, verbose;
	int family, wait;		/* wait: seconds, 0: for ever */
	const char *source_port;
} options;

static int timeout(void)
{
	return options.wait ? options.wait * 1000 : -1;
}

static void say(const char *what, const struct sockaddr *address, socklen_t length)
{
	char host[NI_MAXHOST], port[NI_MAXSERV];

	if (!options.verbose)
		return;
	if (address->sa_family == AF_UNIX || getnameinfo(address, length, host, sizeof(host), port, sizeof(port),
							 NI_NUMERICHOST | NI_NUMERICSERV))
		fprintf(stderr, "nc: %s\n", what);
	else
		fprintf(stderr, "nc: %s %s port %s\n", what, host, port);
}

/*
 * One direction: what was read and is not yet written. No write may block while the other direction has something to do, or two programs
 * that answer each other would wait for ever: the socket takes what it has room for, a pipe what poll(2) promises of one.
 */
struct flow {
	int from, to;
	bool to_socket;			/* else it comes from there */
	size_t most;			/* bytes of one write */
	bool open;			/* more may come */
	bool datagrams;			/* an empty read is an empty datagram */
	size_t at, end;
	char buffer[BUFFER];
};

/* False: the end, or an error that is one. */
static bool flow_read(struct flow *f)
{
	ssize_t n = f->to_socket ? read(f->from, f->buffer, sizeof(f->buffer)) : recv(f->from, f->buffer, sizeof(f->buffer), MSG_DONTWAIT);

	f->at = 0;
	f->end = n > 0 ? (size_t)n : 0;
	if (n > 0 || (n == 0 && f->datagrams) || (n < 0 && (errno == EAGAIN || errno == EINTR)))
		return true;
	if (n < 0)
		tool_error("read");
	f->open = false;
	return false;
}

static bool flow_write(struct flow *f)
{
	size_t size = f->end - f->at < f->most ? f->end - f->at : f->most;
	ssize_t n = f->to_socket ? send(f->to, f->buffer + f->at, size, MSG_DONTWAIT | MSG_NOSIGNAL) : write(f->to, f->buffer + f->at, size);

	if (n >= 0) {
		f->at += (size_t)n;
		return true;
	}
	if (errno == EAGAIN || errno == EINTR)
		return true;
	tool_error("write");
	return false;
}

static short events_from(const struct flow *f)
{
	return f->open && f->at == f->end ? POLLIN : 0;
}

static short events_to(const struct flow *f)
{
	return f->at < f->end ? POLLOUT : 0;
}

static void start_flow(struct flow *f, int from, int to, bool to_socket)
{
	struct stat st;

	f->from = from;
	f->to = to;
	f->to_socket = to_socket;
	f->most = !to_socket && fstat(to, &st) == 0 && S_ISFIFO(st.st_mode) ? PIPE_BUF : BUFFER;
	f->open = true;
	f->datagrams = !to_socket && options.udp;
	f->at = f->end = 0;
}

/* Copies both ways until the socket's side is over. */
static void converse(int fd)
{
	static struct flow out, in;
	bool shut = false;

	start_flow(&out, 0, fd, true);
	start_flow(&in, fd, 1, false);
	while (in.open || in.at < in.end) {
		struct pollfd p[] = {
			{ .fd = events_from(&out) ? 0 : -1, .events = POLLIN },
			{ .fd = fd, .events = (short)(events_from(&in) | events_to(&out)) },
			{ .fd = events_to(&in) ? 1 : -1, .events = POLLOUT },
		};

		p[1].fd = p[1].events ? fd : -1;
		if (poll(p, 3, timeout()) == 0)
			return;
		if (p[0].revents)
			flow_read(&out);
		if (p[1].revents && events_from(&in) && (p[1].revents & (POLLIN | POLLHUP | POLLERR)))
			flow_read(&in);
		if (p[2].revents && !flow_write(&in))
			return;
		if (events_to(&out) && !flow_write(&out))
			return;
		if (!out.open && out.at == out.end && !shut) {
			shut = true;
			if (!options.udp)
				shutdown(fd, SHUT_WR);
		}
	}
}

/* Waits for a non-blocking connect; 0 or an error number. */
static int finish_connect(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	socklen_t size = sizeof(int);
	int error = 0, n = poll(&p, 1, timeout());

	if (n == 0)
		return ETIMEDOUT;
	if (n < 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
		return errno;
	return error;
}

static bool bind_source(int fd, int family)
{
	struct addrinfo hints = { .ai_family = family, .ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM }, *a;
	bool good;

	if (!options.source_port)
		return true;
	if (getaddrinfo(NULL, options.source_port, &hints, &a))
		tool_fail(2, "%s: not a port", options.source_port);
	good = bind(fd, a->ai_addr, a->ai_addrlen) == 0;
	freeaddrinfo(a);
	return good;
}

/* A connected socket; -1 with errno. */
static int connect_to(const struct sockaddr *address, socklen_t length)
{
	int fd = socket(address->sa_family, (options.udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), error = 0;

	if (fd < 0)
		return -1;
	if ((address->sa_family != AF_UNIX && !bind_source(fd, address->sa_family)) || connect(fd, address, length) < 0)
		error = errno;
	if (error == EINPROGRESS)
		error = finish_connect(fd);
	if (!error) {
		fcntl(fd, F_SETFL, 0);
		return fd;
	}
	close(fd);
	errno = error;
	return -1;
}

static struct addrinfo *resolve(const char *host, const char *port)
{
	struct addrinfo hints = {
		.ai_family = options.family, .ai_socktype = options.udp ? SOCK_DGRAM : SOCK_STREAM,
		.ai_flags = (options.listen ? AI_PASSIVE : 0) | (options.numeric ? AI_NUMERICHOST : 0),
	}, *list;
	int error = getaddrinfo(host, port, &hints, &list);

	if (error)
		tool_fail(1, "%s port %s: %s", host ? host : "*", port, error == EAI_SYSTEM ? strerror(errno) : gai_strerror(error));
	return list;
}

/* The first address that connects. */
static int connect_any(const char *host, const char *port)
{
	struct addrinfo *list = resolve(host, port);
	int fd = -1;

	for (struct addrinfo *a = list; a && fd < 0; a = a->ai_next) {
		fd = connect_to(a->ai_addr, a->ai_addrlen);
		if (fd >= 0)
			say("connected to", a->ai_addr, a->ai_addrlen);
	}
	freeaddrinfo(list);
	return fd;
}

/* PORT or FIRST-LAST, each of which is tried; status 1 when none connects. */
static void scan(const char *host, const char *ports)
{
	const char *dash = strchr(ports, '-');
	long first = atol(ports), last = dash ? atol(dash + 1) : first;
	bool any = false;

	for (long port = first; port <= last && port < 65536; port++) {
		char text[16];
		int fd;

		snprintf(text, sizeof(text), "%ld", port);
		fd = connect_any(host, text);
		if (fd >= 0) {
			any = true;
			printf("%s port %ld is open\n", host, port);
			close(fd);
		}
	}
	tool_status = !any;
}

static int listen_at(const struct sockaddr *address, socklen_t length)
{
	int fd = socket(address->sa_family, (options.udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0), on = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, address, length) == 0 && (options.udp || listen(fd, 8) == 0))
		return fd;
	on = errno;
	close(fd);
	errno = on;
	return -1;
}

/* Datagrams have no connections: the first sender is the peer. */
static int take_peer(int listener)
{
	struct sockaddr_storage peer;
	socklen_t length = sizeof(peer);
	char byte;
	int fd;

	if (!options.udp) {
		fd = accept4(listener, (struct sockaddr *)&peer, &length, SOCK_CLOEXEC);
	} else {
		if (recvfrom(listener, &byte, 1, MSG_PEEK, (struct sockaddr *)&peer, &length) < 0 ||
		    connect(listener, (struct sockaddr *)&peer, length) < 0)
			return -1;
		fd = dup(listener);
	}
	if (fd >= 0)
		say("connection from", (struct sockaddr *)&peer, length);
	return fd;
}

static void serve(int listener, const char *what)
{
	const struct sockaddr none = { .sa_family = AF_UNSPEC };
	int fd;

	do {
		fd = take_peer(listener);
		if (fd < 0)
			tool_fail(1, "%s: %s", what, strerror(errno));
		converse(fd);
		close(fd);
		if (options.udp)
			connect(listener, &none, sizeof(none));
	} while (options.again);
}

static void serve_internet(const char *host, const char *port)
{
	struct addrinfo *list = resolve(host, port);
	int fd = -1;

	for (struct addrinfo *a = list; a && fd < 0; a = a->ai_next)
		fd = listen_at(a->ai_addr, a->ai_addrlen);
	if (fd < 0)
		tool_fail(1, "port %s: %s", port, strerror(errno));
	freeaddrinfo(list);
	serve(fd, port);
}

static void use_path(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1);
	int fd;

	if (strlcpy(address.sun_path, path, sizeof(address.sun_path)) >= sizeof(address.sun_path))
		tool_fail(2, "%s: too long", path);
	fd = options.listen ? listen_at((struct sockaddr *)&address, length) : connect_to((struct sockaddr *)&address, length);
	if (fd < 0)
		tool_fail(1, "%s: %s", path, strerror(errno));
	if (options.listen)
		serve(fd, path);
	else if (!options.scan)
		converse(fd);
	if (options.listen)
		unlink(path);
}

static void set_option(int option)
{
	switch (option) {
	case '4':
	case '6':
		options.family = option == '4' ? AF_INET : AF_INET6;
		break;
	case 'k':
		options.again = true;
		break;
	case 'l':
		options.listen = true;
		break;
	case 'n':
		options.numeric = true;
		break;
	case 'p':
		options.source_port = optarg;
		break;
	case 'u':
		options.udp = true;
		break;
	case 'U':
		options.local = true;
		break;
	case 'v':
		options.verbose = true;
		break;
	case 'w':
		options.wait = (int)tool_number(optarg);
		break;
	case 'z':
		options.scan = true;
		break;
	default:
		tool_usage(OPERANDS);
	}
}

int main(int argc, char **argv)
{
	int option, fd, left;

	tool_name = "nc";
	signal(SIGPIPE, SIG_IGN);
	while ((option = getopt(argc, argv, "46klnp:uUvw:z")) >= 0)
		set_option(option);
	left = argc - optind;
	if (left < 1 || left > 2 || (left == 1 && !options.local && !options.listen) || (left == 2 && options.local) ||
	    options.wait < 0 || options.wait > 1000000)
		tool_usage(OPERANDS);
	if (options.local) {
		use_path(argv[optind]);
	} else if (options.listen) {
		serve_internet(left == 2 ? argv[optind] : NULL, argv[argc - 1]);
	} else if (options.scan) {
		scan(argv[optind], argv[optind + 1]);
	} else {
		fd = connect_any(argv[optind], argv[optind + 1]);
		if (fd < 0)
			tool_fail(1, "%s port %s: %s", argv[optind], argv[optind + 1], strerror(errno));
		converse(fd);
	}
	return tool_end();
}
