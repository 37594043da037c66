/*
 * What is said when something fails: the last words of the process, or, inside an attempt, the error text of dlopen and
 * its kin. `current` belongs to who holds the lock, or to the initial thread before the first constructor. Usable from
 * stage 1 on.
 */
#include <setjmp.h>
#include <stdarg.h>

#include "rtld.h"

struct attempt {
	struct attempt *outer;
	char *error;
	jmp_buf out;
};

static struct attempt *current;

void say(int fd, const char *text)
{
	size_t left = strlen(text);

	while (left) {
		long n = sys(write, fd, text, left);

		if (n <= 0)
			return;
		text += n;
		left -= (size_t)n;
	}
}

const char *object_name(const struct object *object)
{
	if (!object)
		return "the command line";
	if (object->map.l_name[0])
		return object->map.l_name;
	return start_info.exec_name ? start_info.exec_name : "the program";
}

static void join_parts(char *error, const char *part, va_list parts)
{
	size_t used = 0;

	for (; part; part = va_arg(parts, const char *)) {
		size_t length = strlen(part), room = RTLD_ERROR_SIZE - 1 - used;

		if (length > room)
			length = room;
		memcpy(error + used, part, length);
		used += length;
	}
	error[used] = 0;
}

void set_error(char *error, const char *first, ...)
{
	va_list parts;

	va_start(parts, first);
	join_parts(error, first, parts);
	va_end(parts);
}

/* `volatile` where setjmp's second return needs the value. */
bool attempt(void (*work)(void *context), void *context, char *error)
{
	struct attempt this = { .outer = current, .error = error };
	volatile bool good = false;

	current = &this;
	if (!setjmp(this.out)) {
		work(context);
		good = true;
	}
	current = this.outer;
	return good;
}

_Noreturn void die(const char *first, ...)
{
	va_list parts;

	va_start(parts, first);
	if (current) {
		join_parts(current->error, first, parts);
		longjmp(current->out, 1);
	}
	say(2, "ld-astra: ");
	for (const char *part = first; part; part = va_arg(parts, const char *))
		say(2, part);
	va_end(parts);
	say(2, "\n");
	for (;;)
		sys(exit_group, 127);
}
