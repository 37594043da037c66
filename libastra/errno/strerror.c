/* Messages of error numbers, from abi/errno.def; also proves that <errno.h> and the table agree. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ERRNO(name, number, message) _Static_assert(name == (number), #name " differs from abi/errno.def");
#include "../../abi/errno.def"
#undef ERRNO

static const char *const messages[] = {
	[0] = "Success",
#define ERRNO(name, number, message) [number] = message,
#include "../../abi/errno.def"
#undef ERRNO
};

static const char *message_of(int error)
{
	if (error < 0 || (size_t)error >= sizeof(messages) / sizeof(messages[0]))
		return NULL;
	return messages[error];
}

char *strerror(int error)
{
	static _Thread_local char unknown[32] __attribute__((tls_model("initial-exec")));
	const char *message = message_of(error);

	if (message)
		return (char *)message;
	snprintf(unknown, sizeof(unknown), "Unknown error %d", error);
	return unknown;
}

int strerror_r(int error, char *buf, size_t size)
{
	return strlcpy(buf, strerror(error), size) >= size ? ERANGE : 0;
}
