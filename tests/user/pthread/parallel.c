/* also: glibc libastra */
/*
 * Whole programs in small, each a thousand times: producers and consumers, quicksort, a product of matrices. Then what two
 * threads gain over one is printed; it depends on the machine, so nothing is checked.
 */
#include "threads_test.h"

#define ITEMS 60
#define SIZE  12
#define COUNT 400

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER, emptied = PTHREAD_COND_INITIALIZER;
static int ring[4], head, tail;

static void *produce(void *from)
{
	for (int i = 0; i < ITEMS; i++) {
		pthread_mutex_lock(&mutex);
		while (head - tail == 4)
			pthread_cond_wait(&emptied, &mutex);
		ring[head++ % 4] = (int)(long)from + i;
		pthread_cond_signal(&filled);
		pthread_mutex_unlock(&mutex);
	}
	return NULL;
}

static void *consume(void *unused)
{
	long sum = 0;

	for (int i = 0; i < ITEMS; i++) {
		pthread_mutex_lock(&mutex);
		while (head == tail)
			pthread_cond_wait(&filled, &mutex);
		sum += ring[tail++ % 4];
		pthread_cond_signal(&emptied);
		pthread_mutex_unlock(&mutex);
	}
	return (void *)sum;
}

static bool producers_and_consumers(void)
{
	pthread_t p[2] = { run_thread(produce, (void *)0), run_thread(produce, (void *)ITEMS) };
	pthread_t c[2] = { run_thread(consume, NULL), run_thread(consume, NULL) };
	long sum = (long)result_of(c[0]) + (long)result_of(c[1]);

	result_of(p[0]);
	result_of(p[1]);
	return sum == 2 * ITEMS * (2 * ITEMS - 1) / 2;
}

struct part {
	int *data;
	long count;
	int depth;
};

static void *sort(void *argument)
{
	struct part *part = argument, left, right;
	long i = 0, j = part->count - 1;
	int pivot = part->count ? part->data[part->count / 2] : 0, swap;

	if (part->count < 2)
		return NULL;
	while (i <= j) {
		while (part->data[i] < pivot)
			i++;
		while (part->data[j] > pivot)
			j--;
		if (i <= j) {
			swap = part->data[i];
			part->data[i++] = part->data[j];
			part->data[j--] = swap;
		}
	}
	left = (struct part){ part->data, j + 1, part->depth - 1 };
	right = (struct part){ part->data + i, part->count - i, part->depth - 1 };
	if (part->depth > 0) {
		pthread_t t = run_thread(sort, &left);

		sort(&right);
		result_of(t);
	} else {
		sort(&left);
		sort(&right);
	}
	return NULL;
}

static bool quicksort(unsigned seed)
{
	static int data[COUNT];
	struct part all = { data, COUNT, 2 };
	long before = 0, after_ = 0;

	for (int i = 0; i < COUNT; i++)
		before += data[i] = (int)((seed = seed * 1103515245 + 12345) >> 8 & 0xffff);
	sort(&all);
	for (int i = 0; i < COUNT; i++) {
		after_ += data[i];
		if (i && data[i - 1] > data[i])
			return false;
	}
	return before == after_;
}

static long a[SIZE][SIZE], b[SIZE][SIZE], product[SIZE][SIZE];

static void *rows(void *first)
{
	for (int i = (int)(long)first; i < SIZE; i += 4)
		for (int j = 0; j < SIZE; j++) {
			product[i][j] = 0;
			for (int k = 0; k < SIZE; k++)
				product[i][j] += a[i][k] * b[k][j];
		}
	return NULL;
}

/* b is a permutation with signs: each element of the product is one of a's. */
static bool matrices(int round)
{
	pthread_t t[4];

	memset(b, 0, sizeof(b));
	for (int i = 0; i < SIZE; i++) {
		b[i][(i + round) % SIZE] = i % 2 ? -1 : 1;
		for (int j = 0; j < SIZE; j++)
			a[i][j] = i * 100 + j * 7 + round;
	}
	for (long i = 0; i < 4; i++)
		t[i] = run_thread(rows, (void *)i);
	for (int i = 0; i < 4; i++)
		result_of(t[i]);
	for (int i = 0; i < SIZE; i++)
		for (int k = 0; k < SIZE; k++)
			if (product[i][(k + round) % SIZE] != (k % 2 ? -a[i][k] : a[i][k]))
				return false;
	return true;
}

static unsigned long burnt;	/* so that the work is done */

static void *burn(void *times)
{
	unsigned long x = 1;

	for (long i = 0; i < (long)times; i++)
		x = x * 6364136223846793005ul + 1442695040888963407ul;
	__atomic_fetch_add(&burnt, x, __ATOMIC_RELAXED);
	return NULL;
}

static void speed_up(void)
{
	const long work = 20000000;
	int64_t begun = test_now(), one, two;
	pthread_t t;

	result_of(run_thread(burn, (void *)work));
	one = test_now() - begun;
	begun = test_now();
	t = run_thread(burn, (void *)(work / 2));
	burn((void *)(work / 2));
	result_of(t);
	two = test_now() - begun;
	printf("two threads take %.2f of the time of one\n", (double)two / (double)one);
	fflush(stdout);
}

static void test(void)
{
	for (int i = 0; i < 1000; i++) {
		if (!CHECK(producers_and_consumers()) || !CHECK(quicksort((unsigned)i)) || !CHECK(matrices(i)))
			break;
	}
	speed_up();
}
