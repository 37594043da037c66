/*
 * The line discipline. Everything here works on one struct ldisc, guarded by its terminal's lock, in any context.
 *
 * Input positions run freely and are taken modulo the ring's size. From tail to line stand complete lines (canonical
 * mode) or everything (raw mode, where line follows head); from line to head stands the line that is being edited.
 * A byte whose `ends` bit is set ends a line; the byte 0 with that bit stands for an end-of-file character and is
 * never handed out. ECHOPRT, which is for paper, is not implemented.
 */
#include "drivers/tty_ldisc.h"

#include "abi/signal.h"
#include "lib/string.h"

#define DISABLED 0		/* _POSIX_VDISABLE: a function without a key */
#define DELETE   0x7f
#define TAB_STOP 8

static bool has(const struct ldisc *l, u32 flag)   { return l->termios.lflag & flag; }
static bool has_i(const struct ldisc *l, u32 flag) { return l->termios.iflag & flag; }
static bool has_o(const struct ldisc *l, u32 flag) { return l->termios.oflag & flag; }

static bool is_key(const struct ldisc *l, unsigned index, u8 c)
{
	return l->termios.cc[index] == c && c != DISABLED;
}

static bool is_control(u8 c) { return c < ' ' || c == DELETE; }
static bool is_utf8_tail(const struct ldisc *l, u8 c) { return has_i(l, IUTF8) && (c & 0xc0) == 0x80; }

void ldisc_init(struct ldisc *l)
{
	static const struct termios initial = {
		.iflag = ICRNL | IXON,
		.oflag = OPOST | ONLCR,
		.cflag = B38400 | CS8 | CREAD | HUPCL,
		.lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN,
		.cc = {
			[VINTR] = 'C' & 31, [VQUIT] = '\\' & 31, [VERASE] = DELETE, [VKILL] = 'U' & 31, [VEOF] = 'D' & 31,
			[VMIN] = 1, [VSTART] = 'Q' & 31, [VSTOP] = 'S' & 31, [VSUSP] = 'Z' & 31, [VREPRINT] = 'R' & 31,
			[VDISCARD] = 'O' & 31, [VWERASE] = 'W' & 31, [VLNEXT] = 'V' & 31,
		},
	};

	memset(l, 0, sizeof(*l));
	l->termios = initial;
}

/* ---- Output ---- */

static void put_output(struct ldisc *l, u8 c)
{
	l->output[l->output_head++ % LDISC_SIZE] = c;
}

/* Linux's idea of letters: those of Latin-1. */
static bool is_lower(u8 c) { return (c >= 'a' && c <= 'z') || (c >= 0xdf && c != 0xf7); }
static bool is_upper(u8 c) { return (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c < 0xdf && c != 0xd7); }
static u8 to_upper(u8 c) { return is_lower(c) ? (u8)(c - 'a' + 'A') : c; }
static u8 to_lower(u8 c) { return is_upper(c) ? (u8)(c - 'A' + 'a') : c; }

static void put_newline(struct ldisc *l)
{
	if (has_o(l, ONLCR))
		put_output(l, '\r');
	if (has_o(l, ONLCR) || has_o(l, ONLRET))
		l->column = 0;
	l->line_column = l->column;
	put_output(l, '\n');
}

static void put_return(struct ldisc *l)
{
	bool as_newline = has_o(l, OCRNL);

	if (has_o(l, ONOCR) && l->column == 0)
		return;
	if (!as_newline || has_o(l, ONLRET))
		l->line_column = l->column = 0;
	put_output(l, as_newline ? '\n' : '\r');
}

static void put_tab(struct ldisc *l)
{
	u32 columns = TAB_STOP - l->column % TAB_STOP;

	l->column += columns;
	if ((l->termios.oflag & TABDLY) != XTABS) {
		put_output(l, '\t');
		return;
	}
	while (columns-- > 0)
		put_output(l, ' ');
}

/* One byte of a program's output or of an echo; false when there is no room for what it becomes. */
static bool process_output(struct ldisc *l, u8 c)
{
	if (ldisc_output_room(l) < TAB_STOP)
		return false;
	if (!has_o(l, OPOST)) {
		put_output(l, c);
	} else if (c == '\n') {
		put_newline(l);
	} else if (c == '\r') {
		put_return(l);
	} else if (c == '\t') {
		put_tab(l);
	} else {
		if (c == '\b')
			l->column -= l->column > 0;
		else if (!is_control(c) && !is_utf8_tail(l, c))
			l->column++;
		put_output(l, has_o(l, OLCUC) ? to_upper(c) : c);
	}
	return true;
}

size_t ldisc_write(struct ldisc *l, const u8 *bytes, size_t n)
{
	size_t done = 0;

	while (done < n && process_output(l, bytes[done]))
		done++;
	return done;
}

size_t ldisc_take_output(struct ldisc *l, u8 *bytes, size_t n)
{
	size_t taken = 0;

	while (!l->stopped && taken < n && l->output_tail != l->output_head)
		bytes[taken++] = l->output[l->output_tail++ % LDISC_SIZE];
	if (l->output_tail == l->output_head)
		l->sent_column = l->column;
	return taken;
}

void ldisc_send(struct ldisc *l, u8 c)
{
	if (c != DISABLED && ldisc_output_room(l) > 0)
		put_output(l, c);
}

static void resume(struct ldisc *l)
{
	if (!l->held)
		l->stopped = false;
}

void ldisc_hold(struct ldisc *l, bool hold)
{
	if (hold)
		l->held = l->stopped = true;
	else if (l->held)
		l->held = l->stopped = false;
}

void ldisc_flush_output(struct ldisc *l)
{
	if (l->output_tail == l->output_head)
		return;
	/* What was never sent has not moved the cursor. */
	l->output_tail = l->output_head;
	l->column = l->sent_column;
}

/* ---- Echo ---- */

static void echo_raw(struct ldisc *l, u8 c)
{
	(void)process_output(l, c);
}

/* As the character shows on the screen: control characters as ^X when ECHOCTL says so. */
static void echo(struct ldisc *l, u8 c)
{
	if (c == 0xff && ldisc_output_room(l) >= TAB_STOP) {
		/* As it is, whatever oflag says: Linux does so. */
		put_output(l, c);
		l->column++;
	} else if (!has(l, ECHOCTL) || !is_control(c) || c == '\t') {
		echo_raw(l, c);
	} else if (ldisc_output_room(l) >= TAB_STOP) {
		put_output(l, '^');
		put_output(l, c ^ 0x40);
		l->column += 2;
	}
}

static void echo_input(struct ldisc *l, u8 c)
{
	if (!has(l, ECHO))
		return;
	if (l->head == l->line)
		l->line_column = l->column;
	echo(l, c);
}

/* ---- The line that is being edited ---- */

static bool ends_line(const struct ldisc *l, u32 position)
{
	u32 i = position % LDISC_SIZE;

	return l->ends[i / 8] >> i % 8 & 1;
}

static void append(struct ldisc *l, u8 c, bool ends)
{
	u32 i = l->head % LDISC_SIZE;

	l->input[i] = c;
	l->ends[i / 8] = (u8)((l->ends[i / 8] & ~(1u << i % 8)) | (u32)ends << i % 8);
	l->head++;
}

/* Columns that a byte other than a tab takes. */
static u32 width(const struct ldisc *l, u8 c)
{
	if (is_control(c))
		return has(l, ECHOCTL) ? 2 : 0;
	return is_utf8_tail(l, c) ? 0 : 1;
}

/* Columns of the tab at `tab`: what stands between it and the tab before, or the line's start, decides. */
static u32 tab_width(const struct ldisc *l, u32 tab)
{
	u32 column = 0;

	for (u32 i = tab; i != l->line; i--) {
		u8 c = l->input[(i - 1) % LDISC_SIZE];

		if (c == '\t')
			return TAB_STOP - column % TAB_STOP;
		column += width(l, c);
	}
	return TAB_STOP - (l->line_column + column) % TAB_STOP;
}

static void rub_out(struct ldisc *l, u32 columns)
{
	for (; columns > 0; columns--) {
		echo_raw(l, '\b');
		echo_raw(l, ' ');
		echo_raw(l, '\b');
	}
}

static void move_back(struct ldisc *l, u32 columns)
{
	for (; columns > 0 && ldisc_output_room(l) >= TAB_STOP; columns--) {
		put_output(l, '\b');
		l->column -= l->column > 0;
	}
}

/* The first byte of the line's last character; a UTF-8 tail when the line has only the tail of one. The line is not empty. */
static u8 last_character(const struct ldisc *l, u32 *start)
{
	u32 at = l->head;
	u8 c;

	do
		c = l->input[--at % LDISC_SIZE];
	while (is_utf8_tail(l, c) && at != l->line);
	*start = at;
	return c;
}

/* Take the line's last character off the screen and off the line. */
static void erase_character(struct ldisc *l, u8 c, u32 start)
{
	u32 columns = c == '\t' ? tab_width(l, start) : width(l, c);

	l->head = start;
	if (!has(l, ECHO))
		return;
	if (c == '\t')
		move_back(l, columns);
	else
		rub_out(l, columns);
}

static void erase(struct ldisc *l)
{
	u32 start;
	u8 c;

	if (l->head == l->line)
		return;
	c = last_character(l, &start);
	if (is_utf8_tail(l, c))
		return;
	if (has(l, ECHO) && !has(l, ECHOE)) {
		l->head = start;
		echo(l, l->termios.cc[VERASE]);
	} else {
		erase_character(l, c, start);
	}
}

static bool is_word(u8 c)
{
	return (c >= '0' && c <= '9') || is_lower(c) || is_upper(c) || c == '_';
}

/* Characters from the end of the line: all, or the last word with what follows it. */
static void erase_characters(struct ldisc *l, bool word)
{
	bool in_word = false;

	while (l->head != l->line) {
		u32 start;
		u8 c = last_character(l, &start);

		if (is_utf8_tail(l, c) || (word && in_word && !is_word(c)))
			break;
		in_word |= is_word(c);
		erase_character(l, c, start);
	}
}

static void kill_line(struct ldisc *l)
{
	if (l->head == l->line)
		return;
	if (has(l, ECHO) && has(l, ECHOK) && has(l, ECHOKE) && has(l, ECHOE)) {
		erase_characters(l, false);
		return;
	}
	l->head = l->line;
	if (!has(l, ECHO))
		return;
	echo(l, l->termios.cc[VKILL]);
	if (has(l, ECHOK))
		echo_raw(l, '\n');
}

static void reprint(struct ldisc *l)
{
	echo(l, l->termios.cc[VREPRINT]);
	echo_raw(l, '\n');
	for (u32 i = l->line; i != l->head; i++)
		echo(l, l->input[i % LDISC_SIZE]);
}

static bool full(const struct ldisc *l) { return l->head - l->tail >= LDISC_SIZE - 1; }

/* PARMRK marks a byte that is what a mark begins with by doubling it. */
static bool is_doubled(const struct ldisc *l, u8 c) { return c == 0xff && has_i(l, PARMRK); }

/* The line is complete: readers may have it. A place was kept for the byte. */
static void end_line(struct ldisc *l, u8 c)
{
	if (is_doubled(l, c) && !full(l))
		append(l, c, false);
	if (l->head - l->tail == LDISC_SIZE)
		return;
	append(l, c, true);
	l->line = l->head;
}

/* True when the byte edits or ends the line. */
static bool edit(struct ldisc *l, u8 c)
{
	bool extended = has(l, IEXTEN);

	if (is_key(l, VERASE, c)) {
		erase(l);
	} else if (is_key(l, VKILL, c)) {
		kill_line(l);
	} else if (is_key(l, VWERASE, c) && extended) {
		erase_characters(l, true);
	} else if (is_key(l, VREPRINT, c) && extended && has(l, ECHO)) {
		reprint(l);
	} else if (is_key(l, VLNEXT, c) && extended) {
		l->literal = true;
		if (has(l, ECHO) && has(l, ECHOCTL)) {
			echo_raw(l, '^');
			echo_raw(l, '\b');
		}
	} else if (is_key(l, VEOF, c)) {
		end_line(l, 0);
	} else if (c == '\n') {
		if (has(l, ECHO) || has(l, ECHONL))
			echo_raw(l, c);
		end_line(l, c);
	} else if (is_key(l, VEOL, c) || (is_key(l, VEOL2, c) && extended)) {
		echo_input(l, c);
		end_line(l, c);
	} else {
		return false;
	}
	return true;
}

/* ---- Input ---- */

static void store(struct ldisc *l, u8 c)
{
	if (is_doubled(l, c) && !full(l))
		append(l, c, false);
	/* One place is kept for the end of the line. */
	if (!full(l))
		append(l, c, false);
	if (!has(l, ICANON))
		l->line = l->head;
}

static void add(struct ldisc *l, u8 c)
{
	echo_input(l, c);
	store(l, c);
}

static int signal_of(const struct ldisc *l, u8 c)
{
	if (!has(l, ISIG))
		return 0;
	return is_key(l, VINTR, c) ? SIGINT : is_key(l, VQUIT, c) ? SIGQUIT : is_key(l, VSUSP, c) ? SIGTSTP : 0;
}

static int raise_signal(struct ldisc *l, int sig)
{
	if (!has(l, NOFLSH)) {
		ldisc_flush_input(l);
		ldisc_flush_output(l);
	}
	return sig;
}

/* Flow control: true when the byte was eaten. */
static bool control_flow(struct ldisc *l, u8 c)
{
	if (!has_i(l, IXON))
		return false;
	if (is_key(l, VSTART, c)) {
		resume(l);
		return true;
	}
	if (is_key(l, VSTOP, c)) {
		l->stopped = true;
		return true;
	}
	return false;
}

/* What iflag makes of a carriage return or a newline; false when it drops it. */
static bool translate(const struct ldisc *l, u8 *c)
{
	if (*c == '\r') {
		if (has_i(l, IGNCR))
			return false;
		if (has_i(l, ICRNL))
			*c = '\n';
	} else if (*c == '\n' && has_i(l, INLCR)) {
		*c = '\r';
	}
	return true;
}

static int receive_signal(struct ldisc *l, u8 c, int sig)
{
	if (has_i(l, IXON))
		resume(l);
	sig = raise_signal(l, sig);
	echo_input(l, c);
	return sig;
}

int ldisc_receive(struct ldisc *l, u8 received)
{
	u8 c = has_i(l, ISTRIP) ? received & 0x7f : received;
	int sig;

	if (has_i(l, IUCLC) && has(l, IEXTEN))
		c = to_lower(c);
	if (l->literal) {
		l->literal = false;
		add(l, c);
		return 0;
	}
	if (control_flow(l, c))
		return 0;
	sig = signal_of(l, c);
	if (sig)
		return receive_signal(l, c, sig);
	if (has_i(l, IXON) && has_i(l, IXANY))
		resume(l);
	received = c;
	if (!translate(l, &c) || (has(l, ICANON) && edit(l, c)))
		return 0;
	/* A return that became a newline shows as one; a newline that nobody asked for is a control character. */
	if (c == '\n' && received != c && has(l, ECHO)) {
		echo_raw(l, c);
		store(l, c);
	} else {
		add(l, c);
	}
	return 0;
}

int ldisc_break(struct ldisc *l)
{
	if (has_i(l, IGNBRK))
		return 0;
	if (has_i(l, BRKINT))
		return raise_signal(l, SIGINT);
	if (has_i(l, PARMRK)) {
		store(l, 0xff);
		store(l, 0);
	}
	store(l, 0);
	return 0;
}

u32 ldisc_room(const struct ldisc *l)
{
	u32 used = l->head - l->tail;

	if (has(l, ICANON) && l->line == l->tail)
		return LDISC_SIZE;
	return used >= LDISC_SIZE - 1 ? 0 : LDISC_SIZE - 1 - used;
}

bool ldisc_readable(const struct ldisc *l, u32 minimum)
{
	return has(l, ICANON) ? l->line != l->tail : l->head - l->tail >= MAX(minimum, 1u);
}

size_t ldisc_read(struct ldisc *l, u8 *bytes, size_t n, bool *ended)
{
	size_t taken = 0;

	*ended = false;
	while (taken < n && !*ended && l->tail != l->line) {
		u8 c = l->input[l->tail % LDISC_SIZE];

		*ended = has(l, ICANON) && ends_line(l, l->tail);
		if (!*ended || c != 0)
			bytes[taken++] = c;
		l->tail++;
	}
	/* An end-of-file character right behind what filled the buffer belongs to it: the next read must not see an end. */
	if (taken == n && n > 0 && !*ended && has(l, ICANON) && l->tail != l->line && ends_line(l, l->tail) &&
	    l->input[l->tail % LDISC_SIZE] == 0)
		l->tail++;
	return taken;
}

u32 ldisc_available(const struct ldisc *l)
{
	u32 count = 0;

	for (u32 i = l->tail; i != l->line; i++)
		count += !(has(l, ICANON) && ends_line(l, i) && l->input[i % LDISC_SIZE] == 0);
	return count;
}

void ldisc_flush_input(struct ldisc *l)
{
	l->tail = l->line = l->head;
	l->literal = false;
	l->line_column = l->column;
}

void ldisc_set_termios(struct ldisc *l, const struct termios *t)
{
	bool was_canonical = has(l, ICANON);

	l->termios = *t;
	if (!has_i(l, IXON))
		resume(l);
	if (was_canonical == has(l, ICANON))
		return;
	/* What was typed so far becomes readable: as plain bytes, or as lines. */
	for (u32 i = l->tail; i != l->head; i++)
		if (!was_canonical && i + 1 == l->head)
			l->ends[i % LDISC_SIZE / 8] |= (u8)(1u << i % 8);
		else if (!was_canonical)
			l->ends[i % LDISC_SIZE / 8] &= (u8)~(1u << i % 8);
	l->line = l->head;
	l->line_column = l->column;
	l->literal = false;
}
