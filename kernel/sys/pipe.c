/* pipe and pipe2. */
#include "fs/pipe.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "mm/usercopy.h"

static long do_pipe(uaddr fds, u32 flags)
{
	struct file *files[2];
	int numbers[2], error;

	if (flags & ~(u32)(O_CLOEXEC | O_NONBLOCK | O_DIRECT))
		return -EINVAL;
	error = pipe_create(files, flags & (O_NONBLOCK | O_DIRECT));
	if (error)
		return error;
	numbers[0] = fd_reserve(flags);
	numbers[1] = numbers[0] < 0 ? numbers[0] : fd_reserve(flags);
	error = numbers[1] < 0 ? numbers[1] : put_user_object(fds, &numbers);
	if (error) {
		for (unsigned i = 0; i < 2; i++) {
			if (numbers[i] >= 0)
				fd_unreserve(numbers[i]);
			file_put(files[i]);
		}
		return error;
	}
	fd_install(numbers[0], files[0]);
	fd_install(numbers[1], files[1]);
	return 0;
}

long sys_pipe(uaddr fds)
{
	return do_pipe(fds, 0);
}

long sys_pipe2(uaddr fds, int flags)
{
	return do_pipe(fds, (u32)flags);
}
