/* Integer arithmetic and the simple random generator (state of rand: one word, any thread). */
#include <stdint.h>
#include <stdlib.h>

int abs(int value)
{
	return value < 0 ? -value : value;
}

long labs(long value)
{
	return value < 0 ? -value : value;
}

long long llabs(long long value)
{
	return value < 0 ? -value : value;
}

div_t div(int a, int b)
{
	return (div_t){ a / b, a % b };
}

ldiv_t ldiv(long a, long b)
{
	return (ldiv_t){ a / b, a % b };
}

lldiv_t lldiv(long long a, long long b)
{
	return (lldiv_t){ a / b, a % b };
}

static _Atomic uint64_t state = 1;

int rand(void)
{
	uint64_t next = state * 6364136223846793005ull + 1442695040888963407ull;

	state = next;
	return (int)(next >> 33);
}

void srand(unsigned int seed)
{
	state = seed;
}

int rand_r(unsigned int *seed)
{
	uint64_t next = *seed * 6364136223846793005ull + 1442695040888963407ull;

	*seed = (unsigned int)(next >> 32);
	return (int)(next >> 33);
}
