/* For paths.c: the one in the program's DT_RUNPATH. */
int choice(void);

int choice(void)
{
	return 1;
}
