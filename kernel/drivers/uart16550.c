/*
 * The 16550 at COM1. Two users: the log (polled, from any context, panics included) and a terminal (interrupts).
 *
 * The receiver, the interrupt-enable register and the terminal's half of the transmitter are guarded by the terminal's
 * lock (tty->lock). The log takes no lock of its own: its lines come one at a time (the log's lock, or the last CPU in a panic).
 * The transmitter's FIFO holds 16 bytes, and says only whether it is empty:
 *
 *	log                                     terminal
 *	A: sees THRE (FIFO empty)               B: sees THRE (FIFO empty)
 *	A: writes at most 8 bytes               B: writes at most 8 bytes
 *
 * Whatever order A and B take, at most 16 bytes are in, and none is lost. Lines of both may mix, as on any console.
 */
#include "drivers/uart16550.h"

#include "arch/arch.h"
#include "drivers/tty.h"
#include "lib/atomic.h"
#include "lib/error.h"
#include "lib/log.h"
#include "sched/lock.h"

#define COM1		0x3f8
#define COM1_IRQ	4

enum uart_register {
	UART_DATA        = 0,	/* receiver and transmitter; divisor low with DLAB */
	UART_IER         = 1,	/* interrupt enable; divisor high with DLAB */
	UART_IIR         = 2,	/* read: why it interrupts; write: FIFO control */
	UART_LCR         = 3,
	UART_MCR         = 4,
	UART_LSR         = 5,
	UART_SCRATCH     = 7,
};

#define IER_RECEIVE	0x01
#define IER_TRANSMIT	0x02
#define IIR_NONE	0x01
#define FIFO_RESET	0xc7		/* on, both emptied, interrupt at 14 bytes or after a pause */
#define LCR_8N1		0x03
#define LCR_DLAB	0x80
#define MCR_ON		0x0b		/* DTR, RTS, and OUT2, which lets the interrupt out */
#define MCR_LOOP	0x1e
#define LSR_DATA	0x01
#define LSR_BREAK	0x10
#define LSR_THRE	0x20		/* transmitter's FIFO is empty */
#define LSR_IDLE	0x40		/* … and the last byte is out */
#define DIVISOR_115200	1

#define HALF_FIFO	8
#define MAX_ROUNDS	64		/* bounds the time with interrupts off */
#define PATIENCE	50000		/* reads of LSR, about 1 µs each: 8 bytes take 0.7 ms */

static bool present;		/* [I after uart_init_log] */
static bool log_wedged;		/* [the log's lock] the FIFO did not empty in time: do not wait for it again */
static u8 enabled;		/* [the terminal's lock] what IER holds */

static u8 uart_get(enum uart_register r) { return arch_in8((u16)(COM1 + r)); }
static void uart_put(enum uart_register r, u8 v) { arch_out8((u16)(COM1 + r), v); }

/* Wait until the FIFO is empty, but not for ever: the far end may hold the line. */
static bool log_may_send(void)
{
	for (unsigned i = 0; i < (log_wedged ? 1 : PATIENCE); i++) {
		if (uart_get(UART_LSR) & LSR_THRE) {
			log_wedged = false;
			return true;
		}
		arch_pause();
	}
	log_wedged = true;
	return false;
}

static void log_write(const char *text, size_t length)
{
	unsigned room = 0;

	for (size_t i = 0; i < length; i++) {
		bool newline = text[i] == '\n';

		if (room < 2) {
			if (!log_may_send())
				return;
			room = HALF_FIFO;
		}
		if (newline)
			uart_put(UART_DATA, '\r');
		uart_put(UART_DATA, (u8)text[i]);
		room -= newline ? 2 : 1;
	}
}

static struct log_sink sink = { .write = log_write };

/* A byte sent to itself in loop-back mode, and a scratch register that holds: there is a 16550. */
static bool probe(void)
{
	uart_put(UART_SCRATCH, 0x5a);
	if (uart_get(UART_SCRATCH) != 0x5a)
		return false;
	uart_put(UART_MCR, MCR_LOOP);
	uart_put(UART_DATA, 0xa7);
	for (unsigned i = 0; i < PATIENCE; i++)
		if (uart_get(UART_LSR) & LSR_DATA)
			return uart_get(UART_DATA) == 0xa7;
	return false;
}

bool uart_init_log(void)
{
	uart_put(UART_IER, 0);
	uart_put(UART_LCR, LCR_DLAB);
	uart_put(UART_DATA, DIVISOR_115200);
	uart_put(UART_IER, 0);
	uart_put(UART_LCR, LCR_8N1);
	uart_put(UART_IIR, FIFO_RESET);
	present = probe();
	if (!present)
		return false;
	uart_put(UART_IIR, FIFO_RESET);
	uart_put(UART_MCR, MCR_ON);
	log_add_sink(&sink);
	return true;
}

static void set_enabled(u8 bits)
{
	if (bits == enabled)
		return;
	enabled = bits;
	uart_put(UART_IER, bits);
}

/*
 * Bytes into the FIFO while it is empty (an emulated one empties at once); the interrupt stays on while there may be
 * more, and tells when it is empty again.
 */
static void uart_start(struct tty *t) REQUIRES(t->lock)
{
	u8 bytes[HALF_FIFO];

	for (unsigned round = 0; round < MAX_ROUNDS; round++) {
		size_t n;

		if (!(uart_get(UART_LSR) & LSR_THRE))
			break;
		n = tty_take_output(t, bytes, sizeof(bytes));
		if (n == 0) {
			set_enabled(enabled & (u8)~IER_TRANSMIT);
			return;
		}
		for (size_t i = 0; i < n; i++)
			uart_put(UART_DATA, bytes[i]);
	}
	set_enabled(enabled | IER_TRANSMIT);
}

static bool uart_drained(struct tty *t) REQUIRES(t->lock)
{
	return uart_get(UART_LSR) & LSR_IDLE;
}

/* The reader made room: look at what waits in the receiver. */
static void uart_unthrottle(struct tty *t, struct tty_events *events) REQUIRES(t->lock)
{
	set_enabled(enabled | IER_RECEIVE);
	uart_start(t);		/* the key that tells the sender to go on */
}

static const struct tty_ops uart_tty_ops = {
	.start = uart_start,
	.drained = uart_drained,
	.unthrottle = uart_unthrottle,
};

/* What the receiver holds, as far as the terminal has room; without room it stays there, and the sender waits. */
static void receive(struct tty *t, struct tty_events *events) REQUIRES(t->lock)
{
	u8 status;

	while ((status = uart_get(UART_LSR)) & LSR_DATA && status != 0xff) {
		u8 byte;

		if (tty_input_room(t) == 0) {
			set_enabled(enabled & (u8)~IER_RECEIVE);
			tty_throttle(t);
			uart_start(t);
			return;
		}
		byte = uart_get(UART_DATA);
		if (status & LSR_BREAK)
			tty_input_break(t, events);
		else
			tty_input(t, &byte, 1, events);
	}
}

static void uart_interrupt(void *arg)
{
	struct tty *t = arg;
	struct tty_events events = { 0 };
	irqstate s = spin_lock_irqsave(&t->lock);
	unsigned round = 0;

	while (round < MAX_ROUNDS && !(uart_get(UART_IIR) & IIR_NONE)) {
		receive(t, &events);
		if (enabled & IER_TRANSMIT)
			uart_start(t);
		round++;
	}
	/* Edge-triggered: the line must have been low before it can interrupt again. */
	if (round == MAX_ROUNDS) {
		uart_put(UART_IER, 0);
		uart_put(UART_IER, enabled);
	}
	spin_unlock_irqrestore(&t->lock, s);
	tty_deliver(t, &events);
}

int uart_setup_tty(struct tty *t)
{
	irqstate s;
	int r;

	if (!present)
		return -ENODEV;
	tty_setup(t, &uart_tty_ops, NULL);
	t->ldisc.termios.cflag = B115200 | CS8 | CREAD | HUPCL | CLOCAL;
	r = arch_irq_request_isa(COM1_IRQ, uart_interrupt, t);
	if (r < 0)
		return r;
	s = spin_lock_irqsave(&t->lock);
	set_enabled(IER_RECEIVE);
	spin_unlock_irqrestore(&t->lock, s);
	return 0;
}
