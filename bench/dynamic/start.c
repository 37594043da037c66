/* Writes the time at which main runs, as eight bytes, to its standard output. With LIBRARIES it needs as many libraries, each of
 * which has a few functions and relocations as libraries do. */
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#define NEED(n) extern int value_##n(int)
#if LIBRARIES >= 1
NEED(0);
#endif
#if LIBRARIES >= 10
NEED(1); NEED(2); NEED(3); NEED(4); NEED(5); NEED(6); NEED(7); NEED(8); NEED(9);
#endif

int main(void)
{
	struct timespec time;
	uint64_t nanoseconds;
	int sum = 0;

	clock_gettime(CLOCK_MONOTONIC, &time);
	nanoseconds = (uint64_t)time.tv_sec * 1000000000 + time.tv_nsec;
#if LIBRARIES >= 1
	sum += value_0(0);
#endif
#if LIBRARIES >= 10
	sum += value_1(0) + value_2(0) + value_3(0) + value_4(0) + value_5(0) + value_6(0) + value_7(0) + value_8(0) + value_9(0);
#endif
	return write(1, &nanoseconds, sizeof(nanoseconds)) != sizeof(nanoseconds) || sum < 0;
}
