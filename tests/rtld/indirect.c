/* libraries: indirect */
/* oracle: host */
/* Indirect functions: in a library, in the program, by dlsym; one address for all. */
#include <dlfcn.h>

#include "check.h"

int chosen(int x);
int ask_chosen(int x);
int (*chosen_address(void))(int);
static int own(int x);

static int thrice(int x)
{
	return 3 * x;
}

__attribute__((used)) static int (*choose_own(void))(int)
{
	return thrice;
}

static int own(int x) __attribute__((ifunc("choose_own")));

int main(void)
{
	int (*volatile pointer)(int) = own;
	int (*found)(int) = (int (*)(int))dlsym(RTLD_DEFAULT, "chosen");

	CHECK(chosen(4) == 8 && ask_chosen(5) == 10 && found && found(6) == 12);
	CHECK(chosen_address() == found);
	CHECK(own(4) == 12 && pointer(5) == 15);
	CHECK_END();
}
