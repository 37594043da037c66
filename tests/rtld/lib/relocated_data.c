/* For relro: a constant table of addresses, which the linker fills before it is protected. */
void *const *relocated_data(void);

static int target;
static void *const data[2] = { &target, (void *)data };

void *const *relocated_data(void)
{
	void *const *volatile place = data;

	return place;
}
