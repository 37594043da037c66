/*
 * ping [-46q] [-c COUNT] [-i SECONDS] [-s BYTES] [-W SECONDS] HOST: echo requests (RFC 792, RFC 4443) and their answers, by a ping socket,
 * which takes no privilege. Exit: 0 when an answer came, 1 when none did, 2 for an error.
 */
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>

#include "tool.h"

#define HEADER      8
#define BYTES_MAX   65507
#define LOG_SLOTS   1024	/* requests whose answer is still told from its copies */

static struct {
	double interval, patience;	/* seconds */
	long count;			/* 0: no end */
	size_t bytes;
	bool quiet, six;
} option = { .interval = 1, .patience = 10, .bytes = 56 };

static struct {
	long sent, received, copies;
	double least, most, sum, squares;	/* milliseconds */
} result;

static volatile sig_atomic_t stopped;
static bool answered[LOG_SLOTS];
static char host_text[256];
static unsigned char packet[HEADER + BYTES_MAX];

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void stop(int signal) { stopped = 1; }

static void send_request(int s)
{
	double time = now();
	unsigned short sequence = (unsigned short)(result.sent + 1);

	memset(packet, 0, HEADER);
	packet[0] = option.six ? 128 : 8;
	packet[6] = (unsigned char)(sequence >> 8);
	packet[7] = (unsigned char)sequence;
	for (size_t i = 0; i < option.bytes; i++)
		packet[HEADER + i] = (unsigned char)i;
	if (option.bytes >= sizeof(time))
		memcpy(packet + HEADER, &time, sizeof(time));
	answered[sequence % LOG_SLOTS] = false;
	if (send(s, packet, HEADER + option.bytes, 0) < 0)
		tool_error("sendmsg");
	result.sent++;
}

static void note(double ms, bool copy)
{
	if (copy) {
		result.copies++;
		return;
	}
	result.least = result.received == 0 || ms < result.least ? ms : result.least;
	result.most = ms > result.most ? ms : result.most;
	result.sum += ms;
	result.squares += ms * ms;
	result.received++;
}

/* The hop limit from the control messages; -1: it was not told. */
static int hops_of(struct msghdr *m)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c))
		if (c->cmsg_type == (option.six ? IPV6_HOPLIMIT : IP_TTL)) {
			int hops;

			memcpy(&hops, CMSG_DATA(c), sizeof(hops));
			return hops;
		}
	return -1;
}

static void read_answer(int s)
{
	static unsigned char bytes[sizeof(packet)];
	char control[128];
	struct iovec v = { bytes, sizeof(bytes) };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(s, &m, MSG_DONTWAIT);
	double sent = 0, ms;
	unsigned sequence;
	bool copy;

	if (n < HEADER) {
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			tool_error(host_text);
		return;
	}
	sequence = (unsigned)(bytes[6] << 8 | bytes[7]);
	if (n >= (ssize_t)(HEADER + sizeof(sent)))
		memcpy(&sent, bytes + HEADER, sizeof(sent));
	ms = (now() - sent) * 1000;
	copy = answered[sequence % LOG_SLOTS];
	answered[sequence % LOG_SLOTS] = true;
	note(sent ? ms : 0, copy);
	if (option.quiet)
		return;
	printf("%zd bytes from %s: icmp_seq=%u ttl=%d", n, host_text, sequence, hops_of(&m));
	if (sent)
		printf(" time=%.3g ms", ms);
	puts(copy ? " (DUP!)" : "");
	fflush(stdout);
}

/* Read answers until `end`, or until all are there when no more requests will be sent. */
static void listen_until(int s, double end, bool last)
{
	while (!stopped && !(last && result.received >= result.sent)) {
		struct pollfd p = { s, POLLIN, 0 };
		double left = end - now();

		if (left <= 0)
			return;
		if (poll(&p, 1, (int)(left * 1000) + 1) > 0)
			read_answer(s);
	}
}

static int report(double began, const char *name)
{
	double n = (double)result.received, mean = n > 0 ? result.sum / n : 0, variance = n > 0 ? result.squares / n - mean * mean : 0, root = 1;

	for (int i = 0; i < 60; i++)		/* Newton's square root: there is no need for more of a library */
		root = (root + (variance > 0 ? variance : 0) / root) / 2;
	printf("\n--- %s ping statistics ---\n%ld packets transmitted, %ld received, ", name, result.sent, result.received);
	if (result.copies)
		printf("+%ld duplicates, ", result.copies);
	printf("%ld%% packet loss, time %.0fms\n", result.sent ? (result.sent - result.received) * 100 / result.sent : 0, (now() - began) * 1000);
	if (result.received && option.bytes >= sizeof(double))
		printf("rtt min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms\n", result.least, mean, result.most, variance > 0 ? root : 0);
	return result.received ? 0 : 1;
}

static int open_socket(const char *name, int family)
{
	struct addrinfo hints = { .ai_family = family, .ai_socktype = SOCK_DGRAM }, *a;
	int error = getaddrinfo(name, NULL, &hints, &a), one = 1, s;

	if (error)
		tool_fail(2, "%s: %s", name, gai_strerror(error));
	option.six = a->ai_family == AF_INET6;
	getnameinfo(a->ai_addr, a->ai_addrlen, host_text, sizeof(host_text), NULL, 0, NI_NUMERICHOST);
	s = socket(a->ai_family, SOCK_DGRAM, option.six ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
	if (s < 0)
		tool_fail(2, "socket: %s", strerror(errno));
	if (connect(s, a->ai_addr, a->ai_addrlen) < 0)
		tool_fail(2, "connect: %s", strerror(errno));
	setsockopt(s, option.six ? IPPROTO_IPV6 : IPPROTO_IP, option.six ? IPV6_RECVHOPLIMIT : IP_RECVTTL, &one, sizeof(one));
	setsockopt(s, option.six ? IPPROTO_IPV6 : IPPROTO_IP, option.six ? IPV6_RECVERR : IP_RECVERR, &one, sizeof(one));
	freeaddrinfo(a);
	return s;
}

static double seconds(const char *text)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end || value < 0)
		tool_fail(2, "%s: not a time", text);
	return value;
}

static const char *read_options(int argc, char **argv, int *family)
{
	int letter;

	while ((letter = getopt(argc, argv, "46qc:i:s:W:")) >= 0) {
		switch (letter) {
		case '4': *family = AF_INET; break;
		case '6': *family = AF_INET6; break;
		case 'q': option.quiet = true; break;
		case 'c': option.count = tool_number(optarg); break;
		case 'i': option.interval = seconds(optarg); break;
		case 's': option.bytes = (size_t)tool_number(optarg); break;
		case 'W': option.patience = seconds(optarg); break;
		default: optind = argc;
		}
	}
	if (argc - optind != 1)
		tool_usage("[-46q] [-c COUNT] [-i SECONDS] [-s BYTES] [-W SECONDS] HOST");
	if (option.bytes > BYTES_MAX)
		tool_fail(2, "at most %d bytes", BYTES_MAX);
	return argv[optind];
}

int main(int argc, char **argv)
{
	int family = AF_UNSPEC, s;
	const char *name;
	double began;

	tool_name = "ping";
	name = read_options(argc, argv, &family);
	s = open_socket(name, family);
	signal(SIGINT, stop);
	began = now();
	printf("PING %s (%s) %zu data bytes\n", name, host_text, option.bytes);
	while (!stopped && (option.count == 0 || result.sent < option.count)) {
		bool last;

		send_request(s);
		last = result.sent == option.count;
		listen_until(s, now() + (last ? option.patience : option.interval), last);
	}
	return report(began, name);
}
