/*
 * httpd [-v] [-a ADDRESS] [-j PROCESSES] [-n CONNECTIONS] [-p PORT] [-t SECONDS] [DIRECTORY]: serves the directory's files.
 *
 *   -a  listen there only (else at all addresses, IPv6 and IPv4)     -j  processes (1)    -n  connections of each (10000)
 *   -p  the port (80)     -t  how long a client may be silent (30)   -v  a line for each request
 */
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "httpd.h"
#include "tool.h"

#define BACKLOG  4096
#define OWN_FILES 8		/* descriptors beside those of connections */
#define OPERANDS "[-v] [-a ADDRESS] [-j PROCESSES] [-n CONNECTIONS] [-p PORT] [-t SECONDS] [DIRECTORY]"

struct settings settings = { .timeout = 30, .most = 10000 };

static int listen_at(const struct addrinfo *a)
{
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1, off = 0;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (a->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	on = errno;
	close(fd);
	errno = on;
	return -1;
}

/* IPv6 first: its any-address takes IPv4 as well. */
static int open_listener(const char *address, const char *port)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE }, *list;
	int fd = -1, error = getaddrinfo(address, port, &hints, &list);

	if (error)
		tool_fail(1, "%s port %s: %s", address ? address : "*", port, gai_strerror(error));
	for (int pass = 0; pass < 2; pass++) {
		for (struct addrinfo *a = list; a && fd < 0; a = a->ai_next) {
			if ((a->ai_family == AF_INET6) == !pass)
				fd = listen_at(a);
		}
	}
	if (fd < 0)
		tool_fail(1, "%s port %s: %s", address ? address : "*", port, strerror(errno));
	freeaddrinfo(list);
	return fd;
}

/* A connection takes two descriptors while it sends a file: no more connections than that goes for. */
static void use_limits(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur < OWN_FILES + 2)
		tool_fail(1, "it may open too few files");
	if ((rlim_t)settings.most > (limit.rlim_cur - OWN_FILES) / 2)
		settings.most = (int)((limit.rlim_cur - OWN_FILES) / 2);
}

static int positive(const char *text)
{
	long n = tool_number(text);

	if (n < 1 || n > 1000000)
		tool_fail(2, "%s: not between 1 and 1000000", text);
	return (int)n;
}

int main(int argc, char **argv)
{
	const char *address = NULL, *port = "80", *root = ".";
	int option, processes = 1, listener;

	tool_name = "httpd";
	while ((option = getopt(argc, argv, "a:j:n:p:t:v")) >= 0) {
		if (option == 'a')
			address = optarg;
		else if (option == 'j')
			processes = positive(optarg);
		else if (option == 'n')
			settings.most = positive(optarg);
		else if (option == 'p')
			port = optarg;
		else if (option == 't')
			settings.timeout = positive(optarg);
		else if (option == 'v')
			settings.verbose = true;
		else
			tool_usage(OPERANDS);
	}
	if (argc - optind > 1)
		tool_usage(OPERANDS);
	if (optind < argc)
		root = argv[optind];
	settings.root = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (settings.root < 0)
		tool_fail(1, "%s: %s", root, strerror(errno));
	signal(SIGPIPE, SIG_IGN);
	use_limits();
	listener = open_listener(address, port);
	while (--processes > 0) {
		pid_t pid = fork();

		if (pid < 0)
			tool_error("fork");
		if (pid <= 0)
			break;
	}
	serve(listener);
}
