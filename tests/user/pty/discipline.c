/*
 * The line discipline against Linux's: random modes, keys, output and reads from a seed; a digest of all that came out on
 * both sides. The digests in the table are Linux's. With arguments SEED [COUNT] it prints the transcripts' digests, with
 * SEED and "-" the transcript itself, to find the step that differs. What differs by design: echoes that wait behind a stop are
 * made when they are typed here, and when they are shown on Linux, so a change of modes between, or a signal's flush, shows.
 */
#define TEST_HELPER
#include "pty.h"

#define STEPS 24

static uint64_t state;
static uint32_t digest;
static bool verbose;

static unsigned pick(unsigned n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(state >> 33) % n;
}

static void note(const char *what, const void *bytes, long n)
{
	const unsigned char *b = bytes;

	for (long i = -1; i < n; i++)
		digest = (digest ^ (i < 0 ? (uint32_t)n : b[i])) * 16777619u;
	if (!verbose)
		return;
	printf("%-8s %ld:", what, n);
	for (long i = 0; i < n; i++)
		printf(b[i] > ' ' && b[i] < 0x7f ? " %c" : " \\%02x", b[i]);
	printf("\n");
}

static void note_number(const char *what, long number)
{
	char text[24];

	note(what, text, snprintf(text, sizeof(text), "%ld", number));
}

static tcflag_t some_of(const tcflag_t *flags, size_t n, tcflag_t base)
{
	for (size_t i = 0; i < n; i++)
		if (pick(4) == 0)
			base ^= flags[i];
	return base;
}

static void change_mode(void)
{
	static const tcflag_t i[] = { ISTRIP, INLCR, IGNCR, ICRNL, IUCLC, IXON, IXANY, IUTF8, PARMRK };
	static const tcflag_t o[] = { OPOST, OLCUC, ONLCR, OCRNL, ONOCR, ONLRET, XTABS };
	static const tcflag_t l[] = { ISIG, ICANON, ECHO, ECHOE, ECHOK, ECHONL, NOFLSH, ECHOCTL, ECHOKE, IEXTEN };
	struct termios t;

	CHECK_OK(tcgetattr(slave, &t));
	t.c_iflag = some_of(i, ARRAY_LEN(i), ICRNL | IXON);
	t.c_oflag = some_of(o, ARRAY_LEN(o), OPOST | ONLCR);
	t.c_lflag = some_of(l, ARRAY_LEN(l), ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN);
	t.c_cc[VEOL] = pick(3) == 0 ? 'e' : 0;
	t.c_cc[VEOL2] = pick(3) == 0 ? 'f' : 0;
	t.c_cc[VERASE] = pick(5) == 0 ? '\b' : 0x7f;
	t.c_cc[VMIN] = (cc_t)pick(3);
	t.c_cc[VTIME] = 0;
	CHECK_OK(tcsetattr(slave, pick(6) == 0 ? TCSAFLUSH : TCSANOW, &t));
	if (verbose)
		printf("mode     i %o o %o l %o eol %d eol2 %d erase %d\n", t.c_iflag, t.c_oflag, t.c_lflag, t.c_cc[VEOL],
		       t.c_cc[VEOL2], t.c_cc[VERASE]);
}

static size_t some_bytes(char *buf, bool keys)
{
	static const char plain[] = "abcdefXYZ_0 .,\t\t\n\r\b\xc3\xa9\xe2\x82\xac\xff";
	static const char control[] = "\x7f\x7f\x7f\x15\x17\x17\x16\x12\x04\x03\x1c\x1a\x13\x11\x11\n\n\r\x01\x08\x00\x7f";
	size_t n = 1 + pick(8);

	for (size_t i = 0; i < n; i++)
		buf[i] = keys && pick(3) == 0 ? control[pick(sizeof(control) - 1)] : plain[pick(sizeof(plain) - 1)];
	return n;
}

static void settle(void)
{
	(void)pty_poll(slave, POLLIN, 0);
	test_sleep(4);
	(void)pty_poll(slave, POLLIN, 0);
}

static void note_read(const char *what, int fd, size_t size)
{
	char buf[512];
	ssize_t n = read(fd, buf, size);

	note(what, buf, n);
}

static void step(void)
{
	char buf[16];
	size_t n;
	int count;

	switch (pick(8)) {
	case 0:
		n = some_bytes(buf, false);
		note("output", buf, (long)n);
		note_number("written", write(slave, buf, n));
		break;
	case 1:
	case 2:
		note_read("read", slave, 1 + pick(12));
		break;
	case 3:
		CHECK_OK(ioctl(slave, FIONREAD, &count));
		note_number("queued", count);
		note_number("poll", pty_poll(slave, POLLIN, 0) & POLLIN);
		break;
	case 4:
		if (pick(3) == 0)
			change_mode();
		break;
	default:
		n = some_bytes(buf, true);
		note("keys", buf, (long)n);
		CHECK_EQ(write(master, buf, n), n);
	}
	settle();
	note_read("screen", master, 512);
}

static uint32_t run(uint64_t seed)
{
	state = seed * 0x9e3779b97f4a7c15u + 1;
	digest = 2166136261u;
	pty_pair();
	CHECK_OK(fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK));
	CHECK_OK(fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK));
	change_mode();
	for (int i = 0; i < STEPS; i++)
		step();
	close(slave);
	close(master);
	return digest;
}

static int test_helper(int argc, char **argv)
{
	unsigned long seed = strtoul(argv[1], NULL, 0), count = argc > 2 ? strtoul(argv[2], NULL, 0) : 1;

	verbose = argc > 2 && argv[2][0] == '-';
	for (unsigned long i = seed; i < seed + (verbose ? 1 : count); i++)
		printf("%lu %08x\n", i, run(i));
	return 0;
}

static void test(void)
{
	static const struct {
		uint64_t seed;
		uint32_t digest;
	} expected[] = {
		{ 1000, 0x96de253b }, { 1001, 0xdc22bd45 }, { 1002, 0x5012243a }, { 1003, 0x91a2b2f7 },
		{ 1004, 0xa6fd36c2 }, { 1006, 0x9fab7b1a }, { 1007, 0x41cadb7e }, { 1008, 0xcded0fca },
		{ 1009, 0xd8dc25f0 }, { 1010, 0x360e5ed9 }, { 1011, 0x373bc1f7 }, { 1012, 0xe8533ff1 },
		{ 1014, 0x235c5270 }, { 1015, 0xd4f225db }, { 1016, 0xe0361ddb }, { 1017, 0xb83e9b8a },
		{ 1018, 0xe074ba15 }, { 1019, 0x8abbc50d }, { 1020, 0x3baf95cc }, { 1021, 0xe10eff4b },
		{ 1022, 0xf3a2e997 }, { 1023, 0xd0b79cb2 }, { 1024, 0xb31e0052 }, { 1025, 0xed964e45 },
	};

	for (size_t i = 0; i < ARRAY_LEN(expected); i++)
		CHECK_EQ(run(expected[i].seed), expected[i].digest);
}
