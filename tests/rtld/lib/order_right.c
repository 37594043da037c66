/* libraries: order_leaf */
/* link: -rpath=$ORIGIN */
/* For init_order.c: one of the two in the middle. */
#include "../order.h"

__attribute__((constructor)) static void up(void)
{
	order_note('b');
}

__attribute__((destructor)) static void down(void)
{
	order_note('B');
}
