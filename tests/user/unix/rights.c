/* unix(7): descriptors and credentials in messages, how many, what a peek and a short buffer do to them, SO_PEERCRED. */
#include "test.h"
#include <sys/socket.h>
#include <sys/un.h>

struct ids { pid_t pid; uid_t uid; gid_t gid; };
#define SCM_IDS 2

/* One byte with descriptors; the answer of sendmsg. */
static ssize_t send_fds(int s, const int *fds, unsigned count)
{
	_Alignas(8) char control[CMSG_SPACE(sizeof(int) * 300)] = { 0 };
	struct iovec v = { "f", 1 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(sizeof(int) * count) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int) * count);
	memcpy(CMSG_DATA(c), fds, sizeof(int) * count);
	return syscall(SYS_sendmsg, s, &m, MSG_NOSIGNAL);	/* musl's sendmsg has room for 250 */
}

/* Receive up to `size` bytes and `room` descriptors; how many came, the flags in *flags. */
static int receive_fds(int s, int *fds, unsigned room, int how, int *flags)
{
	_Alignas(8) char control[CMSG_SPACE(sizeof(int) * 300)] = { 0 };
	char buf[16];
	struct iovec v = { buf, sizeof(buf) };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = room ? CMSG_LEN(sizeof(int) * room) : 0 };
	int count = 0;

	CHECK(recvmsg(s, &m, how) >= 0);
	*flags = m.msg_flags;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
		CHECK_EQ(c->cmsg_level, SOL_SOCKET);
		CHECK_EQ(c->cmsg_type, SCM_RIGHTS);
		count = (int)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
		memcpy(fds, CMSG_DATA(c), (size_t)count * sizeof(int));
	}
	return count;
}

static int open_count(void)
{
	int count = 0;

	for (int i = 0; i < 1024; i++)
		count += fcntl(i, F_GETFD) >= 0;
	return count;
}

static void passing(int type)
{
	int pair[2], p[2], got[4], flags;
	char buf[8];

	CHECK_OK(socketpair(AF_UNIX, type, 0, pair));
	CHECK_OK(pipe(p));
	CHECK_EQ(send_fds(pair[0], p, 2), 1);
	CHECK_OK(close(p[1]));
	CHECK_EQ(receive_fds(pair[1], got, 4, 0, &flags), 2);
	CHECK_EQ(flags, 0);
	CHECK_EQ(fcntl(got[0], F_GETFD), 0);
	CHECK_EQ(write(got[1], "hello", 5), 5);
	CHECK_EQ(read(p[0], buf, 8), 5);
	CHECK_OK(close(got[1]));
	CHECK_EQ(read(p[0], buf, 8), 0);
	CHECK_OK(close(got[0]));
	/* A peek copies them; they come with the message nevertheless. */
	CHECK_EQ(send_fds(pair[0], p, 1), 1);
	CHECK_EQ(receive_fds(pair[1], got, 4, MSG_PEEK | MSG_CMSG_CLOEXEC, &flags), 1);
	CHECK_EQ(fcntl(got[0], F_GETFD), FD_CLOEXEC);
	CHECK_EQ(flags & ~MSG_CMSG_CLOEXEC, 0);
	CHECK_OK(close(got[0]));
	CHECK_EQ(receive_fds(pair[1], got, 4, 0, &flags), 1);
	CHECK_OK(close(got[0]));
	/* No room, or no wish: thrown away. */
	int before = open_count();
	int three[3] = { p[0], p[0], p[0] };
	CHECK_EQ(send_fds(pair[0], three, 3), 1);
	CHECK_EQ(receive_fds(pair[1], got, 2, 0, &flags), 2);
	CHECK_EQ(flags, MSG_CTRUNC);
	CHECK_EQ(open_count(), before + 2);
	CHECK_OK(close(got[0]));
	CHECK_OK(close(got[1]));
	CHECK_EQ(send_fds(pair[0], three, 3), 1);
	CHECK_EQ(receive_fds(pair[1], got, 0, 0, &flags), 0);
	CHECK_EQ(flags, MSG_CTRUNC);
	CHECK_EQ(send_fds(pair[0], three, 3), 1);
	CHECK_EQ(read(pair[1], buf, 8), 1);
	CHECK_EQ(open_count(), before);
	three[1] = 1000;
	CHECK_ERRNO(send_fds(pair[0], three, 3), EBADF);
	CHECK_ERRNO(recv(pair[1], buf, 1, MSG_DONTWAIT), EAGAIN);
	CHECK_OK(close(p[0]));
	CHECK_OK(close(pair[0]));
	CHECK_OK(close(pair[1]));
	CHECK_EQ(open_count(), before - 3);
}

static void many(void)
{
	int pair[2], fds[254], got[254], flags;

	CHECK_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	for (int i = 0; i < 254; i++)
		fds[i] = 0;
	CHECK_ERRNO(send_fds(pair[0], fds, 254), EINVAL);
	CHECK_EQ(send_fds(pair[0], fds, 253), 1);
	CHECK_EQ(receive_fds(pair[1], got, 253, 0, &flags), 253);
	for (int i = 0; i < 253; i++)
		CHECK_OK(close(got[i]));
	CHECK_EQ(send_fds(pair[0], fds, 0), 1);
	CHECK_EQ(receive_fds(pair[1], got, 253, 0, &flags), 0);
	CHECK_OK(close(pair[0]));
	CHECK_OK(close(pair[1]));
}

/* A read ends behind a message with descriptors; they come with its first byte. */
static void borders(void)
{
	int pair[2], fds[1] = { 0 }, got[4], flags;
	char buf[16];

	CHECK_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	CHECK_EQ(write(pair[0], "abc", 3), 3);
	CHECK_EQ(send_fds(pair[0], fds, 1), 1);
	CHECK_EQ(write(pair[0], "def", 3), 3);
	CHECK_EQ(receive_fds(pair[1], got, 4, 0, &flags), 1);
	CHECK_EQ(read(pair[1], buf, 16), 3);
	CHECK_BYTES(buf, "def", 3);
	CHECK_OK(close(got[0]));
	CHECK_OK(close(pair[0]));
	CHECK_OK(close(pair[1]));
}

/* The credentials that come with the next message; pid 0 when none did. */
static struct ids receive_ids(int s)
{
	_Alignas(8) char control[CMSG_SPACE(sizeof(struct ids))] = { 0 };
	char buf[16];
	struct iovec v = { buf, sizeof(buf) };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	struct ids ids = { 0 };
	struct cmsghdr *c;

	CHECK(recvmsg(s, &m, 0) >= 0);
	c = CMSG_FIRSTHDR(&m);
	if (c && c->cmsg_type == SCM_IDS) {
		CHECK_EQ(c->cmsg_len, CMSG_LEN(sizeof(ids)));
		memcpy(&ids, CMSG_DATA(c), sizeof(ids));
	}
	return ids;
}

static ssize_t send_ids(int s, struct ids ids, size_t size)
{
	_Alignas(8) char control[CMSG_SPACE(sizeof(ids))] = { 0 };
	struct iovec v = { "c", 1 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(size) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_IDS;
	c->cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(c), &ids, size);
	return sendmsg(s, &m, MSG_NOSIGNAL);
}

static void credentials(int type)
{
	int pair[2], one = 1;
	struct ids ids, mine = { getpid(), getuid(), getgid() };

	CHECK_OK(socketpair(AF_UNIX, type, 0, pair));
	CHECK_EQ(write(pair[0], "a", 1), 1);
	CHECK_EQ(receive_ids(pair[1]).pid, 0);
	CHECK_OK(setsockopt(pair[1], SOL_SOCKET, SO_PASSCRED, &one, sizeof(one)));
	CHECK_EQ(write(pair[0], "a", 1), 1);
	ids = receive_ids(pair[1]);
	CHECK_EQ(ids.pid, getpid());
	CHECK_EQ(ids.uid, getuid());
	CHECK_EQ(ids.gid, getgid());
	pid_t child = test_fork();
	if (child == 0) {
		CHECK_EQ(write(pair[0], "b", 1), 1);
		test_exit();
	}
	CHECK_CHILD(child);
	CHECK_EQ(write(pair[0], "a", 1), 1);
	CHECK_EQ(receive_ids(pair[1]).pid, child);
	CHECK_EQ(receive_ids(pair[1]).pid, getpid());
	CHECK_EQ(send_ids(pair[0], mine, sizeof(mine)), 1);
	CHECK_EQ(receive_ids(pair[1]).pid, getpid());
	CHECK_ERRNO(send_ids(pair[0], mine, sizeof(mine) - 4), EINVAL);
	if (geteuid() == 0) {
		mine.uid = 77;
		CHECK_EQ(send_ids(pair[0], mine, sizeof(mine)), 1);
		CHECK_EQ(receive_ids(pair[1]).uid, 77);
		mine.pid = 0x3ffffff;
		CHECK_ERRNO(send_ids(pair[0], mine, sizeof(mine)), ESRCH);
		child = test_fork();
		if (child == 0) {
			CHECK_OK(setgid(NO_UID));
			CHECK_OK(setuid(NO_UID));
			mine = (struct ids){ getpid(), NO_UID, NO_UID };
			CHECK_EQ(send_ids(pair[0], mine, sizeof(mine)), 1);
			mine.uid = 0;
			CHECK_ERRNO(send_ids(pair[0], mine, sizeof(mine)), EPERM);
			mine.uid = NO_UID;
			mine.gid = 0;
			CHECK_ERRNO(send_ids(pair[0], mine, sizeof(mine)), EPERM);
			mine.gid = NO_UID;
			mine.pid = getppid();
			CHECK_ERRNO(send_ids(pair[0], mine, sizeof(mine)), EPERM);
			test_exit();
		}
		CHECK_CHILD(child);
		CHECK_EQ(receive_ids(pair[1]).pid, child);
	}
	CHECK_OK(close(pair[0]));
	CHECK_OK(close(pair[1]));
}

static struct ids peer_of(int s)
{
	struct ids ids = { -1, 0, 0 };
	socklen_t n = sizeof(ids);

	CHECK_OK(getsockopt(s, SOL_SOCKET, SO_PEERCRED, &ids, &n));
	CHECK_EQ(n, sizeof(ids));
	return ids;
}

static void peers(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	socklen_t n = (socklen_t)(3 + snprintf(a.sun_path + 1, 100, "peers-%d", getpid()));
	int pair[2], s = (int)CHECK_OK(socket(AF_UNIX, SOCK_STREAM, 0)), status;
	gid_t groups[64];
	char buf[4];

	CHECK_EQ(peer_of(s).pid, 0);
	CHECK_EQ(peer_of(s).uid, (uid_t)-1);
	CHECK_OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
	CHECK_EQ(peer_of(pair[0]).pid, getpid());
	CHECK_OK(bind(s, (void *)&a, n));
	CHECK_OK(listen(s, 4));
	pid_t child = test_fork();
	if (child == 0) {
		int c = (int)CHECK_OK(socket(AF_UNIX, SOCK_STREAM, 0));

		CHECK_OK(connect(c, (void *)&a, n));
		CHECK_EQ(peer_of(c).pid, getppid());
		CHECK_EQ(read(c, buf, 1), 0);
		test_exit();
	}
	int e = (int)CHECK_OK(accept(s, NULL, NULL));
	CHECK_EQ(peer_of(e).pid, child);
	CHECK_EQ(peer_of(e).uid, geteuid());
	socklen_t size = sizeof(groups);
	CHECK_OK(getsockopt(e, SOL_SOCKET, SO_PEERGROUPS, groups, &size));
	CHECK_EQ(size, (socklen_t)getgroups(0, NULL) * sizeof(gid_t));
	if (size) {
		size = 1;
		CHECK_ERRNO(getsockopt(e, SOL_SOCKET, SO_PEERGROUPS, groups, &size), ERANGE);
		CHECK_EQ(size, (socklen_t)getgroups(0, NULL) * sizeof(gid_t));
	}
	CHECK_OK(close(e));
	CHECK_OK(waitpid(child, &status, 0));
	CHECK_EQ(status, 0);
	CHECK_OK(close(s));
	CHECK_OK(close(pair[0]));
	CHECK_OK(close(pair[1]));
}

/* Sockets that only messages in each other's queues refer to; and a long chain of sockets in queues. */
static void cycles(void)
{
	int pair[2], keep[2], p[2], flags, got[4];
	char buf[4];

	CHECK_OK(pipe(p));
	for (int i = 0; i < 200; i++) {
		CHECK_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
		int load[2] = { pair[0], p[1] };
		CHECK_EQ(send_fds(pair[0], load, 2), 1);
		CHECK_EQ(send_fds(pair[1], load, 2), 1);
		CHECK_OK(close(pair[0]));
		CHECK_OK(close(pair[1]));
	}
	CHECK_OK(close(p[1]));
	/* The end of any socket finds them, and with them the pipe's last writers. */
	CHECK_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, keep));
	CHECK_OK(close(keep[0]));
	CHECK_OK(close(keep[1]));
	struct pollfd w = { .fd = p[0], .events = POLLIN };
	CHECK_EQ(poll(&w, 1, 10000), 1);
	CHECK_EQ(read(p[0], buf, 4), 0);
	CHECK_OK(close(p[0]));
	/* What somebody can still receive stays. */
	CHECK_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, keep));
	CHECK_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	CHECK_EQ(write(pair[0], "in", 2), 2);
	CHECK_EQ(send_fds(pair[0], pair, 2), 1);
	CHECK_EQ(send_fds(keep[0], &pair[1], 1), 1);
	CHECK_OK(close(pair[0]));
	CHECK_OK(close(pair[1]));
	CHECK_OK(close(CHECK_OK(socket(AF_UNIX, SOCK_STREAM, 0))));
	CHECK_EQ(receive_fds(keep[1], got, 4, 0, &flags), 1);
	CHECK_EQ(recv(got[0], buf, 2, 0), 2);
	CHECK_BYTES(buf, "in", 2);
	CHECK_EQ(receive_fds(got[0], got + 1, 3, 0, &flags), 2);
	for (int i = 0; i < 3; i++)
		CHECK_OK(close(got[i]));
	CHECK_OK(close(keep[0]));
	CHECK_OK(close(keep[1]));
}

/* Each socket's queue holds the last one's descriptor: their end is no recursion. Linux allows five of them in a row. */
static void chain(void)
{
	int last = -1, pair[2], made = 0;

	for (int i = 0; i < 3000; i++) {
		CHECK_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
		if (last >= 0 && send_fds(pair[0], &last, 1) < 0) {
			CHECK_EQ(errno, ETOOMANYREFS);
			CHECK_OK(close(pair[0]));
			CHECK_OK(close(pair[1]));
			break;
		}
		made++;
		if (last >= 0)
			CHECK_OK(close(last));
		CHECK_OK(close(pair[0]));
		last = pair[1];
	}
	CHECK(made >= 4);
	CHECK_OK(close(last));
}

static void limit(void)
{
	int pair[2], fds[100] = { 0 }, i;
	struct rlimit r;

	if (geteuid() != 0)
		return;
	pid_t child = test_fork();
	if (child == 0) {
		CHECK_OK(getrlimit(RLIMIT_NOFILE, &r));
		r.rlim_cur = 120;
		CHECK_OK(setrlimit(RLIMIT_NOFILE, &r));
		CHECK_OK(setgid(NO_UID + 7));
		CHECK_OK(setuid(NO_UID + 7));
		CHECK_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
		for (i = 0; i < 10 && send_fds(pair[0], fds, 100) == 1; i++)
			;
		CHECK_EQ(errno, ETOOMANYREFS);
		CHECK_EQ(i, 2);
		test_exit();
	}
	CHECK_CHILD(child);
}

static void test(void)
{
	passing(SOCK_STREAM);
	passing(SOCK_DGRAM);
	passing(SOCK_SEQPACKET);
	many();
	borders();
	credentials(SOCK_STREAM);
	credentials(SOCK_DGRAM);
	peers();
	cycles();
	chain();
	limit();
}
