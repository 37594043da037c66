/* libraries: choice */
/* For rpath.c: has no path of its own for what it needs. */
int choice(void);
int needs_choice(void);

int needs_choice(void)
{
	return choice() + 10;
}
