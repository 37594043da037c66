/* opens: tls_ld */
/* oracle: host */
/* Thread-local variables of a library from dlopen: fresh in threads older and younger than it, and in each that reuses a stack. */
#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>

#include "check.h"

static long (*ld_sum)(void);
static int opened;

static void *use(void *unused)
{
	long first, second;

	while (!__atomic_load_n(&opened, __ATOMIC_ACQUIRE))
		sched_yield();
	first = ld_sum();
	second = ld_sum();
	return (void *)(first * 1000 + second);
}

static int fresh(pthread_t thread)
{
	void *result;

	return pthread_join(thread, &result) == 0 && (long)result == 33063;
}

int main(void)
{
	pthread_t older[3], younger;
	void *library;

	for (int round = 0; round < 3; round++) {
		opened = 0;
		for (int i = 0; i < 3; i++)
			CHECK(!pthread_create(&older[i], NULL, use, NULL));
		library = dlopen("tls_ld.so", RTLD_NOW);
		ld_sum = library ? (long (*)(void))dlsym(library, "ld_sum") : NULL;
		if (!ld_sum) {
			printf("tls_ld.so cannot be opened\n");
			return 1;
		}
		__atomic_store_n(&opened, 1, __ATOMIC_RELEASE);
		CHECK(ld_sum() == 33);
		for (int i = 0; i < 3; i++)
			CHECK(fresh(older[i]));
		for (int i = 0; i < 30; i++) {
			CHECK(!pthread_create(&younger, NULL, use, NULL));
			CHECK(fresh(younger));
		}
		CHECK(ld_sum() == 63);
		CHECK(!dlclose(library));
	}
	CHECK_END();
}
