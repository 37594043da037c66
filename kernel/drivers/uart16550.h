/*
 * The first serial port (COM1): where the log goes, and the terminal ttyS0.
 *
 *  - uart_init_log needs nothing but port I/O; the log may be written before memory and interrupts work.
 *  - Log and terminal share the transmitter without a common lock: each puts at most half of the chip's FIFO in when it
 *    finds the FIFO empty.
 *  - A machine without the port has neither; both functions say so.
 */
#ifndef DRIVERS_UART16550_H
#define DRIVERS_UART16550_H

#include "lib/types.h"

struct tty;

bool uart_init_log(void);		/* boot CPU, first of all: true when the port exists; then it is a log sink */

/* Set `t` up as the port's terminal, served by interrupts; task context. 0, -ENODEV without the port, or another error. */
int uart_setup_tty(struct tty *t);

#endif
