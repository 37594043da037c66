/* For unload.c: opened by a constructor, closed by a destructor. */
extern int nested_count __attribute__((weak));

__attribute__((constructor)) static void up(void)
{
	if (&nested_count)
		nested_count += 1;
}

__attribute__((destructor)) static void down(void)
{
	if (&nested_count)
		nested_count += 100;
}
