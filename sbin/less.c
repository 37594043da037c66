/*
 * less [FILE]...: pages through text. Keys: space f PgDn, b PgUp, Enter j down, k up, d u half pages, g G ends, / ? n N
 * search (plain text), = place, :n :p files, h help, q quit. What is not a terminal gets everything copied to it.
 *
 * Files are read as far as is shown, so that a pipe that never ends can be looked at. Keys come from the terminal even
 * when the text comes from standard input.
 */
#include <ctype.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "text.h"

enum { KEY_UP = 256, KEY_DOWN, KEY_PAGE_UP, KEY_PAGE_DOWN, KEY_HOME, KEY_END };

struct text {
	const char *name;
	FILE *file;			/* NULL: read to its end */
	char **lines;
	size_t count, room;
	size_t top;			/* the first line shown */
};

static struct text *texts;
static size_t text_count, current;
static size_t rows = 24, columns = 80;
static int keyboard;
static struct termios old_modes;
static char pattern[128], message[256];
static volatile sig_atomic_t was_stopped;

/* ---- text */

/* Makes line `n` available; false when the text is shorter. */
static bool has_line(struct text *text, size_t n)
{
	struct line line = { 0 };

	while (text->count <= n) {
		if (!text->file || !read_line(text->file, &line)) {
			if (text->file)
				close_text(text->file, text->name);
			text->file = NULL;
			free(line.text);
			return false;
		}
		if (text->count == text->room) {
			text->room = text->room * 2 + 256;
			text->lines = get_memory(text->lines, text->room, sizeof(*text->lines));
		}
		text->lines[text->count++] = line.text;
		line = (struct line){ 0 };
	}
	return true;
}

/* The column behind a character that starts in `column`; *length is its bytes. */
static size_t advance(const char *at, size_t column, size_t *length)
{
	unsigned char c = (unsigned char)*at;

	*length = 1;
	if (c == '\t')
		return (column | 7) + 1;
	if (c == '\b' || c < 32 || c == 127)
		return column + 2;
	while ((at[*length] & 0xc0) == 0x80 && c >= 0xc0)
		++*length;
	return column + 1;
}

static size_t height_of(const char *line)
{
	size_t column = 0, height = 1, n;

	while (*line) {
		size_t next = advance(line, column, &n);

		if (next > columns) {
			height++;
			column = 0;
			continue;
		}
		column = next;
		line += n;
	}
	return height;
}

/* ---- the screen */

static void put_character(const char *at, size_t n, size_t column, size_t next)
{
	unsigned char c = (unsigned char)*at;

	if (c == '\t')
		printf("%*s", (int)(next - column), "");
	else if (c < 32 || c == 127)
		printf("^%c", c ^ 64);
	else
		fwrite(at, 1, n, stdout);
}

/* Writes a line in at most `room` rows; returns how many it took. Matches of the pattern are in reverse. */
static size_t put_line(const char *line, size_t room)
{
	const char *match = *pattern ? strstr(line, pattern) : NULL, *match_end = NULL;
	size_t column = 0, height = 1, n;

	while (*line) {
		size_t next = advance(line, column, &n);

		if (next > columns) {
			if (height == room)
				break;
			fputs("\r\n", stdout);
			height++;
			column = 0;
			continue;
		}
		if (line == match) {
			fputs("\033[7m", stdout);
			match_end = match + strlen(pattern);
		}
		put_character(line, n, column, next);
		column = next;
		line += n;
		if (line == match_end) {
			fputs("\033[m", stdout);
			match = strstr(line, pattern);
		}
	}
	fputs(match_end ? "\033[m\033[K\r\n" : "\033[K\r\n", stdout);
	return height;
}

/* Is everything up to the end of the text on the screen? */
static bool shows_end(struct text *text)
{
	size_t used = 0, line = text->top;

	while (used < rows - 1 && has_line(text, line))
		used += height_of(text->lines[line++]);
	return used <= rows - 1 && !has_line(text, line);
}

static void draw(void)
{
	struct text *text = &texts[current];
	size_t used = 0, line = text->top;

	fputs("\033[H", stdout);
	while (used < rows - 1 && has_line(text, line))
		used += put_line(text->lines[line++], rows - 1 - used);
	for (; used < rows - 1; used++)
		fputs("~\033[K\r\n", stdout);
	fputs("\033[7m", stdout);
	if (*message)
		fputs(message, stdout);
	else if (shows_end(text))
		printf("%s (END)", text->name);
	else
		printf("%s", text->name);
	fputs("\033[m\033[K", stdout);
	fflush(stdout);
	*message = 0;
}

static void set_raw(void)
{
	struct termios raw = old_modes;

	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	raw.c_iflag &= ~(tcflag_t)ICRNL;
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(keyboard, TCSADRAIN, &raw);
}

static void leave_screen(void)
{
	fputs("\r\033[K", stdout);
	fflush(stdout);
	tcsetattr(keyboard, TCSADRAIN, &old_modes);
}

/* ---- keys */

static int read_byte(void)
{
	unsigned char c;
	ssize_t n;

	for (;;) {
		n = read(keyboard, &c, 1);
		if (n == 1)
			return c;
		if (n == 0 || errno != EINTR)
			return 'q';
		if (was_stopped) {	/* behind ^Z and fg */
			was_stopped = 0;
			set_raw();
			draw();
		}
	}
}

static int read_key(void)
{
	int c = read_byte();

	if (c != 27)
		return c;
	c = read_byte();
	if (c != '[' && c != 'O')
		return c;
	c = read_byte();
	switch (c) {
	case 'A': return KEY_UP;
	case 'B': return KEY_DOWN;
	case 'H': return KEY_HOME;
	case 'F': return KEY_END;
	}
	if (isdigit(c) && read_byte() == '~')
		return c == '5' ? KEY_PAGE_UP : c == '6' ? KEY_PAGE_DOWN : c == '1' || c == '7' ? KEY_HOME : KEY_END;
	return 0;
}

/* A line typed at the bottom; false when it was given up. */
static bool ask(const char *label, char *answer, size_t size)
{
	size_t n = 0;
	int c;

	for (;;) {
		printf("\r\033[K%s%.*s", label, (int)n, answer);
		fflush(stdout);
		c = read_byte();
		if (c == '\r' || c == '\n')
			break;
		if (c == 8 || c == 127) {
			if (!n--)
				return false;
		} else if (c == 27) {
			return false;
		} else if (c >= ' ' && n + 1 < size) {
			answer[n++] = (char)c;
		}
	}
	answer[n] = 0;
	return true;
}

/* ---- moving */

static void move_down(size_t lines)
{
	struct text *text = &texts[current];

	while (lines-- && !shows_end(text))
		text->top++;
}

static void move_up(size_t lines)
{
	struct text *text = &texts[current];

	text->top -= lines < text->top ? lines : text->top;
}

/* By screens, long lines counted as the rows that they take. */
static void page_down(size_t height)
{
	struct text *text = &texts[current];

	for (size_t used = 0; used < height && !shows_end(text);)
		used += height_of(text->lines[text->top++]);
}

static void page_up(size_t height)
{
	struct text *text = &texts[current];

	for (size_t used = 0; used < height && text->top;)
		used += height_of(text->lines[--text->top]);
}

static void go_to_end(void)
{
	struct text *text = &texts[current];

	while (has_line(text, text->count + 1000))
		;
	text->top = text->count ? text->count - 1 : 0;
	page_up(rows - 1 > height_of(text->count ? text->lines[text->top] : "") ?
		rows - 1 - height_of(text->count ? text->lines[text->top] : "") : 0);
}

static void search(bool forward)
{
	struct text *text = &texts[current];

	for (size_t line = text->top; *pattern;) {
		if (forward ? !has_line(text, ++line) : !line--)
			break;
		if (strstr(text->lines[line], pattern)) {
			text->top = line;
			return;
		}
	}
	strlcpy(message, *pattern ? "Pattern not found" : "No previous search pattern", sizeof(message));
}

static void show_place(void)
{
	struct text *text = &texts[current];

	snprintf(message, sizeof(message), "%s: file %zu of %zu, line %zu%s", text->name, current + 1, text_count, text->top + 1,
		 text->file ? "" : shows_end(text) ? " (END)" : "");
}

static void change_file(int key)
{
	if (key == 'n' && current + 1 < text_count)
		current++;
	else if (key == 'p' && current)
		current--;
	else
		strlcpy(message, key == 'n' ? "No next file" : "No previous file", sizeof(message));
}

/* False at the end. */
static bool obey(int key)
{
	static bool forward = true;

	switch (key) {
	case 'q': case 'Q': return false;
	case ' ': case 'f': case KEY_PAGE_DOWN: case 'f' & 31: page_down(rows - 1); break;
	case 'b': case KEY_PAGE_UP: case 'b' & 31: page_up(rows - 1); break;
	case 'd': case 'd' & 31: page_down((rows - 1) / 2); break;
	case 'u': case 'u' & 31: page_up((rows - 1) / 2); break;
	case '\r': case '\n': case 'j': case 'e': case KEY_DOWN: move_down(1); break;
	case 'k': case 'y': case KEY_UP: move_up(1); break;
	case 'g': case '<': case KEY_HOME: texts[current].top = 0; break;
	case 'G': case '>': case KEY_END: go_to_end(); break;
	case '/': case '?':
		forward = key == '/';
		if (ask(forward ? "/" : "?", pattern, sizeof(pattern)))
			search(forward);
		break;
	case 'n': search(forward); break;
	case 'N': search(!forward); break;
	case '=': show_place(); break;
	case ':': change_file(read_byte()); break;
	case 'h':
		strlcpy(message, "space b: pages  j k: lines  d u: halves  g G: ends  / ? n N: search  :n :p: files  q: quit",
			sizeof(message));
		break;
	}
	return true;
}

static void on_continue(int sig)
{
	was_stopped = 1;
}

static void prepare_terminal(void)
{
	struct sigaction action = { .sa_handler = on_continue };
	struct winsize size;

	keyboard = open("/dev/tty", O_RDONLY | O_CLOEXEC);
	if (keyboard < 0)
		keyboard = 2;
	if (tcgetattr(keyboard, &old_modes) < 0)
		tool_fail(1, "no terminal to read keys from");
	if (ioctl(1, TIOCGWINSZ, &size) == 0 && size.ws_row > 1 && size.ws_col) {
		rows = size.ws_row;
		columns = size.ws_col;
	}
	sigaction(SIGCONT, &action, NULL);
	signal(SIGINT, SIG_IGN);
	set_raw();
}

int main(int argc, char **argv)
{
	static char *standard_input[] = { "-", NULL };
	char **names;
	bool reading;

	tool_name = "less";
	while (getopt(argc, argv, "SRXFeimnNs") >= 0)
		;
	names = optind < argc ? argv + optind : standard_input;
	if (optind == argc && isatty(0))
		tool_fail(1, "missing file name");
	for (; *names; names++) {
		FILE *file = open_text(*names);

		if (!file)
			continue;
		if (!isatty(1)) {
			if (tool_copy(fileno(file), 1, &reading) < 0)
				tool_error(*names);
			continue;
		}
		texts = get_memory(texts, text_count + 1, sizeof(*texts));
		texts[text_count++] = (struct text){ .name = strcmp(*names, "-") ? *names : ":", .file = file };
	}
	if (!text_count)
		return tool_status;
	prepare_terminal();
	fputs("\033[H\033[J", stdout);
	do
		draw();
	while (obey(read_key()));
	leave_screen();
	return tool_status;
}
