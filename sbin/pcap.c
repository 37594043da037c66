/*
 * pcap [-i DEVICE] [-c COUNT] [-s BYTES] [-w FILE]: the frames of a device (or of all), as a line of text each, or into a capture file
 * (`-`: standard output) that Wireshark and tcpdump open: version 2.4 of pcap's format, Ethernet, microseconds.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>

#include "tool.h"

#define ALL_PROTOCOLS 3
#define FRAME_MAX     262144
#define LINK_ETHERNET 1
#define LOOPBACK      772	/* link_address.hardware */
#define OUTGOING      4		/* link_address.type */

/* struct sockaddr_ll of packet(7). */
struct link_address {
	uint16_t family, protocol;
	int32_t index;
	uint16_t hardware;
	uint8_t type, length, address[8];
};

struct file_header {
	uint32_t magic;
	uint16_t major, minor;
	uint32_t zone, accuracy, limit, link;
};

struct record_header {
	uint32_t seconds, microseconds, captured, length;
};

static volatile sig_atomic_t stopped;
static unsigned char frame[FRAME_MAX];

static void stop(int signal) { stopped = 1; }

static int open_device(const char *device)
{
	struct link_address a = { .family = AF_PACKET, .protocol = htons(ALL_PROTOCOLS) };
	int s = socket(AF_PACKET, SOCK_RAW, 0);

	if (s < 0)
		tool_fail(1, "socket: %s", strerror(errno));
	a.index = device ? (int32_t)if_nametoindex(device) : 0;
	if (device && !a.index)
		tool_fail(1, "%s: %s", device, strerror(ENODEV));
	if (bind(s, (struct sockaddr *)&a, sizeof(a)) < 0)
		tool_fail(1, "bind: %s", strerror(errno));
	return s;
}

static FILE *open_capture(const char *path, uint32_t limit)
{
	struct file_header h = { .magic = 0xa1b2c3d4, .major = 2, .minor = 4, .limit = limit, .link = LINK_ETHERNET };
	FILE *f = strcmp(path, "-") ? fopen(path, "w") : stdout;

	if (!f)
		tool_fail(1, "%s: %s", path, strerror(errno));
	fwrite(&h, sizeof(h), 1, f);
	fflush(f);
	return f;
}

static void write_record(FILE *f, const struct timespec *t, size_t captured, size_t length)
{
	struct record_header h = { (uint32_t)t->tv_sec, (uint32_t)(t->tv_nsec / 1000), (uint32_t)captured, (uint32_t)length };

	fwrite(&h, sizeof(h), 1, f);
	fwrite(frame, captured, 1, f);
	if (fflush(f) != 0)
		tool_fail(1, "write: %s", strerror(errno));
}

static const char *protocol_name(int number, char text[16])
{
	snprintf(text, 16, "protocol %d", number);
	return number == 1 ? "ICMP" : number == 6 ? "TCP" : number == 17 ? "UDP" : number == 58 ? "ICMPv6" : text;
}

/* Addresses and ports of an IP packet. */
static void print_ip(const unsigned char *h, size_t n, bool six)
{
	char from[INET6_ADDRSTRLEN], to[INET6_ADDRSTRLEN], name[16];
	size_t header = six ? 40 : (h[0] & 15u) * 4;
	int protocol = six ? h[6] : h[9];
	bool ports = (protocol == 6 || protocol == 17) && n >= header + 4;

	inet_ntop(six ? AF_INET6 : AF_INET, h + (six ? 8 : 12), from, sizeof(from));
	inet_ntop(six ? AF_INET6 : AF_INET, h + (six ? 24 : 16), to, sizeof(to));
	h += header;
	if (ports)
		printf("%s.%u > %s.%u", from, (unsigned)(h[0] << 8 | h[1]), to, (unsigned)(h[2] << 8 | h[3]));
	else
		printf("%s > %s", from, to);
	printf(": %s", protocol_name(protocol, name));
}

static void print_frame(const struct timespec *t, size_t captured, size_t length)
{
	unsigned type = captured >= 14 ? (unsigned)(frame[12] << 8 | frame[13]) : 0;
	struct tm *local = localtime(&t->tv_sec);

	printf("%02d:%02d:%02d.%06ld ", local->tm_hour, local->tm_min, local->tm_sec, t->tv_nsec / 1000);
	if (type == 0x0800 && captured >= 34)
		print_ip(frame + 14, captured - 14, false);
	else if (type == 0x86dd && captured >= 54)
		print_ip(frame + 14, captured - 14, true);
	else
		printf("%s 0x%04x", type == 0x0806 ? "ARP" : "type", type);
	printf(", length %zu\n", length);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	const char *device = NULL, *path = NULL;
	long count = 0, limit = FRAME_MAX;
	FILE *capture;
	int option, s;

	tool_name = "pcap";
	while ((option = getopt(argc, argv, "i:c:s:w:")) >= 0) {
		switch (option) {
		case 'i': device = strcmp(optarg, "any") ? optarg : NULL; break;
		case 'c': count = tool_number(optarg); break;
		case 's': limit = tool_number(optarg); break;
		case 'w': path = optarg; break;
		default: tool_usage("[-i DEVICE] [-c COUNT] [-s BYTES] [-w FILE]");
		}
	}
	if (limit < 1 || limit > FRAME_MAX)
		limit = FRAME_MAX;
	s = open_device(device);
	capture = path ? open_capture(path, (uint32_t)limit) : NULL;
	sigaction(SIGINT, &(struct sigaction) { .sa_handler = stop }, NULL);
	sigaction(SIGTERM, &(struct sigaction) { .sa_handler = stop }, NULL);
	for (long seen = 0; !stopped && (count == 0 || seen < count);) {
		struct link_address from = { 0 };
		socklen_t size = sizeof(from);
		ssize_t length = recvfrom(s, frame, sizeof(frame), MSG_TRUNC, (struct sockaddr *)&from, &size);
		size_t captured = length < 0 ? 0 : (size_t)(length < limit ? length : limit);
		struct timespec t;

		if (length < 0) {
			if (errno != EINTR)
				tool_fail(1, "recv: %s", strerror(errno));
			continue;
		}
		if (from.hardware == LOOPBACK && from.type == OUTGOING)
			continue;		/* it comes in as well */
		seen++;
		clock_gettime(CLOCK_REALTIME, &t);
		if (capture)
			write_record(capture, &t, captured, (size_t)length);
		else
			print_frame(&t, captured, (size_t)length);
	}
	return tool_end();
}
