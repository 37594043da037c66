/* What ld-astra did before main: constructors in order, thread-local data, copy relocations, RELRO, gdb's list; how it is made. */
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

/* No relocation and no variable with a value of its own: each would cost every start a page that is copied. */
static void check_linker(const struct link_map *linker)
{
	int seen = 0;

	for (const Elf64_Dyn *d = linker->l_ld; d->d_tag != DT_NULL; d++) {
		CHECK(d->d_tag != DT_RELA && d->d_tag != DT_RELR && d->d_tag != DT_JMPREL);
		seen += d->d_tag == DT_SONAME;
	}
	CHECK(seen == 1);
}

static int check_segments(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	for (int i = 0; i < info->dlpi_phnum && strstr(info->dlpi_name, "ld-astra"); i++) {
		const Elf64_Phdr *p = &info->dlpi_phdr[i];

		CHECK(p->p_type != PT_LOAD || !(p->p_flags & PF_W) || p->p_filesz == 0);
		*(int *)data += p->p_type == PT_LOAD && p->p_flags & PF_W;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct r_debug *r = debug();
	int libraries = 0, writable = 0;

	CHECK(constructed_at == 1 && argc >= 1 && argv[0]);
	CHECK(initialised == 42 && zeroed[99] == 0);
	errno = 5;
	CHECK(errno == 5 && environ && stdout);
	CHECK(getauxval(AT_PAGESZ) == 4096 && getauxval(AT_RANDOM));
	CHECK(r && r->r_version == 1 && r->r_state == RT_CONSISTENT);
	for (struct link_map *m = r ? r->r_map : NULL; m; m = m->l_next)
		libraries += strstr(m->l_name, "libastra.so") || strstr(m->l_name, "ld-astra");
	CHECK(libraries == 2);
	for (struct link_map *m = r ? r->r_map : NULL; m; m = m->l_next) {
		if (strstr(m->l_name, "ld-astra"))
			check_linker(m);
	}
	dl_iterate_phdr(check_segments, &writable);
	CHECK(writable == 1);
	CHECK_END();
}
