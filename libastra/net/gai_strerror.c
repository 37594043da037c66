/* What went wrong with a name, in words. */
#include <netdb.h>
#include <stddef.h>
#include <stdio.h>

const char *gai_strerror(int error)
{
	static const char *const texts[] = {
		[-EAI_BADFLAGS] = "Bad value for ai_flags", [-EAI_NONAME] = "Name or service not known",
		[-EAI_AGAIN] = "Temporary failure in name resolution", [-EAI_FAIL] = "Non-recoverable failure in name resolution",
		[-EAI_NODATA] = "No address associated with hostname", [-EAI_FAMILY] = "ai_family not supported",
		[-EAI_SOCKTYPE] = "ai_socktype not supported", [-EAI_SERVICE] = "Servname not supported for ai_socktype",
		[-EAI_MEMORY] = "Memory allocation failure", [-EAI_SYSTEM] = "System error",
		[-EAI_OVERFLOW] = "Argument buffer overflow",
	};
	size_t i = error < 0 ? (size_t)-(long)error : 0;

	return i < sizeof(texts) / sizeof(*texts) && texts[i] ? texts[i] : "Unknown error";
}

int *__h_errno_location(void)
{
	static _Thread_local int error;

	return &error;
}

const char *hstrerror(int error)
{
	static const char *const texts[] = {
		"Resolver Error 0 (no error)", "Unknown host", "Host name lookup failure", "Unknown server error",
		"No address associated with name",
	};

	return error >= 0 && error < (int)(sizeof(texts) / sizeof(*texts)) ? texts[error] : "Unknown resolver error";
}

void herror(const char *text)
{
	fprintf(stderr, "%s%s%s\n", text ? text : "", text && *text ? ": " : "", hstrerror(h_errno));
}
