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

static void track_column(struct ldisc *l, u8 c)
{
	switch (c) {
	case '\r':
		l->column = 0;
		break;
	case '\n':
		if (has_o(l, ONLRET))
			l->column = 0;
		break;
	case '\t':
		l->column = (l->column | (TAB_STOP - 1)) + 1;
		break;
	case '\b':
		l->column -= l->column > 0;
		break;
	default:
		if (!is_control(c) && !is_utf8_tail(l, c))
			l->column++;
	}
}

static u8 to_upper(u8 c) { return c >= 'a' && c <= 'z' ? (u8)(c - 'a' + 'A') : c; }

/* One byte of a program's output or of an echo; false when there is no room for what it becomes. */
static bool process_output(struct ldisc *l, u8 c)
{
	u32 room = ldisc_output_room(l);

	if (room < TAB_STOP)
		return false;
	if (!has_o(l, OPOST)) {
		put_output(l, c);
		return true;
	}
	if (c == '\n' && has_o(l, ONLCR)) {
		put_output(l, '\r');
		l->column = 0;
	} else if (c == '\r' && has_o(l, ONOCR) && l->column == 0) {
		return true;
	} else if (c == '\r' && has_o(l, OCRNL)) {
		c = '\n';
	} else if (c == '\t' && (l->termios.oflag & TABDLY) == XTABS) {
		do
			put_output(l, ' ');
		while (++l->column % TAB_STOP != 0);
		return true;
	} else if (has_o(l, OLCUC)) {
		c = to_upper(c);
	}
	track_column(l, c);
	put_output(l, c);
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
	l->output_tail = l->output_head;
}

/* ---- Echo ---- */

static void echo_raw(struct ldisc *l, u8 c)
{
	(void)process_output(l, c);
}

/* As the character shows on the screen: control characters as ^X when ECHOCTL says so. */
static void echo(struct ldisc *l, u8 c)
{
	if (has(l, ECHOCTL) && is_control(c) && c != '\n' && c != '\t') {
		echo_raw(l, '^');
		echo_raw(l, c ^ 0x40);
	} else {
		echo_raw(l, c);
	}
}

static void echo_input(struct ldisc *l, u8 c)
{
	if (has(l, ECHO) || (c == '\n' && has(l, ECHONL) && has(l, ICANON)))
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

static u8 last_byte(const struct ldisc *l) { return l->input[(l->head - 1) % LDISC_SIZE]; }

/* Columns that a byte other than a tab takes. */
static u32 width(const struct ldisc *l, u8 c)
{
	if (is_control(c))
		return has(l, ECHOCTL) ? 2 : 0;
	return is_utf8_tail(l, c) ? 0 : 1;
}

/* Columns of the tab that ends the line: what stands between it and the tab before, or the line's start, decides. */
static u32 last_tab_width(const struct ldisc *l)
{
	u32 column = 0;

	for (u32 i = l->head - 1; i != l->line; i--) {
		u8 c = l->input[(i - 1) % LDISC_SIZE];

		if (c == '\t')
			return TAB_STOP - column % TAB_STOP;
		column += width(l, c);
	}
	return TAB_STOP - (l->line_column + column) % TAB_STOP;
}

/* Take the last character (all bytes of it) off the line, which is not empty, and off the screen. */
static void erase_character(struct ldisc *l)
{
	bool tab = last_byte(l) == '\t';
	u32 columns;

	while (l->head - l->line > 1 && is_utf8_tail(l, last_byte(l)))
		l->head--;
	columns = tab ? last_tab_width(l) : width(l, last_byte(l));
	l->head--;
	if (!has(l, ECHO) || !has(l, ECHOE))
		return;
	for (; columns > 0; columns--) {
		echo_raw(l, '\b');
		if (!tab) {
			echo_raw(l, ' ');
			echo_raw(l, '\b');
		}
	}
}

static void erase(struct ldisc *l)
{
	if (l->head == l->line)
		return;
	if (has(l, ECHO) && !has(l, ECHOE))
		echo(l, l->termios.cc[VERASE]);
	erase_character(l);
}

static bool is_word(u8 c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
}

static void erase_word(struct ldisc *l)
{
	if (l->head != l->line && has(l, ECHO) && !has(l, ECHOE))
		echo(l, l->termios.cc[VWERASE]);
	while (l->head != l->line && !is_word(last_byte(l)))
		erase_character(l);
	while (l->head != l->line && is_word(last_byte(l)))
		erase_character(l);
}

static void kill_line(struct ldisc *l)
{
	if (has(l, ECHO) && has(l, ECHOK) && has(l, ECHOKE) && has(l, ECHOE)) {
		while (l->head != l->line)
			erase_character(l);
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
	l->line_column = 0;
	for (u32 i = l->line; i != l->head; i++)
		echo(l, l->input[i % LDISC_SIZE]);
}

/* The line is complete: readers may have it. */
static void end_line(struct ldisc *l, u8 c)
{
	if (l->head - l->tail == LDISC_SIZE)
		return;
	append(l, c, true);
	l->line = l->head;
	l->line_column = l->column;
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
		erase_word(l);
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
	} else if (c == '\n' || is_key(l, VEOL, c) || (is_key(l, VEOL2, c) && extended)) {
		echo_input(l, c);
		end_line(l, c);
	} else {
		return false;
	}
	return true;
}

/* ---- Input ---- */

static void add(struct ldisc *l, u8 c)
{
	/* One place is kept for the end of the line. */
	if (l->head - l->tail >= LDISC_SIZE - 1) {
		if (has_i(l, IMAXBEL))
			echo_raw(l, '\a');
		return;
	}
	if (has(l, ICANON) && l->head == l->line)
		l->line_column = l->column;
	echo_input(l, c);
	append(l, c, false);
	if (!has(l, ICANON))
		l->line = l->head;
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

/* What iflag makes of the byte; false when it drops it. */
static bool translate(const struct ldisc *l, u8 *c)
{
	if (has_i(l, ISTRIP))
		*c &= 0x7f;
	if (has_i(l, IUCLC) && has(l, IEXTEN) && *c >= 'A' && *c <= 'Z')
		*c = (u8)(*c - 'A' + 'a');
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

int ldisc_receive(struct ldisc *l, u8 c)
{
	int sig;

	if (l->literal) {
		l->literal = false;
		add(l, c);
		return 0;
	}
	if (control_flow(l, c))
		return 0;
	sig = signal_of(l, c);
	if (sig) {
		if (has_i(l, IXON))
			resume(l);
		sig = raise_signal(l, sig);
		echo_input(l, c);
		return sig;
	}
	if (has_i(l, IXON) && has_i(l, IXANY))
		resume(l);
	if (!translate(l, &c) || (has(l, ICANON) && edit(l, c)))
		return 0;
	add(l, c);
	return 0;
}

int ldisc_break(struct ldisc *l)
{
	if (has_i(l, IGNBRK))
		return 0;
	if (has_i(l, BRKINT))
		return raise_signal(l, SIGINT);
	if (has_i(l, PARMRK)) {
		add(l, 0xff);
		add(l, 0);
	}
	add(l, 0);
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
		count += !(ends_line(l, i) && l->input[i % LDISC_SIZE] == 0);
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
