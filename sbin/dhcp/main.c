/*
 * dhcp [-1] [-b] [-t SECONDS] DEVICE: brings the device up, gets an address for it and keeps the lease (RFC 2131, 4.4).
 *
 *   -1  end once the address is set       -b  go on in the background then
 *   -t  with either: end with status 1 (-1), or go into the background (-b), when there is none after so many seconds
 *
 * A lost first message costs half a second, not RFC 2131's four: machines here live for seconds.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>

#include "dhcp.h"
#include "tool.h"

#define FIRST_WAIT    500		/* milliseconds; doubled each time */
#define LONGEST_WAIT  64000
#define LEAST_RENEWAL 60000
#define OFFER_TRIES   4			/* requests for one offer */

struct client {
	const char *device;
	int fd, report;			/* report: -1, or the end of a pipe that the foreground waits at */
	bool once;
	long began, deadline;		/* milliseconds; deadline 0: none */
	struct question question;
	struct lease lease;		/* the last one that was set */
};

static long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* A line in the kernel's log. */
static void log_line(const struct client *c, const char *what)
{
	char text[INET_ADDRSTRLEN], line[128];
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC), n;

	if (fd < 0)
		return;
	n = snprintf(line, sizeof(line), "dhcp: %s: %s %s for %u s\n", c->device, what,
		     inet_ntop(AF_INET, &c->lease.address, text, sizeof(text)), c->lease.time);
	write(fd, line, (size_t)n);
	close(fd);
}

static void check_deadline(const struct client *c)
{
	if (c->once && c->deadline && now() >= c->deadline)
		tool_fail(1, "%s: no server answered", c->device);
}

static void ask(struct client *c, struct in_addr server)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(SERVER_PORT), .sin_addr = server };
	uint8_t message[MESSAGE_MAX];
	long seconds = (now() - c->began) / 1000;

	c->question.seconds = seconds < 65535 ? (uint16_t)seconds : 65535;
	/* A message that cannot be sent is a lost one: it is repeated. */
	sendto(c->fd, message, write_question(&c->question, message), 0, (struct sockaddr *)&to, sizeof(to));
}

/* Waits for an answer of kind `type` (or NAK, if it is ACK) up to `until`. */
static bool hear(struct client *c, enum message_type type, long until, struct lease *lease)
{
	struct pollfd p = { .fd = c->fd, .events = POLLIN };
	uint8_t message[MESSAGE_MAX];
	long left;

	while ((left = until - now()) > 0) {
		ssize_t n;

		if (poll(&p, 1, left > 1000000 ? 1000000 : (int)left) <= 0)
			continue;
		n = recv(c->fd, message, sizeof(message), MSG_DONTWAIT);
		if (n > 0 && read_answer(message, (size_t)n, &c->question, lease) &&
		    (lease->type == type || (type == ACK && lease->type == NAK)))
			return true;
	}
	return false;
}

static void new_question(struct client *c, enum message_type type)
{
	c->question.type = type;
	c->question.own = c->question.wanted = c->question.server = (struct in_addr){ 0 };
	getrandom(&c->question.id, sizeof(c->question.id), 0);
}

/* Doubled, with up to a quarter of chance so that machines that start together do not stay together. */
static long next_wait(long wait)
{
	unsigned char chance;

	getrandom(&chance, 1, 0);
	wait = wait ? wait * 2 : FIRST_WAIT;
	if (wait > LONGEST_WAIT)
		wait = LONGEST_WAIT;
	return wait + wait * chance / 1024;
}

/* An offer accepted: the server's word, or false when it stays silent or takes it back. */
static bool request_offer(struct client *c, const struct lease *offer, struct lease *lease)
{
	long wait = 0;

	c->question.type = REQUEST;
	c->question.wanted = offer->address;
	c->question.server = offer->server;
	for (int i = 0; i < OFFER_TRIES; i++) {
		wait = next_wait(wait);
		ask(c, (struct in_addr){ INADDR_BROADCAST });
		if (hear(c, ACK, now() + wait, lease))
			return lease->type == ACK;
		check_deadline(c);
	}
	return false;
}

/* From nothing to a lease, however long it takes. */
static void obtain(struct client *c, struct lease *lease)
{
	struct lease offer;
	long wait = 0;

	for (;;) {
		new_question(c, DISCOVER);
		ask(c, (struct in_addr){ INADDR_BROADCAST });
		wait = next_wait(wait);
		if (hear(c, OFFER, now() + wait, &offer) && request_offer(c, &offer, lease))
			return;
		check_deadline(c);
	}
}

/*
 * The life of a lease: silence until T1, asking its server until T2, asking anybody until the end. True with the lease that replaces
 * it; false when it is over or was taken back.
 */
static bool keep(struct client *c, struct lease *renewed)
{
	long start = now(), rebind = start + c->lease.rebind * 1000l, end = start + c->lease.time * 1000l;
	struct timespec first = { .tv_sec = c->lease.renew };

	nanosleep(&first, NULL);
	new_question(c, REQUEST);
	c->question.own = c->lease.address;
	while (now() < end) {
		bool asks_server = now() < rebind;
		long left = (asks_server ? rebind : end) - now(), wait = left / 2 < LEAST_RENEWAL ? LEAST_RENEWAL : left / 2;

		ask(c, asks_server ? c->lease.server : (struct in_addr){ INADDR_BROADCAST });
		if (hear(c, ACK, now() + (wait < left ? wait : left), renewed))
			return renewed->type == ACK;
	}
	return false;
}

static void tell_foreground(struct client *c)
{
	if (c->report >= 0) {
		write(c->report, "", 1);
		close(c->report);
		c->report = -1;
	}
}

static bool same_settings(const struct lease *a, const struct lease *b)
{
	return a->address.s_addr == b->address.s_addr && a->mask.s_addr == b->mask.s_addr && a->routes == b->routes &&
	       !memcmp(a->route, b->route, sizeof(a->route)) && a->servers == b->servers && !memcmp(a->dns, b->dns, sizeof(a->dns));
}

static void use(struct client *c, const struct lease *lease, bool renewal)
{
	if (!renewal || !same_settings(lease, &c->lease)) {
		if (renewal)
			drop_lease(c->device, &c->lease);
		if (set_lease(c->device, lease) < 0)
			tool_error(c->device);
	}
	c->lease = *lease;
	log_line(c, renewal ? "keeps" : "has");
}

static _Noreturn void run(struct client *c)
{
	struct lease lease;

	for (;;) {
		obtain(c, &lease);
		use(c, &lease, false);
		tell_foreground(c);
		if (c->once)
			exit(tool_status);
		while (keep(c, &lease))
			use(c, &lease, true);
		drop_lease(c->device, &c->lease);
		log_line(c, "lost");
	}
}

/* Descriptors 0 to 2 exist from here on, so that no socket of ours becomes one of them. */
static void open_standard(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	while (fd >= 0 && fd < 2);
	if (fd > 2)
		close(fd);
}

/* The parent waits for the first lease, or the deadline, and ends; the child goes on without a terminal. */
static void go_background(struct client *c)
{
	struct pollfd p = { .events = POLLIN };
	int ends[2], null;
	char byte;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		tool_fail(1, "%s: %s", c->device, strerror(errno));
	if (pid) {
		close(ends[1]);
		p.fd = ends[0];
		_exit(poll(&p, 1, c->deadline ? (int)(c->deadline - now()) : -1) == 1 && read(ends[0], &byte, 1) == 1 ? 0 : 1);
	}
	close(ends[0]);
	c->report = ends[1];
	setsid();
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int i = 0; null >= 0 && i < 3; i++)
		dup2(null, i);
}

int main(int argc, char **argv)
{
	struct client c = { .report = -1, .began = now() };
	bool background = false;
	int option;

	tool_name = "dhcp";
	open_standard();
	while ((option = getopt(argc, argv, "1bt:")) >= 0) {
		if (option == '1')
			c.once = true;
		else if (option == 'b')
			background = true;
		else if (option == 't')
			c.deadline = now() + tool_number(optarg) * 1000;
		else
			tool_usage("[-1] [-b] [-t SECONDS] DEVICE");
	}
	if (optind + 1 != argc)
		tool_usage("[-1] [-b] [-t SECONDS] DEVICE");
	c.device = argv[optind];
	if (device_up(c.device, c.question.mac) < 0 || (c.fd = open_client(c.device)) < 0)
		tool_fail(1, "%s: %s", c.device, strerror(errno));
	if (background)
		go_background(&c);
	run(&c);
}
