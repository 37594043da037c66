/* What ld-astra did before main: constructors in order, thread-local data, copy relocations, RELRO, gdb's list. */
#include <errno.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "check.h"

static int order;
static int constructed_at;
static _Thread_local int initialised = 42;
static _Thread_local char zeroed[100];
extern Elf64_Dyn _DYNAMIC[];

__attribute__((constructor)) static void constructor(void)
{
	constructed_at = ++order;
}

static struct r_debug *debug(void)
{
	for (Elf64_Dyn *d = _DYNAMIC; d->d_tag != DT_NULL; d++) {
		if (d->d_tag == DT_DEBUG)
			return (struct r_debug *)d->d_un.d_ptr;
	}
	return NULL;
}

int main(int argc, char **argv)
{
	struct r_debug *r = debug();
	int libraries = 0;

	CHECK(constructed_at == 1 && argc >= 1 && argv[0]);
	CHECK(initialised == 42 && zeroed[99] == 0);
	errno = 5;
	CHECK(errno == 5 && environ && stdout);
	CHECK(getauxval(AT_PAGESZ) == 4096 && getauxval(AT_RANDOM));
	CHECK(r && r->r_version == 1 && r->r_state == RT_CONSISTENT);
	for (struct link_map *m = r ? r->r_map : NULL; m; m = m->l_next)
		libraries += strstr(m->l_name, "libastra.so") || strstr(m->l_name, "ld-astra");
	CHECK(libraries == 2);
	CHECK_END();
}
