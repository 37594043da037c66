/* Arithmetic of the widest integers, which are long. */
#include <inttypes.h>
#include <stdlib.h>

intmax_t imaxabs(intmax_t value)
{
	return labs(value);
}

imaxdiv_t imaxdiv(intmax_t a, intmax_t b)
{
	return (imaxdiv_t){ a / b, a % b };
}

intmax_t strtoimax(const char *restrict s, char **restrict end, int base)
{
	return strtol(s, end, base);
}

uintmax_t strtoumax(const char *restrict s, char **restrict end, int base)
{
	return strtoul(s, end, base);
}
