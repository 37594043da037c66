/* For unload.c: answers. */
int one(void);

int one(void)
{
	return 31;
}
