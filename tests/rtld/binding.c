/* libraries: binding_first binding_second */
/* compile: -fno-pic */
/* link: -no-pie */
/* oracle: host */
/*
 * Which definition a name gets: the first in search order, weak or not; zero for a weak reference to nothing; a protected
 * one's own. The program is at a fixed address: its copy of a variable and its address of a function are everybody's.
 */
#include "check.h"

extern int shared_data;
int who(void);
int ask_nowhere(void);
int ask_protected(void);
int *shared_data_here(void);
int (*function_here(void))(void);
extern int nothing_here __attribute__((weak));
int protected_value(void);

/* The program's own definition wins everywhere but where the library protected its own. */
int protected_value(void)
{
	return 70;
}

int main(void)
{
	CHECK(who() == 1 && ask_nowhere() == 9 && &nothing_here == NULL);
	CHECK(shared_data == 5 && shared_data_here() == &shared_data);
	shared_data = 6;
	CHECK(*shared_data_here() == 6);
	CHECK(function_here() == who && function_here()() == 1);
	CHECK(protected_value() == 70 && ask_protected() == 71);
	CHECK_END();
}
