/* For tls.c: local dynamic model: two variables of its own share one lookup. */
static _Thread_local long first = 1, second = 2;

long ld_sum(void);

long ld_sum(void)
{
	first += 10;
	second += 20;
	return first + second;
}
