/* For indirect.c: a function that chooses its body when it is relocated. */
int chosen(int x);
int ask_chosen(int x);
int (*chosen_address(void))(int);

static int twice(int x)
{
	return 2 * x;
}

__attribute__((used)) static int (*choose(void))(int)
{
	return twice;
}

int chosen(int x) __attribute__((ifunc("choose")));

int ask_chosen(int x)
{
	return chosen(x);
}

int (*chosen_address(void))(int)
{
	return chosen;
}
