/* libraries: open_b */
/* link: -rpath=$ORIGIN */
/* For dl_open.c: needs open_b; counts what happens to it in the program's counters, when that has them. */
#include <stddef.h>

extern int open_b_value(void);
extern int constructed __attribute__((weak)), destructed __attribute__((weak));

int open_a_data = 11;

int open_a_value(void)
{
	return 100 + open_b_value();
}

__attribute__((constructor)) static void up(void)
{
	if (&constructed)
		constructed += open_b_value();
}

__attribute__((destructor)) static void down(void)
{
	if (&destructed)
		destructed += open_b_value();
}
