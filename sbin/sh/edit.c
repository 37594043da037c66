/*
 * The line editor: raw mode, emacs keys and arrows, over as many rows as the line needs. The screen is only written to
 * with the few sequences that every terminal of the VT100 family knows; one that is dumb gets the kernel's editing.
 *
 * Text is bytes; the cursor never stands inside a UTF-8 sequence, each of which takes one column. Control characters are
 * shown as ^X.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "edit.h"

#define CONTROL(letter) ((letter) & 31)
#define RUBOUT 127

/* Keys that come as sequences. */
enum { KEY_UP = 256, KEY_DOWN, KEY_RIGHT, KEY_LEFT, KEY_HOME, KEY_END, KEY_DELETE, KEY_META };

enum outcome { GO_ON = 2, ENTERED = 1, ENDED = 0, GIVEN_UP = -1 };

struct editor {
	const char *prompt;
	struct buffer text;
	size_t at;			/* the cursor's byte */
	size_t columns;
	size_t row;			/* the cursor's row on the screen, from the prompt's */
	size_t history;			/* the line shown; history_count(): the new one */
	char *draft;			/* the new line while an old one is shown */
	bool tabbed;			/* the last key was TAB: the next one lists */
};

static char *killed;			/* what ^K, ^U and ^W took away, for ^Y */

bool can_edit(void)
{
	const char *term = get_variable("TERM");

	return term && *term && strcmp(term, "dumb") && isatty(0) && isatty(2);
}

/* ---- the screen */

static size_t width_of(const char *text, size_t n)
{
	size_t width = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		width += c < 32 || c == RUBOUT ? 2 : (c & 0xc0) != 0x80;
	}
	return width;
}

static void show_text(struct buffer *out, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c < 32 || c == RUBOUT) {
			buffer_char(out, '^');
			c ^= 64;
		}
		buffer_char(out, (char)c);
	}
}

static void move(struct buffer *out, size_t n, char direction)
{
	char sequence[32];

	if (n)
		buffer_add(out, sequence, (size_t)snprintf(sequence, sizeof(sequence), "\033[%zu%c", n, direction));
}

static void put(struct buffer *out)
{
	for (size_t done = 0; done < out->length;) {
		ssize_t n = write(2, out->text + done, out->length - done);

		if (n < 0 && errno != EINTR)
			break;
		done += n > 0 ? (size_t)n : 0;
	}
	buffer_free(out);
}

static void ring(void)
{
	write(2, "\a", 1);
}

/* Draws prompt and text anew and puts the cursor where it belongs. */
static void draw(struct editor *e)
{
	size_t prompt = width_of(e->prompt, strlen(e->prompt));
	size_t all = prompt + width_of(e->text.text, e->text.length), cursor = prompt + width_of(e->text.text, e->at);
	struct buffer out = { 0 };

	move(&out, e->row, 'A');
	buffer_char(&out, '\r');
	buffer_add(&out, e->prompt, strlen(e->prompt));
	show_text(&out, e->text.text, e->text.length);
	if (all && all % e->columns == 0)
		buffer_add(&out, "\r\n", 2);
	buffer_add(&out, "\033[J\r", 4);
	move(&out, all / e->columns - cursor / e->columns, 'A');
	move(&out, cursor % e->columns, 'C');
	e->row = cursor / e->columns;
	put(&out);
}

/* Behind the text, on a new row. */
static void leave_line(struct editor *e, const char *mark)
{
	struct buffer out = { 0 };

	e->at = e->text.length;
	draw(e);
	buffer_add(&out, mark, strlen(mark));
	buffer_add(&out, "\r\n", 2);
	put(&out);
	e->row = 0;
}

/* ---- the text */

static bool continues(const struct editor *e, size_t at)
{
	return ((unsigned char)e->text.text[at] & 0xc0) == 0x80;
}

static size_t before(const struct editor *e, size_t at)
{
	while (at && continues(e, --at))
		;
	return at;
}

static size_t behind(const struct editor *e, size_t at)
{
	if (at < e->text.length)
		at++;
	while (at < e->text.length && continues(e, at))
		at++;
	return at;
}

static size_t word_before(const struct editor *e, bool blanks)
{
	size_t at = e->at;
	const char *text = e->text.text;

	while (at && (blanks ? text[at - 1] == ' ' : !isalnum((unsigned char)text[at - 1])))
		at--;
	while (at && (blanks ? text[at - 1] != ' ' : isalnum((unsigned char)text[at - 1])))
		at--;
	return at;
}

static size_t word_behind(const struct editor *e)
{
	size_t at = e->at;

	while (at < e->text.length && !isalnum((unsigned char)e->text.text[at]))
		at++;
	while (at < e->text.length && isalnum((unsigned char)e->text.text[at]))
		at++;
	return at;
}

/* Puts text in place of the bytes from … to; the cursor goes behind it. */
static void replace(struct editor *e, size_t from, size_t to, const char *text, size_t n)
{
	struct buffer new = { 0 };

	buffer_add(&new, e->text.text, from);
	buffer_add(&new, text, n);
	buffer_add(&new, e->text.text + to, e->text.length - to);
	buffer_free(&e->text);
	e->text = new;
	e->at = from + n;
}

static void insert(struct editor *e, char c)
{
	bool at_end = e->at == e->text.length;
	size_t column = width_of(e->prompt, strlen(e->prompt)) + width_of(e->text.text, e->text.length);

	replace(e, e->at, e->at, &c, 1);
	if (at_end && c >= ' ' && c != RUBOUT && (column + 1) % e->columns)
		write(2, &c, 1);
	else
		draw(e);
}

static void erase(struct editor *e, size_t from, size_t to, bool keep)
{
	if (from == to) {
		ring();
		return;
	}
	if (keep) {
		free(killed);
		killed = strndup(e->text.text + from, to - from);
	}
	replace(e, from, to, "", 0);
	draw(e);
}

static void set_text(struct editor *e, const char *text)
{
	replace(e, 0, e->text.length, text, strlen(text));
	draw(e);
}

static void transpose(struct editor *e)
{
	size_t right = e->at == e->text.length ? before(e, e->at) : e->at, left = before(e, right);
	struct buffer swapped = { 0 };
	size_t end = behind(e, right);

	if (left == right) {
		ring();
		return;
	}
	buffer_add(&swapped, e->text.text + right, end - right);
	buffer_add(&swapped, e->text.text + left, right - left);
	replace(e, left, end, swapped.text, swapped.length);
	buffer_free(&swapped);
	draw(e);
}

/* ---- keys */

/* The next byte; -1 at the end of the input or when a signal came. */
static int read_byte(void)
{
	unsigned char c;
	ssize_t n;

	do
		n = read(0, &c, 1);
	while (n < 0 && errno == EINTR && !interrupted);
	return n == 1 ? c : -1;
}

/* Behind ESC [ or ESC O. */
static int read_sequence(void)
{
	static const char letters[] = "ABCDHF";
	static const int keys[] = { KEY_UP, KEY_DOWN, KEY_RIGHT, KEY_LEFT, KEY_HOME, KEY_END };
	int c = read_byte(), number = 0;
	const char *found;

	while (c >= 0 && (isdigit(c) || c == ';')) {
		number = c == ';' ? 0 : number * 10 + c - '0';
		c = read_byte();
	}
	if (c == '~') {
		if (number == 3)
			return KEY_DELETE;
		return number == 1 || number == 7 ? KEY_HOME : number == 4 || number == 8 ? KEY_END : 0;
	}
	found = c > 0 ? strchr(letters, c) : NULL;
	return found ? keys[found - letters] : 0;
}

static int read_key(void)
{
	int c = read_byte();

	if (c != 27)
		return c;
	c = read_byte();
	if (c == '[' || c == 'O')
		return read_sequence();
	return c < 0 ? c : KEY_META + c;
}

/* ---- history */

static void go_to_history(struct editor *e, size_t index)
{
	if (index > history_count()) {
		ring();
		return;
	}
	if (e->history == history_count()) {
		free(e->draft);
		e->draft = xstrdup(e->text.text);
	}
	e->history = index;
	set_text(e, index == history_count() ? e->draft : history_line(index));
}

static void show_search(struct editor *e, const struct buffer *wanted, size_t found)
{
	const char *prompt = e->prompt;
	struct buffer label = { 0 };

	buffer_add(&label, "(search)`", 9);
	buffer_add(&label, wanted->text, wanted->length);
	buffer_add(&label, "': ", 3);
	e->prompt = label.text;
	if (found < history_count())
		replace(e, 0, e->text.length, history_line(found), strlen(history_line(found)));
	draw(e);
	e->prompt = prompt;
	buffer_free(&label);
}

/* ^R: lines that hold what is typed. Returns the key that ended it, to be obeyed; 0 when there is none. */
static int search(struct editor *e)
{
	size_t found = history_count(), next;
	char *before_search = xstrdup(e->text.text);
	struct buffer wanted = { 0 };
	int key;

	buffer_add(&wanted, "", 0);
	for (;;) {
		show_search(e, &wanted, found);
		key = read_key();
		next = history_count();
		if (key == CONTROL('r')) {
			next = search_history(wanted.text, found);
		} else if ((key == CONTROL('h') || key == RUBOUT) && wanted.length) {
			wanted.text[--wanted.length] = 0;
			next = search_history(wanted.text, history_count());
		} else if (key >= ' ' && key < 256 && key != RUBOUT) {
			buffer_char(&wanted, (char)key);
			next = search_history(wanted.text, found < history_count() ? found + 1 : found);
		} else {
			break;
		}
		if (next < history_count())
			found = next;
		else
			ring();
	}
	if (key == CONTROL('g'))
		replace(e, 0, e->text.length, before_search, strlen(before_search));
	free(before_search);
	buffer_free(&wanted);
	draw(e);
	return key == CONTROL('g') || key == 27 ? 0 : key;
}

/* ---- completion */

static void list_names(struct editor *e, const struct fields *names)
{
	size_t widest = 0, columns, rows, at = e->at;
	struct buffer out = { 0 };

	for (size_t i = 0; i < names->count; i++) {
		size_t n = width_of(names->at[i], strlen(names->at[i]));

		widest = n > widest ? n : widest;
	}
	columns = e->columns / (widest + 2) ? e->columns / (widest + 2) : 1;
	rows = (names->count + columns - 1) / columns;
	leave_line(e, "");
	for (size_t row = 0; row < rows; row++) {
		for (size_t i = row; i < names->count; i += rows) {
			size_t n = width_of(names->at[i], strlen(names->at[i]));

			show_text(&out, names->at[i], strlen(names->at[i]));
			for (; i + rows < names->count && n < widest + 2; n++)
				buffer_char(&out, ' ');
		}
		buffer_add(&out, "\r\n", 2);
	}
	put(&out);
	e->at = at;
	draw(e);
}

static void complete_word(struct editor *e)
{
	struct arena *arena = arena_new();
	struct fields names = { 0 };
	struct buffer word = { 0 };
	size_t start, common = 0;

	complete(arena, e->text.text, e->at, &start, &names);
	if (names.count) {
		common = strlen(names.at[0]);
		for (size_t i = 1; i < names.count; i++) {
			size_t same = 0;

			while (same < common && names.at[i][same] == names.at[0][same])
				same++;
			common = same;
		}
		if (*names.at[0] == '$')
			buffer_add(&word, names.at[0], common);
		else
			add_quoted(&word, names.at[0], common);
		if (names.count == 1 && names.at[0][common - 1] != '/')
			buffer_char(&word, ' ');
	}
	if (word.length > e->at - start || (names.count == 1 && word.length)) {
		replace(e, start, e->at, word.text, word.length);
		draw(e);
	} else if (names.count > 1 && e->tabbed) {
		list_names(e, &names);
	} else {
		ring();
	}
	buffer_free(&word);
	arena_release(arena);
}

/* ---- the loop */

static void obey_meta(struct editor *e, int key)
{
	switch (key) {
	case 'b': e->at = word_before(e, false); draw(e); break;
	case 'f': e->at = word_behind(e); draw(e); break;
	case 'd': erase(e, e->at, word_behind(e), true); break;
	case CONTROL('h'):
	case RUBOUT: erase(e, word_before(e, false), e->at, true); break;
	case '<': go_to_history(e, 0); break;
	case '>': go_to_history(e, history_count()); break;
	}
}

static void move_to(struct editor *e, size_t at)
{
	e->at = at;
	draw(e);
}

/* Keys that only change the text or the cursor. */
static void obey_editing(struct editor *e, int key)
{
	switch (key) {
	case CONTROL('a'): case KEY_HOME:  move_to(e, 0); break;
	case CONTROL('e'): case KEY_END:   move_to(e, e->text.length); break;
	case CONTROL('b'): case KEY_LEFT:  move_to(e, before(e, e->at)); break;
	case CONTROL('f'): case KEY_RIGHT: move_to(e, behind(e, e->at)); break;
	case CONTROL('p'): case KEY_UP:    go_to_history(e, e->history ? e->history - 1 : history_count() + 1); break;
	case CONTROL('n'): case KEY_DOWN:  go_to_history(e, e->history + 1); break;
	case CONTROL('h'): case RUBOUT:    erase(e, before(e, e->at), e->at, false); break;
	case CONTROL('d'): case KEY_DELETE: erase(e, e->at, behind(e, e->at), false); break;
	case CONTROL('k'): erase(e, e->at, e->text.length, true); break;
	case CONTROL('u'): erase(e, 0, e->at, true); break;
	case CONTROL('w'): erase(e, word_before(e, true), e->at, true); break;
	case CONTROL('t'): transpose(e); break;
	case CONTROL('y'):
		if (killed)
			replace(e, e->at, e->at, killed, strlen(killed));
		draw(e);
		break;
	case CONTROL('l'):
		write(2, "\033[H\033[J", 6);
		e->row = 0;
		draw(e);
		break;
	case CONTROL('v'):
		key = read_byte();
		if (key > 0)
			insert(e, (char)key);
		break;
	default:
		if (key >= KEY_META)
			obey_meta(e, key - KEY_META);
		else if (key >= ' ' && key < 256)
			insert(e, (char)key);
	}
}

static enum outcome obey(struct editor *e, int key)
{
	if (key == CONTROL('r'))
		key = search(e);
	switch (key) {
	case -1:
		return interrupted ? GIVEN_UP : ENDED;
	case '\r':
	case '\n':
		leave_line(e, "");
		return ENTERED;
	case CONTROL('c'):
		leave_line(e, "^C");
		return GIVEN_UP;
	case CONTROL('d'):
		if (e->text.length)
			break;
		leave_line(e, "");
		return ENDED;
	case '\t':
		complete_word(e);
		e->tabbed = true;
		return GO_ON;
	}
	e->tabbed = false;
	obey_editing(e, key);
	return GO_ON;
}

/* Raw input; output goes on as before. False when there is no terminal any more. */
static bool raw_mode(struct termios *before)
{
	struct termios raw;

	if (tcgetattr(0, before) < 0)
		return false;
	raw = *before;
	raw.c_iflag &= ~(tcflag_t)(ICRNL | IXON | ISTRIP);
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	return tcsetattr(0, TCSADRAIN, &raw) == 0;
}

/* Rows of the prompt above its last one are written once. */
static const char *last_row(const char *prompt)
{
	const char *newline = strrchr(prompt, '\n');

	if (!newline)
		return prompt;
	write(2, prompt, (size_t)(newline - prompt) + 1);
	return newline + 1;
}

int edit_line(const char *prompt, struct buffer *line)
{
	struct editor e = { .columns = 80, .history = history_count() };
	enum outcome outcome = GO_ON;
	struct termios modes;
	struct winsize size;

	if (!raw_mode(&modes))
		return ENDED;
	if (ioctl(2, TIOCGWINSZ, &size) == 0 && size.ws_col)
		e.columns = size.ws_col;
	e.prompt = last_row(prompt);
	buffer_add(&e.text, "", 0);
	draw(&e);
	while (outcome == GO_ON)
		outcome = obey(&e, read_key());
	tcsetattr(0, TCSADRAIN, &modes);
	if (outcome == ENTERED) {
		add_history(e.text.text);
		buffer_add(line, e.text.text, e.text.length);
		buffer_char(line, '\n');
	}
	buffer_free(&e.text);
	free(e.draft);
	return outcome;
}
