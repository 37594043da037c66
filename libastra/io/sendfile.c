/* sendfile(2). */
#include <sys/sendfile.h>

#include "syscall.h"

ssize_t sendfile(int out, int in, off_t *offset, size_t count)
{
	return __sysret(sys(sendfile, out, in, offset, count));
}
