/* ptrace: the kernel writes a peeked word through its last argument; the library returns it. */
#include <errno.h>
#include <stdarg.h>
#include <sys/ptrace.h>

#include "syscall.h"

long ptrace(int request, ...)
{
	va_list args;
	pid_t pid;
	void *address, *data;
	long word = 0, result;

	va_start(args, request);
	pid = va_arg(args, pid_t);
	address = va_arg(args, void *);
	data = va_arg(args, void *);
	va_end(args);
	if (request < PTRACE_PEEKTEXT || request > PTRACE_PEEKUSER)
		return __sysret(sys(ptrace, request, pid, address, data));
	result = sys(ptrace, request, pid, address, &word);
	return result < 0 ? __sysret(result) : word;
}
