/* libraries: order_left order_right order_leaf */
/* link: -rpath=$ORIGIN */
/* For init_order.c: needs both; its priorities and arrays run in order, and the other way round at the end. */
#include "../order.h"

__attribute__((constructor(101))) static void first(void)
{
	order_note('1');
}

__attribute__((constructor(102))) static void second(void)
{
	order_note('2');
}

__attribute__((destructor(101))) static void last_but_one(void)
{
	order_note('3');
}

__attribute__((destructor(102))) static void before(void)
{
	order_note('4');
}
