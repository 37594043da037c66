/* For init_order.c: the leaf holds the record that all write to. */
#include "../order.h"

char order_record[64];
static int order_used;

void order_note(char c)
{
	if (order_used < 63)
		order_record[order_used++] = c;
}

__attribute__((constructor)) static void up(void)
{
	order_note('l');
}
