/* For paths.c: the same name as lib/choice.c; which one is loaded tells the order of search. */
int choice(void);

int choice(void)
{
	return 2;
}
