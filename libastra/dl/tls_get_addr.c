/*
 * __tls_get_addr, which compilers call for thread-local variables of libraries: hands on to ld-astra. It stands here so
 * that libraries which use it can be linked against libastra alone. No static program calls it: its linker knows all offsets.
 */
#include "../../abi/rtld.h"

void *__tls_get_addr(const uintptr_t index[2]);

void *__tls_get_addr(const uintptr_t index[2])
{
	return RTLD(variable)(index);
}
