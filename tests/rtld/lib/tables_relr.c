/* link: --pack-dyn-relocs=relr */
/* For tables.c: many pointers to itself, relocated by DT_RELR. */
static int values[200] = { [0] = 1, [99] = 100, [199] = 200 };

#define TEN(n)     &values[n], &values[n + 1], &values[n + 2], &values[n + 3], &values[n + 4], \
		   &values[n + 5], &values[n + 6], &values[n + 7], &values[n + 8], &values[n + 9]
#define HUNDRED(n) TEN(n), TEN(n + 10), TEN(n + 20), TEN(n + 30), TEN(n + 40), \
		   TEN(n + 50), TEN(n + 60), TEN(n + 70), TEN(n + 80), TEN(n + 90)

static int *pointers[200] = { HUNDRED(0), HUNDRED(100) };

int relr_sum(void);

int relr_sum(void)
{
	int sum = 0;

	for (int i = 0; i < 200; i++)
		sum += pointers[i] == &values[i] ? *pointers[i] : 1000;
	return sum;
}
