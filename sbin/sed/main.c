/*
 * sed [-nEsi] [-e SCRIPT]... [-f FILE]... [SCRIPT] [FILE]...: edits lines. The pattern space is the line at work, the hold
 * space is kept between lines; what a and r append comes out when the line is done.
 */
#include <ctype.h>
#include <sys/stat.h>

#include "sed.h"

bool extended, silent;

static struct line space, hold;
static bool in_place, separate;
static const char *backup;	/* what -i puts behind the name of the file as it was, or NULL */

/* ---- input: one line ahead, to know the last one */

static char **files;
static const char *file_name;
static FILE *input;
static struct line ahead;
static bool has_ahead;
static unsigned long line_number;
static char *temporary;		/* -i: what replaces the file at its end */
static bool newline_owed;	/* the last line written to standard output lacks its newline, as the input's did */

static void start_file(void)
{
	struct stat status;
	int fd;

	file_name = *files++;
	input = strcmp(file_name, "-") || in_place ? fopen(file_name, "r") : stdin;
	if (!input) {
		fprintf(stderr, "sed: can't read %s: %s\n", file_name, strerror(errno));
		tool_status = 2;
		return;
	}
	if (in_place || separate)
		line_number = 0;
	if (!in_place)
		return;
	if (asprintf(&temporary, "%s.XXXXXX", file_name) < 0 || (fd = mkstemp(temporary)) < 0)
		tool_fail(4, "couldn't open temporary file for %s: %s", file_name, strerror(errno));
	if (fstat(fileno(input), &status) == 0)
		fchmod(fd, status.st_mode & 07777);
	fflush(stdout);
	dup2(fd, 1);
	close(fd);
	newline_owed = false;
}

/* A star in -i's argument stands for the name; without one it is what is put behind. */
static void keep_backup(void)
{
	const char *star = backup ? strchr(backup, '*') : NULL;
	char *name;

	if (!backup)
		return;
	if (asprintf(&name, "%.*s%s%s", star ? (int)(star - backup) : 0, backup, file_name, star ? star + 1 : backup) < 0)
		tool_fail(4, "out of memory");
	if (rename(file_name, name) < 0)
		tool_fail(4, "cannot rename %s: %s", file_name, strerror(errno));
	free(name);
}

static void end_file(void)
{
	if (ferror(input))
		tool_error(file_name);
	if (input != stdin)
		fclose(input);
	input = NULL;
	if (!in_place)
		return;
	keep_backup();
	if (fflush(stdout) < 0 || rename(temporary, file_name) < 0)
		tool_fail(4, "cannot rename %s: %s", temporary, strerror(errno));
	free(temporary);
	temporary = NULL;
}

/* Reads a line ahead; over the end of a file only when the next one is a part of the same text. */
static void look_ahead(bool into_next_file)
{
	while (!has_ahead) {
		if (!input) {
			if (!*files || !into_next_file)
				return;
			start_file();
			continue;
		}
		has_ahead = read_line(input, &ahead);
		if (has_ahead || ((in_place || separate) && !into_next_file))
			return;
		end_file();
	}
}

static bool is_last(void)
{
	look_ahead(!in_place && !separate);
	return !has_ahead;
}

/* ---- spaces */

static void append(struct line *to, const char *text, size_t n)
{
	if (to->length + n + 1 > to->size) {
		to->size = (to->length + n + 1) * 2;
		to->text = get_memory(to->text, to->size, 1);
	}
	if (n)
		memcpy(to->text + to->length, text, n);
	to->length += n;
	to->text[to->length] = 0;
}

static void set(struct line *to, const struct line *from)
{
	to->length = 0;
	append(to, from->text, from->length);
}

/* The next line becomes, or is added to, the pattern space; false when there is none. */
static bool next_line(bool add)
{
	look_ahead(true);
	if (!has_ahead)
		return false;
	if (add)
		append(&space, "\n", 1);
	else
		space.length = 0;
	append(&space, ahead.text, ahead.length);
	space.newline = ahead.newline;
	has_ahead = false;
	line_number++;
	return true;
}

/* Standard output, for one who begins a line there. */
static FILE *line_start(void)
{
	if (newline_owed)
		putchar('\n');
	newline_owed = false;
	return stdout;
}

static void put_text(FILE *to, const char *text, size_t n, bool newline)
{
	fwrite(text, 1, n, to == stdout ? line_start() : to);
	if (to == stdout)
		newline_owed = !newline;
	if (newline)
		putc('\n', to);
	if (to != stdout)
		fflush(to);
}

/* The pattern space; the newline is missing where the input's last line had none. */
static void print_space(FILE *to)
{
	put_text(to, space.text, space.length, space.newline || !is_last());
}

/* ---- what a and r append behind the line */

static const struct command **appended;
static size_t appended_count;

static void add_appended(const struct command *command)
{
	appended = get_memory(appended, appended_count + 1, sizeof(*appended));
	appended[appended_count++] = command;
}

static void flush_appended(void)
{
	for (size_t i = 0; i < appended_count; i++) {
		FILE *file;
		int c;

		if (appended[i]->letter == 'a') {
			fputs(appended[i]->text, line_start());
			continue;
		}
		file = fopen(appended[i]->text, "r");
		while (file && (c = getc(file)) != EOF)
			putc(c, line_start());
		if (file)
			fclose(file);
	}
	appended_count = 0;
}

/* ---- addresses */

static bool matches(regex_t *regex, size_t from, size_t count, regmatch_t *match)
{
	static regex_t *last;

	if (regex)
		last = regex;
	if (!last)
		tool_fail(1, "no previous regular expression");
	match[0] = (regmatch_t){ (regoff_t)from, (regoff_t)space.length };
	return regexec(last, space.text, count, match, REG_STARTEND | (from ? REG_NOTBOL : 0)) == 0;
}

static bool is_at(const struct address *address)
{
	regmatch_t match;

	switch (address->type) {
	case A_NONE:  return true;
	case A_LINE:  return line_number == address->line;
	case A_LAST:  return is_last();
	case A_REGEX: return matches(address->regex, 0, 1, &match);
	case A_STEP:
		return address->step ? line_number >= address->line && (line_number - address->line) % address->step == 0 :
		       line_number == address->line;
	case A_PLUS:  break;
	}
	return false;
}

static bool is_range_over(struct command *c)
{
	if (c->to.type == A_LINE || c->to.type == A_PLUS)
		return line_number >= c->range_end;
	return is_at(&c->to);
}

static bool is_selected(struct command *c)
{
	if (c->to.type == A_NONE)
		return is_at(&c->from);
	if (c->in_range) {
		c->in_range = !is_range_over(c);
		return !(c->to.type == A_LINE && line_number > c->range_end) || is_at(&c->from);
	}
	if (!is_at(&c->from) && !(c->from.type == A_LINE && !c->from.line && line_number == 1))
		return false;
	c->range_end = c->to.type == A_PLUS ? line_number + c->to.line : c->to.line;
	if (c->to.type == A_LINE || c->to.type == A_PLUS)
		c->in_range = line_number < c->range_end;
	else
		c->in_range = c->to.type != A_LAST || !is_last();
	if (c->from.type == A_LINE && !c->from.line)
		c->in_range = !is_at(&c->to);
	return true;
}

/* ---- s */

static void add_replacement(struct line *out, const char *text, const regmatch_t *match)
{
	for (; *text; text++) {
		int group = -1;

		if (*text == '&') {
			group = 0;
		} else if (*text == '\\' && text[1]) {
			text++;
			if (isdigit((unsigned char)*text))
				group = *text - '0';
		}
		if (group < 0)
			append(out, text[-1] == '\\' && *text == 'n' ? "\n" : text[-1] == '\\' && *text == 't' ? "\t" : text, 1);
		else if (match[group].rm_so >= 0)
			append(out, space.text + match[group].rm_so, (size_t)(match[group].rm_eo - match[group].rm_so));
	}
}

static bool substitute(const struct substitution *s)
{
	struct line out = { 0 };
	size_t from = 0, kept = 0, last_end = SIZE_MAX;	/* last_end: where an empty match would only be the tail of the last one */
	unsigned long count = 0;
	regmatch_t match[10];
	bool changed = false;

	while (from <= space.length && matches(s->regex, from, 10, match)) {
		size_t start = (size_t)match[0].rm_so, end = (size_t)match[0].rm_eo;
		bool wanted = !(start == end && start == last_end) && ++count >= s->which;

		append(&out, space.text + kept, start - kept);
		if (wanted)
			add_replacement(&out, s->replacement, match);
		else
			append(&out, space.text + start, end - start);
		changed |= wanted;
		kept = last_end = end;
		from = end + (start == end);
		if (start == end && end < space.length)
			append(&out, space.text + kept++, 1);
		if (wanted && !s->all)
			break;
	}
	if (changed) {
		if (kept < space.length)
			append(&out, space.text + kept, space.length - kept);
		else
			append(&out, "", 0);
		set(&space, &out);
	}
	free(out.text);
	return changed;
}

/* ---- commands */

/* The pattern space with its invisible characters shown, folded to the width. */
static void list_space(unsigned long width)
{
	static const char letters[] = "abfnrtv\\", values[] = "\a\b\f\n\r\t\v\\";
	unsigned long column = 0;

	line_start();
	for (size_t i = 0; i < space.length; i++) {
		unsigned char c = (unsigned char)space.text[i];
		const char *found = c ? strchr(values, c) : NULL;
		char text[8];
		int n;

		if (found)
			n = snprintf(text, sizeof(text), "\\%c", letters[found - values]);
		else
			n = snprintf(text, sizeof(text), isprint(c) ? "%c" : "\\%03o", c);
		if (width > 1 && column + (unsigned long)n > width - 1) {
			fputs("\\\n", stdout);
			column = 0;
		}
		fputs(text, stdout);
		column += (unsigned long)n;
	}
	fputs("$\n", stdout);
}

enum flow { F_NEXT, F_BRANCH, F_END, F_DELETE, F_RESTART };

static _Noreturn void quit(unsigned long status)
{
	flush_appended();
	while (in_place && input) {	/* the rest of the file stays */
		if (has_ahead)
			put_text(stdout, ahead.text, ahead.length, ahead.newline);
		has_ahead = read_line(input, &ahead);
		if (!has_ahead)
			end_file();
	}
	exit(tool_end() ? tool_status : (int)status);
}

static enum flow take_next(char letter)
{
	if (letter == 'n' && !silent)
		print_space(stdout);
	flush_appended();
	look_ahead(true);
	if (!has_ahead) {
		if (letter == 'N' && !silent)
			print_space(stdout);
		quit(0);
	}
	next_line(letter == 'N');
	return F_NEXT;
}

static enum flow delete_first_line(void)
{
	char *newline = memchr(space.text, '\n', space.length);

	if (!newline)
		return F_DELETE;
	space.length -= (size_t)(newline + 1 - space.text);
	memmove(space.text, newline + 1, space.length + 1);
	return F_RESTART;
}

static enum flow change(struct command *c)
{
	if (c->negated || c->to.type == A_NONE || !c->in_range)
		fputs(c->text, line_start());
	return F_DELETE;
}

static void exchange(void)
{
	struct line kept = space;

	space = hold;
	hold = kept;
	space.newline = kept.newline;
	append(&space, "", 0);
}

/* Commands that change a space or write something; true when the letter is one of them. */
static bool edit(struct command *c)
{
	char *newline;

	switch (c->letter) {
	case '=': fprintf(line_start(), "%lu\n", line_number); break;
	case 'a':
	case 'r': add_appended(c); break;
	case 'i': fputs(c->text, line_start()); break;
	case 'g': set(&space, &hold); break;
	case 'h': set(&hold, &space); break;
	case 'G':
		append(&space, "\n", 1);
		append(&space, hold.text, hold.length);
		break;
	case 'H':
		append(&hold, "\n", 1);
		append(&hold, space.text, space.length);
		break;
	case 'x': exchange(); break;
	case 'l': list_space(c->number ? c->number : 70); break;
	case 'p': print_space(stdout); break;
	case 'P':
		newline = memchr(space.text, '\n', space.length);
		put_text(stdout, space.text, newline ? (size_t)(newline - space.text) : space.length, true);
		break;
	case 'w': put_text(c->output->file, space.text, space.length, true); break;
	case 'y':
		for (size_t i = 0; i < space.length; i++)
			space.text[i] = c->text[(unsigned char)space.text[i]];
		break;
	default: return false;
	}
	return true;
}

static enum flow run(struct command *c, bool *substituted)
{
	bool jump = false;

	if (edit(c))
		return F_NEXT;
	switch (c->letter) {
	case 's':
		if (!substitute(c->s))
			break;
		*substituted = true;
		if (c->s->print)
			print_space(stdout);
		if (c->s->output)
			put_text(c->s->output->file, space.text, space.length, true);
		break;
	case 'b':
		return F_BRANCH;
	case 't':
	case 'T':
		jump = *substituted == (c->letter == 't');
		*substituted = false;
		return jump ? F_BRANCH : F_NEXT;
	case 'c': return change(c);
	case 'd': return F_DELETE;
	case 'D': return delete_first_line();
	case 'n':
	case 'N': return take_next(c->letter);
	case 'q':
		if (!silent)
			print_space(stdout);
		quit(c->number);
	case 'Q': quit(c->number);
	}
	return F_NEXT;
}

/* All commands over one pattern space. */
static enum flow run_script(void)
{
	bool substituted = false;

	for (size_t i = 0; i < command_count; i++) {
		struct command *c = &commands[i];
		enum flow flow;

		if (is_selected(c) == c->negated) {
			if (c->letter == '{')
				i = c->target;
			continue;
		}
		flow = run(c, &substituted);
		if (flow == F_BRANCH)
			i = c->target - (c->target == command_count);
		else if (flow != F_NEXT)
			return flow;
	}
	return F_END;
}

static void read_script(const char *name)
{
	FILE *file = open_text(name);
	struct line line = { 0 };

	if (!file)
		exit(1);
	while (read_line(file, &line))
		add_script(line.text);
	close_text(file, name);
	free(line.text);
}

int main(int argc, char **argv)
{
	static char *standard_input[] = { "-", NULL };
	enum flow flow = F_END;
	bool given = false;
	int option;

	tool_name = "sed";
	while ((option = getopt(argc, argv, "nErsi::e:f:")) >= 0) {
		switch (option) {
		case 'n': silent = true; break;
		case 'E':
		case 'r': extended = true; break;
		case 's': separate = true; break;
		case 'i': in_place = true; backup = optarg; break;
		case 'e': add_script(optarg); given = true; break;
		case 'f': read_script(optarg); given = true; break;
		default: tool_usage("[-nEsi] [-e SCRIPT]... [-f FILE]... [SCRIPT] [FILE]...");
		}
	}
	if (!given && optind == argc)
		tool_usage("[-nEsi] [-e SCRIPT]... [-f FILE]... [SCRIPT] [FILE]...");
	if (!given)
		add_script(argv[optind++]);
	finish_script();
	append(&hold, "", 0);
	files = optind < argc ? argv + optind : standard_input;
	while (flow == F_RESTART || next_line(false)) {
		flow = run_script();
		if (flow == F_END && !silent)
			print_space(stdout);
		flush_appended();
	}
	return tool_end();
}
