/* What init_order.c and its libraries share. */
#ifndef ORDER_H
#define ORDER_H

extern char order_record[64];
void order_note(char c);
void order_cycle_b(void);

#endif
