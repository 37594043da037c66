/* unix(7), names: paths, abstract names, autobind, the lengths of addresses; listening, connecting, the backlog. */
#include "test.h"
#include <sys/socket.h>
#include <sys/un.h>

static socklen_t path_address(struct sockaddr_un *a, const char *path)
{
	memset(a, 0, sizeof(*a));
	a->sun_family = AF_UNIX;
	strncpy(a->sun_path, path, sizeof(a->sun_path));
	return (socklen_t)sizeof(*a);
}

static socklen_t abstract_address(struct sockaddr_un *a, const char *name)
{
	memset(a, 0, sizeof(*a));
	a->sun_family = AF_UNIX;
	return (socklen_t)(3 + snprintf(a->sun_path + 1, sizeof(a->sun_path) - 1, "%s-%d", name, getpid()));
}

static int make(int type) { return (int)CHECK_OK(socket(AF_UNIX, type, 0)); }

static void paths(void)
{
	struct sockaddr_un a, b;
	socklen_t n = sizeof(b);
	struct stat st;
	char link[40];
	int s = make(SOCK_STREAM), t = make(SOCK_STREAM), d = make(SOCK_DGRAM);

	umask(022);
	path_address(&a, "name");
	CHECK_OK(bind(s, (void *)&a, sizeof(a)));
	CHECK_OK(stat("name", &st));
	CHECK(S_ISSOCK(st.st_mode));
	CHECK_EQ(st.st_mode & 07777, 0755);
	CHECK_OK(getsockname(s, (void *)&b, &n));
	CHECK_EQ(n, 2 + 5);
	CHECK_BYTES(b.sun_path, "name", 5);
	n = 4;
	memset(&b, 'x', sizeof(b));
	CHECK_OK(getsockname(s, (void *)&b, &n));
	CHECK_EQ(n, 2 + 5);
	CHECK_BYTES(b.sun_path, "naxx", 4);
	CHECK_ERRNO(bind(t, (void *)&a, sizeof(a)), EADDRINUSE);
	CHECK_ERRNO(open("name", O_RDWR), ENXIO);
	/* Nor is there a second file for a socket, whose O_PATH descriptor is just a name. */
	snprintf(link, sizeof(link), "/proc/self/fd/%d", s);
	CHECK_ERRNO(open(link, O_RDWR), ENXIO);
	CHECK_OK(close((int)CHECK_OK(open(link, O_PATH))));
	CHECK_ERRNO(connect(t, (void *)&a, sizeof(a)), ECONNREFUSED);
	CHECK_ERRNO(connect(d, (void *)&a, sizeof(a)), EPROTOTYPE);
	CHECK_OK(listen(s, 5));
	CHECK_OK(rename("name", "other"));
	CHECK_ERRNO(connect(t, (void *)&a, sizeof(a)), ENOENT);
	path_address(&b, "other");
	CHECK_OK(connect(t, (void *)&b, sizeof(b)));
	n = sizeof(b);
	CHECK_OK(getpeername(t, (void *)&b, &n));
	CHECK_BYTES(b.sun_path, "name", 5);
	CHECK_OK(symlink("other", "link"));
	int u = make(SOCK_STREAM);
	path_address(&b, "link");
	CHECK_OK(connect(u, (void *)&b, sizeof(b)));
	CHECK_ERRNO(connect(u, (void *)&b, sizeof(b)), EISCONN);
	CHECK_OK(unlink("other"));
	CHECK_OK(close(u));
	CHECK_OK(close(t));
	CHECK_OK(close(s));
	path_address(&b, ".");
	t = make(SOCK_STREAM);
	CHECK_ERRNO(connect(t, (void *)&b, sizeof(b)), ECONNREFUSED);
	path_address(&b, "missing/name");
	CHECK_ERRNO(bind(t, (void *)&b, sizeof(b)), ENOENT);
	path_address(&b, "stale");
	CHECK_OK(bind(t, (void *)&b, sizeof(b)));
	CHECK_OK(close(t));
	t = make(SOCK_STREAM);
	CHECK_ERRNO(connect(t, (void *)&b, sizeof(b)), ECONNREFUSED);
	CHECK_ERRNO(bind(t, (void *)&b, sizeof(b)), EADDRINUSE);
	CHECK_OK(close(t));
	CHECK_OK(close(d));
}

static void long_paths(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	char back[128];
	socklen_t n = sizeof(back);
	int s = make(SOCK_STREAM);

	CHECK_ERRNO(bind(s, (void *)&a, sizeof(a) + 1), EINVAL);
	memset(a.sun_path, 'l', sizeof(a.sun_path));
	CHECK_OK(bind(s, (void *)&a, sizeof(a)));
	CHECK_OK(getsockname(s, (void *)back, &n));
	CHECK_EQ(n, 2 + 108 + 1);
	CHECK_OK(close(s));
	s = make(SOCK_STREAM);
	a.sun_family = AF_INET;
	CHECK_ERRNO(bind(s, (void *)&a, 20), EINVAL);
	CHECK_EQ(RAW(SYS_bind, s, test_unmapped(), 20), -EFAULT);
	CHECK_OK(close(s));
}

static void permission(void)
{
	struct sockaddr_un a;
	int s = make(SOCK_STREAM);

	path_address(&a, "guarded");
	CHECK_OK(fchmod(s, 0740));
	CHECK_OK(bind(s, (void *)&a, sizeof(a)));
	CHECK_OK(listen(s, 5));
	if (geteuid() == 0) {
		pid_t child = test_fork();
		if (child == 0) {
			int t = make(SOCK_STREAM);

			CHECK_OK(chmod(".", 0755));
			CHECK_OK(setuid(NO_UID));
			CHECK_ERRNO(connect(t, (void *)&a, sizeof(a)), EACCES);
			path_address(&a, "mine");
			CHECK_ERRNO(bind(t, (void *)&a, sizeof(a)), EACCES);
			test_exit();
		}
		CHECK_CHILD(child);
	}
	CHECK_OK(close(s));
}

static void abstract(void)
{
	struct sockaddr_un a, b;
	socklen_t length = abstract_address(&a, "abstract"), n = sizeof(b);
	int s = make(SOCK_STREAM), t = make(SOCK_STREAM), d = make(SOCK_DGRAM);

	CHECK_OK(bind(s, (void *)&a, length));
	CHECK_OK(getsockname(s, (void *)&b, &n));
	CHECK_EQ(n, length);
	CHECK_BYTES(b.sun_path, a.sun_path, n - 2);
	CHECK_ERRNO(bind(t, (void *)&a, length), EADDRINUSE);
	CHECK_OK(bind(d, (void *)&a, length));
	CHECK_OK(listen(s, 1));
	CHECK_ERRNO(connect(t, (void *)&a, length + 1), ECONNREFUSED);
	CHECK_OK(connect(t, (void *)&a, length));
	CHECK_OK(close(s));
	CHECK_OK(close(t));
	t = make(SOCK_STREAM);
	CHECK_OK(bind(t, (void *)&a, length));
	CHECK_OK(close(t));
	CHECK_OK(close(d));
	/* Five hexadecimal digits. */
	s = make(SOCK_STREAM);
	CHECK_OK(bind(s, (void *)&a, 2));
	n = sizeof(b);
	memset(&b, 0, sizeof(b));
	CHECK_OK(getsockname(s, (void *)&b, &n));
	CHECK_EQ(n, 2 + 6);
	CHECK_EQ(b.sun_path[0], 0);
	CHECK_EQ(strspn(b.sun_path + 1, "0123456789abcdef"), 5);
	CHECK_OK(close(s));
	/* Whoever sends credentials has a name. */
	int fds[2], one = 1;
	CHECK_OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, fds));
	CHECK_OK(setsockopt(fds[0], SOL_SOCKET, SO_PASSCRED, &one, sizeof(one)));
	CHECK_EQ(write(fds[0], "x", 1), 1);
	n = sizeof(b);
	CHECK_OK(getsockname(fds[0], (void *)&b, &n));
	CHECK_EQ(n, 2 + 6);
	CHECK_OK(close(fds[0]));
	CHECK_OK(close(fds[1]));
}

static void backlog(void)
{
	struct sockaddr_un a, peer;
	socklen_t length = abstract_address(&a, "backlog"), n;
	int s = make(SOCK_STREAM), c[3];
	struct pollfd p = { .fd = s, .events = POLLIN | POLLOUT };

	CHECK_OK(bind(s, (void *)&a, length));
	CHECK_ERRNO(accept(s, NULL, NULL), EINVAL);
	CHECK_OK(listen(s, 1));
	int accepts = 0;
	n = sizeof(accepts);
	CHECK_OK(getsockopt(s, SOL_SOCKET, SO_ACCEPTCONN, &accepts, &n));
	CHECK_EQ(accepts, 1);
	CHECK_ERRNO(connect(s, (void *)&a, length), EINVAL);
	CHECK_EQ(poll(&p, 1, 0), 0);
	for (int i = 0; i < 3; i++)
		c[i] = make(SOCK_STREAM | SOCK_NONBLOCK);
	CHECK_OK(connect(c[0], (void *)&a, length));
	CHECK_OK(connect(c[1], (void *)&a, length));
	CHECK_ERRNO(connect(c[2], (void *)&a, length), EAGAIN);
	CHECK_EQ(poll(&p, 1, 0), 1);
	CHECK_EQ(p.revents, POLLIN);
	CHECK_EQ(write(c[0], "first", 5), 5);
	pid_t child = test_fork();
	if (child == 0) {
		int late = make(SOCK_STREAM);

		CHECK_OK(connect(late, (void *)&a, length));
		CHECK_EQ(write(late, "late", 4), 4);
		test_exit();
	}
	n = sizeof(peer);
	int e = CHECK_OK(accept4(s, (void *)&peer, &n, SOCK_NONBLOCK | SOCK_CLOEXEC));
	CHECK_EQ(n, 2);
	CHECK_EQ(fcntl(e, F_GETFD), FD_CLOEXEC);
	CHECK(fcntl(e, F_GETFL) & O_NONBLOCK);
	char buf[8];
	CHECK_EQ(read(e, buf, 8), 5);
	CHECK_ERRNO(read(e, buf, 8), EAGAIN);
	n = sizeof(peer);
	CHECK_OK(getsockname(e, (void *)&peer, &n));
	CHECK_EQ(n, length);
	CHECK_OK(close(e));
	e = CHECK_OK(accept(s, NULL, NULL));
	CHECK_OK(close(e));
	e = CHECK_OK(accept(s, NULL, NULL));
	CHECK_EQ(recv(e, buf, 8, MSG_WAITALL), 4);
	CHECK_CHILD(child);
	CHECK_OK(close(e));
	CHECK_OK(fcntl(s, F_SETFL, O_NONBLOCK));
	CHECK_ERRNO(accept(s, NULL, NULL), EAGAIN);
	/* A connection that nobody accepted is reset. */
	e = make(SOCK_STREAM);
	CHECK_OK(connect(e, (void *)&a, length));
	CHECK_OK(close(s));
	CHECK_ERRNO(read(e, buf, 8), ECONNRESET);
	CHECK_EQ(read(e, buf, 8), 0);
	CHECK_OK(close(e));
	for (int i = 0; i < 3; i++)
		CHECK_OK(close(c[i]));
}

static void proc_lists(void)
{
	struct sockaddr_un a;
	socklen_t length = abstract_address(&a, "listed");
	int s = make(SOCK_STREAM);
	static char text[1 << 16];
	char want[64];

	CHECK_OK(bind(s, (void *)&a, length));
	CHECK_OK(listen(s, 1));
	int f = CHECK_OK(open("/proc/net/unix", O_RDONLY));
	ssize_t n, at = 0;
	while ((n = read(f, text + at, sizeof(text) - 1 - (size_t)at)) > 0)
		at += n;
	CHECK(strncmp(text, "Num       RefCount Protocol Flags    Type St Inode Path\n", 56) == 0);
	snprintf(want, sizeof(want), " @listed-%d\n", getpid());
	char *line = strstr(text, want);
	CHECK(line != NULL);
	while (line && line > text && line[-1] != '\n')
		line--;
	CHECK(line && strstr(line, " 00010000 0001 01 ") != NULL);
	CHECK_OK(close(f));
	CHECK_OK(close(s));
}

static void test(void)
{
	test_scratch();
	paths();
	long_paths();
	permission();
	abstract();
	backlog();
	proc_lists();
}
