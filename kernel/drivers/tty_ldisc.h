/*
 * The line discipline: what stands between a terminal's bytes and a program's (termios(3)).
 *
 *  - Pure: no locks, no sleeping, no allocation, no hardware. The terminal's lock guards the whole structure.
 *  - Two rings: input (received, edited, waiting for a reader) and output (written or echoed, waiting for the driver).
 *  - Input never overruns: bytes without room are dropped, so drivers that can make their sender wait ask ldisc_room.
 */
#ifndef DRIVERS_TTY_LDISC_H
#define DRIVERS_TTY_LDISC_H

#include "drivers/termios.h"
#include "lib/types.h"

#define LDISC_SIZE 4096u	/* of either ring: a power of two; a line has at most one byte less */

struct ldisc {
	struct termios termios;
	u8 input[LDISC_SIZE];
	u8 ends[LDISC_SIZE / 8];	/* a bit for each input byte: it ends a line */
	u32 head;			/* where the next byte goes; all positions run freely */
	u32 line;			/* where the line that is being edited begins: before it, complete lines */
	u32 tail;			/* what is read next */
	u8 output[LDISC_SIZE];
	u32 output_head, output_tail;
	u32 column;			/* of the cursor */
	u32 sent_column;		/* … when all output had been taken */
	u32 line_column;		/* … when the line that is being edited began */
	bool literal;			/* the next byte is data whatever it is (VLNEXT) */
	bool stopped;			/* no output: by VSTOP, or `held` */
	bool held;			/* … by tcflow, which a key does not undo */
};

void ldisc_init(struct ldisc *l);

/*
 * A byte arrived. Returns the signal that it stands for, or 0; the caller sends it to the foreground group. Echo is in the
 * output ring, as far as there is room.
 */
int ldisc_receive(struct ldisc *l, u8 byte);
int ldisc_break(struct ldisc *l);	/* a break condition: likewise */

/* How many bytes can arrive without loss. A full line of canonical input counts as room, lest a reader wait for ever. */
u32 ldisc_room(const struct ldisc *l);

/* Would read(2) find something: a line, or at least `minimum` bytes of raw input? */
bool ldisc_readable(const struct ldisc *l, u32 minimum);

/*
 * Take at most n bytes, at most to the end of a line in canonical mode. *ended says that a line ended with the
 * last byte or, with nothing taken, that there was an end-of-file character.
 */
size_t ldisc_read(struct ldisc *l, u8 *bytes, size_t n, bool *ended);

u32 ldisc_available(const struct ldisc *l);	/* FIONREAD */

/* Process for output as far as there is room: how many bytes were consumed. */
size_t ldisc_write(struct ldisc *l, const u8 *bytes, size_t n);

/* A flow control character, past output processing; dropped when there is no room. */
void ldisc_send(struct ldisc *l, u8 byte);

/* For the driver: take bytes to be sent; none while stopped. */
size_t ldisc_take_output(struct ldisc *l, u8 *bytes, size_t n);
static inline u32 ldisc_output_pending(const struct ldisc *l) { return l->output_head - l->output_tail; }
static inline u32 ldisc_output_room(const struct ldisc *l) { return LDISC_SIZE - ldisc_output_pending(l); }

void ldisc_set_termios(struct ldisc *l, const struct termios *t);
void ldisc_hold(struct ldisc *l, bool hold);	/* tcflow: TCOOFF, TCOON */
void ldisc_flush_input(struct ldisc *l);
void ldisc_flush_output(struct ldisc *l);

#endif
