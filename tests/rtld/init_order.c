/* libraries: order_leaf */
/* opens: order_top order_left order_right */
/* oracle: host */
/* Constructors: dependencies first, by priority; destructors: the opposite, at dlclose and at exit, after atexit's. */
#include <dlfcn.h>

#include "check.h"
#include "order.h"
#include "self.h"

__attribute__((destructor)) static void at_the_end(void)
{
	if (order_record[0] == 'E')
		write(1, "D", 1);
}

static void by_atexit(void)
{
	write(1, "A", 1);
}

static int child(void)
{
	order_record[0] = 'E';
	atexit(by_atexit);
	return 9;
}

int main(int argc, char **argv)
{
	char text[100];
	void *top;
	int status;

	(void)argv;
	if (argc > 1)
		return child();
	top = dlopen("order_top.so", RTLD_NOW);
	CHECK(top && (!strcmp(order_record, "lab12") || !strcmp(order_record, "lba12")));
	CHECK(top && !dlclose(top));
	CHECK(!strncmp(order_record + 5, "43", 2));
	CHECK(order_record[7] - 'A' == order_record[2] - 'a' && order_record[8] - 'A' == order_record[1] - 'a');
	status = run_self("child", NULL, text, sizeof(text));
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 9 && !strcmp(text, "AD"));
	CHECK_END();
}
