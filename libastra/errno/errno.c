/* errno of each thread, and the one conversion of the kernel's results. Needs thread-local storage to exist. */
#include <errno.h>

#include "syscall.h"

static _Thread_local int thread_errno __attribute__((tls_model("initial-exec")));

int *__errno_location(void)
{
	return &thread_errno;
}

long __sysret(long result)
{
	if ((unsigned long)result > -4096ul) {
		thread_errno = (int)-result;
		return -1;
	}
	return result;
}
