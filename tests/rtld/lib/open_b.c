/* For dl_open.c: a leaf. */
static int state = 7;

int open_b_value(void);

int open_b_value(void)
{
	return state;
}
