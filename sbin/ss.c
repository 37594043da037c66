/*
 * ss [-46alnstuwx]: sockets, from /proc/net: their state, queues and addresses. Without -a the connected ones, with -l the others. -s counts.
 */
#include <arpa/inet.h>
#include <stdint.h>

#include "tool.h"

#define LISTEN      10
#define UNCONNECTED 7

static struct {
	bool all, listening, tcp, udp, raw, local, summary, four, six;
} option;

static const char *const states[] = {
	"UNKNOWN", "ESTAB", "SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "UNCONN", "CLOSE-WAIT", "LAST-ACK", "LISTEN",
	"CLOSING",
};

/* "0100007F:0016" or its form with 32 digits, as the kernel writes words of memory. */
static void print_end(const char *text)
{
	uint32_t words[4] = { 0 };
	unsigned port = 0;
	char address[INET6_ADDRSTRLEN], both[64];
	bool six = strcspn(text, ":") == 32;

	for (int i = 0; i < (six ? 4 : 1); i++)
		sscanf(text + 8 * i, "%8x", &words[i]);
	sscanf(text + strcspn(text, ":"), ":%x", &port);
	inet_ntop(six ? AF_INET6 : AF_INET, words, address, sizeof(address));
	snprintf(both, sizeof(both), port ? "%s%s%s:%u" : "%s%s%s:*", six ? "[" : "", address, six ? "]" : "", port);
	printf(" %25s", both);
}

static bool wanted(unsigned state)
{
	bool waits = state == LISTEN || state == UNCONNECTED;

	return option.all || waits == option.listening;
}

/* A table of /proc/net whose rows begin as tcp's do. */
static void show_table(const char *kind, const char *path)
{
	char line[512], local[64], remote[64];
	FILE *f = fopen(path, "r");

	while (f && fgets(line, sizeof(line), f)) {
		unsigned state, tx, rx;

		if (sscanf(line, " %*u: %63s %63s %x %x:%x", local, remote, &state, &tx, &rx) != 5 || !wanted(state))
			continue;
		printf("%-5s %-10s %6u %6u", kind, state < sizeof(states) / sizeof(states[0]) ? states[state] : states[0], rx, tx);
		print_end(local);
		print_end(remote);
		putchar('\n');
	}
	if (f)
		fclose(f);
}

static void show_both(const char *kind, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/net/%s", name);
	if (!option.six || option.four)
		show_table(kind, path);
	snprintf(path, sizeof(path), "/proc/net/%s6", name);
	if (!option.four || option.six)
		show_table(kind, path);
}

/* AF_UNIX: "Num RefCount Protocol Flags Type St Inode Path". */
static void show_local(void)
{
	static const char *const types[] = { "", "u_str", "u_dgr", "", "", "u_seq" };
	char line[512], path[256];
	FILE *f = fopen("/proc/net/unix", "r");

	while (f && fgets(line, sizeof(line), f)) {
		unsigned flags, type, state;
		unsigned long inode;
		int fields;

		path[0] = '\0';
		fields = sscanf(line, "%*[^:]: %*x %*x %x %x %x %lu %255s", &flags, &type, &state, &inode, path);
		if (fields < 4 || type > 5 || !wanted(state == 3 ? 1 : flags & 0x10000 ? LISTEN : UNCONNECTED))
			continue;
		printf("%-5s %-10s %6d %6d %25s %lu\n", types[type], state == 3 ? "ESTAB" : flags & 0x10000 ? "LISTEN" : "UNCONN", 0, 0,
		       *path ? path : "*", inode);
	}
	if (f)
		fclose(f);
}

static void show_summary(void)
{
	static const char *const files[] = { "/proc/net/sockstat", "/proc/net/sockstat6" };
	char line[256];

	for (int i = 0; i < 2; i++) {
		FILE *f = fopen(files[i], "r");

		if (!f)
			tool_error(files[i]);
		while (f && fgets(line, sizeof(line), f))
			fputs(line, stdout);
		if (f)
			fclose(f);
	}
}

int main(int argc, char **argv)
{
	int letter;

	tool_name = "ss";
	while ((letter = getopt(argc, argv, "46alnstuwx")) >= 0) {
		switch (letter) {
		case '4': option.four = true; break;
		case '6': option.six = true; break;
		case 'a': option.all = true; break;
		case 'l': option.listening = true; break;
		case 'n': break;		/* numbers are all that there is */
		case 's': option.summary = true; break;
		case 't': option.tcp = true; break;
		case 'u': option.udp = true; break;
		case 'w': option.raw = true; break;
		case 'x': option.local = true; break;
		default: tool_usage("[-46alnstuwx]");
		}
	}
	if (option.summary) {
		show_summary();
		return tool_end();
	}
	if (!option.tcp && !option.udp && !option.raw && !option.local)
		option.tcp = option.udp = option.raw = option.local = true;
	printf("%-5s %-10s %6s %6s %25s %25s\n", "Netid", "State", "Recv-Q", "Send-Q", "Local Address:Port", "Peer Address:Port");
	if (option.udp)
		show_both("udp", "udp");
	if (option.raw)
		show_both("raw", "raw");
	if (option.tcp)
		show_both("tcp", "tcp");
	if (option.local)
		show_local();
	return tool_end();
}
