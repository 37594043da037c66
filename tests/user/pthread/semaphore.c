/* also: glibc libastra */
/* Semaphores, unnamed and named, and shared memory by name. */
#include "threads_test.h"

#include <semaphore.h>

static sem_t full, empty;
static int box;

static void *consume(void *count)
{
	long sum = 0;

	for (long i = 0; i < (long)count; i++) {
		while (sem_wait(&full) < 0)
			;
		sum += box;
		sem_post(&empty);
	}
	return (void *)sum;
}

static void hand_over(void)
{
	pthread_t t;

	CHECK_OK(sem_init(&full, 0, 0));
	CHECK_OK(sem_init(&empty, 0, 1));
	t = run_thread(consume, (void *)5000);
	for (int i = 0; i < 5000; i++) {
		sem_wait(&empty);
		box = i;
		sem_post(&full);
	}
	CHECK_EQ((long)result_of(t), 5000 * 4999 / 2);
}

static void values(void)
{
	struct timespec deadline = after(20);
	int value = -1;
	sem_t sem;

	CHECK_ERRNO(sem_init(&sem, 0, (unsigned)SEM_VALUE_MAX + 1), EINVAL);
	CHECK_OK(sem_init(&sem, 0, SEM_VALUE_MAX));
	CHECK_ERRNO(sem_post(&sem), EOVERFLOW);
	CHECK_OK(sem_init(&sem, 0, 2));
	CHECK_OK(sem_trywait(&sem));
	CHECK_OK(sem_wait(&sem));
	CHECK_ERRNO(sem_trywait(&sem), EAGAIN);
	CHECK_ERRNO(sem_timedwait(&sem, &deadline), ETIMEDOUT);
	deadline.tv_nsec = -1;
	CHECK_ERRNO(sem_timedwait(&sem, &deadline), EINVAL);
	CHECK_OK(sem_post(&sem));
	CHECK_OK(sem_getvalue(&sem, &value));
	CHECK_EQ(value, 1);
	CHECK_OK(sem_destroy(&sem));
}

static void named(void)
{
	sem_t *a, *b;
	pid_t pid;

	sem_unlink("/astra-test");
	CHECK(sem_open("/astra-test", 0) == SEM_FAILED && errno == ENOENT);
	a = sem_open("/astra-test", O_CREAT | O_EXCL, 0600, 0);
	CHECK(a != SEM_FAILED);
	CHECK(sem_open("/astra-test", O_CREAT | O_EXCL, 0600, 0) == SEM_FAILED && errno == EEXIST);
	b = sem_open("/astra-test", O_CREAT, 0600, 5);
	CHECK(a == b);
	pid = test_fork();
	if (pid == 0) {
		sem_t *c = sem_open("/astra-test", 0);

		test_sleep(5);
		CHECK_OK(sem_post(c));
		test_exit();
	}
	CHECK_OK(sem_wait(a));
	CHECK_CHILD(pid);
	CHECK_OK(sem_close(b));
	CHECK_OK(sem_post(a));
	CHECK_OK(sem_unlink("/astra-test"));
	CHECK_ERRNO(sem_unlink("/astra-test"), ENOENT);
	CHECK_OK(sem_close(a));
	CHECK(sem_open("/a/b", O_CREAT, 0600, 0) == SEM_FAILED);
}

static void shared(void)
{
	char *memory, *again;
	int fd;

	shm_unlink("/astra-memory");
	CHECK_ERRNO(shm_open("/astra-memory", O_RDWR, 0), ENOENT);
	fd = (int)CHECK_OK(shm_open("/astra-memory", O_RDWR | O_CREAT | O_EXCL, 0600));
	CHECK_OK(ftruncate(fd, 2 * PAGE));
	memory = (char *)CHECK_OK(mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
	close(fd);
	fd = (int)CHECK_OK(shm_open("/astra-memory", O_RDWR, 0));
	CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
	again = (char *)CHECK_OK(mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
	memory[PAGE] = 'x';
	CHECK_EQ(again[PAGE], 'x');
	close(fd);
	CHECK_OK(shm_unlink("/astra-memory"));
	CHECK_ERRNO(shm_unlink("/astra-memory"), ENOENT);
}

static void test(void)
{
	hand_over();
	values();
	named();
	shared();
}
