/* fallocate(2): allocation with and without growth, holes, zeroed ranges, sizes and blocks, what is refused. */
#include "test.h"

#define KEEP  1
#define PUNCH 2
#define COLLAPSE 8
#define ZERO  0x10
#define INSERT 0x20

static char text[4 * PAGE], got[5 * PAGE];

static off_t size_of(int fd)
{
	struct stat st;

	CHECK_OK(fstat(fd, &st));
	return st.st_size;
}

static blkcnt_t blocks_of(int fd)
{
	struct stat st;

	CHECK_OK(fstat(fd, &st));
	return st.st_blocks;
}

static int make(void)
{
	int fd = (int)CHECK_OK(open("file", O_RDWR | O_CREAT | O_TRUNC, 0644));

	memset(text, 'x', sizeof(text));
	CHECK_EQ(write(fd, text, sizeof(text)), sizeof(text));
	return fd;
}

static void expect(int fd, size_t from, size_t to)
{
	CHECK_EQ(pread(fd, got, sizeof(got), 0), sizeof(text));
	memset(text, 'x', sizeof(text));
	memset(text + from, 0, to - from);
	CHECK_BYTES(got, text, sizeof(text));
	memset(text, 'x', sizeof(text));
}

static void check_refusals(void)
{
	int fd = (int)CHECK_OK(open("file", O_RDWR | O_CREAT, 0644)), reader = (int)CHECK_OK(open("file", O_RDONLY)), p[2];

	CHECK_OK(pipe(p));
	CHECK_ERRNO(fallocate(fd, 0, 0, 0), EINVAL);
	CHECK_ERRNO(fallocate(fd, 0, -1, 10), EINVAL);
	CHECK_ERRNO(fallocate(fd, 0, 0, -1), EINVAL);
	CHECK_ERRNO(fallocate(reader, 0, 0, 10), EBADF);
	CHECK_ERRNO(fallocate(-1, 0, 0, 10), EBADF);
	CHECK_ERRNO(fallocate(p[1], 0, 0, 10), ESPIPE);
	CHECK_ERRNO(fallocate(open("/dev/null", O_RDWR), 0, 0, 10), ENODEV);
	CHECK_ERRNO(fallocate(fd, 0x4000, 0, 10), EOPNOTSUPP);
	CHECK_ERRNO(fallocate(fd, PUNCH, 0, 10), EOPNOTSUPP);
	CHECK_ERRNO(fallocate(fd, PUNCH | ZERO | KEEP, 0, 10), EOPNOTSUPP);
	CHECK_ERRNO(fallocate(fd, 0, LONG_MAX, 10), EFBIG);
	/* Newer kernels say EOPNOTSUPP where older ones said EINVAL. */
	static const int refused[] = { COLLAPSE | KEEP, INSERT | KEEP, COLLAPSE };
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		int result = fallocate(fd, refused[i], 0, PAGE);
		CHECK(result == -1 && (errno == EOPNOTSUPP || errno == EINVAL));
	}
	CHECK_EQ(size_of(fd), 0);
	CHECK_OK(close(fd) | close(reader) | close(p[0]) | close(p[1]));
}

static void check_allocate(void)
{
	int fd = (int)CHECK_OK(open("fresh", O_RDWR | O_CREAT, 0644));

	CHECK_OK(fallocate(fd, KEEP, 0, 3 * PAGE));
	CHECK_EQ(size_of(fd), 0);
	CHECK_EQ(blocks_of(fd), 3 * PAGE / 512);
	CHECK_EQ(pread(fd, got, 10, 0), 0);
	CHECK_OK(fallocate(fd, 0, PAGE + 1, PAGE));
	CHECK_EQ(size_of(fd), 2 * PAGE + 1);
	CHECK_EQ(blocks_of(fd), 3 * PAGE / 512);
	CHECK_OK(ftruncate(fd, 3 * PAGE));
	CHECK_EQ(pread(fd, got, sizeof(got), 0), 3 * PAGE);
	for (size_t i = 0; i < 3 * PAGE; i++)
		if (got[i])
			CHECK_EQ(i, -1);
	CHECK_OK(close(fd));
	fd = make();
	CHECK_OK(fallocate(fd, 0, 0, sizeof(text)));
	expect(fd, 0, 0);
	CHECK_OK(close(fd));
}

static void check_holes(void)
{
	static const size_t ranges[][2] = {
		{ 0, 10 }, { 10, 20 }, { PAGE - 1, PAGE + 1 }, { PAGE, 2 * PAGE }, { 5, 3 * PAGE + 5 }, { 0, 4 * PAGE },
		{ 2 * PAGE, 4 * PAGE }, { 4 * PAGE - 1, 4 * PAGE },
	};

	for (size_t i = 0; i < ARRAY_LEN(ranges); i++) {
		size_t from = ranges[i][0], to = ranges[i][1];
		int fd = make();

		CHECK_OK(fallocate(fd, PUNCH | KEEP, (off_t)from, (off_t)(to - from)));
		expect(fd, from, to);
		CHECK_OK(close(fd));
		fd = make();
		CHECK_OK(fallocate(fd, ZERO, (off_t)from, (off_t)(to - from)));
		expect(fd, from, to);
		CHECK_OK(close(fd));
	}
}

/* A hole is found by lseek, gives its blocks back, and takes data again. */
static void check_hole_is_one(void)
{
	int fd = make();

	CHECK_OK(fallocate(fd, PUNCH | KEEP, PAGE, 2 * PAGE));
	CHECK_EQ(blocks_of(fd), 2 * PAGE / 512);
	CHECK_EQ(lseek(fd, 0, SEEK_HOLE), PAGE);
	CHECK_EQ(lseek(fd, PAGE, SEEK_DATA), 3 * PAGE);
	CHECK_EQ(pwrite(fd, "y", 1, 2 * PAGE), 1);
	CHECK_EQ(lseek(fd, PAGE, SEEK_DATA), 2 * PAGE);
	CHECK_OK(fallocate(fd, PUNCH | KEEP, 0, 100 * PAGE));
	CHECK_ERRNO(lseek(fd, 0, SEEK_DATA), ENXIO);
	CHECK_EQ(size_of(fd), sizeof(text));
	CHECK_OK(fallocate(fd, ZERO | KEEP, 0, 6 * PAGE));
	CHECK_EQ(size_of(fd), sizeof(text));
	CHECK_OK(fallocate(fd, ZERO, 0, 5 * PAGE));
	CHECK_EQ(size_of(fd), 5 * PAGE);
	CHECK_OK(close(fd));
}

/* Shared mappings see the zeros; private copies stay. */
static void check_mapped(void)
{
	int fd = make();
	char *shared = mmap(NULL, sizeof(text), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	char *private = mmap(NULL, sizeof(text), PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);

	shared[PAGE] = 's';
	private[PAGE] = 'p';
	CHECK_OK(fallocate(fd, PUNCH | KEEP, 0, 2 * PAGE));
	CHECK_EQ(shared[PAGE], 0);
	CHECK_EQ(shared[2 * PAGE], 'x');
	CHECK_EQ(private[PAGE], 'p');
	shared[0] = 'q';
	CHECK_EQ(pread(fd, got, 1, 0), 1);
	CHECK_EQ(got[0], 'q');
	CHECK_OK(munmap(shared, sizeof(text)) | munmap(private, sizeof(text)) | close(fd));
}

static void check_limits(void)
{
	struct rlimit old, small = { PAGE, RLIM_INFINITY };
	int fd = (int)CHECK_OK(open("limited", O_RDWR | O_CREAT, 0644));

	signal(SIGXFSZ, SIG_IGN);
	CHECK_OK(getrlimit(RLIMIT_FSIZE, &old));
	small.rlim_max = old.rlim_max;
	CHECK_OK(setrlimit(RLIMIT_FSIZE, &small));
	CHECK_ERRNO(fallocate(fd, 0, 0, PAGE + 1), EFBIG);
	CHECK_EQ(size_of(fd), 0);
	CHECK_OK(fallocate(fd, KEEP, 0, 2 * PAGE));
	CHECK_OK(setrlimit(RLIMIT_FSIZE, &old));
	CHECK_EQ(pwrite(fd, "keep", 4, 0), 4);
	/* More than the machine has: nothing is changed. Linux's ext4 keeps what it had allocated when the disk was full. */
	if (test_on_astra())
		CHECK_ERRNO(fallocate(fd, 0, 0, 1L << 40), ENOSPC);
	CHECK_EQ(size_of(fd), 4);
	CHECK_EQ(blocks_of(fd), 2 * PAGE / 512);
	CHECK_FILE("limited", "keep");
	CHECK_OK(close(fd));
}

static void test(void)
{
	test_scratch();
	check_refusals();
	check_allocate();
	check_holes();
	check_hole_is_one();
	check_mapped();
	check_limits();
}
