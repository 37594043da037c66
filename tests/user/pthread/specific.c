/* also: glibc libastra */
/* Keys and their destructors, once, thread-local variables, errno, attributes, names, affinity, signals to threads, atfork. */
#include "threads_test.h"

static pthread_key_t key, second;
static int destroyed, rounds, runs;

static void destroy(void *value)
{
	add(&destroyed, (int)(long)value);
}

static void set_again(void *value)
{
	add(&rounds, 1);
	pthread_setspecific(second, value);
}

static void *use_keys(void *value)
{
	CHECK(pthread_getspecific(key) == NULL);
	CHECK_EQ(pthread_setspecific(key, value), 0);
	CHECK_EQ(pthread_setspecific(second, value), 0);
	CHECK(pthread_getspecific(key) == value);
	return NULL;
}

static void keys(void)
{
	pthread_key_t many[PTHREAD_KEYS_MAX];
	int made = 0;

	CHECK_EQ(pthread_key_create(&key, destroy), 0);
	CHECK_EQ(pthread_key_create(&second, set_again), 0);
	for (long i = 1; i <= 5; i++)
		result_of(run_thread(use_keys, (void *)i));
	CHECK_EQ(destroyed, 15);
	CHECK_EQ(rounds, 5 * PTHREAD_DESTRUCTOR_ITERATIONS);
	CHECK_EQ(pthread_setspecific(key, "old"), 0);
	CHECK_EQ(pthread_key_delete(key), 0);
	if (STRICT)
		CHECK_EQ(pthread_key_delete(key), EINVAL);
	CHECK_EQ(pthread_key_create(&key, NULL), 0);
	CHECK(pthread_getspecific(key) == NULL);
	while (made < PTHREAD_KEYS_MAX && pthread_key_create(&many[made], NULL) == 0)
		CHECK_EQ(pthread_setspecific(many[made], &many[made]), 0), made++;
	CHECK(made >= 100);
	for (int i = 0; i < made; i++)
		CHECK(pthread_getspecific(many[i]) == &many[i]);
	while (made--)
		CHECK_EQ(pthread_key_delete(many[made]), 0);
	CHECK_EQ(pthread_key_delete(key), 0);
	CHECK_EQ(pthread_key_delete(second), 0);
}

static pthread_once_t once = PTHREAD_ONCE_INIT, broken = PTHREAD_ONCE_INIT;

static void initialise(void)
{
	test_sleep(5);
	add(&runs, 1);
}

static void *call_once_(void *unused)
{
	CHECK_EQ(pthread_once(&once, initialise), 0);
	return (void *)(long)get(&runs);
}

static void until_cancelled(void)
{
	if (add(&rounds, 1) == 1)
		for (;;)
			pause();
}

static void *call_broken(void *unused)
{
	CHECK_EQ(pthread_once(&broken, until_cancelled), 0);
	return NULL;
}

static void onces(void)
{
	pthread_t t[6];

	for (int i = 0; i < 6; i++)
		t[i] = run_thread(call_once_, NULL);
	for (int i = 0; i < 6; i++)
		CHECK_EQ((long)result_of(t[i]), 1);
	rounds = 0;
	t[0] = run_thread(call_broken, NULL);
	wait_until(&rounds, 1);
	t[1] = run_thread(call_broken, NULL);
	CHECK_EQ(pthread_cancel(t[0]), 0);
	CHECK(result_of(t[0]) == PTHREAD_CANCELED);
	CHECK(result_of(t[1]) == NULL);
	CHECK_EQ(rounds, 2);
}

static _Thread_local int initialised = 77;
static _Thread_local char zeroed[5000];
static __thread long aligned __attribute__((aligned(256))) = 5;

static void *own_variables(void *number)
{
	CHECK_EQ(initialised, 77);
	CHECK_EQ(aligned, 5);
	CHECK_EQ((long)&aligned % 256, 0);
	for (size_t i = 0; i < sizeof(zeroed); i++)
		CHECK_EQ(zeroed[i], 0);
	memset(zeroed, 1, sizeof(zeroed));
	initialised = errno = (int)(long)number;
	aligned = 6;
	sched_yield();
	CHECK_EQ(errno, (long)number);
	CHECK_EQ(initialised, (long)number);
	return NULL;
}

static void variables(void)
{
	pthread_t t[4];

	initialised = errno = 1;
	for (int round = 0; round < 5; round++) {
		for (long i = 0; i < 4; i++)
			t[i] = run_thread(own_variables, (void *)(i + 2));
		for (int i = 0; i < 4; i++)
			result_of(t[i]);
	}
	CHECK_EQ(initialised, 1);
}

static void *show_stack(void *unused)
{
	pthread_attr_t attr;
	size_t size = 0, guard = 0;
	void *lowest;

	CHECK_EQ(pthread_getattr_np(pthread_self(), &attr), 0);
	CHECK_EQ(pthread_attr_getstack(&attr, &lowest, &size), 0);
	CHECK_EQ(pthread_attr_getguardsize(&attr, &guard), 0);
	CHECK((char *)&attr > (char *)lowest && (char *)&attr < (char *)lowest + size);
	pthread_attr_destroy(&attr);
	return (void *)size;
}

static void *overflow(void *unused)
{
	volatile char block[4096];

	block[0] = 1;
	return block[0] ? overflow((void *)block) : NULL;
}

static void attributes(void)
{
	static char own[65536] __attribute__((aligned(4096)));
	pthread_attr_t attr;
	size_t size = 0;
	pthread_t t;
	pid_t pid;

	CHECK_EQ(pthread_attr_init(&attr), 0);
	CHECK_EQ(pthread_attr_setstacksize(&attr, 1), EINVAL);
	CHECK_EQ(pthread_attr_setstacksize(&attr, 100 * PAGE), 0);
	CHECK_EQ(pthread_attr_getstacksize(&attr, &size), 0);
	CHECK_EQ(size, 100 * PAGE);
	CHECK_EQ(pthread_create(&t, &attr, show_stack, NULL), 0);
	CHECK((size_t)result_of(t) >= 90 * PAGE);
	CHECK_EQ(pthread_attr_setstack(&attr, own, sizeof(own)), 0);
	for (int i = 0; i < 3; i++) {
		CHECK_EQ(pthread_create(&t, &attr, show_stack, NULL), 0);
		CHECK_EQ((size_t)result_of(t), sizeof(own));
	}
	CHECK_EQ(pthread_attr_setscope(&attr, PTHREAD_SCOPE_SYSTEM), 0);
	CHECK_EQ(pthread_attr_setscope(&attr, PTHREAD_SCOPE_PROCESS), ENOTSUP);
	CHECK_EQ(pthread_attr_setinheritsched(&attr, 9), EINVAL);
	CHECK_EQ(pthread_attr_destroy(&attr), 0);
	show_stack(NULL);
	pid = test_fork();
	if (pid == 0) {
		struct rlimit none = { 0, 0 };

		setrlimit(RLIMIT_CORE, &none);
		result_of(run_thread(overflow, NULL));
		_exit(0);
	}
	CHECK_DIES(pid, SIGSEGV);
}

static int stop;

static void *until_stopped(void *unused)
{
	while (!get(&stop))
		test_sleep(1);
	return NULL;
}

static void *handle_own(void *unused)
{
	sigset_t set = test_set_of(SIGUSR2), old;

	CHECK_EQ(pthread_sigmask(SIG_BLOCK, &set, &old), 0);
	CHECK_EQ(sigismember(&old, SIGUSR2), 0);
	CHECK_EQ(pthread_kill(pthread_self(), SIGUSR2), 0);
	sigpending(&old);
	CHECK_EQ(sigismember(&old, SIGUSR2), 1);
	return until_stopped(NULL);
}

static void scheduling(void)
{
	struct sched_param param = { -1 };
	struct timespec used;
	clockid_t clock;
	char name[16];
	cpu_set_t cpus;
	sigset_t set;
	int policy = -1;
	pthread_t t;

	put(&stop, 0);
	t = run_thread(handle_own, NULL);
	CHECK_EQ(pthread_getschedparam(t, &policy, &param), 0);
	CHECK_EQ(policy, SCHED_OTHER);
	CHECK_EQ(param.sched_priority, 0);
	CHECK_EQ(pthread_setschedparam(t, SCHED_OTHER, &param), 0);
	CHECK_EQ(pthread_setschedparam(t, 99, &param), EINVAL);
	CHECK_EQ(pthread_setname_np(pthread_self(), "sixteen bytes it is"), ERANGE);
	CHECK_EQ(pthread_setname_np(pthread_self(), "first"), 0);
	CHECK_EQ(pthread_getname_np(pthread_self(), name, sizeof(name)), 0);
	CHECK(!strcmp(name, "first"));
	CHECK_EQ(pthread_getname_np(t, name, sizeof(name)), 0);
	CPU_ZERO(&cpus);
	CHECK_EQ(pthread_getaffinity_np(t, sizeof(cpus), &cpus), 0);
	CHECK(CPU_COUNT(&cpus) >= 1);
	CHECK_EQ(pthread_setaffinity_np(t, sizeof(cpus), &cpus), 0);
	CPU_ZERO(&cpus);
	CHECK_EQ(pthread_setaffinity_np(t, sizeof(cpus), &cpus), EINVAL);
	CHECK_EQ(pthread_getcpuclockid(pthread_self(), &clock), 0);
	CHECK_OK(clock_gettime(clock, &used));
	CHECK_EQ(pthread_kill(t, 0), 0);
	CHECK_EQ(pthread_kill(t, 1000), EINVAL);
	sigpending(&set);
	CHECK_EQ(sigismember(&set, SIGUSR2), 0);
	put(&stop, 1);
	result_of(t);
}

static pthread_mutex_t guarded = PTHREAD_MUTEX_INITIALIZER;
static char steps[16];

static void prepare(void)
{
	strcat(steps, "p");
	pthread_mutex_lock(&guarded);
}

static void prepare_second(void)
{
	strcat(steps, "P");
}

static void both(void)
{
	strcat(steps, "b");
	pthread_mutex_unlock(&guarded);
}

static void both_second(void)
{
	strcat(steps, "B");
}

static void *churn(void *unused)
{
	while (!get(&stop)) {
		pthread_mutex_lock(&guarded);
		free(malloc(100));
		fflush(stdout);
		pthread_mutex_unlock(&guarded);
	}
	return NULL;
}

static void *nothing(void *value)
{
	return value;
}

static void forks(void)
{
	pthread_t t[3];
	pid_t pid;

	CHECK_EQ(pthread_atfork(prepare, both, both), 0);
	CHECK_EQ(pthread_atfork(prepare_second, both_second, both_second), 0);
	put(&stop, 0);
	for (int i = 0; i < 3; i++)
		t[i] = run_thread(churn, NULL);
	for (int i = 0; i < 30; i++) {
		steps[0] = '\0';
		pid = test_fork();
		CHECK(!strcmp(steps, "PpbB"));
		if (pid == 0) {
			CHECK_EQ(pthread_mutex_trylock(&guarded), 0);
			free(malloc(200));
			CHECK(result_of(run_thread(nothing, &stop)) == &stop);
			test_exit();
		}
		CHECK_CHILD(pid);
	}
	put(&stop, 1);
	for (int i = 0; i < 3; i++)
		result_of(t[i]);
}

static void test(void)
{
	keys();
	onces();
	variables();
	attributes();
	scheduling();
	forks();
}
